"""A warning is data; its sentence is made when it is shown, and no longer than its parts are worth."""

from __future__ import annotations

import copy
import json
import pickle
from typing import Any

import pytest
from commandline import call

from bpcalc import Warning, gradient
from bpcalc.show import Style, render
from bpcalc.telling import sentences
from bpcalc.telling.warnings import MOST, More

# a constant of 2^64 operations when it is written out, of 64 when it is shared
DEEP = "a(t) = (t + t)/2; b(t) = a(a(a(a(t)))); c(t) = b(b(b(b(t))))"


def test_no_sentence_is_made_before_it_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*arguments: Any) -> tuple[str, str]:
        raise AssertionError("a sentence was made")

    monkeypatch.setattr(sentences.Words, "__call__", never)
    assert [(w.kind, w.node) for w in gradient("abs(x) + log(y)", x=0, y=0).warnings] == [
        ("nonfinite", "n2"), ("kink", "n1"), ("nonfinite", "y"),
    ]  # fmt: skip
    assert call(["grad", "sum(abs(x))", "x=[0, 1]", "--get", "x", "-q"]).status == 0


def test_a_warning_can_be_compared_copied_and_kept() -> None:
    (warning,) = gradient("abs(x)", x=0).warnings
    (again,) = gradient("abs(x)", x=0).warnings
    (other,) = gradient("abs(x) + 1", x=0).warnings
    assert isinstance(warning, Warning)
    assert warning == again != other
    assert len({warning, again, other}) == 2
    for kept in (pickle.loads(pickle.dumps(warning)), copy.deepcopy(warning), copy.copy(warning)):
        assert kept == warning
        assert kept.message == warning.message
        assert kept.finding == warning.finding
    assert repr(warning) == f"Warning(kind='kink', node='f', message={warning.message!r})"


def test_the_fact_and_the_rule() -> None:
    (warning,) = gradient("abs(x)", x=0).warnings
    assert warning.fact == "f = abs(x) has no derivative at x = 0 (∂/∂x is -1 from the left, 1 from the right)"
    assert warning.message == f"{warning.fact}; rule used (torch): 0, the subgradient of least norm"
    (warning,) = gradient("x", x=0, k=1).warnings
    assert (warning.kind, warning.node, warning.finding) == ("unused", "k", None)
    assert warning.fact == warning.message == 'the binding "k" is not used'


def test_json_has_the_sentence() -> None:
    report = gradient("sum(abs(x))", x=[0, 1])
    (warning,) = json.loads(render(report, "json", Style()))["warnings"]
    assert warning == {"kind": "kink", "node": "n1", "message": report.warnings[0].message}


@pytest.mark.parametrize("program", ["{}", "sum({})"])
def test_of_many_of_a_kind_the_rest_is_counted(program: str) -> None:
    count = MOST + 5
    lines = [f"a{k} = relu({k + 1}*x)" for k in range(count)]
    total = " + ".join(f"a{k}" for k in range(count))
    *told, last = gradient("\n".join([*lines, program.format(total)]), x=0).warnings
    assert [warning.node for warning in told] == [f"a{k}" for k in range(MOST)]
    assert last.finding == More(count - MOST)
    assert last.message == "… and 5 more of this kind"


@pytest.mark.parametrize(
    ("program", "values"),
    [
        ("max(x, c(c(2)))", {"x": 2}),
        ("sum(max(x, c(c(2))))", {"x": [2, 1]}),
        ("x*log(c(c(0)))", {"x": 1}),
        ("x/(c(c(1)) - 1)", {"x": 1}),
        ("where(x > c(c(1)), x, 2*x)", {"x": 1}),
        ("sum(where(x > c(c([1, 2])), x, 2*x))", {"x": [1, 3]}),
        ("norm(x - c(c([1, 2])))", {"x": [1, 2]}),
        ("grad(max(x, c(c(2))), x)", {"x": 2}),
    ],
)
def test_what_would_be_without_end_is_quoted_in_part(program: str, values: dict[str, Any]) -> None:
    report = gradient(f"{DEEP}; {program}", values, symbolic=False)
    assert report.warnings
    for warning in report.warnings:
        assert len(warning.message) < 1000
        assert len(warning.node) < 300
