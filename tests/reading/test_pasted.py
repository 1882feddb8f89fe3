"""What people paste is read right, or refused at its place: never read wrongly, and nothing is printed then."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from pasted import READ, REFUSED

from bpcalc import jacobian
from bpcalc.errors import BpcalcError


def names(count: int, texts: list[Any]) -> list[str]:
    return [f"{number} {text[0][:count]}" for number, text in enumerate(texts)]


@pytest.mark.parametrize(("text", "values", "right"), READ, ids=names(40, READ))
def test_a_pasted_text_has_its_value(text: str, values: dict[str, Any], right: Any) -> None:
    found = jacobian(text, values).value
    assert np.shape(found) == np.shape(right)
    np.testing.assert_allclose(found, right, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize(("text", "values", "place"), REFUSED, ids=names(40, REFUSED))
def test_another_is_refused_at_its_place(text: str, values: dict[str, Any], place: str) -> None:
    with pytest.raises(BpcalcError) as refused:
        jacobian(text, values)
    span = refused.value.span
    assert span is not None
    assert text[span.start : span.end] == place


def test_there_are_many_of_them() -> None:
    assert len(READ) + len(REFUSED) >= 150


@pytest.mark.parametrize(
    ("text", "idle"),
    [
        ("L = (x - 1)^2\n  + 0.1*x^2", ["L = (x - 1)^2"]),
        ("a = 2*x\n\n  -x^2", ["a = 2*x"]),
        ("x^2\n+ 1", ["x^2"]),
        ("p = x^2\n-log(p)", []),
        ("L = (x - 1)^2;\n  + 0.1*x^2", []),
        ("L = (x - 1)^2\n0.1*x^2", []),
    ],
)
def test_a_line_that_begins_with_a_sign_may_go_on_with_the_one_before(text: str, idle: list[str]) -> None:
    """It is a statement of its own; where nothing uses the line before, that is told."""
    found = [one.message for one in jacobian(text, {"x": 3.0}).warnings if one.kind == "unused"]
    assert [message.split('"')[1] for message in found] == idle
