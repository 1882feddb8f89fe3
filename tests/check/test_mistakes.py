"""Wrong claims are explained by the mistake that was made, and by none where they are wrong by a random amount."""

from __future__ import annotations

import random
from typing import Any

import pytest
from common_mistakes import CASES, Case
from every import every
from reading import judged, kinds

PROGRAMS = list(dict.fromkeys(case[:3] for cases in CASES.values() for case in cases))
EVERY = [(kind, case) for kind, cases in CASES.items() for case in cases]


@every("kind, case", EVERY, by=lambda pair: pair[0])
def test_a_common_mistake_is_named(kind: str, case: Case) -> None:
    program, values, name, form = case
    (claim,) = judged(program, values, f"{name}={form}")
    assert claim.verdict == "wrong"
    assert kind in kinds(claim)


@pytest.mark.parametrize("kind", CASES)
def test_each_mistake_is_tried_on_five_programs(kind: str) -> None:
    assert len({case[3] + case[0] for case in CASES[kind]}) >= 5


SIMPLEST = {
    ("(x+y)*z", "x=-2 y=5 z=-4", "x=4"): "sign",
    ("x^2", "x=3", "x=x"): "factor",
    ("sigmoid(x)", "x=0.7", "x=1 - sigmoid(x)"): "function",
    ("2^x", "x=1.3", "x=x*2^(x-1)"): "power-rule",
    # at random points 1 - tanh(2x)^2 has no digit left in doubles
    ("tanh(2*x)", "x=1.3", "x=-2*(1 - tanh(2*x)^2)"): "sign",
    ("sigmoid(x^2)", "x=1.3", "x=4*x*sigmoid(x^2)*(1 - sigmoid(x^2))"): "factor",
    ("sigmoid((3 / cos(x)))", "x=0.7", "x=-3*sigmoid(3/cos(x))*sin(x)*(1 - sigmoid(3/cos(x)))/cos(x)^2"): "sign",
    ("x*sin(x)", "x=1.3", "x=cos(x)"): "product-of-derivatives",
    ("sin(x^2)", "x=1.3", "x=cos(2*x)"): "place",
    ("a = 2*x; b = 3*a; a + b", "x=1", "x=10"): "visiting-order",
    ("sum(softmax(s)*u)", "s=[1,2] u=[3,5]", "s=softmax(s)*(1 - softmax(s))*u"): "diagonal",
    ("sum(u*(x - mean(x))/std(x))", "x=[1,2,4] u=[3,5,7]", "x=u/std(x)"): "constant",
}


@pytest.mark.parametrize("case", SIMPLEST, ids=lambda case: f"{case[0]}: {case[2]}")
def test_the_simplest_comes_first(case: tuple[str, str, str]) -> None:
    (claim,) = judged(*case)
    assert kinds(claim)[0] == SIMPLEST[case]


def entries(value: Any, change: Any) -> Any:
    """The nested lists of an array, or its number, each entry changed."""
    nested = value.tolist() if hasattr(value, "tolist") else value
    return [entries(one, change) for one in nested] if isinstance(nested, list) else change(nested)


@pytest.mark.parametrize("digits", [4, 6, 12])
def test_a_claim_that_is_wrong_by_a_random_amount_is_explained_by_none(digits: int) -> None:
    rng = random.Random(digits)
    explained = []
    for program, values, name in PROGRAMS:
        (claim,) = judged(program, values, f"{name}=123.456789")
        wrong = entries(claim.gradient, lambda entry: float(f"{entry + rng.uniform(-3, 3):.{digits}g}"))
        (claim,) = judged(program, values, f"{name}={wrong}")
        assert claim.verdict == "wrong"
        explained += [(program, wrong, claim.mistakes)] * bool(claim.mistakes)
    assert not explained


def test_a_formula_that_is_wrong_by_a_random_amount_is_explained_by_none() -> None:
    for program, values, name in PROGRAMS:
        for form in (f"{name}*0.37 + 0.11", f"0.7713*{name}^2"):
            (claim,) = judged(program, values, f"{name}={form}")
            assert claim.verdict == "wrong"
            assert not claim.mistakes, (program, form, claim.mistakes)
            assert "no common mistake explains this" in claim.message


def test_small_whole_numbers_are_explained_only_by_what_gives_them_exactly() -> None:
    """Of x*y at 4 and -3: what is not ±, double, half or another of its numbers is explained by none."""
    for number in range(-12, 13):
        (claim,) = judged("x*y", "x=4 y=-3", f"x={number}")
        by_hand = number in (-3, 3, -6, 4, 1, 0, -12, -24)  # right, sign, 2, variable, upstream, constant, value, ∫
        assert bool(claim.mistakes) == (by_hand and number != -3), (number, claim.mistakes)


def test_a_single_number_asks_for_a_formula_where_several_mistakes_fit() -> None:
    (claim,) = judged("q = x + y; q*z", "x=-2 y=5 z=-4", "q=3")
    assert {"swapped", "variable", "value"} <= set(kinds(claim))
    assert "claim a formula, or numbers at another point" in claim.message


def test_two_mistakes_together_are_found_where_no_single_one_explains_it() -> None:
    (claim,) = judged("x*sin(x)", "x=1.3", "x=-cos(x)")
    assert kinds(claim) == ["product-of-derivatives"]
    assert "and the sign is turned" in claim.mistakes[0].sentence
