"""Edges of array programs: one for each use of an input, and they add up to the gradients, bit for bit."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from cases import CASES, Case
from every import every, several

from bpcalc import gradient
from bpcalc.reports.circuit import Circuit

STORED = json.loads((Path(__file__).parents[1] / "arrays" / "programs.json").read_text(encoding="utf-8"))


def assert_edges_add_up(circuit: Circuit) -> None:
    m, totals = circuit.m, dict[int, Any]()
    with m.quiet():
        for node in range(circuit.output, -1, -1):
            for edge in circuit.edges(node):
                if edge.downstream is not None:
                    assert np.shape(edge.downstream) == np.shape(circuit.values[edge.source])
                    before = totals.get(edge.source)
                    totals[edge.source] = edge.downstream if before is None else before + edge.downstream
    for node, wanted in enumerate(circuit.gradients[: circuit.output]):
        assert (node in totals) == (wanted is not None)
        if wanted is not None:
            np.testing.assert_array_equal(totals[node], m.dense(wanted))
            np.testing.assert_array_equal(np.signbit(totals[node]), np.signbit(m.dense(wanted)))


@every("case", CASES, by=lambda case: case.name)
def test_the_edges_of_every_array_gate_add_up(case: Case) -> None:
    report = gradient(case.program, case.values, upstream=1.5)
    assert_edges_add_up(report.circuit)
    if len(case.inputs) == 1 and case.gate.differentiable:  # and where its input has another use
        name = case.names[0]
        assert_edges_add_up(gradient(f"sum({case.program})*sum({name}*{name})", case.values).circuit)


@several("record", STORED, called=lambda record: record["name"])
def test_the_edges_of_a_program_add_up(record: dict[str, Any]) -> None:
    values = {name: np.asarray(value, dtype=float)[()] for name, value in record["bindings"].items()}
    assert_edges_add_up(gradient(record["program"], values, upstream=record.get("upstream")).circuit)


def test_both_uses_by_one_product_have_an_edge() -> None:
    report = gradient("sum(A@A)", A=[[1, 2], [3, 4]])
    to_left, to_right = report["n1"].edges
    np.testing.assert_array_equal(to_left.downstream, np.ones((2, 2)) @ np.array([[1, 3], [2, 4]]))
    np.testing.assert_array_equal(to_right.downstream, np.array([[1, 3], [2, 4]]) @ np.ones((2, 2)))
    assert (to_left.local, to_right.local) == (None, None)  # the entries mix


def test_a_use_that_was_copied_gets_the_sum_over_the_copies() -> None:
    report = gradient("sum(X*s)", X=[[1, 2], [3, 4]], s=0.5)
    to_X, to_s = report["n1"].edges
    assert (to_X.local, to_s.downstream) == (0.5, 10.0)  # one number for all entries
    np.testing.assert_array_equal(to_s.local, [[1, 2], [3, 4]])
