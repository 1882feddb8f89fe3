"""Where the parser stands in a text: its tokens, its stacks, and what the names mean so far.

The parser moves it on; what reads the syntax of arrays and what tells mistakes look at it.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import cached_property

from bpcalc.errors import Source
from bpcalc.gate import Gate
from bpcalc.graph import CONSTANTS, Graph
from bpcalc.reading.lexer import canonical, tokenize
from bpcalc.reading.operators import OPEN, SIGNS, Operator
from bpcalc.typed import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from bpcalc.reading.bar_roles import Bars, Written
    from bpcalc.reading.layout import Layout


class Function(NamedTuple):
    """A function of the program: a graph of its own, copied into the caller's graph at each call."""

    parameters: tuple[str, ...]
    graph: Graph
    output: int


class Borrowed(NamedTuple):
    """A function as another library has it, `np.max(x, axis)`: see `reading.python`.

    name        as the text has it, with its module
    parameters  what stands between its brackets, in that library's order
    signature   the same with what each is: see `reading.python.signatures`
    rule        what it means here
    """

    name: str
    parameters: tuple[str, ...]
    signature: Any
    rule: Any


CALLED = "called"  # among the options of a borrowed function's frame: its arguments have been read


class Frame:
    """An open bracket.

    place      the token that opens it: a bracket, or for a call the function's name
    called     what is called; None for a bracket that only groups
    arguments  the nodes of the arguments so far
    keywords   those that have a name; `keyword` is the name of the argument that is being read
    options    the options that are words (`keepdims=True`), by name; of a borrowed function also by their number
    holds_one  whether it closes around one operand, so far: a group, or a call of a gate of one input
    """

    __slots__ = ("arguments", "called", "holds_one", "keyword", "keywords", "options", "place")
    arguments: list[int]
    keywords: dict[str, int]
    options: dict[str, Any]

    def __init__(self, place: int, called: Gate | Function | Borrowed | None, holds_one: bool = False) -> None:
        self.place = place
        self.called = called
        self.holds_one = holds_one
        self.keyword = ""

    def __getattr__(self, name: str) -> Any:
        """An empty list or dictionary, made when it is asked for first: most brackets never need one."""
        if name not in ("arguments", "keywords", "options"):
            raise AttributeError(name)
        made: Any = [] if name == "arguments" else {}
        setattr(self, name, made)
        return made


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
    shapes     likewise their shapes, where these are known
    conditions for each graph: which nodes are 0 or 1 for sure, of those that have been asked for
    bars       for each graph: the operands between bars, and what these are
    dots       likewise the products with the sign of paper
    remarks    what is to be told about the reading: a kind, a name and a sentence each
    sizes      the values of the variables that shapes were made of
    aliases    what the names of modules stand for: those that are usual, and those of `import … as …`
    modules    the libraries that the text names anywhere, once that has been asked for
    counts     the next number for a name that has been given anew, `loss_2`
    functions  the program's own; heads: the tokens of their parameters
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
        self.shapes: dict[int, dict[int, tuple[int, ...] | None]] = {}
        self.conditions: dict[int, dict[int, bool]] = {}
        self.bars: dict[int, dict[int, Written]] = {}
        self.dots: dict[int, dict[int, bool]] = {}
        self.tokens = tokenize(source)
        self.place = 0
        self.graph = Graph()
        self.names: dict[str, int] = {}
        self.scope: dict[str, int] = {}
        self.used: dict[str, int] = {}
        self.sizes: dict[str, Any] = {}
        self.aliases: dict[str, str] = {}
        self.counts: dict[str, int] = {}
        self.modules: frozenset[str] | None = None
        self.functions: dict[str, Function] = {}
        self.heads: dict[str, tuple[int, ...]] = {}
        self.calls: dict[tuple[Any, ...], int] = {}
        self.written: dict[str, tuple[int, int]] = {}
        self.copies: list[tuple[str, int, tuple[int, ...]]] = []
        self.defining = ""
        self.operands: list[int] = []
        self.pending = [OPEN]
        self.frames: list[Frame] = []

    @cached_property
    def layout(self) -> Layout:
        """Where blanks stand in the text; looked up only where they part the entries of an array."""
        from bpcalc.reading.layout import Layout

        return Layout(self.source.text, self.tokens)

    @cached_property
    def roles(self) -> Bars:
        """What each bar of the text is; looked up only where one is met."""
        from bpcalc.reading.bar_roles import Bars

        return Bars(self.tokens)

    def reduce(self, least: int) -> None:
        """Applies the waiting operators that bind at least as tightly as `least`."""
        raise NotImplementedError

    def waiting(self, inside: int = 0) -> Operator | None:
        """The operator that waits for its right operand, the innermost but `inside`, signs left out."""
        waiting = [operator for operator in self.pending[-3 - 2 * inside :] if operator not in SIGNS.values()]
        return waiting[-1 - inside] if len(waiting) > inside else None

    def meant(self, token: str) -> str:
        """The name that a token stands for: w_{0} is w_0, or where only that is known w0."""
        name = canonical(token)
        if token[-1:] != "}" or name in self.bound or name in self.names:
            return name
        plain = canonical(token.replace("_{", ""))
        return plain if plain in self.bound or plain in self.names else name

    def expression(self) -> int:
        """Reads up to the end of the statement; gives the node. The parser does it."""
        raise NotImplementedError

    def give(self, name: str, node: int, place: int) -> int:
        """Gives a name, which stands at a place, to a node; gives that or one of its own. The parser does it."""
        raise NotImplementedError

    def has_value(self, token: str) -> bool:
        """Does a binding, the program or the language give the name? (A body's parameters are in its scope.)"""
        name = self.meant(token)
        return name in self.bound or name in self.names or name in CONSTANTS

    def name(self, token: str) -> int:
        """The node of a name that is read for the first time."""
        name = token if token.isascii() and token[-1] != "}" else self.meant(token)
        node = self.names.get(name)
        if not self.defining and (node is not None or name is not token):
            node = self.scope.get(name, node)  # `loss += …` has made another node of what the name stands for
        if node is None:
            self.used.setdefault(name, self.place)
            if name in CONSTANTS and name not in self.bound:
                node = self.graph.constant(name)
            else:
                node = self.graph.variable(name)
                if not self.defining:
                    self.names[name] = node
        elif self.defining:
            node = self.graph.variable(name)
        self.scope[token] = node
        return node
