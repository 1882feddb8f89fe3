"""The functions that a program defines: `f(a, b) = a*b`. Each has a graph of its own, which a call copies.

The grammar stands in `parser`; these functions work on its state.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bpcalc.errors import BpcalcError
from bpcalc.gate import CONSTANT, INPUT
from bpcalc.gates import SPELLINGS
from bpcalc.graph import Graph
from bpcalc.reading import mistakes
from bpcalc.reading.lexer import canonical
from bpcalc.reading.state import Frame, Function

if TYPE_CHECKING:
    from bpcalc.reading.parser import Parser

LIMIT = 50_000_000  # nodes: what functions of functions may expand to before the memory of a laptop is full


def define(parser: Parser, place: int) -> None:
    name = canonical(parser.tokens[place])
    if name in parser.functions:
        raise mistakes.given_before(parser, name, place)
    stop = parser.tokens.index("=", place)
    spellings = parser.tokens[place + 2 : stop - 1 : 2]
    if len({canonical(spelling) for spelling in spellings}) < len(spellings):
        raise mistakes.repeated_parameter(parser, place + 2, stop - 2)
    outer = parser.graph, parser.scope, parser.calls
    parser.graph, parser.scope, parser.calls, parser.defining = Graph(), {}, {}, name
    # the bracket keeps a parameter apart from a variable of the program that has its name
    payloads = tuple(canonical(spelling) + "(" for spelling in spellings)
    for spelling, payload in zip(spellings, payloads, strict=True):
        parser.scope[spelling] = parser.scope[canonical(spelling)] = parser.graph.variable(payload)
    parser.place = stop + 1
    output = parser.expression()
    parser.functions[name] = Function(payloads, parser.graph, output)
    (parser.graph, parser.scope, parser.calls), parser.defining = outer, ""


def copied(parser: Parser, function: Function, arguments: list[int]) -> int:
    """Copies a function's graph into this one, with the arguments for its parameters."""
    values = dict(zip(function.parameters, arguments, strict=True))
    graph, body = parser.graph, function.graph
    place: list[int] = []
    for node, (gate, inputs) in enumerate(zip(body.gates, body.inputs, strict=True)):
        if inputs:
            copied = graph.apply(gate, tuple([place[source] for source in inputs]))
        elif gate is INPUT:
            name = str(body.leaves[node])
            copied = values[name] if name in values else parser.name(name)
        elif gate is CONSTANT:
            copied = graph.constant(body.leaves[node])
        else:
            copied = graph.apply(gate, ())
        place.append(copied)
    if len(graph) > LIMIT:
        raise BpcalcError(f"the functions expand to more than {LIMIT:,} operations")
    return place[function.output]


def last_function(parser: Parser) -> int:
    """The output of a program that only defines functions: the last of them, of its parameters."""
    name = next(reversed(parser.functions), "")
    gate = SPELLINGS.get(name)
    # sin(x) = 1 is no function that somebody wants; mean(a, b) = (a + b)/2 is
    if not name or (gate is not None and not gate.of_arrays):
        raise mistakes.nothing(parser)
    place = next(at for at, token in enumerate(parser.tokens) if canonical(token) == name and parser.defines(at))
    frame, function = Frame(place + 1, parser.functions[name]), parser.functions[name]
    for at in range(place + 2, place + 2 + 2 * len(function.parameters), 2):
        word = canonical(parser.tokens[at])
        if word not in parser.names:
            parser.used.setdefault(word, at)
            parser.names[word] = parser.scope[word] = parser.graph.variable(word)
        frame.arguments.append(parser.names[word])
    output = parser.copy(function, frame)
    if name not in parser.names and parser.graph.inputs[output]:
        parser.names[name] = output
    return output
