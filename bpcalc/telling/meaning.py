"""What the passes mean, in a sentence: how the output changes as an input grows, or along a direction.

At a kink, of single numbers what the output does on either side; of arrays that a rule has chosen.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from bpcalc.reports.steps import Step, Term
from bpcalc.telling.equation import left_factor
from bpcalc.telling.lines import Told, sentence
from bpcalc.telling.shape_words import shape_of
from bpcalc.telling.vocabulary import Vocabulary

TOLD = 12  # inputs whose meaning is told
DECIMAL = frozenset("-.0123456789")
NAMED = 3  # inputs that move are named up to here
CLOSE = 1e-9  # how closely, relative to their size, two rates must agree to be told as one


def rates(words: Vocabulary, steps: Sequence[Step]) -> Iterable[Told]:
    """The meaning of each input's gradient."""
    names = list(words.circuit.wrt)
    for step in steps[:TOLD]:
        name = names[step.number - 1]
        said = _rate_of_array(words, step, name) if words.circuit.m.shaped else _rate(words, step, name)
        yield Told("meaning", 0, name, "", (sentence(said),))
    if len(steps) > TOLD:
        yield Told("meaning", 0, "", "", (sentence(f"… and {len(steps) - TOLD} more"),))


def _rate(words: Vocabulary, step: Step, name: str) -> str:
    f, h = words.of, words.small
    value, gradient = words.circuit.values[words.circuit.output], step.gradient
    left, right = step.sides or (gradient, gradient)
    if any(rate != rate for rate in (value, gradient, left, right)):
        return f"at this {name}, {f} has no rate of change"
    used = f"the gradient by the rule used is {words.number(gradient)}"
    return _both(words, f"if {name} grows by a small {h}, {f}", f"if it falls by {h}, {f}", gradient, left, right, used)


def _both(words: Vocabulary, grows: str, falls: str, rate: Any, left: Any, right: Any, used: str) -> str:
    """What the output does on either side, where they differ; and the rate by the rule used, where that is another."""
    close = words.circuit.m.close
    if close(left, right, CLOSE) and close(rate, right, CLOSE):
        return f"{grows} {changes(words, rate)}"
    other = "" if close(left, right, CLOSE) else f"; {falls} {changes(words, -left)}"
    return f"{grows} {changes(words, right)}{other}; {used}"


def _rate_of_array(words: Vocabulary, step: Step, name: str) -> str:
    """The same by the largest entry of the gradient."""
    m, f, h, gradient = words.circuit.m, words.of, words.small, step.gradient
    ruled = _ruled(words, [step.node])
    if m.holds(m.is_nan(gradient)):
        return f"the gradient of {name} is NaN" + (" in some entries" if shape_of(gradient) else "")
    if not shape_of(gradient):
        return f"if {name} grows by a small {h}, {f} {changes(words, gradient)}{ruled}"
    if not m.holds(m.not_equal(gradient, 0)):
        return f"whichever entry of {name} grows by a small {h}, {f} hardly changes{ruled}"
    place = m.marked(abs(gradient) == m.amax(abs(gradient), axis=None))[2]
    entry, rate = ", ".join(map(str, place)), m.entry(gradient, place)
    norm = words.number(m.norm(gradient))
    return (
        f"if {name}[{entry}] grows by a small {h}, {f} {changes(words, rate)}{ruled}; "
        f"the gradient of {name} has the norm {norm}"
    )


def way(words: Vocabulary, step: Step) -> Told:
    """What the tangent of the output says."""
    said = _way_of_array(words, step) if words.circuit.m.shaped else _way(words, step)
    return Told("meaning", 0, "", "", (sentence(said),))


def _way(words: Vocabulary, step: Step) -> str:
    f = words.names.output
    rate = words.tangent(step)
    if not any(term.tangent and term.source <= step.node for term in step.terms):
        return f"nothing that {f} depends on moves, so {f} stays as it is"
    left, right = step.sides or (rate, rate)
    if any(number != number for number in (words.circuit.values[step.node], rate, left, right)):
        return f"at this point, {f} has no rate of change in this direction"
    used = f"the tangent by the rule used is {words.number(rate)}"
    return _both(words, f"if {_moves(words, step.terms)}, {f}", f"the other way, {f}", rate, left, right, used)


def _way_of_array(words: Vocabulary, step: Step) -> str:
    f, h, m = words.names.output, words.small, words.circuit.m
    moving = [term.source for term in step.terms if m.holds(m.not_equal(term.tangent, 0)) and term.source <= step.node]
    if not moving:
        return f"nothing that {f} depends on moves, so {f} stays as it is"
    tangent, ruled = words.tangent(step), _ruled(words, moving)
    if m.holds(m.is_nan(tangent)):
        return f"the tangent of {f} is NaN" + (" in some entries" if shape_of(tangent) else "")
    start = f"if {_moves(words, step.terms)}"
    if not shape_of(tangent):
        return f"{start}, {f} {changes(words, tangent)}{ruled}"
    return f"{start}, each entry of {f} changes by about {h} times its tangent{ruled}"


def _moves(words: Vocabulary, terms: Sequence[Term]) -> str:
    """`x grows by a small h`, or what moves how far."""
    h, names = words.small, [words.labels[term.source] for term in terms]
    tangents = [term.tangent for term in terms]
    if len(names) == 1 and not shape_of(tangents[0]) and tangents[0] == 1:
        return f"{names[0]} grows by a small {h}"
    if len(names) > NAMED or any(map(shape_of, tangents)):
        return f"the inputs move a small step {h} along the direction"
    ways = [f"{name} by {times(words, tangent)}" for name, tangent in zip(names, tangents, strict=True)]
    return f"a small step {h} moves {' and '.join(ways)}"


def changes(words: Vocabulary, rate: Any) -> str:
    """`changes by about -4h`"""
    if rate == 0:
        return "hardly changes"
    if not words.circuit.m.is_finite(rate):
        return "changes infinitely fast"
    return f"changes by about {times(words, rate)}"


def times(words: Vocabulary, rate: Any) -> str:
    """`-4h`, `h`, `1e-05*h`"""
    text = words.number(rate)
    return {"1": "", "-1": "-"}.get(text, text if DECIMAL.issuperset(text) else f"{left_factor(text)}*") + words.small


def _ruled(words: Vocabulary, nodes: Sequence[int]) -> str:
    """What is to be said where a gate behind these inputs lies on a kink: there the gradient is a rule's choice."""
    for node in nodes if words.kinks else ():
        reached = words.graph.carries([node], words.circuit.output)
        kink = next((kink for kink in words.kinks if reached[kink]), None)
        if kink is not None:
            return f", by the rule used where {words.labels[kink]} has no derivative"
    return ""
