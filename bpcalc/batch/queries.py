"""The passes as SQL: a CTE a layer, a column a node, in doubles as IEEE has them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

from bpcalc.batch.graphs import Layers
from bpcalc.gate import CONSTANT
from bpcalc.graph import CONSTANTS


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


def _function(name: str) -> Callable[..., str]:
    return lambda *inputs: f"{name}({', '.join(inputs)})"


FUNCTIONS = (
    "abs", "exp", "sqrt", "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh", "atan2", "floor",
)  # fmt: skip
OWN: Mapping[str, Callable[..., str]] = {
    **{name: _function(name) for name in FUNCTIONS}, "log": _function("ln"), "ceil": _function("ceil"),
    "power": _function("power"), "negate": lambda a: f"-({a})", "stop_gradient": lambda a: a,
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


def quoted(name: str) -> str:
    """A name as an identifier."""
    return '"' + name.replace('"', '""') + '"'


def steps(
    passes: Layers, inputs: Mapping[str, str], kept: Collection[str]
) -> tuple[list[list[str]], Callable[[int], str]]:
    """The columns of each layer, and what the column of a node is called.

    They are its own, `expression AS name`, and of those before what is asked for later: were it all of them, a query of
    n layers would have n^2 columns, and planning one of hundreds would take longer than running it.

    inputs  what each variable is: a column, or a number
    kept    the columns of the table that the last layer has too
    """
    graph = passes.graph
    names = {node: inputs[name] for name, node in passes.inputs.items()}

    def column(node: int) -> str:
        while node in passes.aliases:
            node = passes.aliases[node]
        if graph.gates[node] is CONSTANT:
            payload = graph.leaves[node]
            return number(float(CONSTANTS[payload] if isinstance(payload, str) else payload))
        return names.get(node) or quoted(f"bp {node}")

    def expression(node: int) -> str:
        gate, sources = graph.gates[node], graph.inputs[node]
        parts = [column(one) for one in sources]
        if gate.name == "power" and graph.number(sources[1]) == 2:
            return f"{parts[0]} * {parts[0]}"
        return OWN[gate.name](*parts)

    found = []
    asked = {*kept, *_columns(map(column, passes.results))}
    for layer in reversed(passes.layers):
        own = dict.fromkeys(map(column, layer))
        found.append([*sorted(asked - own.keys()), *(f"{expression(node)} AS {column(node)}" for node in layer)])
        asked -= own.keys()
        asked.update(_columns(column(one) for node in layer for one in graph.inputs[node]))
    return found[::-1], column


def _columns(names: Iterable[str]) -> Iterator[str]:
    """Those that are columns, not numbers."""
    return (name for name in names if name.startswith('"'))
