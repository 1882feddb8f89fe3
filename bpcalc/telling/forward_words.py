"""The forward pass in words: a gate on named inputs, with numbers put in, and what it gives."""

from __future__ import annotations

from bpcalc.reports.steps import Step
from bpcalc.telling.equation import true_equation
from bpcalc.telling.lines import Line, Told
from bpcalc.telling.one_gate import OneGate
from bpcalc.telling.vocabulary import Vocabulary


def gate(words: Vocabulary, step: Step) -> Told:
    """`q = x + y = -2 + 5 = 3`; of arrays the shapes, and below it the numbers."""
    node, label = step.node, words.labels[step.node]
    one = OneGate(words.circuit, words.texts, node)
    title = one.expression(one.names)
    start = f"{label} = {title}"
    if words.is_single(node):
        numbers = lambda digits: one.expression(one.numbers(digits))
        line = Line(true_equation(one.m, start, numbers, step.value, words.digits))
    else:
        line = words.shown(start, step.value, one.signature(one.output))
    return Told(step.phase, step.number, label, one.gate.name, (line,), title, value=step.value)
