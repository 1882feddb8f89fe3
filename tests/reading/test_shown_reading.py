"""`--show-reading`: what is printed, read again with the same values, is the same graph, and so the same text."""

from __future__ import annotations

import shlex
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from commandline import call

from bpcalc.calculations.understood import understood
from bpcalc.errors import BpcalcError, Source
from bpcalc.gate import CONSTANT
from bpcalc.reading.parser import parse
from bpcalc.reading.program import Program

TESTS = Path(__file__).parents[1]
MATRIX, VECTOR = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([1.0, -2.0])
VALUES: dict[str, Any] = {
    "x": 0.5, "y": -2.0, "z": 3.0, "a": 1.5, "b": 0.25, "n": 3.0, "A": MATRIX, "B": MATRIX.T, "v": VECTOR,
    "u": VECTOR + 1, "w0": 2.0, "w_0": 1.0, "x_0": -1.0, "w1": 4.0,
}  # fmt: skip
PROGRAMS = (
    "2xy + w_{0}x_{0}", "xy/z", "A^T@v", "A'@v + Aᵀ@v", "v^T@A@v", "[1 2; x 4]@v", "log(x, 2) + log(x, y)",
    "{x + y}/2", "0 < x <= y < z", "x > 0 and not y or z", "x ? y : z ? 1 : 2", "|x - 1| + ||x| - 1|",
    "‖v‖_1*‖v‖_∞ + ||v||^2", "f(s) = s^2; f(x) + f(y)", "f(s, t) = s > t ? |s| : t; f(f(x, y), z)",
    "h(a, b) = grad(a*b, a); h(x, x)", "L = sum(v^2); L + 0.1*sum(grad(L, v)^2)", "A⁻¹@v", "S = A⁻¹; x⁻¹*S",
    "q = x + y; q", "q = x*y; f = q + q", "x; y; z", "s = 3.5; s*x", "c = [1, 2]; c@v", "pi*x + e^x", "pi = 3; pi*x",
    "1e-300*x + 0.1000000000000000055*y", "-2^x - (-2)*y", "x - (y - z)", "x/(y*z)", "(x*y)*z + x*(y*z)",
    "-(x*y) + (-x)*y", "x^y^z", "(x^y)^z", "(x < y) < z", "(x < y)*z", "inf*x", "sum(A, axis=0)@v",
    "sum(A, axis=1, keepdims=True)", "norm(A, axis=[0, 1])", "v[0] + A[1, -1]", "A[:, 1:]@v[1:]", "A[::-1, 0]@v",
    "stack(v, u, axis=1)", "reshape(A, 4)", "ones(n)@zeros(n) + x", "eye(2)@v", "linspace(0, 1, 2)@v",
    "mse_loss(u, v, reduction=sum)", "softmax_loss(A, [0, 1])", "var(v)", "concat(v, u)",
    "leaky_relu(x) + leaky_relu(y, 0.2) + elu(z)", "clip(x, 0, 1)", "max(x, y, z) + max(v)", "A@(B@v) + (A@B)@v",
    "A*(v@u)", "outer(u, v)*A + A@B*2", "A.T.T", "trace(A) + det(A)", "√x²", "σ(x)·y", "w₀x", "x − y × z ÷ a", "-v@u",
    "x == y != z", "where(x > 0, 1, 2)", "where(A > 0, A, 0)", "stop_gradient(x)*y", "x_0w_0", "not (x < y) < z",
)  # fmt: skip


def structure(program: Program) -> list[object]:
    """The graph below the output, with the names of leaves, whatever the nodes' numbers are."""
    graph, kept = program.graph, program.graph.ancestors(program.output)
    number: dict[int, int] = {}
    found: list[object] = []
    stack = [(program.output, False)]
    while stack:  # depth first, so that the order hangs on the structure alone
        node, is_done = stack.pop()
        if node in number:
            continue
        if not is_done and graph.inputs[node]:
            stack.append((node, True))
            stack += [(source, False) for source in reversed(graph.inputs[node])]
            continue
        number[node] = len(number)
        inputs = tuple(number[source] for source in graph.inputs[node])
        payload = repr(graph.leaves.get(node))
        options = sorted((key, repr(one)) for key, one in graph.gates[node].options.items())
        found.append((graph.gates[node].name, options, inputs, payload))
    assert len(found) <= sum(kept)
    return found


def shown(text: str, values: Mapping[str, Any]) -> str:
    return understood(Source(text), values).text


@pytest.mark.parametrize("program", PROGRAMS)
def test_what_is_shown_is_a_fixed_point(program: str) -> None:
    text = shown(program, VALUES)
    assert shown(text, VALUES) == text
    if "grad" not in program and "⁻¹" not in program:
        one, other = (parse(Source(each), VALUES) for each in (program, text))
        assert structure(one) == structure(other)
        inner = {name for name, node in one.names.items() if other.graph.gates[other.output] is not CONSTANT}
        assert {name for name in other.names if name not in VALUES} <= inner


def corpus() -> Iterator[str]:
    """The programs of the tests' commands."""
    for path in sorted(TESTS.rglob("*.toml")):
        data = tomllib.loads(path.read_text("utf-8"))
        for one in (data, *(each for entry in data.values() if isinstance(entry, list) for each in entry)):
            words = one.get("args") or one.get("command") if isinstance(one, dict) else None
            if isinstance(words, list) and len(words) > 1 and all(isinstance(word, str) for word in words):
                yield words[1]


def test_what_is_shown_of_every_program_of_the_tests_is_a_fixed_point() -> None:
    count = 0
    for program in dict.fromkeys(corpus()):
        try:
            text = shown(program, VALUES)
        except BpcalcError:
            continue
        count += 1
        assert shown(text, VALUES) == text, program
    assert count > 80


def test_what_would_be_endless_has_names_for_its_parts() -> None:
    program = "f(a) = a*sin(a) + a; " + "f(" * 40 + "x" + ")" * 40
    text = shown(program, {"x": 1.0})
    assert len(text) < 5000
    assert shown(text, {"x": 1.0}) == text
    assert structure(parse(Source(text), {"x": 1.0})) == structure(parse(Source(program), {"x": 1.0}))


@pytest.mark.parametrize(
    ("command", "out"),
    [
        ("grad 2xy x=1 y=2", "2*x*y"),
        ("grad 'q = xy; loss = |q|' x=1 y=2", "q = x*y; loss = abs(q)"),
        ("grad 'q = x·y; 2q' x=1 y=2 --of q", "q = x*y"),
        ("diff 'w^T@x + b' w:n x:n b:", "w.T@x + b"),
        ("diff '0 < x < 1 ? x² : 1'", "where((0 < x)*(x < 1), x^2, 1)"),
        ("jvp 'x²y' x=1 y=2 --tangent x=1", "x^2*y"),
        ("jacobian '[xy, x÷y]' x=1 y=2", "[x*y, x/y]"),
        ("hessian 'x > 0 ? x^3 : -x' x=1", "where(x > 0, x^3, -x)"),
        ("check '|x|' x=2", "abs(x)"),
        ("graph 'σ(x)'", "sigmoid(x)"),
        ("code '‖x‖' x:3", "norm(x)"),
    ],
)
def test_every_command_shows_how_it_reads(command: str, out: str) -> None:
    words = [*shlex.split(command), "--show-reading"]
    if "x²y" in command or "xy" in command:
        found = call(words)
        assert (found.status, found.out, call([*words, "-q"]).err) == (0, f"{out}\n", "")
        assert found.err.startswith("note: xy is read as the product x*y") == ("xy" in command)
    else:
        assert call(words) == (0, f"{out}\n", "")


def test_what_has_two_readings_is_refused() -> None:
    matrix = "A=[[1,2],[3,4]]"
    for words in (["grad", "|A|", matrix], ["diff", "1/2x"], ["grad", "A^-1@v", matrix, "v=[1,2]"]):
        found = call([*words, "--show-reading"])
        assert (found.status, found.out) == (2, "")
        assert "two ways" in found.err
