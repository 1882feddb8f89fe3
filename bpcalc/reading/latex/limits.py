r"""What stands below and above a sum: \sum_{i=1}^{n}, \sum_{i<j}, \sum_{j \ne y_i}, \sum_{i \in S}.

    below       = clause { ( "," | "\\" ) clause }                 also in \substack{…}
    clause      = letter { letter }                                indices without limits
                | operand { sign operand }                         signs: = < \le > \ge \ne
                | letter "\in" ( name | "[" whole "]" | "\{" whole { "," whole } "\}" )
    operand     = letter | whole number

A letter is an index of the sum where it stands alone, before = or \in, or compared while it neither runs nor has a
value. A comparison with a number is a limit; one with another index, or \ne, is a condition on every term.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any, NamedTuple

from bpcalc.errors import BpcalcError
from bpcalc.reading.latex import names
from bpcalc.reading.latex.commands import COMPARISONS
from bpcalc.reading.latex.scene import Counter, Scene
from bpcalc.reading.latex.whole import LARGEST, whole
from bpcalc.reading.sizes import Size

Span = tuple[int, int]
DEPTH = {"{": 1, "(": 1, "[": 1, r"\{": 1, "}": -1, ")": -1, "]": -1, r"\}": -1}
DOTS = frozenset((r"\ldots", r"\dots", r"\cdots", r"\dotsc"))
ORDERED = {"<": 1, r"\le": 1, ">": -1, r"\ge": -1}
FORMS = r"as in \sum_{i=1}^{n} x_i, \sum_{i<j} x_i x_j, \sum_{j \ne k} x_j, or \sum_i x_i over all of an array"
SUCH_THAT = frozenset((":", "|", r"\mid"))
LONGEST = 10_000  # numbers of a set


class Range(NamedTuple):
    r"""An index and where it runs: to `high`, None where an array tells it; or through the numbers of a set.

    low     None where nothing is said: the indices then begin at 1, or at 0 as others of the sum do
    base    from where it counts, where its first number tells that: of \sum_{j=i+1} as i does
    given   the data that gives the numbers of the set
    """

    word: str
    low: Any = None
    high: Any = None
    values: tuple[int, ...] | None = None
    base: int | None = None
    given: str = ""


class Condition(NamedTuple):
    """What holds in every term: a sign, and where its sides stand."""

    sign: str
    left: Span
    right: Span


class Limits(NamedTuple):
    ranges: tuple[Range, ...]
    conditions: tuple[Condition, ...]


def scripts(scene: Scene, place: int) -> tuple[dict[str, Span], int]:
    """Where what stands below and above a sign stands, and the token behind it."""
    found: dict[str, Span] = {}
    at = place + 1
    while at < scene.stop and scene.tokens[at] in ("_", "^") and scene.tokens[at] not in found:
        sign, at = scene.tokens[at], at + 1
        is_braced = scene.tokens[at : at + 1] == ["{"]
        last = scene.braces.get(at) if is_braced else at
        if last is None or at >= scene.stop:
            raise scene.error("the limits of the sum are not closed", "add a }", place)
        found[sign] = (at + 1, last) if is_braced else (at, at + 1)
        at = last + 1
    return found, at


def clauses(scene: Scene, span: Span) -> list[Span]:
    """Where the parts stand that commas and line breaks part; \\substack{…} is one of their lists."""
    start, stop = span
    if scene.tokens[start : start + 2] == [r"\substack", "{"] and scene.braces.get(start + 1) == stop - 1:
        start, stop = start + 2, stop - 1
    found, depth, first = list[Span](), 0, start
    for at in range(start, stop + 1):
        token = scene.tokens[at] if at < stop else ","
        depth += DEPTH.get(token, 0) if at < stop else -depth
        if not depth and (token in (",", "\\\\", r"\land") or token.replace(" ", "") == r"\text{and}"):
            found.append((first, at))
            first = at + 1
    return found


class Below:
    """What is known of the limits while their clauses are read."""

    def __init__(self, scene: Scene, place: int, end: int) -> None:
        self.scene, self.place, self.end = scene, place, end
        self.ranges: dict[str, Range] = {}
        self.listed: list[str] = []  # letters without limits so far: those of i, j = 1 share what follows
        self.numbered: list[str] = []  # indices whose first number is said by =
        self.conditions: list[Condition] = []

    def refused(self, hint: str = FORMS, message: str = "the limits of this sum are not read") -> BpcalcError:
        return self.scene.error(message, hint, self.place, max(self.place, self.end - 1))

    def number(self, span: Span) -> Any:
        return self.counted(span).value

    def counted(self, span: Span) -> Counter:
        """The whole number of a limit. Raises BpcalcError, with the place, where there is none."""
        scene = self.scene
        if r"\infty" in scene.tokens[slice(*span)]:
            at = scene.tokens.index(r"\infty", *span)
            raise scene.error("a sum without an end is not calculated", "write a number above the sign", at)
        try:
            return whole(scene, *span, words=True)
        except ValueError:
            raise no_number(scene, span) from None

    def add(self, word: str) -> None:
        if word in self.ranges:
            raise self.refused(f"the index {word} stands there twice")
        self.ranges[word] = Range(word)

    def letter(self, span: Span) -> str:
        """The one letter that stands there, or nothing."""
        token = self.scene.tokens[span[0]] if span[1] - span[0] == 1 else ""
        return token if len(token) == 1 and token.isalpha() else ""

    def is_free(self, word: str) -> bool:
        """May a letter that is compared be an index of this sum: has it no value, and does it not run already?"""
        scene = self.scene
        return bool(word) and (word in self.ranges or not (word in scene.running or scene.has_value(word)
                                                           or word in scene.lengths))  # fmt: skip

    def bounded(self, word: str, low: Any = None, high: Any = None) -> None:
        """A limit of an index has been read."""
        one = self.ranges[word]
        is_twice = (low is not None and one.low is not None) or (high is not None and one.high is not None)
        if one.values is not None or is_twice:
            raise self.refused()
        self.ranges[word] = one._replace(low=one.low if low is None else low, high=one.high if high is None else high)


def read(scene: Scene, place: int) -> tuple[Limits, int]:
    """The indices of the sum whose sign stands at a place, and the token behind its limits."""
    found, end = scripts(scene, place)
    below = Below(scene, place, end)
    parts = clauses(scene, found["_"]) if "_" in found else []
    at = 0
    while at < len(parts):
        at += _clause(below, parts, at)
    if not below.ranges:
        raise below.refused()
    if "^" in found:
        high = below.number(found["^"])
        for word in below.numbered or [one.word for one in below.ranges.values() if one.values is None]:
            below.bounded(word, high=high)
    return Limits(tuple(below.ranges.values()), tuple(below.conditions)), end


def _clause(below: Below, parts: list[Span], at: int) -> int:
    """Reads the clause of this number; gives how many are read."""
    scene, (start, stop) = below.scene, parts[at]
    tokens = scene.tokens[start:stop]
    if not SUCH_THAT.isdisjoint(tokens):
        raise below.refused(r"a condition on each term is a factor: \sum_i \mathbb{1}[x_i > 0] \, x_i")
    if tokens and all(len(token) == 1 and token.isalpha() for token in tokens):
        for token in tokens:
            below.add(token)
            below.listed.append(token)
        return 1
    if r"\in" in tokens:
        _member(below, start, start + tokens.index(r"\in"), stop)
        return 1
    signs = [place for place in range(start, stop) if scene.tokens[place] in COMPARISONS]
    ends = [start - 1, *signs, stop]
    operands = [(before + 1, after) for before, after in pairwise(ends)]
    if not signs or any(first == last for first, last in operands):
        raise below.refused()
    _compared(below, [scene.tokens[place] for place in signs], operands)
    if len(parts) > at + 2 and scene.tokens[parts[at + 1][0]] in DOTS and len(below.numbered) == 1:  # i = 1, …, n
        below.bounded(below.numbered[0], high=below.number(parts[at + 2]))
        return 3
    return 1


def _compared(below: Below, signs: list[str], operands: list[Span]) -> None:
    """A chain of comparisons."""
    letters = [below.letter(span) for span in operands]
    kinds = {ORDERED.get(sign, 0) for sign in signs}
    if len(signs) > 1 and (len(kinds) > 1 or 0 in kinds):
        hint = r"write each comparison apart, with commas between them: i \ne j, j \ne k"
        raise below.refused(hint, "this chain of comparisons can be read two ways" if 0 in kinds else
                            "the comparisons of this chain go both ways")  # fmt: skip
    if signs[0] == "=" and letters[0]:
        for word in [*below.listed, letters[0]]:
            if word not in below.listed:
                below.add(word)
            low = below.counted(operands[1])
            base = low.base if low.base is not None else int(low.value != 0) if not isinstance(low.value, Size) else 1
            below.bounded(word, low=low.value)
            below.ranges[word] = below.ranges[word]._replace(base=base)
            below.numbered.append(word)
        below.listed.clear()
        return
    if "=" in signs:
        raise below.refused()
    free = [word for word in letters if below.is_free(word)]
    if len(letters) > 2 and letters[0] not in free and letters[-1] in free:  # the n of 1 \le i \le n
        free.pop()
    if signs[0] == r"\ne":
        _check_unequal(below, letters, free)
    if not free:  # the letter that must be the index: of a \ne b the first, of 1 \le i \le n the one between them
        free = [word for word in (letters[:1] if signs[0] == r"\ne" else letters[1:-1]) if word]
    if not free:
        shadowed = [word for word in letters if word and below.scene.has_value(word)]
        hint = f"{shadowed[0]} has a value: write another letter for the index" if shadowed else FORMS
        raise below.refused(hint)
    for word in free:
        if word not in below.ranges:
            below.add(word)
    for number, sign in enumerate(signs):
        words = [word in free and word for word in letters[number : number + 2]]
        _pair(below, sign, operands[number : number + 2], words)


def _check_unequal(below: Below, letters: list[str], free: list[str]) -> None:
    r"""Raises BpcalcError for j \ne k where nothing tells k: its value may be missing, or it runs too."""
    one, other = letters
    if other not in free or other in below.ranges:
        return
    if one in free and one not in below.ranges:
        hint = rf"give {other} a value, {other}=2; a sum over both is \sum_{{{one}}} \sum_{{{other} \ne {one}}}"
        raise below.refused(hint, f'"{other}" has no value: a sum over {one} alone, or over both?')
    if one and one not in below.scene.running:
        raise below.refused(f"{one} has a value: write another letter for the index")


def _pair(below: Below, sign: str, spans: list[Span], words: list[Any]) -> None:
    """One comparison: a limit, where one side is an index and the other has no index of this sum, or a condition."""
    left, right = spans
    order = ORDERED.get(sign, 0)
    others = [span for span, word in zip(spans, words, strict=True) if not word]
    is_limit = order and len(others) == 1 and below.ranges.keys().isdisjoint(below.scene.tokens[slice(*others[0])])
    if not is_limit:
        below.conditions.append(Condition(sign, left, right))
        return
    number, word = below.number(others[0]), words[0] or words[1]
    is_high = (order > 0) == bool(words[0])  # the number stands where the larger one does
    step = 0 if sign in (r"\le", r"\ge") else 1
    below.bounded(word, **{"high": number - step} if is_high else {"low": number + step})


def _member(below: Below, start: int, sign: int, stop: int) -> None:
    r"""i \in \{1, 3\}, i \in [n], i \in S."""
    scene, first = below.scene, sign + 1
    words = [*below.listed, *[below.letter((start, sign))]]
    if not words[-1]:
        raise below.refused()
    below.listed.clear()
    if words[-1] not in below.ranges:
        below.add(words[-1])
    ends = (scene.tokens[first], scene.tokens[stop - 1]) if stop - first > 2 else ("", "")
    for word in words:
        one = below.ranges[word]
        if ends == ("[", "]"):
            one = one._replace(low=1, high=below.number((first + 1, stop - 1)))
        elif ends == (r"\{", r"\}"):
            one = _listed(below, one, (first + 1, stop - 1))
        else:
            one = _of_data(below, one, (first, stop))
        below.ranges[word] = one


def _listed(below: Below, one: Range, span: Span) -> Range:
    r"""The numbers of \{1, 3\}, or of \{1, \ldots, n\}."""
    scene = below.scene
    parts = clauses(scene, span)
    dots = [at for at, (start, _) in enumerate(parts) if scene.tokens[start] in DOTS]
    if dots:
        numbers = [below.number(part) for at, part in enumerate(parts) if at not in dots]
        if dots != [len(parts) - 2] or numbers[:-1] != [*range(numbers[0], numbers[0] + len(numbers) - 1)]:
            raise below.refused(r"all numbers from 1 to n are \{1, \ldots, n\}")
        return one._replace(low=numbers[0], high=numbers[-1])
    numbers = [below.number(part) for part in parts]
    return one._replace(values=_checked(below, numbers))


def _of_data(below: Below, one: Range, span: Span) -> Range:
    """The numbers of an array that a binding gives."""
    scene = below.scene
    name = names.read(scene, span[0], strict=False) if names.starts_name(scene.tokens[span[0]]) else None
    if name is None or name.stop != span[1]:
        raise below.refused()
    word, text = names.choose(scene, name), scene.written(span[0], span[1] - 1)
    value = scene.bound(word)
    shape = getattr(value, "shape", ())
    if len(shape) != 1 or not hasattr(value, "tolist"):
        hint = rf"give it the numbers of the indices: {word}=[1,3]; over all of an array x: \sum_i x_i"
        raise scene.error(f'"{text}" has no value that tells through which numbers {one.word} runs', hint, span[0],
                          span[1] - 1)  # fmt: skip
    numbers = value.tolist()
    if any(number != number // 1 for number in numbers):
        hint = rf"a sum over the entries of {text} is \sum_i {text}_i"
        raise scene.error(f'the numbers of "{text}" are no indices', hint, span[0], span[1] - 1)
    scene.variable(word, name.start, name.stop)
    scene.state.sizes[word] = value
    return one._replace(values=_checked(below, [int(number) for number in numbers]), given=word)


def _checked(below: Below, numbers: list[Any]) -> tuple[int, ...]:
    if any(isinstance(number, Size) for number in numbers) or len(numbers) > LONGEST or not numbers:
        raise below.refused("a set has whole numbers")
    if len({*numbers}) < len(numbers):
        raise below.refused("leave out what stands there twice", "a number stands twice in this set")
    if max(map(abs, numbers)) > LARGEST:
        raise below.refused("these numbers are too large")
    return tuple(numbers)


def no_number(scene: Scene, span: Span) -> BpcalcError:
    """For a limit that is no whole number: a name in it that has no value, or all of it."""
    first, last = span[0], max(*span) - 1
    for at in range(*span):
        name = names.read(scene, at, strict=False) if names.starts_name(scene.tokens[at]) else None
        if name is None or any(map(scene.has_value, name.spellings())) or name.bases[0] in scene.running:
            continue
        word = names.choose(scene, name)
        return scene.error(f'nothing tells how far the sum goes: "{word}" has no value', f"give it a value: {word}=…",
                           name.start, name.stop - 1)  # fmt: skip
    hint = "a limit is a whole number, or a name that has such a value"
    return scene.error("the limits of this sum are no numbers", hint, first, last)
