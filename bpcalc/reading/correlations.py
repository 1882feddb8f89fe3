"""`--correlation x,y=0.5`: how two uncertain values go together."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bpcalc.errors import BpcalcError
from bpcalc.reading.lexer import canonical

PAIR = re.compile(r"\s*([^,=\[\]]+(?:\[[^\]]*\])?)\s*,\s*([^,=\[\]]+(?:\[[^\]]*\])?)\s*=\s*(\S+)\s*")
NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
FORM = "for example --correlation x,y=0.5"


def read_correlations(words: Iterable[str]) -> dict[tuple[str, str], float]:
    """The correlations by pairs of names. Raises BpcalcError for what is none."""
    found: dict[tuple[str, str], float] = {}
    for word in words:
        parts = PAIR.fullmatch(word)
        if parts is None:
            raise BpcalcError(f'--correlation takes X,Y=R, not "{word}"', hint=FORM)
        pair, number = (_name(parts[1]), _name(parts[2])), parts[3].replace("−", "-")
        if not NUMBER.fullmatch(number):
            raise BpcalcError(f'--correlation: "{parts[3]}" is no number', hint=FORM)
        check(found, pair, float(number))
        found[pair] = float(number)
    return found


def check(found: dict[tuple[str, str], float], pair: tuple[str, str], number: float) -> None:
    """Raises BpcalcError for a correlation that cannot be."""
    if pair[0] == pair[1]:
        raise BpcalcError(f'"{pair[0]}" is correlated with itself, by 1', hint="name two values")
    if pair in found or pair[::-1] in found:
        raise BpcalcError(f"the correlation of {pair[0]} and {pair[1]} is given twice")
    if not -1 <= number <= 1:
        raise BpcalcError(f"a correlation is between -1 and 1, not {number:g}")


def _name(word: str) -> str:
    """A name, or an entry as the budget has it: `x[0, 1]`."""
    name, bracket, places = word.strip().partition("[")
    if not bracket:
        return canonical(name)
    return f"{canonical(name.strip())}[{', '.join(part.strip() for part in places.rstrip(']').split(','))}]"
