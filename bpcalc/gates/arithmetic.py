"""Sums, products, quotients, signs, and the comparisons, which carry no gradient."""

from __future__ import annotations

from bpcalc.gate import COMPARISON, PRODUCT, SUM, family

gate = family("arithmetic")

PAIRS = ((-2.0, 5.0), (3.0, -4.0), (0.5, 0.25), (1e-3, 7.0))

gate(
    "add", "a b", (1, 1), infix=("+", SUM), latex="{0} + {1}", unicode="{0} + {1}", formula="a + b", samples=PAIRS,
    pattern="distributes", says="hands the gradient on to both inputs",
)  # fmt: skip
gate(
    "subtract", "a b", (1, -1), infix=("-", SUM), latex="{0} - {1}", unicode="{0} − {1}",
    formula="a - b", samples=PAIRS, pattern="distributes",
    says="hands the gradient on, with the sign turned for the second input",
)  # fmt: skip
gate(
    "multiply", "a b", (lambda m, y, a, b: b, lambda m, y, a, b: a), infix=("*", PRODUCT),
    latex=r"{0} \cdot {1}", formula="a*b", samples=PAIRS, pattern="swaps", says="swaps its inputs",
)  # fmt: skip
gate(
    "divide", "a b", (lambda m, y, a, b: m.divide(1, b), lambda m, y, a, b: -m.divide(y, b)), infix=("/", PRODUCT),
    lesson=(None, lambda m, y, a, b: -m.divide(a, m.power(b, 2))), latex=r"\frac{{{0}}}{{{1}}}", formula="a/b",
    samples=PAIRS,
)  # fmt: skip
gate(
    "negate", "a", (-1,), prefix="-", latex="-{0}", unicode="−{0}", formula="-a", samples=((2.0,), (-3.5,)),
    pattern="negates", says="turns the sign",
)  # fmt: skip


def _comparison(name: str, symbol: str, latex: str, sign: str) -> None:
    gate(
        name, "a b", (None, None), infix=(symbol, COMPARISON), latex=f"{{0}} {latex} {{1}}",
        unicode=f"{{0}} {sign} {{1}}",        formula=f"1 if a {symbol} b, else 0", samples=((1.0, 2.0), (2.0, 1.0)),
        pattern="blocks", says="carries no gradient",
    )  # fmt: skip


_comparison("less", "<", "<", "<")
_comparison("less_equal", "<=", r"\le", "≤")
_comparison("greater", ">", ">", ">")
_comparison("greater_equal", ">=", r"\ge", "≥")
_comparison("equal", "==", "=", "=")
_comparison("not_equal", "!=", r"\ne", "≠")
