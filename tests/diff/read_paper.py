r"""Reads formulas as a paper has them, 2Aᵀ(Ax − b) or `2 A^T \left(A x - b\right)`, and computes them by NumPy.

It shares nothing with the printers, so that a bracket, a transpose or a sign that is wrong there changes the value
here. What has no sign is a product of numbers or of matrices, and binds tighter than / and ⊙. A vector is a column; in
front it needs a ᵀ.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np
from by_numpy import FUNCTIONS as BY_NUMPY

RAISED = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ", "0123456789+−abcdefghijklmnoprstuvwxyz", strict=True))
SUPERSCRIPT = f"[{''.join(RAISED)}]"
SUBSCRIPTS = "₀₁₂₃₄₅₆₇₈₉ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ"
LETTER = rf"(?:(?!{SUPERSCRIPT}|[ᵀ{SUBSCRIPTS}𝟏𝟎])[^\W\d_])"
TOKEN = re.compile(rf"\s+|⁻ᵀ|ᵀ|{SUPERSCRIPT}+|[0-9]+(?:\.[0-9]+)?|[𝟏𝟎]|{LETTER}(?:{LETTER}|[0-9_{SUBSCRIPTS}])*|.")
COMPARED: dict[str, Callable[[Any, Any], Any]] = {
    "<": np.less, ">": np.greater, "=": np.equal, "≤": np.less_equal, "≥": np.greater_equal, "≠": np.not_equal,
}  # fmt: skip
FUNCTIONS = BY_NUMPY | {
    "ln": np.log, "log₂": np.log2, "log₁₀": np.log10, "Γ": BY_NUMPY["gamma"], "ψ": BY_NUMPY["digamma"],
    "tr": np.trace, "arsinh": np.arcsinh, "arcosh": np.arccosh, "artanh": np.arctanh,
}  # fmt: skip
for _constant in ("e", "pi", "tau", "inf", "equal"):
    del FUNCTIONS[_constant]
CONSTANTS = {"e": np.e, "π": np.pi, "τ": 2 * np.pi, "∞": np.inf, "nan": np.nan}
ENDS = ("", ")", "]", "}", "|", "‖", "⌋", "⌉", ",", "+", "−", "/", "⊙", "if", "otherwise", *COMPARED)


class Ones(NamedTuple):
    """As many ones as fit, each times a number."""

    scale: Any = 1.0


class Row(NamedTuple):
    """A vector that is transposed."""

    entries: Any


def read(text: str, values: Mapping[str, Any], shape: tuple[int, ...] = (), size: int = 0) -> Any:
    """What a formula gives for the values of its names, in the shape that it is to have.

    size  of I and 𝟏; 0: of as many as fit, where I stands for itself in a sum
    """
    return np.broadcast_to(_entries(part(text, values, shape, size)), shape)


def part(text: str, values: Mapping[str, Any], shape: tuple[int, ...] = (), size: int = 0) -> Any:
    """The same for a part with a name, whose shape is not known; `shape` is that of I."""
    reader = _Reader(text, values, (size, size) if size else shape, size)
    found = reader.sum()
    assert reader.peek() == "", (text, reader.tokens[reader.place :])
    return found


def product(a: Any, b: Any) -> Any:
    """Numbers times anything, matrices, rows and columns."""
    for one, other in ((a, b), (b, a)):
        if _is_number(one):
            if isinstance(other, Row):
                return Row(product(one, other.entries))
            return Ones(one * other.scale) if isinstance(other, Ones) else one * other
    if isinstance(b, Row):
        assert not isinstance(a, Row), "a row in front of a row"
        assert isinstance(a, Ones) or np.ndim(a) == 1, "a matrix in front of a row"
        return np.outer(_entries(a), _entries(b.entries))
    if isinstance(a, Row):
        if isinstance(a.entries, Ones):
            found = product(a.entries.scale, np.sum(b, axis=0))
        elif isinstance(b, Ones):
            return np.sum(a.entries) * b.scale
        else:
            found = a.entries @ b
        return found if np.ndim(b) == 1 else Row(found)
    if isinstance(b, Ones):
        return np.sum(a, axis=-1) * b.scale
    assert np.ndim(a) >= 2, "a column in front of something"
    return a @ b


def _is_number(x: Any) -> bool:
    return not isinstance(x, (Row, Ones)) and np.ndim(x) == 0


def _entries(x: Any) -> Any:
    assert not isinstance(x, Row), x
    return x.scale if isinstance(x, Ones) else x


class Tokens:
    """The words of a formula, read one after the other; behind the last there are empty ones."""

    def __init__(self, tokens: list[str]) -> None:
        self.tokens = tokens
        self.place = 0

    def peek(self, ahead: int = 0) -> str:
        place = self.place + ahead
        return self.tokens[place] if place < len(self.tokens) else ""

    def take(self, *expected: str) -> str:
        token = self.peek()
        assert not expected or token in expected, (token, expected, self.tokens)
        self.place += 1
        return token


class _Reader(Tokens):
    def __init__(self, text: str, values: Mapping[str, Any], shape: tuple[int, ...], size: int) -> None:
        super().__init__([token for token in TOKEN.findall(text) if not token.isspace()])
        self.size = size
        self.values = values
        self.shape = shape
        self.spelled = any(len(name.rstrip(SUBSCRIPTS)) > 1 for name in values)
        self.bars: tuple[str, ...] = ()  # what closes the brackets that are open

    def comparison(self) -> Any:
        left = self.sum()
        if self.peek() not in COMPARED:
            return left
        return COMPARED[self.take()](_entries(left), _entries(self.sum())) * 1.0

    def sum(self) -> Any:
        sign = -1.0 if self.peek() == "−" and self.take() else 1.0
        found = product(np.float64(sign), self.quotient())
        while self.peek() in ("+", "−"):
            sign = 1.0 if self.take() == "+" else -1.0
            found = _added(found, product(np.float64(sign), self.quotient()))
        return found

    def quotient(self) -> Any:
        found = self.factors()
        while self.peek() in ("/", "⊙"):
            sign = self.take()
            a, b = _entries(found), _entries(self.factors())
            assert sign == "/" or (np.ndim(a) and np.ndim(b)), "⊙ stands between arrays"
            found = a * b if sign == "⊙" else a / b
        return found

    def factors(self) -> Any:
        found = self.power()
        while self.peek() not in ENDS or (self.peek() in ("|", "‖") and not self.within(self.peek())):
            if self.peek() == "mod":
                self.take()
                found = np.mod(found, self.power())
                continue
            if self.peek() == "·":
                self.take()
            found = product(found, self.power())
        return found

    def within(self, bar: str) -> bool:
        return bool(self.bars) and self.bars[-1] == bar

    def inside(self, closing: str, part: Callable[[], Any]) -> Any:
        """What stands in brackets; in other brackets bars begin anew."""
        before, self.bars = self.bars, (*self.bars, closing)
        found = part()
        self.take(closing)
        self.bars = before
        return found

    def power(self) -> Any:
        base = self.atom()
        while True:
            token = self.peek()
            if token == "ᵀ":
                self.take()
                base = Row(base) if isinstance(base, Ones) or np.ndim(base) == 1 else base.T
            elif token == "⁻ᵀ":
                self.take()
                base = np.linalg.inv(base).T
            elif token == "[":  # a factor has a dot there
                self.take()
                base = base[int(self.inside("]", self.take))]
            elif token in ("^", "^∘") or (token[:1] in RAISED and token):
                base = self.raised(base)
            else:
                return base

    def raised(self, base: Any) -> Any:
        if self.peek() == "^":
            self.take()
            entrywise = self.peek() == "∘" and bool(self.take())
            exponent = self.atom()
        else:
            entrywise, exponent = False, self.superscript()
        if np.ndim(base) == 2 and not entrywise:
            assert exponent == -1, "no power of a matrix"
            return np.linalg.inv(base)
        return _entries(base) ** _entries(exponent)

    def superscript(self) -> Any:
        text = "".join(RAISED[character] for character in self.take())
        return part(text, self.values, self.shape, self.size)

    def atom(self) -> Any:
        token = self.peek()
        if token[0].isdigit() and token not in ("𝟏", "𝟎"):
            return np.float64(self.take())
        if token in CONSTANTS and token not in self.values:
            return np.float64(CONSTANTS[self.take()])
        if token[0].isalpha():
            return self.word()
        self.take()
        if token in ("𝟏", "𝟎"):
            scale = float(token == "𝟏")
            return np.full(self.size, scale) if self.size else Ones(scale)
        if token in "√∛":
            root = np.sqrt if token == "√" else np.cbrt
            return root(_entries(self.atom()))
        return self.bracket(token)

    def bracket(self, opening: str) -> Any:
        if opening == "(":
            return self.inside(")", self.sum)
        if opening == "[":
            return self.inside("]", self.list)
        if opening == "{":
            return self.inside("}", self.cases)
        function = {"|": np.abs, "‖": BY_NUMPY["norm"], "⌊": np.floor, "⌈": np.ceil}[opening]
        closing = {"⌊": "⌋", "⌈": "⌉"}.get(opening, opening)
        return function(_entries(self.inside(closing, self.sum)))

    def list(self) -> Any:
        """What a comparison in brackets is, or an array."""
        first = self.comparison()
        if self.peek() != ",":
            return first
        entries = [first]
        while self.peek() == ",":
            self.take()
            entries.append(self.sum())
        return np.array(list(map(_entries, entries)))

    def cases(self) -> Any:
        yes = self.sum()
        self.take("if")
        condition = self.comparison()
        self.take(",")
        no = self.sum()
        self.take("otherwise")
        return np.where(_entries(condition) != 0, _entries(yes), _entries(no))

    def word(self) -> Any:
        """A function with what it is applied to, a name, or letters that are a product of names."""
        token = self.take()
        behind = self.peek(1) if self.peek()[:1] in RAISED and self.peek() else self.peek()
        function = ""
        if behind == "(" or (behind == "|" and token.endswith("ln")) or (behind == "^" and token.endswith("ψ")):
            function = next((token[start:] for start in range(len(token)) if token[start:] in FUNCTIONS), "")
        names = token.removesuffix(function)
        if function and not names:
            return self.called(function)
        if names == token and (token in self.values or token == "I"):
            return np.asarray(self.values[token]) if token in self.values else np.eye(*self.shape)
        assert not self.spelled, (token, sorted(self.values))
        single = re.findall(rf".[{SUBSCRIPTS}]*", names)
        assert len(single) > 1 or function, (token, sorted(self.values))
        self.tokens[self.place : self.place] = [*single, *[function] * bool(function)]
        found = self.power()
        for _ in range(len(single) - (not function)):
            found = product(found, self.power())
        return found

    def called(self, function: str) -> Any:
        if function == "ψ" and self.peek() == "^":
            self.take()
            return FUNCTIONS["polygamma"](self.atom(), self.atom())
        exponent = self.superscript() if self.peek()[:1] in RAISED and self.peek() else None
        if self.peek() == "|":  # ln|det X|, ln|Γ(x)|
            self.take()
            if self.peek() == "det":
                self.take()
                return np.log(np.abs(np.linalg.det(self.inside("|", self.atom))))
            return np.log(np.abs(self.inside("|", self.sum)))
        self.take("(")
        inputs, options = self.inside(")", self.arguments)
        found = FUNCTIONS[function](*map(_entries, inputs), **options)
        return found if exponent is None else found**exponent

    def arguments(self) -> tuple[list[Any], dict[str, Any]]:
        inputs: list[Any] = []
        options: dict[str, Any] = {}
        while True:
            if self.peek(1) == "=":
                name = self.take()
                self.take("=")
                negative = self.peek() in ("-", "−") and bool(self.take())
                word = self.take()
                known = {"True": True, "False": False, "None": None} | dict(self.values)
                number = known[word] if word in known else int(word)
                options[name] = -number if negative else number
            else:
                inputs.append(self.comparison())
            if self.peek() != ",":
                return inputs, options
            self.take()


def _added(a: Any, b: Any) -> Any:
    if isinstance(a, Row) and isinstance(b, Row):
        return Row(_entries(a.entries) + _entries(b.entries))
    return _entries(a) + _entries(b)
