"""The shapes of a program's parts as far as they are known while it is read: what `x.shape[0]` and `x.squeeze()` ask.

A variable's shape is that of its value, or the one that was declared. Of what has no rule here, nothing is known.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from bpcalc.gate import CONSTANT, INPUT, Gate
from bpcalc.gates.indexing import EVERY, full, has_places, taken_axes
from bpcalc.reading.sizes import Size
from bpcalc.reading.state import State

Shape = tuple[int, ...]
LIKE_THEIR_INPUT = ("softmax", "log_softmax", "flip", "tril", "triu", "roll", "sort", "inv")


def known_shape(state: State, node: int) -> Shape | None:
    """The shape of a node of the graph that is read; None where it is not known."""
    graph = state.graph
    found, stack = state.shapes.setdefault(id(graph), {}), [node]
    while stack:
        one = stack[-1]
        waiting = [source for source in graph.inputs[one] if source not in found]
        if waiting:
            stack += waiting
            continue
        stack.pop()
        gate, inputs = graph.gates[one], [found[source] for source in graph.inputs[one]]
        if gate is INPUT:
            found[one] = _bound(state, str(graph.leaves[one]))
        elif gate is CONSTANT:
            found[one] = ()
        else:
            shapes = [shape for shape in inputs if shape is not None]
            found[one] = _made(gate, shapes) if len(shapes) == len(inputs) else None
    return found[node]


def _bound(state: State, name: str) -> Shape | None:
    if not isinstance(state.bound, Mapping) or name not in state.bound:
        return None
    shape: Shape = getattr(state.bound[name], "shape", ())
    return shape


def _made(gate: Gate, shapes: list[Shape]) -> Shape | None:
    """The shape that a gate makes of its inputs' shapes."""
    options = gate.options
    if not gate.of_arrays or gate.name in LIKE_THEIR_INPUT:
        return _broadcast(shapes)
    if gate.family == "reduction":
        return _reduced(shapes[0], **options) if options.keys() == {"axis", "keepdims"} else None
    if gate.family == "loss":
        return () if options.get("reduction", "none") != "none" else shapes[-1] if gate.name == "pick" else None
    if gate.name in ("zeros", "ones"):
        return tuple(options["shape"])
    if gate.name == "array":
        return (len(shapes), *shapes[0])
    if gate.name == "transpose" and options["axes"] is None:
        return shapes[0][::-1]
    if gate.name == "reshape":
        return _filled(shapes[0], options["shape"])
    if gate.name == "matmul":
        return _product(*shapes)
    if gate.name == "index":
        return _indexed(shapes[0], options["key"])
    return None


def _broadcast(shapes: list[Shape]) -> Shape | None:
    longest = max(map(len, shapes), default=0)
    found: list[int] = []
    for sizes in zip(*((1,) * (longest - len(shape)) + shape for shape in shapes), strict=True):
        others = {size for size in sizes if size != 1}
        if len(others) > 1:
            return None
        found.append(others.pop() if others else 1)
    return tuple(found)


def _reduced(shape: Shape, axis: int | tuple[int, ...] | None, keepdims: bool) -> Shape | None:
    chosen = range(len(shape)) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    if any(not -len(shape) <= one < len(shape) for one in chosen):
        return None
    gone = {one % len(shape) for one in chosen}
    return tuple(1 if at in gone else size for at, size in enumerate(shape) if keepdims or at not in gone)


def _filled(shape: Shape, asked: Shape) -> Shape | None:
    if -1 not in asked:
        return asked
    known = math.prod(size for size in asked if size != -1)
    if any(isinstance(size, Size) for size in (*shape, known)) or not known or math.prod(shape) % known:
        return None
    return tuple(math.prod(shape) // known if size == -1 else size for size in asked)


def _indexed(shape: Shape, key: tuple[Any, ...]) -> Shape | None:
    if has_places(key) or taken_axes(key) > len(shape):
        return None
    left, sizes = list[int](), iter(shape)
    for part in full(key, len(shape)):
        size = 1 if part is None else next(sizes)
        if isinstance(part, tuple):
            if part != EVERY and any(isinstance(one, Size) for one in (size, *part)):
                return None
            size = size if part == EVERY else len(range(*slice(*part).indices(size)))
        if not isinstance(part, int):
            left.append(size)
    return tuple(left)


def _product(a: Shape, b: Shape) -> Shape | None:
    if not a or not b:
        return None
    stacks = _broadcast([a[:-2], b[:-2]])
    return None if stacks is None else (*stacks, *a[-2:-1], *(b[-1:] if len(b) > 1 else ()))
