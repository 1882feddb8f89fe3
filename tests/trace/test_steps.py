"""Steps are data, and become words when they are shown: as often as one likes, in any digits, in linear time."""

from __future__ import annotations

import sys
from functools import partial
from itertools import pairwise
from types import FrameType
from typing import Any

import numpy as np
import pytest

from bpcalc.calculations.gradient import calculate
from bpcalc.calculations.jvp import jvp
from bpcalc.errors import BpcalcError, Source
from bpcalc.reports.edges import Edge
from bpcalc.reports.options import Options
from bpcalc.reports.report import Report
from bpcalc.reports.steps import Step, Term, steps, tangent_steps
from bpcalc.reports.tangents import JvpReport
from bpcalc.show import Style, render
from bpcalc.telling.teller import tell

X = np.array([[2.0, 1.0, -3.0], [-3.0, 4.0, 2.0]])
CASES = [
    ("q = x+y; f = q*z", {"x": -2.0, "y": 5.0, "z": -4.0}),
    ("sigmoid(x)*tanh(x) + x/3 - max(x, y)", {"x": 0.5, "y": 0.5}),
    ("where(x > 0, log(x), 0)^2/(x^2)", {"x": 3.0}),
    ("Q = X@[1, 2, 3] + b; norm(relu(Q))^2 + s*sum(X*X)", {"X": X, "b": np.array([0.0, 6.0]), "s": 0.1}),
    ("softmax_loss(X, y)*sum(log_softmax(X, axis=0)[0])", {"X": X, "y": np.array([0.0, 2.0])}),
]
FORMS = [("trace", Style(6)), ("trace", Style(3, width=50)), ("trace_markdown", Style(None)), ("json", Style(9))]


def report_of(program: str, values: dict[str, Any], **options: Any) -> Report:
    return calculate(Source(program), values, Options(trace=True, **options))


def forward_mode(program: str, values: dict[str, Any]) -> JvpReport:
    way = {name: value * 0 + 0.5 for name, value in values.items() if name != "y" or "softmax_loss" not in program}
    return jvp(Source(program), values, way, Options(trace=True))


@pytest.mark.parametrize("make", [report_of, forward_mode])
@pytest.mark.parametrize(("program", "values"), CASES, ids=[program for program, _ in CASES])
def test_what_is_shown_does_not_depend_on_what_was_shown_before(
    program: str, values: dict[str, Any], make: Any
) -> None:
    forms = [(form, style) for form, style in FORMS if make is report_of or form != "trace_markdown"]
    once = [render(make(program, values), *form) for form in forms]
    report = make(program, values)
    assert [render(report, *form) for form in forms] == once
    assert [render(report, *form) for form in reversed(forms)] == once[::-1]


@pytest.mark.parametrize("make", [report_of, forward_mode])
@pytest.mark.parametrize(("program", "values"), CASES, ids=[program for program, _ in CASES])
def test_a_trace_appends_nothing_to_the_graph(program: str, values: dict[str, Any], make: Any) -> None:
    plain = calculate(Source(program), values, Options(symbolic=False)).circuit
    circuit = (report := make(program, values)).circuit
    before = len(circuit.program.graph), len(circuit.values)
    assert before == (len(plain.program.graph), len(plain.values))
    tell(report, 6)
    assert (len(circuit.program.graph), len(circuit.values)) == before


def texts(data: Any) -> set[str]:
    """All texts in nested data."""
    if isinstance(data, tuple):
        return set().union(*map(texts, data))
    return {data} if isinstance(data, str) else set()


@pytest.mark.parametrize("make", [report_of, forward_mode])
@pytest.mark.parametrize(("program", "values"), CASES, ids=[program for program, _ in CASES])
def test_steps_hold_no_words(program: str, values: dict[str, Any], make: Any) -> None:
    found = make(program, values).steps
    assert all(isinstance(step, Step) for step in found)
    kinds = {"gate", "seed", "copy", "rate"} if make is report_of else {"input", "dual", "way"}
    assert texts(found) <= {"forward", "backward", "meaning"} | kinds


def test_the_steps_of_the_first_circuit() -> None:
    report = report_of(*CASES[0])
    x, y, z, q, f = (report[name].node for name in "xyzqf")
    f_edges = (Edge(f, 0, q, 1.0, -4.0, -4.0, True), Edge(f, 1, z, 1.0, 3.0, 3.0, True))
    q_edges = (Edge(q, 0, x, -4.0, 1, -4.0, True), Edge(q, 1, y, -4.0, 1, -4.0, True))
    assert report.steps == (
        Step("forward", "gate", q, 1, value=3.0),
        Step("forward", "gate", f, 2, value=-12.0),
        Step("backward", "seed", f, gradient=1.0),
        Step("backward", "gate", f, 2, gradient=1.0, edges=f_edges),
        Step("backward", "gate", q, 1, gradient=-4.0, edges=q_edges),
        Step("meaning", "rate", x, 1, gradient=-4.0),
        Step("meaning", "rate", y, 2, gradient=-4.0),
        Step("meaning", "rate", z, 3, gradient=3.0),
    )


def test_the_steps_of_the_first_circuit_in_forward_mode() -> None:
    report = jvp(Source(CASES[0][0]), CASES[0][1], {"x": 1.0}, Options(trace=True))
    x, y, z, q, f = (report[name].node for name in "xyzqf")
    assert report.steps == (
        Step("forward", "input", x, value=-2.0, tangent=1.0),
        Step("forward", "input", y, value=5.0),
        Step("forward", "input", z, value=-4.0),
        Step("forward", "dual", q, 1, 3.0, 1.0, terms=(Term(0, x, 1.0, 1), Term(1, y, None, 1))),
        Step("forward", "dual", f, 2, -12.0, -4.0, terms=(Term(0, q, 1.0, -4.0), Term(1, z, None, 3.0))),
        Step("meaning", "way", f, tangent=-4.0, terms=(Term(0, x, 1.0),)),
    )


def test_a_copy_gate_has_the_uses_that_meet_in_it() -> None:
    report = report_of("a = 4*w; b = 2*w; a + b", {"w": 1.0})
    (copy,) = (step for step in report.steps if step.kind == "copy")
    assert (copy.node, copy.gradient) == (report["w"].node, 6.0)
    assert [edge.downstream for edge in copy.edges] == [2.0, 4.0]
    assert [edge.node for edge in copy.edges] == [report["b"].node, report["a"].node]


def test_at_a_kink_a_rate_has_both_sides() -> None:
    *_, rate = report_of("3*relu(x)", {"x": 0.0}).steps
    assert (rate.gradient, rate.sides) == (0.0, (0.0, 3.0))


def test_a_trace_that_nobody_would_read_is_refused_before_anything_is_shown() -> None:
    program = " + ".join(f"sin({n}*x)" for n in range(10_001))
    with pytest.raises(BpcalcError, match="a trace of more than 20,000 nodes is too long"):
        report_of(program, {"x": 1.0})
    with pytest.raises(BpcalcError, match="a trace of more than 20,000 nodes is too long"):
        jvp(Source(program), {"x": 1.0}, {}, Options(trace=True))


@pytest.mark.parametrize("constant", ["2", "[1, 2]"])
def test_a_constant_part_without_end_is_written_as_its_number(constant: str) -> None:
    halves = "a(t) = (t + t)/2; b(t) = a(a(a(a(t)))); c(t) = b(b(b(b(t)))); "
    report = report_of(f"{halves}sum(x*c(c({constant})))", {"x": 3.0})
    assert f"n1 = x*{constant}" in render(report, "trace", Style())


def test_one_input_of_a_variadic_gate_is_told_where_the_others_are_not_asked_for() -> None:
    for program in ("sum(concat(x, z))", "sum([x[0], z[0]])", "sum(stack(x, z))", "sum(max(x, z))"):
        text = render(report_of(program, {"x": np.ones(1), "z": np.full(1, 2.0)}, wrt=("z",)), "trace", Style())
        assert "if z[0] grows by a small h, f changes by about h" in text
        assert "∂f/∂x" not in text


def test_an_array_that_was_copied_to_none_is_told() -> None:
    text = render(report_of("sum(x + zeros(0, 2))", {"x": np.ones(2)}), "trace", Style())
    assert "x was copied to 0 rows, so its gradient is the sum over the rows" in text


# Time and length grow with the program, no faster


def operations(work: Any) -> int:
    """How many operations of the interpreter a piece of work takes."""
    count = 0

    def local(frame: FrameType, event: str, argument: object) -> Any:
        nonlocal count
        count += event == "opcode"
        return local

    def begin(frame: FrameType, event: str, argument: object) -> Any:
        frame.f_trace_opcodes = True
        frame.f_trace_lines = False
        return local

    before = sys.gettrace()
    sys.settrace(begin)
    try:
        work()
    finally:
        sys.settrace(before)
    return count


def many(kind: str, size: int) -> tuple[str, dict[str, Any]]:
    names = [f"x{k}" for k in range(size)]
    if kind == "kinks of arrays":
        return " + ".join(f"sum(relu({name}))" for name in names), dict.fromkeys(names, np.zeros(2))
    if kind == "a wide gate":
        return f"max({', '.join(names)})", dict(zip(names, map(float, range(size)), strict=True))
    if kind == "one input":
        return "y0 = x0; " + "; ".join(f"y{k + 1} = sin(y{k})*x0" for k in range(size)), {"x0": 0.5}
    text = " + ".join(f"{a}*{b}" for a, b in pairwise(names))
    return text, dict.fromkeys(names, np.ones(2) if kind == "arrays" else 1.5)


def trace_of(report: Report | JvpReport) -> str:
    """The trace of a report, its steps made anew."""
    if isinstance(report, JvpReport):
        made = tangent_steps(report.circuit, report.names, report.direction, report.nodes.tangents)
        return render(report._replace(steps=made), "trace", Style())
    return render(report._replace(steps=steps(report.circuit, report.names)), "trace", Style())


@pytest.mark.parametrize("kind", ["numbers", "arrays", "kinks of arrays", "a wide gate", "one input"])
@pytest.mark.parametrize("forward", [False, True], ids=["reverse", "forward"])
def test_a_trace_takes_time_and_text_in_proportion_to_the_program(kind: str, forward: bool) -> None:
    work, length = [], []
    for size in (30, 60, 120):
        program, values = many(kind, size)
        upstream = np.ones(2) if kind == "arrays" else 2.0
        report = (
            jvp(Source(program), values, {"x0": 1.0})
            if forward
            else calculate(Source(program), values, Options(upstream=upstream, symbolic=False))
        )
        length.append(len(trace_of(report)))  # before it is counted: whoever traces first imports what it needs
        work.append(operations(partial(trace_of, report)))
    for small, middle, large in (work, length):
        assert large - middle < 2.2 * (middle - small)
