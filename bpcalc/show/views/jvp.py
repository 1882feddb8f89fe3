"""What `bpcalc jvp` found, in forward mode: the tangent of every node."""

from __future__ import annotations

from collections.abc import Iterator

from bpcalc.errors import BpcalcError
from bpcalc.show import Style
from bpcalc.show.document import by_name, nodes, number, steps, warned
from bpcalc.show.grid import wrapped
from bpcalc.show.heading import equals, headline
from bpcalc.show.listed import Listed
from bpcalc.show.numbers import algebra
from bpcalc.typed import TYPE_CHECKING, Any
from bpcalc.writing.numerals import ENTRIES, count, exact, eye

if TYPE_CHECKING:
    from bpcalc.reports.tangents import JvpReport, TangentRow

COMMAND = "jvp"
FORMATS = ("table", "plain", "json", "csv", "tsv", "env", "markdown", "latex")
HEADER = ("name", "role", "gate", "expression", "value", "tangent")
RULE = "tangent = sum of local x tangent of each input"


def table(report: JvpReport, style: Style) -> str:
    """One row a node with its tangent; above what was computed, below what all directions would take."""
    from bpcalc.show.table import described, drawn, values

    m = report.circuit.m
    columns = {
        **described(m, report.nodes, style.precision),
        "tangent": ("tangent", values(m, [row.tangent for row in report.nodes], style.precision)),
    }
    lines = [*headline(report, style), *_along(report, style)]
    lines += drawn([row.role for row in report.nodes], columns, report.hidden, style)
    return "\n".join([*lines, *(["", *wrapped(cost(report), style)] if report.passes.forward else [])])


def _along(report: JvpReport, style: Style) -> list[str]:
    """`its derivative along x = 1 is -4`"""
    m = report.circuit.m
    shown = eye(m, report.tangent, style.precision)
    sign = ":" if _is_long(m, report.tangent) else equals(m, report.tangent, shown, " is", " is about")
    ways = [
        f"{name} ({text})" if _is_long(m, tangent) else f"{name} = {text}"
        for name, tangent in report.direction.items()
        for text in [eye(m, tangent, style.precision)]
    ]
    return wrapped(f"its derivative along {', '.join(ways)}{sign} {shown}", style) if ways else []


def _is_long(m: Any, value: Any) -> bool:
    """Is only its size and its extremes told in a line?"""
    return count(m, value) > ENTRIES


def cost(report: JvpReport) -> str:
    """What the derivative in all directions takes in either mode."""
    forward, reverse = report.passes
    whole = "full Jacobian" if report.circuit.m.shape(report.value) else "whole gradient"
    return (
        f"a forward pass gives the derivative in one direction; the {whole} takes "
        f"{_passes(forward, 'forward', 'input')} or {_passes(reverse, 'backward', 'output')}"
    )


def _passes(count: int, kind: str, side: str) -> str:
    """`3 forward passes (one for each input entry)`"""
    return f"1 {kind} pass" if count == 1 else f"{count:,} {kind} passes (one for each {side} entry)"


def markdown(report: JvpReport, style: Style) -> str:
    from bpcalc.show import markup

    return markup.markdown(report, style)


def latex(report: JvpReport, style: Style) -> str:
    from bpcalc.show import markup

    return markup.latex(report, style)


def trace(report: JvpReport, style: Style) -> str:
    """Values and tangents step by step, then what they mean."""
    from bpcalc.show import trace as laid_out
    from bpcalc.telling.teller import tell

    page = laid_out.Page.of(style)
    told = tell(report, style.precision)
    forward = [step for step in told if step.phase == "forward"]
    lines = laid_out.heading("Forward pass", RULE, style)
    for inputs in (step for step in forward if not step.number):
        lines += laid_out.told(inputs.lines, laid_out.TANGENT, page)
    for found in laid_out.forward_pass([step for step in forward if step.number], page):
        lines += found
    return "\n".join([*lines, *laid_out.meaning(told, style)])


def pairs(report: JvpReport, style: Style) -> Iterator[tuple[str, str]]:
    """`value` and `tangent` of the output."""
    yield "value", exact(algebra(report, style.number), report.value)
    yield "tangent", exact(algebra(report, style.number), report.tangent)


def assignments(report: JvpReport, style: Style) -> Iterator[tuple[str, str, str]]:
    """`value`, `tangent`"""
    for name, text in pairs(report, style):
        yield name, report.output if name == "value" else name, text


def rows(report: JvpReport, style: Style) -> Listed[tuple[str, ...]]:
    """A row a node."""
    return Listed(algebra(report, style.number), report.nodes, _cells, around=([HEADER], ()))


def _cells(m: Any, row: TangentRow) -> tuple[str, ...]:
    return row.name, row.role, row.gate, row.expression, exact(m, row.value), exact(m, row.tangent)


def document(report: JvpReport, style: Style) -> dict[str, Any]:
    m = algebra(report, style.number)
    found: dict[str, Any] = {
        "expression": report.expression,
        "output": report.output,
        "value": number(m, report.value),
        "tangent": number(m, report.tangent),
        "direction": by_name(m, report.direction),
        "nodes": nodes(m, report.nodes, _node, {"tangent": None}),
        "passes": report.passes._asdict(),
        "warnings": warned(report.warnings),
    }
    if report.steps:
        found["steps"] = steps(report, style)
    return found


def _node(m: Any, row: TangentRow) -> dict[str, Any]:
    return {
        "name": row.name, "role": row.role, "gate": row.gate, "expression": row.expression,
        "inputs": [*row.inputs],
        "shape": [*m.shape(row.value)], "value": number(m, row.value), "tangent": number(m, row.tangent),
    }  # fmt: skip


def find(report: JvpReport, name: str) -> Any:
    """`value`, `tangent`, and of a node `q.value`, `q.tangent` or `q` (its tangent)."""
    label, dot, part = name.partition(".")
    if name in ("value", "tangent"):
        return report.value if name == "value" else report.tangent
    node = report.names.find(label)
    if dot and part not in ("value", "tangent"):
        raise BpcalcError(f'--get takes NAME, value, tangent, NAME.value or NAME.tangent, not "{name}"')
    return report.circuit.values[node] if part == "value" else report.nodes.tangent(node)
