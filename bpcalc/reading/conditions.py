"""Conditions: chains of comparisons (`0 < x < 1`), `and or not`, and the choices `c ? a : b`, `a if c else b`.

They are made of gates that stand already: both hold where the product of two conditions is 1, either where the larger
one is; the opposite is `c == 0`, and a choice `where(c, a, b)`. A number that is no condition counts as `x != 0`, so
the result is always 0 or 1, and carries no gradient. The grammar stands in `parser`; these functions work on its state.
"""

from __future__ import annotations

from bpcalc.errors import BpcalcError
from bpcalc.gate import AMPERSAND, BAR, CHOICE, COMPARISON, NOT, OR, Gate
from bpcalc.gates import GATES
from bpcalc.reading.extents import end_of, error_at, start_of, text_of
from bpcalc.reading.lexer import END, is_word
from bpcalc.reading.operators import CLOSING, CONDITIONS, OPEN, Operator
from bpcalc.reading.state import Frame, State

MULTIPLY, MAX, WHERE = GATES["multiply"], GATES["max"], GATES["where"]
CHAINED = Operator(COMPARISON, MULTIPLY)
NEGATION, CHOSEN = Operator(NOT, CONDITIONS[NOT]), Operator(CHOICE, CONDITIONS[CHOICE])
WORDS = ("and", "or")
ELSE = frozenset(("else", "=", ",", ";", END))
CLAUSES = frozenset(("and", "or", "not", "&&", "||", "∧", "∨", "¬", "?", ":", "=", ",", ";", "\n", END))


def chain(state: State) -> None:
    """Ends a comparison that another one follows: both shall hold, and the operand between them is one of both."""
    middle = state.operands[-1]
    state.reduce(COMPARISON)
    state.operands.append(middle)
    state.pending.append(CHAINED)


def negates(state: State) -> bool:
    """Is the word `not`, at whose place the parser stands, the operator? It is where an operand follows, unless the
    name has a value."""
    after = state.tokens[state.place + 1]
    is_operand = is_word(after) or after[:1].isdigit() or after[:1] in ("(", "[", "{", "√", "|", "‖", "∥", "¬")
    is_operand = is_operand or after in ("-", "+", "−") or after[1:2].isdigit()  # .5
    return is_operand and not state.has_value("not") and "not" not in state.functions and after not in WORDS


def negation(state: State) -> Operator:
    """The operator `not`. Raises BpcalcError behind an operator that binds more tightly."""
    if state.pending[-1].binding > NOT:
        stop = end_of(state.tokens, state.place + 1, CLAUSES)
        hint = f"write (not {text_of(state, state.place + 1, stop, 200)})"
        raise error_at(state, '"not" needs brackets behind an operator', hint, state.place, stop)
    return NEGATION


def combined(state: State, gate: Gate, node: int) -> int:
    """The node of a condition whose last operand is `node`; its other operands leave the stack, but for the first."""
    apply, operands = state.graph.apply, state.operands
    if gate is CONDITIONS[CHOICE]:
        operands.pop()
        first = operands.pop()
        return apply(WHERE, (operands[-1], first, node))
    if gate is CONDITIONS[NOT]:
        return apply(GATES["equal"], (node, state.graph.constant(0.0)))
    operands.pop()
    if gate in (CONDITIONS[BAR], CONDITIONS[AMPERSAND]) and not (
        is_condition(state, node) and is_condition(state, operands[-1])
    ):
        raise _no_condition(state, "|" if gate is CONDITIONS[BAR] else "&")
    either = gate in (CONDITIONS[OR], CONDITIONS[BAR])
    return apply(MAX if either else MULTIPLY, (_truth(state, operands[-1]), _truth(state, node)))


def _truth(state: State, node: int) -> int:
    """0 or 1: a condition itself, of any other number whether it is not 0."""
    if is_condition(state, node):
        return node
    return state.graph.apply(GATES["not_equal"], (node, state.graph.constant(0.0)))


def is_condition(state: State, node: int) -> bool:
    """Is the node 0 or 1 for sure: a comparison, or made of such by `and`, `or` and choices?"""
    graph = state.graph
    found, stack = state.conditions.setdefault(id(graph), {}), [node]
    while stack:
        one = stack[-1]
        gate, inputs = graph.gates[one], graph.inputs[one]
        parts = inputs[gate is WHERE :] if gate in (MULTIPLY, MAX, WHERE) else ()
        waiting = [part for part in parts if part not in found]
        if waiting:
            stack += waiting
            continue
        stack.pop()
        is_comparison = gate.infix is not None and gate.infix[1] == COMPARISON
        found[one] = is_comparison or (bool(parts) and all(found[part] for part in parts))
    return found[node]


def _no_condition(state: State, token: str) -> BpcalcError:
    """For `x > 0 & y > 0`, where & comes first, and for `x & y`."""
    tokens, at = state.tokens, min(state.place, len(state.tokens) - 1)
    while tokens[at] != token:
        at -= 1
    first, last = start_of(tokens, at, CLAUSES), end_of(tokens, at + 1, CLAUSES)
    left, right = text_of(state, first, at - 1, 200), text_of(state, at + 1, last, 200)
    word = "and" if token == "&" else "or"
    message = f'"{token}" stands between conditions in brackets, for it binds more tightly than a comparison'
    return error_at(state, message, f"write ({left}) {word} ({right})" if left and right else "", at)


# Choices


def is_choice(state: State) -> bool:
    """Does the word `if`, at whose place the parser stands, begin the condition of `a if c else b`?"""
    if state.has_value("if"):
        return False
    stop = end_of(state.tokens, state.place + 1, ELSE)
    return state.tokens[stop + 1 : stop + 2] == ["else"]


def open_choice(state: State) -> None:
    """The `?` behind a condition, or the `if` behind a branch: up to the other sign it is read as in brackets."""
    state.reduce(CHOICE + 1)
    state.frames.append(Frame(state.place, None))
    state.pending.append(OPEN)
    state.place += 1


def other_choice(state: State) -> bool:
    """The `:` or the `else` of a choice. False where no choice waits for one."""
    waiting = state.tokens[state.frames[-1].place] if state.frames else ""
    if waiting not in ("?", "if") or CLOSING[waiting] != state.tokens[state.place]:
        return False
    state.reduce(1)
    state.frames.pop()
    state.pending.pop()
    if waiting == "if":  # the condition is in the middle
        state.operands[-2:] = state.operands[-1:-3:-1]
    state.pending.append(CHOSEN)
    state.place += 1
    return True
