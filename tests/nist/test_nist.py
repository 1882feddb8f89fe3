"""NIST's least-squares problems (StRD) at 40 digits: sums of squares and their gradients at the certified parameters.

A certified parameter is rounded, by at most half a unit of its last digit. So the gradient there is no more than the
matrix of second derivatives makes of that much, and the sum of squares hardly more than the certified one. Both are
held against models that are written here by hand, in mpmath at 120 digits.
"""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import mpmath
import pytest
from mpmath import mpf

from bpcalc import gradient, hessian

pytest.importorskip("flint")
FOLDER = Path(__file__).parent
CERTIFIED = tomllib.loads((FOLDER / "certified.toml").read_text("utf-8"))
DIGITS, TRUTH, STEP = 40, 120, mpf(10) ** -30
NONE = mpf(10) ** -50  # relative to what is beside it: a number that is truly 0

Model = Callable[..., Any]


def lanczos(b: Sequence[Any], x: Any) -> Any:
    return sum(b[at] * mpmath.exp(-b[at + 1] * x) for at in (0, 2, 4))


def polynomial(b: Sequence[Any], x: Any) -> Any:
    found = b[-1]
    for factor in b[-2::-1]:
        found = found * x + factor
    return found


def linear(b: Sequence[Any], *x: Any) -> Any:
    return b[0] + sum(factor * one for factor, one in zip(b[1:], x, strict=True))


def thurber(b: Sequence[Any], x: Any) -> Any:
    return polynomial(b[:4], x) / polynomial([1, *b[4:]], x)


def roszman(b: Sequence[Any], x: Any) -> Any:
    return b[0] - b[1] * x - mpmath.atan(b[2] / (x - b[3])) / mpmath.pi


MODELS: dict[str, Model] = {
    "BoxBOD": lambda b, x: -b[0] * mpmath.expm1(-b[1] * x),
    "Chwirut2": lambda b, x: mpmath.exp(-b[0] * x) / (b[1] + b[2] * x),
    "DanWood": lambda b, x: b[0] * mpmath.exp(b[1] * mpmath.log(x)),
    "Eckerle4": lambda b, x: b[0] / b[1] * mpmath.exp(-(((x - b[2]) / b[1]) ** 2) / 2),
    "MGH09": lambda b, x: b[0] * (x + b[1]) * x / (x * (x + b[2]) + b[3]),
    "MGH10": lambda b, x: b[0] * mpmath.exp(b[1] / (x + b[2])),
    "MGH17": lambda b, x: b[0] + b[1] * mpmath.exp(-x * b[3]) + b[2] * mpmath.exp(-x * b[4]),
    "Misra1a": lambda b, x: -b[0] * mpmath.expm1(-b[1] * x),
    "Misra1b": lambda b, x: b[0] - b[0] / (1 + b[1] * x / 2) ** 2,
    "Misra1c": lambda b, x: b[0] - b[0] / mpmath.sqrt(1 + 2 * b[1] * x),
    "Misra1d": lambda b, x: b[0] * b[1] * x / (1 + b[1] * x),
    "Rat42": lambda b, x: b[0] / (1 + mpmath.exp(b[1] - b[2] * x)),
    "Rat43": lambda b, x: b[0] / (1 + mpmath.exp(b[1] - b[2] * x)) ** (1 / b[3]),
    "Roszman1": roszman, "Thurber": thurber, "Longley": linear, "Norris": linear, "Filip": polynomial,
    **{f"Lanczos{number}": lanczos for number in range(1, 4)},
    **{f"Wampler{number}": polynomial for number in range(1, 6)},
}  # fmt: skip


def rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / "data" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def written(name: str) -> tuple[str, dict[str, Any]]:
    """A problem as bpcalc has it: the program and its values, every number the text that NIST prints."""
    values: dict[str, Any] = {f"b{at + 1}": text for at, text in enumerate(CERTIFIED[name]["parameters"])}
    table = rows(name)
    for column in table[0]:
        values[column] = f"[{', '.join(row[column] for row in table)}]"
    return f"sum(({CERTIFIED[name]['model']} - y)^2)", values


def squares(name: str) -> Callable[[Sequence[Any]], Any]:
    """The sum of squares by hand."""
    model = MODELS[name]
    table = [[mpf(cell) for cell in row.values()] for row in rows(name)]
    return lambda b: mpmath.fsum((y - model(b, *x)) ** 2 for y, *x in table)


def slopes(name: str) -> list[Any]:
    """The gradient by hand, at the certified parameters."""
    function, b = squares(name), [mpf(text) for text in CERTIFIED[name]["parameters"]]
    return [
        (function(moved(b, {at: STEP})) - function(moved(b, {at: -STEP}))) / (2 * STEP * abs(b[at]))
        for at in range(len(b))
    ]  # fmt: skip


def moved(b: Sequence[Any], steps: Mapping[int, Any]) -> list[Any]:
    return [one + steps.get(at, 0) * abs(one) for at, one in enumerate(b)]


@cache
def curvature(name: str) -> list[list[Any]]:
    """The matrix of second derivatives by hand, there too."""
    with mpmath.workdps(TRUTH):
        function, b = squares(name), [mpf(text) for text in CERTIFIED[name]["parameters"]]
        middle, found = function(b), [list(b) for _ in b]
        for i in range(len(b)):
            ends = sum(function(moved(b, {i: way})) for way in (STEP, -STEP))
            found[i][i] = (ends - 2 * middle) / (STEP * b[i]) ** 2
            for j in range(i):
                corners = [s * t * function(moved(b, {i: s * STEP, j: t * STEP})) for s in (1, -1) for t in (1, -1)]
                found[i][j] = found[j][i] = sum(corners) / (4 * STEP**2 * abs(b[i] * b[j]))
        return found


def half_unit(text: str) -> Any:
    """Half a unit of the last digit that is printed."""
    digits, _, exponent = text.lower().partition("e")
    return mpf(10) ** (int(exponent or "0") - len(digits.partition(".")[2])) / 2


def apart(text: str, right: Any) -> Any:
    """How far a text is from the right value, relative to it."""
    return abs(mpf(text) - right) / abs(right)


def test_every_problem_has_a_model() -> None:
    assert set(CERTIFIED) == set(MODELS)


@pytest.mark.parametrize("name", CERTIFIED)
def test_forty_digits_are_right(name: str) -> None:
    """Value and gradient; exactly 0 where the model goes through every point, or the parameters are the best ones."""
    program, values = written(name)
    found = gradient(program, values, digits=DIGITS, symbolic=False)
    with mpmath.workdps(TRUTH):
        value = squares(name)([mpf(text) for text in CERTIFIED[name]["parameters"]])
        gradients = [found.gradient[f"b{at + 1}"] for at in range(len(CERTIFIED[name]["parameters"]))]
        pairs = [(found.value, value, [1]), *zip(gradients, slopes(name), curvature(name), strict=True)]
        for number, right, beside in pairs:
            if abs(right) < NONE * max(map(abs, beside)):
                assert str(number) == "0"
            else:
                assert apart(str(number), right) < mpf(10) ** -DIGITS * 6


@pytest.mark.parametrize("name", CERTIFIED)
def test_certified_values_are_what_a_minimum_has(name: str) -> None:
    program, values = written(name)
    found = gradient(program, values, digits=DIGITS, symbolic=False)
    parameters = CERTIFIED[name]["parameters"]
    with mpmath.workdps(TRUTH):
        certified, off = mpf(CERTIFIED[name]["squares"]), [half_unit(text) for text in parameters]
        moves = [sum(abs(h) * one for h, one in zip(row, off, strict=True)) for row in curvature(name)]
        for at, most in enumerate(moves):
            assert abs(mpf(str(found.gradient[f"b{at + 1}"]))) <= most * mpf("1.01"), f"b{at + 1}"
        above = sum(move * one for move, one in zip(moves, off, strict=True)) / 2
        assert abs(mpf(str(found.value)) - certified) <= half_unit(CERTIFIED[name]["squares"]) + above * mpf("1.01")


@pytest.mark.parametrize("name", CERTIFIED)
def test_second_derivatives_to_forty_digits(name: str) -> None:
    program, values = written(name)
    names = [f"b{at + 1}" for at in range(len(CERTIFIED[name]["parameters"]))]
    found = hessian(program, values, wrt=names, digits=DIGITS).hessian
    with mpmath.workdps(TRUTH):
        largest = max(abs(entry) for row in curvature(name) for entry in row)
        for one, row in zip(names, curvature(name), strict=True):
            for other, right in zip(names, row, strict=True):
                if abs(right) < NONE * largest:
                    assert str(found[one][other]) == "0", (one, other)
                else:
                    assert apart(str(found[one][other]), right) < mpf(10) ** -DIGITS * 6, (one, other)
