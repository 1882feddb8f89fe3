"""The functions that a program defines: `f(a, b) = a*b`. Each has a graph of its own, which a call copies.

The grammar stands in `parser`; these functions work on its state.
"""

from __future__ import annotations

from collections.abc import Sequence

from bpcalc.errors import BpcalcError
from bpcalc.gate import CONSTANT, GRAD, INPUT, Gate
from bpcalc.gates import SPELLINGS
from bpcalc.reading import mistakes
from bpcalc.reading.lexer import canonical, is_word
from bpcalc.reading.state import Frame, Function, State

LIMIT = 50_000_000  # nodes: what functions of functions may expand to before the memory of a laptop is full


def head(state: State, place: int) -> tuple[str, tuple[str, ...]]:
    """The name of the function that is defined at a place, and its parameters as its graph calls them."""
    name = canonical(state.tokens[place])
    if name in state.functions:
        raise mistakes.given_before(state, name, place)
    stop = state.tokens.index("=", place)
    spellings = state.tokens[place + 2 : stop - 1 : 2]
    if len({canonical(spelling) for spelling in spellings}) < len(spellings):
        raise mistakes.repeated_parameter(state, place + 2, stop - 2)
    # the bracket keeps a parameter apart from a variable of the program that has its name
    return name, tuple(canonical(spelling) + "(" for spelling in spellings)


def open_body(state: State, place: int, payloads: Sequence[str]) -> None:
    """Puts the parameters into the scope of the body, and the place on its first token."""
    for at, payload in enumerate(payloads):
        spelling = state.tokens[place + 2 + 2 * at]
        state.scope[spelling] = state.scope[canonical(spelling)] = state.graph.variable(payload)
    state.place = state.tokens.index("=", place) + 1


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
    if len(graph) > LIMIT:
        raise BpcalcError(f"the functions expand to more than {LIMIT:,} operations")
    result = place[function.output]
    if not state.defining and GRAD not in body.kinds:
        name = next(name for name, one in state.functions.items() if one is function)
        state.copies.append((name, result, tuple(arguments)))
    return result


def last_function(state: State) -> tuple[Function, Frame]:
    """The call that is the output of a program that only defines functions: the last of them, of its parameters."""
    name = next(reversed(state.functions), "")
    gate = SPELLINGS.get(name)
    # sin(x) = 1 is no function that somebody wants; mean(a, b) = (a + b)/2 is
    if not name or (gate is not None and not gate.of_arrays):
        raise mistakes.nothing(state)
    tokens, function = state.tokens, state.functions[name]
    place = next(at for at, token in enumerate(tokens) if canonical(token) == name and defines(tokens, at))
    frame = Frame(place + 1, function)
    for at in range(place + 2, place + 2 + 2 * len(function.parameters), 2):
        word = canonical(tokens[at])
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


def quoted(state: State, token: str) -> int | None:
    """Takes a text in quotes as the first argument of `einsum`; gives a node that stands for it. None elsewhere."""
    frame = state.frames[-1] if state.frames else None
    if frame is None or not isinstance(frame.called, Gate) or "equation" not in frame.called.options:
        return None
    if frame.arguments or frame.keywords or frame.keyword or "equation" in frame.options:
        return None
    frame.options["equation"] = token[1:-1]
    return state.graph.constant(0.0)
