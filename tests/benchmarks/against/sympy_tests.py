"""The expressions that SymPy's own tests differentiate, with derivatives by mpmath's differences at 50 digits.

The tests run, and whatever they ask `diff` of is noted. What they say themselves is not used: a derivative is right
where it is that of the function, and SymPy's answers are no oracle for SymPy's functions in another program.
"""

from __future__ import annotations

import contextlib
import importlib
import inspect
import pkgutil
import random
import signal
import sys
import types
import warnings
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

import mpmath
import sympy
from sympy.core.function import AppliedUndef
from sympy.core.relational import Relational
from sympy.functions.elementary.piecewise import ExprCondPair

from against.case import Case, UnsaidError

PACKAGES = ("core", "functions.elementary", "functions.special", "functions.combinatorial", "integrals", "series")
SECONDS = 3.0  # for a test, and for the derivatives of an expression
LONG = 600  # operations: a longer expression is left out
INTERVALS = ((0.2, 0.9), (1.1, 2.5), (-0.9, -0.2), (-2.5, -1.1), (2.5, 6.0))
Noted = tuple[sympy.Expr, tuple[sympy.Symbol, ...]]  # what is differentiated, by what

SAME = "exp log sin cos tan asin acos atan sinh cosh tanh asinh acosh atanh atan2 erf erfc gamma digamma polygamma"
FUNCTIONS = {name: f"{name}({{0}})" for name in (*SAME.split(), "sign", "floor")} | {
    "Abs": "abs({0})", "loggamma": "lgamma({0})", "ceiling": "ceil({0})", "Max": "max({0})", "Min": "min({0})",
    "sec": "1/cos({0})", "csc": "1/sin({0})", "cot": "1/tan({0})", "sech": "1/cosh({0})", "csch": "1/sinh({0})",
    "coth": "1/tanh({0})", "asec": "acos(1/({0}))", "acsc": "asin(1/({0}))", "acot": "atan(1/({0}))",
    "asech": "acosh(1/({0}))", "acsch": "asinh(1/({0}))", "acoth": "atanh(1/({0}))", "factorial": "gamma({0} + 1)",
    "sinc": "sin({0})/({0})", "Heaviside": "({0} > 0)", "trigamma": "polygamma(1, {0})",
}  # fmt: skip
STAND_INS = (sympy.sin, sympy.exp, sympy.tanh, sympy.cos, sympy.atan, sympy.sinh)
CONSTANTS = {sympy.pi: "pi", sympy.E: "e", sympy.GoldenRatio: "((1 + sqrt(5))/2)", sympy.true: "1"}


def cases(seed: int) -> Iterator[Case]:
    chance, known = random.Random(seed), set()
    for name, expression, variables in noted():
        key = (sympy.srepr(expression), variables)
        if key not in known and expression.free_symbols:
            known.add(key)
            yield case(name, expression, variables, chance)


def noted() -> Iterator[tuple[str, sympy.Expr, tuple[sympy.Symbol, ...]]]:
    """What the tests of SymPy ask for, each with the test's name."""
    for module in modules():
        for name, test in list(vars(module).items()):
            if name.startswith("test_") and isinstance(test, types.FunctionType) and "diff" in source(test):
                for expression, variables in asked(test):
                    yield f"{module.__name__.rpartition('.')[2]}.{name}", expression, variables


def modules() -> Iterator[types.ModuleType]:
    for package in PACKAGES:
        folder = importlib.import_module(f"sympy.{package}.tests")
        for found in pkgutil.iter_modules(folder.__path__):
            with contextlib.suppress(ImportError):
                yield importlib.import_module(f"{folder.__name__}.{found.name}")


def source(test: types.FunctionType) -> str:
    try:
        return inspect.getsource(test)
    except OSError:
        return ""


def asked(test: Callable[[], Any]) -> list[Noted]:
    """What a test differentiates, as far as it comes in its time."""
    found: list[Noted] = []
    original = sympy.Expr.diff

    def noting(expression: sympy.Expr, *symbols: Any, **options: Any) -> Any:
        if sys._getframe(1).f_code.co_filename.endswith((inspect.getfile(test), "core/function.py")):
            with contextlib.suppress(TypeError):
                found.append((expression, flat(symbols)))
        return original(expression, *symbols, **options)

    sympy.Expr.diff = noting
    try:
        with limited(SECONDS), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            test()
    except (Exception, SystemExit):  # a test that fails, is skipped, or takes too long has asked nevertheless
        pass
    finally:
        sympy.Expr.diff = original
    return found


def flat(symbols: Sequence[Any]) -> tuple[sympy.Symbol, ...]:
    """(x, 2, y) as (x, x, y). Raises TypeError for others than symbols and numbers."""
    result: list[sympy.Symbol] = []
    for one in symbols:
        pair = one if isinstance(one, (tuple, list, sympy.Tuple)) else (one,)
        for part in pair:
            if isinstance(part, sympy.Symbol):
                result.append(part)
            else:
                result += [result[-1]] * (int(part) - 1) if result else []
    return tuple(result)


@contextlib.contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Raises TimeoutError in what takes longer."""

    def late(*given: Any) -> None:
        raise TimeoutError("takes too long")

    before = signal.signal(signal.SIGALRM, late)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def case(name: str, expression: sympy.Expr, variables: tuple[sympy.Symbol, ...], chance: random.Random) -> Case:
    try:
        if sympy.count_ops(expression) > LONG:
            raise UnsaidError("a very long expression")
        try:
            with limited(SECONDS):
                expression = definite(expression)
        except (AttributeError, TypeError, ValueError, NotImplementedError, RecursionError):
            raise UnsaidError("SymPy cannot put functions in") from None
        symbols = sorted(expression.free_symbols, key=str)
        names = {symbol: f"x{place}" for place, symbol in enumerate(symbols)}
        program = written(expression, names)
        if not symbols:
            raise UnsaidError("a number")
        with limited(SECONDS):
            point, expected = answers(expression, symbols, variables, names, chance)
    except (UnsaidError, TimeoutError) as error:
        return Case(name, "", unsaid=str(error))
    return Case(name, program, {names[symbol]: value for symbol, value in point.items()}, expected)


def definite(expression: sympy.Expr) -> sympy.Expr:
    """With a function that SymPy knows for each that it does not, and with its derivatives done."""
    unknown = dict.fromkeys(one.func for one in sorted(expression.atoms(AppliedUndef), key=str))
    stand_ins = dict(zip(unknown, STAND_INS, strict=False))
    found = expression.replace(
        lambda one: isinstance(one, AppliedUndef) and one.func in stand_ins,
        lambda one: stand_ins[one.func](sympy.Add(*one.args)),
    )
    return found.replace(lambda one: isinstance(one, (sympy.Derivative, sympy.Subs)), lambda one: one.doit())


def answers(
    expression: sympy.Expr, symbols: list[Any], variables: tuple[Any, ...], names: dict[Any, str], chance: random.Random
) -> tuple[dict[Any, float], dict[tuple[str, ...], float]]:
    """A point at which the function is real, and the function and its derivatives there."""
    function = sympy.lambdify(symbols, expression, "mpmath")
    orders = [tuple(int(symbol is one) for one in symbols) for symbol in symbols]
    with mpmath.workdps(50):
        for low, high in INTERVALS * 2:
            point = [round(chance.uniform(low, high), 6) for _ in symbols]
            slope = partial(slope_of, function, point)
            try:
                value = real(function(*map(mpmath.mpf, point)))
                expected = {("value",): value}
                for symbol, order in zip(symbols, orders, strict=True):
                    expected["gradient", names[symbol]] = expected["formula", names[symbol]] = real(slope(order))
                if len(variables) > 1 and all(one in names for one in variables):
                    mixed = tuple(sum(one == other for other in variables) for one in symbols)
                    expected["formula", *(names[one] for one in variables)] = real(slope(mixed))
                if len(symbols) <= 2:
                    for a, first in zip(symbols, orders, strict=True):
                        for b, second in zip(symbols, orders, strict=True):
                            both = tuple(x + y for x, y in zip(first, second, strict=True))
                            expected["hessian", names[a], names[b]] = real(slope(both))
            except (ValueError, ZeroDivisionError, TypeError, NotImplementedError, NameError, OverflowError):
                continue
            return dict(zip(symbols, point, strict=True)), expected
    raise UnsaidError("not real, or without a value by mpmath")


def slope_of(function: Callable[..., Any], point: Sequence[float], order: Sequence[int]) -> Any:
    """A partial derivative, by differences."""
    if len(point) == 1:
        return mpmath.diff(function, point[0], order[0])
    return mpmath.diff(function, tuple(point), tuple(order))


def real(number: Any) -> float:
    """Raises ValueError for what is not a real number of a moderate size."""
    if isinstance(number, mpmath.mpc):
        if abs(number.imag) > 1e-30 * (1 + abs(number)):
            raise ValueError(number)
        number = number.real
    if not mpmath.isfinite(number) or abs(number) > 1e12:
        raise ValueError(number)
    return float(number)


def written(one: Any, names: dict[Any, str]) -> str:
    """The expression in the language. Raises UnsaidError for what it has no words for."""
    parts = lambda: [written(part, names) for part in one.args]
    if one in names or one in CONSTANTS:
        return names.get(one) or CONSTANTS[one]
    if isinstance(one, sympy.Rational):
        return str(one.p) if one.q == 1 and one.p >= 0 else f"({one.p}/{one.q})"
    if isinstance(one, sympy.Float):
        return f"({float(one)!r})"
    if isinstance(one, sympy.Add):
        return f"({' + '.join(parts())})"
    if isinstance(one, sympy.Mul):
        return f"({'*'.join(parts())})"
    if isinstance(one, sympy.Pow):
        return "({})^({})".format(*parts())
    if isinstance(one, sympy.Piecewise):
        return branches(one.args, names)
    if isinstance(one, Relational) and one.rel_op in ("<", "<=", ">", ">=", "==", "!="):
        return f"({f' {one.rel_op} '.join(parts())})"
    if isinstance(one, (sympy.And, sympy.Or)):
        return f"({'*'.join(parts())})" if isinstance(one, sympy.And) else f"max({', '.join(parts())})"
    kind = type(one).__name__
    if kind in FUNCTIONS and not (kind == "Heaviside" and len(one.args) > 2):
        given = [", ".join(parts())] if kind != "Heaviside" else parts()[:1]
        return f"({FUNCTIONS[kind].format(*given)})"
    raise UnsaidError(f"no word for {kind if isinstance(one, (sympy.Expr, sympy.Basic)) else type(one)}")


def branches(pairs: Sequence[ExprCondPair], names: dict[Any, str]) -> str:
    *before, (last, otherwise) = pairs
    if otherwise != sympy.true:
        raise UnsaidError("a function without a value somewhere")
    text = written(last, names)
    for value, condition in reversed(before):
        text = f"where({written(condition, names)}, {written(value, names)}, {text})"
    return text
