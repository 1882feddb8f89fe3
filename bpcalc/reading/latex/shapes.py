"""The shapes of a program's nodes, as far as bindings and declarations tell them before anything is calculated."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import zip_longest
from typing import Any

from bpcalc.gate import CONSTANT, GRAD, INPUT, Gate
from bpcalc.gates.products import letters
from bpcalc.graph import Graph
from bpcalc.reading.sizes import Size
from bpcalc.reading.state import State

Shape = tuple[int, ...]
SINGLE = ("trace", "det", "logdet")
LIKE_THEIR_INPUT = (
    "softmax", "log_softmax", "cumsum", "cumprod", "sort", "inv", "cofactors", "centered", "cholesky", "matrix_power",
    "expm", "tril", "triu", "flip", "roll",
)  # fmt: skip


class Shapes:
    """Looks shapes up, each once; None is a shape that nothing tells."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.found: dict[int, dict[int, Shape | None]] = {}

    def of(self, graph: Graph, node: int) -> Shape | None:
        found, stack = self.found.setdefault(id(graph), {}), [node]
        while stack:
            one = stack[-1]
            waiting = [source for source in graph.inputs[one] if source not in found]
            if waiting:
                stack += waiting
                continue
            stack.pop()
            if one not in found:
                found[one] = self._leaf(graph, one) if not graph.inputs[one] else _shape(
                    graph.gates[one], [found[source] for source in graph.inputs[one]]
                )
        return found[node]

    def _leaf(self, graph: Graph, node: int) -> Shape | None:
        gate, bound = graph.gates[node], self.state.bound
        if gate is CONSTANT:
            return ()
        if gate is INPUT:
            name = str(graph.leaves[node])
            if name[-1:] == "(":  # a function's parameter
                return None if self._has_arrays() else ()
            return tuple(getattr(bound.get(name), "shape", ())) if isinstance(bound, Mapping) else ()
        return _shape(gate, [])

    def _has_arrays(self) -> bool:
        bound = self.state.bound
        return isinstance(bound, Mapping) and any(getattr(value, "shape", ()) for value in bound.values())


def _shape(gate: Gate, inputs: list[Shape | None]) -> Shape | None:
    known = [shape for shape in inputs if shape is not None]
    options = gate.options
    if gate.name in SINGLE or (gate.family == "loss" and options.get("reduction") != "none"):
        return ()
    if gate.name in ("zeros", "ones", "reshape"):
        shape = tuple(options["shape"])
        return shape if all(isinstance(size, Size) or size >= 0 for size in shape) else None
    if gate.name == "eye":
        return options["size"], options["columns"] or options["size"]
    if len(known) < len(inputs) or not inputs:
        return None
    if gate is GRAD:
        return known[1]
    if gate.name in LIKE_THEIR_INPUT:
        return known[0]
    if not gate.of_arrays:
        return _broadcast(known)
    if gate.family == "reduction":
        return _reduced(known[0], options)
    rule = RULES.get(gate.name)
    return rule(known, options) if rule else None


def _broadcast(shapes: list[Shape]) -> Shape | None:
    found: list[int] = []
    for sizes in zip_longest(*(shape[::-1] for shape in shapes), fillvalue=1):
        different = {size for size in sizes if isinstance(size, Size) or size != 1}
        if len(different) > 1:
            return None
        found.insert(0, different.pop() if different else 1)
    return tuple(found)


def _reduced(shape: Shape, options: Mapping[str, Any]) -> Shape | None:
    axis = options.get("axis")
    if axis is None:
        return shape and (1,) * len(shape) if options.get("keepdims") else ()
    if not isinstance(axis, int) or not -len(shape) <= axis < len(shape):
        return None
    at = axis % len(shape)
    return shape[:at] + ((1,) if options.get("keepdims") else ()) + shape[at + 1 :]


def _matmul(shapes: list[Shape], options: Mapping[str, Any]) -> Shape | None:
    a, b = shapes
    if not a or not b:
        return None
    return (a[:-1] if len(a) > 1 else ()) + (b[:-2] + b[-1:] if len(b) > 1 else ())


def _index(shapes: list[Shape], options: Mapping[str, Any]) -> Shape | None:
    found: list[int] = []
    shape, key = shapes[0], options["key"]
    if len(key) > len(shape):
        return None
    for one, size in zip(key, shape, strict=False):
        if isinstance(one, tuple):
            if isinstance(size, Size) or any(isinstance(end, Size) for end in one):
                if one != (None, None, None):
                    return None
                found.append(size)
            else:
                found.append(len(range(*slice(*one).indices(size))))
        elif not isinstance(one, int):
            return None
    return (*found, *shape[len(key) :])


def _diag(shapes: list[Shape], options: Mapping[str, Any]) -> Shape:
    (shape,) = shapes
    return (*shape, *shape) if len(shape) == 1 else shape[:1]


def _einsum(shapes: list[Shape], options: Mapping[str, Any]) -> Shape | None:
    parts, result = letters(options["equation"], len(shapes))
    pairs = zip(parts, shapes, strict=True)
    sizes = {one: size for part, shape in pairs for one, size in zip(part, shape, strict=False)}
    return tuple(sizes[one] for one in result) if sizes.keys() >= set(result) else None


def _kron(shapes: list[Shape], options: Mapping[str, Any]) -> Shape | None:
    a, b = shapes
    return tuple(p * q for p, q in zip(a, b, strict=True)) if len(a) == len(b) else None


def _stacked(shapes: list[Shape], axis: int) -> Shape | None:
    if len(set(shapes)) > 1 or not -len(shapes[0]) - 1 <= axis <= len(shapes[0]):
        return None
    at = axis % (len(shapes[0]) + 1)
    return (*shapes[0][:at], len(shapes), *shapes[0][at:])


RULES: dict[str, Callable[[list[Shape], Mapping[str, Any]], Shape | None]] = {
    "matmul": _matmul, "index": _index, "diag": _diag,
    "stack": lambda shapes, options: _stacked(shapes, options["axis"]),
    "outer": lambda shapes, options: (*shapes[0], *shapes[1]),
    "transpose": lambda shapes, options: shapes[0][::-1] if options.get("axes") is None else None,
    "array": lambda shapes, options: (len(shapes), *shapes[0]),
    "solve": lambda shapes, options: shapes[1],
    "pinv": lambda shapes, options: (*shapes[0][:-2], *shapes[0][:-3:-1]),
    "eigvalsh": lambda shapes, options: shapes[0][:-1],
    "svdvals": lambda shapes, options: (*shapes[0][:-2], min(shapes[0][-2:])) if len(shapes[0]) > 1 else None,
    "cross": lambda shapes, options: _broadcast(shapes), "einsum": _einsum, "kron": _kron,
}  # fmt: skip
