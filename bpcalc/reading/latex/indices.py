r"""Indices that mean an entry: x_i inside of a sum over i, x_2 of an array, X_{i,:}.

They count from 1 as on paper, or from 0 where a sum begins there.
"""

from __future__ import annotations

from typing import Any

from bpcalc.errors import BpcalcError
from bpcalc.gates.arrays import GATES
from bpcalc.reading.latex import names
from bpcalc.reading.latex.scene import Counter, EntryByEntryError, Running, Scene, Value
from bpcalc.reading.latex.whole import lifted, place, whole

WHOLE = (None, None, None)
Part = Running | Counter | str


def value_of(scene: Scene, name: names.Name) -> Value | None:
    """The entry that a name with an index means, or None where it is a name of its own."""
    name = lifted(scene, name)
    runs = any(token in scene.running for part in name.parts for token in part)
    base = _base(scene, name)
    name = _apart(scene, name, base, runs)
    if not runs:
        given = [one for one in name.spellings() if scene.has_value(one)]
        if given or base is None or not scene.shape(base):
            return None
    found = [part(scene, *span) for span in name.spans]
    if any(one is None for one in found):
        return None
    if base is not None and scene.shape(base) != ():
        return entry(scene, base, found, name, runs)
    if any(isinstance(one, Running) for one in found):
        raise EntryByEntryError
    numbers = tuple(str(one.value) if isinstance(one, Counter) else str(one) for one in found)
    word = names.choose(scene, name, name.spellings(numbers))
    return Value(scene.variable(word, name.start, name.stop), name.start)


def _apart(scene: Scene, name: names.Name, base: int | None, runs: bool) -> names.Name:
    """The name with its index in parts where its letters stand side by side: X_{ij}, X_{1j}, s_{iy_i}."""
    if len(name.parts) != 1:
        return name
    ((start, stop),) = name.spans
    cuts = factors(scene, start, stop)
    axes = len(scene.shape(base) or ()) if base is not None else 0
    if runs and len(cuts) == 2 and scene.tokens[start].isdigit() and not axes:
        raise _two_indices(scene, name, start)
    is_split = len(cuts) > 1 and (all(scene.tokens[at] in scene.running for at, _ in cuts) or len(cuts) == axes)
    if not is_split:
        return name
    spans = tuple(cuts)
    return name._replace(parts=tuple(tuple(scene.tokens[at:end]) for at, end in spans), spans=spans)


def factors(scene: Scene, start: int, stop: int) -> list[tuple[int, int]]:
    """Where the factors of an index stand that has no sign: those of `iy_i` are i and y_i. Of any other, nothing."""
    found: list[tuple[int, int]] = []
    while start < stop:
        name = names.letter(scene, start) if scene.tokens[start].isalpha() else None
        if name is None and not scene.tokens[start].isdigit():
            return []
        found.append((start, name.stop if name else start + 1))
        start = found[-1][1]
    return found


def _two_indices(scene: Scene, name: names.Name, start: int) -> BpcalcError:
    """For x_{1j} of names: x_11 or, as of a vector x_{2i}, x_2?"""
    word, stem = scene.written(name.start, name.stop - 1), scene.tokens[name.start]
    hint = rf"write {stem}_{{{','.join(scene.tokens[start : start + 2])}}} for two indices"
    return scene.error(f'"{word}" can be read two ways', hint, name.start, name.stop - 1)


def _base(scene: Scene, name: names.Name) -> int | None:
    """The node of what carries the index, where that has a value: with the index above, if it has one."""
    bare = name._replace(parts=(), spans=())
    given = [one for one in bare.spellings() if scene.has_value(one)]
    return scene.variable(given[0], name.start, name.stop) if len(given) == 1 else None


def part(scene: Scene, start: int, stop: int) -> Part | None:
    """What the part of an index says that stands between two tokens; None where it is no index."""
    tokens = scene.tokens[start:stop]
    if tokens == [":"]:
        return ":"
    if tokens[:1] in ([r"\ldots"], [r"\dots"]):
        return "..."
    if len(tokens) == 1 and tokens[0] in scene.running:
        return scene.running[tokens[0]]
    try:
        return whole(scene, start, stop)
    except ValueError:
        return None


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
            key.append(place(scene, one, shape[axis], name, axis))
    if over and len(parts) < len(shape):
        raise EntryByEntryError
    node = base
    if any(one != WHOLE for one in key):
        node = scene.apply(GATES["index"].bind({"key": tuple(key)}), (base,), name.start)
        _tell(scene, parts, key, name, runs)
    if all(one == ":" for one in over):
        over = []
    return Value(node, name.start, tuple(over))


def _tell(scene: Scene, parts: list[Any], key: list[Any], name: names.Name, runs: bool) -> None:
    """A note of an entry that no index runs through, and of where labels count from."""
    word, base = scene.written(name.start, name.stop - 1), scene.bases.get(name.bases[0], 1)
    labels = [one.given for one in parts if isinstance(one, Counter) and one.given]
    if not runs:
        last = [number if number != WHOLE else ":" for number in key]
        sentence = f"{word} is read as the entry {name.bases[0]}{last}; indices count from {base} in LaTeX"
        scene.note(name.bases[0], sentence)
    elif labels:
        sentence = f"{word}: the numbers of {labels[0]} count from {base}, like all indices of {name.bases[0]}"
        scene.note(labels[0], sentence)


def _is_whole(one: Running, size: int) -> bool:
    """Does an index run through all of an axis?"""
    return one.high is None or one.high - one.low + 1 == size
