"""Claims of gradients found by hand: right, and by what it is seen; following from a wrong one; wrong."""

from __future__ import annotations

import pytest
from reading import judged

from bpcalc import BpcalcError

SAME, EQUAL = "the same formula", "equal as formulas"
FIT = "X=[[1,2],[3,4],[5,6]] w=[1,-1] y=[1,2,3]"
RIGHT = [
    ("q = x+y; q*z", "x=-2 y=5 z=-4", "q=z", SAME),
    ("q = x+y; q*z", "x=-2 y=5 z=-4", "x=z", SAME),
    ("(x+y)^2", "x=1 y=2", "x=2x + 2y", EQUAL),
    ("tanh(x)", "x=1", "x=1/cosh(x)^2", EQUAL),
    ("x*log(x)", "x=1", "x=1 + log(x)", EQUAL),
    ("sum((X@w - y)^2)", FIT, "X=2*outer(X@w - y, w)", EQUAL),
    ("sum((X@w - y)^2)", FIT, "w=2*(X.T@X@w - X.T@y)", "random points"),
    ("sigmoid(s)", "s=1", "s=exp(-s)/(1 + exp(-s))^2", "random points"),
    ("relu(x)", "x=2", "x=x > 0", "random points"),
    ("sin(x)^2", "x=0.3", "x=sin(2x)", ""),
    ("sum(softmax(s)*u)", "s=[1,2,4] u=[3,5,1]", "s=softmax(s)*(u - sum(softmax(s)*u))", ""),
    ("x/3", "x=2", "x=1/3", "to all digits"),
    ("x/3", "x=2", "x=0.33", "to the digits written"),
    ("sigmoid(x)", "x=1", "x=0.20", "to the digits written"),
    ("sigmoid(x)", "x=1", "x=.197", "to the digits written"),
    ("softmax_loss(s, 2)", "s=[-2.85,.86,.28]", "s=[.015,.631,-.647]", "to the digits written"),
    ("x*y", "x=2 y=3", "f=1", "to all digits"),
    ("-x*y", "x=2 y=3", "x=−3", "to all digits"),
    ("sum(x)", "x=[1,2,3]", "x=1", "to all digits"),
    ("sum(a*x)", "x=[1,2,3] a=2", "x=a", ""),
    ("max(x, 0)", "x=0", "x=x >= 0", "; here a subgradient (convention torch has another)"),
    ("sigmoid(x)", "x=-1000", "x=exp(-x)/(1+exp(-x))^2", "random points"),  # which overflows in doubles
    ("tanh(x)", "x=30", "x=1 - tanh(x)^2", EQUAL),  # which is 0 in doubles
    ("x*y", "x=0 y=3", "x=x*y/x", "equal as formulas; here it has no finite value"),
    ("1/x", "x=0", "x=-Infinity", "to all digits"),
]


@pytest.mark.parametrize(("program", "values", "claim", "how"), RIGHT, ids=str)
def test_a_right_claim_says_how_it_is_seen(program: str, values: str, claim: str, how: str) -> None:
    (found,) = judged(program, values, claim)
    assert found.verdict == "right"
    assert how in found.how
    assert not found.mistakes


WRONG = [
    ("x*y", "x=2 y=3", "x=2.9"),
    ("x*y", "x=2 y=3", "x=3.01"),
    ("sigmoid(x)", "x=1", "x=0.19"),  # 0.1966 is 0.20
    ("sigmoid(x)", "x=1", "x=0"),
    ("x^2", "x=2", "x=x^2"),  # right at 2 only
    ("x*y", "x=2 y=3", "x=[3, 3]"),
    ("x*sum(v)", "x=2 v=[1,2]", "x=v"),
    ("sigmoid(x)", "x=-1000", "x=exp(-2x)/(1+exp(-x))^2"),  # which is NaN here as well
    ("max(x, 0)", "x=0", "x=where(x == 0, 7, x > 0)"),
    # one gradient's size is no slack of another's
    ("x*y", "x=1e15 y=4", "x=5"),
    ("x*y + z^2", "x=6.02e23 y=4 z=3", "z=-1000000"),
    ("exp(y) + x^2", "y=35 x=3", "x=7"),
    ("h*c/l", "h=6.626e-34 c=3e8 l=5e-7", "l=0"),
    ("exp(-x)", "x=30", "x=0"),
    ("sigmoid(9*(x+3))", "x=1.3", "x=9*sigmoid(9*(x + 3))*(1 - sigmoid(9*(x + 3)))*(1 + 1e-6*x)"),
]


@pytest.mark.parametrize(("program", "values", "claim"), WRONG, ids=str)
def test_a_wrong_claim_is_wrong(program: str, values: str, claim: str) -> None:
    (found,) = judged(program, values, claim)
    assert found.verdict == "wrong"
    assert found.message


def test_a_formula_that_is_right_at_the_values_only_is_told_so() -> None:
    (found,) = judged("x^2", "x=2", "x=x^2")
    assert "right at these values, but not at others" in found.message


KINKS = [
    ("abs(x)", "x=0", "x=0.3", "right"),
    ("abs(x)", "x=0", "x=-1", "right"),
    ("abs(x)", "x=0", "x=1.3", "wrong"),
    ("relu(x)", "x=0", "x=1", "right"),
    ("max(v)", "v=[1,3,3]", "v=[0,0.3,0.7]", "right"),
    ("max(v)", "v=[1,3,3]", "v=[0,1,0]", "right"),
    ("max(v)", "v=[1,3,3]", "v=[0,1,1]", "wrong"),
    ("max(v)", "v=[1,3,3]", "v=[1,0,0]", "wrong"),
    ("norm(v)", "v=[0,0]", "v=[0.6,0.8]", "right"),
    ("norm(v)", "v=[0,0]", "v=[1,1]", "wrong"),
    ("relu(x) - relu(-x)", "x=0", "x=2", "wrong"),
]


@pytest.mark.parametrize(("program", "values", "claim", "verdict"), KINKS, ids=str)
def test_at_a_kink_every_subgradient_is_right(program: str, values: str, claim: str, verdict: str) -> None:
    (found,) = judged(program, values, claim)
    assert found.verdict == verdict
    assert "convention torch" in found.how or verdict == "wrong"


def test_where_the_whole_has_a_derivative_that_is_right() -> None:
    (found,) = judged("relu(x) - relu(-x)", "x=0", "x=1")
    assert (found.verdict, found.gradient) == ("right", 1)
    assert "the derivative of the whole" in found.how
    (other,) = judged("relu(x) - relu(-x)", "x=0", "x=0")
    assert (other.verdict, other.gradient) == ("wrong", 1)
    assert "give this number, the derivative of the whole is 1" in other.message
    (entries,) = judged("sum(relu(v) - relu(-v))", "v=[0,2]", "v=[1,1]")
    assert (entries.verdict, list(entries.gradient)) == ("right", [1, 1])


def test_both_inputs_of_a_tie_cannot_take_all() -> None:
    first = judged("max(x, y)", "x=1 y=1", "x=1", "y=0")
    assert [claim.verdict for claim in first] == ["right", "right"]
    both = judged("max(x, y)", "x=1 y=1", "x=1", "y=1")
    assert [claim.verdict for claim in both] == ["wrong", "wrong"]
    assert both[0].mistakes[0].kind == "ties"


def test_what_follows_from_a_wrong_claim_counts_a_half() -> None:
    q, x, y, z = judged("q = x+y; q*z", "x=-2 y=5 z=-4", "q=3", "x=3", "y=-4", "z=q")
    assert [claim.verdict for claim in (q, x, y, z)] == ["wrong", "follows", "right", "right"]
    assert "your claim for q" in x.message


def test_formulas_follow_too() -> None:
    s, w, b = judged("s = w*x + b; sigmoid(s)", "w=2 x=-1 b=0.5", "s=1 - sigmoid(s)", "w=x*(1 - sigmoid(s))", "b=x")
    assert [claim.verdict for claim in (s, w, b)] == ["wrong", "follows", "wrong"]


def test_the_place_where_the_mistake_enters_is_told() -> None:
    q, x = judged("q = x+y; q*z", "x=-2 y=5 z=-4", "q=z", "x=4")
    assert q.verdict == "right"
    assert "your ∂f/∂q is right, the mistake enters here" in x.message


MISTAKEN = [
    (["foo=1"], 'no node is called "foo"'),
    (["x=foo"], 'the claim has the name "foo"'),
    (["x=y +"], 'something is missing after "+"'),
    (["x=1", "x=2"], '"x" is claimed twice'),
]


@pytest.mark.parametrize(("claims", "message"), MISTAKEN)
def test_what_is_no_claim_is_an_error(claims: list[str], message: str) -> None:
    with pytest.raises(BpcalcError) as caught:
        judged("x*y", "x=1 y=2", *claims)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("program", "values", "claims", "is_right"),
    [
        ("abs(x) - abs(y)", "x=0 y=0", ["x=1", "y=1"], True),
        ("relu(x) + max(x, y)", "x=0 y=0", ["x=2", "y=0"], True),
        ("max(x, y)", "x=1 y=1", ["x=0.7", "y=0.3"], True),
        ("max(x, y)", "x=1 y=1", ["x=0.7", "y=0.7"], False),
        ("max(x, y, z)", "x=1 y=1 z=1", ["x=1", "y=1", "z=0"], False),
        ("q = 3x; max(q)", "x=[2,2,1]", ["q=[0.3, 0.7, 0]"], True),
        ("max(v^2)", "v=[2,-2,1]", ["v=[0,-4,0]"], True),
        ("max(v^2)", "v=[2,-2,1]", ["v=[3.1,-2.9,0]"], False),
        ("sum(abs(v)*u)", "v=[0,0,1,0] u=[1,-2,3,-4]", ["v=[1,2,3,-3]"], True),
        ("q = 3x; max(q)", "x=[2,2,1]", ["q=[0.31, 0.32, 0]"], False),
    ],
)
def test_subgradients_must_be_one_together(program: str, values: str, claims: list[str], is_right: bool) -> None:
    found = judged(program, values, *claims)
    assert {claim.verdict for claim in found if claim.claim != "0"} == {"right" if is_right else "wrong"}
    assert not any(claim.mistakes for claim in found)  # no input takes what the rule `all` gives it
