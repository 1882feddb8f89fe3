"""What Spark's SQL spells otherwise, and where its functions are not what IEEE has: there they give NULL, or whole
numbers, or lose the sign of zero."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import inf, nan, pi

from bpcalc.batch.queries import OWN, Cell, Dialect, function, number

SPECIAL = {"nan": nan, "inf": inf, "infinity": inf, "-inf": -inf, "-infinity": -inf}
DECIMAL = "'^[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?$'"  # its cast would take 1d, too


def quoted(name: str) -> str:
    """A name as an identifier."""
    return "`" + name.replace("`", "``") + "`"


def _divide(a: str, b: str) -> str:
    # by zero is NULL, or an error; a power tells the zeros apart
    return f"CASE WHEN {b} = 0e0 THEN {a} * power({b}, -1e0) ELSE {a} / {b} END"


def _power(a: str, b: str) -> str:
    # Java has NaN where C has 1
    is_one = f"{a} = 1e0 OR ({a} = -1e0 AND abs({b}) = {number(inf)})"
    return f"CASE WHEN {is_one} THEN 1e0 ELSE power({a}, {b}) END"


def _log(x: str) -> str:
    # of 0 and less is NULL
    return f"CASE WHEN {x} > 0e0 THEN ln({x}) WHEN {x} = 0e0 THEN {number(-inf)} ELSE {number(nan)} END"


def _log1p(x: str) -> str:
    return f"CASE WHEN {x} > -1e0 THEN log1p({x}) WHEN {x} = -1e0 THEN {number(-inf)} ELSE {number(nan)} END"


def _floor(x: str) -> str:
    # its own gives a whole number of 64 bits
    return f"rint({x}) - CASE WHEN rint({x}) > {x} THEN 1e0 ELSE 0e0 END"


def _ceil(x: str) -> str:
    return f"rint({x}) + CASE WHEN rint({x}) < {x} THEN 1e0 ELSE 0e0 END"


def _atan2(y: str, x: str) -> str:
    # its own takes -0 for 0
    side = f"CASE WHEN {x} < 0e0 OR ({x} = 0e0 AND power({x}, -1e0) < 0e0) THEN {number(pi)} ELSE 0e0 END"
    at_zero = f"CASE WHEN power({y}, -1e0) < 0e0 THEN -({side}) ELSE {side} END"
    return f"CASE WHEN {y} = 0e0 AND NOT isnan({x}) THEN {at_zero} ELSE atan2({y}, {x}) END"


def _relu(x: str) -> str:
    return f"CASE WHEN {x} >= 0e0 THEN {x} ELSE 0e0 END"  # NaN is larger than 0 here, too


OTHERS: Mapping[str, Callable[..., str]] = {
    **{name: function(name) for name in ("expm1", "cbrt", "hypot")}, "divide": _divide, "power": _power, "log": _log,
    "log1p": _log1p, "floor": _floor, "ceil": _ceil, "atan2": _atan2, "relu": _relu,
}  # fmt: skip
DIALECT = Dialect({**OWN, **OTHERS}, quoted)


def cell(text: str) -> Cell:
    """The number that a text is."""
    trimmed = f"trim({text})"
    special = " ".join(f"WHEN '{name}' THEN {number(value)}" for name, value in SPECIAL.items())
    named = f"CASE lower({trimmed}) {special} END"
    as_number = f"CASE WHEN {trimmed} RLIKE {DECIMAL} THEN CAST({trimmed} AS DOUBLE) ELSE {named} END"
    # 1e400 is no infinity, but beyond the largest double
    return Cell(as_number, lambda own: f"abs({own}) = {number(inf)} AND NOT contains(lower({text}), 'n')")
