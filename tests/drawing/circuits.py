"""Circuits to draw: the lectures' own, and random ones that share much, with the numbers that they are drawn with."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

from bpcalc.drawing.draw import Wish, drawn
from bpcalc.drawing.picture import Picture
from bpcalc.errors import Source
from bpcalc.reading.bindings import Values
from bpcalc.reports.options import Options

LECTURES = {
    "product": ("(x+y)*z", {"x": -2.0, "y": 5.0, "z": -4.0}),
    "neuron": ("1/(1+exp(-(w0*x0+w1*x1+w2)))", {"w0": 2.0, "x0": -1.0, "w1": -3.0, "x1": -2.0, "w2": -3.0}),
    "packed": ("s = w0*x0+w1*x1+w2; sigmoid(s)", {"w0": 2.0, "x0": -1.0, "w1": -3.0, "x1": -2.0, "w2": -3.0}),
    "gates": ("2*(x*y + max(z, w))", {"x": 3.0, "y": -4.0, "z": 2.0, "w": -1.0}),
    "copies": ("q = x+y; q*x + max(q, z)", {"x": 1.0, "y": 2.0, "z": 3.0}),
    "twice": ("x*x", {"x": 3.0}),
    "where": ("where(x > y, x*x, hypot(x, y)) - (x - y)/(y - x)", {"x": 1.0, "y": 2.0}),
    "alone": ("x", {"x": 3.0}),
}


def random_program(seed: int, statements: int) -> tuple[str, dict[str, float]]:
    """A program whose statements use any of the last few names, some of them often."""
    drawn_ = random.Random(seed)
    names = [f"x{place}" for place in range(drawn_.randint(1, 6))]
    values = {name: drawn_.randint(-40, 40) / 8 for name in names}
    lines = []
    for place in range(statements):
        a, b = (drawn_.choice(names[-8:]) for _ in range(2))
        form = drawn_.choice(["{a} + {b}", "{a}*{b}", "{a} - {b}", "max({a}, {b})", "sin({a})", "{a}*2", "tanh({a})",
                              "where({a} > {b}, {a}, {b})", "hypot({a}, {b})", "-{a}"])  # fmt: skip
        lines.append(f"v{place} = {form.format(a=a, b=b)}")
        names.append(f"v{place}")
    return "; ".join([*lines, " + ".join(names[-3:])]), values


def pictured(text: str, values: Mapping[str, Any], **wish: Any) -> Picture:
    """The picture of a program at these values; without any, its structure."""
    bound = Values()
    bound.update(values)
    return drawn(Source(text), bound, Options(), Wish(**wish)).picture(3)
