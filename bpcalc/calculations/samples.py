"""Where a gate is shown: examples at its samples, and the corner where it has a kink.

NumPy is loaded for arrays only.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from bpcalc.algebra.floats import FLOATS
from bpcalc.algebra.shapes import SHAPES, Shaped
from bpcalc.engine.reverse import local_gradients
from bpcalc.errors import Source
from bpcalc.gate import CONVENTIONS, Gate
from bpcalc.graph import Graph
from bpcalc.reports.catalogue import Corner, Example
from bpcalc.typed import Any
from bpcalc.writing.unparse import numeral, unparse


def shape_of(nested: Any) -> tuple[int, ...]:
    """The shape of a sample: numbers in nested tuples."""
    return (len(nested), *shape_of(nested[0])) if isinstance(nested, tuple) else ()


def as_shown(gate: Gate) -> Gate:
    return gate.bind(gate.chosen) if gate.options else gate


def call(gate: Gate) -> str:
    """The gate on its parameters: `tanh(x)`, `a*b`, `x[0, 1:]`."""
    graph = Graph()
    node = graph.apply(as_shown(gate), tuple(graph.variable(name) for name in gate.parameters))
    return unparse(graph, node, {})


def samples(gate: Gate) -> list[tuple[Any, ...]]:
    return [sample for sample in gate.samples if len(sample) == len(gate.parameters)]


def _text(sample: Any) -> str:
    """A sample as the language has it: a number, or an array in quotes."""
    return f'"{_entries(sample)}"' if isinstance(sample, tuple) else numeral(sample)


def _entries(sample: Any) -> str:
    return f"[{', '.join(map(_entries, sample))}]" if isinstance(sample, tuple) else numeral(sample)


def _upstream(shape: tuple[int, ...], first: float = 1.0) -> Any:
    """An upstream for an array-valued example: 1, 2, 3, … in that shape."""
    if not shape:
        return first
    step = math.prod(shape[1:])
    return tuple(_upstream(shape[1:], first + place * step) for place in range(shape[0]))


def example(gate: Gate) -> Example:
    """The gate at the first of its samples where all is finite, by the pipeline."""
    from bpcalc.calculations.gradient import calculate
    from bpcalc.reports.options import Options

    examples = []
    for sample in samples(gate):
        shape = SHAPES.function(as_shown(gate))(*(Shaped(shape_of(one)) for one in sample)).shape
        seed, values = _upstream(shape), dict(zip(gate.parameters, sample, strict=True))
        options = Options(nodes=(), upstream=_bound({"": seed})[""] if shape else None)
        report = calculate(Source(call(gate)), _bound(values), options)
        bindings = "".join(f" {name}={_text(value)}" for name, value in values.items())
        command = f"bpcalc grad {_quoted(call(gate))}{bindings}" + f" --upstream {_text(seed)}" * bool(shape)
        examples.append(Example(command, report.circuit.m, report.value, report.gradient))
        if not report.warnings and all(map(report.circuit.m.all_finite, (report.value, *report.gradient.values()))):
            return examples[-1]
    return examples[0]


def _quoted(text: str) -> str:
    return f"'{text}'" if '"' in text else f'"{text}"'


def _bound(values: dict[str, Any]) -> dict[str, Any]:
    """Samples as the pipeline takes them: arrays for tuples."""
    if not any(isinstance(value, tuple) for value in values.values()):
        return values
    from bpcalc.algebra.arrays import ARRAYS

    return {name: ARRAYS.value(value) if isinstance(value, tuple) else value for name, value in values.items()}


def corner(gate: Gate) -> Corner | None:
    """A point at the gate's kink near one of its samples, and what the conventions do there."""
    if gate.kink is None:
        return None
    if gate.pullback:
        return _array_corner(gate)
    for point in _near(gate):
        y = FLOATS.function(gate)(*point)
        if gate.kink.touched(FLOATS, y, *point):
            local = {
                convention: tuple(
                    None if found is None else FLOATS.value(found)
                    for found in local_gradients(FLOATS, gate, y, point, convention)
                )
                for convention in CONVENTIONS
            }
            return Corner(FLOATS, dict(zip(gate.parameters, point, strict=True)), local)
    return None


def _array_corner(gate: Gate) -> Corner | None:
    """The same for a gate whose entries mix: a sample with zeros, or 0, 1, 2, … in the place of its first input."""
    from bpcalc.algebra.arrays import ARRAYS
    from bpcalc.calculations.gradient import calculate
    from bpcalc.reports.options import Options

    bound = as_shown(gate)
    point = _bound(dict(zip(gate.parameters, samples(gate)[0], strict=True)))
    first = gate.parameters[0]
    for candidate in (point[first] * 0, ARRAYS.value(_upstream(point[first].shape, 0.0))):
        point[first] = candidate
        y = ARRAYS.function(bound)(*point.values())
        if bound.kink is not None and bound.kink.touched(ARRAYS, y, *point.values()).any():
            found = {}
            for convention in CONVENTIONS:
                upstream = _bound({"": _upstream(y.shape)})[""] if y.shape else None
                options = Options(nodes=(), convention=convention, upstream=upstream)
                report = calculate(Source(call(gate)), point, options)
                found[convention] = tuple(report.gradient.get(name) for name in gate.parameters)
            return Corner(ARRAYS, point, found)
    return None


def _near(gate: Gate) -> Iterator[tuple[float, ...]]:
    """The samples with one input moved to 0 or to another input, then the origin, a half and 1."""
    for sample in samples(gate):
        for place in range(len(sample)):
            for value in (0.0, *sample):
                yield (*sample[:place], value, *sample[place + 1 :])
    for value in (0.0, 0.5, 1.0):
        yield (value,) * len(gate.parameters)
