"""The grammar at the top of the parser is the one that the parser has: neither reads what the other does not."""

from __future__ import annotations

import random
import re
import tomllib
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from grammar import TOKENS, derives, rules, sentence, shortest, terminals

from bpcalc.errors import BpcalcError, Source
from bpcalc.reading.lexer import is_latex, tokenize
from bpcalc.reading.parser import parse

TESTS = Path(__file__).parents[1]
BOUND = {"n": 3, "m": 2}
# What the prose below the grammar forbids: products without a sign that are none, or have two readings.
PROSE = (
    "an operator is missing between", "a comma is missing between", "can be read two ways", "is a variable, not",
    "unknown function", "stands between conditions", "is never closed", "needs brackets behind an operator",
    "a derivative is not written with a quote",
)  # fmt: skip
RULES = rules()
# The same with a word of its own for what follows where the sign of a product is left out.
LEFT_OUT = {
    name: [("factor", *row[1:]) if name.startswith("product") and row[:1] == ("power",) else row for row in rows]
    for name, rows in RULES.items()
}
# Quotes for a transpose are one kind, and those behind numbers are none.
LEFT_OUT["access"] = [row for row in RULES["access"] if row[0] not in ('".\'"', '"’"', '"′"')]
# Which bars belong together hangs on what stands before them: here they have brackets around them.
LEFT_OUT["bars"] = [
    ('"("', '"|"', "expression", '"|"', '")"'), ('"("', '"‖"', "expression", '"‖"', '"_"', '"∞"', '")"'),
    ('"("', '"||"', "expression", '"||"', '")"'), ('"("', '"∥"', "expression", '"∥"', '")"'),
]  # fmt: skip
LEFT_OUT |= {"mask": [("masks",)], "masks": [("sum",)]}
LEAST = shortest(LEFT_OUT)


class Maker:
    """Makes what the prose leaves open: fresh names to give, calls that have what their function needs."""

    def __init__(self, seed: int) -> None:
        self.draw = random.Random(seed)
        self.fresh = 0

    def program(self) -> str:
        return " ".join(self.part("program", statement=self.statement))

    def part(self, symbol: str, **special: Callable[[], list[str]]) -> list[str]:
        for name in (*TOKENS, "call", "size", "factor"):
            special.setdefault(name, getattr(self, name, list))
        return sentence(LEFT_OUT, LEAST, symbol, special, self.draw)

    def factor(self) -> list[str]:
        """What may stand behind an operand without a sign: a [ would be its index."""
        return next(found for found in iter(lambda: self.part("power"), None) if found[0] != "[")

    def statement(self) -> list[str]:
        self.fresh += 1
        kind = self.draw.randrange(4)
        if kind == 0:
            return [f"g{self.fresh}", "=", *self.part("expression")]
        if kind == 1:
            parameters = ["a"] if self.draw.random() < 0.5 else ["a", ",", "b"]
            return [f"f{self.fresh}", "(", *parameters, ")", "=", *self.part("expression"), "\n", "x"]
        return self.part("expression")

    def name(self) -> list[str]:
        return [self.draw.choice("xyzn")]

    def number(self) -> list[str]:
        return [self.draw.choice(("2", "1.5", ".5", "3.", "1e-3"))]

    def digits(self) -> list[str]:
        return [self.draw.choice("12")]

    def size(self) -> list[str]:
        return self.draw.choice((["n"], ["m"], ["2", "+", "1"], ["n", "*", "m"], ["m", "-", "n", "^", "2"]))

    def superscript(self) -> list[str]:
        return [self.draw.choice(("²", "⁻¹", "³"))]

    def newline(self) -> list[str]:
        return ["\n"]

    def call(self) -> list[str]:
        first, second = self.draw.choice((["x"], ["y", "^", "2"], ["[", "1", ",", "x", "]"])), self.name()
        return self.draw.choice((
            ["√", "(", *first, ")"], ["sin", "(", *first, ")"], ["max", "(", *first, ",", *second, ")"],
            ["sum", "(", *first, ",", "axis", "=", "0", ",", "keepdims", "=", "True", ")"],
            ["sum", "(", *first, ",", "\n", "axis", "=", "None", ")"], ["ones", "(", "n", "-", "1", ",", "2", ")"],
            ["leaky_relu", "(", "x", "=", *first, ",", "slope", "=", *second, ")"],
            ["mse_loss", "(", *first, ",", *second, ",", "reduction", "=", "mean", ")"],
            ["mse_loss", "(", *first, ",", *second, ",", "reduction", "=", "'sum'", ")"],
        ))  # fmt: skip


def refusal(text: str) -> str:
    """Why the parser does not read a text; nothing for one that it reads."""
    try:
        parse(Source(text), BOUND)
    except BpcalcError as error:
        return error.message
    return ""


def corpus() -> list[str]:
    """The programs of the tests' commands and of the README."""
    found: list[str] = []
    for path in sorted(TESTS.rglob("*.toml")):
        data = tomllib.loads(path.read_text("utf-8"))
        for one in (data, *(each for entry in data.values() if isinstance(entry, list) for each in entry)):
            words = one.get("args") or one.get("command") if isinstance(one, dict) else None
            found += [word for word in words or () if isinstance(word, str)]
    readme = (TESTS.parent / "README.md").read_text("utf-8")
    every = dict.fromkeys([*found, *re.findall(r'"([^"\n]+)"', readme)])
    plain = [text for text in every if len(text) < 120 and not is_latex(Source(text))]
    return [text for text in plain if "unexpected" not in refusal(text)]


# What people seldom write.
ODD = (
    "[1 2; 3 4]", "[x\n-y]", "[x, y; 1 2]", "ones((2, n))", "sum(x, axis=(0, 1))", "stack((x,))",
    "x'.^2", "e^{-{x}}", "A^T@x", "A^{T}",
    "x[0,]", "x[n:m*n - 1:-1, :, -1]", "√-x^2", "√√x²", "√x²[0].T", "2^-x^-y", "-x²ᵀ", "- + -x", "x[0]²(y)", ";\n;x;",
    "f(a) = a\n", "[[x], [y + 1]]", "2π√(x)", "(x\n+\ny)", "sum(\nx,\naxis=None)", "index(x, key=\"0, 1:\")", "x**y^z",
    "0 < x <= y < z", "x and not y or z", "not x and y", "x ? y : z ? 1 : 2", "(x ? y : z)\n", "|x|", "||x| - 1|",
    "|x||y|", "|1 - |x||", "2|x|²", "‖x‖_1", "||x||_2^2", "∥x∥_∞", "(x < 1) & (y < 1) | (z < 1)", "(x < 1) || x > y",
    "¬x ∧ y ∨ z", "w_{0}x_{1}",
)  # fmt: skip
CORPUS = [*ODD, *corpus()]


def test_every_rule_is_used_and_defined() -> None:
    used = {symbol for rows in RULES.values() for row in rows for symbol in row}
    assert {symbol for symbol in used if symbol[0] != '"'} - RULES.keys() == set(TOKENS)
    assert RULES.keys() - used == {"program"}
    assert len([name for name in RULES if "." not in name]) > 15


@pytest.mark.parametrize("seed", range(8))
def test_the_parser_reads_what_the_grammar_makes(seed: int) -> None:
    read = 0
    for number in range(170):
        text = Maker(1000 * seed + number).program()
        message = refusal(text)
        assert not message or any(one in message for one in PROSE) or not text.strip(" ;\n"), (text, message)
        read += not message
    assert read >= 40


@pytest.mark.parametrize("text", ODD)
def test_what_is_seldom_written_is_read(text: str) -> None:
    assert refusal(text) == ""


def test_the_grammar_makes_what_the_parser_reads() -> None:
    read = Counter(derives(RULES, terminals(tokenize(Source(text)))) or text for text in CORPUS if not refusal(text))
    assert read[True] > 250
    assert set(read) == {True}


@pytest.mark.parametrize("seed", range(8))
def test_the_grammar_makes_what_the_parser_reads_of_programs_after_accidents(seed: int) -> None:
    draw, read = random.Random(seed), 0
    tokens = [*"()[],;=+-*/^@:√²\n<|?‖&", "||", "and", "not", "**", ".T", "ᵀ", "x", "y", "n", "2", "1.5", "==",
              "'sum'", "axis", "True", "max"]  # fmt: skip
    for _ in range(800):
        text = tokenize(Source(draw.choice(CORPUS)))[:-1][:40]
        for _ in range(draw.randint(1, 2)):
            at = draw.randrange(len(text) + 1)
            text[at : at + draw.randrange(2)] = draw.choices(tokens, k=draw.randrange(1, 3))
        if not refusal(" ".join(text)):
            read += 1
            assert derives(RULES, terminals(tokenize(Source(" ".join(text))))), " ".join(text)
    assert read > 30
