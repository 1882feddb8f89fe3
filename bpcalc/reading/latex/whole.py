r"""Whole numbers in indices and limits: 2i - 1, N, the y_i of \sum_{j \ne y_i}.

A label, y_i or S, is a number of the data: it counts from 1 like all indices here, or from 0 where a sum begins there.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import add, mul, sub
from typing import Any

from bpcalc.reading.fixed import NotFixedError, fixed_number
from bpcalc.reading.latex import names
from bpcalc.reading.latex.scene import Counter, EntryByEntryError, Running, Scene
from bpcalc.reading.sizes import Size

DEEPEST = 6  # indices of indices
LARGEST = 2**53
MOST = 64  # exponents
OPENS, CLOSES = frozenset("({"), frozenset(")}")
SIGNS = {"+": "+", "-": "-", "*": "*", r"\cdot": "*", r"\times": "*", "/": "/", "^": "^"}
BINDING = {"(": 0, "+": 1, "-": 1, "*": 2, "/": 2, "negative": 3, "^": 4}


def whole(scene: Scene, start: int, stop: int, words: bool = False, depth: int = 0) -> Counter:
    """The whole number that some tokens write; with `words`, letters side by side may be one name.

    Raises ValueError for what writes none, and EntryByEntryError where an index in it runs through whole axes.
    """
    numbers, signs, at, is_behind = list[Counter](), ["("], start, False
    while at < stop:
        token = scene.tokens[at]
        if not is_behind:
            if token in OPENS or token == "-":
                signs.append("(" if token in OPENS else "negative")
            elif token != "+":
                number, at = _operand(scene, at, words, depth)
                numbers.append(number)
                is_behind = True
                continue
        elif token in CLOSES:
            _settle(numbers, signs, 1)
            signs.pop()
            if not signs:
                raise ValueError("a bracket is missing")
        else:
            sign = SIGNS.get(token, "*")  # factors stand side by side
            _settle(numbers, signs, BINDING[sign] + (sign == "^"))
            signs.append(sign)
            is_behind = False
            at += token in SIGNS
            continue
        at += 1
    if not is_behind or at > stop:
        raise ValueError("a number is missing")
    _settle(numbers, signs, 1)
    if len(signs) > 1:
        raise ValueError("a bracket is not closed")
    return numbers[0]


def _settle(numbers: list[Counter], signs: list[str], least: int) -> None:
    """Calculates what waits and binds at least so tightly."""
    while signs and BINDING[signs[-1]] >= least:
        sign = signs.pop()
        b = numbers.pop()
        if sign == "negative":
            numbers.append(b._replace(value=-b.value))
            continue
        a = numbers.pop()
        value = OPERATIONS[sign](a.value, b.value)
        if not isinstance(value, Size) and abs(value) > LARGEST:
            raise ValueError("the number is too large")
        numbers.append(Counter(value, b.base if a.base is None else a.base, a.given or b.given))


def _power(a: Any, b: Any) -> Any:
    if isinstance(b, Size) or not 0 <= b <= MOST:
        raise ValueError("this power is no whole number")
    found = 1
    for _ in range(b):
        found = found * a
    return found


def _ratio(a: Any, b: Any) -> Any:
    if not b or (not isinstance(a, Size) and not isinstance(b, Size) and a % b):
        raise ValueError("this ratio is no whole number")
    return a // b


OPERATIONS: dict[str, Callable[[Any, Any], Any]] = {"+": add, "-": sub, "*": mul, "/": _ratio, "^": _power}


def _operand(scene: Scene, place: int, words: bool, depth: int) -> tuple[Counter, int]:
    """A plain number or a name, and the token behind it."""
    token = scene.tokens[place]
    if token.isdigit() and len(token) < 16:
        return Counter(int(token), None), place + 1
    if not names.starts_name(token):
        raise ValueError(f"{token} is no whole number")
    name = names.read(scene, place, strict=False) if words or len(token) > 1 else names.letter(scene, place)
    if name is None:
        raise ValueError(f"{token} is no name")
    return named(scene, name, depth), name.stop


def named(scene: Scene, name: names.Name, depth: int = 0) -> Counter:
    """The whole number that a name stands for: an index that runs, a value, an entry of data."""
    name = lifted(scene, name)
    letter = name.bases[0] if not (name.parts or name.upper or name.after) else ""
    if (one := scene.running.get(letter)) is not None:
        if isinstance(one, Running):
            raise EntryByEntryError
        return one
    if any(map(scene.has_value, name.spellings())):
        word = names.choose(scene, name)
        return Counter(_given(scene, word, name), None, word)
    word = name.spellings()[0]
    if word in scene.lengths:
        return Counter(length_of(scene, word), None, word)
    base = [one for one in name._replace(parts=(), spans=()).spellings() if getattr(scene.bound(one), "shape", ())]
    if len(base) != 1 or depth > DEEPEST:
        raise ValueError(f"{word} has no value")
    return Counter(_entry(scene, base[0], name, depth), None, base[0])


def lifted(scene: Scene, name: names.Name) -> names.Name:
    r"""x^{(i)} is the entry x_i, and x_j^{(i)} the one in row i and column j, where i runs."""
    if name.upper not in scene.running:
        return name
    return name._replace(parts=((name.upper,), *name.parts), spans=(name.above, *name.spans), upper="")


def _given(scene: Scene, word: str, name: names.Name) -> Any:
    """The whole number that a binding or the program gives a name, which makes it a size of the program."""
    value = scene.bound(word)
    if value is None and word not in scene.own.names:
        raise ValueError(f"{word} has no value")
    if value is not None and (not isinstance(value, (int, float)) or value != value // 1):
        raise ValueError(f"{word} is no whole number")
    try:
        number = fixed_number(scene.state, scene.variable(word, name.start, name.stop), sizes=True)
    except NotFixedError:
        raise ValueError(f"{word} is no whole number") from None
    if not isinstance(number, Size) and number != number // 1:
        raise ValueError(f"{word} is no whole number")
    return number if isinstance(number, Size) else int(number)


def _entry(scene: Scene, word: str, name: names.Name, depth: int) -> int:
    """The whole number at an entry of an array that a binding gives, which makes that an array of labels."""
    value = scene.bound(word)
    counted = [whole(scene, *span, depth=depth + 1) for span in name.spans]
    if len(counted) != len(value.shape) or not hasattr(value, "tolist"):
        raise ValueError(f"{word} is no number")
    sizes = enumerate(zip(counted, value.shape, strict=True))
    key = [place(scene, one, size, name, axis) for axis, (one, size) in sizes]
    number = value[tuple(key)]
    if number != number // 1 or abs(number) > LARGEST:
        raise ValueError(f"an entry of {word} is no whole number")
    scene.variable(word, name.start, name.stop)
    scene.state.sizes[word] = value
    return int(number)


def length_of(scene: Scene, word: str) -> int:
    """The length that stands for a limit without a value; a note says so."""
    length, array = scene.lengths[word]
    scene.note(word, f"{word} is the length of {array}, {length}")
    return length  # type: ignore[no-any-return]


def place(scene: Scene, one: Counter, size: int, name: names.Name, axis: int) -> int:
    """Where an entry stands on an axis, counted from 0."""
    number, base = one.value, one.base
    if scene.empty:
        return 0
    known = scene.bases.get(name.bases[0])
    if base is None:
        base = known if known is not None else 1
        if number == 0 and not one.given:  # x_0 tells that the indices of x count from 0
            base = 0
    word = scene.written(name.start, name.stop - 1)
    if scene.bases.setdefault(name.bases[0], base) != base:
        hint = "let all indices of one array begin at 1, or at 0"
        raise scene.error(f'the indices of "{name.bases[0]}" count from 0 and from 1', hint, name.start, name.stop - 1)
    if isinstance(number, Size):
        raise scene.error(f'"{word}" is no entry: the index {number} has no value', "", name.start, name.stop - 1)
    if number < base or (not isinstance(size, Size) and number - base >= size):
        hint = _from_zero(scene, one, name, axis) if number == 0 else ""
        message = f'"{word}" is no entry: the index {number} is not between {base} and {size + base - 1}'
        raise scene.error(message, hint, name.start, name.stop - 1)
    return int(number - base)


def _from_zero(scene: Scene, one: Counter, name: names.Name, axis: int) -> str:
    """What to write where labels count from 0."""
    if not one.given:
        return ""
    parts = [scene.written(start, stop - 1) for start, stop in name.spans]
    parts[axis] += "+1"
    shown = f"{scene.written(name.start, name.start)}_{{{','.join(parts)}}}"
    return f"indices count from 1 in LaTeX; where {one.given} counts from 0: {shown}, or a sum that begins at 0"


