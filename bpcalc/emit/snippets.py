"""The helpers that generated Python has in front: IEEE results where the math module raises, as `grad` has them.

Each is put into a program only where the program calls it.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable
from types import ModuleType

DIVIDE = '''
def divide(a, b):
    """a/b; by 0 it is infinite, and 0/0 is nan."""
    try:
        return a / b
    except ZeroDivisionError:
        return math.nan if a == 0 or math.isnan(a) else math.copysign(math.inf, a) * math.copysign(1.0, b)
'''
POWER = '''
def power(x, n):
    """x to the power of n: infinite where it overflows, nan where there is none."""
    if n == 2:
        return x * x
    try:
        return math.pow(x, n)
    except OverflowError:
        return -math.inf if x < 0 and n % 2 == 1 else math.inf
    except ValueError:
        if x != 0:
            return math.nan
        return math.copysign(math.inf, x) if n % 2 == 1 else math.inf
'''
CBRT = '''
def cbrt(x):
    """The cube root: one step of Newton's method makes the library's exact."""
    y = math.cbrt(x)
    return y - (y - x / (y * y)) / 3 if x and math.isfinite(x) else y
'''
ATANH = '''
def atanh(x):
    """Infinite at -1 and 1, nan beyond."""
    try:
        return math.atanh(x)
    except ValueError:
        return math.copysign(math.inf, x) if abs(x) == 1 else math.nan
'''
MOD = '''
def mod(a, b):
    """The remainder, with the sign of b; nan where b is 0."""
    return a % b if b else math.nan
'''
SIGN = '''
def sign(x):
    """-1, 0 or 1."""
    return x if x == 0 or math.isnan(x) else math.copysign(1.0, x)
'''


def _overflowing(name: str, beyond: str, what: str) -> str:
    return f'''
def {name}(x):
    """{what}; infinite where it overflows."""
    try:
        return math.{name}(x)
    except OverflowError:
        return {beyond}
'''


def _logarithm(name: str, pole: str, what: str) -> str:
    return f'''
def {name}(x):
    """{what}: -inf at {pole}, nan below."""
    try:
        return math.{name}(x)
    except ValueError:
        return -math.inf if x == {pole} else math.nan
'''


def _partial(name: str, what: str) -> str:
    return f'''
def {name}(x):
    """{what}, or nan where there is none."""
    try:
        return math.{name}(x)
    except ValueError:
        return math.nan
'''


def _rounding(name: str) -> str:
    return f'''
def {name}(x):
    """A whole number as a float; what is infinite or nan stays it."""
    return math.copysign(float(math.{name}(x)), x) if math.isfinite(x) else x
'''


def _extreme(name: str, word: str, choose: str) -> str:
    return f'''
def {name}(*numbers):
    """The {word} number; nan where one of them is."""
    for x in numbers:
        if math.isnan(x):
            return x
    return {choose}(numbers)
'''


MATH = {
    "divide": DIVIDE, "power": POWER, "cbrt": CBRT, "atanh": ATANH, "mod": MOD, "sign": SIGN,
    "exp": _overflowing("exp", "math.inf", "e^x"), "expm1": _overflowing("expm1", "math.inf", "e^x - 1"),
    "cosh": _overflowing("cosh", "math.inf", "The hyperbolic cosine"),
    "sinh": _overflowing("sinh", "math.copysign(math.inf, x)", "The hyperbolic sine"),
    "log": _logarithm("log", "0", "The natural logarithm"), "log2": _logarithm("log2", "0", "The logarithm to base 2"),
    "log10": _logarithm("log10", "0", "The logarithm to base 10"), "log1p": _logarithm("log1p", "-1", "log(1 + x)"),
    "sqrt": _partial("sqrt", "The square root"), "acosh": _partial("acosh", "The inverse of cosh"),
    "asin": _partial("asin", "The angle with sine x"), "acos": _partial("acos", "The angle with cosine x"),
    "sin": _partial("sin", "The sine"), "cos": _partial("cos", "The cosine"), "tan": _partial("tan", "The tangent"),
    "floor": _rounding("floor"), "ceil": _rounding("ceil"),
    "maximum": _extreme("maximum", "largest", "max"), "minimum": _extreme("minimum", "smallest", "min"),
}  # fmt: skip

SPECIAL = ("gamma", "lgamma", "digamma", "polygamma")  # which Python's math module lacks, or has roughly


def own_source(module: ModuleType, names: Iterable[str]) -> str:
    """The text of functions of a module of bpcalc and of what they call there, without the types of their arguments."""
    source = inspect.getsource(module)
    pieces: dict[str, str] = {}
    for piece in re.split(r"\n(?=(?:@|def |[A-Za-z_]\w*(?:: [^=\n]+)? = |# ))", source):
        match = re.search(r"^(?:def )?([A-Za-z_]\w*)", re.sub(r"^(?:#.*\n)*", "", piece))
        if match and match[1] not in ("from", "import"):
            pieces[match[1]] = piece.rstrip()
    for piece in list(pieces):
        if "import" in pieces[piece].split("\n", 1)[0]:
            del pieces[piece]
    wanted, stack = set(names), list(names)
    while stack:
        for word in re.findall(r"[A-Za-z_]\w*", re.sub(r'"""(?s:.*?)"""|#.*', "", pieces[stack.pop()])):
            if word in pieces and word not in wanted:
                wanted.add(word)
                stack.append(word)
    texts = [_untyped(text) for name, text in pieces.items() if name in wanted]
    return "".join(f"\n\n{text}\n" if "def " in text[:200] else f"{text}\n" for text in texts)


def _untyped(text: str) -> str:
    """A definition without annotations."""
    text = re.sub(r"(\w+): (?:Any|int|float|tuple\[[^\]]*\]|list\[[^\]]*\]|str)(?=[,)= ])", r"\1", text)
    return re.sub(r"\) -> [^:]+:\n", "):\n", text)
