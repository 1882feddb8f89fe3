"""Several inputs that are single numbers have one Jacobian; the data keep one for each name."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from commandline import call

import bpcalc

POLAR = ["jacobian", "[r*cos(t), r*sin(t)]", "r=2", "t=1"]
RIGHT = np.array([[math.cos(1), math.sin(1)], [-2 * math.sin(1), 2 * math.cos(1)]])


@pytest.mark.parametrize(("layout", "right"), [("denominator", RIGHT), ("numerator", RIGHT.T)])
def test_the_matrix_of_polar_coordinates(layout: str, right: np.ndarray) -> None:
    report = bpcalc.jacobian("[r*cos(t), r*sin(t)]", r=2.0, t=1.0, layout=layout)
    assert report.joint is not None
    assert report.joint.matrix == pytest.approx(right)
    found = json.loads(call([*POLAR, "--layout", layout, "-o", "json"]).out)
    assert np.array(found["matrix"]["entries"]) == pytest.approx(right)
    sides = [["r", "t"], ["f[0]", "f[1]"]]
    assert [found["matrix"]["rows"], found["matrix"]["columns"]] == (sides if layout == "denominator" else sides[::-1])
    assert found["jacobian"] == {"r": pytest.approx(RIGHT[0]), "t": pytest.approx(RIGHT[1])}
    lines = call([*POLAR, "--layout", layout]).out.splitlines()[-4:]
    assert lines[0] == "∂f/∂(r, t)  2 x 2"
    assert [line.split()[0] for line in lines[2:]] == (["r", "t"] if layout == "denominator" else ["f[0]", "f[1]"])


def test_where_there_is_no_such_matrix() -> None:
    for words in (["x*y", "x=1", "y=2"], ["[x, 2]", "x=1"], ["x*v", "x=1", "v=[1,2]"]):
        assert "matrix" not in json.loads(call(["jacobian", *words, "-o", "json"]).out)


def test_many_inputs_and_an_output_with_two_axes() -> None:
    names = [f"x{n}" for n in range(9)]
    out = call(["jacobian", f"[[{', '.join(names)}], [{', '.join(f'{n}*{one}' for n, one in enumerate(names))}]]",
                *(f"{name}=1" for name in names)]).out  # fmt: skip
    assert "∂f/∂(x0, …, x8)  9 x 18" in out
