"""What `bpcalc jacobian` found: in a table each row and column has its label."""

from __future__ import annotations

from collections.abc import Iterator

from bpcalc.errors import BpcalcError
from bpcalc.show import Style
from bpcalc.show.document import by_name, number, warned
from bpcalc.show.grid import wrapped
from bpcalc.show.heading import headline
from bpcalc.show.matrix import Side, by, drawn, entries_of, is_exact, is_sparse, numbers, words_of
from bpcalc.show.numbers import algebra
from bpcalc.typed import TYPE_CHECKING, Any
from bpcalc.writing.numerals import exact, eye, fitted, summary

if TYPE_CHECKING:
    from bpcalc.reports.jacobian import JacobianReport, Joint

COMMAND = "jacobian"
FORMATS = ("table", "plain", "json", "csv", "tsv", "env")
NAMED = 6  # inputs that a title names one by one


def table(report: JacobianReport, style: Style) -> str:
    """What was computed and how, then a block for each input."""
    lines = headline(report, style, apart=True)
    if not report.jacobian:
        return "\n".join(lines)
    lines += [part for line in _layout(report) for part in wrapped(line, style)]
    m = report.circuit.m
    if not m.shape(report.value) and not any(report.inputs.values()):
        titled = {f"∂{report.output}/∂{name}": x for name, x in report.jacobian.items()}
        return "\n".join([*lines, "", *numbers(m, titled, style)])
    if report.joint is not None:
        return "\n".join([*lines, "", *_joint(report, report.joint, style)])
    for name in report.jacobian:
        lines += ["", *_block(report, name, style)]
    return "\n".join(lines)


def _layout(report: JacobianReport) -> list[str]:
    """What the rows and columns are, and what it took."""
    f, passes = report.output, f"{report.passes:,} pass{'es' if report.passes != 1 else ''} in {report.mode} mode"
    if not report.circuit.m.shape(report.value):
        return [passes] if any(report.inputs.values()) else []
    sides = ("entries of the input" if report.joint is None else "inputs", f"entries of {f}")
    rows, across = sides if report.layout == "denominator" else sides[::-1]
    entry = f"each entry of {f}" if report.mode == "reverse" else "each entry of the inputs"
    return [
        f"{report.layout} layout: rows = {rows}, columns = {across}",
        passes + (f", one for {entry}" if report.passes > 1 else ""),
    ]


def _joint(report: JacobianReport, joint: Joint, style: Style) -> list[str]:
    """One matrix for several inputs that are single numbers."""
    m, names, f = report.circuit.m, [*report.jacobian], report.output
    beside, above = Side(len(names), lambda place: names[place]), entries_of(f, m.shape(report.value))
    beside, above = (beside, above) if report.layout == "denominator" else (above, beside)
    listed = ", ".join(names) if len(names) <= NAMED else f"{names[0]}, …, {names[-1]}"
    sizes = f"{beside.size} x {above.size}"
    lines = wrapped(f"∂{f}/∂({listed})  {', '.join([sizes, *words_of(joint.structure)])}", style)
    if joint.structure.kind in ("zero", "empty"):
        return lines
    extent = summary(m, joint.matrix, style.precision).partition(", ")[2]
    entry = lambda row, place: m.entry(joint.matrix, (row, place))
    return lines + drawn(m.entries, entry, beside, above, is_sparse(joint.structure), extent, style)


def _block(report: JacobianReport, name: str, style: Style) -> list[str]:
    """One input's Jacobian under its title."""
    m, array, size = report.circuit.m, report.jacobian[name], report.inputs[name]
    shape = m.shape(report.value)
    title = f"∂{report.output}/∂{name}"
    if not shape:
        if not size:
            sign = "=" if is_exact(m, array, style.precision) else "≈"
            return [f"{title} {sign} {eye(m, array, style.precision)}"]
        told = wrapped(f"{title}  {by(size)}: the gradient, in the shape of {name}", style)
        return [*told, *fitted(m, array, style.precision, style.width)]
    sides = ((name, size), (report.output, shape))
    rows, across = sides if report.layout == "denominator" else sides[::-1]
    long = len(rows[1]) > 1 or len(across[1]) > 1
    sizes = f"({by(rows[1])}) x ({by(across[1])})" if long else f"{by(rows[1])} x {by(across[1])}"
    structure = report.structure[name]
    lines = wrapped(f"{title}  {', '.join([sizes, *words_of(structure)])}", style)
    if structure.kind in ("zero", "empty"):
        return lines
    beside, above = entries_of(*rows), entries_of(*across)
    flat = m.reshape(array, shape=(beside.size, above.size))
    extent = summary(m, flat, style.precision).partition(", ")[2]
    entry = lambda row, place: m.entry(flat, (row, place))
    return lines + drawn(m.entries, entry, beside, above, is_sparse(structure), extent, style)


def pairs(report: JacobianReport, style: Style) -> Iterator[tuple[str, str]]:
    """The output first as `value`, then each Jacobian."""
    m = algebra(report, style.number)
    yield "value", exact(m, report.value)
    for name, array in report.jacobian.items():
        yield name, exact(m, array)


def assignments(report: JacobianReport, style: Style) -> Iterator[tuple[str, str, str]]:
    """`value`, `d_x`"""
    for name, text in pairs(report, style):
        yield ("value", report.output, text) if name == "value" else (f"d_{name}", name, text)


def rows(report: JacobianReport, style: Style) -> Iterator[tuple[str, ...]]:
    """A row an entry: of which entry of the output, by which of the input."""
    yield "output", "input", "derivative"
    m, f = algebra(report, style.number), report.output
    above = entries_of(f, m.shape(report.value))
    for name, array in report.jacobian.items():
        beside = entries_of(name, report.inputs[name])
        shape, turned = (beside.size, above.size), report.layout == "numerator"
        flat = m.reshape(array, shape=shape[::-1] if turned else shape) if m.shape(array) else array
        for row in range(beside.size):
            for place in range(above.size):
                key = (place, row) if turned else (row, place)
                entry = m.entry(flat, key) if m.shape(array) else flat
                yield above.label(place), beside.label(row), m.entries.exact(entry)


def document(report: JacobianReport, style: Style) -> dict[str, Any]:
    m = algebra(report, style.number)
    f, joint = report.output, report.joint
    found: dict[str, Any] = {
        "expression": report.expression,
        "output": f,
        "value": number(m, report.value),
        "layout": report.layout,
        "jacobian": by_name(m, report.jacobian),
        "mode": report.mode,
        "passes": report.passes,
        "warnings": warned(report.warnings),
    }
    if joint is not None:  # the names of the rows and of the columns, then the entries
        above = entries_of(f, m.shape(report.value))
        sides = ([*report.jacobian], [above.label(place) for place in range(above.size)])
        rows, across = sides if report.layout == "denominator" else sides[::-1]
        found["matrix"] = {"rows": rows, "columns": across, "entries": number(m, joint.matrix)}
    return found


def find(report: JacobianReport, name: str) -> Any:
    """`value`, or `x` or `x.grad`: the Jacobian for it."""
    if name == "value":
        return report.value
    name = name.removesuffix(".grad")
    if name not in report.jacobian:
        raise BpcalcError(f'the Jacobian for "{name}" was not asked for', hint=f"add it: --wrt {name}")
    return report.jacobian[name]
