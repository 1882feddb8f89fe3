"""The pipeline of `bpcalc hessian`: both passes as for a gradient, then one on dual numbers an entry of the inputs.

NumPy is not named here: arrays come with their own methods, and eigenvalues from algebra.linear where they are asked
for.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping

from bpcalc.algebra.duals import Duals
from bpcalc.calculations import directions
from bpcalc.calculations.jacobian import LARGEST, structure_of
from bpcalc.calculations.passes import prepare, run, warnings_of
from bpcalc.calculations.spectrum import spectrum
from bpcalc.engine.second import hessian as rows_of
from bpcalc.engine.second import hessian_vector
from bpcalc.engine.tangent import pusher
from bpcalc.errors import BpcalcError, Source
from bpcalc.reading import bindings
from bpcalc.reports.circuit import Circuit
from bpcalc.reports.hessian import HessianReport, Judged
from bpcalc.reports.jacobian import Structure
from bpcalc.reports.names import Names
from bpcalc.reports.options import DEFAULTS, Options
from bpcalc.reports.warning import Warning
from bpcalc.telling.warnings import nonfinite
from bpcalc.typed import Any

LARGEST_OF_NUMBERS = 4 * 10**6  # entries where each is a Python float of its own, and not one of an array

Row = tuple[int, tuple[int, ...], dict[int, Any]]  # an input, the place of an entry, and second derivatives by input


def hessian(
    source: Source,
    values: Mapping[str, Any],
    options: Options = DEFAULTS,
    vector: Mapping[str, Any] | None = None,
    eigenvalues: bool = False,
) -> HessianReport:
    """The second derivatives of an expression at the values of its variables.

    vector  a tangent by input: only the matrix times this vector is computed, in one pass that never forms the matrix
    Raises BpcalcError for anything that is wrong with the text, a name, a value, the vector or an option.
    """
    m, program = prepare(source, values, options)
    bindings.complete(program, values)
    chosen = None if vector is None else directions.choose(program, values, vector, "--vector")

    asked = options._replace(upstream=1.0)

    def found(circuit: Circuit) -> dict[Any, Any]:
        """The blocks by their two names, or the product with the vector by name."""
        check_output(circuit)
        if chosen is None:
            _check_size(circuit)
            return {(a, b): part for a, row in _blocks(circuit, _rows(circuit)).items() for b, part in row.items()}
        _check_vector(circuit, chosen)
        return _product(circuit, directions.fitted(circuit, chosen))

    def calculated() -> tuple[Circuit, Mapping[Any, Any]]:
        if m.encloses:
            from bpcalc.calculations.bounds import enclosed

            return enclosed(m, program, values, asked, found)
        circuit = run(m, program, values, asked, takes_parts=True)
        return circuit, found(circuit)

    with m.quiet():
        circuit, parts = m.settled(calculated, lambda one: (*_beside(one[0]), *one[1].values()))
        if chosen is None:
            blocks = {a: {b: parts[a, b] for b in circuit.wrt} for a in circuit.wrt}
            return _whole(circuit, describe(circuit, values), blocks, eigenvalues)
        fitted = directions.fitted(circuit, chosen)
        report = describe(circuit, values, directions.flowing(circuit, fitted))
        return _multiplied(circuit, report, fitted, dict(parts))


def describe(
    circuit: Circuit, values: Mapping[str, Any], vector: Mapping[int, Any] | None = None
) -> HessianReport:
    """The report of both passes, to which the second derivatives come.

    vector  the one direction, by node, that they are taken in
    """
    names = Names(circuit.program, circuit.output)
    return HessianReport(
        circuit=circuit,
        names=names,
        gradient={name: circuit.gradient_by(name) for name in circuit.wrt},
        warnings=warnings_of(circuit, names, values, order=2, vector=vector),
    )


def check_output(circuit: Circuit) -> None:
    """Raises BpcalcError unless the output is a single number."""
    shape = circuit.m.shape(circuit.values[circuit.output])
    if shape:
        output = Names(circuit.program, circuit.output).output
        first = f"{output}[{', '.join('0' * len(shape))}]"
        raise BpcalcError(
            f"the output {output} is no single number: its shape is {shape}",
            hint=f"sum(...) the output, take one entry such as {first}, or ask for bpcalc jacobian",
        )


def _check_vector(circuit: Circuit, vector: Mapping[str, Any]) -> None:
    """Raises BpcalcError where the vector has a part for which the matrix has no column."""
    asked = {*circuit.wrt.values()}
    for name in vector:
        if circuit.program.names[name] not in asked:
            wrt = ",".join([*circuit.wrt, name])
            raise BpcalcError(
                f'the vector moves "{name}", for which no derivatives are asked', hint=f"write --wrt {wrt}"
            )


def _nonfinite(circuit: Circuit, report: HessianReport, parts: Iterable[tuple[str, str, Any]]) -> Iterator[Warning]:
    """Where NaN or infinity first arises among the second derivatives, although value and gradient have none."""
    if all(map(circuit.m.all_finite, (report.value, *report.gradient.values()))):
        yield from nonfinite(circuit, parts, f"; the gradient of {report.output} is finite")


def _duals(circuit: Circuit) -> Duals:
    if circuit.m.encloses:
        from bpcalc.calculations.bounds import duals

        return duals(circuit.m, circuit.options.convention)
    return Duals(circuit.m, pusher, circuit.options.convention)


def _beside(circuit: Circuit) -> Iterator[Any]:
    """What a report has beside second derivatives: the value, and the gradient that was asked for."""
    yield circuit.value
    yield from (circuit.gradient(node) for node in circuit.wrt.values())


def _product(circuit: Circuit, vector: dict[str, Any]) -> dict[str, Any]:
    """The Hessian times the vector, by name."""
    m, wrt = circuit.m, circuit.wrt
    changes = hessian_vector(
        _duals(circuit), circuit.program.graph, circuit.values, circuit.output,
        directions.flowing(circuit, vector), circuit.needed,
    )  # fmt: skip
    product = {}
    for name, node in wrt.items():
        change = changes[node] if node <= circuit.output else None
        product[name] = circuit.part(name, m.zero_like(circuit.values[node]) if change is None else change)
    return product


def _multiplied(
    circuit: Circuit, report: HessianReport, vector: dict[str, Any], product: dict[str, Any]
) -> HessianReport:
    """The report with the Hessian times the vector."""
    titles = ((f"the second derivatives for {name} times the vector", name, part) for name, part in product.items())
    return report._replace(
        vector=vector, product=product, passes=1, warnings=(*report.warnings, *_nonfinite(circuit, report, titles))
    )


def _whole(
    circuit: Circuit, report: HessianReport, blocks: dict[str, dict[str, Any]], eigenvalues: bool
) -> HessianReport:
    """The report with the whole matrix."""
    single = not any(report.inputs.values())
    f, pairs = report.output, [(a, b) for place, a in enumerate(blocks) for b in list(blocks)[place:]]
    titles = ((f"∂²{f}/∂{a}²" if a == b else f"∂²{f}/∂{a}∂{b}", a, blocks[a][b]) for a, b in pairs)
    found, judged = spectrum(circuit, report, blocks, _blocks) if eigenvalues and blocks else (None, Judged())
    return report._replace(
        hessian=blocks,
        structure={} if single else _structures(report, blocks),
        whole=_structure_of_numbers(circuit.m, blocks) if single and blocks else None,
        spectrum=found,
        judged=judged,
        passes=directions.entries(circuit, circuit.wrt.values()),
        warnings=(*report.warnings, *_nonfinite(circuit, report, titles)),
    )


def _structures(report: HessianReport, blocks: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Structure]]:
    m, inputs = report.circuit.m, report.inputs
    return {a: {b: structure_of(m, part, inputs[a], inputs[b]) for b, part in row.items()} for a, row in blocks.items()}


def _check_size(circuit: Circuit) -> None:
    """Raises BpcalcError for a matrix that no memory should be asked to hold."""
    sizes = {name: math.prod(circuit.m.shape(circuit.values[node])) for name, node in circuit.wrt.items()}
    entries, largest = sum(sizes.values()), LARGEST if circuit.m.shaped else LARGEST_OF_NUMBERS
    if entries * entries > largest:
        name, output = max(sizes, key=sizes.__getitem__), Names(circuit.program, circuit.output).output
        raise BpcalcError(
            f"the Hessian of {output} has {entries:,} x {entries:,} = {entries * entries:,} entries: "
            f"more than {largest:,} are not formed",
            hint=f"--vector {name}=… gives its product with a vector and never forms it; --wrt takes fewer inputs",
        )


def _blocks(circuit: Circuit, rows: Iterable[Row]) -> dict[str, dict[str, Any]]:
    return _array_blocks(circuit, rows) if circuit.m.shaped else _number_blocks(circuit, rows)


def _number_blocks(circuit: Circuit, rows: Iterable[Row]) -> dict[str, dict[str, Any]]:
    """By name, where all inputs are single numbers. Of a pair, equal but for rounding, the earlier pass gives both."""
    m, wrt, found = circuit.m, circuit.wrt, {node: row for node, _, row in rows}
    order = {node: place for place, node in enumerate(found)}

    def entry(a: int, b: int) -> Any:
        first, second = (a, b) if order[a] <= order[b] else (b, a)
        one = found[first].get(second, m.zero)
        return m.both(one, found[second].get(first, m.zero)) if m.encloses and a != b else one

    return {name: {other: entry(a, b) for other, b in wrt.items()} for name, a in wrt.items()}


def _array_blocks(circuit: Circuit, rows: Iterable[Row]) -> dict[str, dict[str, Any]]:
    """By name, the axes of the first input, then of the second."""
    m, wrt = circuit.m, circuit.wrt
    nodes = list(dict.fromkeys(wrt.values()))
    shapes = {node: m.shape(circuit.values[node]) for node in nodes}
    found = {
        (a, b): m.zeros(shape=(*shapes[a], *shapes[b])) for place, a in enumerate(nodes) for b in nodes[place:]
    }  # fmt: skip
    for node, place, row in rows:
        for other, change in row.items():
            if (node, other) in found:
                found[node, other][place] = change
    for a, b in list(found):
        if a == b:
            found[a, b] = _symmetric(m, found[a, b], shapes[a])
        else:
            axes = range(found[a, b].ndim)
            found[b, a] = found[a, b].transpose(*axes[len(shapes[a]) :], *axes[: len(shapes[a])])
    blocks: dict[str, dict[str, Any]] = {}
    for name, a in wrt.items():
        before = len(m.shape(circuit.part(name, circuit.values[a])))
        beside = {other: circuit.part(name, found[a, b]) for other, b in wrt.items()}
        blocks[name] = {other: circuit.part(other, block, before)[()] for other, block in beside.items()}
    return blocks


def _rows(circuit: Circuit) -> Iterator[Row]:
    return rows_of(
        _duals(circuit), circuit.program.graph, circuit.values, circuit.output,
        list(circuit.wrt.values()), circuit.needed,
    )  # fmt: skip


def _symmetric(m: Any, block: Any, shape: tuple[int, ...]) -> Any:
    """A block for one input with its upper triangle below the diagonal too: they differ by rounding, or are two
    enclosures of the same."""
    size = math.prod(shape)
    matrix = block.reshape(size, size)
    for row in range(size):
        for column in range(row + 1, size) if m.encloses else ():
            matrix[row, column] = m.entries.both(matrix[row, column], matrix[column, row])
        matrix[row + 1 :, row] = matrix[row, row + 1 :]
    return matrix.reshape((*shape, *shape))


def _structure_of_numbers(m: Any, blocks: Mapping[str, Mapping[str, Any]]) -> Structure:
    """What the matrix of single numbers looks like; of numbers between bounds nothing is said."""
    count = len(blocks)
    if m.encloses:
        return Structure("", count * count, count * count)
    filled = [(a, b) for a, row in blocks.items() for b, entry in row.items() if entry != 0]
    if not filled:
        return Structure("zero", 0, count * count)
    diagonal = all(a == b for a, b in filled)
    identity = len(filled) == count and all(blocks[a][a] == 1 for a in blocks)
    kind = "identity" if diagonal and identity else "diagonal" if diagonal else "symmetric"
    return Structure(kind if count > 1 else "", len(filled), count * count)
