"""The trace as the lectures tell it: the circuits' lines, the patterns' words, and its other forms."""

from __future__ import annotations

import json

import pytest
from commandline import call

MODEL = """\
Forward pass
  1  q = x + y = -2 + 5 = 3                    add
  2  f = q*z = 3*(-4) = -12                    multiply

Backward pass                                  downstream = upstream x local
     ∂f/∂f = 1
  2  f = q*z        multiply: swaps its inputs
     ∂f/∂q = ∂f/∂f * z = 1*(-4) = -4
     ∂f/∂z = ∂f/∂f * q = 1*3 = 3
  1  q = x + y      add: hands the gradient on to both inputs
     ∂f/∂x = ∂f/∂q * 1 = -4*1 = -4
     ∂f/∂y = ∂f/∂q * 1 = -4*1 = -4

What it means
  if x grows by a small h, f changes by about -4h
  if y grows by a small h, f changes by about -4h
  if z grows by a small h, f changes by about 3h
"""
CIRCUIT = ["grad", "q = x+y; f = q*z", "x=-2", "y=5", "z=-4"]


def told(program: str, *words: str) -> list[str]:
    """The lines of a trace, blanks around them left out."""
    result = call(["grad", program, *words, "--trace"])
    assert result.status == 0
    return [line.strip() for line in result.out.splitlines()]


def test_the_first_circuit_is_told_line_for_line() -> None:
    assert call([*CIRCUIT, "--trace"]) == (0, MODEL, "")


def test_step_is_the_trace_where_nobody_sits_at_a_terminal() -> None:
    assert call([*CIRCUIT, "--step"], stdin=b"\n\n\n") == (0, MODEL, "")


def test_the_sigmoid_chain_has_the_numbers_of_the_figure() -> None:
    """CS231n, optimization-2: along 1/(1 + exp(-t)) at t = 1 flow 1.00, -.53, -.53, -.20, .20."""
    lines = told("1/(1 + exp(-t))", "t=1", "--precision", "3")
    assert [line.rpartition(" = ")[2] for line in lines if line.startswith("∂")] == [
        "1", "-0.534", "-0.534", "-0.197", "0.197",
    ]  # fmt: skip


def test_branches_meet_at_a_copy_gate_where_their_gradients_add() -> None:
    """EECS 498: upstreams 4 and 2 of one node give 6."""
    lines = told("a = 4*w; b = 2*w; a + b", "w=1")
    assert "∂f/∂w via a = ∂f/∂a * 4 = 1*4 = 4" in lines
    assert "∂f/∂w via b = ∂f/∂b * 2 = 1*2 = 2" in lines
    at = lines.index("∂f/∂w = 2 + 4 = 6")
    assert lines[at - 1] == "w              copy: used 2 times, so its branch gradients add"


@pytest.mark.parametrize(
    ("program", "pattern"),
    [
        ("x + y", "add: hands the gradient on to both inputs"),
        ("x - y", "subtract: hands the gradient on, with the sign turned for the second input"),
        ("x*y", "multiply: swaps its inputs"),
        ("x + 2", "add: hands the gradient on"),
        ("-x", "negate: turns the sign"),
        ("max(x, y)", "max: routes the gradient to the largest input"),
        ("min(x, y)", "min: routes the gradient to the smallest input"),
        ("relu(x)", "relu: routes the gradient on where x > 0, blocks it elsewhere"),
        ("where(x > y, x, y)", "where: routes the gradient to the branch taken"),
        ("sigmoid(x)", "sigmoid: scales by its local gradient (1 - f)*f"),
        ("tanh(x)", "tanh: scales by its local gradient 1 - f^2"),
        ("exp(x)", "exp: scales by its local gradient f"),
        ("1/x", "divide: scales by its local gradient -1/x^2"),
        ("x/y", "divide: scales by the local gradient of each input"),
        ("x^3", "power: scales by its local gradient 3*x^2"),
        ("floor(x)", "floor: is flat, so no gradient flows"),
        ("stop_gradient(x)", "stop_gradient: lets no gradient through"),
        ("x > y", "greater: carries no gradient"),
    ],
)
def test_a_gate_is_told_with_its_pattern(program: str, pattern: str) -> None:
    bindings = [f"{name}={value}" for name, value in (("x", 2.5), ("y", 0.5)) if name in program.replace("exp", "")]
    lines = told(program, *bindings)
    assert any(line[1:].startswith("  f = ") and line.endswith(f"  {pattern}") for line in lines)


@pytest.mark.parametrize(
    ("program", "point", "meaning"),
    [
        ("x^2", "x=3", "if x grows by a small h, f changes by about 6h"),
        ("-x", "x=3", "if x grows by a small h, f changes by about -h"),
        ("x*0", "x=3", "if x grows by a small h, f hardly changes"),
        ("x*1e-9", "x=3", "if x grows by a small h, f changes by about 1e-09*h"),
        ("h^2", "h=3", "if h grows by a small δ, f changes by about 6δ"),
        ("1/x", "x=0", "if x grows by a small h, f changes infinitely fast"),
        ("log(x)^0.5", "x=0.5", "at this x, f has no rate of change"),
        (
            "relu(x)", "x=0",
            "if x grows by a small h, f changes by about h; if it falls by h, f hardly changes; "
            "the gradient by the rule used is 0",
        ),
        (
            "relu(x) - relu(-x)", "x=0",
            "if x grows by a small h, f changes by about h; the gradient by the rule used is 0",
        ),
    ],
)  # fmt: skip
def test_the_gradient_is_told_as_a_rate_of_change(program: str, point: str, meaning: str) -> None:
    assert told(program, point)[-1] == meaning


def test_the_trace_is_data_too() -> None:
    document = json.loads(call([*CIRCUIT, "--trace", "-o", "json"]).out)
    forward = [step for step in document["steps"] if step["phase"] == "forward"]
    backward = [step for step in document["steps"] if step["phase"] == "backward"]
    assert [(step["number"], step["node"], step["gate"], step["value"]) for step in forward] == [
        (1, "q", "add", 3.0), (2, "f", "multiply", -12.0),
    ]  # fmt: skip
    assert [(step["node"], step["upstream"], step["downstream"]) for step in backward] == [
        ("f", 1.0, {"f": 1.0}), ("f", 1.0, {"q": -4.0, "z": 3.0}), ("q", -4.0, {"x": -4.0, "y": -4.0}),
    ]  # fmt: skip
    equations = [line for step in document["steps"] for line in step["lines"]]
    assert all(any(equation in line for line in MODEL.splitlines()) for equation in equations)


def test_the_trace_in_markdown_has_the_same_equations() -> None:
    text = call([*CIRCUIT, "--trace", "-o", "markdown"]).out
    assert text.startswith("## Forward pass\n\n1. `q = x + y = -2 + 5 = 3` (add)\n")
    equations = [line.strip() for line in MODEL.splitlines() if line.strip().startswith("∂")]
    assert all(f"  - `{equation}`\n" in text for equation in equations)


def test_a_trace_that_nobody_would_read_is_refused() -> None:
    result = call(["grad", " + ".join(f"sin({n}*x)" for n in range(10_001)), "x=1", "--trace"])
    hint = "  -o json has every node's numbers\n"
    assert result == (2, "", f"error: a trace of more than 20,000 nodes is too long\n{hint}")
