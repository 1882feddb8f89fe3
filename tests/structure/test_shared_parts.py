"""Texts of shared parts have an end, in every command and format: a program of 32 doublings has 2^32 leaves."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest
from commandline import call

from bpcalc.algebra.symbols import Symbols
from bpcalc.gates import GATES
from bpcalc.graph import Graph
from bpcalc.writing.latex import latex
from bpcalc.writing.unparse import CUT, unparse

SECONDS = 60  # each takes a fraction of one
LONGEST = 300_000  # characters: formulas of a table are cut at 2,000 each
REST = "; b(t)=a(a(a(a(t)))); c(t)=b(b(b(b(t)))); "
TWICE, HALVED = f"a(t)=t+t{REST}", f"a(t)=(t+t)/2{REST}"

# A program, its values, and the exit status of `grad`.
PROGRAMS = {
    "shapes that do not fit": (TWICE + "c(c(x)) + [1,2,3]", "x=[1,2]", 2),
    "a matrix product that does not fit": (TWICE + "c(c(x)) @ [1,2,3]", "x=[1,2]", 2),
    "an index": (TWICE + "c(c(x))[5]", "x=[1,2]", 2),
    "a kink": (HALVED + "max(x, c(c(2)))", "x=2", 0),
    "a number": (HALVED + "x*c(c(2))", "x=2", 0),
    "an array": (HALVED + "sum(x*c(c([1,2])))", "x=2", 0),
    "an infinity": (HALVED + "x*log(c(c(0)))", "x=2", 0),
    "a gradient at a kink": (HALVED + "grad(relu(c(c(x)) - 2), x)", "x=2", 0),
    "a gradient of no part": (HALVED + "grad(x, c(c(x)))", "x=2", 2),
    "a gradient of an array": (HALVED + "grad(c(c(x)), x)", "x=[1,2]", 2),
    "variables": (HALVED + "sum(c(c(x))*x)", "x=[1,2]", 0),
    "sines": (f"a(t)=sin(t)+t{REST}where(x > c(c(2)), c(c(x)), 1)", "x=2", 0),
}  # fmt: skip
COMMANDS = [
    ["grad"], ["grad", "--trace"], ["grad", "-o", "latex"], ["grad", "--symbolic", "-o", "json"],
    ["grad", "--trace", "-o", "json"], ["grad", "--expand", "all", "-o", "csv"], ["jvp", "--trace"],
    ["jvp", "-o", "json"], ["hessian"], ["hessian", "-o", "latex"], ["jacobian", "-o", "json"], ["diff"],
    ["diff", "-o", "latex"], ["diff", "-o", "unicode"], ["diff", "--order", "2", "-o", "json"],
]  # fmt: skip


@pytest.fixture
def _limited() -> Iterator[None]:
    def end(*_: Any) -> None:
        raise AssertionError(f"over {SECONDS} seconds")

    before = signal.signal(signal.SIGALRM, end)
    signal.alarm(SECONDS)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@pytest.mark.usefixtures("_limited")
@pytest.mark.parametrize(("name", "command"), [*product(PROGRAMS, COMMANDS)], ids=str)
def test_a_program_of_shared_parts_has_an_answer_with_an_end(name: str, command: list[str]) -> None:
    program, value, status = PROGRAMS[name]
    first, *options = command
    result = call([first, program, value, *options])
    assert result.status == status if first == "grad" else result.status in (0, 1, 2)
    assert len(result.out) < LONGEST
    assert all(len(line) < 1_000 for line in result.err.splitlines() if not line.startswith("  "))


@pytest.mark.usefixtures("_limited")
@pytest.mark.parametrize("notation", [unparse, latex])
def test_whoever_writes_a_node_comes_to_an_end(notation: Any) -> None:
    m = Symbols(Graph())
    t = m.symbol(m.graph.variable("x"))
    for _ in range(64):
        t = m.sin(t) + m.cos(t)
    text = notation(m.graph, t.node, {})
    assert text.endswith(CUT)
    assert len(text) < 1_000_000


def test_what_shares_nothing_is_written_whole_however_long_it_is() -> None:
    m = Symbols(Graph())
    t = m.symbol(m.graph.variable("x"))
    for _ in range(50_000):
        t = m.sin(t)
    assert unparse(m.graph, t.node, {}) == "sin(" * 50_000 + "x" + ")" * 50_000


@pytest.mark.usefixtures("_limited")
@pytest.mark.parametrize("name", ["multiply", "max"])
def test_truths_that_are_shared_are_known_to_be_truths(name: str) -> None:
    graph = Graph()
    node = graph.apply(GATES["greater"], (graph.variable("x"), graph.constant(1.0)))
    for _ in range(64):
        node = graph.apply(GATES[name], (node, node))
    from bpcalc.algebra.folding import is_truth

    assert is_truth(graph, node)
