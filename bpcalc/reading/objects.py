"""Python objects to programs and values: the arguments of the Python API, held against what they may be."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bpcalc.errors import BpcalcError, Source
from bpcalc.reading.bindings import Evaluate, read_given, read_value
from bpcalc.reading.lexer import canonical, is_name
from bpcalc.reading.output import ending_in, is_formula
from bpcalc.reading.parts import split

# A value as a calculation has it: a number of its number system, or an array.
Read = Callable[[Any], Any]


def read_program(program: object, of: object = None) -> Source:
    """A program's text, with the formula that is its output where `of` is one. Raises BpcalcError for anything else."""
    if not isinstance(program, str):
        raise BpcalcError(f"a program is a text, not {_kind(program)}", hint='for example gradient("x^2", x=3)')
    return ending_in(Source(program), read_name("of", of))


def read_name(title: str, name: object) -> str | None:
    """A name, or None where none is given."""
    if name is not None and not isinstance(name, str):
        raise BpcalcError(f"{title} is the name of a node, not {_kind(name)}")
    return name


def read_output(title: str, of: object) -> str | None:
    """The name of the node that is the output; None where a formula or the last statement is."""
    name = read_name(title, of)
    return None if is_formula(name) else name


def read_names(title: str, names: object) -> tuple[str, ...]:
    """Names as a list of texts, or as one text with commas."""
    if isinstance(names, str):
        return split(names)
    if isinstance(names, Sequence) and all(isinstance(name, str) for name in names):
        return tuple(names)
    raise BpcalcError(f"{title} is names, not {_kind(names)}", hint=f'write {title}="x,y" or {title}=["x", "y"]')


def read_word(title: str, word: object, words: Sequence[str]) -> str:
    """One of several words."""
    if not isinstance(word, str) or word not in words:
        raise BpcalcError(f'no {title} is called "{word}"', hint=f"choose from {', '.join(words)}")
    return word


def read_whole(title: str, number: object, least: int, most: int) -> int:
    """A whole number between two bounds."""
    if not isinstance(number, int) or isinstance(number, bool) or not least <= number <= most:
        raise BpcalcError(f"{title} is a whole number from {least} to {most}, not {number!r}")
    return number


def read_truth(title: str, truth: object) -> bool:
    """True or False: the text "no" is neither."""
    if not isinstance(truth, bool):
        raise BpcalcError(f"{title} is True or False, not {_kind(truth)}")
    return truth


def read_mapping(title: str, given: object) -> Mapping[Any, Any]:
    """Anything by name."""
    if given is not None and not isinstance(given, Mapping):
        raise BpcalcError(f"{title} are given by name, not as {_kind(given)}", hint='for example {"x": 2}')
    return given or {}


def read_pairs(title: str, given: object) -> dict[tuple[str, str], float]:
    """Correlations by pairs of names."""
    from bpcalc.reading.correlations import check

    found: dict[tuple[str, str], float] = {}
    for pair, number in read_mapping(title, given).items():
        names = pair if isinstance(pair, tuple) else ()
        if len(names) != 2 or not all(isinstance(one, str) for one in names):
            raise BpcalcError(f"{title} are given by pairs of names, not by {_kind(pair)}", hint='{("x", "y"): 0.5}')
        if isinstance(number, bool) or not isinstance(number, (int, float)):
            raise BpcalcError(f"the correlation of {names[0]} and {names[1]} is {_kind(number)}, not a number")
        check(found, names, float(number))
        found[names] = float(number)
    return found


def read_values(what: str, pairs: Sequence[tuple[Any, Any]], read: Read, evaluate: Evaluate) -> dict[str, Any]:
    """Values or tangents by name. A text is a constant expression of the language, "1/3"."""
    found: dict[str, Any] = {}
    for name, value in pairs:
        if not isinstance(name, str) or not is_name(name):
            raise BpcalcError(f'"{name}" is no name of a variable')
        if canonical(name) in found:
            raise BpcalcError(f'"{name}" is given two {what}s')
        title, text = f'the {what} of "{name}"', read_given if what == "value" else read_value
        found[canonical(name)] = read_number(title, value, read, evaluate, text)
    return found


def read_number(
    title: str, value: Any, read: Read, evaluate: Evaluate, read_text: Callable[..., Any] = read_value
) -> Any:
    """One value: a number, an array, nested lists of numbers, or a text of the language."""
    if isinstance(value, str):
        try:
            return read_text(value, evaluate)
        except BpcalcError as error:
            error.message = f"{title}: {error.message}"
            raise
    try:
        return read(value)
    except (TypeError, ValueError, OverflowError):
        raise BpcalcError(f"{title} is {_shown(value)}, not a number") from None


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:58]}…"


def _kind(value: object) -> str:
    return "nothing" if value is None else f"{type(value).__name__} {_shown(value)}"
