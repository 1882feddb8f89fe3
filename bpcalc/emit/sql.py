"""`--to sql`: one query over a table, a CTE a layer of the graph, so that nothing is computed twice.

The same text runs in SQLite, DuckDB, PostgreSQL and Spark where they agree; numbers are double precision everywhere.
"""

from __future__ import annotations

import re
from functools import partial

from bpcalc.emit import CannotSayError
from bpcalc.emit.expression import (
    ARITHMETIC,
    ATOM,
    COMPARE,
    OPEN,
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
from bpcalc.emit.legal import Legal, own_name
from bpcalc.emit.lowered import lowered
from bpcalc.emit.plan import Plan, Statement
from bpcalc.emit.python import statements
from bpcalc.reports.derivation import Derivation

NAME = "data"
WORDS = """
all analyse analyze and any array as asc asymmetric authorization between binary both by case cast check collate
collation column concurrently constraint create cross current current_catalog current_date current_role
current_schema current_time current_timestamp current_user default deferrable desc distinct do double else end
except exists false fetch first for foreign freeze from full grant group having ilike in initially inner intersect
interval into is isnull join key lateral leading left like limit localtime localtimestamp natural not notnull null
offset on only or order outer over overlaps partition pivot placing primary qualify references returning right row
rows select session_user similar some symmetric table tablesample then to trailing true union unique unpivot update
user using value values variadic verbose view when where window with index set add drop insert delete transaction
abort after glob match regexp rowid temp trigger anti semi minus exp ln sqrt power abs sign floor ceil sin cos tan
"""
RESERVED = frozenset(WORDS.split())


def _number(value: float) -> str:
    """A literal of a double: with an exponent, for 0.1 is a decimal in most of them."""
    if value != value or value - value != 0:
        raise CannotSayError("an infinite number" if value == value else "nan")
    text = repr(value)
    mantissa, _, power = text.partition("e")
    return f"{mantissa.removesuffix('.0')}e{int(power or 0)}"


def _extreme(sign: str, e: Expression, node: int) -> Written:
    """The larger or smaller of two as a case: the functions of the databases differ in what they make of NULL."""
    a, b = e.graph.inputs[node]
    return ["CASE WHEN ", Operand(a, SUM), f" {sign}= ", Operand(b, SUM), " THEN ", Operand(a, OPEN), " WHEN ",
            Operand(b, SUM), f" {sign} ", Operand(a, SUM),
            " THEN ", Operand(b, OPEN), " END"], ATOM  # fmt: skip


SAME = {name: name.upper() for name in ("exp", "sqrt", "abs", "sin", "cos", "tan", "asin", "acos", "atan", "atan2",
                                        "floor")} | {"log": "LN", "ceil": "CEIL"}  # fmt: skip
WAYS: dict[str, Way] = {
    **ARITHMETIC,
    "negate": form("-{0}", SIGN, ATOM),
    "stop_gradient": form("{0}", ATOM, ATOM),
    "power": partial(power, partial(called, "POWER")),
    **{gate: partial(called, name) for gate, name in SAME.items()},
    **{gate: partial(called, gate.upper()) for gate in ("sinh", "cosh", "tanh", "asinh", "acosh", "atanh", "log10")},
    "max": partial(_extreme, ">"), "min": partial(_extreme, "<"),
    "sign": form("CASE WHEN {0} > 0 THEN 1e0 WHEN {0} < 0 THEN -1e0 ELSE 0e0 END"),
    "where": form("CASE WHEN {0?} THEN {1} WHEN NOT ({0?}) THEN {2} END"),
}  # fmt: skip
TABLE = Table(
    ways=WAYS, number=_number, truth=form("CASE WHEN {0} THEN 1e0 ELSE 0e0 END"), words=("AND", "OR", "NOT "),
    nonzero=form("{0} <> 0", COMPARE, SUM), compares={"==": "=", "!=": "<>"},
)
# PostgreSQL raises where exp overflows, and where it underflows.
SAFE_EXP = form(
    "CASE WHEN {0} < -7.08e2 THEN 0e0 WHEN {0} > 7.09e2 THEN CAST('Infinity' AS DOUBLE PRECISION) ELSE EXP({0}) END",
    ATOM, SUM,
)  # fmt: skip
TABLES = {"postgresql": TABLE._replace(ways={**WAYS, "exp": SAFE_EXP})}
HAS = frozenset(WAYS)
MATERIALIZED = {"sqlite": "AS MATERIALIZED", "postgresql": "AS MATERIALIZED"}
DOUBLE = {
    "sqlite": "CAST({} AS REAL)", "duckdb": "CAST({} AS DOUBLE)", "postgresql": "CAST({} AS DOUBLE PRECISION)",
    "spark": "CAST({} AS DOUBLE)",
}  # fmt: skip
DEEP = 8  # layers, from which on SQLite, which puts them into each other, would take too long without being told


def write(derivation: Derivation, name: str, dialect: str | None = None) -> str:
    """The query."""
    own_name(name.lower(), RESERVED, "SQL")
    d, table = lowered(derivation, HAS), name
    columns = Legal(RESERVED | {"value", "bp"}, is_ascii=True, ignores_case=True)
    names = [columns.name(one.name) for one in d.parameters]
    inputs = {one.node: f"bp_{column}" for one, column in zip(d.parameters, names, strict=True)}
    plan = Plan(
        d, TABLES.get(dialect or "", TABLE), Legal({*inputs.values()}, is_ascii=True, ignores_case=True),
        squares=False, inputs=dict(inputs),
        gradient=lambda label: f"bp_grad_{label.removeprefix('bp_')}", prefix="bp_", copies=False,
    )  # fmt: skip
    double = DOUBLE.get(dialect or "", "1e0 * {}")
    first = [Statement(inputs[one.node], double.format(column), "", one.node)
             for one, column in zip(d.parameters, names, strict=True)]  # fmt: skip
    layers = [first] * bool(first) + _layers(plan)
    results = [f"{plan.output} AS value"]
    results += [f"{text} AS {columns.name(f'd_{_column(d, names, key)}')}" for key, text in plan.gradient.items()]
    word = MATERIALIZED.get(dialect or "", "AS MATERIALIZED" if len(layers) > DEEP and dialect is None else "AS")
    return "\n".join([*_about(columns, table, d, word), *_query(layers, results, table, word)]) + "\n"


def _column(d: Derivation, names: list[str], key: str) -> str:
    """The column of an input; another node has its own name."""
    return next((names[place] for place, one in enumerate(d.parameters) if one.name == key), key)


def _layers(plan: Plan) -> list[list[Statement]]:
    """The statements by how many others they stand behind."""
    depth = dict.fromkeys(plan.inputs.values(), 0)
    found: list[list[Statement]] = []
    for statement in (*plan.forward, *plan.backward):
        words = re.findall(r"bp_\w+", statement.text)
        depth[statement.name] = place = 1 + max((depth[word] for word in words), default=0)
        found += [[] for _ in range(place - len(found))]
        found[place - 1].append(statement)
    return found


def _query(layers: list[list[Statement]], results: list[str], table: str, word: str) -> list[str]:
    source, lines = table, []
    for place, layer in enumerate(layers):
        columns = [f"        {one.text} AS {one.name}" for one in layer]
        lines += [f"{'WITH' if place == 0 else '    '} bp{place} {word} (" if place == 0 else f"), bp{place} {word} ("]
        lines += ["    SELECT *,", ",\n".join(columns), f"    FROM {source}"]
        source = f"bp{place}"
    lines += [")"] * bool(layers)
    return [*lines, "SELECT *,", ",\n".join(f"    {one}" for one in results), f"FROM {source};"]


def _about(columns: Legal, table: str, d: Derivation, word: str) -> list[str]:
    told = [f"{d.name} and its gradients for every row of {table}: the columns value and d_x for each x."]
    told += ["", *(f"    {one}" for one in statements(d))] if d.text else []
    changed = [f"{old} is the column {new}" for old, new in columns.changed.items() if old in d.gradient or any(
        one.name == old for one in d.parameters)]  # fmt: skip
    told += ["", f"Names: {', '.join(changed)}."] if changed else []
    told += ["", "The columns bp_… are what is computed on the way: the forward pass, then bp_grad_… backwards.",
             "Where a result is infinite or no number, a database may give NULL, or an error."]  # fmt: skip
    if word != "AS":
        told += ["MATERIALIZED is for SQLite and PostgreSQL, which would compute columns twice; Spark does without it."]
    return [f"-- {one}".rstrip() for one in told]
