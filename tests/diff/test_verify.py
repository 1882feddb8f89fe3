"""`bpcalc diff --verify`: right formulas pass, wrong ones of every kind do not, and what cannot be told is said."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from typing import Any

import pytest
from commandline import call, start
from every import several
from oracle import MATRIX, SCALARS, TAYLOR, shapes, wrt

from bpcalc.calculations.diff.pipeline import differentiate
from bpcalc.calculations.diff.request import Request
from bpcalc.calculations.verify.pipeline import verify
from bpcalc.engine.differences import slope
from bpcalc.errors import Source
from bpcalc.gates import GATES
from bpcalc.reading.declarations import read_shapes
from bpcalc.reports.derivatives import Check, Derivative, DiffReport
from bpcalc.show.views.derivatives import checked


def check(
    program: str, words: Sequence[str], request: Request, instead: str = "", values: dict[str, str] | None = None,
    points: int = 5,
) -> Check:  # fmt: skip
    """The check of the one derivative that is asked for, or of a formula `instead` of it."""
    given = {name: Source(text) for name, text in (values or {}).items()}
    arguments = Source(program), read_shapes(words), given, request
    report = differentiate(*arguments)
    if instead:
        ((title, one),) = report.derivatives.items()
        report = report._replace(derivatives={title: one._replace(program=instead)})
    (found,) = verify(report, *arguments, points).checks.values()
    return found


# What is right passes


def case_words(case: dict[str, Any]) -> list[str]:
    known = shapes(case) if "shapes" in case else dict.fromkeys(wrt(case), ())
    return [f"{name}:{','.join(sizes)}" for name, sizes in known.items()]


@several("case", MATRIX + SCALARS, called=lambda case: case["title"])
def test_a_textbook_case_proves_itself(case: dict[str, Any]) -> None:
    found = check(case["program"], case_words(case), Request(wrt=[wrt(case)]), points=2)
    assert found.holds, found
    assert found.points == 2


@pytest.mark.parametrize("case", TAYLOR, ids=[case["title"] for case in TAYLOR])
def test_a_taylor_polynomial_proves_itself(case: dict[str, Any]) -> None:
    request = Request(wrt=[(case["wrt"],)], taylor=case["order"])
    found = check(case["program"], [], request, values={case["wrt"]: case["point"]}, points=2)
    assert found.holds, found
    assert found.points == (2 if case["order"] else 1)  # where nothing is differentiated, nothing is random


@pytest.mark.parametrize("case", [case for case in MATRIX if "symmetric" in case], ids=lambda case: case["title"])
def test_formulas_of_symmetric_matrices_hold_at_symmetric_matrices(case: dict[str, Any]) -> None:
    request = Request(wrt=[wrt(case)], symmetric=case["symmetric"])
    assert check(case["program"], case_words(case), request, points=2).holds


PASSES = [
    # sizes: above the index, above 3, two of one, more rows than columns, given, and as numbers
    ("x[7]*x[2]", ["x:n"], {}),
    ("sum(A)", ["A:n-3,m"], {}),
    ("A@x@y", ["A:2*n,n+1", "x:n+1", "y:2*n"], {}),
    ("sum(inv(A.T@A))", ["A:m,n"], {}),
    ("sum(a*x)/n", ["x:n", "n=4"], {}),
    ("sum(x^2)/n + n*x@ones(n)", ["x:n"], {}),
    ("sum(x)", ["x:1"], {}),
    ("sum(x^2)", ["x:300"], {}),
    # domains
    ("acosh(x)*asin(y)*log(z)", [], {}),
    ("log(x - 3)", [], {}),
    ("x^n", ["n=3"], {}),
    ("logdet(A)*sqrt(det(A))", ["A:n,n"], {}),
    ("where(x > 0, sqrt(x), 0)", [], {}),
    # no derivative to speak of
    ("x*0 + 3", [], {}),
    ("floor(x)*sign(x)", [], {}),
    ("norm(x - x)", ["x:n"], {}),
    ("x^2", ["u:n"], {"wrt": [("u",)]}),
    # sizes of numbers
    ("sin(x)", ["x=1e6"], {}),
    ("1 + x", ["x=1e-9"], {}),
    ("abs(x)", ["x=1e-9"], {}),
    ("6.67e-11*m*x/r^2", ["m=6e24"], {}),
    ("6.6e-34*x", [], {}),
    ("log(1 + exp(-x))", ["x=12"], {}),
    # labels
    ("softmax_loss(X@W, y)/n", ["X:n,d", "W:d,c", "y:n"], {}),
    ("sum(pick(S, y - 1))", ["S:n,c", "y:n"], {"wrt": [("S",)]}),
    ("sum(one_hot(y, size=c)*S)", ["S:n,c", "y:n"], {"wrt": [("S",)]}),
    # which derivative
    ("q = x*y; r = q^2 + z; sin(r)", [], {"of": "r"}),
    ("q = x^2; sin(q)*q", [], {"wrt": [("q", "q")]}),
    ("q = A@x; q@q", ["A:m,n", "x:n"], {"wrt": [("q",)]}),
    ("A@sin(x)", ["A:m,n", "x:n"], {"wrt": [("x",)], "layout": "numerator"}),
    ("A@sin(x)", ["A:m,n", "x:n"], {"wrt": [("x",)]}),
    ("sin(x)*t", ["x:n"], {"wrt": [("x", "t"), ("t", "x")]}),
    ("x*y^2*z^3", [], {"order": 3}),
    ("x@A@x", ["A:n,n", "x:n"], {"wrt": [("x",)], "order": 2, "symmetric": ("A",)}),
    ("sum(x^4)", ["x=[1, 2, 3]"], {"order": 2}),
    ("x^3", ["x=0"], {"order": 3}),
    # gradients inside
    ("L = sum((X@w - y)^2); L + 0.1*sum(grad(L, w)^2)", ["X:n,d", "w:d", "y:n"], {"wrt": [("w",)]}),
    ("grad(grad(x^5*y, x), x)", [], {}),
    ("f(a) = relu(a)*a; grad(f(x), x)", [], {}),
    # names
    ("e*sum(x) + e@x", ["e:n", "x:n"], {}),
    ("λ·x² + 名前", [], {}),
]


@pytest.mark.parametrize(("program", "words", "asked"), PASSES, ids=[case[0] for case in PASSES])
def test_what_is_right_passes(program: str, words: list[str], asked: dict[str, Any]) -> None:
    values = {name: Source(text) for name, _, text in (word.partition("=") for word in words) if text}
    declared = read_shapes(word for word in words if "=" not in word)
    arguments = Source(program), declared, values, Request(**asked)
    report = differentiate(*arguments)
    checks = verify(report, *arguments).checks
    assert checks.keys() == report.derivatives.keys()
    assert all(one.holds and one.points for one in checks.values()), checks


# What is wrong does not


@pytest.mark.parametrize(
    ("program", "words", "by", "wrong"),
    [
        ("sin(x)", [], "x", "cos(x) + 1e-4"),
        ("sin(x)", [], "x", "-cos(x)"),
        ("x^3", [], "x", "3*x^2*sign(x)"),  # for negative numbers only
        ("relu(x)", [], "x", "1"),
        ("x*y", [], "x", "0"),
        ("sum(a*x)/n", ["a:n", "x:n"], "x", "a/2"),  # for one size only
        ("norm(A@x)^2", ["A:m,n", "x:n"], "A", "2*outer(A@x, x)*(1 + 1e-4*outer(A@x, x))"),
        ("trace(A@B)", ["A:n,n", "B:n,n"], "A", "B"),  # the layout
        ("trace(A@B)", ["A:n,n", "B:n,n"], "B", "B.T"),
        ("A@x", ["A:m,n", "x:n"], "x", "A"),
        ("A@x", ["A:n,n", "x:n"], "x", "A"),
        ("sum(x)", ["x:n"], "x", "1"),
        ("sum(x)", ["x:n"], "x", "ones(n - 1)"),
        ("sum(x)", ["x:300"], "x", "ones(300) + scatter(1, 300, key=\"7\")"),
        ("A@x@y", ["A:m,n", "x:n", "y:m"], "y", "A.T@x"),  # shapes do not even fit
        ("logdet(A)", ["A:n,n"], "A", "inv(A)"),
        ("x@A@x", ["A:n,n", "x:n"], "x,x", "2*A"),
        ("x^4*y", [], "x,y", "4*x^3*y"),
        ("x^4*y", [], "x,x,x", "24*x*y + 1e-3*x"),
    ],
)  # fmt: skip
def test_a_wrong_formula_is_found(program: str, words: list[str], by: str, wrong: str) -> None:
    request = Request(wrt=[tuple(by.split(","))])
    assert check(program, words, request).holds
    found = check(program, words, request, wrong)
    assert not found.holds
    assert found.points


def test_a_formula_for_symmetric_matrices_is_wrong_for_others() -> None:
    words, request = ["A:n,n", "x:n"], Request(wrt=[("x",)])
    assert not check("x@A@x", words, request, "2*A@x").holds
    assert check("x@A@x", words, request._replace(symmetric=("A",)), "2*A@x").holds


@pytest.mark.parametrize("order", range(13))
def test_a_wrong_coefficient_of_a_taylor_polynomial_is_found(order: int) -> None:
    right = " + ".join(f"x^{power}/{math.factorial(power)}" for power in range(13))
    wrong = right.replace(f"x^{order}/", f"1.001*x^{order}/")
    request = Request(taylor=12)
    assert check("exp(x)", [], request, right, {"x": "0"}).holds
    assert not check("exp(x)", [], request, wrong, {"x": "0"}).holds


def test_a_coefficient_that_is_missing_or_too_many_is_found() -> None:
    for wrong in ("x - x^3/6", "x - x^3/6 + x^5/120 + x^4/1000000", "x - x^3/6 + x^5/120 - x^7/5040"):
        assert not check("sin(x)", [], Request(taylor=5), wrong, {"x": "0"}).holds


@pytest.mark.parametrize(
    ("gate", "rules", "arguments"),
    [
        ("sin", {"local": (lambda m, y, x: m.sin(x),)}, ["sin(x)*x"]),
        ("sin", {"local": (lambda m, y, x: -m.cos(x),)}, ["sin(x)", "--order", "3"]),
        ("exp", {"local": (lambda m, y, x: 2 * y,)}, ["exp(x)", "x=0", "--taylor", "4"]),
        ("multiply", {"local": (lambda m, z, x, y: x, lambda m, z, x, y: y)}, ["x*y"]),
        ("tanh", {"local": (lambda m, y, x: 1 - y,)}, ["sum(tanh(W@x))", "W:m,n", "x:n"]),
        ("trace", {"pullback": (lambda m, g, y, x: g * x,)}, ["trace(A@A)", "A:n,n"]),
        ("inv", {"pullback": (lambda m, g, y, x: m.matmul(g, y),)}, ["trace(inv(A))", "A:n,n"]),
    ],
)
def test_a_wrong_rule_of_a_gate_is_found(
    gate: str, rules: dict[str, Any], arguments: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert call(["diff", *arguments, "--verify"]).status == 0
    for field, rule in (rules | {"lesson": None}).items():
        monkeypatch.setattr(GATES[gate], field, rule)
    result = call(["diff", *arguments, "--verify"])
    assert result.status == 1
    assert "DIFFERS from finite differences" in result.out


# 0, kinks, and NaN


@pytest.mark.parametrize(
    ("program", "by", "wrong"),
    [
        ("cbrt(x)", "x", "1/(3*x^(2/3))"),  # NaN for negative numbers
        ("x*cbrt(x)", "x", "4*x^(1/3)/3"),
        ("abs(x)^y", "x", "x*y*abs(x^(y - 2))"),
        ("abs(x)^pi", "x", "pi*x*abs(x^(pi - 2))"),
        ("x*abs(x)", "x", "abs(x) + x^2/abs(x)"),  # NaN at 0 only
        ("abs(x - 1.37)^3", "x", "3*(x - 1.37)^3/abs(x - 1.37)"),  # NaN at the kink only
        ("x^2", "x", "where(x == 0, 1, 2*x)"),  # wrong at 0 only
        ("where(x == 0, 1, sin(x)/x)", "x,x", "where(x != 0, 2*sin(x)/x^3 - 2*cos(x)/x^2 - sin(x)/x, 0)"),  # -1/3
        ("x*abs(y)^3", "y", "3*x*y^3/abs(y)"),
    ],
)
def test_nan_and_what_is_wrong_at_one_point_are_found(program: str, by: str, wrong: str) -> None:
    found = check(program, [], Request(wrt=[tuple(by.split(","))]), wrong)
    assert not found.holds
    assert found.points


@pytest.mark.parametrize(
    ("program", "values"),
    [
        ("x^2", {"x": "0"}),
        ("x^2 + x^3", {"x": "0"}),
        ("1 - cos(x)", {"x": "0"}),
        ("x*abs(x)", {"x": "0"}),
        ("relu(x)^2", {"x": "0"}),
        ("sum(x^2)", {"x": "[0, 0]"}),
        ("x", {"x": "1e-320"}),
        ("3*x + x^2", {"x": "1e-300"}),
        ("x^y", {}),  # at x = 0 its domain ends
        ("exp(-a^2/x^2)", {}),  # at x = 0 it is not defined
        ("sqrt(x)*log(x)", {}),
        ("x/y", {}),
    ],
)
def test_a_right_formula_passes_at_0_and_beside_it(program: str, values: dict[str, str]) -> None:
    found = check(program, [], Request(wrt=[("x",)]), values=values)
    assert found.holds, found


@pytest.mark.parametrize("wrong", ["1e-4", "x + 1e-7", "1", "1/x"])
def test_a_wrong_formula_at_0_is_found_there(wrong: str) -> None:
    found = check("x^2", [], Request(wrt=[("x",)]), wrong, {"x": "0"})
    assert not found.holds
    assert found.points


def test_nan_at_the_point_that_is_given_is_a_disagreement() -> None:
    result = call(["diff", "1/(1 + exp(-1000*x))", "x=-1", "--verify"])
    *_, last = result.out.splitlines()
    assert result.status == 1
    assert last == (
        "∂f/∂x DIFFERS from finite differences: the formula gives NaN or infinity, though the function has a "
        "derivative there (1 point)"
    )


def test_the_place_of_a_disagreement_is_told() -> None:
    result = call(["diff", "where(x==0, 1, sin(x)/x)", "--order", "2", "--verify"])
    *_, last = result.out.splitlines()
    assert (result.status, last) == (
        1, "∂²f/∂x² DIFFERS from finite differences by 100% at x = 0 (5 random points)"
    )


# What cannot be told


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["log(-1 - x^2)"], "finite differences give no answer at random points"),
        (["sum(exp(1000*exp(x + 10)))", "x:n"], "finite differences give no answer at random points"),
        (["relu(x)", "x=0"], "finite differences give no answer there"),
        (["relu(x)*y", "x=0", "--wrt", "x"], "finite differences give no answer at random points"),
        (["exp(1000*x)", "x=5"], "finite differences give no answer there"),
        (["x^2", "x=1e-200"], "finite differences give no answer there"),
        (["sum(A@x)", "A:3000,3000", "x:3000", "--wrt", "x"], "an array has over 100,000 entries; name its sizes"),
        (["sum(x)", "x:n-30"], "no sizes were found that fit the expression"),
    ],
)  # fmt: skip
def test_what_cannot_be_told_is_said(arguments: list[str], reason: str) -> None:
    result = call(["diff", *arguments, "--verify"])
    assert result.status == 1
    assert all(line.startswith("warning: ") for line in result.err.splitlines())
    *_, last = result.out.splitlines()
    assert re.fullmatch(rf"∂f/∂x could not be checked: {re.escape(reason)}.*", last)


# What is printed


def test_the_text_ends_with_a_line_for_each_derivative() -> None:
    result = call(["diff", "norm(A@x - b)^2", "A:m,n", "x:n", "b:m", "--verify"])
    *_, blank, first, second, third = result.out.splitlines()
    assert blank == ""
    for line, name in zip((first, second, third), "Axb", strict=True):
        found = re.fullmatch(
            rf"∂f/∂{name} agrees with finite differences to (\d+) digits \(5 random points, m=([3-6]), n=([3-6])\)",
            line,
        )
        assert found is not None, line
        assert int(found[1]) >= 9
        assert found[2] != found[3]
    assert (result.status, result.err) == (0, "")


def test_json_has_the_checks() -> None:
    result = call(["diff", "x^2 + y", "--verify", "-o", "json"])
    checks = json.loads(result.out)["checks"]
    assert checks.keys() == {"x", "y"}
    difference = checks["x"].pop("difference")
    assert checks["x"] == {"holds": True, "points": 5, "sizes": {}, "undefined": 0, "reason": None}
    assert 0 <= difference < 1e-9


@pytest.mark.parametrize("form", ["plain", "latex"])
def test_formats_without_a_place_for_checks_tell_failures_only(form: str) -> None:
    expected = call(["diff", "relu(x)", "x=0", "-o", form]).out
    failed = call(["diff", "relu(x)", "x=0", "-o", form, "--verify"])
    assert (failed.status, failed.out) == (1, expected)
    assert re.match(r"warning: ∂f/∂x could not be checked: .*\n", failed.err)
    quiet = call(["diff", "relu(x)", "x=0", "-o", form, "--verify", "--quiet"])
    assert (quiet.status, quiet.out, quiet.err) == (1, expected, "")
    passed = call(["diff", "x^2", "-o", form, "--verify"])
    assert (passed.status, passed.err) == (0, "")
    assert passed.out == call(["diff", "x^2", "-o", form]).out


def test_it_is_the_same_every_time_and_loads_no_numpy_for_numbers() -> None:
    code = "import sys; from bpcalc.cli.clicked import cli; cli(standalone_mode=False); print('numpy' in sys.modules)"
    words = ["diff", "softmax_loss(X@W, y)", "X:n,d", "W:d,c", "y:n", "--verify", "-o", "json"]
    assert start(words).out == start(words).out == call(words).out
    import subprocess
    import sys

    done = subprocess.run(
        [sys.executable, "-c", code, "diff", "sin(x)*y", "--verify"], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "False"


@pytest.mark.parametrize(
    ("check", "line"),
    [
        (Check(5, {}, 3e-12, True), "∂f/∂x agrees with finite differences to 11 digits (5 random points)"),
        (Check(1, {}, 0.0, True), "∂f/∂x agrees with finite differences to 15 digits (1 point)"),
        (Check(5, {"n": 3}, 0.5, False), "∂f/∂x DIFFERS from finite differences by 50% (5 random points, n=3)"),
        (Check(5, {}, 2e-5, False), "∂f/∂x DIFFERS from finite differences by 0.002% (5 random points)"),
        (Check(1, {}, math.nan, False, "too long"), "∂f/∂x DIFFERS from finite differences: too long (1 point)"),
        (Check(0, {"n": 3}, math.nan, False, "no luck"), "∂f/∂x could not be checked: no luck"),
        (
            Check(5, {}, 0.5, False, place=" at x = 0"),
            "∂f/∂x DIFFERS from finite differences by 50% at x = 0 (5 random points)",
        ),
        (
            Check(5, {}, 1e-9, False, "the formula gives NaN at x = 0", 2),
            "∂f/∂x DIFFERS from finite differences: the formula gives NaN at x = 0 (5 random points)",
        ),
    ],
)
def test_the_line_of_a_check(check: Check, line: str) -> None:
    derivatives = {"x": Derivative(("x",), "1", "1")}
    assert checked(DiffReport("x", "f", "plain", (), derivatives, checks={"x": check}), "x") == line


# The differences themselves


@pytest.mark.parametrize(
    ("function", "x", "exact"),
    [
        (math.sin, 1.0, 0.540302305868139717),  # cos 1, DLMF 4.17
        (math.sin, 1e6, 0.936752127533143),  # cos 10^6
        (lambda x: x**5, 0.0, 0.0),
        (lambda x: max(x, 0.0), 1e-4, 1.0),  # next to a kink
        (lambda x: abs(x) ** 3, 0.0, 0.0),  # a kink of the third derivative only
        (lambda x: 1e-30 * x, 2.0, 1e-30),
    ],
)
def test_a_slope_is_the_derivative(function: Any, x: float, exact: float) -> None:
    found = slope(function, x, function(x), 1.0, abs(exact))
    assert abs(found.value - exact) <= 1e-9 * max(abs(exact), 1e-30) or abs(found.value) < 1e-12
    assert found.error <= 1e-8 * (abs(exact) or 1.0)


@pytest.mark.parametrize(
    ("function", "x"),
    [
        (lambda x: max(x, 0.0), 0.0),  # central differences would say 0.5
        (lambda x: abs(x - 1), 1.0),  # and 0 here
        (lambda x: math.copysign(1.0, x), 0.0),
        (lambda x: math.nan, 1.0),
        (lambda x: math.inf, 1.0),
    ],
)
def test_there_is_no_slope_at_a_kink_or_a_jump(function: Any, x: float) -> None:
    assert slope(function, x, function(x), 1.0, 1.0).error > 1e-3
