"""The pipeline of `bpcalc jacobian`: both passes as for a gradient, then one pass for each entry of the smaller side.

NumPy is not named here: arrays come with their own methods.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import takewhile

from bpcalc.calculations.passes import prepare, run, warnings_of
from bpcalc.engine.jacobian import jacobians
from bpcalc.errors import BpcalcError, Source
from bpcalc.reports.circuit import Circuit
from bpcalc.reports.jacobian import JacobianReport, Joint, Structure
from bpcalc.reports.names import Names
from bpcalc.reports.options import Options
from bpcalc.reports.warning import Warning
from bpcalc.telling.warnings import nonfinite
from bpcalc.typed import Any

LARGEST = 10**8  # entries of all Jacobians together: 0.8 GB


def jacobian(
    source: Source, values: Mapping[str, Any], options: Options, layout: str = "denominator", mode: str = ""
) -> JacobianReport:
    """The Jacobian of an expression at the values of its variables.

    mode  "forward" or "reverse"; by default the one that takes fewer passes
    Raises BpcalcError for anything that is wrong with the text, a name, a value or an option.
    """
    m, program = prepare(source, values, options)

    def calculated() -> tuple[Circuit, Mapping[str, Any], str, int]:
        # this pass finds what deserves a warning: every entry of the output hands a 1 back
        asked, taken = options._replace(upstream=1.0), list[tuple[str, int]]()

        def further(circuit: Circuit) -> dict[str, Any]:
            _check_size(circuit)
            found, used, passes = _jacobians(circuit, mode)
            taken.append((used, passes))
            return found

        if m.encloses:
            from bpcalc.calculations.bounds import enclosed

            circuit, found = enclosed(m, program, values, asked, further)
        else:
            circuit = run(m, program, values, asked, takes_parts=True)
            found = further(circuit)
        return circuit, found, *taken[-1]

    with m.quiet():
        circuit, found, used, passes = m.settled(calculated, lambda one: (one[0].value, *one[1].values()))
        return describe(circuit, found, layout, used, passes, values)


def describe(
    circuit: Circuit, found: Mapping[str, Any], layout: str, mode: str, passes: int, values: Mapping[str, Any]
) -> JacobianReport:
    """The report of the Jacobians that were found, by name, laid out."""
    names, inputs, shape = Names(circuit.program, circuit.output), _inputs(circuit), _shape(circuit)
    laid_out = {name: _laid_out(array, inputs[name], layout) for name, array in found.items()}
    sides = {name: _sides(size, shape, layout) for name, size in inputs.items()}
    return JacobianReport(
        circuit=circuit,
        names=names,
        layout=layout,
        jacobian=laid_out,
        structure={name: structure_of(circuit.m, laid_out[name], *sides[name]) for name in inputs},
        mode=mode,
        passes=passes,
        warnings=_told(circuit, names, warnings_of(circuit, names, values), found),
        joint=_joint(circuit.m, found, layout) if shape and len(found) > 1 and not any(inputs.values()) else None,
    )


def _joint(m: Any, found: Mapping[str, Any], layout: str) -> Joint:
    """One matrix of the Jacobians of a few numbers, laid out."""
    rows = [m.reshape(array, shape=(-1,)) for array in found.values()]
    matrix = m.stack(*rows, axis=0)
    matrix = matrix if layout == "denominator" else matrix.T
    height, width = m.shape(matrix)
    return Joint(matrix, structure_of(m, matrix, (height,), (width,)))


def structure_of(m: Any, array: Any, rows: tuple[int, ...], columns: tuple[int, ...]) -> Structure:
    """What zeros a matrix has; of numbers between bounds nothing is said."""
    count = math.prod((*rows, *columns))
    return Structure("", count, count) if m.encloses else structure(array, rows, columns)


def _told(
    circuit: Circuit, names: Names, both: tuple[Warning, ...], found: Mapping[str, Any]
) -> tuple[Warning, ...]:
    """The warnings of both passes; where these met neither NaN nor infinity, those of the Jacobians themselves."""
    if any(warning.kind == "nonfinite" for warning in both):
        return both
    blocks = ((f"∂{names.output}/∂{name}", name, block) for name, block in found.items())
    return (*both, *nonfinite(circuit, blocks))


def _inputs(circuit: Circuit) -> dict[str, tuple[int, ...]]:
    """The shapes of what is differentiated by, by name."""
    return {name: circuit.m.shape(circuit.part(name, circuit.values[node])) for name, node in circuit.wrt.items()}


def _shape(circuit: Circuit) -> tuple[int, ...]:
    """The shape of the output."""
    return circuit.m.shape(circuit.values[circuit.output])


def _jacobians(circuit: Circuit, mode: str) -> tuple[dict[str, Any], str, int]:
    """By name. Of a program of single numbers it is the gradient, which stands already."""
    m, wrt = circuit.m, circuit.wrt
    if not m.shaped:
        return {name: circuit.gradient(node) for name, node in wrt.items()}, "reverse", 1
    found, mode, passes = jacobians(
        m, circuit.program.graph, circuit.values, circuit.output, list(wrt.values()), circuit.needed,
        circuit.options.convention, mode,
    )  # fmt: skip
    # [()] makes a plain number of an array without axes
    return {name: circuit.part(name, found[node])[()] for name, node in wrt.items()}, mode, passes


def _laid_out(array: Any, size: tuple[int, ...], layout: str) -> Any:
    """A Jacobian with the axes of an input of the shape `size` first, or last."""
    axes = getattr(array, "ndim", 0)
    if layout == "denominator" or not axes:
        return array
    places = range(axes)
    return array.transpose(*places[len(size) :], *places[: len(size)])


def _sides(size: tuple[int, ...], shape: tuple[int, ...], layout: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The shapes that make the rows and the columns."""
    return (size, shape) if layout == "denominator" else (shape, size)


def _check_size(circuit: Circuit) -> None:
    """Raises BpcalcError for Jacobians that no memory should be asked to hold."""
    shape, inputs = _shape(circuit), _inputs(circuit)
    entries = {name: math.prod(size) * math.prod(shape) for name, size in inputs.items()}
    if sum(entries.values()) <= LARGEST:
        return
    largest = max(entries, key=lambda name: entries[name])
    rows, columns = math.prod(inputs[largest]), math.prod(shape)
    more = f", and with those of the other inputs {sum(entries.values()):,}" if entries[largest] <= LARGEST else ""
    output = Names(circuit.program, circuit.output).output
    raise BpcalcError(
        f"the Jacobian ∂{output}/∂{largest} has {rows:,} x {columns:,} = {entries[largest]:,} entries{more}: "
        f"more than {LARGEST:,} are not formed",
        hint="bpcalc grad never forms it: give the upstream gradient with --upstream, or sum(...) the output",
    )


def structure(array: Any, rows: tuple[int, ...], columns: tuple[int, ...]) -> Structure:
    """What a Jacobian looks like as a matrix; `rows` and `columns` are the shapes that its two sides come from."""
    if not rows and not columns:
        return Structure("", int(array != 0), 1)
    height, width = math.prod(rows), math.prod(columns)
    matrix = array.reshape(height, width)
    filled = matrix != 0
    nonzero, square = int(filled.sum()), height == width
    if not nonzero:
        return Structure("zero" if matrix.size else "empty", 0, matrix.size)
    on_diagonal = int(filled.diagonal().sum()) if square else 0
    if nonzero == matrix.size:
        kind = ""
    elif square and nonzero == on_diagonal:
        kind = "identity" if bool((matrix.diagonal() == 1).all()) else "diagonal"
    elif blocks := _blocks(filled, nonzero, rows, columns):
        return Structure("block diagonal", nonzero, matrix.size, blocks)
    else:
        kind = _triangle(filled) if square else ""
    if not kind and square and height > 1 and bool((matrix == matrix.T).all()):
        kind = "symmetric"
    return Structure(kind, nonzero, matrix.size)


def _blocks(filled: Any, nonzero: int, rows: tuple[int, ...], columns: tuple[int, ...]) -> tuple[int, ...]:
    """How many blocks stand on the diagonal, and their rows and columns: the leading axes that both sides share."""
    shared = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(rows, columns, strict=False)))
    for axes in range(shared, 0, -1):
        count = math.prod(rows[:axes])
        height, width = math.prod(rows[axes:]), math.prod(columns[axes:])
        inside = filled.reshape(count, height, count, width).diagonal(axis1=0, axis2=2)
        if count > 1 and int(inside.sum()) == nonzero:
            return count, height, width
    return ()


def _triangle(filled: Any) -> str:
    """Which triangle all entries of a square matrix stand in."""
    first = filled.argmax(axis=1).tolist()
    last = (filled.shape[1] - 1 - filled[:, ::-1].argmax(axis=1)).tolist()
    occupied = filled.any(axis=1).tolist()
    if all(start >= row for row, (start, some) in enumerate(zip(first, occupied, strict=True)) if some):
        return "upper triangular"
    if all(end <= row for row, (end, some) in enumerate(zip(last, occupied, strict=True)) if some):
        return "lower triangular"
    return ""
