"""What uncertain values make of the output, in words: the budget's columns, its warnings, the samples."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from bpcalc.algebra.floats import FLOATS
from bpcalc.reports.names import Names
from bpcalc.reports.report import Report
from bpcalc.reports.uncertainty import Uncertainty
from bpcalc.reports.warning import Warning
from bpcalc.writing.uncertain import with_uncertainty
from bpcalc.writing.unparse import shortened

MATTERS = 0.1  # of the variance: a second order beyond it changes the uncertainty by a twentieth
MOVED = 0.25  # of the uncertainty: a bias beyond it is worth a word
QUOTED = 100  # characters of an expression
ROWS = 20  # inputs of a budget that is for people


def rounded(found: Uncertainty) -> str:
    """`10.0 ± 0.8`"""
    return with_uncertainty(found.value, found.uncertainty)


def budget(report: Report, found: Uncertainty, precision: int | None) -> list[list[str]]:
    """The columns, a title first: largest shares first where there are many."""
    parts = sorted(found.contributions, key=lambda one: -abs(one.contribution)) if _is_long(found) else None
    shown = (parts or [*found.contributions])[:ROWS]
    f = report.output
    return [
        ["input", *(one.name for one in shown)],
        ["value", *(FLOATS.text(one.value, precision) for one in shown)],
        ["u", *(FLOATS.text(one.uncertainty, precision) for one in shown)],
        [f"∂{f}/∂input", *(FLOATS.text(one.sensitivity, precision) for one in shown)],
        ["contribution", *(FLOATS.text(one.contribution, precision) for one in shown)],
        ["share", *("" if math.isnan(one.share) else f"{100 * one.share:z.1f} %" for one in shown)],
    ]


def _is_long(found: Uncertainty) -> bool:
    return len(found.contributions) > ROWS


def sentences(report: Report, found: Uncertainty) -> Iterator[str]:
    """What stands under the budget."""
    if _is_long(found):
        yield f"… and {len(found.contributions) - ROWS} more inputs"
    if found.correlations:
        pairs = ", ".join(f"{a},{b} = {number:g}" for (a, b), number in found.correlations.items())
        yield f"correlations: {pairs}; shares have them, so a share may be below 0"
    if found.sampled is not None:
        one = found.sampled
        lost = f"; {one.lost:,} gave no number, and are left out" if one.lost else ""
        yield (
            f"Monte Carlo, {one.samples:,} normal samples (seed {one.seed}): {report.output} is "
            f"{with_uncertainty(one.mean, one.uncertainty)}, 95 % lie from {one.low:.4g} to {one.high:.4g}{lost}"
        )


def warnings(report: Report, found: Uncertainty) -> Iterator[Warning]:
    """Where the first order may mislead."""
    f, circuit = report.output, report.circuit
    names = Names(circuit.program, circuit.output)
    for near in found.near:
        text = shortened(circuit.program.graph, near.node, names.labels, QUOTED)
        label = names.labels.get(near.node)
        title = f"{label} = {text}" if label and text != label else text
        times = "its uncertainty" if near.steps == 1 else f"{near.steps} of its uncertainties"
        yield _warning(f, f"{title} bends or jumps within {times} of {near.name}, and a tangent does not tell that")
    told = list(_misled(f, found))
    if told:
        yield _warning(f, f"the first order may mislead: {'; '.join(told)}. --monte-carlo 100000 is a check")


def _misled(f: str, found: Uncertainty) -> Iterator[str]:
    first = found.uncertainty
    if not math.isfinite(first):
        yield f"the uncertainty of {f} is no finite number"
        return
    if _differs(found.second, first):
        yield f"with second derivatives the uncertainty is {found.second:.3g}, not {first:.3g}"
    elif _differs(found.secant, first):
        yield f"steps of one uncertainty make it {found.secant:.3g}, not {first:.3g}"
    if math.isfinite(found.bias) and abs(found.bias) > MOVED * first:
        yield f"the mean of {f} is off by {found.bias:.3g} from its value"


def _differs(other: float, first: float) -> bool:
    return math.isfinite(other) and abs(other * other - first * first) > MATTERS * max(first, 1e-300) ** 2


def _warning(f: str, text: str) -> Warning:
    return Warning("uncertainty", f, None, text)


def document(found: Uncertainty) -> dict[str, Any]:
    """The fields of JSON."""
    parts: dict[str, Any] = {
        "uncertainty": FLOATS.json(found.uncertainty),
        "rounded": rounded(found),
        "contributions": [
            {key: part if isinstance(part, str) else FLOATS.json(part) for key, part in one._asdict().items()}
            for one in found.contributions
        ],
        "correlations": [{"inputs": list(pair), "correlation": one} for pair, one in found.correlations.items()],
        "second_order": {"uncertainty": FLOATS.json(found.second), "bias": FLOATS.json(found.bias)},
    }
    if found.sampled is not None:
        parts["monte_carlo"] = {
            key: part if isinstance(part, int) else FLOATS.json(part) for key, part in found.sampled._asdict().items()
        }
    return parts
