"""The passes as lazy columns of Polars: one column a node, so that nothing is computed twice, a step a layer."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from functools import partial, reduce
from typing import Any

from bpcalc.batch.graphs import Layers
from bpcalc.batch.kinks import watched
from bpcalc.gate import CONSTANT, Gate
from bpcalc.gates import GATES
from bpcalc.graph import CONSTANTS, Graph

Column = Any  # an expression of Polars


def _compared(compare: Callable[[Any, Any], Any], of_nan: bool = False) -> Callable[..., Column]:
    """A comparison as IEEE has it: Polars takes NaN for the largest number, and for equal to itself."""

    def compared(a: Column, b: Column) -> Column:
        import polars as pl

        some = pl.Expr.or_(a.is_nan(), b.is_nan())
        return pl.when(some).then(float(of_nan)).otherwise(compare(a, b).cast(pl.Float64))

    return compared


def _where(c: Column, a: Column, b: Column) -> Column:
    import polars as pl

    return pl.when(c.is_nan() | (c != 0.0)).then(a).otherwise(b)


def _atan2(y: Column, x: Column) -> Column:
    import polars as pl

    return pl.arctan2(y, x)


def _extreme(wins: Callable[[Column, Column], Column]) -> Callable[..., Column]:
    """The larger or smaller of two, NaN where either is: Polars' own leaves NaN out."""

    def extreme(a: Column, b: Column) -> Column:
        import polars as pl

        return pl.when(a.is_nan()).then(a).when(b.is_nan()).then(b).when(wins(a, b)).then(a).otherwise(b)

    return lambda *inputs: reduce(extreme, inputs)


def _relu(x: Column) -> Column:
    import polars as pl

    return pl.when(x.is_nan() | (x >= 0.0)).then(x).otherwise(0.0)


def _sigmoid(x: Column) -> Column:
    """As the algebra of single numbers computes it: stable on both sides."""
    import polars as pl

    e = (-x.abs()).exp()
    return pl.when(x >= 0.0).then(1.0 / (1.0 + e)).otherwise(e / (1.0 + e))


OWN: Mapping[str, Callable[..., Column]] = {
    "add": lambda a, b: a + b, "subtract": lambda a, b: a - b, "multiply": lambda a, b: a * b,
    "divide": lambda a, b: a / b, "negate": lambda a: -a, "where": _where, "abs": lambda x: x.abs(),
    "exp": lambda x: x.exp(), "log": lambda x: x.log(), "log1p": lambda x: x.log1p(), "sqrt": lambda x: x.sqrt(),
    "sin": lambda x: x.sin(), "cos": lambda x: x.cos(), "tan": lambda x: x.tan(), "atan": lambda x: x.arctan(),
    "sinh": lambda x: x.sinh(), "cosh": lambda x: x.cosh(), "tanh": lambda x: x.tanh(), "atan2": _atan2,
    "less": _compared(lambda a, b: a < b), "less_equal": _compared(lambda a, b: a <= b),
    "greater": _compared(lambda a, b: a > b), "greater_equal": _compared(lambda a, b: a >= b),
    "sigmoid": _sigmoid, "relu": _relu, "max": _extreme(operator.ge), "min": _extreme(operator.le),
    "equal": _compared(lambda a, b: a == b), "not_equal": _compared(lambda a, b: a != b, of_nan=True),
}  # fmt: skip


class ColumnsOf:
    """The functions of gates by name, on columns: for rules that ask an algebra for them."""

    def __getattr__(self, name: str) -> Callable[..., Column]:
        return OWN.get(name) or partial(_by_numpy, GATES[name])


def _by_numpy(gate: Gate, *columns: Column) -> Column:
    """What Polars lacks, NumPy has: column by column, and each entry for itself."""
    import polars as pl

    from bpcalc.algebra.arrays import ARRAYS  # NumPy takes as long to start as all else
    from bpcalc.algebra.special_arrays import SCIPY

    if gate.name in SCIPY:  # whose last digit may differ from a single number's, which the other engines have
        return pl.map_batches([*columns], partial(_one_by_one, gate), return_dtype=pl.Float64, is_elementwise=True)
    function = ARRAYS.function(gate)

    def on_columns(series: Sequence[Any]) -> Any:
        # a constant becomes a column, too: NumPy takes sqrt for a power of one 0.5, and that of -inf is no number
        size = max(map(len, series))
        whole = [one if len(one) == size else one.new_from_index(0, size) for one in series]
        with ARRAYS.quiet():
            found = function(*(one.to_numpy() for one in whole))
        return pl.Series(found, dtype=pl.Float64)

    return pl.map_batches([*columns], on_columns, return_dtype=pl.Float64, is_elementwise=True)


def _one_by_one(gate: Gate, series: Sequence[Any]) -> Any:
    """A function of single numbers, entry by entry."""
    import polars as pl

    from bpcalc.algebra.floats import FLOATS

    function, size = FLOATS.function(gate), max(map(len, series))
    whole = [one.to_list() if len(one) == size else one.to_list() * size for one in series]
    return pl.Series([None if None in row else function(*row) for row in zip(*whole, strict=True)], dtype=pl.Float64)


def computed(
    frame: Any, passes: Layers, variables: Mapping[str, Column]
) -> tuple[Any, Callable[[int], Column]]:
    """A lazy frame with a column for each node of both passes, and the column of a node.

    variables  the column of each variable, in doubles
    """
    import polars as pl

    graph = passes.graph
    title = free_titles(frame.collect_schema().names())
    frame = frame.with_columns(variables[name].alias(title(node)) for name, node in passes.inputs.items())

    def column(node: int) -> Column:
        while node in passes.aliases:
            node = passes.aliases[node]
        if graph.gates[node] is CONSTANT:
            payload = graph.leaves[node]
            return pl.lit(float(CONSTANTS[payload] if isinstance(payload, str) else payload))
        return pl.col(title(node))

    for layer in passes.layers:
        frame = frame.with_columns(operation(graph, node, column).alias(title(node)) for node in layer)
    return frame, column


def touched(passes: Layers, column: Callable[[int], Column], program: Graph) -> Column:
    """Which rows lie on the kink of a gate of the program, or compare equal numbers. None where no row can."""
    import polars as pl

    rules = ColumnsOf()
    at = [
        rule(rules, column(node), *map(column, program.inputs[node]))
        for node, rule in watched(program, program.ancestors(passes.output))
    ]
    return pl.any_horizontal(at) if at else None


def free_titles(taken: Sequence[str]) -> Callable[[int], str]:
    """What the columns on the way are called: nothing that the table has."""
    prefix = "bp"
    while any(name.startswith(f"{prefix}_") for name in taken):
        prefix += "_"
    return lambda node: f"{prefix}_{node}"


def operation(graph: Graph, node: int, column: Callable[[int], Column]) -> Column:
    """The expression of a node on the columns of its inputs."""
    gate, inputs = graph.gates[node], graph.inputs[node]
    parts = [column(source) for source in inputs]
    if gate.name == "power" and graph.number(inputs[1]) == 2:
        return parts[0] * parts[0]
    own = OWN.get(gate.name)
    return own(*parts) if own is not None else _by_numpy(gate, *parts)
