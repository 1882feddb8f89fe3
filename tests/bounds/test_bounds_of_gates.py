"""Every gate's value and slopes between bounds: they have the truth, and no more than that where that is known."""

from __future__ import annotations

import math
import random
from fractions import Fraction
from typing import Any

import pytest
from enclosures import GATES, boxes, holds, missed, slope, truth, width
from mpmath import mpf

from bpcalc.algebra.bounds.algebra import Intervals
from bpcalc.gate import Gate
from bpcalc.gates import GATES as EVERY


@pytest.mark.parametrize("gate", GATES, ids=lambda gate: gate.name)
def test_the_truth_lies_in_the_bounds(gate: Gate) -> None:
    assert missed(gate, count=8, points=3) == []


@pytest.mark.parametrize("gate", [gate for gate in GATES if gate.name != "lgamma"], ids=lambda gate: gate.name)
def test_at_a_point_the_bounds_are_tight(gate: Gate) -> None:
    m = Intervals()
    for sample in gate.samples:
        xs = [m.value(Fraction(x)) for x in sample]
        y = m.function(gate)(*xs)
        assert width(m.raw(y)) < 2**-60
        assert holds(m.raw(y), truth(gate, sample))
        rules = m.rules(gate, "torch")
        for place, rule in enumerate(rules(m, y, *xs) if callable(rules) else rules):
            if rule is not None and gate.kink is None:
                local = m.raw(m.value(rule(m, y, *xs) if callable(rule) else rule))
                assert width(local) < 2**-60
                assert holds(local, slope(gate, sample, place))


def test_boxes_are_no_points_and_mostly_known() -> None:
    # the law above would hold if all were unknown
    m, known, wide = Intervals(), 0, 0
    for gate in GATES:
        for box in boxes(gate, 5, 1):
            xs = [m.between_ends(m.value(Fraction(lo)), m.value(Fraction(hi))) for lo, hi in box]
            known += m.is_finite(m.function(gate)(*xs))
            wide += any(map(m.range_of, xs))
    assert known > 0.6 * 5 * len(GATES)
    assert wide > 0.5 * 5 * len(GATES)


def ranged(name: str, *pairs: tuple[float, float]) -> tuple[Any, Any, Intervals]:
    m = Intervals()
    xs = [m.between_ends(m.value(Fraction(lo)), m.value(Fraction(hi))) for lo, hi in pairs]
    y = m.function(EVERY[name])(*xs)
    rules = m.rules(EVERY[name], "torch")
    slopes = rules(m, y, *xs) if callable(rules) else [rule(m, y, *xs) if callable(rule) else rule for rule in rules]
    return y, slopes, m


PI = math.pi
# The range itself, by mathematics, for gates over a range of their (first) input.
RANGES = [
    ("power", [(-1, 3), (2, 2)], 0, 9), ("power", [(-2, 1), (3, 3)], -8, 1), ("power", [(-2, -1), (-2, -2)], 0.25, 1),
    ("power", [(4, 9), (0.5, 0.5)], 2, 3), ("power", [(2, 3), (-1, 2)], 1 / 3, 9), ("abs", [(-2, 1)], 0, 2),
    ("sin", [(0, 3)], 0, 1), ("sin", [(1, 5)], -1, 1), ("sin", [(0.1, 0.2)], math.sin(0.1), math.sin(0.2)),
    ("cos", [(-1, 2)], math.cos(2), 1), ("cos", [(3, 4)], -1, math.cos(4)),
    ("tan", [(-1, 1)], -math.tan(1), math.tan(1)),
    ("tanh", [(-5, 5)], math.tanh(-5), math.tanh(5)), ("cosh", [(-1, 2)], 1, math.cosh(2)),
    ("sigmoid", [(-3, 2)], 1 / (1 + math.exp(3)), 1 / (1 + math.exp(-2))), ("exp", [(-1, 1)], 1 / math.e, math.e),
    ("silu", [(-5, 5)], -0.27846454276107377, 5 / (1 + math.exp(-5))),
    ("gelu", [(-3, 0)], -0.16997120747990369, 0), ("gamma", [(0.5, 3)], 0.88560319441088870, 2),
    ("softplus", [(-1, 1)], math.log1p(1 / math.e), math.log1p(math.e)), ("relu", [(-1, 2)], 0, 2),
    ("leaky_relu", [(-2, 1), (0.1, 0.1)], -0.2, 1), ("elu", [(-1, 2), (1, 1)], math.expm1(-1), 2),
    ("floor", [(0.5, 2.5)], 0, 2), ("ceil", [(-0.5, 1)], 0, 1), ("sign", [(-1, 1)], -1, 1), ("sign", [(0, 1)], 0, 1),
    ("hypot", [(-1, 1), (2, 3)], 2, math.sqrt(10)), ("atan2", [(-1, 1), (1, 2)], -PI / 4, PI / 4),
    ("atan2", [(-1, 1), (-2, 2)], -PI, PI), ("max", [(-1, 1), (0, 3)], 0, 3), ("min", [(-1, 1), (0, 3)], -1, 1),
    ("clip", [(-3, 0.5), (-1, -1), (1, 1)], -1, 0.5), ("logit", [(0.25, 0.75)], -math.log(3), math.log(3)),
    ("divide", [(1, 2), (4, 8)], 0.125, 0.5), ("multiply", [(-1, 2), (-3, 1)], -6, 3),
    ("lgamma", [(1, 3)], -0.1214862905358496, math.log(2)),
    ("acos", [(-1, 0.5)], math.acos(0.5), PI), ("where", [(0, 1), (3, 4), (8, 9)], 3, 9),
    ("where", [(1, 2), (3, 4), (8, 9)], 3, 4), ("less", [(0, 2), (1, 3)], 0, 1), ("less", [(0, 1), (2, 3)], 1, 1),
]  # fmt: skip


@pytest.mark.parametrize(("name", "pairs", "lo", "hi"), RANGES)
def test_over_a_range_the_bounds_are_the_range(name: str, pairs: list[Any], lo: float, hi: float) -> None:
    y, _, m = ranged(name, *pairs)
    first, last = m.json(y)
    assert float(first) == pytest.approx(lo, rel=1e-7, abs=1e-7)
    assert float(last) == pytest.approx(hi, rel=1e-7, abs=1e-7)
    assert holds(m.raw(y), (mpf(lo) + mpf(hi)) / 2)


# The range of the slope along the first input.
SLOPES = [
    ("sigmoid", [(-5, 5)], 0.0066480566707901549, 0.25), ("tanh", [(-1, 1)], 1 / math.cosh(1) ** 2, 1),
    ("sin", [(0, 3)], math.cos(3), 1), ("asin", [(-0.5, 0.5)], 1, 2 / math.sqrt(3)), ("atanh", [(-0.5, 0.5)], 1, 4 / 3),
    ("logit", [(0.1, 0.9)], 4, 1 / 0.09), ("power", [(-1, 3), (2, 2)], -2, 6), ("power", [(-1, 2), (3, 3)], 0, 12),
    ("abs", [(-1, 2)], -1, 1), ("abs", [(0, 0)], -1, 1), ("abs", [(1, 2)], 1, 1), ("relu", [(-1, 2)], 0, 1),
    ("relu", [(0, 0)], 0, 1), ("leaky_relu", [(-1, 1), (0.1, 0.1)], 0.1, 1), ("elu", [(-1, 1), (1, 1)], 1 / math.e, 1),
    ("max", [(0, 1), (0, 2)], 0, 1), ("max", [(2, 2), (2, 2)], 0, 1), ("max", [(0, 1), (2, 3)], 0, 0),
    ("min", [(0, 1), (2, 3)], 1, 1), ("clip", [(0, 3), (-1, -1), (1, 1)], 0, 1),
    ("clip", [(0, 0.5), (-1, -1), (1, 1)], 1, 1), ("clip", [(2, 3), (-1, -1), (1, 1)], 0, 0),
    ("hypot", [(0, 0), (0, 0)], -1, 1), ("hypot", [(1, 2), (0, 0)], 1, 1), ("exp", [(0, 1)], 1, math.e),
    ("sqrt", [(1, 4)], 0.25, 0.5), ("log", [(1, 4)], 0.25, 1), ("gelu", [(0, 0.5)], 0.5, 0.8674951246561645),
    ("silu", [(-5, 5)], -0.0998393201295779, 1.0998393201295779), ("cbrt", [(1, 8)], 1 / 12, 1 / 3),
]  # fmt: skip


@pytest.mark.parametrize(("name", "pairs", "lo", "hi"), SLOPES)
def test_over_a_range_the_slopes_are_theirs(name: str, pairs: list[Any], lo: float, hi: float) -> None:
    _, slopes, m = ranged(name, *pairs)
    first, last = m.json(slopes[0])
    assert float(first) == pytest.approx(lo, rel=1e-4, abs=1e-5)
    assert float(last) == pytest.approx(hi, rel=1e-4, abs=1e-5)


UNKNOWN = [
    ("divide", [(1, 1), (-1, 1)]), ("log", [(-1, 1)]), ("sqrt", [(-1, 4)]), ("asin", [(0, 2)]), ("tan", [(1, 2)]),
    ("gamma", [(-0.5, 0.5)]), ("digamma", [(-1.5, -0.5)]), ("acosh", [(0, 2)]), ("atanh", [(0, 2)]),
    ("power", [(-1, 1), (-1, -1)]), ("power", [(-1, 1), (0.5, 0.5)]), ("logit", [(-1, 0.5)]), ("log1p", [(-2, 0)]),
    ("sqrt", [(-1, -1)]), ("lgamma", [(-1, 1)]),
]  # fmt: skip


@pytest.mark.parametrize(("name", "pairs"), UNKNOWN)
def test_over_a_pole_or_out_of_the_domain_nothing_is_known(name: str, pairs: list[Any]) -> None:
    y, _, m = ranged(name, *pairs)
    assert m.text(y, 6) == "unknown"
    assert m.json(y) == "unknown"


@pytest.mark.parametrize(
    ("name", "pairs", "text"),
    [("divide", [(1, 1), (0, 2)], "[0.5..inf]"), ("log", [(0, 1)], "[-inf..0]"), ("sqrt", [(0, 4)], "[0..2]"),
     ("divide", [(-1, -1), (0, 2)], "[-inf..-0.5]"), ("divide", [(1, 1), (0, 0)], "inf")],
)  # fmt: skip
def test_at_the_edge_of_the_domain_bounds_go_to_infinity(name: str, pairs: list[Any], text: str) -> None:
    y, _, m = ranged(name, *pairs)
    assert m.text(y, 6) == text


def test_one_and_the_same_number_is_not_two() -> None:
    m = Intervals()
    x, other = (m.between_ends(m.value(1), m.value(2)) for _ in range(2))
    assert (m.text(x - x, 6), m.text(x - other, 6)) == ("0", "[-1..1]")
    assert (m.text(m.divide(x, x), 6), m.text(m.divide(x, other), 6)) == ("1", "[0.5..2]")
    assert m.text((x - 3) * (x - 3), 6) == "[1..4]"


@pytest.mark.parametrize("seed", range(3))
def test_ends_of_sums_and_products_are_rounded_outwards(seed: int) -> None:
    draw, m = random.Random(seed), Intervals()
    exact, found = Fraction(1), m.value(1)
    for _ in range(60):
        x = Fraction(draw.randint(1, 10**40), draw.randint(1, 10**40))
        exact, found = (exact * x, found * m.value(x)) if draw.random() < 0.5 else (exact + x, found + m.value(x))
    lo, hi = (Fraction(end) for end in m.json(found))
    assert lo <= exact <= hi
    assert hi - lo <= exact / 10**15
