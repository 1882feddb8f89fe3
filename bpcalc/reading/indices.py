"""An index behind an operand, `x[0, 1:]`, `x[:, None]`, `x[[0, 2]]`, `S[arange(N), y]`. Loaded when one is met.

    index  = "[" part { "," part } [ "," ] "]"
    part   = whole | name | [ end ] ":" [ end ] [ ":" [ end ] ] | "None" | "newaxis" | "..." | list | range
    list   = "[" ( list | whole ) { "," ( list | whole ) } "]"
    range  = ( "arange" | "range" ) "(" end { "," end } ")"

A name is that of whole numbers, which are chosen when the program is written; but the labels y of `S[arange(N), y]`
stay an input. Where it stands in parts of Python, `np.newaxis` and `np.arange(X.shape[0])` are read too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bpcalc.errors import BpcalcError, Source
from bpcalc.gates.arrays import GATES, SPELLINGS
from bpcalc.gates.indexing import Places
from bpcalc.reading import mistakes
from bpcalc.reading.extents import DEPTH, closing, error_at, operand_start, text_of
from bpcalc.reading.fixed import NotFixedError, fixed_number
from bpcalc.reading.known_shapes import known_shape
from bpcalc.reading.lexer import STOPS, canonical, is_word, tokenize
from bpcalc.reading.sizes import Size, read_size
from bpcalc.reading.state import State

MOST = 10_000_000  # places that an index names
DEEPEST = 32  # axes of an array in an index
FURTHEST = 2**31  # indices stay below this
FACTORS = frozenset(("*", "^", "**"))  # what stands between the factors of a size
JOINING = FACTORS | {"-", "−", "+", ":"}  # what stands between the parts of a place
INDEX = "an index is whole numbers and slices: x[0], x[1:, -1]"
RANGES = ("arange", "range")
NEW_AXIS = ("None", "newaxis")
SIGNS = ("+", "-", "−")
COMPARED = frozenset(("<", ">", "<=", ">=", "==", "!=", "≤", "≥", "≠"))


class Reader:
    """Reads the parts of an index from tokens: those of the program, or those of a text in quotes.

    where  the token that an error points at, instead of the one that is read; for a text in quotes
    """

    def __init__(self, state: State, tokens: Sequence[str], where: int | None = None) -> None:
        self.state = state
        self.tokens = tokens
        self.where = where

    def error(self, message: str, first: int, last: int | None = None, hint: str = "") -> BpcalcError:
        if self.where is not None:
            return error_at(self.state, message, hint, self.where)
        return error_at(self.state, message, hint, first, last)

    def part(self, first: int, last: int) -> Any:
        """The part of an index between two tokens."""
        tokens = self.tokens[first : last + 1]
        if not tokens:
            raise self.error("an index is missing between the brackets", first - 1, last + 1)
        if tokens in ([".", ".", "."], ["Ellipsis"]):
            return ...
        if tokens[-1] in NEW_AXIS and (len(tokens) == 1 or self.is_module(first, last - 1)):
            return None
        if not COMPARED.isdisjoint(tokens):
            hint = "where(x > 0, x, 0) keeps the shape, and the sum of that is the sum of the chosen"
            raise self.error("an index by a condition has no shape before the values are known", first, last, hint)
        if tokens[:2] == ["list", "("] and tokens[-1] == ")":
            return self.part(first + 2, last - 1)
        if tokens[0] == "[":
            return self.places(first, last)
        at = next((at for at in range(first, last) if self.tokens[at] in RANGES), 0)
        if at and self.tokens[at + 1] == "(" and (at == first or self.is_module(first, at - 1)):
            return self.counted(at, last)
        name = canonical(tokens[0]) if len(tokens) == 1 and is_word(tokens[0]) else ""
        if name and (found := self.bound(name)) is not None:
            return found
        return self.slice(first, last)

    def is_module(self, first: int, last: int) -> bool:
        """Is it a module's name and a dot?"""
        return first < last and self.tokens[last] == "." and is_word(self.tokens[first])

    def places(self, first: int, last: int) -> Places:
        """`[0, 2]`, `[[0, 1], [1, 0]]`"""
        rows: list[list[Any]] = [[]]
        at = first
        while at <= last:
            token = self.tokens[at]
            sign = -1 if token in ("-", "−") else 1
            at += token in SIGNS
            if token == "[" and len(rows) > DEEPEST:
                raise self.error("this array has too many axes", first, last)
            if token == "[":
                rows.append([])
            elif token == "]" and len(rows) > 1:
                row = tuple(rows.pop())
                if not row or len({one.__class__ for one in row}) > 1 or len(set(map(_length, row))) > 1:
                    raise self.error("an array in an index has rows of one length", first, last)
                rows[-1].append(row)
            elif self.tokens[at].isdecimal() and len(rows) > 1:
                rows[-1].append(sign * self.whole(self.tokens[at], at))
            elif token not in {",", "\n"} or (token == "," and self.tokens[at - 1] in ("[", ",")):
                raise self.error("an array in an index is of whole numbers: x[[0, 2]]", at)
            at += 1
        if len(rows) > 1 or len(rows[0]) != 1:
            raise self.error("this is no array of whole numbers", first, last)
        return Places(rows[0][0])

    def whole(self, text: str, at: int) -> int:
        if len(text) > 10 or int(text) > FURTHEST:
            raise self.error(f'the index "{text}" is no whole number or slice', at)
        return int(text)

    def counted(self, at: int, last: int) -> Places:
        """`arange(3)`, `range(1, 4)`, `np.arange(X.shape[0])`"""
        ends: list[int] = []
        start, depth = at + 2, 0
        for place in range(at + 1, last + 1):
            depth += DEPTH.get(self.tokens[place], 0)
            if (depth == 1 and self.tokens[place] == ",") or depth == 0:
                ends.append(self.size(start, place - 1))
                start = place + 1
        if start <= last or not 1 <= len(ends) <= 3 or any(isinstance(end, Size) for end in ends):
            raise self.error("this is no range of whole numbers", at, last)
        if ends[2:] == [0]:
            raise self.error("the step of a range cannot be 0", at, last)
        if max(map(abs, ends)) > MOST:
            raise self.error(f"an index takes at most {MOST:,} places", at, last)
        return Places(tuple(range(*ends)))

    def size(self, first: int, last: int) -> int:
        """A whole number: plain, of names, or the size of an array, `len(y)`, `X.shape[0]`."""
        tokens = [*self.tokens[first : last + 1]]
        axis: int | None = None
        if tokens[:2] == ["len", "("] and len(tokens) == 4:
            name, axis = tokens[2], 0
        elif tokens[1:4] == [".", "shape", "["] and len(tokens) == 6 and tokens[4].isdecimal():
            name, axis = tokens[0], int(tokens[4])
        if axis is None:
            return self.end("".join(tokens), is_slice=True, first=first, last=last)
        shape = known_shape(self.state, self.state.name(name)) or ()
        if axis >= len(shape):
            raise self.error("this size is not known here", first, last, "give the number, or a name for it")
        return shape[axis]

    def bound(self, name: str) -> Any:
        """The whole numbers that a binding gives a name; None for any other name."""
        bound = self.state.bound
        if not isinstance(bound, Mapping) or name not in bound or name in self.state.sizes:
            return None
        value = bound[name]
        if not getattr(value, "shape", ()) or not hasattr(value, "tolist"):
            return None
        entries = _whole(value.tolist())
        if entries is None:
            return None
        self.state.name(name)
        self.state.sizes[name] = value
        return Places(entries, name)

    def slice(self, first: int, last: int) -> int | tuple[int | None, ...]:
        for at in range(first, last):
            beside = {self.tokens[at], self.tokens[at + 1]}
            if (beside.isdisjoint(JOINING) or beside <= FACTORS) or self.tokens[at + 1] in "([":  # x[1 2], x[n * * 2]
                raise self.error(INDEX, at + 1, hint=self.hint(self.tokens[at + 1], first))
        text = "".join(self.tokens[first : last + 1])
        if "(" in text:
            raise self.error(INDEX, first, hint=self.hint(text, first))
        pieces = text.replace("−", "-").split(":")
        numbers = [self.end(piece, len(pieces) > 1, first, last) if piece else None for piece in pieces]
        if len(pieces) > 3:
            raise self.error(f'the index "{text}" is no whole number or slice', first, last)
        if len(numbers) == 1 and numbers[0] is not None:
            return numbers[0]
        if len(numbers) == 3 and numbers[2] == 0:
            raise self.error("the step of a slice cannot be 0", first, last)
        return tuple([*numbers, None, None][:3])

    def end(self, text: str, is_slice: bool, first: int, last: int) -> int:
        """A number in an index; a size may stand there: `x[n:m + n]`, `x[k]`."""

        def value(name: str) -> int:
            number = fixed_number(self.state, self.state.name(name), sizes=True)
            if number != number // 1:
                raise ValueError(f"{name} is no whole number")
            return number if isinstance(number, Size) else int(number)

        try:
            number = int(text) if text.lstrip("+-").isdecimal() else read_size(text, value)
            if isinstance(number, Size) and not is_slice:
                raise ValueError("an entry's place is a number")
        except (ValueError, NotFixedError) as unknown:
            whole = "".join(self.tokens[first : last + 1])
            message = f'the index "{whole}" is no whole number or slice'
            told = str(unknown) if isinstance(unknown, NotFixedError) and whole != "end" else ""
            raise self.error(message, first, last, told or self.hint(whole, first)) from None
        if not isinstance(number, Size) and abs(number) > FURTHEST:
            raise self.error(f'the index "{text}" is no whole number or slice', first, last)
        return number

    def hint(self, text: str, first: int) -> str:
        """What to write for an index that is none."""
        if self.where is not None:
            return ""
        name = self.state.tokens[first - 2]
        if text[:1] == ".":
            return f"write {name}[:] for an axis that is taken whole"
        if "end" in text:
            return f"write {name}[{text.replace('end-', '-').replace('end', '-1')}]; indices begin at 0"
        if canonical(name).casefold() in SPELLINGS and canonical(name) not in self.state.bound:
            return f"write {name.casefold()}({text})"
        is_chosen = "an index is whole numbers and slices, x[0], x[1:], that are chosen when the program is written"
        return is_chosen if text.isidentifier() or "." in text else ""


def index(state: State) -> None:
    """`[i, 1:, :]` behind an operand; leaves the place at the closing bracket."""
    tokens, opening = state.tokens, state.place
    stop = closing(state, opening)
    ended = next((at for at in range(opening, stop) if tokens[at] in STOPS), stop)
    if tokens[stop] != "]" or ended < stop:
        state.place = ended if ended < stop else stop
        raise mistakes.never_closed(state, opening)
    state.place = stop
    reader, parts = Reader(state, tokens), _split(tokens, opening + 1, stop)
    name = canonical(tokens[opening - 1])
    if name.casefold() in SPELLINGS and name in state.used and name not in state.bound and stop == opening + 2:
        message = f'the index "{tokens[opening + 1]}" is no whole number or slice'
        raise reader.error(message, opening + 1, hint=reader.hint(tokens[opening + 1], opening + 1))
    is_picked = len(parts) == 2 and _is_range(tokens, *parts[0]) and is_word(tokens[parts[1][0]])
    if is_picked and (labels := _labels(state, *parts[1])) is not None:
        state.operands[-1] = _picked(state, reader, parts[0], labels)
    else:
        key = tuple(reader.part(*part) for part in parts)
        if key.count(...) > 1:
            raise reader.error('"..." stands once in an index', opening, stop)
        if tokens[opening - 1] == ")" and state.graph.gates[state.operands[-1]] is GATES["eigh"]:
            _check_eigh(state, key, opening, stop)
        state.operands[-1] = state.graph.apply(GATES["index"].bind({"key": key}), (state.operands[-1],))


def _check_eigh(state: State, key: tuple[Any, ...], opening: int, at: int) -> None:
    """Raises BpcalcError for `eigh(A)[0]`: elsewhere the eigenvalues, here a row of the vectors."""
    first = operand_start(state.tokens, opening - 1)
    call, index = text_of(state, first, opening - 1), text_of(state, opening, at)
    if state.tokens[first] != "eigh" or key not in ((0,), (1,)):
        return
    meant = f"eigvalsh({text_of(state, first + 2, opening - 2)}) for the eigenvalues" if key == (0,) else (
        f"{call} for the eigenvectors"
    )
    hint = f"write {meant}, {call}[{key[0]}, :] for a row of the eigenvectors"
    raise error_at(state, f'"{call}{index}" can be read two ways', hint, first, at)


def quoted_key(state: State, text: str, at: int) -> tuple[Any, ...]:
    """The index that a text in quotes writes, which stands at a token."""
    tokens = tokenize(Source(text))
    reader = Reader(state, tokens, at)
    return tuple(reader.part(*part) for part in _split(tokens, 0, len(tokens) - 1))


def _split(tokens: Sequence[str], first: int, stop: int) -> list[tuple[int, int]]:
    """The first and the last token of each part of an index."""
    parts, depth, start = [], 0, first
    for at in range(first, stop):
        depth += DEPTH.get(tokens[at], 0)
        if not depth and tokens[at] == ",":
            parts.append((start, at - 1))
            start = at + 1
    if start < stop or not parts:
        parts.append((start, stop - 1))
    return parts


def _is_range(tokens: Sequence[str], first: int, last: int) -> bool:
    return tokens[last] == ")" and any(tokens[at] in RANGES and tokens[at + 1] == "(" for at in range(first, last))


def _labels(state: State, first: int, last: int) -> int | None:
    """The node of the labels in `S[arange(N), y]`: a name's, alone. A number is no label of each row."""
    if first != last:
        return None
    name = canonical(state.tokens[first])
    node = state.scope.get(state.tokens[first], state.scope.get(name))
    if node is None and not state.has_value(name):
        node = state.name(name)
    node = state.name(name) if node is None else node
    return None if known_shape(state, node) == () else node


def _picked(state: State, reader: Reader, rows: tuple[int, int], labels: int) -> int:
    """`S[arange(N), y]`, the entry of each row: `pick(S, y)`, of the first N rows where there are more."""
    scores, taken = state.operands[-1], reader.part(*rows)
    count, named, shape = len(taken.entries), known_shape(state, labels), known_shape(state, scores)
    if taken.entries != tuple(range(count)) or (named is not None and named != (count,)):
        raise reader.error(f"{count} rows are named, and labels of the shape {named}", *rows)
    if shape is not None and len(shape) == 2 and shape[0] != count:
        part = (None, count, None) if count < shape[0] else None
        if part is None:
            raise reader.error(f"{count} rows are named, and there are {shape[0]}", *rows)
        scores = state.graph.apply(GATES["index"].bind({"key": (part,)}), (scores,))
    return state.graph.apply(GATES["pick"], (scores, labels))


def _length(one: Any) -> int:
    return len(one) if isinstance(one, tuple) else -1


def _whole(entries: Any) -> Any:
    """Nested lists of whole numbers as nested tuples of ints; None where a number is none."""
    if not isinstance(entries, list):
        return int(entries) if entries == int(entries) and abs(entries) < FURTHEST else None
    found = tuple(map(_whole, entries))
    return None if None in found else found
