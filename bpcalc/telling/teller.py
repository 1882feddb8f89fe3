"""The teller: from the steps of a report to their words, in the digits that are asked for.

Where each line is made: `forward_words`, `backward_words`, `tangent_words` (forward mode), `meaning`. They know of the
circuit what `vocabulary` calls things; `one_gate` makes the formulas, `equation` makes sure of the numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from bpcalc.reports.report import Report
from bpcalc.reports.steps import Step
from bpcalc.reports.tangents import JvpReport
from bpcalc.telling import backward_words, forward_words, meaning, tangent_words
from bpcalc.telling.lines import Told
from bpcalc.telling.vocabulary import Vocabulary

ONE_BY_ONE: Mapping[tuple[str, str], Callable[[Vocabulary, Step], Told | None]] = {
    ("forward", "gate"): forward_words.gate,
    ("forward", "dual"): tangent_words.gate,
    ("backward", "seed"): backward_words.seed,
    ("backward", "gate"): backward_words.gate,
    ("backward", "copy"): backward_words.copy,
    ("meaning", "way"): meaning.way,
}


def tell(report: Report | JvpReport, digits: int | None) -> tuple[Told, ...]:
    """The steps of a report in words. None: all digits."""
    copied = {step.node for step in report.steps if step.kind == "copy"}
    words = Vocabulary(report.circuit, report.names, digits, copied)
    with report.circuit.m.quiet():
        return tuple(_told(words, report.steps))


def _told(words: Vocabulary, steps: tuple[Step, ...]) -> Iterator[Told]:
    inputs = [step for step in steps if step.kind == "input"]
    if inputs:
        yield tangent_words.inputs(words, inputs, [term.source for term in steps[-1].terms])
    for step in steps:
        tell_it = ONE_BY_ONE.get((step.phase, step.kind))
        told = tell_it(words, step) if tell_it else None
        if told is not None:
            yield told
    yield from meaning.rates(words, [step for step in steps if step.kind == "rate"])
