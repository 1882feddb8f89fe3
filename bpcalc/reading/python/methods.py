"""What stands behind a part and a dot: `x.sum(axis=1)`, `X.shape[0]`, `x.T` has its own sign."""

from __future__ import annotations

from bpcalc.errors import did_you_mean
from bpcalc.gate import Gate
from bpcalc.gates.arrays import GATES, SPELLINGS
from bpcalc.reading.extents import error_at, operand_start, text_of
from bpcalc.reading.lexer import is_word
from bpcalc.reading.operators import OPEN
from bpcalc.reading.python.libraries import ATTRIBUTES, METHODS, NUMPY, TORCH
from bpcalc.reading.python.names import check_read
from bpcalc.reading.python.rules import shapes
from bpcalc.reading.python.signatures import borrowed, parameters
from bpcalc.reading.python.writer import Writer
from bpcalc.reading.state import Borrowed, Frame, State


def method(state: State) -> bool | None:
    """Reads `.name` behind the last operand. The place is the dot, and then the last token that was read.

    True where a call is open and the place is its first argument; False where its brackets are empty, and the place is
    the closing one; None for what has no brackets, which has been put in the operand's place.
    """
    tokens, dot = state.tokens, state.place
    word = tokens[dot + 1]
    if not is_word(word):
        raise error_at(state, 'unexpected "."', "", dot)
    if tokens[dot + 2] != "(":
        state.place += 1
        state.operands[-1] = _attribute(state, word)
        return None
    called = _method(state, word)
    if called is None:
        first = operand_start(tokens, dot - 1)
        whole = text_of(state, first, dot + 1, most=60)
        hint = did_you_mean(word, (*METHODS, *SPELLINGS))
        raise error_at(state, f'there is no "{whole}" here', hint, first, dot + 1)
    check_read(state, called, dot, dot + 1)
    frame = Frame(dot + 1, called)
    frame.arguments.append(state.operands.pop())
    state.frames.append(frame)
    state.place = dot + 3
    while tokens[state.place] == "\n":
        state.place += 1
    if tokens[state.place] == ")":
        return False
    state.pending.append(OPEN)
    return True


def _method(state: State, word: str) -> Borrowed | Gate | None:
    """The function that a method is, whose first input is what stands before the dot."""
    m = Writer(state, word, state.place)
    tables = (TORCH, NUMPY) if m.names("torch") and not m.names("numpy") else (NUMPY, TORCH)
    for table in (METHODS, *tables):
        if word in table:
            found = borrowed(f".{word}", *table[word])
            return found if parameters(found.signature)[0].kind == "" else None
    gate = SPELLINGS.get(word)
    return gate if gate is not None and gate.parameters and not gate.variadic else None


def _attribute(state: State, word: str) -> int:
    """What stands behind a dot without brackets; the place is the word, and then the last token that was read."""
    m = Writer(state, f".{word}", state.place)
    x = m.part(state.operands[-1])
    if word == "shape":
        return _shape(state, m)
    if word not in ATTRIBUTES:
        first = operand_start(state.tokens, state.place - 2)
        whole = text_of(state, first, state.place, most=60)
        hint = f"a method needs brackets: .{word}()" if _method(state, word) else "nothing is read behind this dot"
        raise error_at(state, f'there is no "{whole}" here', hint, first, state.place)
    rule = ATTRIBUTES[word]
    part = m.gate(rule)(x) if isinstance(rule, str) else rule(m, x)
    return part.node


def _shape(state: State, m: Writer) -> int:
    """`.shape[0]` is a number; `.shape` alone the array of all sizes."""
    tokens, at, x = state.tokens, state.place + 1, m.part(state.operands[-1])
    if tokens[at] != "[":
        if not x.shape:
            m.refuse("its shape is not known here" if x.shape is None else "a single number has no axes")
        return state.graph.apply(GATES["array"], tuple(shapes.size_node(m, size).node for size in x.shape))
    sign = -1 if tokens[at + 1] in ("-", "−") else 1
    digits = at + 1 + (sign < 0)
    if not tokens[digits].isdecimal() or tokens[digits + 1] != "]":
        raise error_at(state, "an axis is a whole number", "x.shape[0] is the size of the first", at)
    state.place = digits + 1
    return shapes.size_of(m, x, sign * int(tokens[digits])).node
