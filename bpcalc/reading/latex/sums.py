r"""Sums, products and extrema over an index: \sum_{i=1}^{N} x_i. The body reaches as far as a product does.

Where all entries of arrays are met in their order, the sum is one gate on arrays. Else its terms are written out: the
body is read once for each value of the index, from the same tokens.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterator
from itertools import product
from typing import Any

from bpcalc.gates.arrays import GATES, SPELLINGS
from bpcalc.reading.fixed import NotFixedError, fixed_number
from bpcalc.reading.latex import names
from bpcalc.reading.latex.commands import COMPARISONS
from bpcalc.reading.latex.indices import variable
from bpcalc.reading.latex.scene import BIG, Counter, EntryByEntryError, Running, Scene, Value, Waiting
from bpcalc.reading.sizes import Size, read_size

SIGNS = {r"\sum": "sum", r"\prod": "prod", r"\max": "max", r"\min": "min"}
REDUCED = {"sum": "sum", "prod": "prod", "max": "amax", "min": "amin"}
JOINED = {"sum": "add", "prod": "multiply", "max": "max", "min": "min"}
WORDS = ("mean", "var", "std", "logsumexp", "median")
LIMIT = 200_000  # terms that are written out

Range = tuple[str, int, Any]  # an index, its first value, its last one: None where an array tells it


class Body:
    """A sum whose body is read.

    ranges   of its indices; values: those that are still to come, where the terms are written out
    skipped  pairs of indices that differ in every term
    """

    def __init__(
        self, scene: Scene, kind: str, place: int, ranges: list[Range], skipped: list[tuple[str, str]]
    ) -> None:
        self.kind, self.place, self.ranges, self.skipped = kind, place, ranges, skipped
        self.start = scene.place
        self.heights = len(scene.operands), len(scene.pending), len(scene.opens)
        self.outer = {word: scene.running.get(word) for word, _, _ in ranges}
        self.values: Iterator[tuple[int, ...]] | None = None
        self.total: int | None = None


def begins(scene: Scene) -> str:
    """The kind of sum that begins at this place, or nothing."""
    token = scene.token()
    if token in SIGNS:
        return SIGNS[token] if scene.token(1) == "_" or (scene.token(1) == "^" and token in (r"\sum", r"\prod")) else ""
    if token.startswith(r"\operatorname{") and scene.token(1) == "_":
        word = names.plain(token)
        return word if word in WORDS and SPELLINGS.get(word) else ""
    return ""


def begin(scene: Scene, kind: str) -> None:
    """Reads the limits; the place is then at the body."""
    place = scene.place
    scene.place += 1
    limits: dict[str, tuple[int, int]] = {}
    while scene.token() in ("_", "^") and scene.token() not in limits:
        sign, at = scene.token(), scene.place + 1
        last = scene.braces.get(at) if scene.token(1) == "{" else at
        if last is None or at >= scene.stop:
            raise scene.error("the limits of the sum are not closed", "add a }", place)
        limits[sign] = (at + 1, last) if scene.tokens[at] == "{" else (at, at + 1)
        scene.place = last + 1
    ranges, skipped = _ranges(scene, place, limits)
    for word, _, _ in ranges:
        if word in scene.running:
            raise scene.error(f'the index "{word}" runs already', "give one of the sums another letter", place)
    body = Body(scene, kind, place, ranges, skipped)
    scene.pending.append(Waiting(BIG, "big", place, more=body))
    _start(scene, body)


def _ranges(
    scene: Scene, place: int, limits: dict[str, tuple[int, int]]
) -> tuple[list[Range], list[tuple[str, str]]]:
    """The indices and where they run, from what stands below and above the sign."""
    first, stop = limits.get("_", (place, place))
    clauses: list[list[str]] = [[]]
    for token in scene.tokens[first:stop]:
        if token == ",":
            clauses.append([])
        else:
            clauses[-1].append(token)
    indices, low, skipped, high = list[str](), None, list[tuple[str, str]](), None
    for clause in clauses:
        signs = [token for token in clause if token in COMPARISONS]
        letters = [token for token in clause if len(token) == 1 and token.isalpha()]
        if not signs and letters == clause:
            indices += letters
        elif len(clause) > 2 and clause[1] == "=" and clause[0].isalpha():
            indices.append(clause[0])
            low = _bound(scene, clause[2:], first)
        elif len(clause) == 3 and clause[1] == r"\ne" and len(letters) == 2:
            indices += [clause[0]] * (clause[0] not in indices)
            skipped.append((clause[0], clause[2]))
        elif signs == [r"\le", r"\le"]:
            start, end = clause.index(r"\le"), len(clause) - 1 - clause[::-1].index(r"\le")
            indices += clause[start + 1 : end]
            low, high = _bound(scene, clause[:start], first), _bound(scene, clause[end + 1 :], first)
        else:
            indices.clear()
            break
    if not indices or len(set(indices)) < len(indices):
        hint = "write an index and its limits: \\sum_{i=1}^{n} x_i, or \\sum_i x_i over all of an array"
        raise scene.error("the limits of this sum are not read", hint, place, max(place, scene.place - 1))
    if "^" in limits:
        at, end = limits["^"]
        high = _bound(scene, scene.tokens[at:end], at)
    if high is not None and low is None:
        low = 1
    return [(word, 1 if low is None else low, high) for word in indices], skipped


def _bound(scene: Scene, tokens: list[str], place: int) -> Any:
    """A limit: a whole number, or a size with a name."""
    if r"\infty" in tokens:
        raise scene.error("a sum without an end is not calculated", "write a number above the sign", place)
    pieces: list[str] = []
    words: dict[str, names.Name] = {}
    at = place
    while tokens and scene.tokens[at : at + len(tokens)] != tokens:
        at += 1
    stop = at + len(tokens)
    while at < stop:
        name = names.read(scene, at, strict=False) if names.starts_name(scene.tokens[at]) else None
        if pieces and (name or scene.tokens[at].isdigit()) and pieces[-1][-1:].isalnum():
            pieces.append("*")
        if name is not None:
            word = names.choose(scene, name)
            words[word] = name
            pieces.append(word)
            at = name.stop
        else:
            pieces.append(scene.tokens[at])
            at += 1
    try:
        return read_size("".join(pieces), lambda word: _number(scene, word, words))
    except (ValueError, NotFixedError, KeyError):
        hint = "a limit is a whole number, or a name that has such a value"
        raise scene.error("the limits of this sum are no numbers", hint, place, max(place, stop - 1)) from None


def _number(scene: Scene, word: str, words: dict[str, names.Name]) -> int:
    """The value of a name in a limit."""
    one = scene.running.get(word)
    if isinstance(one, Counter):
        return one.value
    if isinstance(one, Running):
        raise EntryByEntryError
    if word in scene.lengths and not scene.has_value(word):
        return length_of(scene, word)
    if scene.bound(word) is None:
        name = words[word]
        hint = f"give it a value: {word}=…"
        raise scene.error(f'nothing tells how far the sum goes: "{word}" has no value', hint, name.start, name.stop - 1)
    number = fixed_number(scene.state, variable(scene, word, words[word]), sizes=True)
    if not isinstance(number, Size) and number != number // 1:
        raise ValueError(word)
    return number if isinstance(number, Size) else int(number)


def length_of(scene: Scene, word: str) -> int:
    """The length that stands for a limit without a value; a note says so."""
    length, array = scene.lengths[word]
    scene.note(word, f"{word} is the length of {array}, {length}")
    return length  # type: ignore[no-any-return]


def _start(scene: Scene, body: Body) -> None:
    """Begins the body: for all entries at once, or for the first term."""
    is_known = all(high is None or isinstance(high, Size) for _, _, high in body.ranges)
    if body.kind in WORDS or (body.place not in scene.unrolled and not body.skipped):
        for word, low, high in body.ranges:
            scene.running[word] = Running(low, high)
        return
    scene.unrolled.add(body.place)
    if is_known or any(high is None or isinstance(high, Size) for _, _, high in body.ranges):
        body.ranges = [(word, low, _length(scene, body, word) if high is None else high)
                       for word, low, high in body.ranges]  # fmt: skip
    if any(isinstance(high, Size) or isinstance(low, Size) for _, low, high in body.ranges):
        hint = "give the size a number: its terms are written out one by one"
        raise scene.error("this sum cannot be written out for a size without a value", hint, body.place)
    count = 1
    for _, low, high in body.ranges:
        count *= max(0, high - low + 1)
    if count > LIMIT:
        raise scene.error(f"this sum has more than {LIMIT:,} terms", "", body.place)
    body.values = product(*(range(low, high + 1) for _, low, high in body.ranges))
    if not _next(scene, body):
        raise scene.error("this sum has no terms", "its index ends before it begins", body.place)


def _length(scene: Scene, body: Body, word: str) -> Any:
    """How far an index without limits goes: as far as the first array behind the sum that has it."""
    if found := _first(scene, word, body.place):
        return found[1]
    hint = rf"give its limits: \sum_{{{word}=1}}^{{n}}"
    raise scene.error(f'nothing tells how far the index "{word}" goes', hint, body.place)


def _first(scene: Scene, word: str, place: int) -> tuple[int, Any, str] | None:
    """Where an index stands first at an array behind a place: there, how long the axis is, and of which array."""
    every = scene.indexed.get(word, [])
    at = bisect(every, place, key=lambda one: one[0])
    return every[at] if at < len(every) else None


def _next(scene: Scene, body: Body) -> bool:
    """Gives the indices their next values. False where there are none."""
    assert body.values is not None
    for values in body.values:
        found = {word: Counter(value, 0 if low == 0 else 1)
                 for value, (word, low, _) in zip(values, body.ranges, strict=True)}  # fmt: skip
        if any(found[one].value == _other(scene, found, other, body) for one, other in body.skipped):
            continue
        scene.steps += 1
        if scene.steps > LIMIT:
            raise scene.error(f"the sums of this text have more than {LIMIT:,} terms", "", body.place)
        scene.running.update(found)
        return True
    return False


def _other(scene: Scene, found: dict[str, Counter], word: str, body: Body) -> int:
    """The value of the index that another one is not."""
    one = found.get(word) or scene.running.get(word)
    if isinstance(one, Counter):
        return one.value
    number = scene.bound(word)
    if isinstance(one, Running):
        raise EntryByEntryError
    if not isinstance(number, (int, float)) or number != number // 1:
        hint = "give it a whole number, or write the terms out"
        raise scene.error(f'the index "{word}" has no value here', hint, body.place)
    name = names.Name((word,), (), "", "", body.place, body.place + 1, "")
    variable(scene, word, name)
    return int(number)


def finish(scene: Scene, waiting: Waiting) -> bool:
    """A body has been read. False where it is read once more, for the next term."""
    body: Body = waiting.more
    value = scene.operands[-1]
    if body.values is None:
        scene.operands[-1] = _reduced(scene, body, value)
    else:
        if value.over:
            raise EntryByEntryError
        joined = scene.apply(JOINED[body.kind], (body.total, value.node), body.place) if body.total is not None else 0
        body.total = value.node if body.total is None else joined
        if _next(scene, body):
            rewind(scene, waiting)
            return False
        scene.operands[-1] = Value(body.total, body.place)
    for word, one in body.outer.items():
        scene.ended.add(word)
        if one is None:
            scene.running.pop(word, None)
        else:
            scene.running[word] = one
    if scene.token() in ("+", "-"):
        text = scene.written(body.place, scene.place - 1)
        sentence = f"{text} ends before the {scene.token()}; brackets would take in what follows"
        scene.note(scene.tokens[body.place], sentence)
    return True


def _reduced(scene: Scene, body: Body, value: Value) -> Value:
    """The sum over all entries that the body stands for."""
    words = [word for word, _, _ in body.ranges]
    if any(word not in value.over for word in words):
        raise EntryByEntryError
    name = REDUCED.get(body.kind, body.kind)
    rest = tuple(word for word in value.over if word not in words)
    node = value.node
    if not rest:
        node = scene.apply(GATES[name].bind({}), (node,), body.place)
    else:
        for axis in sorted((value.over.index(word) for word in words), reverse=True):
            node = scene.apply(GATES[name].bind({"axis": axis}), (node,), body.place)
    return Value(node, body.place, () if all(one == ":" for one in rest) else rest)


def rewind(scene: Scene, waiting: Waiting) -> None:
    """Puts the stacks and the place back to where the body begins."""
    body: Body = waiting.more
    operands, pending, opens = body.heights
    del scene.operands[operands:], scene.pending[pending:], scene.opens[opens:]
    scene.pending.append(waiting)
    scene.place = body.start


def write_out(scene: Scene) -> None:
    """The outermost sum that is read for all entries at once is read again, term by term."""
    for waiting in scene.pending:
        if waiting.kind == "big" and waiting.more.values is None:
            body: Body = waiting.more
            if body.kind in WORDS:
                raise scene.error("this is read over whole axes only", r"as in \operatorname{mean}_{i} x_i", body.place)
            rewind(scene, waiting)
            for inner in body.ranges:
                scene.running.pop(inner[0], None)
            scene.unrolled.add(body.place)
            _forget_inner(scene, body)
            _start(scene, body)
            return
    raise scene.error("an index stands outside of its sum")


def _forget_inner(scene: Scene, body: Body) -> None:
    """Indices of sums inside of the body do not run any more."""
    kept = {word for waiting in scene.pending if waiting.kind == "big" for word, _, _ in waiting.more.ranges}
    for word in [word for word in scene.running if word not in kept]:
        del scene.running[word]


def survey(scene: Scene) -> None:
    """Looks once where indices stand at arrays, so that \\frac{1}{N} before \\sum_{i=1}^{N} x_i has a value."""
    tokens = scene.tokens
    if not any(token in SIGNS for token in tokens):
        return
    place = 0
    while place < scene.stop:
        name = names.read(scene, place, strict=False) if names.starts_name(tokens[place]) else None
        if name is not None and name.upper:
            name = name._replace(parts=((name.upper,), *name.parts))
        if name is None or not name.parts:
            place += 1
            continue
        shape = next((scene.bound(word).shape for word in name.bases if getattr(scene.bound(word), "shape", ())), ())
        parts = name.parts
        if len(parts) == 1 and len(shape) > 1 and len(parts[0]) == len(shape):
            parts = tuple((one,) for one in parts[0])
        for part, size in zip(parts, shape, strict=False):
            if len(part) == 1:
                scene.indexed.setdefault(part[0], []).append((place, size, name.bases[0]))
        place += 1
    for at, token in enumerate(tokens):
        if token in SIGNS:
            _limit(scene, at)


def _limit(scene: Scene, at: int) -> None:
    """The limit of one sum, where it is a name without a value."""
    tokens = scene.tokens
    if tokens[at + 1 : at + 2] != ["_"] or tokens[at + 2 : at + 3] != ["{"] or tokens[at + 4 : at + 5] != ["="]:
        return
    last = scene.braces.get(at + 2)
    if last is None or tokens[last + 1 : last + 2] != ["^"] or tokens[at + 5 : last] not in (["1"], ["0"]):
        return
    first = last + 2 + (tokens[last + 2 : last + 3] == ["{"])
    name = names.read(scene, first, strict=False) if names.starts_name(tokens[first]) else None
    if name is None:
        return
    behind = tokens[name.stop] if name.stop < scene.stop else ""
    rest = tokens[name.stop : name.stop + 2]
    if first > last + 2 and behind != "}" and rest != ["-", "1"]:
        return
    found = _first(scene, tokens[at + 3], at)
    if found is None or any(map(scene.has_value, name.spellings())):
        return
    word = names.choose(scene, name)
    if tokens[at + 5] == "1" and rest == ["-", "1"]:
        return
    length = found[1] if tokens[at + 5] == "1" or rest == ["-", "1"] else found[1] - 1
    if scene.lengths.setdefault(word, (length, found[2]))[0] != length:
        hint = f"give it a value: {word}=…"
        raise scene.error(f'"{word}" would be {scene.lengths[word][0]} and {length}', hint, name.start, name.stop - 1)
