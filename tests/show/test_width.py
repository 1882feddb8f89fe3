"""At any width from 40 columns on: each line fits, each name is there, and no number is shown in part."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
from commandline import call
from hypothesis import given, settings
from hypothesis import strategies as st

from bpcalc import gradient, hessian, jacobian, jvp
from bpcalc.calculations.gradient import calculate
from bpcalc.errors import Source, columns
from bpcalc.reports.options import Options
from bpcalc.show import Style, render
from bpcalc.show.grid import cut

NUMBER = re.compile(r"(?<![\w.])-?\d+(?:\.\d+)?(?:e[+-]?\d+)?(?![\w.])")
WIDTHS = st.integers(40, 130)
ENTRIES = st.floats(allow_nan=False, allow_infinity=False).filter(lambda x: x == 0 or 1e-30 < abs(x) < 1e30)
NAMES = ("x", "weights", "learning_rate_of_layer")
PROGRAMS = ("sum({a}^2)", "q = {a}*2; sum(q*{a})", "sum(relu({a})*sin({a}))", "n = norm({a}); n*sum({a})")


def values(shape: tuple[int, ...]) -> st.SearchStrategy[Any]:
    size = int(np.prod(shape))
    return st.lists(ENTRIES, min_size=size, max_size=size).map(lambda entries: np.array(entries).reshape(shape))


ARRAYS = st.sampled_from([(), (1,), (3,), (8,), (9,), (40,), (2, 3), (5, 12), (20, 2)]).flatmap(values)


def roundings(numbers: Any) -> set[float]:
    """What a number may be shown as: rounded to some digits, never its first digits alone."""
    entries = [x for one in numbers for x in np.asarray(one, dtype=float).ravel()]
    return {float(f"{x:.{digits}g}") for x in entries for digits in range(1, 7)}


def shown_numbers(lines: list[str]) -> list[float]:
    """The numbers in rows of arrays and in the columns of values."""
    return [float(number) for line in lines for number in NUMBER.findall(line)]


@settings(max_examples=60)
@given(ARRAYS, WIDTHS, st.sampled_from(NAMES), st.sampled_from(PROGRAMS), st.booleans())
def test_a_table_fits_has_its_names_and_whole_numbers(
    array: Any, width: int, name: str, program: str, boxes: bool
) -> None:
    report = gradient(program.format(a=name), {name: array}, symbolic=False)
    lines = render(report, "table", Style(width=width, boxes=boxes)).split("\n")
    assert max(map(columns, lines)) <= width
    told = lines.index("", 2) if "" in lines[2:] and not boxes else len(lines)
    table = [line for line in lines[1:told] if not set(line) <= {"─", " "}]
    for row in report.nodes:
        assert any(line.split()[:1] == [row.name] for line in table), row.name
    allowed = roundings([one for row in report.nodes for one in (row.value, row.gradient)])
    for line in table:
        for entries in re.findall(r"\[([^\]]*)\]", line):
            if re.fullmatch(r"[-+.\de …]*", entries):
                assert set(shown_numbers([entries])) <= allowed, line


@settings(max_examples=30)
@given(ARRAYS, WIDTHS, st.sampled_from(NAMES))
def test_other_commands_fit_too(array: Any, width: int, name: str) -> None:
    style = Style(width=width)
    for report, form in (
        (jvp(f"sum({name}^2)", {name: array}, tangent={name: np.ones(np.shape(array))}), "table"),
        (jacobian(f"{name}^2", {name: array}), "table"),
        (hessian(f"sum({name}^3)", {name: array}), "table"),
        (calculate(Source(f"sum(relu({name})^2)"), {name: array}, Options(trace=True)), "trace"),
    ):
        assert max(map(columns, render(report, form, style).split("\n"))) <= width, form


@pytest.mark.parametrize("width", [40, 80, 120])
@pytest.mark.parametrize("columns_", [False, True], ids=["piped", "boxes"])
def test_eight_entries(width: int, columns_: bool) -> None:
    report = gradient("sum(x^2)", x=np.linspace(0, 1, 8))
    text = render(report, "table", Style(width=width, boxes=columns_))
    ends = {40: "[0  …  1]", 80: "[0  0.142857  …  1]", 120: "[0  0.142857  …  0.857143  1]"}
    assert ends[width] in text
    assert max(map(columns, text.split("\n"))) <= width


def test_what_has_no_room_side_by_side_is_a_list() -> None:
    name = "a_name_of_thirty_eight_letters_and_more"
    words = [f"{name}*b", f"{name}=-1.23456789012345e-100", "b=0.123456789012345"]
    done = call(["grad", *words, "--precision", "full", "--width", "40"])
    assert f"{name}\n  is            input\n  value         -1.23456789012345e-100\n" in done.out
    assert "  ∂f/∂node      0.123456789012345\n" in done.out
    assert max(map(columns, done.out.split("\n"))) <= 40


@pytest.mark.parametrize(
    ("text", "width", "shown"),
    [("x + 0.044715*y", 8, "x + …"), ("abcdefgh", 4, "abc…"), ("12345 + x", 4, "…"), ("x1234567 + 1", 5, "x123…")],
)
def test_a_text_is_not_cut_inside_a_number(text: str, width: int, shown: str) -> None:
    assert cut(text, width) == shown


@pytest.mark.parametrize(
    ("program", "heading"),
    [
        ("q = x + y; q*x", "q = x + y; f = q*x = 3"),
        ("q = x + y; f = q*x", "q = x + y; f = q*x = 3"),
        ("q = x + y; q > x", "q = x + y; f = (q > x) = 1"),
        ("f = 2*x; f*y", "f = 2*x; f2 = f*y = 4"),
        ("x", "x = 1"),
        ("x != -1", "f = (x != -1) = 1"),
        ("(x > -3*y)*2", "f = (x > -3*y)*2 = 2"),
    ],
)
def test_the_heading_names_the_output(program: str, heading: str) -> None:
    words = [word for word in ("x=1", "y=2") if word[0] in program]
    assert call(["grad", program, *words, "-q"]).out.split("\n")[0] == heading


def test_a_long_program_keeps_its_output() -> None:
    program = "q1 = x; " + "; ".join(f"q{k} = q{k - 1}^2 + {k}*x" for k in range(2, 20)) + "; q19*0 + 7"
    first = call(["grad", program, "x=0", "--width", "60"]).out.split("\n")[0]
    assert first.startswith("q2 = x^2 + 2*x; q3 = q2^2")
    assert first.endswith(" f = q19*0 + 7 = 7")
    assert columns(first) <= 60
