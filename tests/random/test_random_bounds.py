"""Random programs over random boxes: every point's value and gradient lies in the bounds, split or not."""

from __future__ import annotations

import itertools
import random
from typing import Any

import mpmath
from enclosures import holds
from fitting import fitting, slope
from hypothesis import given, settings
from hypothesis import strategies as st
from mpmath import mpf
from programs import Program, UnfitError, decimal

from bpcalc import gradient

ONES = itertools.repeat(mpf(1))
SIZES = st.sampled_from(("0", "1e-9", "0.001", "0.05", "0.4"))


def inside(box: dict[str, tuple[str, str]], draw: random.Random) -> dict[str, Any]:
    """A point of the box, whose ends are decimals."""
    with mpmath.workdps(300):
        ends = {name: (mpf(lo), mpf(hi)) for name, (lo, hi) in box.items()}
        return {name: lo + (hi - lo) * mpf(draw.random()) for name, (lo, hi) in ends.items()}


@settings(max_examples=60, deadline=None)
@given(fitting(), SIZES, st.integers(1, 4))
def test_every_point_of_the_box_lies_in_the_bounds(
    drawn: tuple[Program, dict[str, Any]], size: str, split: int
) -> None:
    program, point = drawn
    box = {name: (repr(float(x) - float(size)), repr(float(x) + float(size))) for name, x in point.items()}
    ranges = {name: f"[{lo}..{hi}]" for name, (lo, hi) in box.items()}
    report = gradient(program.text(), ranges, bounds=True, split=split if size != "0" else 1)
    m, draw = report.circuit.m, random.Random(0)
    for _ in range(3):
        moved = inside(box, draw)
        try:
            with mpmath.workdps(300):
                right = program.value(moved, ONES, decimal)
            slopes = {name: slope(program, moved, name) for name in report.gradient}
        except UnfitError:  # on a kink, or out of a domain
            continue
        assert holds(m.entries.raw(report.value), right)
        for name, local in report.gradient.items():
            # a difference at a kink's side has no error of its own but rounding
            assert near_or_in(m.entries.raw(local), slopes[name])


def near_or_in(raw: Any, right: Any) -> bool:
    return holds(raw, right) or any(holds(raw, right * (1 + way * mpf("1e-40"))) for way in (1, -1))
