r"""Reads the LaTeX of a formula back into the language, as a mathematician would: `\frac{a}{b}` is (a)/(b).

It shares nothing with the printer, so that a bracket that is missing there changes the value here.
"""

from __future__ import annotations

import re

TOKEN = re.compile(r"\\[a-zA-Z]+|\\.|[0-9]+(?:\.[0-9]+)?|\S")
FUNCTIONS = {
    "arcsin": "asin", "arccos": "acos", "arctan": "atan", "ln": "log", "sigma": "sigmoid", "Gamma": "gamma",
    "psi": "digamma", "arsinh": "asinh", "arcosh": "acosh", "artanh": "atanh",
    "arcsec": "asec", "arccsc": "acsc", "arccot": "acot", "arsech": "asech", "arcsch": "acsch", "arcoth": "acoth",
    "varphi": "normal_pdf", "Phi": "normal_cdf", "lnPhi": "normal_logcdf", "B": "beta", "W": "lambertw",
    "E1": "expint", "Si": "sinint", "Ci": "cosint", "S": "fresnels", "C": "fresnelc",
}
# Functions with their order below, or above.
ORDERED = {"J": "besselj", "Y": "bessely", "I": "besseli", "K": "besselk"}
DERIVED = {"psi": "polygamma", "sinc": "polysinc", "erfcx": "polyerfcx"}  # fmt: skip
COMPARISONS = {"<": "<", ">": ">", "=": "==", r"\le": "<=", r"\ge": ">=", r"\ne": "!="}


def language(text: str) -> str:
    """The formula with all its brackets."""
    reader = _Reader(text)
    found = reader.comparison()
    assert reader.peek() == "", reader.tokens[reader.place :]
    return found


class _Reader:
    def __init__(self, text: str) -> None:
        self.tokens = TOKEN.findall(re.sub(r"\\text\{(if|otherwise) ?\}", r"\\\1 ", text))
        self.place = 0

    def peek(self) -> str:
        return self.tokens[self.place] if self.place < len(self.tokens) else ""

    def take(self, *expected: str) -> str:
        token = self.peek()
        assert not expected or token in expected, (token, expected, self.tokens)
        self.place += 1
        return token

    def comparison(self) -> str:
        left = self.sum()
        if self.peek() in COMPARISONS:
            sign = COMPARISONS[self.take()]
            return f"({left} {sign} {self.sum()})"
        return left

    def sum(self) -> str:
        found = self.product()
        while self.peek() in ("+", "-"):
            sign = self.take()
            found = f"({found} {sign} {self.product()})"
        return found

    def product(self) -> str:
        found = self.signed()
        while self.peek() in (r"\cdot", r"\bmod"):
            sign = {r"\cdot": "*", r"\bmod": "%"}[self.take()]
            found = f"({found} {sign} ({self.signed()}))"
        return found

    def signed(self) -> str:
        if self.peek() == "-":
            self.take()
            return f"(-{self.signed()})"
        return self.power()

    def power(self) -> str:
        base = self.atom()
        if self.peek() == "!":
            self.take()
            base = f"factorial({base})"
        if self.peek() != "^":
            return base
        self.take("^")
        exponent = self.group() if self.peek() == "{" else self.take()
        return f"exp({exponent})" if base == "e" and exponent != "1" else f"({base}^{exponent})"

    def group(self) -> str:
        self.take("{")
        found = self.comparison()
        self.take("}")
        return f"({found})"

    def word(self) -> str:
        r"""The letters of `{\mathit{rate}}` and the like."""
        self.take("{")
        found = ""
        while self.peek() != "}":
            found += self.take().removeprefix("\\")
        self.take("}")
        return found

    def atom(self) -> str:
        token = self.take()
        if token == r"\left":
            return self.bracket()
        if token == r"\frac":
            return f"({self.group()}/{self.group()})"
        if token == r"\sqrt":
            if self.peek() == "[":
                assert [self.take() for _ in range(3)] == ["[", "3", "]"]
                return f"cbrt{self.group()}"
            return f"sqrt{self.group()}"
        if token == r"\begin":
            return self.cases()
        if token == r"\infty":
            return "inf"
        if token == r"\text":
            assert self.word() == "nan"
            return "(inf - inf)"
        if token in (r"\operatorname", r"\mathit"):
            token = self.word()
        return self.called(token.removeprefix("\\"))

    def called(self, token: str) -> str:
        if token == "ln" and self.peek() == r"\Phi":
            token += self.take().removeprefix("\\")
        if token in ORDERED and self.peek() == "_":
            self.take()
            order = self.group() if self.peek() == "{" else self.take()
            self.take(r"\left")
            return f"{ORDERED[token]}({order}, {self.bracket()})"
        if self.peek() == "_":
            self.take()
            token += self.word() if self.peek() == "{" else self.take()
        if token in DERIVED and self.peek() == "^":
            self.take("^")
            order = self.group()
            self.take(r"\left")
            return f"{DERIVED[token]}({order}, {self.bracket()})"
        if self.peek() == r"\left":
            self.take()
            opening = self.peek()
            inside = self.bracket()
            return f"{FUNCTIONS.get(token, token)}{inside if opening == '(' else f'({inside})'}"
        return token

    def bracket(self) -> str:
        opening = self.take("(", "|", r"\lfloor", r"\lceil")
        inside = [self.comparison()]
        while self.peek() == ",":
            self.take()
            inside.append(self.comparison())
        self.take(r"\right")
        self.take({"(": ")", "|": "|", r"\lfloor": r"\rfloor", r"\lceil": r"\rceil"}[opening])
        return {"(": "", "|": "abs", r"\lfloor": "floor", r"\lceil": "ceil"}[opening] + f"({', '.join(inside)})"

    def cases(self) -> str:
        assert self.word() == "cases"
        yes = self.comparison()
        self.take("&")
        self.take(r"\if")
        condition = self.comparison()
        self.take("\\\\")
        no = self.comparison()
        self.take("&")
        self.take(r"\otherwise")
        self.take(r"\end")
        assert self.word() == "cases"
        return f"where({condition}, {yes}, {no})"
