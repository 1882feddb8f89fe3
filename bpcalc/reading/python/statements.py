"""Lines of Python: `import numpy as np`, `loss += 0.5*reg`, `def f(x): return x**2`, `f = lambda x: x**2`.

The parser comes here for a statement that is neither an expression nor a name that is given.
"""

from __future__ import annotations

from bpcalc.gates.arrays import GATES
from bpcalc.reading.elsewhere import MISSING
from bpcalc.reading.extents import DEPTH, closing, end_of, error_at
from bpcalc.reading.functions import Head, define, new_head
from bpcalc.reading.lexer import STOPS, canonical, is_word
from bpcalc.reading.python.libraries import LIBRARIES
from bpcalc.reading.state import State

AUGMENTED = {
    "+": "add", "-": "subtract", "−": "subtract", "*": "multiply", "/": "divide", "@": "matmul", "**": "power",
    "^": "power",
}  # fmt: skip
# Words that begin a statement of Python which is none here, and what is said of it.
REFUSED = {
    "for": "there are no loops: x^2 of an array is the squares of all its entries", "while": "there are no loops",
    "if": "write where(condition, a, b)", "else": "write where(condition, a, b)",
    "elif": "write where(condition, a, b)", "with": "leave it out, and what it does to the lines below",
    "class": "a function is f(x) = x^2", "assert": "bpcalc check looks whether a gradient is right",
    "return": "the last statement is what is printed", "raise": "leave it out", "try": "leave it out",
    "del": "leave it out", "global": "leave it out", "print": MISSING["print"], "except": "leave it out",
    "pass": "leave it out", "yield": "leave it out", "async": "leave it out",
}  # fmt: skip


def is_statement(state: State) -> bool:
    """Does a word of Python begin a statement here? All of them are names too, where an operator follows."""
    if state.tokens[state.place] not in REFUSED and state.tokens[state.place] not in ("import", "from", "def"):
        return False
    after = state.tokens[state.place + 1]
    return is_word(after) or after == ":" or (after[:1] in "\"'" and after != "") or after[:1].isdigit()


def statement(state: State) -> int | None:
    """Reads a line in Python's form, or else an expression. Gives its node; None where it only makes names known."""
    place = state.place
    if is_statement(state):
        if (head := _line(state)) is not None:
            define(state, head, lambda: _is_return(state))
        return None
    if is_augmented(state):
        return _augmented(state)
    if state.tokens[place + 1] == ".":
        _pass_over_attribute(state)
        return None
    if state.tokens[place + 1] != "," or (places := _several(state)) is None:
        return state.expression()
    entries = _separate(state, places) or _entries(state, state.expression(), places)
    return [state.give(canonical(state.tokens[at]), node, at) for at, node in zip(places, entries, strict=True)][-1]


def _line(state: State) -> Head | None:
    """Reads an import, or gives what a `def` defines. Raises BpcalcError for any other statement of Python."""
    word = state.tokens[state.place]
    if word in ("import", "from"):
        _import(state)
        return None
    if word == "def":
        return _definition(state)
    raise error_at(state, f'"{word}" is not read here', REFUSED[word])


def _import(state: State) -> None:
    """`import numpy as np`, `from torch.nn import functional as F`: what the names stand for; nothing is loaded."""
    tokens, at = state.tokens, state.place
    module = ""
    if tokens[at] == "from":
        module, at = _dotted(state, at + 1)
        if tokens[at] != "import":
            raise error_at(state, "an import is missing here", "", state.place, at)
    at += 1
    stop = closing(state, at) if tokens[at] == "(" else at
    while stop < len(tokens) and tokens[stop] not in STOPS:
        stop += 1
    while at < stop:
        if not is_word(tokens[at]):
            at += 1
            continue
        name, at = _dotted(state, at)
        alias = name
        if tokens[at] == "as":
            alias, at = tokens[at + 1], at + 2
        full = f"{module}.{name}" if module else name
        if "." not in alias and (full in LIBRARIES or module in LIBRARIES):
            state.aliases[alias] = full
    state.place = stop


def _dotted(state: State, at: int) -> tuple[str, int]:
    """A name with dots, and the place behind it."""
    first = at
    while state.tokens[at + 1] == "." and is_word(state.tokens[at + 2]):
        at += 2
    return ".".join(state.tokens[first : at + 1 : 2]), at + 1


def _definition(state: State) -> Head:
    """`def f(x, w):`"""
    tokens, place = state.tokens, state.place + 1
    if tokens[place + 1] != "(":
        raise error_at(state, "a function is defined with names between its brackets", "", place)
    stop = closing(state, place + 1)
    if tokens[stop + 1 : stop + 2] != [":"]:
        raise error_at(state, 'a ":" is missing behind the brackets', "", stop)
    return _headed(state, place, place + 2, stop, stop + 2)


def anonymous(state: State) -> Head:
    """`f = lambda x, w: x*w`; the place is the f."""
    tokens, first = state.tokens, state.place + 3
    stop = first
    while tokens[stop] != ":":
        if tokens[stop] in STOPS:
            raise error_at(state, 'a ":" is missing behind the names', "", state.place + 2, stop - 1)
        stop += 1
    return _headed(state, state.place, first, stop, stop + 1)


def _headed(state: State, name: int, first: int, stop: int, body: int) -> Head:
    """The head of a function with the parameters between two places."""
    tokens = state.tokens
    places = [*range(first, stop, 2)]
    for at in range(first, stop):
        if (at in places) != is_word(tokens[at]) or (at not in places and tokens[at] != ","):
            hint = "values that are left out, * and types are not read here"
            raise error_at(state, "a function's parameters are names, with commas between them", hint, at)
    if not places:
        raise error_at(state, "a function without parameters is a name: f = …", "", name, stop)
    return new_head(state, name, places, body)


def _is_return(state: State) -> bool:
    """Goes to the next line of a function's body that gives a name, `h = …`. True where it is the one that returns;
    the place is then behind the word. Lines such as `h += …` are read.

    Raises BpcalcError for a line that gives no name.
    """
    tokens = state.tokens
    while True:
        if tokens[state.place] in ("\n", ";"):
            state.place += 1
        elif is_augmented(state):
            _augmented(state)
        else:
            break
    if tokens[state.place] == "return":
        state.place += 1
        return True
    if is_word(tokens[state.place]) and tokens[state.place + 1 : state.place + 2] == ["="]:
        return False
    raise error_at(state, "a function's body gives names, and returns an expression", "end it with return")


def _pass_over_attribute(state: State) -> None:
    """Passes over `n.label = 'n'`, which micrograd draws. Raises BpcalcError for another attribute."""
    tokens, place = state.tokens, state.place
    if tokens[place + 2] != "label" or tokens[place + 4][:1] not in ("'", '"') or tokens[place + 5] not in STOPS:
        hint = "leave the line out, or give the result a name of its own"
        raise error_at(state, f'".{tokens[place + 2]}" is given no value here', hint, place, place + 3)
    state.place += 5


def is_augmented(state: State) -> bool:
    """Does `name += …` stand here?"""
    tokens, place = state.tokens, state.place
    return tokens[place + 1 : place + 2] != [] and tokens[place + 1] in AUGMENTED and tokens[place + 2] == "="


def _augmented(state: State) -> int:
    """Reads `loss += …`: from here on the name stands for the result, which gets a name of its own.

    Raises BpcalcError for a name that has no value yet.
    """
    tokens, place = state.tokens, state.place
    token, sign = tokens[place], tokens[place + 1]
    name = canonical(token)
    before = state.scope.get(token, state.scope.get(name))
    if before is None:
        if not state.has_value(token) or state.defining:
            raise error_at(state, f'"{name}" has no value yet', "give it one before: " + f"{name} = 0", place)
        before = state.name(token)
    state.place += 3
    node = state.graph.apply(GATES[AUGMENTED[sign]], (before, state.expression()))
    state.scope[token] = state.scope[name] = node
    if not state.defining:
        again = fresh(state, name)
        state.names[again] = state.scope[again] = node
    return node


def fresh(state: State, name: str) -> str:
    """A name for what a name stands for from now on: `loss_2`."""
    taken = (state.names, state.used, state.functions, state.bound)
    number = state.counts.get(name, 2)
    while any(f"{name}_{number}" in names for names in taken):
        number += 1
    state.counts[name] = number + 1
    return f"{name}_{number}"


def _several(state: State) -> list[int] | None:
    """The places of the names in `N, D = …`; the place is then the expression. None where no such statement stands."""
    tokens, at, places = state.tokens, state.place, [state.place]
    while tokens[at + 1] == "," and is_word(tokens[at + 2]):
        at += 2
        places.append(at)
    if tokens[at + 1] != "=":
        return None
    state.place = at + 2
    return places


def _separate(state: State, places: list[int]) -> list[int]:
    """The nodes of `x, y = 2, 3`, whose place is the 2; none where no comma parts the values."""
    tokens, first = state.tokens, state.place
    stop = closing(state, first) if tokens[first] == "(" else first
    if stop > first and tokens[stop + 1] in STOPS:  # x, y = (2, 3)
        first += 1
    else:
        stop = end_of(tokens, first, STOPS) + 1
    commas, depth = list[int](), 0
    for at in range(first, stop):
        depth += DEPTH.get(tokens[at], 0)
        if tokens[at] == "," and not depth:
            commas.append(at)
    if not commas:
        return []
    if len(commas) + 1 != len(places):
        message = f"{len(places)} names need as many values, here are {len(commas) + 1}"
        raise error_at(state, message, "", places[0], stop - 1)
    ends, nodes = [*commas, stop], list[int]()
    kept, state.place = [tokens[at] for at in ends], first
    for at in ends:
        tokens[at] = "\n"  # each value ends as a statement does
    for _ in places:
        nodes.append(state.expression())
        state.place += 1
    for at, token in zip(ends, kept, strict=True):
        tokens[at] = token
    state.place = stop + (tokens[stop] == ")")
    return nodes


def _entries(state: State, node: int, places: list[int]) -> list[int]:
    """The nodes that several names are given: the entries of an array that is written out, or of a shape."""
    graph = state.graph
    if graph.gates[node] is not GATES["array"] or len(graph.inputs[node]) != len(places):
        count = len(places)
        raise error_at(state, f"{count} names need an array of {count} entries", "", places[0], places[-1])
    return [*graph.inputs[node]]
