"""Names with dots, `np.maximum`, `torch.nn.functional.relu`, `np.pi`; and words in the place of an argument.

The parser comes here for a name that has no value, where a dot stands behind it or a borrowed function's brackets are
open around it.
"""

from __future__ import annotations

from bpcalc.errors import BpcalcError, did_you_mean
from bpcalc.gate import Gate
from bpcalc.gates.arrays import SPELLINGS
from bpcalc.reading.elsewhere import CLASSES, MISSING, instead_of
from bpcalc.reading.extents import closing, error_at, text_of
from bpcalc.reading.lexer import canonical, is_word
from bpcalc.reading.operators import OPEN
from bpcalc.reading.python import words
from bpcalc.reading.python.libraries import BUILTINS, CONSTANTS, LIBRARIES, USUAL
from bpcalc.reading.python.rules import Refused
from bpcalc.reading.python.signatures import borrowed
from bpcalc.reading.state import Borrowed, Frame, State

OPENED = -1  # stands for a node: a call's brackets have been opened


def name(state: State, token: str) -> int | None:
    """The node of a name with dots, or of a word; `OPENED` at the bracket of a call; None for any other name."""
    if state.frames and isinstance(state.frames[-1].called, Borrowed) and not state.has_value(token):
        word = words.plain(state, state.place)
        if word is not ...:
            return words.keep(state, word)
    if state.tokens[state.place + 1] != "." or state.has_value(token):
        return None
    module = state.aliases.get(token) or USUAL.get(canonical(token))
    return None if module is None else _member(state, module)


def _member(state: State, module: str) -> int:
    """What a module has: the place is the module's first token, and then the last of the name."""
    tokens, first = state.tokens, state.place
    last = first
    while tokens[last + 1] == "." and is_word(tokens[last + 2]):
        last += 2
    if last == first:
        raise error_at(state, "a name is missing behind the dot", "", first, first + 1)
    full = ".".join([module, *tokens[first + 2 : last : 2]])
    word = tokens[last]
    if tokens[last + 1] == "(":
        called = function_of(full, word, "".join(tokens[first : last + 1]))
        if called is None:
            raise _unknown(state, full, first, last)
        check_read(state, called, first, last)
        state.frames.append(Frame(last, called))
        state.pending.append(OPEN)
        state.place = last + 1
        return OPENED
    if word in words.FLOATS or word in words.OTHERS:
        if not (state.frames and isinstance(state.frames[-1].called, Borrowed)):
            raise error_at(state, "the type of an array has no value", "leave it out", first, last)
        state.place = last
        return words.keep(state, words.Word(word))
    if word not in CONSTANTS or full not in LIBRARIES:
        raise _unknown(state, full, first, last)
    state.place = last
    return state.graph.constant(CONSTANTS[word])


def check_read(state: State, called: Gate | Borrowed, first: int, last: int) -> None:
    """Raises BpcalcError for a function that is known, and not read."""
    if isinstance(called, Borrowed) and isinstance(called.rule, Refused):
        raise error_at(state, called.rule.message.format(called.name), called.rule.hint, first, last)


def function_of(module: str, word: str, name: str) -> Gate | Borrowed | None:
    """A function of a module, by its full name; None where there is none that is read."""
    if module not in LIBRARIES or module.endswith("random"):
        return None
    if word in LIBRARIES[module]:
        return borrowed(name, *LIBRARIES[module][word])
    gate = SPELLINGS.get(word)
    return None if gate is None or gate.alone else gate  # the catalogue's max(x, y) is no module's


def builtin(state: State, token: str) -> Borrowed | Gate | None:
    """A function that is called without a module: Python's own, or one that the program has imported."""
    if token in state.aliases:
        module, _, word = state.aliases[token].rpartition(".")
        return function_of(module, word, token)
    return borrowed(token, *BUILTINS[token]) if token in BUILTINS else None


def keyword_word(state: State) -> int | None:
    """Takes the word behind the `=` at the place, where it is all of the argument; the place is then the word."""
    word = words.plain(state, state.place + 1)
    if word is ...:
        return None
    state.place += 1
    return words.keep(state, word)


def quoted(state: State) -> int:
    """Takes a text in quotes as an argument of a borrowed function. Raises BpcalcError where more stands beside it."""
    word = words.plain(state, state.place)
    if word is ...:
        raise error_at(state, "a text in quotes is a whole argument here")
    return words.keep(state, word)


def _unknown(state: State, module: str, first: int, last: int) -> BpcalcError:
    tokens = state.tokens
    word, whole = tokens[last], "".join(tokens[first : last + 1])
    message = f'there is no "{whole}" here'
    if module.endswith("random") or word in ("randn", "rand"):
        return error_at(state, message, MISSING["random"], first, last)
    hint = MISSING.get(word, "") or (f"the function is {CLASSES[word]}" if word in CLASSES else "")
    if not hint and tokens[last + 1] != "(" and function_of(module, word, whole):
        hint = f"a function needs brackets: {whole}(x)"
    if not hint and tokens[last + 1] == "(":
        written = instead_of(word, text_of(state, last + 2, closing(state, last + 1) - 1, most=200))
        hint = f"write {written}" if written else ""
    return error_at(state, message, hint or did_you_mean(canonical(word), SPELLINGS), first, last)
