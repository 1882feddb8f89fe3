"""The teller: from the steps of a report to their words, in the digits that are asked for.

Where each line is made: `forward_words`, `backward_words`, `tangent_words` (forward mode), `meaning`. They know of the
circuit what `vocabulary` calls things; `one_gate` makes the formulas, `equation` makes sure of the numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from bpcalc.reports.steps import Step
from bpcalc.telling import backward_words, forward_words, meaning
from bpcalc.telling.lines import Told
from bpcalc.telling.vocabulary import Vocabulary

if TYPE_CHECKING:
    from bpcalc.reports.report import Report
    from bpcalc.reports.tangents import JvpReport

ONE_BY_ONE: Mapping[tuple[str, str], Callable[[Vocabulary, Step], Told | None]] = {
    ("forward", "gate"): forward_words.gate,
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
    known = dict(ONE_BY_ONE)
    inputs = [step for step in steps if step.kind == "input"]
    if inputs or any(step.kind == "dual" for step in steps):  # forward mode
        from bpcalc.telling import tangent_words

        known["forward", "dual"] = tangent_words.gate
        if inputs:
            yield tangent_words.inputs(words, inputs, [term.source for term in steps[-1].terms])
    for step in steps:
        tell_it = known.get((step.phase, step.kind))
        told = tell_it(words, step) if tell_it else None
        if told is not None:
            yield told
    yield from meaning.rates(words, [step for step in steps if step.kind == "rate"])
