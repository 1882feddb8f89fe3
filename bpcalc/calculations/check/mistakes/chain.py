"""The chain rule at one gate: downstream = upstream x local, with one of the two left out, turned or swapped."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bpcalc.calculations.check.scene import Candidate, Scene, Use
from bpcalc.gates import GATES

MANY = 120  # edges above which only those at the target are looked at


def candidates(scene: Scene) -> Iterator[Candidate]:
    own = scene.uses.get(scene.target, [])
    if len(own) > 1:
        yield Candidate(
            "local", f"the local gradients of {scene.named(scene.target)} are not multiplied by their upstreams", 3.2,
            lambda s: s.found(dict.fromkeys(own, _local)),
        )  # fmt: skip
        yield Candidate(
            "upstream", "the upstream gradients are added without their local gradients", 3.3,
            lambda s: s.found(dict.fromkeys(own, _upstream)),
        )  # fmt: skip
    for edge in scene.edges if len(scene.edges) <= MANY else own:
        here, source, far = scene.said(edge[0]), scene.named(scene.source(edge)), 0.0 if edge in own else 0.3
        gate = scene.graph.gates[edge[0]]
        if edge[0] != scene.output or scene.circuit.options.upstream is not None:
            yield Candidate("local", f"at {here} the local gradient for {source} stands alone: the upstream is missing",
                            3 + far, lambda s, e=edge: s.found({e: _local}))  # fmt: skip
        yield Candidate("upstream", f"at {here} the upstream is handed on to {source} without the local gradient",
                        3.1 + far, lambda s, e=edge: s.found({e: _upstream}))  # fmt: skip
        if scene.graph.inputs[edge[0]].count(scene.source(edge)) > 1:
            continue  # of x*x nobody turns the sign of one x
        yield Candidate("sign", f"at {here} the local gradient for {source} has the wrong sign", 1.5 + far,
                        lambda s, e=edge: s.found({e: _turned}))  # fmt: skip
        if gate in (GATES["multiply"], GATES["divide"]):
            what = "swaps" if gate is GATES["multiply"] else "is no multiply gate"
            yield Candidate("swapped", f"{here} {what}: {source} gets the upstream times the other input, not itself"
                            if what == "swaps" else f"at {here} the local gradient is upside down", 2.9 + far,
                            lambda s, e=edge: s.found({e: _swapped}))  # fmt: skip


def _local(use: Use) -> Any:
    return use.downstream(use.ones())


def _upstream(use: Use) -> Any:
    m = use.scene.m
    if m.shaped and m.shape(use.x) != m.shape(use.y):
        if use.gate.pullback and m.shape(use.y) == ():
            return m.spread(m.dense(use.upstream), use.x)
        if use.gate.pullback:
            raise ValueError("the upstream has another shape")
    return use.upstream


def _turned(use: Use) -> Any:
    found = use.downstream()
    return None if found is None else -use.scene.m.dense(found)


def _swapped(use: Use) -> Any:
    m = use.scene.m
    if use.gate is GATES["multiply"]:
        return m.dense(use.upstream) * use.x
    a, b = use.xs
    return m.dense(use.upstream) * (b if use.place == 0 else m.divide(1.0, a))
