"""What `bpcalc hessian` found: labelled matrices, or the product with a vector."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from bpcalc.errors import BpcalcError, columns
from bpcalc.show import Style
from bpcalc.show.document import by_name, number, warned
from bpcalc.show.grid import wrapped
from bpcalc.show.heading import headline
from bpcalc.show.matrix import (
    TALL,
    Side,
    by,
    drawn,
    entries_of,
    extent_of,
    is_exact,
    is_sparse,
    listed,
    numbers,
    words_of,
)
from bpcalc.show.numbers import algebra
from bpcalc.typed import TYPE_CHECKING, Any
from bpcalc.writing.numerals import exact, eye, nested, summary

if TYPE_CHECKING:
    from bpcalc.reports.hessian import HessianReport, Judged, Spectrum
    from bpcalc.reports.jacobian import Structure

COMMAND = "hessian"
FORMATS = ("table", "plain", "json", "csv", "tsv", "env")
SHOWN = 200  # rows of a product


def table(report: HessianReport, style: Style) -> str:
    """What was computed, the gradient, then the matrix in blocks; or the product with the vector."""
    lines = headline(report, style, apart=True)
    if not report.gradient:
        return "\n".join(lines)
    if report.vector is not None:
        return "\n".join([*lines, *_product(report, report.vector, style)])
    passes = f"{report.passes:,} passes, one for each entry of the inputs" if report.passes > 1 else "1 pass"
    lines += wrapped(f"{passes}: forward over reverse", style)
    lines += ["", *_gradient(report, style), *(_whole(report, report.whole, style) if report.whole else [])]
    lines += [] if report.whole else [line for part in _blocks(report, style) for line in part]
    lines += _spectrum(report.circuit.m.entries, report.spectrum, report.judged, style) if report.spectrum else []
    return "\n".join(lines)


def _gradient(report: HessianReport, style: Style) -> list[str]:
    f = report.output
    return listed(report.circuit.m, {f"∂{f}/∂{name}": value for name, value in report.gradient.items()}, style)


def _whole(report: HessianReport, structure: Structure, style: Style) -> list[str]:
    """The one matrix over inputs that are single numbers."""
    m, f, names = report.circuit.m.entries, report.output, list(report.hessian)
    rows = [list(row.values()) for row in report.hessian.values()]
    if len(names) == 1:
        return ["", *numbers(report.circuit.m, {f"∂²{f}/∂{names[0]}²": rows[0][0]}, style)]
    flat = [entry for row in rows for entry in row] if len(names) > TALL else [m.zero]
    told = extent_of(m, flat, style)
    side = Side(len(names), lambda place: names[place])
    title = f"∂²{f}  {', '.join([f'{len(names)} x {len(names)}', *words_of(structure)])}"
    if structure.kind == "zero":
        return ["", *wrapped(title, style)]
    matrix = drawn(m, lambda row, place: rows[row][place], side, side, is_sparse(structure), told, style)
    return ["", *wrapped(title, style), *matrix]


def _blocks(report: HessianReport, style: Style) -> list[list[str]]:
    """A block for each pair of inputs, those below the diagonal left out."""
    names = list(report.hessian)
    found = [_block(report, a, b, style) for place, a in enumerate(names) for b in names[place:]]
    if len(names) > 1:
        (a, b), f, others = names[:2], report.output, ", and so for each pair" if len(names) > 2 else ""
        found.append(["", *wrapped(f"∂²{f}/∂{b}∂{a} is ∂²{f}/∂{a}∂{b} transposed{others}", style)])
    return found


def _block(report: HessianReport, a: str, b: str, style: Style) -> list[str]:
    m, f, array, structure = report.circuit.m, report.output, report.hessian[a][b], report.structure[a][b]
    title = f"∂²{f}/∂{a}²" if a == b else f"∂²{f}/∂{a}∂{b}"
    if not m.shape(array):
        return ["", *numbers(m, {title: array}, style)]
    rows, across = report.inputs[a], report.inputs[b]
    long = len(rows) > 1 or len(across) > 1
    sizes = f"({by(rows)}) x ({by(across)})" if long else f"{by(rows)} x {by(across)}"
    lines = ["", *wrapped(f"{title}  {', '.join([sizes, *words_of(structure)])}", style)]
    if structure.kind in ("zero", "empty"):
        return lines
    beside, above = entries_of(a, rows), entries_of(b, across)
    flat = m.reshape(array, shape=(beside.size, above.size))
    told = summary(m, flat, style.precision).partition(", ")[2]
    entry = lambda row, place: m.entry(flat, (row, place))
    return lines + drawn(m.entries, entry, beside, above, is_sparse(structure), told, style)


def _spectrum(m: Any, spectrum: Spectrum, judged: Judged, style: Style) -> list[str]:
    """`eigenvalues ≈ 0.4, 2.6: positive definite`"""
    found, precision = spectrum.eigenvalues, style.precision
    if len(found) > TALL:
        told = f"{len(found):,} eigenvalues, {eye(m, found[0], precision)} to {eye(m, found[-1], precision)}"
    else:
        sign = "=" if all(is_exact(m, x, precision) for x in found) else "≈"
        told = f"eigenvalues {sign} {', '.join(eye(m, x, precision) for x in found)}"
    lines = wrapped(told + (f": {spectrum.kind}" if spectrum.kind else ""), style)
    if spectrum.point:
        rounded = " but for rounding" if judged.rest == "0 but for rounding" else ""
        lines += wrapped(f"the gradient is 0 here{rounded}: {spectrum.point}", style)
    if judged.undecided:
        lines += wrapped(judged.undecided, style)
    return ["", *lines]


def _product(report: HessianReport, vector: Mapping[str, Any], style: Style) -> list[str]:
    """The vector, the gradient, and the matrix times the vector: a row an input, or where that is too wide in turn."""
    from bpcalc.show.table import drawn as rows_drawn
    from bpcalc.show.table import texts, values

    count = sum(math.prod(shape) for shape in report.inputs.values())
    lines = wrapped(f"1 pass, forward over reverse; the matrix H of {count:,} x {count:,} is never formed", style)
    m, names, f = report.circuit.m, list(report.product)[:SHOWN], report.output
    roles = ["input"] * len(names)
    parts = {
        "tangent": ("v", "v for", [vector.get(name, m.zero) for name in names]),
        "gradient": (f"∂{f}/∂input", f"∂{f}/∂", [report.gradient[name] for name in names]),
        "product": ("H v", "H v for", [report.product[name] for name in names]),
    }
    cells = {key: (title, values(m, found, style.precision)) for key, (title, _, found) in parts.items()}
    table = {"name": ("input", texts(names)), **cells}
    if style.width is None or style.width >= max(map(columns, rows_drawn(roles, table, 0, Style(style.precision)))):
        lines += rows_drawn(roles, table, 0, style)
    else:
        for _, title, found in parts.values():
            gap = "" if title.endswith("∂") else " "
            lines += ["", *listed(m, {f"{title}{gap}{name}": x for name, x in zip(names, found, strict=True)}, style)]
    hidden = len(report.product) - len(names)
    return [*lines, *(["", f"{hidden:,} more inputs are not shown: -o plain has them all"] if hidden else [])]


def pairs(report: HessianReport, style: Style) -> Iterator[tuple[str, str]]:
    """The value, then gradients and each block as `x.y`, and eigenvalues; with a vector the product."""
    m = algebra(report, style.number)
    yield "value", exact(m, report.value)
    for name, part in (report.gradient if report.vector is None else report.product).items():
        yield name, exact(m, part)
    for a, row in report.hessian.items():
        for b, part in row.items():
            yield f"{a}.{b}", exact(m, part)
    if report.spectrum is not None:
        yield "eigenvalues", nested([*report.spectrum.eigenvalues], m.entries.exact)


def assignments(report: HessianReport, style: Style) -> Iterator[tuple[str, str, str]]:
    """`value`, `d_x`, `d_x_y`; with a vector `Hv_x`"""
    for name, text in pairs(report, style):
        if name in ("value", "eigenvalues"):
            yield name, report.output if name == "value" else name, text
        else:
            yield f"{derivative(report)}_{name.replace('.', '_')}", name, text


def derivative(report: HessianReport) -> str:
    """What a shell's variables begin with: that of the gradient and the blocks, or of the product with a vector."""
    return "d" if report.vector is None else "Hv"


def rows(report: HessianReport, style: Style) -> Iterator[tuple[str, ...]]:
    """A row an entry of the matrix; or with a vector of the product."""
    m = algebra(report, style.number)
    if report.vector is not None:
        yield "input", "product"
        for name, part in report.product.items():
            beside = entries_of(name, report.inputs[name])
            flat = m.reshape(part, shape=(beside.size,)) if m.shape(part) else part
            for row in range(beside.size):
                yield beside.label(row), m.entries.exact(m.entry(flat, (row,)) if m.shape(part) else part)
        return
    yield "row", "column", "derivative"
    for a, parts in report.hessian.items():
        for b, part in parts.items():
            beside, above = entries_of(a, report.inputs[a]), entries_of(b, report.inputs[b])
            flat = m.reshape(part, shape=(beside.size, above.size)) if m.shape(part) else part
            for row in range(beside.size):
                for place in range(above.size):
                    entry = m.entry(flat, (row, place)) if m.shape(part) else part
                    yield beside.label(row), above.label(place), m.entries.exact(entry)


def document(report: HessianReport, style: Style) -> dict[str, Any]:
    m = algebra(report, style.number)
    found: dict[str, Any] = {
        "expression": report.expression,
        "output": report.output,
        "value": number(m, report.value),
        "gradient": by_name(m, report.gradient),
    }
    if report.vector is None:
        found["hessian"] = {name: by_name(m, row) for name, row in report.hessian.items()}
    else:
        found["vector"] = by_name(m, report.vector)
        found["product"] = by_name(m, report.product)
    if report.spectrum is not None:
        found["eigenvalues"] = [number(m, x) for x in report.spectrum.eigenvalues]
        found["kind"] = report.spectrum.kind or None
        found["point"] = report.spectrum.point or None
        found["undecided"] = report.judged.undecided or None
    found["warnings"] = warned(report.warnings)
    return found


def find(report: HessianReport, name: str) -> Any:
    """`value`, `eigenvalues`, `x.y` for a block, `x.grad`, and `x` for the gradient or with a vector the product."""
    if name == "value":
        return report.value
    if name == "eigenvalues" and report.spectrum is not None:
        return [*report.spectrum.eigenvalues]
    label, dot, part = name.partition(".")
    known = report.gradient
    for one in (label, part) if dot and part != "grad" else (label,):
        if one not in known:
            raise BpcalcError(f'the second derivatives for "{one}" were not asked for', hint=f"add it: --wrt {one}")
    if dot and part in known:
        if report.vector is not None:
            raise BpcalcError(f'--vector never forms the block "{name}"', hint=f"leave --vector out, or --get {label}")
        return report.hessian[label][part]
    return known[label] if dot or report.vector is None else report.product[label]
