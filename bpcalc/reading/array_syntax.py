"""The parts of the grammar that only arrays need: indices, `.T`, `@`, options. Loaded when one of them is met.

The grammar stands in `parser`; these functions work on its state.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from bpcalc.errors import BpcalcError
from bpcalc.gate import PRODUCT, Gate
from bpcalc.gates.arrays import GATES, SPELLINGS
from bpcalc.gates.products import letters
from bpcalc.reading import mistakes
from bpcalc.reading.arrayness import SINGLE, is_bound_to_array, may_be_array
from bpcalc.reading.elsewhere import arguments
from bpcalc.reading.extents import error_at, operand_end, operand_start, text_of
from bpcalc.reading.fixed import NotFixedError, fixed_number
from bpcalc.reading.gate_options import LISTS, checked, fits, words
from bpcalc.reading.indices import quoted_key
from bpcalc.reading.lexer import END, canonical, is_word, locate
from bpcalc.reading.notations import brackets
from bpcalc.reading.operators import Operator
from bpcalc.reading.state import Frame, State

MATRIX_PRODUCT = Operator(PRODUCT, GATES["matmul"])
WORDS = {"True": True, "False": False, "None": None, "true": True, "false": False}
ENDS = frozenset((END, ";", ",", ")", "]"))  # what stands behind an argument
COUNTS = ("shape", "size", "columns", "count")  # options that may be sizes with a name
EQUATION = 'the equation is letters in quotes: einsum("ij,jk->ik", A, B)'


def transpose(state: State) -> None:
    """`.T` behind an operand. Raises BpcalcError where a quote can mean something else."""
    token = state.tokens[state.place]
    if token in ("ᵀ", "⊤"):
        check_product(state, operand_start(state.tokens, state.place - 1))
    elif token != ".T":
        check_quote(state)
    gate = GATES["transpose"].bind({})
    state.operands[-1] = state.graph.apply(gate, (state.operands[-1],))


def check_quote(state: State) -> None:
    """Raises BpcalcError for `f'`, a derivative where f is a number, and `x'*A`, a product of matrices in MATLAB."""
    tokens, place = state.tokens, state.place
    is_array = may_be_array(state, state.operands[-1])
    if is_array and tokens[place - 1] == tokens[place] == tokens[place + 1]:
        return  # the last of a row is looked at
    first = operand_start(tokens, place - 1)
    operand = text_of(state, first, place - 1)
    if not is_array:
        state.place += 1
        if found := brackets(state):  # f'(x)
            raise found
        hint = f"write grad({operand}, x) for a derivative by x, {operand}.T for the transpose of an array"
        if is_word(operand) and operand.isalnum():
            hint = f"write {operand}2 for another name, grad({operand}, t) for a derivative by t"
        raise error_at(state, f'"{text_of(state, first, place)}" can be read two ways', hint, first, place)
    check_product(state, first)


def check_product(state: State, first: int) -> None:
    """Raises BpcalcError for `x'*A`, `x^T*A` and `A*xᵀ`, products of matrices on paper: the transpose begins at `first`
    and ends at the parser's place, its operand is the last. `x.T*A` is NumPy's, which has one meaning."""
    tokens, place = state.tokens, state.place
    if tokens[place + 1] == "*" and _holds_array(state, place + 2):
        left, right = text_of(state, first, place), text_of(state, place + 2, operand_end(state, place + 2))
    elif tokens[first - 1] == "*" and first and len(state.operands) > 1 and may_be_array(state, state.operands[-2]):
        left, right = text_of(state, operand_start(tokens, first - 2), first - 2), text_of(state, first, place)
    else:
        return
    hint = f"write {left}@{right} for the matrix product, {left}.*{right} entry by entry"
    raise error_at(state, f'"{left}*{right}" can be read two ways', hint, first, place)


def _holds_array(state: State, first: int) -> bool:
    """May the operand that begins at a token, and is not read yet, be an array: does a name of one stand in it?"""
    last = operand_end(state, first)
    tokens = state.tokens[first : last + 2]
    if tokens[1:2] == ["("] and "axis" not in tokens and "dim" not in tokens:
        gate = SPELLINGS.get(tokens[0])
        is_one = gate is not None and (gate.family == "reduction" or (gate.alone and "," not in tokens))
        if is_one or (gate is not None and gate.name in SINGLE):
            return False
    words = [canonical(one) for one, after in pairwise(tokens) if is_word(one) and after != "("]
    return any(is_bound_to_array(state, one) for one in words if one not in state.names) or any(
        may_be_array(state, state.names[one]) for one in words if one in state.names
    )


def option_word(state: State) -> bool:
    """Takes the value behind this `=` where that is a word: True, a reduction's name. The place is then the word."""
    frame, at = state.frames[-1], state.place + 1
    token = state.tokens[at]
    assert isinstance(frame.called, Gate)
    options = GATES[frame.called.alone or frame.called.name].options
    if frame.keyword not in options or frame.keyword in frame.keywords:
        return False
    is_whole = token != END and _next(state, at) in ENDS  # not the first of several: mean + 1
    text = token[1:-1] if token[:1] in ("'", '"') and len(token) > 1 else token
    if frame.keyword == "key":
        if text == token or not is_whole:
            raise _error(state, 'key is an index in quotes, for example "0, 1:"', at)
        frame.options["key"] = quoted_key(state, text, at)
    elif frame.keyword == "equation":
        if text == token or not is_whole:
            raise _error(state, EQUATION, at)
        frame.options["equation"] = text
    elif isinstance(options[frame.keyword], str):
        known = words(frame.called, frame.keyword)
        if text not in known or not is_whole:
            raise _error(state, f"{frame.keyword} is one of {', '.join(known)}", at)
        frame.options[frame.keyword] = text
    elif text in words(frame.called, frame.keyword) and is_whole:
        frame.options[frame.keyword] = text
    elif token in WORDS and is_whole:
        frame.options[frame.keyword] = WORDS[token]
    else:
        return False
    state.place = at
    return True


def _next(state: State, at: int) -> str:
    """The token behind the one at `at`, newlines not counted."""
    at += 1
    while state.tokens[at] == "\n":
        at += 1
    return state.tokens[at]


def options_of(state: State, gate: Gate, frame: Frame) -> tuple[Gate, list[int]]:
    """The gate with its options chosen, and the arguments that are its inputs."""
    chosen: dict[str, Any] = {}
    inputs, extra = _apart(frame, chosen), list[int]()
    if not gate.variadic:
        inputs, extra = inputs[: len(gate.parameters)], inputs[len(gate.parameters) :]
    elif len(inputs) == 1 and "equation" not in gate.options and state.graph.gates[inputs[0]] is GATES["array"]:
        inputs = list(state.graph.inputs[inputs[0]])  # concat([a, b])
    for name in [name for name in frame.keywords if name in gate.options]:
        place = mistakes.argument_place(state, frame, name)
        node = frame.keywords.pop(name)
        if name in frame.options:
            given = frame.options[name]
            chosen[name] = _checked(state, gate, name, given, place) if given in WORDS.values() else given
        else:
            chosen[name] = _checked(state, gate, name, _fixed(state, gate, node, name, place), place)
    whole = frame.place, state.place
    if gate.name == "norm" and extra:
        raise _norm_order(state, whole)
    for name, given in _positional(state, gate, extra, whole):
        if name in chosen:
            raise _error(state, f"{name} is given twice", *whole)
        chosen[name] = _checked(state, gate, name, given, whole)
    for name, default in gate.options.items():
        if default is ... and name not in chosen:
            raise _error(state, f'"{gate.spelling}" needs {name}', *whole, mistakes.usage(state))
    _check_equation(state, chosen, len(inputs), whole)
    if wrong := fits(gate, {**gate.options, **chosen}):
        raise _error(state, wrong, *whole)
    return gate.bind(chosen), inputs


def _apart(frame: Frame, chosen: dict[str, Any]) -> list[int]:
    """The arguments without the equation of `einsum`, which is chosen where it stands in front of them."""
    if "equation" not in frame.options or "equation" in frame.keywords:
        return list(frame.arguments)
    chosen["equation"] = frame.options["equation"]
    return frame.arguments[1:]


def _check_equation(state: State, chosen: dict[str, Any], count: int, whole: tuple[int, int]) -> None:
    """Raises BpcalcError for an equation of `einsum` that is none for so many inputs."""
    try:
        if "equation" in chosen:
            letters(chosen["equation"], count)
    except ValueError as error:
        raise _error(state, str(error), *whole) from None


def _norm_order(state: State, whole: tuple[int, int]) -> BpcalcError:
    """`norm(x, 1)`: elsewhere the order of the norm, or the axis."""
    x, second, *_ = arguments(text_of(state, whole[0] + 2, whole[1] - 1, most=200))
    if not second.isdecimal():
        hint = f"write sum(abs({x})), norm({x}) or max(abs({x})) for the 1-norm, the 2-norm or the largest entry"
        return error_at(state, "the order of a norm is not chosen like this", hint, *whole)
    order, meant = (f"sum(abs({x}))", "1-norm") if second == "1" else (f"norm({x})", "2-norm")
    hint = f"write {order} for the {meant}, norm({x}, axis={second}) along an axis"
    return error_at(state, f'"{text_of(state, *whole)}" can be read two ways', hint, *whole)


def _positional(state: State, gate: Gate, extra: list[int], whole: tuple[int, int]) -> list[tuple[str, Any]]:
    """The arguments behind the inputs are options in their order; a shape takes all that are left."""
    names = list(gate.options)
    found: list[tuple[str, Any]] = []
    for position, node in enumerate(extra):
        is_further = bool(found) and found[-1][0] in LISTS
        name = found[-1][0] if is_further else names[min(position, len(names) - 1)]
        value = _fixed(state, gate, node, name, whole)
        if is_further:
            found[-1] = name, found[-1][1] + (value if isinstance(value, tuple) else (value,))
        elif position >= len(names):
            most = len(gate.parameters) + len(names)
            message = f'"{gate.spelling}" takes no more than {most} inputs and options'
            raise _error(state, message, *whole, mistakes.usage(state))
        else:
            found.append((name, value if isinstance(value, tuple) or name not in LISTS else (value,)))
    return found


def _fixed(state: State, gate: Gate, node: int, name: str, place: tuple[int, int]) -> Any:
    """The value of an option: a number, or numbers in brackets."""
    graph, frame = state.graph, state.frames[-1]
    # no variable where it has a gradient: linspace(0, x, 3)
    sizes = name in COUNTS or gate.name == "arange"
    try:
        if graph.gates[node] is GATES["array"]:
            entries = graph.inputs[node]
            if name == "widths" and all(graph.gates[one] is GATES["array"] for one in entries):
                return tuple(tuple(fixed_number(state, one, sizes) for one in graph.inputs[row]) for row in entries)
            return tuple(fixed_number(state, entry, sizes) for entry in entries)
        return fixed_number(state, node, sizes)
    except NotFixedError as unknown:
        hint = str(unknown)
        if place == (frame.place, state.place) and gate.family == "reduction":
            hint = f"write {state.tokens[place[0]]}([{text_of(state, place[0] + 2, place[1] - 1, most=200)}])"
        raise _error(state, f"{name} is chosen when the program is written: a plain number", *place, hint) from None
    except ValueError as error:
        raise _error(state, f"{name} is no number here: {error}", *place) from None


def _checked(state: State, gate: Gate, name: str, given: Any, place: tuple[int, int]) -> Any:
    try:
        return checked(gate, name, given)
    except ValueError as error:
        raise _error(state, str(error), *place) from None


def _error(state: State, message: str, first: int, last: int | None = None, hint: str = "") -> BpcalcError:
    return BpcalcError(message, hint=hint, span=locate(state.source, first, last))
