"""What a derivative must be, computed without bpcalc: random numbers for a case, and differences of its program.

The cases are data: `matrix.toml` (arrays, by NumPy: complex steps, and central differences of those for the second
order) and `scalars.toml` (single numbers and Taylor polynomials, by mpmath at 50 digits and more). Each file says at
its head what its fields mean. Imports nothing of bpcalc.

    case = MATRIX[0]
    values = numbers(case)                       # sizes by name too: {"n": 4, "x": array([...]), ...}
    expected = differences(case, values)         # the axes of each name in `wrt(case)`, then those of the output
    found = evaluate("2*A.T@(A@x - b)", values)
"""

from __future__ import annotations

import itertools
import tomllib
import zlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import mpmath
import numpy as np
from by_mpmath import MPMATH
from by_numpy import NUMPY
from language import compute
from mpmath import mpf
from numpy.typing import NDArray

HERE = Path(__file__).parent
MATRIX: list[dict[str, Any]] = tomllib.loads((HERE / "matrix.toml").read_text("utf-8"))["case"]
_SCALARS = tomllib.loads((HERE / "scalars.toml").read_text("utf-8"))
SCALARS: list[dict[str, Any]] = _SCALARS["case"]
TAYLOR: list[dict[str, Any]] = _SCALARS["taylor"]

SIZES = (2, 3, 4, 5)  # sizes with different names are different, so that a product the wrong way round does not fit
TINY = 1e-30  # of a complex step: nothing is subtracted, so it may be as small as this
STEP = 3e-3  # of a central difference that is exact to the sixth power of it
WEIGHTS = {1: 3 / 4, 2: -3 / 20, 3: 1 / 60}
DIGITS = 50
RANGE = (0.2, 0.9)  # where a variable of `scalars.toml` is drawn from, if the case does not say

Values = Mapping[str, Any]


def wrt(case: Values) -> tuple[str, ...]:
    """The names to differentiate by, one after the other: `wrt = "x,y"`, or one name `order` times."""
    return tuple(case["wrt"].split(",")) * int(case.get("order", 1))


def shapes(case: Values) -> dict[str, tuple[str, ...]]:
    """The shape of each variable of a matrix case, as words: `A = "m,n"` is ("m", "n"), `s = ""` is ()."""
    return {name: tuple(filter(None, shape.split(","))) for name, shape in case["shapes"].items()}


# Numbers for a case


def numbers(case: Values, draw: int = 0) -> dict[str, Any]:
    """Random numbers for each variable of a matrix case, and its sizes by name; always the same for the same `draw`.

    A single number is an array of shape (), so that all variables have the same kind of value.
    """
    random = np.random.default_rng([zlib.crc32(case["title"].encode()), draw])
    sizes = _sizes(case, random)
    found: dict[str, Any] = dict(sizes)
    for name, words in shapes(case).items():
        shape = tuple(sizes[word] if word in sizes else int(word) for word in words)
        found[name] = _drawn(case, name, shape, sizes, random)
    return found


def _sizes(case: Values, random: np.random.Generator) -> dict[str, int]:
    """Different sizes for different names; those of a `tall` matrix have more rows than columns."""
    named = shapes(case)
    words = sorted({word for shape in named.values() for word in shape if not word.isdigit()})
    orders = [dict(zip(words, order, strict=True)) for order in itertools.permutations(SIZES, len(words))]
    fitting = [order for order in orders if all(order[named[x][0]] > order[named[x][1]] for x in case.get("tall", ()))]
    return fitting[random.integers(len(fitting))]


def _drawn(
    case: Values, name: str, shape: tuple[int, ...], sizes: Mapping[str, int], random: np.random.Generator
) -> NDArray[np.float64]:
    """Numbers of the kind that the case asks for; otherwise of either sign, and never close to 0."""
    size = random.uniform(0.3, 1.2, shape)
    plain = np.asarray(size * random.choice([-1.0, 1.0], shape))

    def asked(kind: str) -> bool:
        return name in case.get(kind, ())

    if asked("labels"):
        return np.asarray(random.integers(sizes[case["labels"][name]], size=shape), dtype=float)
    if asked("probabilities"):
        return np.asarray(size / size.sum(axis=-1, keepdims=True))
    if asked("signs"):
        return np.asarray(np.sign(plain))
    if asked("binary"):
        return np.asarray(plain > 0, dtype=float)
    if asked("large"):
        return np.asarray(size + 8)
    if asked("positive"):
        return np.asarray(size if len(shape) < 2 or shape[0] != shape[1] else plain @ plain.T + np.eye(shape[0]))
    if asked("symmetric"):
        return np.asarray(plain + plain.T)
    return plain / 2 + 4 * np.eye(shape[0]) if asked("invertible") else plain


# Arrays


def evaluate(text: str, values: Values) -> NDArray[Any]:
    """What a text of the language gives for arrays (and sizes, which are numbers in a formula such as `x/n`)."""
    return np.asarray(compute(text, values, NUMPY))


def differences(case: Values, values: Values) -> NDArray[np.float64]:
    """The derivative of a matrix case's program: the axes of each name in `wrt(case)`, then those of the output."""

    def program(inputs: Values) -> NDArray[Any]:
        return evaluate(case["program"], inputs)

    *outer, inner = wrt(case)
    if not outer:
        return complex_steps(program, values, inner)
    return central_differences(lambda inputs: complex_steps(program, inputs, inner), values, outer[0])


def complex_steps(function: Callable[[Values], NDArray[Any]], values: Values, name: str) -> NDArray[np.float64]:
    """The derivative as the imaginary part of an imaginary step: without rounding error. The axes of `name` first."""
    slopes = [np.imag(function(moved)) / TINY for moved in _moved(values, name, 1j * TINY)]
    return np.reshape(np.array(slopes), np.shape(values[name]) + np.shape(slopes[0]))


def central_differences(function: Callable[[Values], NDArray[Any]], values: Values, name: str) -> NDArray[np.float64]:
    """The derivative as six real steps, for any function. The axes of `name` come first."""
    rows = 0.0
    for steps, weight in WEIGHTS.items():
        above, below = (
            np.array([function(moved) for moved in _moved(values, name, side * steps * STEP)]) for side in (1, -1)
        )
        rows = rows + weight / STEP * (above - below)
    found = np.asarray(rows)
    return np.reshape(found, np.shape(values[name]) + found.shape[1:])


def _moved(values: Values, name: str, step: complex) -> Iterator[dict[str, Any]]:
    """The values with one entry of `name` moved by `step`, for each entry."""
    for place in np.ndindex(np.shape(values[name])):
        moved = np.array(values[name], dtype=type(step))
        moved[place] += step
        yield {**values, name: moved}


def agree(found: Any, expected: Any, tolerance: float = 1e-9) -> bool:
    """Have both the same shape and, to a tolerance relative to the largest entry (at least 1), the same entries?"""
    if np.shape(found) != np.shape(expected):
        return False
    largest = max(1.0, np.max(np.abs(expected), initial=0.0))
    return bool(np.all(np.abs(np.asarray(found) - expected) <= tolerance * largest))


# Single numbers


def points(case: Values, count: int = 3) -> list[dict[str, Any]]:
    """Random numbers for the variables of a scalar or Taylor case, in the ranges of its field `between`."""
    random = np.random.default_rng(zlib.crc32(case["program"].encode()))
    names = list(dict.fromkeys([*wrt(case), *case.get("others", ())]))
    ranges = {name: case.get("between", {}).get(name, RANGE) for name in names}
    return [{name: mpf(random.uniform(*limits)) for name, limits in ranges.items()} for _ in range(count)]


def evaluate_number(text: str, values: Values) -> Any:
    """What a text of the language gives for mpmath numbers, with as many digits as mpmath is set to."""
    return compute(text, values, MPMATH)


def derivative(case: Values, values: Values) -> Any:
    """The derivative of a scalar case's program at mpmath numbers, by differences at many digits."""
    orders: dict[str, int] = {}
    for name in wrt(case):
        orders[name] = orders.get(name, 0) + 1

    def program(*inputs: Any) -> Any:
        return evaluate_number(case["program"], {**values, **dict(zip(orders, inputs, strict=True))})

    with mpmath.workdps(DIGITS):
        return mpmath.diff(program, tuple(values[name] for name in orders), tuple(orders.values()))


def coefficients(case: Values) -> list[Any]:
    """The Taylor coefficients of a Taylor case at its point, from order 0 to its order."""
    name = case["wrt"]
    with mpmath.workdps(DIGITS):
        point = evaluate_number(case["point"], {})
        return [
            mpmath.diff(lambda x: evaluate_number(case["program"], {name: x}), point, order) / mpmath.factorial(order)
            for order in range(case["order"] + 1)
        ]
