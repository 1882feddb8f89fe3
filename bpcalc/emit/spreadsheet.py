"""`--to spreadsheet`: a CSV whose cells are formulas. A row a node: its value, forward; its gradient, backward.

Written for LibreOffice and Excel alike: no powers by ^ (there -A2^2 is positive, and 2^3^2 is 64), no functions that
only one of them has. Squares are products: LibreOffice's POWER is an error where it underflows.
"""

from __future__ import annotations

import csv
import io
from functools import partial

from bpcalc.emit import CannotSayError
from bpcalc.emit.expression import (
    ATOM,
    COMPARE,
    OPEN,
    PRODUCT,
    SIGN,
    SUM,
    Expression,
    Operand,
    Table,
    Way,
    Written,
    called,
    form,
    power,
)  # fmt: skip
from bpcalc.emit.legal import Legal
from bpcalc.emit.lowered import lowered
from bpcalc.emit.plan import Plan
from bpcalc.reports.derivation import Derivation

NAME = "f"
HEADING = ("name", "value", "gradient", "what")
FIRST = 2  # the row below the heading


def _number(value: float) -> str:
    if value != value or value - value != 0:
        raise CannotSayError("an infinite number" if value == value else "nan")
    return repr(value).removesuffix(".0").replace("e", "E")


def _function(name: str, e: Expression, node: int) -> Written:
    return called(name, e, node, between=",")


def _turned(e: Expression, node: int) -> Written:
    """atan2(y, x) is ATAN2(x, y) there."""
    y, x = e.graph.inputs[node]
    return ["ATAN2(", Operand(x, OPEN), ",", Operand(y, OPEN), ")"], ATOM


WAYS: dict[str, Way] = {
    "add": form("{0}+{1}", SUM, SUM, PRODUCT), "subtract": form("{0}-{1}", SUM, SUM, PRODUCT),
    "multiply": form("{0}*{1}", PRODUCT, PRODUCT, SIGN), "divide": form("{0}/{1}", PRODUCT, PRODUCT, SIGN),
    "negate": form("-{0}", SIGN, ATOM), "power": partial(power, partial(_function, "POWER"), times="*"),
    "stop_gradient": form("{0}", ATOM, ATOM),
    **{gate: partial(_function, gate.upper()) for gate in ("exp", "sqrt", "abs", "sign", "sin", "cos", "tan", "asin",
                                                           "acos", "atan", "sinh", "cosh", "tanh", "asinh", "acosh",
                                                           "atanh", "log10", "erf", "erfc", "max", "min")},
    "log": partial(_function, "LN"), "floor": partial(_function, "INT"), "ceil": form("-INT(-{0})", SIGN, ATOM),
    "atan2": _turned, "mod": form("MOD({0},{1})"),
    # none of the Bessel functions: a sheet cuts an order that is not whole, and has none below 0, as gradients need
    "where": form("IF({0?},{1},{2})"),
}  # fmt: skip


class _Cells(Expression):
    """Conditions are functions there."""

    def _condition(self, node: int) -> Written:
        parts, own = super()._condition(node)
        for sign, word in ((" AND ", "AND("), (" OR ", "OR(")):
            if sign in parts:
                return [word, *("," if part == sign else part for part in parts), ")"], ATOM
        if parts and parts[0] == "NOT ":
            return ["NOT(", *parts[1:], ")"], ATOM
        return [part.strip() if isinstance(part, str) else part for part in parts], own


TABLE = Table(
    ways=WAYS, number=_number, truth=form("IF({0},1,0)"), words=("AND", "OR", "NOT "),
    nonzero=form("{0}<>0", COMPARE, SUM), compares={"==": "=", "!=": "<>"}, named={"pi": "PI()"}, cells=_Cells,
)  # fmt: skip


def write(derivation: Derivation, name: str, dialect: str | None = None) -> str:
    """The CSV."""
    d = lowered(derivation, frozenset(WAYS))
    inputs = {one.node: f"B{FIRST + place}" for place, one in enumerate(d.parameters)}
    # first with names, to know which rows there are; then with the cells of these rows
    rows = Plan(d, TABLE, Legal((), is_ascii=False), inputs={one.node: one.name for one in d.parameters})
    order = [one.node for one in (*rows.forward, *rows.backward)]
    own = {line.symbol: line.of for line in rows.lines}
    cells = dict(inputs)
    place = FIRST + len(inputs)
    for node in order:
        if node not in own:
            cells[node] = f"B{place}"
            place += 1
    for symbol, of in own.items():
        cells[symbol] = f"C{cells[of][1:]}" if of in cells else f"C{place}"
        place += of not in cells
    expression = rows.expression
    expression.names.clear()
    expression.names.update(cells)
    table = _rows(d, rows, cells)
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([HEADING, *table])
    return out.getvalue()


def _rows(d: Derivation, plan: Plan, cells: dict[int, str]) -> list[list[str]]:
    """The cells, a row a node: inputs, then the forward pass, then what the backward pass needs beside it."""
    e = plan.expression
    lines = {cells[line.symbol]: line for line in plan.lines}
    last = max((int(cell[1:]) for cell in cells.values()), default=FIRST - 1)
    found = [["", "", "", ""] for _ in range(last - FIRST + 1)]
    for one in d.parameters:
        found[int(cells[one.node][1:]) - FIRST][:2] = [_text(one.name), _number(float(one.given))]
    for statement in (*plan.forward, *plan.backward):
        if statement.node in plan.parts:
            found[int(cells[statement.node][1:]) - FIRST][:2] = [_text(statement.name), f"={e.text(statement.node)}"]
    for cell, line in lines.items():
        row = found[int(cell[1:]) - FIRST]
        row[0] = row[0] or _text(d.labels.get(line.of, "n"))
        row[2:] = [f"={e.operand(line.node)}", line.note]
    if d.output not in cells:
        found.append(["value", f"={e.operand(d.output)}", "", ""])
    for name, node in d.gradient.items():
        if node not in cells:  # nothing flows to it
            for one in d.parameters:
                if one.name == name:
                    found[int(cells[one.node][1:]) - FIRST][2] = f"={e.operand(node)}"
    return found


def _text(name: str) -> str:
    """A name, which no cell takes for a formula, a number or a truth."""
    return f"'{name}" if name.lower() in ("true", "false") else name
