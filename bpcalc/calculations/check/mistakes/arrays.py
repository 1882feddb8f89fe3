"""Arrays: products the wrong way round, broadcasts that are not summed over, the diagonal of a Jacobian."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from bpcalc.calculations.check.scene import Candidate, Edge, Scene, Use

ENTRIES = 64  # of an array whose Jacobian's diagonal is computed


def candidates(scene: Scene) -> Iterator[Candidate]:
    m = scene.m
    if not m.shaped:
        return
    if len(m.shape(scene.values[scene.target])) == 2:
        yield Candidate("transposed", "the gradient is transposed", 1.5, lambda s: s.m.transpose(s.true, axes=None))
    for edge in scene.edges:
        gate = scene.graph.gates[edge[0]]
        if gate.name == "matmul":
            yield from _products(scene, edge)
            yield from _symmetric(scene, edge)
        if gate.pullback and m.shape(scene.values[edge[0]]) == m.shape(scene.values[scene.source(edge)]):
            yield from _diagonal(scene, edge)
        if gate.name in ("sum", "mean"):
            yield from _means(scene, edge)
        if not gate.pullback and m.shape(scene.values[edge[0]]) != m.shape(scene.values[scene.source(edge)]):
            yield from _broadcast(scene, edge)


def _products(scene: Scene, edge: Edge) -> Iterator[Candidate]:
    """For Y = A@B: ∂A = G@B.T and ∂B = A.T@G, every other way round that fits."""
    here, source = scene.said(edge[0]), scene.named(scene.source(edge))
    only = scene.source(edge) == scene.target and len(scene.uses[scene.target]) == 1
    other = scene.graph.inputs[edge[0]][1 - edge[1]]
    # the transpose of a vector is no other order
    turns = [part for part, node in (("GT", edge[0]), ("OT", other)) if len(scene.m.shape(scene.values[node])) > 1]
    for words, kind, find in _orders(edge[1], scene.named(other), turns):
        def gradient(s: Scene, find: Callable[[Use], Any] = find) -> Any:
            if only:  # its shape may be another one
                return s.m.value(find(Use(s, *edge, s.upstream(edge[0]))))
            return s.found({edge: find})

        yield Candidate(kind, f"at {here} the gradient of {source} is written as {words}", 2.6, gradient)


def _symmetric(scene: Scene, edge: Edge) -> Iterator[Candidate]:
    """x@A@x: one of the two products with A is written with its transpose."""
    other = scene.graph.inputs[edge[0]][1 - edge[1]]
    if scene.graph.gates[other].name != "matmul":
        return
    for place, matrix in enumerate(scene.graph.inputs[other]):
        shape = scene.m.shape(scene.values[matrix])
        if len(shape) != 2 or shape[0] != shape[1] or scene.path[matrix]:
            continue

        def turned(use: Use, place: int = place) -> Any:
            m = use.scene.m
            factors = [use.scene.values[one] for one in use.scene.graph.inputs[other]]
            factors[place] = m.transpose(factors[place], axes=None)
            product, g = m.matmul(*factors), m.dense(use.upstream)
            if m.shape(g) == ():
                return g * product
            product = m.transpose(product, axes=None)
            return m.matmul(g, product) if use.place == 0 else m.matmul(product, g)

        yield Candidate("transposed", f"in {scene.said(edge[0])} {scene.named(matrix)} is taken for symmetric",
                        2.55, lambda s, f=turned: s.found({edge: f}))  # fmt: skip


def _orders(place: int, other: str, turns: Sequence[str]) -> list[tuple[str, str, Callable[[Use], Any]]]:
    """Every order of the upstream and the other factor, with their transposes as far as there are such."""

    def product(first: str, second: str) -> Callable[[Use], Any]:
        def find(use: Use) -> Any:
            m = use.scene.m
            parts = {"G": m.dense(use.upstream), "O": use.xs[1 - place]}
            a, b = ((m.transpose(parts[one[0]], axes=None) if one[1:] else parts[one]) for one in (first, second))
            return m.matmul(a, b) if len(m.shape(a)) and len(m.shape(b)) else a * b

        return find

    right = ("G", "OT") if place == 0 else ("OT", "G")
    found = []
    for first, second in (("G", "O"), ("O", "G"), ("G", "OT"), ("OT", "G"), ("GT", "O"), ("O", "GT"), ("GT", "OT"),
                          ("OT", "GT")):  # fmt: skip
        has_own = all(part in ("G", "O") or part in turns for part in (first, second))
        if has_own and tuple(part if part in turns else part[0] for part in right) != (first, second):
            called = {"G": "upstream", "O": other}
            words = "@".join(called[part[0]] + ".T" * (len(part) - 1) for part in (first, second))
            in_order = (first[0], second[0]) == (right[0][0], right[1][0])
            found.append((words, "transposed" if in_order else "order", product(first, second)))
    found.sort(key=lambda one: one[1] == "order")
    found.append(("an outer product the wrong way round", "transposed", _outer_turned))
    return found


def _outer_turned(use: Use) -> Any:
    m = use.scene.m
    g, other = m.dense(use.upstream), use.xs[1 - use.place]
    return m.outer(other, g) if use.place == 0 else m.outer(g, other)


def _diagonal(scene: Scene, edge: Edge) -> Iterator[Candidate]:
    """Only ∂y[i]/∂x[i]: as if each entry of the result came from its own entry alone."""
    here = scene.said(edge[0])

    def diagonal(use: Use) -> Any:
        m = use.scene.m
        shape = m.shape(use.x)
        places = list(m.places(shape))
        if len(places) > ENTRIES:
            raise ValueError("too many entries")
        entries = [float(m.entry(m.dense(use.downstream(m.unit(shape, place))), place)) for place in places]
        return m.dense(use.upstream) * m.reshape(m.value(entries), shape=shape)

    yield Candidate("diagonal", f"of the Jacobian of {here} only the diagonal is used", 3.4,
                    lambda s: s.found({edge: diagonal}))  # fmt: skip


def _means(scene: Scene, edge: Edge) -> Iterator[Candidate]:
    gate, here = scene.graph.gates[edge[0]], scene.said(edge[0])

    def count(use: Use) -> float:
        m = use.scene.m
        return _size(m, use.x) / _size(m, use.y)

    def otherwise(use: Use) -> Any:
        m, flows = use.scene.m, use.downstream()
        return m.dense(flows) * (count(use) if gate.name == "mean" else 1 / count(use))

    words = "the 1/N is missing" if gate.name == "mean" else "the gradient is divided by N, as a mean's would be"
    yield Candidate("mean", f"at {here} {words}", 2, lambda s: s.found({edge: otherwise}))


def _size(m: Any, x: Any) -> int:
    size = 1
    for one in m.shape(x):
        size *= one
    return size


def _broadcast(scene: Scene, edge: Edge) -> Iterator[Candidate]:
    """An input that broadcasting copied gets the sum over its copies."""
    here, source = scene.said(edge[0]), scene.named(scene.source(edge))
    if scene.source(edge) != scene.target or len(scene.uses[scene.target]) != 1:
        return
    said = f"at {here} broadcasting copies {source}, and the upstream is not summed over the copies"

    def whole(s: Scene) -> Any:
        """What flows, in the shape of the result."""
        use = Use(s, *edge, s.upstream(edge[0]))
        return s.m.value(s.m.spread(use.upstream * use.local, use.y))

    yield Candidate("not-summed", said, 2, whole)
    rank = len(scene.m.shape(scene.values[edge[0]]))
    for axis in range(rank):
        yield Candidate("not-summed", f"{said}, but over axis {axis}", 2.1,
                        lambda s, axis=axis: s.m.sum(whole(s), axis=axis, keepdims=False))  # fmt: skip
        yield Candidate("mean", f"at {here} the upstream is averaged over the copies of {source}, not summed", 2.2,
                        lambda s, axis=axis: _averaged(s, whole(s), axis))  # fmt: skip
        yield Candidate("not-summed", f"{said}: the first copy is taken", 2.3,
                        lambda s, axis=axis: _first(s, whole(s), axis))  # fmt: skip
    yield Candidate("not-summed", f"at {here} the upstream is summed over all entries, not over the copies of {source}",
                    2.4, lambda s: s.m.sum(whole(s), axis=None, keepdims=False))  # fmt: skip


def _averaged(s: Scene, whole: Any, axis: int) -> Any:
    return s.m.divide(s.m.sum(whole, axis=axis, keepdims=False), float(s.m.shape(whole)[axis]))


def _first(s: Scene, whole: Any, axis: int) -> Any:
    return s.m.index(whole, (*[(None, None, None)] * axis, 0))


