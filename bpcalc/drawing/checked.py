"""The circuit of a check as files: the first wrong claim is marked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from bpcalc.drawing.draw import Wish, drawn
from bpcalc.drawing.files import save as write
from bpcalc.errors import BpcalcError, Source
from bpcalc.reports.check import WRONG, Claim
from bpcalc.reports.names import Names
from bpcalc.reports.options import Options
from bpcalc.show import Style

if TYPE_CHECKING:
    from bpcalc.calculations.check.pipeline import Judgement

# One layout for all: DOT and Mermaid have no wire before a branch, where the claim would stand.
ENDINGS = {".svg": "svg", ".png": "png", ".tex": "tikz", ".txt": "text"}


def save(
    source: Source, values: Mapping[str, Any], options: Options, claims: Sequence[Claim], paths: Sequence[str],
    style: Style,
) -> None:  # fmt: skip
    """Draws the circuit into each of the files, the first wrong claim marked; nothing is marked where none is wrong.

    Raises BpcalcError where nothing is claimed, for an ending that is not known, and what cannot be drawn or written.
    """
    if not claims:
        raise BpcalcError("--save draws a circuit with a claim in it",
                          hint="claim a gradient: --claim x=2; bpcalc graph draws it without")  # fmt: skip
    wish = Wish(opened=("all",))
    drawing = drawn(source, values, options._replace(wrt=()), wish)
    drawing.wish = wish._replace(wrong=first_wrong(claims, drawing.names))
    write(drawing, paths, style, ENDINGS)


def first_with_a_mistake(judgements: Sequence[Judgement]) -> Judgement:
    """Of a sheet the exercise that is drawn: the first with a wrong claim, else the first."""
    wrong = (one for one in judgements if any(claim.verdict == WRONG for claim in one[1]))
    return next(wrong, judgements[0])


def first_wrong(claims: Sequence[Claim], names: Names) -> Claim | None:
    """The wrong claim that the backward pass meets first: the one nearest to the output; None where none is wrong."""
    wrong = (claim for claim in claims if claim.verdict == WRONG)
    return max(wrong, key=lambda claim: names.find(claim.name), default=None)
