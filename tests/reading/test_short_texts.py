"""Short texts are cut into tokens without `re`, whose pattern says what tokens are: both find the same."""

from __future__ import annotations

import random

import pytest

from bpcalc.errors import Source
from bpcalc.reading import lexer

PIECES = [
    *"xyzeEW_T0123456789.+-*/^=()[],;@\n \t'\"{}<>!|&:~%$#\\\x0b\x1c\x00π²",
    "2x", "1.5", "1e5", "2e", "x_1", "sin", "**", "==", ".T", "x_{1}", "2e-3", "3.x", ".5", "5.", "1.2.3", "1_0",
]  # fmt: skip


def by_pattern(text: str) -> list[str]:
    found: list[str] = lexer._pattern(text).findall(text)
    return found


def test_random_texts_have_the_tokens_of_the_pattern() -> None:
    chance = random.Random(3)
    simple = 0
    for _ in range(40_000):
        text = "".join(chance.choices(PIECES, k=chance.randrange(9)))
        found = lexer._simple(text)
        if found is not None:
            assert found == by_pattern(text), text
            simple += 1
    assert simple > 5000


@pytest.mark.parametrize(
    "text", ["(x+y)*z", "x^2 + 3x", "-2", "0.5", "1.5w", "q = x+y; f = q*z", "[1, 2; 3, 4]", "A @ x\n+ 1", "sin(x)/x_1"]
)
def test_what_people_mostly_type_is_short(text: str) -> None:
    assert lexer._simple(text) == by_pattern(text)


@pytest.mark.parametrize("text", ["2e5", "2e", "x**2", "A.T", ".5", "5.", "x'", "x_{12}", "x == 1", "a < b", "π", "x!"])
def test_what_else_there_is_waits_for_the_pattern(text: str) -> None:
    assert lexer._simple(text) is None
    assert lexer.tokenize(Source(text))[:-1] == by_pattern(text)


def test_a_long_text_is_for_the_pattern() -> None:
    text = "x+" * lexer.SHORT + "x"
    assert lexer.tokenize(Source(text))[:-1] == by_pattern(text) == lexer._simple(text)
