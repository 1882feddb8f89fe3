r"""Sums, products and extrema over an index: \sum_{i=1}^{N} x_i. The body reaches as far as a product does.

Where all entries of arrays are met in their order, the sum is one gate on arrays. Else its terms are written out: the
body is read once for each value of the index, from the same tokens.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterator, Sequence
from itertools import product
from operator import eq, ge, gt, le, lt, ne
from typing import Any

from bpcalc.gates.arrays import GATES, SPELLINGS
from bpcalc.graph import Graph
from bpcalc.reading.latex import limits, names
from bpcalc.reading.latex.limits import Range
from bpcalc.reading.latex.scene import BIG, Counter, EntryByEntryError, Running, Scene, Value, Waiting
from bpcalc.reading.latex.whole import whole
from bpcalc.reading.sizes import Size

SIGNS = {r"\sum": "sum", r"\prod": "prod", r"\max": "max", r"\min": "min"}
REDUCED = {"sum": "sum", "prod": "prod", "max": "amax", "min": "amin"}
JOINED = {"sum": "add", "prod": "multiply", "max": "max", "min": "min"}
WORDS = ("mean", "var", "std", "logsumexp", "median")
EMPTY = {"sum": 0.0, "prod": 1.0}  # what is there without terms
LIMIT = 200_000  # terms that are written out

HOLDS = {"=": eq, r"\ne": ne, "<": lt, r"\le": le, ">": gt, r"\ge": ge}


class Body:
    """A sum whose body is read.

    ranges      of its indices; values: those that are still to come, where the terms are written out
    conditions  that hold in every term
    bases       from where each index counts, where its terms are written out
    """

    def __init__(self, scene: Scene, kind: str, place: int, found: limits.Limits) -> None:
        self.kind, self.place = kind, place
        self.ranges, self.conditions = found.ranges, found.conditions
        self.words = [one.word for one in found.ranges]
        self.start = scene.place
        self.heights = len(scene.operands), len(scene.pending), len(scene.opens)
        self.outer = {word: scene.running.get(word) for word in self.words}
        self.values: Iterator[tuple[int, ...]] | None = None
        self.bases: list[int | None] = []
        self.left: Any = None  # what is gone on with behind a sum that has no term
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
    found, scene.place = limits.read(scene, place)
    for one in found.ranges:
        if one.word in scene.running:
            raise scene.error(f'the index "{one.word}" runs already', "give one of the sums another letter", place)
    body = Body(scene, kind, place, found)
    scene.pending.append(Waiting(BIG, "big", place, more=body))
    _start(scene, body)


def _start(scene: Scene, body: Body) -> None:
    """Begins the body: for all entries at once, or for the first term."""
    is_whole = not body.conditions and all(one.values is None for one in body.ranges)
    if body.kind in WORDS and not is_whole:
        raise scene.error("this is read over whole axes only", r"as in \operatorname{mean}_{i} x_i", body.place)
    lowest = _lowest(scene, body)
    if is_whole and (body.kind in WORDS or body.place not in scene.unrolled):
        for one in body.ranges:
            scene.running[one.word] = Running(lowest if one.low is None else one.low, one.high)
        return
    scene.unrolled.add(body.place)
    ranges = [_numbers(scene, body, one, lowest) for one in body.ranges]
    count = 1
    for numbers in ranges:
        count *= len(numbers)
    if count > LIMIT:
        raise scene.error(f"this sum has more than {LIMIT:,} terms", "", body.place)
    _check_excluded(scene, body, ranges)
    body.bases = [_base(one, lowest) for one in body.ranges]
    body.values = product(*ranges)
    if not _next(scene, body):
        _start_without_terms(scene, body, lowest)


def _start_without_terms(scene: Scene, body: Body, lowest: int) -> None:
    r"""Begins the body of a sum without a term, as the first of \sum_i \sum_{j<i} has none, only to get behind it.

    It is read into a graph of its own, which is left there. Raises BpcalcError where the sum never has a term.
    """
    is_inside = any(one.kind == "big" and one.more is not body and one.more.values is not None for one in scene.pending)
    if body.kind not in EMPTY or not is_inside:
        raise scene.error("this sum has no terms", "its index ends before it begins", body.place)
    own = scene.own
    body.left = own.graph, own.scope, own.calls, own.defining
    own.graph, own.scope, own.calls, own.defining = Graph(), {}, {}, own.defining or "sum"
    scene.left.append(own.graph)
    scene.empty += 1
    for one in body.ranges:
        scene.running[one.word] = Counter(lowest, lowest)


def _lowest(scene: Scene, body: Body) -> int:
    """Where an index without a first number begins: at 0 where one beside it does, or where its array's indices do."""
    lows = [one.low for one in body.ranges if one.low is not None]
    lows += [low for one in body.ranges if one.values is not None and not one.given for low in one.values]
    sides = [span for one in body.conditions for span in (one.left, one.right)]
    beside = {token for span in sides for token in scene.tokens[slice(*span)]}
    counted = [one for word, one in scene.running.items() if word in beside]
    if 0 in lows or any((one.base if isinstance(one, Counter) else one.low) == 0 for one in counted):
        return 0
    arrays = [found[2] for one in body.ranges if one.low is None and (found := _first(scene, one.word, body.place))]
    return 0 if not lows and any(scene.bases.get(array) == 0 for array in arrays) else 1


def _base(one: Range, lowest: int) -> int | None:
    """From where an index counts; None where data gives its numbers, which do not tell that."""
    if one.values is not None:
        return 0 if 0 in one.values and not one.given else None
    if one.low is None:
        return lowest
    return one.base if one.base is not None else int(one.low != 0)


def _numbers(scene: Scene, body: Body, one: Range, lowest: int) -> Sequence[int]:
    """The numbers that an index takes, as far as its own limits say."""
    if one.values is not None:
        return one.values
    low = lowest if one.low is None else one.low
    high = one.high
    if high is None:
        found = _first(scene, one.word, body.place)
        others = [other.high for other in body.ranges if other.high is not None] if body.conditions else []
        if found is None and not others:
            hint = rf"give its limits: \sum_{{{one.word}=1}}^{{n}}"
            raise scene.error(f'nothing tells how far the index "{one.word}" goes', hint, body.place)
        high = found[1] - (_base(one, lowest) == 0) if found else max(others)
    if isinstance(high, Size) or isinstance(low, Size):
        hint = "give the size a number: its terms are written out one by one"
        raise scene.error("this sum cannot be written out for a size without a value", hint, body.place)
    return range(low, high + 1)


def _check_excluded(scene: Scene, body: Body, ranges: list[Sequence[int]]) -> None:
    r"""Raises BpcalcError for \sum_{j \ne y} where the label y is no number that j takes: nothing would be left out."""
    taken = {one.word: numbers for one, numbers in zip(body.ranges, ranges, strict=True)}
    for condition in body.conditions:
        start, stop = condition.left
        word = scene.tokens[start] if stop - start == 1 else ""
        if condition.sign != r"\ne" or word not in taken or scene.tokens[condition.right[0]] in taken:
            continue
        number = _side(scene, condition.right)
        if number.given and number.value not in taken[word] and len(taken[word]):
            text = scene.written(condition.right[0], condition.right[1] - 1)
            one = next(one for one in body.ranges if one.word == word)
            hint = f"give {number.given} a number from {min(taken[word])} to {max(taken[word])}"
            if number.value == 0 and one.low is None:
                begun = rf"\sum_{{{word}=0, {word} \ne {text}}}"
                hint = f"indices count from 1 in LaTeX, and from 0 where the sum begins there: {begun}"
            message = f"{text} is {number.value}, and {word} goes from {min(taken[word])} to {max(taken[word])}"
            raise scene.error(message, hint, condition.right[0], condition.right[1] - 1)


def _side(scene: Scene, span: limits.Span) -> Counter:
    """The number of a side of a condition. Raises BpcalcError where it has none."""
    try:
        return whole(scene, *span)
    except ValueError:
        raise limits.no_number(scene, span) from None


def _first(scene: Scene, word: str, place: int) -> tuple[int, Any, str] | None:
    """Where an index stands first at an array behind a place: there, how long the axis is, and of which array."""
    every = scene.indexed.get(word, [])
    at = bisect(every, place, key=lambda one: one[0])
    return every[at] if at < len(every) else None


def _next(scene: Scene, body: Body) -> bool:
    """Gives the indices their next values. False where there are none."""
    assert body.values is not None
    for values in body.values:
        for value, one, base in zip(values, body.ranges, body.bases, strict=True):
            scene.running[one.word] = Counter(value, base, one.given)
        if not all(_holds(scene, one) for one in body.conditions):
            continue
        scene.steps += 1
        if scene.steps > LIMIT:
            raise scene.error(f"the sums of this text have more than {LIMIT:,} terms", "", body.place)
        return True
    return False


def _holds(scene: Scene, condition: limits.Condition) -> bool:
    """Does a condition hold for the values that the indices have?"""
    a, b = _side(scene, condition.left).value, _side(scene, condition.right).value
    return bool(HOLDS[condition.sign](a, b))


def finish(scene: Scene, waiting: Waiting) -> bool:
    """A body has been read. False where it is read once more, for the next term."""
    body: Body = waiting.more
    value = scene.operands[-1]
    if body.left:
        own = scene.own
        own.graph, own.scope, own.calls, own.defining = body.left
        scene.empty -= 1
        scene.operands[-1] = Value(own.graph.constant(EMPTY[body.kind]), body.place)
    elif body.values is None:
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
    words = body.words
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
            for word in body.words:
                scene.running.pop(word, None)
            scene.unrolled.add(body.place)
            _forget_inner(scene, body)
            _start(scene, body)
            return
    raise scene.error("an index stands outside of its sum")


def _forget_inner(scene: Scene, body: Body) -> None:
    """Indices of sums inside of the body do not run any more."""
    kept = {word for waiting in scene.pending if waiting.kind == "big" for word in waiting.more.words}
    for word in [word for word in scene.running if word not in kept]:
        del scene.running[word]
