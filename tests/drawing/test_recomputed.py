"""What the page computes again: in JavaScript by node, held against the passes in Python, number by number."""

from __future__ import annotations

import json
import math
import random
import re
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from circuits import LECTURES, pictured, random_program
from commandline import call

from bpcalc.drawing.draw import Wish, drawn
from bpcalc.drawing.recomputed import recomputed
from bpcalc.errors import Source
from bpcalc.reading.bindings import Values
from bpcalc.reports.options import Options

NODE = shutil.which("node") or ""
needs_node = pytest.mark.skipif(not NODE, reason="node is not installed")
EDGES = {
    "routers": ("max(x, y)*min(y, z) + relu(x - z)*abs(y)", {"x": 1.0, "y": 2.0, "z": 3.0}),
    "blocked infinity": ("where(x > 0, y, log(x))*sqrt(z)", {"x": 1.0, "y": 2.0, "z": 3.0}),
    "powers": ("x^2 + y^3 + x^y + 2^z", {"x": 1.5, "y": 2.0, "z": 3.0}),
    "stopped": ("stop_gradient(x*y)*x + clip(z, x, y)", {"x": 1.0, "y": 2.0, "z": 3.0}),
    "names": ("const_ = α_1*let; function = const_ + t1; function*grad_t1",
              {"α_1": 1.0, "let": 2.0, "t1": 3.0, "grad_t1": 1.0}),
}  # fmt: skip
M, V, W = [[1.0, 2.0], [3.0, -1.0]], [1.0, 2.0, 0.5], [0.5, -1.0, 2.0]
BINS = {"x": [float(place) for place in range(23)], "y": [float(place) / 7 for place in range(23)]}
ARRAYS: dict[str, tuple[str, dict[str, Any]]] = {
    "sums": ("sum(x*y) + sum(x)", BINS),
    "layer": ("h = relu(X@U + b); sum((h - 1)^2)", {"X": M, "U": [[1.0, -2.0], [0.5, 1.0]], "b": [0.1, 0.2]}),
    "vectors": ("x@A@y + outer(x, y)[1, 0] + trace(A)", {"x": [1.0, 2.0], "y": [3.0, 4.0], "A": M}),
    "softmax": ("p = softmax(s); -log(p[1]) + logsumexp(s)*w", {"s": V, "w": 2.0}),
    "labels": ("softmax_loss(S, y) + svm_loss(S, y)", {"S": [V, W], "y": [0, 2]}),
    "losses": ("2*mse_loss(p, t) + mean(abs(p - t))", {"p": V, "t": W}),
    "normalised": ("sum(((x - mean(x))/std(x))*u) + var(x)", {"x": V, "u": W}),
    "lengths": ("norm(x) + norm(X, axis=1)@[1, 2]", {"x": V, "X": M}),
    "the largest": ("max(x) + sum(max(X, axis=0)) + min(X)", {"x": V, "X": M}),
    "products": ("prod(x) + sum(cumsum(x)*y) + sum(prod(X, axis=1))", {"x": V, "y": W, "X": M}),
    "elsewhere": ("c = concat([x, y]); sum(reshape(c, [2, 3])@[1, 2, 3]) + c[1]*c[-1] + sum(c[1:4]*X.T[0, 1])",
                  {"x": V, "y": W, "X": M}),
    "copied": ("sum(X*r + k) + sum(c*X)", {"X": M, "r": [[2.0], [3.0]], "k": 1.5, "c": [1.0, -1.0]}),
    "blocked": ("sum(where(x > 0, y, log(x))*sqrt(relu(y)))", {"x": V, "y": W}),
    "blocked by a maximum": ("sum(sqrt(max(x)*y))", {"x": V, "y": W}),
    "of parts": ("[a, b*a, 2]@x + stack([x, x])[1, 0]", {"a": 2.0, "b": 3.0, "x": V}),
    "diagonals": ("sum(diag(x)@diag(y)) + sum(diag(X))", {"x": V, "y": W, "X": M}),
    "clipped": ("sum(clip(x, -1, 1)*leaky_relu(y) + max(x, y, 0))", {"x": V, "y": W}),
    "pulled": ("w = x*2; sum(w*grad(sum(w^3), w))", {"x": V}),
}  # fmt: skip
CIRCUITS: dict[str, tuple[str, dict[str, Any]]] = LECTURES | EDGES | ARRAYS | {
    f"random {seed}": random_program(seed, 10) for seed in range(6)
}
# without Math.exp and the like, and without products of matrices, which a library adds up in an order of its own
EXACT = {"sums", "copied", "product", "gates", "copies", "twice", "alone", "routers", "stopped"}
SOME = (0.0, -0.5, 1.0, 2.0, 3.0, -4.25, 1e-3, 7.0)


def flat(value: Any) -> Any:
    """A number, or the entries of an array row by row."""
    return value if value is None or np.ndim(value) == 0 else [*np.ravel(value)]


def at_points(name: str, seed: int) -> tuple[list[list[float]], list[dict[str, Any]], str]:
    """Points, what Python finds at each, and the function of the page, which was made at another one."""
    text, values = CIRCUITS[name]
    bound = Values()
    bound.update(values)
    drawing = drawn(Source(text), bound, Options(), Wish(stepped=True))
    picture = drawing.picture(3)
    assert drawing.report is not None
    found = recomputed(picture, drawing.report)
    assert found.reason == ""
    source = random.Random(seed)
    points, expected = [], []
    for _ in range(12):
        entries = [[source.choice(SOME) for _ in one.texts] for one in found.inputs]
        point = {one.name: np.reshape(row, one.shape) if one.shape else row[0]
                 for one, row in zip(found.inputs, entries, strict=True)}  # fmt: skip
        bound.update(point)
        report = drawn(Source(text), bound, Options(), Wish(stepped=True)).report
        assert report is not None
        circuit = report.circuit
        gradients = [circuit.gradient(box.node) if box.gradient else None for box in picture.boxes]
        edges = [circuit.edges(picture.boxes[wire.target].node)[wire.input] for wire in picture.wires]
        zeros = [np.zeros(np.shape(circuit.values[edge.source])) for edge in edges]
        expected.append({
            "values": [flat(circuit.values[box.node]) for box in picture.boxes],
            "gradients": [flat(one) for one in gradients],
            "local": [flat(edge.local) if edge.carries else None for edge in edges],
            "downstream": [flat(zero if edge.downstream is None else edge.downstream) if edge.carries else None
                           for edge, zero in zip(edges, zeros, strict=True)],
        })  # fmt: skip
        points.append([number for row in entries for number in row])
    return points, expected, found.function


def in_node(script: str) -> Any:
    ran = subprocess.run([NODE, "-e", script], capture_output=True, text=True, check=True, timeout=60)
    return json.loads(ran.stdout)


TEXTS = "(_, x) => (typeof x === 'number' ? (Object.is(x, -0) ? '0' : String(x)) : x)"  # NaN is no JSON


@needs_node
@pytest.mark.parametrize("name", CIRCUITS)
def test_the_page_computes_what_the_passes_do(name: str) -> None:
    points, expected, function = at_points(name, 1)
    computed = f"{json.dumps(points)}.map((at) => compute(...at))"
    found = in_node(f"{function}\nconsole.log(JSON.stringify({computed}, {TEXTS}))")
    told = sum(mine is not None for one in found for mine in one["local"])
    assert told >= sum(number is not None for other in expected for number in other["local"]) / 2
    for point, one, other in zip(points, found, expected, strict=True):
        for part, numbers in other.items():
            for mine, number in zip(one[part], numbers, strict=True):
                where = (name, point, part, mine, number)
                if number is None:  # a local gradient where nothing flows may be told or not
                    assert mine is None or part == "local", where
                    continue
                assert mine is not None or part == "local" or name == "labels", where
                if mine is None:
                    continue
                assert isinstance(mine, list) == isinstance(number, list), where
                both = zip(mine, number, strict=True) if isinstance(mine, list) else [(mine, number)]
                assert all(is_same(name, *one) for one in both), where


def is_same(name: str, mine: str, number: float) -> bool:
    got = float(mine.replace("Infinity", "inf"))
    close = name not in EXACT and math.isclose(got, number, rel_tol=1e-9, abs_tol=1e-11)
    return got == number or (math.isnan(got) and math.isnan(number)) or close


@needs_node
@pytest.mark.parametrize("digits", [3, 6, 1, None])
def test_numbers_look_as_they_do_elsewhere(digits: int | None) -> None:
    script = (Path(__file__).parents[2] / "bpcalc" / "drawing" / "page.js").read_text("utf-8")
    functions = re.findall(r"^function (?:shown|rounded).*?^}", script, re.M | re.S)
    assert len(functions) == 2
    source = random.Random(3)
    numbers = [0.0, 1.0, -1.0, 0.1, 999.5, 1000.0, 12345.678, 1e-4, 9.9999e-5, 1e15, 1e16, 1e17, 123456789012345680.0,
               1e22, 5e-324, 1.7976931348623157e308, 0.5, 2.5, 100.0, 1e100, 1.125, -1.375, 0.0625, 1125.0,
               1e23]  # fmt: skip
    numbers += [source.uniform(-9, 9) * 10.0 ** source.randint(-12, 20) for _ in range(300)]
    found = in_node(
        f"const DATA = {{digits: {json.dumps(digits)}}};\n{' '.join(functions)}\n"
        f"console.log(JSON.stringify({json.dumps(numbers)}.map(shown)))"
    )
    # C's %g; all digits as Python writes them, without a point behind whole numbers
    expected = [repr(one).removesuffix(".0") if digits is None else f"{one:.{digits}g}" for one in numbers]
    assert found == expected


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["sum(x*2)", "x=zeros(65)"], "the page computes entry by entry: x has 65 entries, and 64 are the most"),
        (["sum(inv(A))", "A=[[1,2],[3,5]]"], "the page computes entry by entry: inv is not put in terms of entries"),
        (["det(A)", "A=[[1,2],[3,5]]"], "the page computes entry by entry: det is not put in terms of entries"),
    ],
)
def test_why_inputs_cannot_be_edited_is_told(words: list[str], reason: str, tmp_path: Path) -> None:
    assert call(["graph", *words, "--save", "a.html"], folder=tmp_path)[0] == 0
    text = (tmp_path / "a.html").read_text("utf-8")
    assert f"The inputs cannot be edited here: {reason}." in text
    assert '"inputs": []' in text


def test_of_every_gate_the_page_computes_or_tells_why_not(tmp_path: Path) -> None:
    listed = json.loads(call(["gates", "-o", "json"]).out)
    reasons = {}
    for gate in listed:
        words = shlex.split(gate["example"] or "")[2:]
        if not words:
            continue
        found = call(["graph", *words, "--save", "a.html", "-q"], folder=tmp_path)
        assert (found.status, found.err) == (0, ""), (gate["name"], found.err)
        text = (tmp_path / "a.html").read_text("utf-8")
        reasons[gate["name"]] = re.findall("The inputs cannot be edited here: ([^<]*)", text)
    told = {name for name, reason in reasons.items() if reason}
    assert told < {*reasons}
    why = ("is not put in terms of entries", "the page computes with JavaScript, which has no")
    assert all(any(one in reasons[name][0] for one in why) for name in told)
    assert not told & {"matmul", "sum", "softmax", "softmax_loss", "max", "norm", "index", "tanh", "std", "cumsum"}


def test_inputs_of_gates_that_javascript_lacks_can_be_edited(tmp_path: Path) -> None:
    assert call(["graph", "gamma(x)", "x=2.5", "--save", "a.html"], folder=tmp_path)[0] == 0
    text = (tmp_path / "a.html").read_text("utf-8")
    assert "The inputs cannot be edited here" not in text
    assert '"inputs": []' not in text


def test_a_picture_has_a_place_for_each_wire_of_the_function() -> None:
    picture = pictured(*LECTURES["copies"])
    *_, function = at_points("copies", 2)
    lists = re.findall(r"\[([^\]]*)\]", function.split("return")[-1])
    assert [len(one.split(", ")) for one in lists] == [len(picture.boxes)] * 2 + [len(picture.wires)] * 2
