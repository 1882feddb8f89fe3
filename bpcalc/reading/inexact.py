"""Values that are no single number: ranges, `[4.7..5.3]`, and uncertain ones, `5±0.3`, `5.0(3)`.

Both stand in values only, alone or as entries of an array. A range is for `--bounds`; an uncertain value is the number
that was measured and its standard uncertainty.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from math import isfinite, isnan
from typing import Any, NamedTuple

from bpcalc.errors import BpcalcError, Source, Span

Evaluate = Callable[[Any], Any]  # what makes values of constant expressions: see `bindings`
MARKS = re.compile(r"\.\.|±|\+/?-|[0-9.]\(\s*[0-9.]+\s*\)")  # of what may be such a value
NUMBER = r"[+\-−]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+\-−]?[0-9]+)?"
PLUS_MINUS = re.compile(rf"({NUMBER})\s*(?:±|\+/-|\+-)\s*(\S.*|)")
SCALED = re.compile(r"\((.*)\)\s*[eE]([+\-−]?[0-9]+)")
BRACKETED = re.compile(r"([+\-−]?)([0-9]+\.?[0-9]*|\.[0-9]+)\(\s*([0-9.]+)\s*\)(?:[eE]([+\-−]?[0-9]+))?")
FORMS = "for example 5±0.3, 5+/-0.3 or 5.0(3)"
DEEPEST = 32  # axes of an array


class Ranged(float):
    """A range; as a double its middle. `within(m)`: the range in the algebra `m`, which has bounds."""

    ranged = True
    within: Callable[[Any], Any]


class Uncertain(float):
    """A number that was measured. uncertainty: its standard uncertainty, which is not negative."""

    uncertainty: float

    @property
    def exact(self) -> float:
        """The number alone."""
        return float(self)


def uncertainty_of(value: Any) -> Any:
    """The uncertainty of a value, a number or an array of numbers; None where it is exact."""
    return getattr(value, "uncertainty", None)


def read(
    text: str, evaluate: Evaluate, shown: Source | None, offset: int, constant: Callable[..., Any]
) -> Any:
    """The value of a text that has ranges or uncertain numbers; None for a constant expression.

    constant  reads one of these: `bindings.read_value`
    Raises BpcalcError, which shows the source `shown`, in which the text stands at `offset`.
    """
    if not MARKS.search(text):
        return None
    found = _nested(text)
    reader = _Reader(text, evaluate, shown, offset, constant)
    if isinstance(found, _Entry):
        single = reader.single(found)
        if single is None and ".." in text and not any(quote in text for quote in "'\""):
            raise reader._error("a range stands alone, or as an entry of an array", found, "for example x=[4.7..5.3]")
        return single
    if not any(_is_inexact(entry.text) for entry in _flat(found)):
        return None
    return _array(found, reader.entry)


class _Entry(NamedTuple):
    """A part of the text that is no list, and where it begins."""

    text: str
    start: int


def _is_inexact(text: str) -> bool:
    return _range_of(text) is not None or "±" in text or bool(_uncertain_form(text))


def _range_of(text: str) -> re.Match[str] | None:
    """The two ends of `[lo..hi]`."""
    return re.fullmatch(r"\s*\[((?:[^\[\],.]|\.(?!\.))*)\.\.(.*)\]\s*", text, re.DOTALL)


def _uncertain_form(text: str) -> bool:
    stripped = text.strip()
    return any(one.fullmatch(stripped) for one in (PLUS_MINUS, BRACKETED)) or bool(
        (scaled := SCALED.fullmatch(stripped)) and PLUS_MINUS.fullmatch(scaled[1].strip())
    )


class _Reader:
    """Reads the entries of one text."""

    def __init__(
        self, text: str, evaluate: Evaluate, shown: Source | None, offset: int, constant: Callable[..., Any]
    ) -> None:
        self.evaluate = evaluate
        self.constant = constant
        self.shown = shown or Source(text)
        self.offset = offset

    def single(self, entry: _Entry) -> Any:
        if (ends := _range_of(entry.text)) is not None:
            return self._range(ends, entry)
        return self._uncertain(entry) if _is_inexact(entry.text) else None

    def entry(self, entry: _Entry) -> Any:
        """An entry of an array: exact ones too."""
        found = self.single(entry)
        return self._constant(entry.text, entry.start) if found is None else found

    def _constant(self, text: str, start: int) -> Any:
        value = self.constant(text, self.evaluate, self.shown, self.offset + start)
        if getattr(value, "shape", ()):
            raise self._error("an array is no end of a range, and no entry beside one", _Entry(text, start))
        return value

    def _error(self, message: str, entry: _Entry, hint: str = "") -> BpcalcError:
        start = self.offset + entry.start
        return BpcalcError(message, hint=hint, span=Span(self.shown, start, start + len(entry.text)))

    def _range(self, found: re.Match[str], entry: _Entry) -> Any:
        if ".." in found[2] or found[2].startswith(".") or "," in entry.text:
            hint = "blanks tell a point from the dots: [1 .. .5]"
            raise self._error("a range has two dots between two numbers, [4.7..5.3]", entry, hint)
        for place in (1, 2):
            if not found[place].strip():
                raise self._error("a range has two ends, [4.7..5.3]", entry, "an open one goes to inf: [0..inf]")
        lo, hi = (self._constant(found[place], entry.start + found.start(place)) for place in (1, 2))
        if isnan(lo) or isnan(hi):
            raise self._error("an end of a range is not a number", entry)
        if lo > hi:
            raise self._error("the range ends before it begins", entry, "the smaller end stands first: [4.7..5.3]")
        middle = Ranged((lo + hi) / 2 if isfinite(lo) and isfinite(hi) else hi if isfinite(hi) else lo)
        middle.within = lambda m: m.between_ends(m.value(lo), m.value(hi))
        return middle

    def _uncertain(self, entry: _Entry) -> Uncertain:
        text, power = entry.text.strip(), 0
        if scaled := SCALED.fullmatch(text):
            text, power = scaled[1].strip(), int(_plain(scaled[2]))
        if pair := PLUS_MINUS.fullmatch(text):
            value, spread = _plain(pair[1]), _plain(pair[2].strip())
        elif figures := BRACKETED.fullmatch(text):
            value, spread = self._of_figures(figures, entry)
        else:
            raise self._error(f'"{text}" is no uncertain value', entry, FORMS)
        if not re.fullmatch(NUMBER, spread):
            raise self._error(*_no_spread(value, spread, entry))
        return self._made(Decimal(value).scaleb(power), Decimal(spread).scaleb(power), entry)

    def _of_figures(self, found: re.Match[str], entry: _Entry) -> tuple[str, str]:
        """`12.3(4)e-3`: the figures in brackets stand for the last places of the number."""
        sign, number, figures, power = found.groups()
        if "." in figures or ("." not in number and power is None):
            message = f"{found[0]} may be {number}±{figures}, or {number} times {figures}"
            raise self._error(message, entry, f"{sign}{number}±{figures} and {sign}{number}*{figures} are plain")
        places = len(number.partition(".")[2])
        exponent = f"e{_plain(power)}" if power else ""
        return f"{_plain(sign)}{number}{exponent}", str(Decimal(f"{figures}{exponent}").scaleb(-places))

    def _made(self, value: Decimal, spread: Decimal, entry: _Entry) -> Uncertain:
        if spread < 0:
            raise self._error("an uncertainty is not negative", entry, FORMS)
        made = Uncertain(float(value))
        made.uncertainty = float(spread)
        if not isfinite(made) or not isfinite(made.uncertainty):
            raise self._error("the number is beyond the largest double, 1.8e308", entry)
        return made


def _no_spread(value: str, spread: str, entry: _Entry) -> tuple[str, _Entry, str]:
    """What is wrong with what stands behind ±."""
    if spread.endswith("%") and re.fullmatch(NUMBER, spread[:-1].strip()):
        share = Decimal(spread[:-1].strip()) / 100 * abs(Decimal(value))
        return "an uncertainty is no percentage", entry, f"{value}±{share.normalize():f} has the value's unit"
    if not spread:
        return "an uncertainty is missing behind ±", entry, FORMS
    return f'the uncertainty "{spread}" is no number', entry, FORMS


def _plain(number: str) -> str:
    return (number or "").replace("−", "-")


def _nested(text: str) -> Any:
    """The entries of an array in nested lists, or the text as one entry. Brackets of a range are none of an array."""
    whole: list[Any] = []
    stack, start, depth = [whole], 0, 0

    def keep(stop: int) -> None:
        part = text[start:stop]
        if part.strip():
            stack[-1].append(_Entry(part.strip(), start + len(part) - len(part.lstrip())))

    place = 0
    while place < len(text):
        character = text[place]
        if character == "[" and not depth:
            close = text.find("]", place)
            inside = text[place + 1 : close if close >= 0 else len(text)]
            if ".." in inside and "[" not in inside and "," not in inside.partition("..")[0]:
                place = close + 1 if close >= 0 else len(text)
                continue
            if len(stack) > DEEPEST or text[start:place].strip():
                return _Entry(text, 0)
            stack[-1].append([])
            stack.append(stack[-1][-1])
            start = place + 1
        elif character == "]" and not depth and len(stack) > 1:
            keep(place)
            stack.pop()
            start = place + 1
        elif character == "," and not depth and len(stack) > 1:
            keep(place)
            start = place + 1
        else:
            depth += (character == "(") - (character == ")" and depth > 0)
        place += 1
    keep(len(text))
    return whole[0] if len(whole) == 1 and len(stack) == 1 else _Entry(text, 0)


def _flat(nested: Any) -> list[_Entry]:
    """All entries."""
    found, rest = [], [nested]
    while rest:
        one = rest.pop()
        if isinstance(one, list):
            rest += reversed(one)
        else:
            found.append(one)
    return found


def _array(nested: Any, read_entry: Callable[[_Entry], Any]) -> Any:
    """An array of doubles with its ranges, or with the uncertainties of its entries."""
    from bpcalc.reading.files import from_lists, ranged_array, uncertain_array

    values = [read_entry(entry) for entry in _flat(nested)]
    left = iter(values)
    array = from_lists(_mapped(nested, lambda entry: float(next(left))), "the array")
    if not any(isinstance(one, Uncertain) for one in values):
        return ranged_array(array, values)
    if any(isinstance(one, Ranged) for one in values):
        raise BpcalcError("an array has ranges and uncertain values", hint="ranges are for --bounds")
    return uncertain_array(array, [uncertainty_of(one) or 0.0 for one in values])


def _mapped(nested: Any, function: Callable[[_Entry], Any]) -> Any:
    if isinstance(nested, list):
        return [_mapped(one, function) for one in nested]
    return function(nested)
