"""Where the parser stands in a text: its tokens, its stacks, and what the names mean so far.

The parser moves it on; what reads the syntax of arrays and what tells mistakes look at it.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from bpcalc.errors import Source
from bpcalc.gate import Gate
from bpcalc.graph import CONSTANTS, Graph
from bpcalc.reading.lexer import canonical, tokenize
from bpcalc.reading.operators import SIGNS, Operator

if TYPE_CHECKING:
    from bpcalc.reading.layout import Layout


class Function(NamedTuple):
    """A function of the program: a graph of its own, copied into the caller's graph at each call."""

    parameters: tuple[str, ...]
    graph: Graph
    output: int


class Frame:
    """An open bracket.

    place      the token that opens it: a bracket, or for a call the function's name
    called     what is called; None for a bracket that only groups
    arguments  the nodes of the arguments so far
    keywords   those that have a name; `keyword` is the name of the argument that is being read
    options    the options that are words (`keepdims=True`), by name
    """

    __slots__ = ("arguments", "called", "keyword", "keywords", "options", "place")

    def __init__(self, place: int, called: Gate | Function | None) -> None:
        self.place = place
        self.called = called
        self.arguments: list[int] = []
        self.keywords: dict[str, int] = {}
        self.keyword = ""
        self.options: dict[str, Any] = {}


class State:
    """What one pass over the tokens holds.

    place      the token that is read
    graph      the program's, or that of the function whose body is read; `defining` is then its name
    names      the program's own names and their nodes
    scope      every spelling that is known here and its node: also numbers, constants, and a body's parameters
    used       where a name that nothing gives was first used
    asked      where names without a value are variables (`diff`): those that are asked for; elsewhere None
    alone      the names that stand in the text as words of their own, once that has been asked for
    arrays     for each graph: which nodes may be arrays, of those that have been asked for
    remarks    what is to be told about the reading: a kind, a name and a sentence each
    sizes      the values of the variables that shapes were made of
    functions  the program's own
    calls      those of functions with a gradient inside: function and arguments -> node
    written    of names that LaTeX spells otherwise (\\hat{y}): the first and the last token of each
    copies     calls outside of functions: the name, the result, the arguments
    operands, pending, frames
               the stacks of one expression: nodes, operators that wait for their right operand, open brackets
    """

    def __init__(self, source: Source, bound: Collection[str], asked: Collection[str] | None = None) -> None:
        self.source = source
        self.bound = bound
        self.asked = asked
        self.remarks: list[tuple[str, str, str]] = []
        self.alone: set[str] | None = None
        self.arrays: dict[int, dict[int, bool]] = {}
        self.tokens = tokenize(source)
        self.place = 0
        self.graph = Graph()
        self.names: dict[str, int] = {}
        self.scope: dict[str, int] = {}
        self.used: dict[str, int] = {}
        self.sizes: dict[str, Any] = {}
        self.functions: dict[str, Function] = {}
        self.calls: dict[tuple[Any, ...], int] = {}
        self.written: dict[str, tuple[int, int]] = {}
        self.copies: list[tuple[str, int, tuple[int, ...]]] = []
        self.defining = ""
        self.operands: list[int] = []
        self.pending: list[Operator] = []
        self.frames: list[Frame] = []

    @cached_property
    def layout(self) -> Layout:
        """Where blanks stand in the text; looked up only where they part the entries of an array."""
        from bpcalc.reading.layout import Layout

        return Layout(self.source.text, self.tokens)

    def waiting(self) -> Operator | None:
        """The innermost operator that waits for its right operand, but for signs."""
        waiting = [operator for operator in self.pending[-3:] if operator not in SIGNS.values()]
        return waiting[-1] if waiting else None

    def has_value(self, token: str) -> bool:
        """Does a binding, the program or the language give the name? (A body's parameters are in its scope.)"""
        name = canonical(token)
        return name in self.bound or name in self.names or name in CONSTANTS

    def name(self, token: str) -> int:
        """The node of a name that is read for the first time."""
        name = canonical(token)
        node = self.names.get(name)
        if self.defining and (node is not None or name not in CONSTANTS or name in self.bound):
            if node is None:
                self.used.setdefault(name, self.place)
            node = self.graph.variable(name)
        elif node is None:
            self.used.setdefault(name, self.place)
            if name in CONSTANTS and name not in self.bound:
                node = self.graph.constant(name)
            else:
                node = self.names[name] = self.graph.variable(name)
        self.scope[token] = node
        return node
