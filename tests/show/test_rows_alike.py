"""The rows of a large graph, which are put into patterns, are those that each row has by itself."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from commandline import call

from bpcalc import gradient, jvp
from bpcalc.gates import GATES
from bpcalc.graph import Graph
from bpcalc.show import Style, as_document, render
from bpcalc.show.patterns import alike
from bpcalc.writing.unparse import unparse

# Signs, parts without a variable, one that is long to write, cells with commas, and a name of Greek.
ODD = ["a*(-2)", "-3*b", "2^0.5*a", "(1/3 - 1/7)*b", "pi*a", "a - 2", "max(a, 2)", "g*a", "θ^2", "-a*-b", "b*a*b"]
STATEMENTS = ["g = 9.8", "θ = a*b", *(f"u{place} = {text}" for place, text in enumerate(ODD))]


def calls() -> Iterator[tuple[str, dict[str, float]]]:
    """Each gate of one or two numbers at some of its samples, with the values of its inputs."""
    for gate in GATES.values():
        for place, sample in enumerate(gate.samples[:3]):
            if gate.of_arrays or not 0 < len(sample) == len(gate.parameters) < 3 or not all(map(is_number, sample)):
                continue
            graph, names = Graph(), [f"{parameter}_{gate.name}{place}" for parameter in gate.parameters]
            node = graph.apply(gate, tuple([graph.variable(name) for name in names]))
            yield unparse(graph, node, {}), dict(zip(names, map(float, sample), strict=True))


def is_number(one: Any) -> bool:
    return isinstance(one, int | float)


CALLS = [*calls()]
LINES = [*STATEMENTS, *(f"v{place} = {text}" for place, (text, _) in enumerate(CALLS))]
PROGRAM = "\n".join([*LINES, " + ".join(line.partition(" = ")[0] for line in LINES)])
VALUES = {"a": 1.5, "b": -0.25} | {name: value for _, values in CALLS for name, value in values.items()}
REPORTS: dict[str, Callable[[], Any]] = {
    "gradient": lambda: gradient(PROGRAM, VALUES),
    "of some": lambda: gradient(PROGRAM, VALUES, wrt=["a", "x_sin0"]),
    "by another convention": lambda: gradient(PROGRAM, VALUES, convention="first"),
    "infinite": lambda: gradient(PROGRAM, {**VALUES, "a": math.inf, "x_log0": 0.0}),
    "along": lambda: jvp(PROGRAM, VALUES, tangent={"a": 1.0, "b": 0.5}),
}


@pytest.mark.parametrize("name", REPORTS)
@pytest.mark.parametrize("style", [Style(), Style(number="%.3f")], ids=["shortest", "printf"])
def test_texts_in_patterns_are_those_of_each_row(name: str, style: Style) -> None:
    report = REPORTS[name]()
    assert render(report, "json", style) == json.dumps(as_document(report, style), ensure_ascii=False)
    if not style.number:
        rows = [*by_rows(report)]
        assert [*csv.reader(io.StringIO(render(report, "csv", style)))] == rows
        assert [line.split("\t") for line in render(report, "tsv", style).split("\n")] == rows


def by_rows(report: Any) -> Iterator[list[str]]:
    """The cells of a report, each read off its row."""
    derivative, last = ("gradient", ["symbolic"]) if hasattr(report, "gradient") else ("tangent", [])
    yield ["name", "role", "gate", "expression", "value", derivative, *last]
    for row in report.nodes:
        numbers = [row.value, getattr(row, derivative)]
        texts = ["" if number is None else repr(float(number)) for number in numbers]
        yield [row.name, row.role, row.gate, row.expression, *texts, *[""] * len(last)]


def test_most_rows_have_a_pattern() -> None:
    report = gradient(PROGRAM, VALUES)
    assert len(CALLS) > 150

    def write(m: Any, row: Any) -> str:
        return "\n".join([row.name, *row.local])

    found = [*alike(report.circuit.m, report.nodes, write, str, lambda row: [""])]
    assert len([*filter(None, found)]) > 0.8 * len(found)


def test_a_sum_of_products_is_written_with_its_numbers() -> None:
    count = 300
    program = " + ".join(f"x{k}*y" for k in range(count))
    values = [f"x{k}={k}" for k in range(count)]
    document = json.loads(call(["grad", program, *values, "y=0.5", "-o", "json"]).out)
    products = [node for node in document["nodes"] if node["gate"] == "multiply"]
    assert [node["local"] for node in products] == [[0.5, float(k)] for k in range(count)]
    assert [node["value"] for node in products] == [k / 2 for k in range(count)]
    assert {node["gradient"] for node in products} == {1.0}
    assert document["gradient"]["y"] == count * (count - 1) / 2


def test_a_large_document_has_its_nodes_beside_what_is_told_of_them() -> None:
    program = " + ".join(f"sin({k}*x)" for k in range(1, 120))
    report = gradient(program, x=0.5, ulp=True)
    nodes = [node for node in report.to_dict()["nodes"] if node["role"] != "constant"]
    assert len(nodes) == len(report.nodes) > 200
    assert all("ulp" in node for node in nodes)
