"""How short `bpcalc diff` writes formulas: `python tests/benchmarks/shortness.py [--keep FILE] [--worst N]`.

The antiderivatives in the tests of integrals that come with the installed SymPy, as far as the language
can say them. Each is differentiated, and the formula compared with the shortest that SymPy's simplifiers find, which
bpcalc's own writer writes too. It is held against SymPy's derivative at random points: a wrong one ends in exit
status 1.

SymPy's simplifiers take some minutes; FILE keeps what they found, for the next run.
"""

from __future__ import annotations

import argparse
import ast
import importlib
import json
import pkgutil
import random
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import reduce
from pathlib import Path
from types import CodeType
from typing import Any, NamedTuple

import mpmath
import sympy
import sympy.integrals.tests

from bpcalc.calculations.diff.pipeline import differentiate
from bpcalc.calculations.diff.request import Request
from bpcalc.errors import BpcalcError, Source
from bpcalc.reading.parser import parse
from bpcalc.writing.unparse import unparse

TARGET, FACTOR = 0.08, 1.5  # at most this part of the formulas is longer than so many times the shortest known
SECONDS = 4.0  # for one statement of a test, and for one simplifier on one formula
LARGEST = 400  # characters of an expression
POINTS, CLOSE = 8, mpmath.mpf("1e-8")
WORDS = {
    "Abs": "abs", "loggamma": "lgamma", "Max": "max", "Min": "min", "ceiling": "ceil",
    **{name: name for name in (
        "exp", "log", "sin", "cos", "tan", "sinh", "cosh", "tanh", "asin", "acos", "atan", "asinh", "acosh", "atanh",
        "atan2", "erf", "erfc", "gamma", "digamma", "floor", "sign", "sqrt", "cbrt",
    )},
}  # fmt: skip
INVERSES = {
    "sec": "1/cos({})", "csc": "1/sin({})", "cot": "1/tan({})", "sech": "1/cosh({})", "csch": "1/sinh({})",
    "coth": "1/tanh({})", "acot": "atan(1/({}))", "asec": "acos(1/({}))", "acsc": "asin(1/({}))",
    "acoth": "atanh(1/({}))", "asech": "acosh(1/({}))", "acsch": "asinh(1/({}))",
}  # fmt: skip
RELATIONS = {"StrictLessThan": "<", "LessThan": "<=", "StrictGreaterThan": ">", "GreaterThan": ">=",
             "Equality": "==", "Unequality": "!="}  # fmt: skip
SIMPLIFIERS: dict[str, Callable[[Any], Any]] = {
    "as it is": lambda one: one,
    **{name: getattr(sympy, name) for name in (
        "simplify", "factor", "cancel", "together", "expand", "trigsimp", "powsimp", "radsimp", "ratsimp",
        "factor_terms", "logcombine", "piecewise_fold",
    )},
    "simplify after cancel": lambda one: sympy.simplify(sympy.cancel(one)),
    "factor after simplify": lambda one: sympy.factor(sympy.simplify(one)),
}  # fmt: skip


class UnsayableError(Exception):
    """The language has no words for a part of an expression."""


class Case(NamedTuple):
    """An expression in the language, SymPy's form of it, and the name of the variable to differentiate by."""

    text: str
    expression: Any
    name: str


class SlowError(Exception):
    """Something took too long."""


@contextmanager
def limit() -> Iterator[None]:
    """Raises SlowError after some seconds."""

    def late(*_: object) -> None:
        raise SlowError

    signal.signal(signal.SIGALRM, late)
    signal.setitimer(signal.ITIMER_REAL, SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


# The expressions of the tests


def cases() -> list[Case]:
    found: dict[tuple[str, str], Case] = {}
    for expression, symbol in collected():
        # a variable is any real number, whatever a test takes it for
        plain = {one: sympy.Symbol(one.name, real=True) for one in expression.free_symbols}
        try:
            with limit():
                real = expression.xreplace(plain)
                text = said(real)
        except (UnsayableError, SlowError, *FAILURES):
            continue
        name = symbol.name
        if symbol in plain and len(text) <= LARGEST and all(one.name.isidentifier() for one in plain):
            found.setdefault((text, name), Case(text, real, name))
    return list(found.values())


def collected() -> Iterator[tuple[Any, Any]]:
    """Antiderivatives, each with the symbol of integration."""
    package = sympy.integrals.tests
    for info in pkgutil.iter_modules(package.__path__):
        try:
            module = importlib.import_module(f"{package.__name__}.{info.name}")
        except ImportError:
            continue
        tree = ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8"))
        for function in tree.body:
            if isinstance(function, ast.FunctionDef) and function.name.startswith("test_"):
                yield from in_test(function, dict(vars(module)))


# SymPy fails in many ways, and so do single statements of a test that are run alone.
FAILURES = (
    ArithmeticError, AssertionError, AttributeError, IndexError, KeyError, NameError, NotImplementedError,
    RecursionError, TypeError, ValueError, sympy.polys.polyerrors.BasePolynomialError,
)  # fmt: skip


def in_test(function: ast.FunctionDef, names: dict[str, Any]) -> Iterator[tuple[Any, Any]]:
    """The expressions of one test, whose assignments are made on the way."""
    for statement in function.body:
        if isinstance(statement, ast.Assign | ast.ImportFrom):
            evaluated(compile(ast.Module([statement], []), "a test", "exec"), names)
        for node in ast.walk(statement):
            if isinstance(node, ast.Compare):
                for call, other in ((node.left, node.comparators[0]), (node.comparators[0], node.left)):
                    if isinstance(call, ast.Call):
                        yield from antiderivative(call, other, names)
            elif isinstance(node, ast.Call) and getattr(node.func, "id", "") == "assert_is_integral_of":
                yield from antiderivative(node, node.args[1], names)


def antiderivative(call: ast.Call, node: ast.expr, names: dict[str, Any]) -> Iterator[tuple[Any, Any]]:
    """The value of `node` with the symbol of integration, which is the second argument of the call."""
    by = value(call.args[1], names) if len(call.args) > 1 else None
    expression = value(node, names)
    symbols = expression.free_symbols if isinstance(expression, sympy.Expr) else set()
    if symbols and all(isinstance(one, sympy.Symbol) for one in symbols):
        x = by if isinstance(by, sympy.Symbol) else sympy.Symbol("x")
        free = sorted(symbols, key=lambda one: one.name)
        yield expression, next((one for one in free if one == x or one.name == x.name), free[0])


def value(node: ast.expr, names: dict[str, Any]) -> Any:
    return evaluated(compile(ast.Expression(node), "a test", "eval"), names)


def evaluated(code: CodeType, names: dict[str, Any]) -> Any:
    """The value of a piece of one of SymPy's own tests; None where it has none alone, or takes too long."""
    try:
        with limit():
            return eval(code, names)
    except (SlowError, *FAILURES):
        return None


# SymPy's expressions in the language


def said(part: Any) -> str:
    """An expression in the language. Raises UnsayableError."""
    if part.is_Symbol:
        return str(part.name)
    if part in (sympy.pi, sympy.E):
        return "pi" if part is sympy.pi else "e"
    if part.is_Integer or part.is_Float:
        return f"({float(part)!r})" if part.is_Float else f"({int(part)})"
    if part.is_Rational:
        return f"({part.p}/{part.q})"
    if part.is_Add:
        first, *rest = sorted(part.args, key=lambda one: one.could_extract_minus_sign())
        return "(" + said(first) + "".join(
            f" - {said(-one)}" if one.could_extract_minus_sign() else f" + {said(one)}" for one in rest
        ) + ")"  # fmt: skip
    top, bottom = sympy.fraction(part)
    if bottom != 1:
        return f"(({said(top)})/({said(bottom)}))"
    if part.is_Mul:
        if part.could_extract_minus_sign():
            return f"(-{said(-part)})"
        return "(" + "*".join(map(said, part.args)) + ")"
    if part.is_Pow:
        base, exponent = part.args
        return f"sqrt({said(base)})" if exponent == sympy.Rational(1, 2) else f"(({said(base)})^({said(exponent)}))"
    if isinstance(part, sympy.Piecewise):
        *branches, (last, otherwise) = part.args
        if otherwise != True:  # noqa: E712 (SymPy's own true)
            raise UnsayableError("no last branch")
        return reduce(lambda rest, one: f"where({truth(one[1])}, {said(one[0])}, {rest})", branches[::-1], said(last))
    return function(part)


def function(part: Any) -> str:
    name = type(part).__name__
    if name in INVERSES:
        return f"({INVERSES[name].format(said(part.args[0]))})"
    if name == "sinc":
        return f"(sin({said(part.args[0])})/{said(part.args[0])})"
    if name not in WORDS or not isinstance(part, sympy.Function | sympy.Max | sympy.Min):
        raise UnsayableError(name)
    return f"{WORDS[name]}({', '.join(map(said, part.args))})"


def truth(condition: Any) -> str:
    """A condition in the language. Raises UnsayableError."""
    name = type(condition).__name__
    if name in RELATIONS:
        return f"({said(condition.lhs)} {RELATIONS[name]} {said(condition.rhs)})"
    if isinstance(condition, sympy.And):
        return "(" + "*".join(map(truth, condition.args)) + ")"
    if isinstance(condition, sympy.Or):
        return f"max({', '.join(map(truth, condition.args))})"
    raise UnsayableError(name)


# The comparison


def shortest(case: Case) -> str:
    """The shortest of the simplifiers' derivatives."""
    derivative = sympy.diff(case.expression, sympy.Symbol(case.name, real=True))
    texts = []
    for simplifier in SIMPLIFIERS.values():
        try:
            with limit():
                texts.append(own(said(simplifier(derivative))))
        except (SlowError, UnsayableError, BpcalcError, MemoryError, *FAILURES):
            continue
    return min(texts, key=len, default="")


def own(text: str) -> str:
    """A program as bpcalc's own writer has it."""
    program = parse(Source(text))
    return unparse(program.graph, program.output, {})


def differentiated(case: Case) -> str:
    report = differentiate(Source(case.text), {}, {}, Request(wrt=[(case.name,)]))
    return report.derivatives[case.name].program


def is_right(case: Case, text: str) -> bool:
    """Is the formula SymPy's derivative at random points, wherever that is a real number?"""
    derivative = sympy.diff(case.expression, sympy.Symbol(case.name, real=True))
    symbols = sorted(derivative.free_symbols | case.expression.free_symbols, key=lambda one: one.name)
    generator = random.Random(case.text)
    sys.path.insert(0, str(Path(__file__).parents[1] / "diff"))
    from oracle import evaluate_number

    for _ in range(POINTS):
        point = {one.name: mpmath.mpf(generator.uniform(-2, 3)) for one in symbols}
        try:
            expected = sympy.lambdify(symbols, [case.expression, derivative], "mpmath")(*point.values())
            found = evaluate_number(text, point)
        except (SlowError, *FAILURES):
            continue
        if all(isinstance(one, mpmath.mpf) and mpmath.isfinite(one) for one in expected) and not abs(
            found - expected[1]
        ) <= CLOSE * (1 + abs(expected[1])):
            return False
    return True


def main() -> int:
    parser = argparse.ArgumentParser(description=str(__doc__).partition("\n")[0])
    parser.add_argument("--keep", type=Path, help="a file that keeps what SymPy's simplifiers found")
    parser.add_argument("--worst", type=int, default=20, help="how many of the longest are shown")
    chosen = parser.parse_args()
    kept = json.loads(chosen.keep.read_text()) if chosen.keep and chosen.keep.exists() else {}
    ratios: list[tuple[float, Case, str, str]] = []
    wrong = []
    for case in cases():
        key = f"{case.name}: {case.text}"
        if key not in kept:
            kept[key] = shortest(case)
            if chosen.keep:
                chosen.keep.write_text(json.dumps(kept, indent=1))
        if not kept[key]:
            continue
        ours = differentiated(case)
        ratios.append((len(ours) / len(kept[key]), case, ours, kept[key]))
        if not is_right(case, ours):
            wrong.append((case, ours))
    ratios.sort(key=lambda one: -one[0])
    for ratio, case, ours, theirs in ratios[: chosen.worst]:
        print(f"{ratio:4.1f}  {own(case.text)}\n      {ours}\n      {theirs}")
    for case, ours in wrong:
        print(f"wrong: {own(case.text)} by {case.name}: {ours}")
    over = sum(ratio > FACTOR for ratio, *_ in ratios)
    shorter = sum(ratio < 1 for ratio, *_ in ratios)
    print(
        f"{len(ratios)} derivatives: {over} ({over / len(ratios):.1%}) over {FACTOR} times the shortest of SymPy's "
        f"(target {TARGET:.0%}), {shorter} shorter than it, {len(wrong)} wrong"
    )
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
