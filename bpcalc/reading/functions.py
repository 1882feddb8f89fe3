"""The functions that a program defines: `f(a, b) = a*b`. Each has a graph of its own, which a call copies. And `n!`, ½.

The grammar stands in `parser`; these functions work on its state.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bpcalc.errors import BpcalcError
from bpcalc.gate import CONSTANT, GRAD, INPUT, Gate
from bpcalc.gates import GATES, SPELLINGS
from bpcalc.graph import Graph
from bpcalc.reading import mistakes
from bpcalc.reading.lexer import FRACTIONS, canonical, is_word
from bpcalc.reading.operators import FACTORIAL
from bpcalc.reading.state import Frame, Function, State
from bpcalc.typed import NamedTuple, NoReturn, TypeVar

Mark = TypeVar("Mark")

LIMIT = 10_000_000  # nodes: what functions of functions may expand to, in half a minute and some gigabytes


class Head(NamedTuple):
    """What stands before a function's body: its name, the tokens of its parameters, and the body's first token."""

    name: str
    places: tuple[int, ...]
    body: int


def head(state: State, place: int) -> Head:
    """The head of the function that is defined at a place, as `f(a, b) =`."""
    stop = state.tokens.index("=", place)
    return new_head(state, place, range(place + 2, stop - 1, 2), stop + 1)


def new_head(state: State, place: int, places: Sequence[int], body: int) -> Head:
    """The head of a function whose name stands at `place`. Raises BpcalcError for names that are given already."""
    name = canonical(state.tokens[place])
    if name in state.functions:
        raise mistakes.given_before(state, name, place)
    if len({canonical(state.tokens[at]) for at in places}) < len(places):
        raise mistakes.repeated_parameter(state, places[0], places[-1])
    return Head(name, tuple(places), body)


def open_body(state: State, head: Head) -> tuple[str, ...]:
    """Puts the parameters into the scope of the body, and the place on its first token; the names of its inputs."""
    payloads = []
    for at in head.places:
        spelling = state.tokens[at]
        # the bracket keeps a parameter apart from a variable of the program that has its name
        payloads.append(canonical(spelling) + "(")
        state.scope[spelling] = state.scope[canonical(spelling)] = state.graph.variable(payloads[-1])
    state.place = head.body
    return tuple(payloads)


def define(state: State, head: Head, is_return: Callable[[], bool] = lambda: True) -> None:
    """Reads the body of a function: an expression, or lines that give names and, where `is_return` is true, that."""
    outer = state.graph, state.scope, state.calls
    state.graph, state.scope, state.calls, state.defining = Graph(), {}, {}, head.name
    payloads = open_body(state, head)
    while not is_return():
        token = state.tokens[state.place]
        state.place += 2
        state.scope[token] = state.scope[canonical(token)] = state.expression()
    output = state.expression()
    state.functions[head.name], state.heads[head.name] = Function(payloads, state.graph, output), head.places
    (state.graph, state.scope, state.calls), state.defining = outer, ""


def defines(tokens: Sequence[str], place: int) -> bool:
    """Does `name(name, …) =` stand here?"""
    last, at = len(tokens) - 3, place + 2
    while at < last and is_word(tokens[at]) and tokens[at + 1] == ",":
        at += 2
    return at < last and is_word(tokens[at]) and tokens[at + 1] == ")" and tokens[at + 2] == "="


def copied(state: State, function: Function, arguments: list[int]) -> int:
    """Copies a function's graph into this one, with the arguments for its parameters."""
    values = dict(zip(function.parameters, arguments, strict=True))
    graph, body = state.graph, function.graph
    if len(graph) + len(body) > LIMIT:
        raise BpcalcError(f"the functions expand to more than {LIMIT:,} operations")
    place: list[int] = []
    for node, (gate, inputs) in enumerate(zip(body.gates, body.inputs, strict=True)):
        if inputs:
            copied = graph.apply(gate, tuple([place[source] for source in inputs]))
        elif gate is INPUT:
            name = str(body.leaves[node])
            copied = values[name] if name in values else state.name(name)
        elif gate is CONSTANT:
            copied = graph.constant(body.leaves[node])
        else:
            copied = graph.apply(gate, ())
        place.append(copied)
    _copy_marks(state.bars, body, graph, place)
    _copy_marks(state.dots, body, graph, place)
    result = place[function.output]
    if not state.defining and GRAD not in body.kinds:
        name = next(name for name, one in state.functions.items() if one is function)
        state.copies.append((name, result, tuple(arguments)))
    return result


def _copy_marks(marks: dict[int, dict[int, Mark]], body: Graph, graph: Graph, place: Sequence[int]) -> None:
    """Copies what is known of nodes of a function's graph, from there to their copies."""
    if id(body) in marks:
        marks.setdefault(id(graph), {}).update((place[node], one) for node, one in marks[id(body)].items())


def last_function(state: State) -> tuple[Function, Frame]:
    """The call that is the output of a program that only defines functions: the last of them, of its parameters."""
    name = next(reversed(state.functions), "")
    gate = SPELLINGS.get(name)
    # sin(x) = 1 is no function that somebody wants; mean(a, b) = (a + b)/2 is
    if not name or (gate is not None and not gate.of_arrays):
        raise mistakes.nothing(state)
    function, places = state.functions[name], state.heads[name]
    frame = Frame(places[0] - 1, function)
    for at in places:
        word = canonical(state.tokens[at])
        if word not in state.names:
            state.used.setdefault(word, at)
            state.names[word] = state.scope[word] = state.graph.variable(word)
        frame.arguments.append(state.names[word])
    return function, frame


def name_output(state: State, output: int) -> None:
    """Gives the output of such a program the function's name. Its body is what is asked for, so it is no call."""
    state.copies.clear()
    name = next(reversed(state.functions))
    if name not in state.names and state.graph.inputs[output]:
        state.names[name] = output


def factorial(state: State) -> None:
    """`n!`; the place is the sign."""
    if state.tokens[state.place + 1] == "!":
        from bpcalc.reading.notations import two_factorials

        raise two_factorials(state)
    state.operands[-1] = state.graph.apply(FACTORIAL, (state.operands[-1],))


def percent(state: State) -> NoReturn:
    """`5% + 3`, whose % may be a remainder; the place is the sign behind it."""
    raise mistakes.no_operand(state)
def quoted(state: State, token: str) -> int | None:
    """Takes a text in quotes as the first argument of `einsum`; gives a node that stands for it. None elsewhere."""
    frame = state.frames[-1] if state.frames else None
    if frame is None or not isinstance(frame.called, Gate) or "equation" not in frame.called.options:
        return None
    if frame.arguments or frame.keywords or frame.keyword or "equation" in frame.options:
        return None
    frame.options["equation"] = token[1:-1]
    return state.graph.constant(0.0)


def fraction(state: State, token: str) -> int:
    """The node of ½. Raises BpcalcError for a dot without digits."""
    if token not in FRACTIONS:
        raise mistakes.no_operand(state)
    above, below = map(float, FRACTIONS[token])
    return state.graph.apply(GATES["divide"], (state.graph.constant(above), state.graph.constant(below)))
