"""A number as the condition of a `where`, at its edge: where the output breaks, that is told, whatever its slope is."""

from __future__ import annotations

import pytest

from bpcalc import gradient

AT_EDGE = "is at its edge"
JUMPS = "has no derivative at x = 0"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("where(x^2, 2*x, 3*x)", AT_EDGE),
        ("where(x*y, x, y)", AT_EDGE),
        ("where(1 - cos(x), x, 5*x)", AT_EDGE),
        ("sum(where([x, 1]^2, [x, 2], [2*x, 3]))", AT_EDGE),
        ("where(0^x, 2*x, 3*x)", JUMPS),
        ("where(0^x, x, 5*x) + x", JUMPS),
        ("where(floor(x), x, 2*x)", JUMPS),
        ("where(x, 2*x, 3*x)", "f itself has a derivative here"),  # of this the side of one point is no side
    ],
)
def test_it_is_told(text: str, told: str) -> None:
    (warning,) = (one for one in gradient(text, {"x": 0.0, "y": 0.0}).warnings if one.kind == "kink")
    assert told in warning.message


@pytest.mark.parametrize(
    "text",
    [
        "where(x^2, x, x) + y", "where(floor(x + 0.5), x, 2*x) + y", "where(2*floor(x + 0.5)*(x > -1), x, 2*x) + y",
        "where(y > -1, x, 0^x)", "where(x^2 + 1, x, 2*x) + y",
    ],
)  # fmt: skip
def test_what_does_not_break_is_not(text: str) -> None:
    assert gradient(text, {"x": 0.0, "y": 0.0}).warnings == ()


@pytest.mark.parametrize("text", ["x^x", "0^x", "(0^x)*x"])
def test_zero_to_zero_still_breaks(text: str) -> None:
    (warning,) = gradient(text, x=0.0).warnings
    assert "(∂/∂x is -inf from the left, -inf from the right)" in warning.message
