r"""Indices that mean an entry: x_i inside of a sum over i, x_2 of an array, X_{i,:}.

They count from 1 as on paper, or from 0 where a sum begins there.
"""

from __future__ import annotations

from typing import Any

from bpcalc.gates.arrays import GATES
from bpcalc.reading.latex import names
from bpcalc.reading.latex.scene import Counter, EntryByEntryError, Running, Scene, Value
from bpcalc.reading.sizes import Size, read_size

WHOLE = (None, None, None)
Part = int | Running | Counter | str


def value_of(scene: Scene, name: names.Name) -> Value | None:
    """The entry that a name with an index means, or None where it is a name of its own."""
    if name.upper in scene.running:  # x^{(i)}, and x_j^{(i)} for the entry in row i and column j
        name = name._replace(parts=((name.upper,), *name.parts), upper="")
    parts = name.parts
    if len(parts) == 1 and len(parts[0]) > 1 and all(one in scene.running for one in parts[0]):
        parts = tuple((one,) for one in parts[0])  # X_{ij}
    runs = any(token in scene.running for part in parts for token in part)
    base = _base(scene, name)
    if runs and len(parts) == 1 and len(parts[0]) == 2 and parts[0][0].isdigit():
        parts = _number_and_index(scene, parts[0], name, base)
    if not runs:
        whole = [one for one in name.spellings() if scene.has_value(one)]
        if whole or base is None or not scene.shape(base):
            return None
    found = [_part(scene, part) for part in parts]
    if any(one is None for one in found):
        return None
    if base is not None and scene.shape(base) != ():
        return entry(scene, base, found, name, runs)
    if any(isinstance(one, Running) for one in found):
        raise EntryByEntryError
    numbers = tuple(str(one.value if isinstance(one, Counter) else one) for one in found)
    word = names.choose(scene, name, name.spellings(numbers))
    return Value(variable(scene, word, name), name.start)


def _number_and_index(
    scene: Scene, part: tuple[str, ...], name: names.Name, base: int | None
) -> tuple[tuple[str, ...], ...]:
    """`X_{1j}` of a matrix is X_{1,j}, and `x_{2i}` of a vector the entry 2*i. Raises BpcalcError for a name."""
    shape = scene.shape(base) if base is not None else ()
    if shape:
        return ((part[0],), (part[1],)) if len(shape) == 2 else (part,)
    word, (number, index) = scene.written(name.start, name.stop - 1), part
    stem = scene.tokens[name.start]
    hint = rf"write {stem}_{{{number},{index}}} for two indices"
    raise scene.error(f'"{word}" can be read two ways', hint, name.start, name.stop - 1)


def _base(scene: Scene, name: names.Name) -> int | None:
    """The node of what carries the index, where that has a value: with the index above, if it has one."""
    whole = name._replace(parts=())
    given = [one for one in whole.spellings() if scene.has_value(one)]
    return variable(scene, given[0], name) if len(given) == 1 else None


def variable(scene: Scene, word: str, name: names.Name) -> int:
    """The node of a name."""
    if word in scene.parameters:
        return scene.parameters[word]
    own, place = scene.own, scene.own.place
    own.place = name.start
    own.written.setdefault(word, (name.start, name.stop - 1))
    node = own.name(word)
    own.place = place
    return node


def letter(scene: Scene, word: str, name: names.Name) -> int:
    """The variable of a name that is a constant in the language, and a letter like others here: tau."""
    own = scene.own
    own.used.setdefault(word, name.start)
    own.written.setdefault(word, (name.start, name.stop - 1))
    node = own.names[word] = own.graph.variable(word)
    return node


def _part(scene: Scene, part: tuple[str, ...]) -> Part | None:
    """What a part of an index says; None where it is no index."""
    if part == (":",):
        return ":"
    if part and part[0] in (r"\ldots", r"\dots"):
        return "..."
    if len(part) == 1 and part[0] in scene.running:
        return scene.running[part[0]]
    text, before = "", ""
    for token in part:
        text += "*" * (before.isdigit() and token.isalpha()) + token
        before = token
    counters: list[Counter] = []

    def value(word: str) -> int:
        one = scene.running.get(word)
        if isinstance(one, Running):
            raise EntryByEntryError
        if one is not None:
            counters.append(one)
            return one.value
        number = scene.bound(word)
        if isinstance(number, (int, float)) and not isinstance(number, Size) and number == number // 1:
            variable(scene, word, names.Name((word,), (), "", "", scene.place, scene.place + 1, ""))
            return int(number)
        raise ValueError(word)

    try:
        number = read_size(text, value)
    except (ValueError, ZeroDivisionError):
        return None
    return Counter(number, counters[0].base) if counters else number


def entry(scene: Scene, base: int, parts: list[Any], name: names.Name, runs: bool) -> Value:
    """The entries of an array that an index means."""
    shape = scene.shape(base)
    word = scene.written(name.start, name.stop - 1)
    if shape is not None and parts[:1] == ["..."]:
        parts = [":"] * (len(shape) - len(parts) + 1) + parts[1:]
    if shape is None or len(parts) > len(shape):
        if any(isinstance(one, Running) for one in parts):
            raise EntryByEntryError
        count = "an unknown number" if shape is None else str(len(shape))
        raise scene.error(f'"{word}" has {len(parts)} indices, and the array has {count} of axes', first=name.start,
                          last=name.stop - 1)  # fmt: skip
    over: list[str] = []
    key: list[Any] = []
    for axis, one in enumerate(parts):
        if isinstance(one, Running) or one == ":":
            if one != ":" and not _is_whole(one, shape[axis]):
                raise EntryByEntryError
            over.append(next(word for word, other in scene.running.items() if other is one) if one != ":" else ":")
            key.append(WHOLE)
        else:
            key.append(_place(scene, one, shape[axis], name))
    if over and len(parts) < len(shape):
        raise EntryByEntryError
    node = base
    if any(one != WHOLE for one in key):
        node = scene.apply(GATES["index"].bind({"key": tuple(key)}), (base,), name.start)
        if not runs:
            last = [number if number != WHOLE else ":" for number in key]
            scene.note(name.bases[0], f"{word} is read as the entry {name.bases[0]}{last}; indices count from "
                       f"{scene.bases.get(name.bases[0], 1)} in LaTeX")  # fmt: skip
    if all(one == ":" for one in over):
        over = []
    return Value(node, name.start, tuple(over))


def _is_whole(one: Running, size: int) -> bool:
    """Does an index run through all of an axis?"""
    return one.high is None or one.high - one.low + 1 == size


def _place(scene: Scene, one: Part, size: int, name: names.Name) -> int:
    """Where an entry stands, counted from 0."""
    number = one.value if isinstance(one, Counter) else one
    assert isinstance(number, int)
    known = scene.bases.get(name.bases[0])
    base = one.base if isinstance(one, Counter) else 0 if number == 0 else 1 if known is None else known
    word = scene.written(name.start, name.stop - 1)
    if scene.bases.setdefault(name.bases[0], base) != base:
        hint = "let all indices of one array begin at 1, or at 0"
        raise scene.error(f'the indices of "{name.bases[0]}" count from 0 and from 1', hint, name.start, name.stop - 1)
    if number < base or (not isinstance(size, Size) and number - base >= size):
        raise scene.error(f'"{word}" is no entry: the index {number} is not between {base} and {size + base - 1}',
                          first=name.start, last=name.stop - 1)  # fmt: skip
    return number - base
