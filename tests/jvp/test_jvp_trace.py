"""The trace of forward mode: its text, and that every line with an equals sign is true, computed again."""

from __future__ import annotations

import json
import math
import re
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from arithmetic import NAMES, NoVerdictError, compute
from commandline import call
from every import several
from formulas import VARIABLES, expressions, precisions, rounds_to, values
from hypothesis import example, given
from hypothesis import strategies as st

from bpcalc.algebra.arrays import ARRAYS
from bpcalc.calculations.jvp import jvp
from bpcalc.engine.forward import forward
from bpcalc.errors import Source
from bpcalc.gate import CONVENTIONS
from bpcalc.reading.parser import parse
from bpcalc.reports.options import Options
from bpcalc.reports.tangents import JvpReport
from bpcalc.telling.lines import Told
from bpcalc.telling.teller import tell
from bpcalc.telling.vocabulary import dotted

PYTORCH = json.loads((Path(__file__).parents[1] / "arrays" / "programs.json").read_text("utf-8"))
LECTURE = ["jvp", "q = x+y; f = q*z", "x=-2", "y=5", "z=-4", "--tangent", "x=1", "--trace"]
AGREEMENT = 1e-8  # a lecture's formula, such as 1 - y^2, has fewer good digits than what is computed

TEXT = """\
Forward pass                                   tangent = sum of local x tangent of each input
     a dot marks a tangent: ẋ is how fast x moves
     x = -2, ẋ = 1
     y = 5, ẏ = 0
     z = -4, ż = 0
  1  q = x + y = -2 + 5 = 3                    add
     q̇ = ẋ + ẏ = 1 + 0 = 1
  2  f = q*z = 3*(-4) = -12                    multiply
     ḟ = q̇*z + q*ż = 1*(-4) + 3*0 = -4

What it means
  if x grows by a small h, f changes by about -4h
"""


def test_the_first_lecture_circuit() -> None:
    assert call(LECTURE) == (0, TEXT, "")


def test_the_survey_s_table_line_by_line() -> None:
    report = told("ln(x1) + x1*x2 - sin(x2)", {"x1": 2.0, "x2": 5.0}, {"x1": 1.0})
    assert [told.lines[1].text for told in tell(report, 6) if told.number] == [
        "ṅ1 = ẋ1/x1 = 1/2 = 0.5",
        "ṅ2 = ẋ1*x2 + x1*ẋ2 = 1*5 + 2*0 = 5",
        "ṅ3 = ṅ1 + ṅ2 = 0.5 + 5 = 5.5",
        "ṅ4 = cos(x2)*ẋ2 = cos(5)*0 = 0",
        "ḟ = ṅ3 - ṅ4 = 5.5 - 0 = 5.5",
    ]


def told(program: str, point: dict[str, Any], way: dict[str, Any], **more: Any) -> JvpReport:
    return jvp(Source(program), point, way, Options(trace=True, **more))


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("x", "ẋ"), ("q", "q̇"), ("n1", "ṅ1"), ("w_0", "ẇ_0"), ("θ", "θ̇"), ("W", "Ẇ"), ("theta", "theta˙"),
        ("i", "i˙"), ("j2", "j2˙"), ("é", "é˙"), ("_x", "_x˙"), ("xy", "xy˙"), ("x1a", "x1a˙"),
    ],
)  # fmt: skip
def test_the_name_of_a_tangent(name: str, shown: str) -> None:
    assert dotted(name) == shown


def test_a_name_that_has_a_dot_already_is_another() -> None:
    report = told("x*ẋ", {"x": 2.0, "ẋ": 3.0}, {"x": 1.0})
    assert gates(report)[0].lines[1].text == "ḟ = x˙*ẋ + x*ẋ˙ = 1*3 + 2*0 = 3"


def gates(report: JvpReport, digits: int | None = 6) -> list[Told]:
    """The steps of the gates in words: behind the inputs, before what it means."""
    return [step for step in tell(report, digits) if step.number]


def undotted(text: str, dots: dict[str, str]) -> str:
    """A formula with names of the language for the tangents."""
    for dot in sorted(dots, key=len, reverse=True):
        text = text.replace(dot, dots[dot])
    return text


def largest(text: str, known: dict[str, float]) -> float:
    """The size of the largest term of a sum, whose terms may cancel."""
    begin, depth, terms = 0, 0, []
    for at, character in enumerate(text):
        depth += (character == "(") - (character == ")")
        if depth == 0 and text[at : at + 3] in (" + ", " - "):
            terms.append(text[begin:at])
            begin = at + 3
    sizes = [abs(compute(term, known)) for term in (*terms, text[begin:])]
    return max((size for size in sizes if math.isfinite(size)), default=0.0)


# Scalars


def assert_lines_are_true(report: JvpReport, precision: int | None) -> None:
    """Numbers give the printed result; symbols, with each node's own value and tangent put in, give it too."""
    known, dots = dict(NAMES), {}
    taken = {row.name for row in report.nodes}
    for place, row in enumerate(report.nodes):
        dots[dotted(row.name, taken)] = f"tangent_{place}"
        known |= {row.name: row.value, f"tangent_{place}": row.tangent}
    last: dict[str, str] = {}
    for step in gates(report, precision):
        for line in (line.text for line in step.lines):
            left, *middle, printed = re.split(" [=≈] ", line.partition(" (the gate ")[0])
            last[left] = printed
            for side in middle:
                text = undotted(side, dots)
                with suppress(NoVerdictError):
                    try:
                        value = compute(text)
                    except KeyError:
                        value, shown = compute(text, known), float(printed)
                        if math.isfinite(value) and math.isfinite(shown):
                            rounding = max(10.0 ** (1 - (precision or 17)), AGREEMENT)
                            slack = AGREEMENT * largest(text, known) + 1e-290
                            assert math.isclose(value, shown, rel_tol=rounding, abs_tol=slack), f"{line}: {value!r}"
                    else:
                        assert rounds_to(value, printed, precision), f"{line}, but that is {value!r}"
    for row in report.nodes:
        if row.inputs:
            assert rounds_to(row.tangent, last[dotted(row.name, taken)], precision)
            assert rounds_to(row.value, last[row.name], precision)


three = st.tuples(values, values, values)
ways = st.tuples(*[st.sampled_from((0.0, 1.0, -1.0, 2.0, 0.1, 1 / 3, -1e-5)) | st.floats(-5, 5)] * 3)


@given(expressions(), three, ways, precisions, st.sampled_from(CONVENTIONS))
@example("x - y*z", (-2.0, 5.0, -4.0), (-1.0, -2.0, -3.0), 6, "torch")
@example("x/y - z/x", (3.0, -7.0, 0.3), (-0.1, 0.7, -3.0), 6, "torch")
@example("where(x > 0, sqrt(x), 2)*x", (-1.0, 0.0, 0.0), (1.0, 0.0, 0.0), 6, "torch")
@example("max(x, y, z) - log(x - y)", (1.0, 1.0, 1.0), (1.0, 2.0, 0.0), 4, "torch")
@example("acos(x)^y", (0.3, -2.0, 1.0), (-1.0, -1.0, 0.0), None, "torch")
def test_every_equation_is_true(
    program: str, point: tuple[float, ...], way: tuple[float, ...], precision: int | None, convention: str
) -> None:
    variables = parse(Source(program)).variables
    moving = {name: t for name, t in zip(VARIABLES, way, strict=True) if name in variables}
    report = told(program, dict(zip(VARIABLES, point, strict=True)), moving, convention=convention)
    assert_lines_are_true(report, precision)


@given(expressions(depth=3), three, ways)
def test_a_line_says_about_only_where_a_zero_hides_its_sign(
    program: str, point: tuple[float, ...], way: tuple[float, ...]
) -> None:
    variables = parse(Source(program)).variables
    moving = {name: t for name, t in zip(VARIABLES, way, strict=True) if name in variables}
    report = told(program, dict(zip(VARIABLES, point, strict=True)), moving)
    numbers = [number for row in report.nodes for number in (row.value, row.tangent)]
    if not any(number == 0 and math.copysign(1, number) < 0 for number in numbers):
        assert not [line for step in tell(report, 6) for line in step.lines if " ≈ " in line.text]


# Arrays


def evaluated(text: str, known: dict[str, Any]) -> Any:
    program = parse(Source(text), known)
    with ARRAYS.quiet():
        return forward(ARRAYS, program.graph, known, [program.output])[program.output]


@several("record", PYTORCH, called=lambda record: record["name"])
def test_each_formula_of_an_array_program_gives_the_tangent_below_it(record: dict[str, Any]) -> None:
    point = {name: ARRAYS.value(value) for name, value in record["bindings"].items()}
    way = {name: ARRAYS.value(np.sin(1.0 + np.arange(point[name].size)).reshape(point[name].shape))
           for name in record["gradient"]}  # fmt: skip
    if not any(step.shape for step in point.values()) and "[" not in record["program"]:
        return  # single numbers: they are tested above
    report = told(record["program"], point, way)
    taken, known, dots = {row.name for row in report.nodes}, {}, {}
    for place, row in enumerate(report.nodes):
        dots[dotted(row.name, taken)] = f"tangent_{place}"
        known |= {row.name: row.value, f"tangent_{place}": row.tangent}
    checked = 0
    for step in gates(report):
        for line in step.lines:
            equation, shapes, rows, _ = line
            left, equals, right = equation.partition(" = ")
            if left not in dots or not equals or "(the gate" in right:
                assert "where something flows" not in equation
                continue
            text = undotted(right.split(" = ")[0], dots)
            wanted = report[step.node].tangent
            found = evaluated(text, known)
            assert np.shape(found) == np.shape(wanted), equation
            np.testing.assert_allclose(found, wanted, rtol=1e-9, atol=1e-13, err_msg=equation)
            if rows and rows[0].startswith("[") and "…" not in "".join(rows):
                printed = [float(word) for row in rows for word in row.strip().strip("[]").split()]
                np.testing.assert_array_equal(printed, [float(f"{number:z.6g}") for number in np.ravel(wanted)])
            assert not shapes or shapes.endswith((")", "number"))
            checked += 1
    assert checked


# What it means


@pytest.mark.parametrize(
    ("program", "point", "way", "said"),
    [
        ("x*y", {"x": 2.0, "y": 3.0}, {"x": 1.0}, "if x grows by a small h, f changes by about 3h"),
        ("x*y", {"x": 2.0, "y": 3.0}, {"x": 1.0, "y": -2.0},
         "if a small step h moves x by h and y by -2h, f changes by about -h"),
        ("x*h", {"x": 2.0, "h": 3.0}, {"h": 1.0}, "if h grows by a small δ, f changes by about 2δ"),
        ("x*y", {"x": 2.0, "y": 3.0}, {"x": 0.0}, "nothing that f depends on moves, so f stays as it is"),
        ("relu(x)", {"x": 0.0}, {"x": 1.0},
         "if x grows by a small h, f changes by about h; the other way, f hardly changes; "
         "the tangent by the rule used is 0"),
        ("relu(x) - relu(-x)", {"x": 0.0}, {"x": 2.0},
         "if a small step h moves x by 2h, f changes by about 2h; the tangent by the rule used is 0"),
        ("sqrt(x)", {"x": 0.0}, {"x": 1.0}, "if x grows by a small h, f changes infinitely fast"),
        ("sqrt(x)", {"x": -1.0}, {"x": 1.0}, "at this point, f has no rate of change in this direction"),
        ("a*b*c*d", {"a": 1.0, "b": 2.0, "c": 3.0, "d": 4.0}, {"a": 1.0, "b": 1.0, "c": 1.0, "d": 1.0},
         "if the inputs move a small step h along the direction, f changes by about 50h"),
        ("sum(x^2)", {"x": [1.0, 2.0]}, {"x": [1.0, 1.0]},
         "if the inputs move a small step h along the direction, f changes by about 6h"),
        ("x^2", {"x": [1.0, 2.0]}, {"x": [1.0, 1.0]},
         "if the inputs move a small step h along the direction, each entry of f changes by about h times its tangent"),
        ("sum(relu(x))", {"x": [0.0, 2.0]}, {"x": [1.0, 1.0]},
         "if the inputs move a small step h along the direction, f changes by about h, "
         "by the rule used where n1 has no derivative"),
    ],
)  # fmt: skip
def test_what_it_means(program: str, point: dict[str, Any], way: dict[str, Any], said: str) -> None:
    arrays = {name: ARRAYS.value(value) if isinstance(value, list) else value for name, value in point.items()}
    moving = {name: ARRAYS.value(value) if isinstance(value, list) else value for name, value in way.items()}
    (line,) = tell(told(program, arrays, moving), 6)[-1].lines
    assert line.text == said


def test_what_lets_nothing_through_says_so() -> None:
    report = told("floor(x) + stop_gradient(x) + (x > 1)", {"x": 2.5}, {"x": 1.0})
    lines = {step.gate: step.lines[1].text for step in gates(report)}
    assert lines["floor"] == "ṅ1 = 0 (the gate is flat, so no gradient flows)"
    assert lines["stop_gradient"] == "ṅ2 = 0 (the gate lets no gradient through)"
    assert lines["greater"] == "ṅ4 = 0 (the gate carries no gradient)"


def test_many_inputs_that_stay_still_are_counted() -> None:
    names = [f"x{k}" for k in range(20)]
    report = told(" + ".join(names), dict.fromkeys(names, 1.0), {"x3": 1.0})
    start = tell(report, 6)[0]
    assert start.lines[-1].text == "… and 7 more that stay still"
    assert len(start.lines) == 1 + 1 + 12 + 1


def test_a_program_without_inputs_has_a_trace() -> None:
    done = call(["jvp", "2", "--trace"])
    assert (done.status, done.err) == (0, "")
    assert done.out.splitlines()[1:] == [
        "", "What it means", "  nothing that f depends on moves, so f stays as it is"
    ]  # fmt: skip


def test_no_line_is_wider_than_the_terminal() -> None:
    for width in (30, 40, 60, 80):
        done = call([*LECTURE, "--width", str(width)])
        assert done.status == 0
        assert max(map(len, done.out.splitlines())) <= width
