"""How Python writes single numbers, with its math module."""

from __future__ import annotations

from functools import partial

from bpcalc.emit.expression import (
    ARITHMETIC,
    ATOM,
    CHOICE,
    COMPARE,
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
    helper,
    power,
)
from bpcalc.emit.formulas import SCIPY
from bpcalc.emit.signs import AT_LEAST, Signs
from bpcalc.emit.snippets import MATH, SPECIAL


def signs(e: Expression) -> Signs:
    """The signs of the nodes that an expression may name."""
    found: Signs = e.__dict__.setdefault("signs", Signs(e.graph))
    return found


def _direct(name: str, e: Expression, node: int) -> Written:
    e.want("math")
    return called(f"math.{name}", e, node)


def _divide(e: Expression, node: int) -> Written:
    a, b = e.graph.inputs[node]
    if not signs(e).is_nonzero(b):
        return helper("divide", e, node)
    return [Operand(a, PRODUCT), " / ", Operand(b, SIGN)], PRODUCT


def _exp(e: Expression, node: int) -> Written:
    x = e.graph.inputs[node][0]
    return _direct("exp", e, node) if signs(e).below_zero(x) else helper("exp", e, node)


def _at_least(name: str, least: int, e: Expression, node: int) -> Written:
    x = e.graph.inputs[node][0]
    number = e.graph.number(x)
    safe = signs(e)[x] >= least and (number is None or number < float("inf"))
    return _direct(name, e, node) if safe else helper(name, e, node)


def _extreme(own: str, safe: str, e: Expression, node: int) -> Written:
    """Python's own max lets a NaN win only in the first place."""
    inputs = e.graph.inputs[node]
    numbers = [e.graph.number(one) for one in inputs]
    if len(inputs) == 2 and numbers[0] is None and numbers[1] is not None and numbers[1] == numbers[1]:
        return called(own, e, node)
    return helper(safe, e, node)


def _special(name: str, e: Expression, node: int) -> Written:
    e.want("special")
    return helper(name, e, node)


def number(value: float) -> str:
    """The shortest literal of a double; whole numbers without a point."""
    if value != value:
        return "math.nan"
    if value in (float("inf"), -float("inf")):
        return "math.inf" if value > 0 else "-math.inf"
    text = repr(value)
    return text[:-2] if text.endswith(".0") and value != 0 else text


WAYS: dict[str, Way] = {
    **ARITHMETIC,
    "negate": form("-{0}", SIGN, SIGN + 1),
    "divide": _divide,
    "power": partial(power, partial(helper, "power")),
    "exp": _exp,
    "log": partial(_at_least, "log", 2), "log2": partial(_at_least, "log2", 2),
    "log10": partial(_at_least, "log10", 2), "sqrt": partial(_at_least, "sqrt", AT_LEAST),
    "log1p": partial(_at_least, "log1p", AT_LEAST),
    **{name: partial(helper, name) for name in MATH if name not in ("divide", "power", "exp", "log", "log2", "log10",
                                                                     "sqrt", "log1p", "maximum", "minimum")},
    **{name: partial(_direct, name) for name in ("tanh", "asinh", "atan", "erf", "erfc")},
    **{name: partial(_special, name) for name in SPECIAL},
    **{name: form(f"float(scipy.special.{call})") for name, call in SCIPY.items()},
    "abs": form("abs({0})"),
    "hypot": form("math.hypot({0}, {1})"), "atan2": form("math.atan2({0}, {1})"),
    "max": partial(_extreme, "max", "maximum"), "min": partial(_extreme, "min", "minimum"),
    "where": form("{1} if {0?} else {2}", CHOICE, CHOICE + 1, CHOICE + 1, CHOICE),
    "stop_gradient": form("{0}", ATOM, ATOM),
}  # fmt: skip
SCALARS = Table(
    ways=WAYS, number=number, truth=form("float({0})"), words=("and", "or", "not "),
    nonzero=form("{0} != 0", COMPARE, SUM), has_functions=True,
    named={"pi": "math.pi", "e": "math.e", "tau": "math.tau", "inf": "math.inf", "nan": "math.nan"},
)
