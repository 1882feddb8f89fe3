"""What is said of shapes: those that meet in a formula, copies made by broadcasting, Jacobians that were not formed.

An array comes as an object with `shape`; NumPy is not named here.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Any

from bpcalc.gate import Gate
from bpcalc.gates import GATES
from bpcalc.graph import Graph

NEGATE = GATES["negate"]
OF_A_LINE = {"routes": "of each", "distributes": "of its"}  # … routes the gradient to the largest entry of each row
WORD = re.compile(r"\w+")
LARGE = 10**6  # bytes: the memory of a larger Jacobian is told

Shape = tuple[int, ...]


def shape_of(value: Any) -> Shape:
    return getattr(value, "shape", ())


def tuple_text(shape: Shape) -> str:
    """`(2,3)`, `(4,)`, or `number`"""
    return f"({','.join(map(str, shape))}{',' * (len(shape) == 1)})" if shape else "number"


def signature(graph: Graph, values: Sequence[Any], node: int) -> str:
    """The shapes that meet in a formula's last step: `(3,2)@(2,4) -> (3,4)`; one shape where all are the same."""
    while graph.gates[node] is NEGATE:
        (node,) = graph.inputs[node]
    gate, result = graph.gates[node], shape_of(values[node])
    parts = [shape_of(values[source]) for source in graph.inputs[node]]
    parts = [part for part in parts if part]
    if not parts or (not gate.of_arrays and all(part == result for part in parts)):
        return tuple_text(result)
    between = gate.infix[0] if gate.infix else ", "
    return f"{between.join(map(tuple_text, parts))} -> {tuple_text(result)}"


def line_of(shape: Shape, axis: Any) -> str:
    """What a reduction along `axis` runs over: `row`, `column`; nothing where it runs over all."""
    if axis is None or len(shape) != 2 or not isinstance(axis, int):
        return ""
    return "column" if axis % 2 == 0 else "row"


def copies(gate: Gate, x: Shape, y: Shape) -> str:
    """How broadcasting copied an input of shape `x`, and what that means for its gradient; nothing if it did not."""
    if gate.name == "matmul":
        stacked = len(x) > 1 and math.prod(y[:-2]) // max(1, math.prod(x[:-2]))
        return f"was copied {stacked} times, so its gradient is the sum over the copies" if stacked > 1 else ""
    if gate.pullback or math.prod(x) == math.prod(y):
        return ""
    ahead = len(y) - len(x)
    axes = [place for place, size in enumerate(y) if size != 1 and (place < ahead or x[place - ahead] == 1)]
    if math.prod(x) == 1:
        return f"was copied to all {math.prod(y)} entries, so its gradient is the sum over them"
    if len(y) == 2:
        lines = "rows" if axes == [0] else "columns"
        return f"was copied to {y[axes[0]]} {lines}, so its gradient is the sum over the {lines}"
    times = math.prod(y[place] for place in axes)
    along = f"{'axis' if len(axes) == 1 else 'axes'} {' and '.join(map(str, axes))}"
    return f"was copied {times} times along {along}, so its gradient is the sum over the copies"


def jacobian(gate: Gate, names: tuple[str, str], x: Shape, y: Shape, local: Any) -> str:
    """What is said of the Jacobian ∂y/∂x that was not formed; nothing where it is no larger than the gradient.

    local  the local gradient of a gate that works entry by entry, else None
    """
    if not x or not y or (not gate.pullback and (x != y or not shape_of(local))):
        return ""
    entries = math.prod(x) * math.prod(y)
    start = f"the Jacobian ∂{names[0]}/∂{names[1]} would be"
    if not gate.pullback:
        return f"{start} diagonal: {int((local != 0).sum()):,} of {entries:,} entries non-zero; never formed"
    size = f"({'x'.join(map(str, x))})x({'x'.join(map(str, y))}), {entries:,} entries{_memory(entries)}"
    return f"{start} {size}{_structure(gate, x, y)}; never formed"


def _memory(entries: int) -> str:
    """` (400 GB)` where that is much."""
    amount, unit = entries * 8.0, 0
    if amount < LARGE:
        return ""
    while amount >= 1000:
        amount, unit = amount / 1000, unit + 1
    return f" ({amount:.3g} {('B', 'kB', 'MB', 'GB', 'TB', 'PB', 'EB', 'ZB', 'YB')[min(unit, 8)]})"


def _structure(gate: Gate, x: Shape, y: Shape) -> str:
    """Where a Jacobian has its zeros, where that is soon told."""
    if gate.pattern == "rearranges":
        return ", each 0 or 1"
    if "axis" not in gate.options or (gate.options["axis"] is None and gate.name.startswith("cumsum")):
        return ""
    axis = gate.options["axis"]
    if x == y and isinstance(axis, int):
        size, lines = x[axis], math.prod(x) // max(1, x[axis])
        line = line_of(x, axis) or "slice"
        if lines == 1:
            return ""
        return f": a {size} x {size} block for each of the {lines} {line}s, else zeros"
    return f", at most {math.prod(x):,} of them non-zero"


def _of_inputs(gate: Gate, names: Sequence[str]) -> str:
    """What a gate says of itself, said of these inputs: `where n2 > 0` for `where x > 0`."""
    called = dict(zip(gate.parameters, names, strict=False))
    return WORD.sub(lambda word: called.get(word[0], word[0]), gate.says)


def pattern(gate: Gate, names: Sequence[str], x: Shape, locals_: Sequence[str] | None = None) -> str:
    """What a gate does in the backward pass, as a clause: `max: routes the gradient to the largest entry of each row`.

    names    what its inputs are called; x: the shape of the first
    locals_  of a gate of single numbers: the local gradients of the inputs that get something, as texts
    """
    if gate.says:
        # beside a constant there is only one input that gets anything
        alone = locals_ is not None and len(locals_) < 2
        says = _of_inputs(gate, names)
        says = says.removesuffix(" to both inputs") if alone else says
        line = line_of(x, gate.options.get("axis")) if gate.pattern in OF_A_LINE else ""
        return f"{gate.spelling}: {says}" + (f" {OF_A_LINE[gate.pattern]} {line}" if line else "")
    if locals_ is None:
        return f"{gate.spelling}: scales {'' if gate.pullback else 'each entry '}by its local gradient"
    return f"{gate.spelling}: scales by " + (
        f"its local gradient {locals_[0]}" if len(locals_) == 1 else "the local gradient of each input"
    )
