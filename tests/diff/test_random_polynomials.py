"""Random programs: where one has a Taylor polynomial, it comes to it faster than the polynomial's last term."""

from __future__ import annotations

import random
from typing import Any

import mpmath
import pytest
from mpmath import mpf
from oracle import evaluate_number
from reference import SCALARS

from bpcalc.calculations.diff.pipeline import differentiate
from bpcalc.calculations.diff.request import Request
from bpcalc.errors import BpcalcError, Source

UNTRIED = ("stop_gradient", "selu")  # formulas have the doubles next to the products of selu's decimals
GATES = sorted((gate for gate in SCALARS.values() if gate.name not in UNTRIED), key=str)
LEAVES = ("x", "x", "x", "x", "0", "1", "2", "0.5", "(x + 1)", "(x - 1)", "x^2")
POINTS = ("0", "0", "0", "1", "-1", "2", "1/2", "pi", "0.3", "pi/2", "-pi/4")
ORDER = 2
STEPS = (mpf(2) ** -24, mpf(2) ** -25)


def drawn(generator: random.Random, depth: int) -> str:
    if depth == 0 or generator.random() < 0.2:
        return generator.choice(LEAVES)
    gate = generator.choice(GATES)
    count = 2 if gate.variadic else len(gate.parameters) - len(gate.defaults)
    inputs = [drawn(generator, depth - 1) for _ in range(count)]
    if gate.infix:
        return f"({inputs[0]}) {gate.infix[0]} ({inputs[1]})"
    return f"-({inputs[0]})" if gate.prefix else f"{gate.name}({', '.join(inputs)})"


def value(text: str, x: Any) -> Any:
    """The value of a program by mpmath; None where it has none."""
    try:
        found = evaluate_number(text, {"x": x})
    except (ValueError, ArithmeticError, TypeError):
        return None
    return found if isinstance(found, mpf) and mpmath.isfinite(found) else None


def nears(text: str, polynomial: str, point: Any) -> list[bool]:
    """Does a program come to a polynomial faster than its last term, from each side where it has values?"""
    verdicts = []
    for side in (1, -1):
        values = [(value(text, point + side * h), value(polynomial, point + side * h)) for h in STEPS]
        if all(one is not None for one, _ in values):
            far, near = (mpf(1) if other is None else abs(one - other) for one, other in values)
            verdicts.append(bool(near <= mpf(10) ** -40 or far / near > mpf(2) ** (ORDER + 0.5)))
    return verdicts


@pytest.mark.parametrize("seed", range(8))
def test_a_polynomial_is_one_of_its_program(seed: int) -> None:
    generator, found = random.Random(seed), 0
    for _ in range(150):
        text, at = f"x*0 + {drawn(generator, generator.choice((1, 2, 3)))}", generator.choice(POINTS)
        try:
            report = differentiate(Source(text), {}, {"x": Source(at)}, Request(taylor=ORDER))
        except BpcalcError:
            continue
        with mpmath.workdps(60):
            polynomial = report.derivatives["x"].program
            verdicts = nears(text, polynomial, evaluate_number(at, {}))
            assert all(verdicts), (text, at, polynomial)
            found += len(verdicts)
    assert found > 150


@pytest.mark.parametrize(
    ("text", "polynomial"),
    [("sin(x)", "x + x^2/1000"), ("abs(x)^2.25", "0"), ("x*abs(x)", "0"), ("relu(x)", "x"), ("cos(x)", "1"),
     ("floor(x)", "0"), ("1/x", "0"), ("log(x)", "0*x")],
)  # fmt: skip
def test_the_law_bites(text: str, polynomial: str) -> None:
    with mpmath.workdps(60):
        assert not all(nears(text, polynomial, mpf(0)))
