"""Nothing recurses over a program, and no text or pass grows faster than the program does."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest

from bpcalc import gradient
from bpcalc.calculations.gradient import calculate
from bpcalc.errors import Source
from bpcalc.reports.options import Options
from bpcalc.show import Style, picked, render

DEEP = 100_000


def numbers(text: str, **values: float) -> tuple[float, dict[str, float]]:
    """Value and gradient, without the rows of a hundred thousand nodes."""
    report = calculate(Source(text), values, Options(nodes=("x",), symbolic=False))
    return report.value, report.gradient


@pytest.mark.parametrize(
    ("text", "value", "slope"),
    [
        ("(" * DEEP + "x" + ")" * DEEP, 1.0, 1.0),
        ("-" * DEEP + "x", 1.0, 1.0),
        ("x^" * DEEP + "1", 1.0, 1.0),
        ("abs(" * DEEP + "x" + ")" * DEEP, 1.0, 1.0),
        ("relu(" * DEEP + "x" + ")" * DEEP, 1.0, 1.0),
        ("where(x > 0, " * DEEP + "x" + ", 0)" * DEEP, 1.0, 1.0),
        ("max(" * DEEP + "x" + ", 0)" * DEEP, 1.0, 1.0),
        ("(x*" * DEEP + "2" + ")" * DEEP, 2.0, 2.0 * DEEP),
        ("x + " * DEEP + "x", DEEP + 1.0, DEEP + 1.0),
        ("x - (" * DEEP + "x" + ")" * DEEP, 1.0, 1.0),
    ],
    ids=["brackets", "signs", "powers", "abs", "relu", "where", "max", "products", "sum", "differences"],
)
def test_a_hundred_thousand_levels_deep(text: str, value: float, slope: float) -> None:
    assert numbers(text, x=1.0) == (value, {"x": slope})


def test_a_hundred_thousand_sines_of_each_other() -> None:
    value, slopes = numbers("sin(" * DEEP + "x" + ")" * DEEP, x=1.0)
    # x_n of the iterated sine is sqrt(3/n)*(1 + O(log(n)/n)), and dx_n/dx_0 a product of cosines
    assert value == pytest.approx(math.sqrt(3 / DEEP), rel=1e-4)
    x, product = 1.0, 1.0
    for _ in range(DEEP):
        product *= math.cos(x)
        x = math.sin(x)
    assert value == x
    assert slopes["x"] == pytest.approx(product, rel=1e-9)


def test_a_chain_of_a_hundred_thousand_nodes() -> None:
    steps = DEEP // 3
    text = "y0 = x\n" + "\n".join(f"y{k + 1} = sin(y{k})*x + 0.5" for k in range(steps))
    value, slopes = numbers(text, x=0.5)
    y, slope = 0.5, 1.0
    for _ in range(steps):
        y, slope = math.sin(y) * 0.5 + 0.5, math.cos(y) * slope * 0.5 + math.sin(y)
    assert value == y
    assert slopes["x"] == pytest.approx(slope, rel=1e-9)


def test_functions_that_call_functions_that_call_functions() -> None:
    text = "f0(a) = a + 1; " + "; ".join(f"f{k + 1}(a) = f{k}(a)*1 + 1" for k in range(400)) + "; f400(x)"
    assert numbers(text, x=1.0) == (402.0, {"x": 1.0})


@pytest.mark.parametrize("gate", ["sin", "relu", "clip"])
def test_formulas_of_a_deep_program_take_no_recursion(gate: str) -> None:
    depth = 1500
    options = ", 0, 2" if gate == "clip" else ""
    text = f"{gate}(" * depth + "x" + f"{options})" * depth
    report = calculate(Source(text), {"x": 1.0}, Options(nodes=("x",), symbolic=True))
    assert len(report.nodes[0].symbolic) < 100 * depth


@pytest.mark.parametrize(
    "text",
    [
        "y0 = x; " + "; ".join(f"y{k + 1} = y{k}*y{k}" for k in range(15)),
        "y0 = x; " + "; ".join(f"y{k + 1} = y{k} + sin(y{k})" for k in range(15)),
        "d(a) = sin(a) + a; e(a) = d(d(d(d(a)))); x*e(e(e(1)))",
    ],
    ids=["squares", "sums", "a constant"],
)
def test_no_text_doubles_with_each_statement(text: str) -> None:
    """What is used twice is written once, or not in full: the parts of these programs are used twice at each level."""
    report = gradient(text, x=1.0)
    texts = [text for row in report.nodes for text in (row.symbolic, row.brief, row.expression, *row.inputs)]
    assert max(map(len, texts)) < 5000


class Walked(dict[int, str]):
    """Counts how often all of it is looked through."""

    walks = 0

    def items(self) -> Any:
        self.walks += 1
        return super().items()


def test_asking_for_many_numbers_looks_through_the_names_once() -> None:
    count = 300
    report = calculate(Source(" + ".join(f"{k}.5*x" for k in range(count))), {"x": 1.0}, Options(nodes=()))
    walked = report.names._labels = Walked(report.names.labels)
    names = tuple(f"n{k}" for k in range(1, count))
    assert picked(report, names).split() == ["1.0"] * len(names)
    assert walked.walks == 1


def chain(statements: int) -> str:
    return "y0 = x\n" + "\n".join(f"y{k + 1} = sin(y{k})*x + 0.5" for k in range(statements))


def test_formulas_of_a_large_graph_as_json_are_linear_and_read_again_give_the_gradients() -> None:
    sizes = {}
    for statements in (250, 500):
        report = calculate(Source(chain(statements)), {"x": 0.5}, Options(symbolic=True))
        text = render(report, "json", Style())
        sizes[statements] = len(text)
    assert sizes[500] < 2.2 * sizes[250]
    document = json.loads(text)
    definitions = "; ".join(f"{name} = {formula}" for name, formula in document["definitions"].items())
    nodes = [node for node in document["nodes"] if node["symbolic"] is not None]
    for node in [*nodes[:3], nodes[len(nodes) // 2], *nodes[-3:]]:
        program = Source(f"{definitions}; {node['symbolic']} + 0")
        assert calculate(program, {"x": 0.5}, Options(nodes=(), symbolic=False)).value == node["gradient"]
