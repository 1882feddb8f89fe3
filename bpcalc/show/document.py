"""What the documents of all views have in common: numbers, warnings and steps as JSON has them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from bpcalc.errors import visible
from bpcalc.show.listed import Listed
from bpcalc.show.numbers import algebra
from bpcalc.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bpcalc.reports.report import Report
    from bpcalc.reports.rows import Rows
    from bpcalc.reports.tangents import JvpReport
    from bpcalc.reports.warning import Warning
    from bpcalc.show import Style
    from bpcalc.telling.lines import Line, Told


def number(m: Any, value: Any) -> Any:
    """A number as JSON has it; an array as nested lists of such; null for no number."""
    if value is None:
        return None
    return _entries(m.lists(value), m.entries.json) if m.shaped else m.json(value)


def _entries(nested: Any, json: Callable[[Any], Any]) -> Any:
    return [_entries(one, json) for one in nested] if isinstance(nested, list) else json(nested)


def by_name(m: Any, parts: Mapping[str, Any]) -> dict[str, Any]:
    """Numbers by name."""
    return {name: number(m, part) for name, part in parts.items()}


def nodes(
    m: Any, rows: Rows[Any], node: Callable[[Any, Any], dict[str, Any]], still: Mapping[str, Any], is_plain: bool = True
) -> Listed[dict[str, Any]]:
    """The rows of a report as nodes; a part without a variable, which has no row, comes before the first that uses it.

    So whatever stands under `inputs` is a node. `node` makes one of a row; `still`: what a number has beside its value;
    `is_plain`: as `Listed` has it.
    """
    labels = rows.labels
    named = {labels[node] for node in rows.listed}

    def constants(row: Any) -> Iterator[dict[str, Any]]:
        for place, name in enumerate(row.inputs):
            if name not in named:
                named.add(name)
                value = row.source_value(place)
                yield {
                    "name": name, "role": "constant", "gate": "constant", "expression": name, "inputs": [],
                    "shape": [*m.shape(value)], "value": number(m, value), **still,
                }  # fmt: skip

    return Listed(m, rows, node, constants, is_plain=is_plain)


def warned(warnings: Iterable[Warning]) -> list[dict[str, str]]:
    """The warnings of a report."""
    return [{"kind": w.kind, "node": w.node, "message": visible(w.message)} for w in warnings]


def steps(report: Report | JvpReport, style: Style) -> list[dict[str, Any]]:
    """The steps of the trace."""
    from bpcalc.telling.teller import tell

    return [_step(algebra(report, style.number), told) for told in tell(report, style.precision)]


def _step(m: Any, told: Told) -> dict[str, Any]:
    fields: dict[str, Any] = {"phase": told.phase, "number": told.number, "node": told.node, "gate": told.gate}
    if told.phase == "forward":
        fields["value"] = number(m, told.value)
    if told.tangent is not None:
        fields["tangent"] = number(m, told.tangent)
    if told.phase == "backward":
        fields["pattern"] = told.pattern
        fields["upstream"] = number(m, told.upstream)
        fields["downstream"] = by_name(m, told.downstream)
    return {**fields, "lines": [text for line in told.lines for text in _texts(line)]}


def _texts(line: Line) -> Iterator[str]:
    """A line of the trace as JSON has it: shapes behind three blanks, each row of an array behind four."""
    yield f"{line.text}   {line.shapes}" if line.shapes else line.text
    yield from (f"    {row}" for row in line.rows)
