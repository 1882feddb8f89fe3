"""Laws that hold for every program, tried on random ones at ordinary and at strange points."""

from __future__ import annotations

import itertools
import math
import random
from typing import Any

import mpmath
from bites import bites
from columns import untrue
from fitting import fitting
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st
from mpmath import mpf
from programs import PROGRAMS, VARIABLES, Program, UnfitError, with_all_brackets, with_few_brackets
from reference import same, untrue_formulas, value_of

from bpcalc import gradient
from bpcalc.gate import CONVENTIONS
from bpcalc.reports.report import Report

ORDINARY = st.floats(0.1, 3).map(lambda x: round(x, 3))
STRANGE = st.sampled_from(
    (0.0, -0.0, 1.0, -1.0, 2.0, -2.0, 0.5, 1e-300, 1e300, -40.0, 800.0, math.inf, -math.inf, math.nan)
)


def points(numbers: st.SearchStrategy[float]) -> st.SearchStrategy[dict[str, float]]:
    return st.fixed_dictionaries(dict.fromkeys(VARIABLES, numbers))


POINTS = points(STRANGE | ORDINARY)


@settings(max_examples=150)
@given(PROGRAMS, POINTS)
def test_printing_and_reading_again_is_a_fixed_point(program: Program, values: dict[str, float]) -> None:
    report = gradient(program.text(), values, symbolic=False)
    again = gradient(report.expression, values, symbolic=False)
    assert again.expression == report.expression
    assert same(again.value, report.value)


@settings(max_examples=200)
@given(PROGRAMS, POINTS, st.sampled_from(CONVENTIONS))
def test_every_formula_gives_the_number_beside_it(program: Program, values: dict[str, float], convention: str) -> None:
    assert untrue_formulas(gradient(program.text(), values, convention=convention), values) == []


@settings(max_examples=80)
@given(PROGRAMS, POINTS)
def test_the_column_of_formulas_is_true(program: Program, values: dict[str, float]) -> None:
    assert untrue(gradient(program.text(), values)) == []


@settings(max_examples=60)
@given(PROGRAMS, POINTS)
def test_a_second_run_gives_the_same_answer(program: Program, values: dict[str, float]) -> None:
    # repr, for NaN is not equal to itself
    first, second = (gradient(program.text(), values) for _ in range(2))
    assert repr((first.value, first.gradient, first.nodes, first.warnings)) == repr(
        (second.value, second.gradient, second.nodes, second.warnings)
    )


@settings(max_examples=60)
@given(PROGRAMS, POINTS)
def test_whole_numbers_may_be_written_with_or_without_a_point(program: Program, values: dict[str, float]) -> None:
    def whole(x: float) -> str:
        return str(int(x)) if x == int(x) else repr(x)

    with_point = gradient(program.text(), values)
    without = gradient(program.text(lambda tree: with_all_brackets(tree, whole)), values)
    assert repr(with_point.nodes) == repr(without.nodes)
    assert with_point.expression == without.expression


@settings(max_examples=150)
@given(PROGRAMS, POINTS)
def test_brackets_that_the_precedences_make_needless_change_nothing(program: Program, values: dict[str, float]) -> None:
    full, few = program.text(), program.text(with_few_brackets)
    assert same(value_of(few, values), value_of(full, values))
    assert gradient(few, values, symbolic=False).expression == gradient(full, values, symbolic=False).expression


@settings(max_examples=60)
@given(PROGRAMS, POINTS)
def test_the_gradient_for_some_names_is_that_part_of_the_whole(program: Program, values: dict[str, float]) -> None:
    whole = gradient(program.text(), values, symbolic=False)
    for count in (1, 2):
        for names in itertools.combinations(whole.gradient, count):
            part = gradient(program.text(), values, wrt=names, symbolic=False)
            assert list(part.gradient) == list(names)
            assert all(same(part.gradient[name], whole.gradient[name]) for name in names)


@bites()
@settings(max_examples=60)
@given(fitting() | fitting() | st.tuples(PROGRAMS, POINTS))
def test_the_locals_and_gradients_of_the_rows_add_up(case: tuple[Program, dict[str, float]]) -> bool:
    """At every node: its gradient is the sum over its uses of upstream x local, added again from the rows alone."""
    program, values = case
    report = gradient(program.text(), {name: float(x) for name, x in values.items()}, symbolic=False)
    sums: dict[str, list[float]] = {}
    blocked = set()
    for row in report.nodes:
        for source, local in zip(row.inputs, row.local, strict=True):
            if local is not None and row.gradient is not None:
                sums.setdefault(source, []).append(row.gradient * local)
                if not math.isfinite(row.gradient * local):
                    blocked.add(source)  # a router may have blocked it: 0 in the rows, nothing in the engine
    compared = [row for row in report.nodes[:-1] if row.gradient is not None and row.name in sums.keys() - blocked]
    for row in compared:
        terms = sums[row.name]
        assert math.isclose(row.gradient, math.fsum(terms), rel_tol=1e-12, abs_tol=1e-12 * max(map(abs, terms)))
    return bool(compared)


@settings(max_examples=150, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
@example(Program((), (("", ("power", "x", 2.0)),)), {"x": -3.0, "y": 1.0, "z": 1.0})
@given(PROGRAMS, points(ORDINARY))
def test_value_and_gradient_agree_with_mpmath(program: Program, values: dict[str, float]) -> None:
    """As closely as the program allows: 1e-12 of noise in each of its operations says how much rounding can matter."""
    exact, *noisy = (differentiated(program, values, seed) for seed in range(3))
    report = gradient(program.text(), values, symbolic=False)
    flows = absolute_flows(report)
    for name, true in exact.items():
        found = report.value if name == "value" else report.gradient.get(name, 0.0)
        spread = max(abs(other[name] - true) for other in noisy)
        assert abs(found - true) <= spread / 10 + (abs(true) + flows.get(name, 0)) * mpf("1e-12"), name


def absolute_flows(report: Report) -> dict[str, float]:
    """For each node the sum of |upstream x local| along all paths: how large the terms are that may cancel."""
    flows = dict.fromkeys((row.name for row in report.nodes), 0.0) | {report.output: 1.0}
    inner = [row for row in report.nodes if row.role == "node"]
    for row in (report.nodes[-1], *reversed(inner)):
        for source, local in zip(row.inputs, row.local, strict=True):
            if local:
                flows[source] = flows.get(source, 0.0) + flows[row.name] * abs(local)
    return flows


def differentiated(program: Program, values: dict[str, float], seed: int) -> dict[str, Any]:
    """Value and gradient by central differences at 80 digits; seed 0 without noise."""

    def evaluate(**changed: Any) -> Any:
        draw = random.Random(seed).uniform
        noise = (mpf(1) + (draw(-1, 1) * mpf("1e-12") if seed else 0) for _ in itertools.count())
        return program.value({name: mpf(value) for name, value in values.items()} | changed, noise)

    step = mpf("1e-30")
    with mpmath.workdps(80):
        try:
            found = {"value": evaluate()}
            for name, value in values.items():
                found[name] = (evaluate(**{name: value + step}) - evaluate(**{name: value - step})) / (2 * step)
        except UnfitError:
            assume(False)
    return found


@settings(max_examples=100)
@given(PROGRAMS, POINTS)
def test_values_are_those_of_mpmath_where_nothing_is_near_an_edge(program: Program, values: dict[str, float]) -> None:
    """The reading alone: the text's value against the tree's, wherever that is a real number."""
    values = {name: value for name, value in values.items() if math.isfinite(value)}
    assume(len(values) == len(VARIABLES))
    with mpmath.workdps(60):
        try:
            exact, noisy = (
                program.value({name: mpf(x) for name, x in values.items()}, itertools.repeat(mpf(1) + noise))
                for noise in (0, mpf("1e-12"))
            )
        except UnfitError:
            assume(False)
    found = value_of(program.text(), values)
    assert abs(found - exact) <= abs(noisy - exact) + abs(exact) * mpf("1e-11") + mpf("1e-300")
