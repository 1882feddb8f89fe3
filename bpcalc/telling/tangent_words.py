"""Forward mode in words, from left to right: each node's value and tangent together, as dual numbers have them.

Every equation is true. Of a gate of single numbers it puts the numbers into the sum of `local * tangent`; of one with
arrays it is a formula of its inputs and their tangents, with the numbers below.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from bpcalc.gate import POWER
from bpcalc.gates import GATES
from bpcalc.reports.steps import Step, Term
from bpcalc.telling import forward_words
from bpcalc.telling.equation import ABOUT, factor, left_factor, plain_factor, true_equation
from bpcalc.telling.lines import Line, Told, sentence
from bpcalc.telling.one_gate import OneGate
from bpcalc.telling.shape_words import shape_of, tuple_text
from bpcalc.telling.vocabulary import Vocabulary
from bpcalc.writing.unparse import binding, unparse

STILL = 12  # inputs that stay still are told one by one up to here
NEGATE, DIVIDE, MULTIPLY = GATES["negate"], GATES["divide"], GATES["multiply"]


def inputs(words: Vocabulary, steps: Sequence[Step], moving: Sequence[int]) -> Told:
    """The inputs in their order: all that move, and the first few that stay still."""
    lines: list[Line] = []
    for node in (*moving, *(step.node for step in steps))[:1]:
        name = words.labels[node]
        lines.append(sentence(f"a dot marks a tangent: {words.dots[node]} is how fast {name} moves"))
    still = 0
    for step in steps:
        still += step.tangent is None
        if step.tangent is not None or still <= STILL:
            lines.append(_input(words, step))
    if still > STILL:
        lines.append(sentence(f"… and {still - STILL} more that stay still"))
    return Told("forward", 0, "", "", tuple(lines))


def _input(words: Vocabulary, step: Step) -> Line:
    label, dot = words.labels[step.node], words.dots[step.node]
    if not shape_of(step.value):
        return Line(f"{label} = {words.number(step.value)}, {dot} = {words.number(words.tangent(step))}")
    if step.tangent is None:
        return sentence(f"{dot} is 0: {label} stays still")
    return words.shown(dot, step.tangent, tuple_text(shape_of(step.tangent)), is_equation=False)


def gate(words: Vocabulary, step: Step) -> Told:
    """A gate's value, and below it its tangent."""
    told = forward_words.gate(words, step)
    one = OneGate(words.circuit, words.texts, step.node)
    line = (_of_numbers if words.is_single(step.node) else _of_arrays)(words, one, step)
    return told._replace(lines=(*told.lines, line), tangent=words.tangent(step))


def _of_arrays(words: Vocabulary, one: OneGate, step: Step) -> Line:
    """`Q̇ = Ẋ@W + X@Ẇ   (2,3)@(3,4) -> (2,4)` and the numbers."""
    dot, tangent = words.dots[step.node], words.tangent(step)
    if not one.gate.differentiable:
        return sentence(f"{dot} is 0: the gate {one.gate.says}")
    moves = any(term.tangent is not None for term in step.terms)
    names = [words.dots.get(term.source, "") for term in step.terms]
    formula = one.tangent([term.tangent for term in step.terms], names, tangent) if moves else None
    if formula is None and step.tangent is None:
        return sentence(f"{dot} is 0: nothing in it moves")
    if formula is None:
        return words.shown(f"{dot}, where something flows", tangent, tuple_text(shape_of(tangent)))
    return words.shown(f"{dot} = {one.text(formula)}", tangent, one.signature(formula))


# Gates of single numbers


class Addend(NamedTuple):
    """What one input adds to a tangent, as it is written: local*tangent.

    negative  whether it is subtracted
    formula   the local gradient without that sign, as a node of the gate's own graph; None where a number says it
    below     the x of a local gradient 1/x, which is written ẋ/x
    """

    term: Term
    negative: bool
    formula: int | None
    below: int | None


def _of_numbers(words: Vocabulary, one: OneGate, step: Step) -> Line:
    """`ḟ = q̇*z + q*ż = 1*(-4) + 3*0 = -4`"""
    if not one.gate.differentiable:
        return Line(f"{words.dots[step.node]} = 0 (the gate {one.gate.says})")
    taught = _equation(words, one, step, taught=True)
    if ABOUT not in taught:
        return Line(taught)
    # as it was computed, where the form of the lectures differs in the last digits
    exact = _equation(words, one, step, taught=False)
    return Line(taught if ABOUT in exact else exact)


def _equation(words: Vocabulary, one: OneGate, step: Step, taught: bool) -> str:
    """A tangent as the sum of what the inputs add, with names and with numbers."""
    dot, total, addends = words.dots[step.node], words.tangent(step), list(_addends(words, one, step, taught))
    if not addends:
        return f"{dot} = {words.number(total)}"

    def numbers(digits: int | None) -> str:
        tangents = {term.source: one.m.text(_speed(one, term), digits) for term in step.terms}
        return _sum(one, addends, one.numbers(digits), tangents, digits)

    start = f"{dot} = {_sum(one, addends, one.names, words.dots, None)}"
    return true_equation(one.m, start, numbers, total, words.digits)


def _speed(one: OneGate, term: Term) -> Any:
    """The tangent of an input: 0 where it does not move."""
    return one.m.zero if term.tangent is None else term.tangent


def _addends(words: Vocabulary, one: OneGate, step: Step, taught: bool) -> Iterator[Addend]:
    """What each input adds. One at rest adds 0, and is left out only where its local gradient is infinite."""
    for term in step.terms:
        if term.local is None or term.source not in words.labels:
            continue
        blocked = one.gate.routes and not term.local and not one.m.is_finite(_speed(one, term))
        if blocked or (term.tangent is None and not one.m.is_finite(term.local)):
            continue
        formula = one.local(term.place, term.local, taught)
        if formula is None:
            yield Addend(term, bool(term.local < 0), None, None)
        else:
            formula, negative = _without_sign(one, formula)
            yield Addend(term, negative, formula, _denominator(one, formula) if taught else None)


def _without_sign(one: OneGate, formula: int) -> tuple[int, bool]:
    """The local gradient without its sign, and whether it had one: -(u*t) is the same number as (-u)*t."""
    negative = False
    while one.graph.gates[formula] is NEGATE and formula not in one.names:
        (formula,) = one.graph.inputs[formula]
        negative = not negative
    return formula, negative


def _denominator(one: OneGate, formula: int) -> int | None:
    """The x of a local gradient 1/x."""
    if formula in one.names or one.graph.gates[formula] is not DIVIDE:
        return None
    above, below = one.graph.inputs[formula]
    return below if one.graph.number(above) == 1 else None


def _sum(
    one: OneGate, addends: Sequence[Addend], names: Mapping[int, str], tangents: Mapping[int, str], digits: int | None
) -> str:
    """The addends added up, with names or with numbers."""
    text = ""
    for addend in addends:
        sign = (" - " if addend.negative else " + ") if text else "-" * addend.negative
        tangent = tangents[addend.term.source]
        text += sign + _written(one, addend, names, tangent, digits, bare=not text and not sign)
    return text


def _written(
    one: OneGate, addend: Addend, names: Mapping[int, str], tangent: str, digits: int | None, bare: bool
) -> str:
    """One addend; `bare`: a sign at its start needs no brackets."""
    term, formula = addend.term, addend.formula
    closed = f"({tangent})" if binding(tangent) < POWER else tangent
    leading = left_factor(tangent) if bare or not tangent.startswith("-") else closed
    # the weight of a router is written out
    if formula is None and abs(term.local) == 1 and not one.gate.routes:
        return leading
    if addend.below is not None:
        return f"{leading}/{_divisor(one, addend.below, names)}"
    local = plain_factor(one.m, abs(term.local), digits) if formula is None else factor(one.graph, formula, names)
    if term.place == 0 and one.gate is MULTIPLY:  # q̇*z + q*ż
        return f"{leading}*{local}"
    if bare and formula is not None and names.get(formula, "").startswith("-"):
        local = names[formula]
    return f"{local}*{closed}"


def _divisor(one: OneGate, node: int, names: Mapping[int, str]) -> str:
    """What stands behind a division sign, in brackets where it needs them."""
    text, gate = names.get(node) or unparse(one.graph, node, names), one.graph.gates[node]
    closed = node in names or not (gate.infix or gate.prefix) or (gate.infix and gate.infix[1] == POWER)
    return text if closed and binding(text) >= POWER else f"({text})"
