"""What the page computes again: in JavaScript by node, held against the passes in Python, number by number."""

from __future__ import annotations

import json
import math
import random
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

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
CIRCUITS = LECTURES | EDGES | {f"random {seed}": random_program(seed, 10) for seed in range(6)}
EXACT = {"product", "gates", "copies", "twice", "alone", "routers", "stopped"}  # without Math.exp and the like
SOME = (0.0, -0.5, 1.0, 2.0, 3.0, -4.25, 1e-3, 7.0)


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
        point = {one: source.choice(SOME) for _, one, _ in found.inputs}
        bound.update(point)
        report = drawn(Source(text), bound, Options(), Wish(stepped=True)).report
        assert report is not None
        circuit = report.circuit
        gradients = [circuit.gradient(box.node) if box.gradient else None for box in picture.boxes]
        edges = [circuit.edges(picture.boxes[wire.target].node)[wire.input] for wire in picture.wires]
        expected.append({
            "values": [circuit.values[box.node] for box in picture.boxes], "gradients": gradients,
            "local": [edge.local if edge.carries else None for edge in edges],
            "downstream": [(0.0 if edge.downstream is None else edge.downstream) if edge.carries else None
                           for edge in edges],
        })  # fmt: skip
        points.append([*point.values()])
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
                assert mine is not None or part == "local", where
                if mine is None:
                    continue
                got = float(mine.replace("Infinity", "inf"))
                close = name not in EXACT and math.isclose(got, number, rel_tol=1e-9, abs_tol=1e-11)
                assert got == number or (math.isnan(got) and math.isnan(number)) or close, where


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


def test_why_inputs_cannot_be_edited_is_told(tmp_path: Path) -> None:
    reason = "the page computes with single numbers, and there are arrays here"
    assert call(["graph", "sum(x*2)", "x=[1,2]", "--save", "a.html"], folder=tmp_path)[0] == 0
    text = (tmp_path / "a.html").read_text("utf-8")
    assert f"The inputs cannot be edited here: {reason}." in text
    assert '"inputs": []' in text


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
