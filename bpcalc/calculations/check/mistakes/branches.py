"""Copy gates: the gradients of all branches add. Branches that are forgotten, overwritten, or taken as constants."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Any

from bpcalc.calculations.check.scene import Candidate, Edge, Scene, Use
from bpcalc.gates import GATES

MOST = 6  # branches of which every set is tried
NODES = 60  # nodes that are tried as constants
STATISTICS = ("mean", "var", "std", "amax", "amin", "norm", "logsumexp", "centered")
PENALTIES = ("power", "abs", "norm", "multiply", "matmul", "dot")
ADDS = ("add", "subtract")


def candidates(scene: Scene) -> Iterator[Candidate]:
    for node in scene.copies():
        yield from _dropped(scene, node, scene.uses[node])
    inner = [node for node in scene.uses if node not in (scene.target, scene.output)][:NODES]
    terms = _terms(scene)
    for node in inner:
        gate = scene.graph.gates[node]
        inside = node not in terms
        rank = 2.7 if gate.name in STATISTICS and inside else 3.6 if node in scene.names.given and inside else 7
        yield Candidate("constant", f"{scene.said(node)} is taken as a constant, but it depends on "
                        f"{scene.named(scene.target)}", rank, _cut([node]))  # fmt: skip
    for pair in combinations([node for node in inner if scene.graph.gates[node].name in STATISTICS][:MOST], 2):
        said = " and ".join(map(scene.said, pair))
        yield Candidate("constant", f"{said} are taken as constants", 7.5, _cut(pair))
    zero = f"{scene.named(scene.target)} is taken as a constant"
    yield Candidate("constant", zero, 9, lambda s: s.m.zero_like(s.values[s.target]))
    yield from _regularisation(scene)


def _nothing(use: Use) -> Any:
    return None


def _without(edges: Sequence[Edge]) -> Any:
    return lambda s: s.found(dict.fromkeys(edges, _nothing))


def _cut(nodes: Sequence[int]) -> Any:
    return lambda s: s.found({}, cut=nodes)


def _dropped(scene: Scene, node: int, uses: list[Edge]) -> Iterator[Candidate]:
    name = scene.named(node)
    for edge in uses:
        yield Candidate(
            "branch", f"{name} is used {len(uses)} times, and the branch through {scene.said(edge[0])} is forgotten",
            4, _without([edge]),
        )  # fmt: skip
    for place, word in ((0, "last"), (-1, "first")):  # the edges stand in the order of the backward pass
        kept = uses[place]
        yield Candidate(
            "overwritten", f"the branches of {name} overwrite each other: only that through {scene.said(kept[0])} is "
            f"left, the {word} in the forward pass", 4.5, _without([edge for edge in uses if edge != kept]),
        )  # fmt: skip
    if 2 < len(uses) <= MOST:
        for count in range(2, len(uses)):
            for edges in combinations(uses, count):
                told = " and ".join(scene.said(edge[0]) for edge in edges)
                yield Candidate("constant", f"{name} is taken as a constant in {told}", 5 + count / 10, _without(edges))


def _terms(scene: Scene) -> list[int]:
    """The terms of the output, where it is a sum of numbers."""
    stack, found = [scene.output], list[int]()
    while stack:
        node = stack.pop()
        if scene.graph.gates[node].name in ADDS:
            stack.extend(scene.graph.inputs[node])
        else:
            found.append(node)
    return found


def _regularisation(scene: Scene) -> Iterator[Candidate]:
    """The term of the output that is there to keep the weights small."""
    terms = [term for term in _terms(scene) if scene.path[term]]
    if len(terms) < 2:
        return
    for term in terms:
        others = set[int]().union(*(_variables(scene, one) for one in terms if one != term))
        if _variables(scene, term) & others < others and _is_penalty(scene, term):
            yield Candidate("regularisation", f"the gradient of the regularisation term {scene.written(term)} is "
                            "missing", 2.6, _cut([term]))  # fmt: skip


def _variables(scene: Scene, node: int) -> set[int]:
    below = scene.graph.ancestors(node)
    return {one for one in scene.graph.variables.values() if below[one]}


def _is_penalty(scene: Scene, node: int) -> bool:
    """Is it a coefficient, or none, times squares or sizes of what is differentiated by?"""
    if scene.graph.gates[node].name not in ("multiply", "divide", "sum", "norm"):
        return False
    below, gates = scene.graph.ancestors(node), scene.graph.gates
    for one in range(node + 1):
        if below[one] and gates[one].name in PENALTIES:
            inputs = scene.graph.inputs[one]
            if gates[one] in (GATES["multiply"],) or gates[one].name == "matmul":
                if len(set(inputs)) == 1:
                    return True
            elif scene.path[inputs[0]]:
                return True
    return False
