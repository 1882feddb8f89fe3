"""`bpcalc quiz`: right answers score, wrong ones are explained, the same seed asks the same."""

from __future__ import annotations

import math
import re
from random import Random

import pytest
from commandline import call

from bpcalc.calculations.quiz.circuits import TEMPLATES, TOPICS, Exercise, Template, exercise
from bpcalc.calculations.quiz.session import Session

FUNCTIONS = {
    "max": max, "relu": lambda x: max(x, 0.0), "exp": math.exp, "tanh": math.tanh,
    "sigmoid": lambda x: 1 / (1 + math.exp(-x)),
}  # fmt: skip


def output(one: Exercise, moved: dict[str, float]) -> float:
    """The output by Python itself; what is in `moved` has that much added."""
    known = {name: value + moved.get(name, 0.0) for name, value in one.values.items()}
    for statement in one.template.program.split("; "):
        name, _, formula = statement.partition(" = ")
        if formula:
            known[name] = eval(formula.replace("^", "**"), {**FUNCTIONS}, known) + moved.get(name, 0.0)
    return float(known["f"])


def slope(one: Exercise, name: str) -> float:
    return (output(one, {name: 1e-6}) - output(one, {name: -1e-6})) / 2e-6


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda one: one.program)
def test_right_answers_are_right_whatever_the_circuit(template: Template) -> None:
    session = Session(template.topic, 1, 1)
    one = session.next()
    one.exercise = exercise(Random(5), template)
    for name in one.exercise.asked:
        number = f"{slope(one.exercise, name):.6f}"
        assert one.answer(name, number).is_right, (name, number)
        assert number.rstrip("0")[:4] or one.line(name)
    assert session.points == session.asked == len(one.exercise.asked)


@pytest.mark.parametrize("template", [one for one in TEMPLATES if one.topic == "max"], ids=lambda one: one.program)
def test_no_exercise_is_at_a_kink(template: Template) -> None:
    """With 12 draws of small numbers there is always one without a tie."""
    for seed in range(20):
        values = exercise(Random(seed), template).values
        x, y, z, w, b = (values.get(name, 0) for name in "xyzwb")
        tied = {"m = max(x, y)": x == y, "m = max(p, z)": x * y == z, "h = relu(x*w + b)": x * w + b == 0}
        assert not any(is_tied and text in template.program for text, is_tied in tied.items()), values


def test_the_first_exercise_is_worked_and_then_more_is_asked() -> None:
    session = Session(None, 3, 4)
    rounds = [session.next() for _ in range(3)]
    assert [len(one.names) for one in rounds[:1]] == [1]
    assert rounds[2].names == rounds[2].exercise.asked
    assert all(one.line(name).startswith(f"∂f/∂{name} = ") for one in rounds for name in one.exercise.asked)


def test_a_second_try_counts_a_half_and_a_third_there_is_not() -> None:
    session = Session("add", 1, 1)
    one = session.next()
    name = one.exercise.asked[0]
    right = slope(one.exercise, name)
    first = one.answer(name, f"{-right:.4f}")
    assert (first.is_right, first.is_over) == (False, False)
    assert "sign" in first.text
    assert one.answer(name, f"{right:.4f}").is_right
    assert (session.points, session.asked) == (0.5, 1)
    one.answer(name, "1234.5678")
    last = one.answer(name, "1234.5678")
    assert (last.is_right, last.is_over) == (False, True)
    assert one.line(name) in last.text
    assert session.missed == ["add"]


def test_what_is_no_answer_is_no_try() -> None:
    one = Session("add", 1, 1).next()
    reply = one.answer(one.exercise.asked[0], "1 +")
    assert (reply.is_right, reply.is_over, one.tries) == (False, False, 0)


def test_at_the_terminal(tmp_path: object) -> None:
    asked = call(["quiz", "multiply", "--seed", "7"])
    assert asked.status == 0
    assert asked.out == call(["quiz", "multiply", "--seed", "7"]).out
    assert re.search(r"∂f/∂\w+ = \n\n0 of 0 points\n$", asked.out)
    wrong = call(["quiz", "multiply", "--seed", "7"], b"1234.5678\n1234.5678\n")
    assert "not yet: no common mistake explains this" in wrong.out
    assert "0 of 1 points" in wrong.out


def test_exercises_are_printed_with_solutions() -> None:
    found = call(["quiz", "--print", "3", "--seed", "1"]).out
    assert found.count("### ") == 3
    assert "## Solutions" in found
    assert r"\begin{tabular}" in call(["quiz", "copy", "--print", "1", "-o", "latex", "--seed", "1"]).out


def test_a_topic_that_there_is_not() -> None:
    found = call(["quiz", "multipy"])
    assert (found.status, found.out) == (2, "")
    assert 'did you mean "multiply"' in found.err or "multiply" in found.err
    assert all(topic in {template.topic for template in TEMPLATES} for topic in TOPICS)
