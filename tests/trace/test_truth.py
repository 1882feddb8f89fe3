"""Every line of a trace that has an equals sign is true: each is read as printed, and computed again without bpcalc."""

from __future__ import annotations

import math
import re
from contextlib import suppress

from arithmetic import NAMES, NoVerdictError, compute
from formulas import VARIABLES, expressions, precisions, rounds_to, values
from hypothesis import assume, example, given
from hypothesis import strategies as st

from bpcalc.calculations.gradient import calculate
from bpcalc.errors import Source
from bpcalc.gate import CONVENTIONS
from bpcalc.reports.options import Options
from bpcalc.reports.report import Report
from bpcalc.show import Style, render

NUMERAL = re.compile(r"-?(\d[\d.]*(e[+-]?\d+)?|inf|nan)")
BLOCKED = " (the gate blocks the gradient, whatever it is)"
AGREEMENT = 1e-8  # a lecture's formula, such as 1 - y^2, has fewer good digits than what is computed
RULE = "downstream = upstream x local"


def told(program: str, point: dict[str, float], precision: int | None, **options: object) -> tuple[Report, list[str]]:
    """The report of a program, and the lines of its trace."""
    report = calculate(Source(program), point, Options(trace=True, **options))  # type: ignore[arg-type]
    return report, render(report, "trace", Style(precision)).split("\n")


def equations(lines: list[str]) -> list[list[str]]:
    """The sides of each line that has an equals sign: without its number, and without what stands beside it."""
    found = []
    for line in lines:
        if (" = " in line or " ≈ " in line) and not line.endswith(RULE):
            parts = re.split(" {2,}", line.strip())
            (equation,) = (part for part in parts[:2] if " = " in part or " ≈ " in part)
            found.append(re.split(" [=≈] ", equation.removesuffix(BLOCKED)))
    return found


def assert_lines_are_true(report: Report, lines: list[str], precision: int | None) -> None:
    """Numbers give the printed result; symbols, with each node's own numbers put in, give it too."""
    names = dict(NAMES) | {row.name: row.value for row in report.nodes}
    names |= {f"∂{report.of}/∂{row.name}": row.gradient for row in report.nodes if row.gradient is not None}
    for left, *middle, printed in equations(lines):
        if not NUMERAL.fullmatch(printed):
            assert not middle
            with suppress(NoVerdictError):
                assert_gives(compute(printed, names), names[left], f"{left} = {printed}")  # a block's title
            continue
        for side in middle:
            try:
                value = compute(side)
            except NoVerdictError:
                continue
            except KeyError:
                with suppress(NoVerdictError):
                    value = compute(side, names)
                    rounding = 10.0 ** (1 - (precision or 17))
                    assert_gives(value, float(printed), f"{left} = {side} = {printed}", max(rounding, AGREEMENT))
            else:
                assert rounds_to(value, printed, precision), f"{left} = {side} = {printed}, but that is {value!r}"


def assert_gives(value: float, expected: float, line: str, tolerance: float = AGREEMENT) -> None:
    """For sides with symbols, for which each node's own numbers are put in, rounded nowhere."""
    if math.isfinite(value) and math.isfinite(expected):
        assert math.isclose(value, expected, rel_tol=tolerance, abs_tol=1e-290), f"{line}, but that is {value!r}"


def assert_results_are_the_tables(report: Report, lines: list[str], precision: int | None) -> None:
    """The last word on each node, forward and backward, is its row's."""
    last = {sides[0]: sides[-1] for sides in equations(lines) if NUMERAL.fullmatch(sides[-1])}
    for row in report.nodes:
        if row.inputs:
            assert rounds_to(row.value, last[row.name], precision)
        partial = f"∂{report.of}/∂{row.name}"
        if partial in last:
            assert row.gradient is not None
            assert rounds_to(row.gradient, last[partial], precision)
    for name, gradient in report.gradient.items():
        node = report.circuit.wrt[name]
        told = [step for step in report.steps if step.kind == "gate" and step.phase == "backward"]
        terms = [edge.downstream for step in told for edge in step.edges if edge.source == node]
        terms = [term for term in terms if term is not None]
        terms += [report.circuit.seed] * (node == report.circuit.output)
        if all(map(math.isfinite, terms)):
            assert math.isclose(sum(terms), gradient, rel_tol=1e-9, abs_tol=1e-9 * max(map(abs, terms), default=0.0))


@given(expressions(), st.tuples(values, values, values), precisions, st.sampled_from(CONVENTIONS))
@example("x + y", (-2.0, 5.0, 0.0), 6, "torch")
@example("asin(x)", (1.0000000001, 0.0, 0.0), 6, "torch")
@example("where(x > 0, sqrt(x), 2)*x", (-1.0, 0.0, 0.0), 6, "torch")
@example("max(x, y, z) - log(x - y)", (1.0, 1.0, 1.0), 4, "torch")
@example("sigmoid(x)*tanh(x) + x/3", (30.0, 0.0, 0.0), 3, "torch")
def test_every_equation_of_a_trace_is_true(
    program: str, point: tuple[float, float, float], precision: int | None, convention: str
) -> None:
    bound = dict(zip(VARIABLES, point, strict=True))
    report, lines = told(program, bound, precision, convention=convention)
    assert_lines_are_true(report, lines, precision)
    assert_results_are_the_tables(report, lines, precision)


@given(expressions(), st.tuples(values, values, values), st.floats(-10, 10))
def test_another_upstream_is_told_truly_too(program: str, point: tuple[float, float, float], upstream: float) -> None:
    assume(upstream != 1)
    bound = dict(zip(VARIABLES, point, strict=True))
    report, lines = told(program, bound, 6, upstream=upstream)
    assert report.of == "L"
    assert_lines_are_true(report, lines, 6)


@given(expressions(depth=3), st.tuples(values, values, values))
def test_a_line_says_about_only_where_a_zero_hides_its_sign(program: str, point: tuple[float, float, float]) -> None:
    """Everywhere else the numbers are printed, with as many digits as it takes."""
    report, lines = told(program, dict(zip(VARIABLES, point, strict=True)), 6)
    numbers = [number for row in report.nodes for number in (row.value, row.gradient)]
    if not any(number == 0 and math.copysign(1, number) < 0 for number in numbers if number is not None):
        assert not [line for line in lines if " ≈ " in line]
