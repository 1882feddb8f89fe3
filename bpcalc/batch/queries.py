"""The passes as SQL: a step a layer, a column a node, in doubles as IEEE has them. What engines spell otherwise, their
`Dialect` has."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partialmethod
from typing import Any, NamedTuple

from bpcalc.batch.graphs import Layers, layers, passes
from bpcalc.batch.job import Job
from bpcalc.batch.kinks import Kinks, Watched, watched
from bpcalc.emit.lowered import lowered
from bpcalc.gate import CONSTANT
from bpcalc.graph import CONSTANTS

BAD, TOUCHED = "bp bad", "bp touched"  # columns: the row has no number where one is needed; it lies on a kink


def number(value: float) -> str:
    """A double: with an exponent, for 0.1 is a decimal."""
    if value != value or value - value != 0:
        return f"CAST('{value}' AS DOUBLE)"
    return f"({value!r})" if "e" in repr(value) else f"({value!r}e0)"


def _compared(sign: str, of_nan: str = "0e0") -> Callable[..., str]:
    """A comparison as IEEE has it: SQL takes NaN for the largest number, and for equal to itself."""
    return lambda a, b: (
        f"CASE WHEN isnan({a}) OR isnan({b}) THEN {of_nan} WHEN {a} {sign} {b} THEN 1e0 ELSE 0e0 END"
    )


def _extreme(sign: str) -> Callable[..., str]:
    """The larger or smaller of several, NaN where one is."""

    def extreme(first: str, *others: str) -> str:
        found = first
        for one in others:
            found = (
                f"CASE WHEN isnan({found}) THEN {found} WHEN isnan({one}) THEN {one} "
                f"WHEN {found} {sign} {one} THEN {found} ELSE {one} END"
            )
            found = f"({found})"
        return found

    return extreme


def function(name: str) -> Callable[..., str]:
    """A function that is called like this."""
    return lambda *inputs: f"{name}({', '.join(inputs)})"


FUNCTIONS = (
    "abs", "exp", "sqrt", "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh", "atan2", "floor",
)  # fmt: skip
def _mod(a: str, b: str) -> str:
    """The remainder with the sign of the divisor, without rounding."""
    rest, infinite = f"({a} % {b})", number(float("inf"))
    return (
        f"CASE WHEN {b} = 0e0 OR isnan({a}) OR isnan({b}) OR abs({a}) = {infinite} THEN {number(float('nan'))} "
        f"WHEN {rest} = 0e0 THEN 0e0 * CASE WHEN {b} < 0e0 THEN -1e0 ELSE 1e0 END "
        f"WHEN ({rest} < 0e0) <> ({b} < 0e0) THEN {rest} + {b} ELSE {rest} END"
    )


OWN: Mapping[str, Callable[..., str]] = {
    **{name: function(name) for name in FUNCTIONS}, "log": function("ln"), "ceil": function("ceil"),
    "power": function("power"), "mod": _mod, "negate": lambda a: f"-({a})", "stop_gradient": lambda a: a,
    "add": lambda a, b: f"{a} + {b}", "subtract": lambda a, b: f"{a} - {b}", "multiply": lambda a, b: f"{a} * {b}",
    "divide": lambda a, b: f"{a} / {b}", "where": lambda c, a, b: f"CASE WHEN {c} <> 0e0 THEN {a} ELSE {b} END",
    "relu": lambda x: f"CASE WHEN {x} >= 0e0 THEN {x} ELSE 0e0 END",  # NaN is larger than 0 here
    "sigmoid": lambda x: f"CASE WHEN {x} >= 0e0 THEN 1e0 / (1e0 + exp(-abs({x}))) "
                         f"ELSE exp(-abs({x})) / (1e0 + exp(-abs({x}))) END",
    "sign": lambda x: f"CASE WHEN isnan({x}) THEN {x} WHEN {x} > 0e0 THEN 1e0 WHEN {x} < 0e0 THEN -1e0 ELSE 0e0 END",
    # Kahan: what rounding takes off 1 + x, log(u)/(u - 1) gives back
    "log1p": lambda x: f"CASE WHEN isinf({x}) OR 1e0 + {x} = 1e0 OR 1e0 + {x} = 0e0 THEN "
                       f"CASE WHEN 1e0 + {x} = 1e0 THEN {x} ELSE ln(1e0 + {x}) END "
                       f"ELSE {x} * (ln(1e0 + {x}) / ((1e0 + {x}) - 1e0)) END",
    "max": _extreme(">="), "min": _extreme("<="),
    "less": _compared("<"), "less_equal": _compared("<="), "greater": _compared(">"), "greater_equal": _compared(">="),
    "equal": _compared("="), "not_equal": _compared("<>", "1e0"),
}  # fmt: skip


class Dialect(NamedTuple):
    """How an engine spells it.

    own     of gates by name; those that it lacks are written in others
    quoted  a name as an identifier
    """

    own: Mapping[str, Callable[..., str]]
    quoted: Callable[[str], str]


class Query(NamedTuple):
    """What is asked of a table, as columns of SQL.

    layers   `expression AS name`; those of a layer need the columns before it only. The first has the number of each
             variable that a row gives, the second BAD
    passed   for each layer behind these two the columns before it that are asked for later: were it all of them, a
             query of n layers would have n^2 columns, and planning it would take longer than running it
    results  and TOUCHED, where rows may lie on a kink, behind them; own, new: what the inputs and results are called
    """

    layers: list[list[str]]
    passed: list[list[str]]
    results: list[str]
    own: list[str]
    new: list[str]


class Cell(NamedTuple):
    """Where a variable comes from: its number, and of that column when it is bad; NULL always is."""

    number: str
    is_bad: Callable[[str], str] | None = None


def query(
    job: Job, variables: Sequence[str], kinks: Kinks, cells: Mapping[str, Cell], dialect: Dialect, is_no_row: str = ""
) -> Query:
    """A job as columns.

    variables  that a row gives; is_no_row: when a row is none of the table
    Raises CannotSayError for what the engine lacks.
    """
    found = passes(job)
    assert found.circuit is not None
    program = found.circuit.program.graph
    at = watched(program, program.ancestors(found.output)) if kinks.is_possible and not kinks.sees_all else []
    needed = [*dict.fromkeys(one for node, _ in at for one in (node, *program.inputs[node]))]
    picks = len(found.gradient)
    nodes = {**found.gradient, **{f"kink {node}": node for node in needed}}
    plan = layers(lowered(found._replace(gradient=nodes), dialect.own))
    own = {name: dialect.quoted(f"bp input {place}") for place, name in enumerate(variables)}
    inputs = [f"{cells[name].number} AS {title}" for name, title in own.items()]
    bad = [*([is_no_row] if is_no_row else []), *(f"{title} IS NULL" for title in own.values())]
    bad += [is_bad(own[name]) for name in own if (is_bad := cells[name].is_bad)]
    bad_column = dialect.quoted(BAD)
    is_any_bad = f"coalesce({' OR '.join(f'({one})' for one in bad)}, true) AS {bad_column}"
    known = {**own, **{name: number(float(value)) for name, value in job.bound.items() if name in plan.inputs}}
    every, column = _steps(plan, known, dialect)
    passed = _passed(plan, column, dialect)
    new = [f"bp result {place}" for place in range(picks)]
    results = [
        f"CAST(CASE WHEN {bad_column} THEN {number(float('nan'))} ELSE {column(node)} END AS DOUBLE) "
        f"AS {dialect.quoted(title)}" for node, title in zip(plan.results, new, strict=False)
    ]  # fmt: skip
    if kinks.is_possible:
        places = dict(zip(needed, map(column, plan.results[picks:]), strict=True))
        is_touched = _touched(at, program.inputs, places, dialect) if at else "true"
        results.append(f"{is_touched} AND NOT {bad_column} AS {dialect.quoted(TOUCHED)}")
    called = [f"bp input {place}" for place in range(len(own))]
    return Query([inputs, [is_any_bad], *every], passed, results, called, new)


def _steps(
    plan: Layers, inputs: Mapping[str, str], dialect: Dialect
) -> tuple[list[list[str]], Callable[[int], str]]:
    """The columns of each layer, `expression AS name`, and what the column of a node is called.

    inputs  what each variable is: a column, or a number
    """
    graph = plan.graph
    names = {node: inputs[name] for name, node in plan.inputs.items()}

    def column(node: int) -> str:
        while node in plan.aliases:
            node = plan.aliases[node]
        if graph.gates[node] is CONSTANT:
            payload = graph.leaves[node]
            return number(float(CONSTANTS[payload] if isinstance(payload, str) else payload))
        return names.get(node) or dialect.quoted(f"bp {node}")

    def expression(node: int) -> str:
        gate, sources = graph.gates[node], graph.inputs[node]
        parts = [column(one) for one in sources]
        if gate.name == "power" and graph.number(sources[1]) == 2:
            return f"{parts[0]} * {parts[0]}"
        return dialect.own[gate.name](*parts)

    return [[f"{expression(node)} AS {column(node)}" for node in layer] for layer in plan.layers], column


def _passed(plan: Layers, column: Callable[[int], str], dialect: Dialect) -> list[list[str]]:
    """For each layer the columns of those before it that layers behind it, or the results, ask for."""
    graph, mark = plan.graph, dialect.quoted("x")[0]

    def columns(nodes: Iterable[int]) -> set[str]:
        return {text for text in map(column, nodes) if text.startswith(mark)}  # and no number

    found: list[list[str]] = []
    asked = columns(plan.results)
    for layer in reversed(plan.layers):
        asked -= columns(layer)
        found.append(sorted(asked))
        asked |= columns(one for node in layer for one in graph.inputs[node])
    return found[::-1]


# Kinks


class _Text:
    """A number or a condition as SQL, for the rules of kinks, which are written for any algebra."""

    def __init__(self, text: str) -> None:
        self.text = text

    def _with(self, sign: str, other: Any) -> _Text:
        return _Text(f"({self.text} {sign} {_of(other)})")

    def _beside(self, sign: str, other: Any) -> _Text:
        return _Text(f"({_of(other)} {sign} {self.text})")

    def _compared(self, sign: str, other: Any) -> _Text:
        """As IEEE has it, where nothing is equal to NaN, and nothing less or more."""
        return _Text(f"({self.text} {sign} {_of(other)} AND NOT isnan({self.text}) AND NOT isnan({_of(other)}))")

    def __eq__(self, other: object) -> Any:
        return self._compared("=", other)

    def __ne__(self, other: object) -> Any:
        return _Text(f"(NOT {(self == other).text})")

    __hash__ = None  # type: ignore[assignment]
    __add__ = __radd__ = partialmethod(_with, "+")
    __sub__, __rsub__ = partialmethod(_with, "-"), partialmethod(_beside, "-")
    __mul__ = __rmul__ = partialmethod(_with, "*")
    __and__, __or__ = partialmethod(_with, "AND"), partialmethod(_with, "OR")
    __lt__, __le__ = partialmethod(_compared, "<"), partialmethod(_compared, "<=")
    __gt__, __ge__ = partialmethod(_compared, ">"), partialmethod(_compared, ">=")


def _of(value: Any) -> str:
    return value.text if isinstance(value, _Text) else number(float(value))


class _Functions:
    """The functions that rules ask an algebra for."""

    def __init__(self, own: Mapping[str, Callable[..., str]]) -> None:
        self._own = own

    def __getattr__(self, name: str) -> Callable[..., _Text]:
        return lambda *inputs: _Text(f"({self._own[name](*map(_of, inputs))})")


def _touched(
    at: Sequence[Watched], inputs: Sequence[Sequence[int]], columns: Mapping[int, str], dialect: Dialect
) -> str:
    """When a row lies on the kink of a gate of the program, or compares equal numbers."""
    m = _Functions(dialect.own)
    rules = [
        rule(m, *(_Text(columns[one]) for one in (node, *inputs[node]))) for node, rule in at
    ]
    return f"({' OR '.join(one.text for one in rules)})"
