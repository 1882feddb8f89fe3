"""Where the reader of LaTeX stands: its stacks, the indices that run, and the program that it builds."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple, Protocol

from bpcalc.errors import BpcalcError, Source
from bpcalc.gate import COMPARISON, PRODUCT, SUM, Gate
from bpcalc.gates.arrays import GATES
from bpcalc.graph import Graph
from bpcalc.reading.extents import error_at
from bpcalc.reading.latex.commands import BRACKETS
from bpcalc.reading.latex.shapes import Shape, Shapes
from bpcalc.reading.latex.tokens import tokenize
from bpcalc.reading.lexer import END
from bpcalc.reading.state import Frame, Function, State

BOTH, BIG, APPLIED, FACTOR = COMPARISON - 0.5, SUM + 0.5, PRODUCT + 0.5, PRODUCT + 0.6


class Language(Protocol):
    """The language's own parser, whose calls LaTeX ends in: what of it is used here."""

    source: Source
    bound: Collection[str]
    asked: Collection[str] | None
    graph: Graph
    scope: dict[str, int]
    calls: dict[tuple[Any, ...], int]
    place: int
    names: dict[str, int]
    used: dict[str, int]
    functions: dict[str, Function]
    frames: list[Frame]
    remarks: list[tuple[str, str, str]]
    defining: str
    written: dict[str, tuple[int, int]]

    def name(self, token: str) -> int: ...
    def number(self, digits: str) -> int: ...
    def signed(self, gate: Gate, node: int) -> int: ...
    def call(self, gate: Gate, frame: Frame) -> int: ...
    def copy(self, function: Function, frame: Frame) -> int: ...


class Value(NamedTuple):
    """An operand.

    node    of the graph; first: its first token
    over    the axes of an array that is read entry by entry: an index that runs, or ":" for an axis taken whole
    turned  a vector that lies: x^T
    digits  the text of a number that is written out
    raised  it ends in an exponent without brackets, behind which another cannot stand
    loose   the sign of a sum without an index, \\sum(x), whose brackets may end before the sum does
    """

    node: int
    first: int
    over: tuple[str, ...] = ()
    turned: bool = False
    digits: str = ""
    raised: bool = False
    loose: str = ""


class Waiting(NamedTuple):
    """An operator that waits for its right operand: how tightly it binds, what it is, where it stands."""

    binding: float
    kind: str
    place: int = 0
    gate: Any = None
    more: Any = None


OPEN = Waiting(0, "open")


class Open(NamedTuple):
    """An open bracket: what it is for, its token's place, what closes it, and what is known so far."""

    kind: str
    place: int
    closes: str
    more: Any = None


class Counter(NamedTuple):
    """A whole number in an index: an index that runs, or what is calculated from such and from numbers.

    base   from where it counts, as far as an index that runs tells it
    given  the name of the data that it comes from, of a label
    """

    value: Any
    base: int | None
    given: str = ""


class Running(NamedTuple):
    """An index that runs through whole axes; `high` is None where these tell how far."""

    low: int
    high: int | None


class EntryByEntryError(Exception):
    """A body of a sum cannot be read for all entries at once."""


class Scene:
    """What one pass over the tokens holds; `state` and `own` are the language's parser, as data and as calls."""

    def __init__(self, state: State, own: Language) -> None:
        self.state, self.own = state, own
        self.found = tokenize(state.source.text)
        self.tokens = state.tokens
        self.place = 0
        self.stop = len(self.found)
        self.operands: list[Value] = []
        self.pending: list[Waiting] = [OPEN]
        self.opens: list[Open] = []
        self.running: dict[str, Counter | Running] = {}
        self.ended: set[str] = set()  # indices of sums that have ended
        self.unrolled: set[int] = set()  # the sums whose terms are written out
        self.steps = 0  # terms that were written out
        self.empty = 0  # sums without a term that are read to get behind them; left: the graphs that they are read into
        self.left: list[Graph] = []
        self.parameters: dict[str, int] = {}
        self.spelled: dict[str, str] = {}
        self.noted: set[str] = set()
        self.bases: dict[str, int] = {}
        self.lengths: dict[str, tuple[Any, str]] = {}  # of limits without a value: the length, and of which array
        self.indexed: dict[str, list[tuple[int, Any, str]]] = {}  # for an index: where it stands, how far it goes
        self.parts: dict[int, int] = {}  # where a name starts in letters that stand side by side, and its letters
        self.displayed: list[bool] | None = None
        self.shapes = Shapes(state)
        self.braces = self._braces()

    def _braces(self) -> dict[int, int]:
        """Where each brace is closed."""
        stack, found = list[int](), dict[int, int]()
        for place, token in enumerate(self.tokens):
            if token == "{":
                stack.append(place)
            elif token == "}" and stack:
                found[stack.pop()] = place
        return found

    def token(self, ahead: int = 0) -> str:
        at = self.place + ahead
        return self.tokens[at] if at < self.stop else END

    def is_apart(self, place: int) -> bool:
        """Is there something between the token at a place and the one before it?"""
        return place == 0 or self.found[place - 1].end != self.found[place].start

    def error(self, message: str, hint: str = "", first: int | None = None, last: int | None = None) -> BpcalcError:
        return error_at(self.state, message, hint, self.place if first is None else first, last)

    def written(self, first: int, last: int) -> str:
        """The text between two tokens, cut where it is long."""
        start, end = self.found[first].start, self.found[min(last, len(self.found) - 1)].end
        text = " ".join(self.state.source.text[start:end].split())
        return text if len(text) <= 40 else text[:38] + "…"

    def note(self, name: str, sentence: str) -> None:
        if sentence not in self.noted and not self.empty:
            self.noted.add(sentence)
            self.own.remarks.append(("note", name, sentence))

    def shape(self, node: int) -> Shape | None:
        return self.shapes.of(self.own.graph, node)

    def axes(self, value: Value) -> int:
        """How many axes a value has, those not counted that an index runs through."""
        shape = self.shape(value.node)
        return 0 if shape is None else len(shape) - len(value.over)

    def apply(self, gate: Gate | str, inputs: tuple[int, ...], place: int) -> int:
        self.own.place, kept = place, self.own.place
        node = self.own.graph.apply(GATES[gate] if isinstance(gate, str) else gate, inputs)
        self.own.place = kept
        return node

    def entrywise(self, gate: Gate | str, values: tuple[Value, ...], place: int) -> Value:
        """A gate on each entry. Raises EntryByEntryError where entries of different indices meet."""
        over = merged(self, values)
        return Value(self.apply(gate, tuple(value.node for value in values), place), values[0].first, over,
                     any(value.turned for value in values))  # fmt: skip

    def has_value(self, name: str) -> bool:
        """Is the name given, by a binding, by a declaration, by the program?"""
        own = self.own
        is_given = name in own.names and own.graph.leaves.get(own.names[name]) != name
        return name in own.bound or name in self.parameters or is_given or name in (own.asked or ())

    def variable(self, word: str, start: int, stop: int) -> int:
        """The node of a name, which stands between two tokens."""
        if word in self.parameters:
            return self.parameters[word]
        own = self.own
        own.written.setdefault(word, (start, stop - 1))
        own.place, kept = start, own.place
        node = own.name(word)
        own.place = kept
        return node

    def letter(self, word: str, start: int, stop: int) -> int:
        """The variable of a name that is a constant in the language, and a letter like others here: tau."""
        own = self.own
        own.used.setdefault(word, start)
        own.written.setdefault(word, (start, stop - 1))
        node = own.names[word] = own.graph.variable(word)
        return node

    def bound(self, name: str) -> Any:
        """The value of a name, as far as one is known here."""
        return self.own.bound.get(name) if isinstance(self.own.bound, Mapping) else None

    def open(self, kind: str, more: Any = None, at: int | None = None) -> None:
        """Enters the bracket at a place, by default the one that is read; the place is then behind it."""
        self.place = self.place if at is None else at
        closes = BRACKETS[self.tokens[self.place]]
        self.opens.append(Open(kind, self.place, closes, more))
        self.pending.append(OPEN)
        self.place += 1


def merged(scene: Scene, values: tuple[Value, ...]) -> tuple[str, ...]:
    """The axes of entries that meet. Raises EntryByEntryError where they do not stand side by side."""
    kinds = {value.over for value in values if value.over}
    if not kinds:
        return ()
    if len(kinds) > 1 or any(not value.over and scene.shape(value.node) != () for value in values):
        raise EntryByEntryError
    return kinds.pop()
