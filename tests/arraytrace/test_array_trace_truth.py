"""Every equation in the trace of an array program is read again by the parser, and must give the numbers below it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from every import several

from bpcalc.algebra.arrays import ARRAYS
from bpcalc.calculations.gradient import calculate
from bpcalc.engine.forward import forward
from bpcalc.errors import Source
from bpcalc.gates import GATES
from bpcalc.reading.parser import parse
from bpcalc.reports.options import Options
from bpcalc.reports.report import Report
from bpcalc.telling.teller import tell

X = [[2.0, 1.0, -3.0], [-3.0, 4.0, 2.0]]
W = [[3.0, 2.0, 1.0, -1.0], [2.0, 1.0, 3.0, 2.0], [3.0, 2.0, 1.0, -2.0]]
U = [[2.0, 3.0, -3.0, 9.0], [-8.0, 1.0, 4.0, 6.0]]
SQUARE = [[2.0, 1.0], [0.5, 3.0]]
CUBE = np.arange(24.0).reshape(2, 3, 4) / 7 - 1.5

# program, values, upstream gradient
PROGRAMS: list[tuple[str, dict[str, Any], Any]] = [
    ("relu(x)", {"x": [1.0, -2.0, 3.0, -1.0]}, [4.0, -1.0, 5.0, 9.0]),
    ("X@W", {"X": X, "W": W}, U),
    ("Q = X@W; Z = Q + b", {"X": X, "W": W, "b": [1.0, 2.0, 3.0, 4.0]}, U),
    ("X*c + s", {"X": X, "c": [[0.3], [0.7]], "s": 0.1}, [[0.1, 0.2, 0.3], [0.4, 0.5, 0.6]]),
    ("softmax_loss(S, y)", {"S": [[-2.85, 0.86, 0.28]], "y": [2.0]}, None),
    ("svm_loss(S, y, reduction=mean)", {"S": [[3.2, 5.1, -1.7], [1.3, 4.9, 2.0]], "y": [0.0, 1.0]}, None),
    ("svm_loss(S, y, m)", {"S": [[3.2, 5.1, -1.7], [1.3, 4.9, 2.0]], "y": [0.0, 1.0], "m": 10.0}, None),
    (
        "h = relu(X@V + b); softmax_loss(h@U, y) + 0.1*(sum(V^2) + sum(U^2))",
        {"X": X, "V": [[0.3, 0.2], [0.2, 0.1], [-0.3, 0.2]], "b": [0.0, 0.1], "U": [[0.3, 0.2, 0.1], [0.2, 0.1, -0.5]],
         "y": [0.0, 2.0]}, None,
    ),
    ("sum(softmax(X)*[1, 2, 4])", {"X": X}, None),
    ("sum(log_softmax(X, axis=0)[0])", {"X": X}, None),
    ("norm(A@x - b)^2", {"A": X, "x": [0.3, -0.7, 0.1], "b": [0.2, 0.9]}, None),
    ("logdet(A) + trace(inv(A)) + det(A)", {"A": SQUARE}, None),
    ("sum(solve(A, b)^2)", {"A": SQUARE, "b": [0.3, -0.7]}, None),
    ("sum(max(X, axis=1)*w)", {"X": X, "w": [0.3, 0.7]}, None),
    ("sum(min(X, axis=0, keepdims=1)*X)", {"X": X}, None),
    ("mean(var(X, axis=0)) + std(X)", {"X": X}, None),
    ("m = mean(X, axis=1, keepdims=1); v = mean((X - m)^2, axis=1, keepdims=1); sum(((X - m)/sqrt(v + 1e-5))^3)",
     {"X": X}, None),
    ("sum((100*(x[1:] - x[:-1]^2)^2 + (1 - x[:-1])^2))", {"x": [0.3, -0.7, 1.3, 0.9]}, None),
    ("sum(where(abs(x) < 1, 0.5*x^2, abs(x) - 0.5))", {"x": [0.3, -2.7, 1.3]}, None),
    ("where(s > 0, sum(log(x)), s)", {"s": -1.0, "x": [0.0, 1.0, 2.0]}, None),
    ("sum(where(x > 0, log(x), 0)*w)", {"x": [0.3, -2.7, 0.0], "w": [0.2, 0.7, 0.9]}, None),
    ("concat(x, y)@[1, 2, 3, 4, 5]", {"x": [0.3, -2.7], "y": [1.1, 2.2, 3.3]}, None),
    ("sum(stack(x, y*x)@y)", {"x": [0.3, -2.7], "y": [1.1, 2.2]}, None),
    ("[a*b, b, a]@[1, b, 3] + a", {"a": 0.3, "b": 0.7}, None),
    ("sum(tanh(T@M) + sigmoid(T@M))", {"T": CUBE, "M": np.arange(8.0).reshape(4, 2) / 9}, None),
    ("sum((q@k.T)*sin(q@k.T))", {"q": X, "k": [[0.3, 0.1, 0.7]]}, None),
    ("x@A@x", {"x": [0.3, -2.7], "A": SQUARE}, None),
    ("sum(prod(X, axis=1)) + sum(cumsum(X)^2) + logsumexp(X)", {"X": X}, None),
    ("mse_loss(sigmoid(X@w), t) + bce_loss(sigmoid(X@w), t)", {"X": X, "w": [0.3, 0.1, 0.7], "t": [0.0, 1.0]}, None),
    ("sum(outer(x, x)) + sum(diag(x)@x) + sum(reshape(transpose(A), 4)^3)", {"x": [0.3, -2.7], "A": SQUARE}, None),
    ("sum(max(x, y, 0)) + sum(clip(x, -1, 1)) + sum(elu(x))", {"x": [0.3, -2.7], "y": [0.3, 1.7]}, None),
    ("sum(exp(x)/y - atan2(x, y) + asinh(x)) + sum(stop_gradient(x)*x)", {"x": [0.3, -2.7], "y": [0.3, 1.7]}, None),
    ("pick(S, y)@pick(S, y)", {"S": X, "y": [1.0, 2.0]}, None),
]  # fmt: skip


def report_of(program: str, values: dict[str, Any], upstream: Any, **options: Any) -> Report:
    arrays = {name: np.asarray(value, dtype=float)[()] for name, value in values.items()}
    seed = None if upstream is None else np.asarray(upstream, dtype=float)
    return calculate(Source(program), arrays, Options(upstream=seed, trace=True, **options))


def evaluated(text: str, known: dict[str, Any]) -> Any:
    """What the parser makes of a right side; gradients appear in it by names that are none of the language."""
    bound = {}
    for place, name in enumerate(sorted(known, key=len, reverse=True)):
        if "∂" in name:
            text = text.replace(name, f"gradient_{place}")
            bound[f"gradient_{place}"] = known[name]
        else:
            bound[name] = known[name]
    program = parse(Source(text), bound)
    with ARRAYS.quiet():
        return forward(ARRAYS, program.graph, bound, [program.output])[program.output]


def numbers(rows: tuple[str, ...]) -> list[float]:
    return [float(word) for row in rows for word in row.strip().strip("[]").split()]


def exact(gate: str, shapes: str) -> bool:
    """Bit for bit, but for what is written as the lectures do, and for sums of rounded numbers."""
    return bool(shapes) and (gate not in GATES or not GATES[gate].lesson)


def assert_same(found: Any, wanted: Any, about: float, line: str) -> None:
    assert np.shape(found) == np.shape(wanted), line
    if about:
        np.testing.assert_allclose(found, wanted, rtol=about, err_msg=line)
    else:
        np.testing.assert_array_equal(found, wanted, err_msg=line)


STORED = json.loads((Path(__file__).parents[1] / "arrays" / "programs.json").read_text(encoding="utf-8"))
PROGRAMS += [(record["program"], record["bindings"], record.get("upstream")) for record in STORED]


@several("case", PROGRAMS, called=lambda case: case[0])
def test_each_equation_of_the_backward_pass_gives_the_gradient_below_it(case: tuple[str, dict[str, Any], Any]) -> None:
    report = report_of(*case)
    known: dict[str, Any] = {row.name: row.value for row in report.nodes}
    checked = 0
    for step in tell(report, 6):
        if step.phase != "backward":
            continue
        if step.gate == "seed":
            known[f"∂{report.of}/∂{step.node}"] = next(iter(step.downstream.values()))
        for equation, shapes, rows, _ in step.lines:
            left, equals, right = equation.partition(" = ")
            if not equals or step.gate == "seed":
                continue
            if left.startswith("part"):
                known[left] = evaluated(right, known)
                continue
            label = left.partition(" via ")[0].partition("/∂")[2]
            formula = right.partition(" = ")[0]
            wanted = np.asarray(step.downstream[label])
            found = evaluated(formula, known)
            if "input" not in left:
                assert_same(found, wanted, 0.0 if exact(step.gate, shapes) else 1e-9 if shapes else 1e-5, equation)
            if rows and rows[0].startswith("["):
                assert numbers(rows) == [float(f"{number:z.6g}") for number in np.ravel(wanted)] or "input" in left
            if shapes:
                assert shapes.rpartition("-> ")[2].replace(",", " ").split() == shape_words(np.shape(found)), shapes
            known[left] = found if "input" in left else wanted
            checked += 1
        for name, number in step.downstream.items():
            if step.gate == "copy" or report[name].gradient is step.downstream[name]:
                np.testing.assert_array_equal(number, report[name].gradient)
    assert checked >= 1
    for name, gradient in report.gradient.items():
        # an input that only a condition uses is told of nowhere: nothing flows to it
        assert_same(known.get(f"∂{report.of}/∂{name}", np.zeros(np.shape(gradient))), gradient, 1e-9, name)


def shape_words(shape: tuple[int, ...]) -> list[str]:
    return f"({' '.join(map(str, shape))}{' ' * (len(shape) == 1)})".split() if shape else ["number"]
