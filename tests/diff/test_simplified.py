"""`--simplify`: equal on the whole domain, whatever SymPy answers and however long it takes."""

from __future__ import annotations

import math
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from commandline import BPCALC, ROOT, call

from bpcalc import gradient
from bpcalc.algebra.symbols import Symbols
from bpcalc.calculations.simplify import pipeline, process
from bpcalc.calculations.simplify.equality import difference
from bpcalc.calculations.simplify.worker import packed
from bpcalc.errors import Source
from bpcalc.graph import Graph
from bpcalc.reading.parser import parse

NUMBERS = (-800.0, -30.0, -3.0, -1.0, -0.5, -1e-8, 0.0, 1e-8, 0.5, 1.0, 2.0, 3.0, 30.0, 800.0)


def root(x: float) -> float:
    return math.copysign(abs(x) ** (1 / 3), x)


def sign(x: float) -> float:
    return (x > 0) - (x < 0)


# Derivatives by x (with y where there is one), from a table of derivatives; None where there is none.
DERIVATIVES: dict[str, Callable[[float, float], float | None]] = {
    "cbrt(x)": lambda x, y: 1 / (3 * root(x) ** 2) if x else None,
    "x*cbrt(x)": lambda x, y: 4 / 3 * root(x) if x else None,
    "cbrt(x)^5": lambda x, y: 5 / 3 * root(x) ** 2,
    "cbrt(x - 1)^4": lambda x, y: 4 / 3 * root(x - 1),
    "abs(x)^y": lambda x, y: y * abs(x) ** (y - 1) * sign(x) if x else None,
    "abs(x)^pi": lambda x, y: math.pi * abs(x) ** (math.pi - 1) * sign(x),
    "sqrt(x^2)": lambda x, y: sign(x) if x else None,
    "abs(x)^3": lambda x, y: 3 * x * abs(x),
    "leaky_relu(x)^2": lambda x, y: 2 * x if x > 0 else 2e-4 * x,
    "max(x, y)^2": lambda x, y: 2 * x if x > y else 0 if x < y else None,
    "relu(x - 1)*x": lambda x, y: 2 * x - 1 if x > 1 else 0 if x < 1 else None,
    "where(x > 1, x^2, 2*x - 1)": lambda x, y: 2 * x if x > 1 else 2,
    "clip(x, -1, 2)^2": lambda x, y: 2 * x if -1 < x < 2 else 0 if x < -1 or x > 2 else None,
    "sigmoid(x)": lambda x, y: math.exp(-abs(x)) / (1 + math.exp(-abs(x))) ** 2,
    "sin(x)^2 - cos(x)^2": lambda x, y: 2 * math.sin(2 * x),
}


@pytest.mark.parametrize("program", DERIVATIVES)
def test_a_simplified_derivative_is_the_derivative_everywhere(program: str) -> None:
    status, out, _ = call(["diff", program, "--wrt", "x", "--simplify", "-o", "plain"])
    assert status == 0
    compared = 0
    for x in NUMBERS:
        for y in (1.5, -0.7) if "y" in program else (1.5,):
            exact = DERIVATIVES[program](x, y)
            if exact is not None:
                given = {name: value for name, value in (("x", x), ("y", y)) if name in out}
                assert gradient(out, given, symbolic=False).value == pytest.approx(exact, rel=1e-9, abs=1e-15), (x, y)
                compared += 1
    assert compared >= 12


@pytest.mark.parametrize(
    ("program", "shorter"),
    [
        ("x*cbrt(x)", "4*cbrt(x)/3"),
        ("sin(x)^2 + cos(x)^2 + x", "1"),
        ("leaky_relu(x)^2", "where(x > 0, 2*x, x/5000)"),  # SymPy's condition is read back
        ("log(x + sqrt(x^2 + 1))", "1/sqrt(x^2 + 1)"),
    ],
)
def test_what_is_equal_is_used(program: str, shorter: str) -> None:
    assert call(["diff", program, "--simplify", "-o", "plain"]) == (0, f"{shorter}\n", "")


def test_the_formulas_of_a_table_hold_away_from_the_point_too() -> None:
    result = call(["grad", "sigmoid(x)/leaky_relu(y)", "x=3", "y=2", "--simplify", "-o", "json"])
    assert "StrictGreaterThan" not in result.out
    import json

    nodes = json.loads(result.out)["nodes"]
    by_y = next(node["symbolic"] for node in nodes if node["name"] == "y")
    for x, y in ((3.0, 2.0), (3.0, -2.0), (-1.0, 0.5), (800.0, 800.0)):
        expected = gradient("sigmoid(x)/leaky_relu(y)", x=x, y=y).gradient["y"]
        assert gradient(by_y, x=x, y=y).value == pytest.approx(expected, rel=1e-12)


# What SymPy answers is not believed


@pytest.mark.parametrize(
    ("right", "wrong", "where"),
    [
        ("1/(3*cbrt(x)^2)", "1/(3*x^(2/3))", "is NaN at x = -"),
        ("where(y > 0, 1, 0.01)*x", "x", ""),  # right only for y > 0
        ("x*sign(x) + abs(x)", "2*x", ""),
        ("where(x == 0, 0, x)", "x^2/x", "is NaN at x = 0"),
        ("where(x == 1.5, 7, x)", "x", "at x = 1.5"),
        ("where(x > 1.37, x, 1.37)", "where(x > 1.3700001, x, 1.37)", ""),
        ("sigmoid(x)", "exp(x)/(1 + exp(x))", "is NaN at x = 800"),
        ("abs(x - 2.718)", "x - 2.718", ""),
        ("floor(x)", "x", ""),
        ("log(abs(x))", "log(x)", "is NaN"),
        ("x", "x + 1e-6", ""),
    ],
)
def test_a_formula_that_differs_anywhere_is_refused(right: str, wrong: str, where: str) -> None:
    graph, nodes = formulas(right, wrong)
    reason = difference(graph, *nodes, dict.fromkeys(graph.variables, 2.5))
    assert reason.startswith("SymPy's form of it is")
    assert where in reason
    assert difference(graph, nodes[0], nodes[0], dict.fromkeys(graph.variables, 2.5)) == ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("(x + 1)^2 - 2*x - 1", "x^2"),  # rounding is no difference
        ("1 - tanh(x)^2", "1/cosh(x)^2"),
        ("1/(1 + exp(-x))", "sigmoid(x)"),
        ("x^2/x", "x"),  # where the first is NaN does not count
        ("2 + 2", "4"),
    ],
)
def test_what_is_equal_but_for_rounding_is_equal(one: str, other: str) -> None:
    graph, nodes = formulas(one, other)
    assert difference(graph, *nodes, dict.fromkeys(graph.variables, 2.5)) == ""


def test_what_is_defined_nowhere_is_not_taken_to_be_equal() -> None:
    graph, nodes = formulas("log(-1 - x^2)", "x")
    assert "too few points" in difference(graph, *nodes, {"x": 2.5})


def formulas(*texts: str) -> tuple[Graph, list[int]]:
    """Programs as nodes of one graph."""
    from bpcalc.calculations.simplify.worker import unpacked

    m = Symbols(Graph())
    nodes = []
    for text in texts:
        program = parse(Source(text))
        nodes.append(unpacked(
            packed(program.graph, program.output), lambda gate, inputs: m.keep(gate, tuple(inputs)), m.graph.variable,
            lambda payload: m.constant(payload).node,
        ))  # fmt: skip
    return m.graph, nodes


def test_a_wrong_answer_leaves_the_formula_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    def wrong(asked: list[object]) -> Iterator[object]:
        yield from ({"nodes": [["input", "x"]]} for _ in asked)

    monkeypatch.setattr(pipeline, "answers", wrong)
    result = call(["diff", "x^2", "--simplify"])
    assert result.out == "∂f/∂x = 2*x\n"
    assert "not simplified: SymPy's form of it is" in result.err


# What would run away


@pytest.mark.parametrize("program", ["sin(10*(x+5)^4)", "cos((x+1)^9)", "sin(tan(-4*x^2-3)^3)"])
def test_what_takes_sympy_minutes_is_not_simplified(program: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "SECONDS", 0.7)
    plain = call(["diff", program]).out
    result = call(["diff", program, "--simplify"])
    assert (result.status, result.out) == (0, plain)
    assert "not simplified: SymPy did not come to an end in 0.7 seconds" in result.err


def test_one_formula_that_runs_away_does_not_take_the_others_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "SECONDS", 1.5)
    result = call(["diff", "sin(10*(x+5)^4) + sin(y)^2 + cos(y)^2 + z*cbrt(z)", "--simplify"])
    assert "∂f/∂y = 0" in result.out
    assert "∂f/∂z = 4*cbrt(z)/3" in result.out
    assert result.err.count("not simplified") == 1


def test_all_formulas_together_have_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "TOGETHER", -1)
    result = call(["diff", "x*cbrt(x)", "--simplify"])
    assert result.status == 0
    assert "SymPy has no time left" in result.err


def test_it_needs_no_main_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "SECONDS", 0.7)
    found: list[object] = []
    graph, (node,) = formulas("40*(x + 5)^3*cos(10*(x + 5)^4)")
    thread = threading.Thread(target=lambda: found.append(pipeline.simpler(Symbols(graph), [node], {"x": 2.5})))
    thread.start()
    thread.join(30)
    assert found == [({node: node}, {node: "SymPy did not come to an end in 0.7 seconds"})]


def test_without_processes_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process.sys, "executable", str(Path("/nowhere/python")))
    result = call(["diff", "x*cbrt(x)", "--simplify"])
    assert result.status == 0
    assert "SymPy needs a process of its own, and none could be started" in result.err


def test_a_process_that_breaks_is_not_said_to_be_slow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "START", "import sys; sys.stdin.readline()")
    result = call(["diff", "x*cbrt(x)", "--simplify"])
    assert result.status == 0
    assert "SymPy's process has ended without an answer" in result.err


def test_a_formula_that_is_too_long_for_sympy_is_refused_with_its_size() -> None:
    program = "*".join(f"(x + {k})" for k in range(200))
    result = call(["diff", program, "--simplify"])
    assert result.status == 0
    assert "SymPy is not asked to work on" in result.err


def has_child(process: int) -> bool:
    """Has a process started one? Where that cannot be known, it is after a while."""
    children = Path(f"/proc/{process}/task/{process}/children")
    if children.exists():
        return bool(children.read_text())
    time.sleep(1.5)
    return True


def test_an_interrupt_ends_it_at_once() -> None:
    words = [*BPCALC, "diff", "sin(10*(x+5)^4)", "--simplify"]
    with subprocess.Popen(words, stdout=-1, stderr=-1, cwd=ROOT, start_new_session=True) as running:
        while not has_child(running.pid):
            assert running.poll() is None
            time.sleep(0.02)
        running.send_signal(signal.SIGINT)
        out, err = running.communicate(timeout=10)
    assert (running.returncode, out) == (130, b"")
    assert b"Traceback" not in err


def test_arrays_are_said_not_to_be_simplified() -> None:
    result = call(["grad", "sum(x^2)", "x=[1,2]", "--simplify"])
    assert result.status == 0
    assert "not simplified: SymPy simplifies formulas of single numbers only" in result.err
