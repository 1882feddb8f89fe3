"""The drawing of a path: contours lie where the output has their value; the rest is as in the report."""

from __future__ import annotations

import math
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest
from commandline import call

from bpcalc.drawing.contours import contour
from bpcalc.reports.descent import Surface

SIDE = [k / 20 for k in range(-40, 41)]


def surface(function: object) -> Surface:
    return Surface(("x", "y"), SIDE, SIDE, [[function(x, y) for x in SIDE] for y in SIDE])  # type: ignore[operator]


@pytest.mark.parametrize("radius", [0.3, 1.0, 1.73])
def test_the_contours_of_a_bowl_are_circles(radius: float) -> None:
    (line,) = contour(surface(lambda x, y: x * x + y * y), radius**2)
    assert line[0] == line[-1]
    assert all(math.hypot(x, y) == pytest.approx(radius, abs=2e-3) for x, y in line)
    length = sum(math.dist(a, b) for a, b in pairwise(line))
    assert length == pytest.approx(2 * math.pi * radius, rel=1e-2)


def test_the_contours_of_a_saddle_are_four_branches_or_two() -> None:
    lines = contour(surface(lambda x, y: x * y), 0.5)
    assert len(lines) == 2
    assert all(x * y == pytest.approx(0.5, abs=2e-3) for line in lines for x, y in line)
    assert all(line[0] != line[-1] for line in lines)


def test_what_is_no_number_is_left_out() -> None:
    lines = contour(surface(lambda x, y: math.sqrt(x) + y if x >= 0 else math.nan), 1.0)
    assert all(x >= 0 and math.sqrt(x) + y == pytest.approx(1.0, abs=0.06) for line in lines for x, y in line)
    assert contour(surface(lambda x, y: math.nan), 1.0) == []


@pytest.mark.parametrize(
    ("words", "contours", "paths"),
    [
        (["x^2 + y^2", "x=1", "y=2"], True, 1),
        (["sum(w*w)", "w=[1,2]", "--method", "gradient,adam"], True, 2),
        (["x^2*z + y^2", "x=1", "y=2", "z=3", "--wrt", "x,z"], True, 1),
        (["x^2 + y^2 + z^2", "x=1", "y=2", "z=3"], False, 1),
        (["(x - 3)^2", "x=0"], False, 1),
        (["x^4 + y^2", "x=1", "y=1", "--rate", "0.9"], True, 1),  # diverges
        (["log(x) + y", "x=0.1", "y=1"], True, 1),  # meets NaN
        (["x^2 + y^2", "x=0", "y=0"], True, 0),
    ],
)
def test_a_picture_is_whole(tmp_path: Path, words: list[str], contours: bool, paths: int) -> None:
    result = call(["descend", *words, "--save", "path.svg"], folder=tmp_path)
    assert result.status in (0, 1)
    text = (tmp_path / "path.svg").read_text("utf-8")
    root = ElementTree.fromstring(text)
    assert root.tag.endswith("svg")
    assert ('class="wire contour"' in text) == contours
    assert text.count("<polyline") >= paths
    assert "nan" not in text.replace("ended by NaN", "").lower().replace("finance", "")
