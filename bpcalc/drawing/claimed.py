"""A wrong claim in the picture of its circuit: its wire marked, the right gradient and the claimed one below."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bpcalc.drawing.folding import Fold
from bpcalc.drawing.picture import WORDS, Lines, Mark, Picture, entries
from bpcalc.errors import BpcalcError, Source
from bpcalc.reports.check import WRONG, Claim
from bpcalc.reports.names import Names
from bpcalc.reports.options import Options
from bpcalc.show import Style

DIGITS = (6, 9, 12, None)  # more of them where the two would look the same


# One layout for all: DOT and Mermaid have no wire before a branch, where the claim would stand.
ENDINGS = {".svg": "svg", ".png": "png", ".tex": "tikz", ".txt": "text"}


def save(
    source: Source, values: Mapping[str, Any], options: Options, claims: Sequence[Claim], paths: Sequence[str],
    style: Style,
) -> None:  # fmt: skip
    """Draws the circuit into each of the files, the first wrong claim marked; nothing is marked where none is wrong.

    Raises BpcalcError where nothing is claimed, for an ending that is not known, and what cannot be drawn or written.
    """
    from bpcalc.drawing.draw import Wish, drawn
    from bpcalc.drawing.files import save as write

    if not claims:
        raise BpcalcError("--save draws a circuit with a claim in it",
                          hint="claim a gradient: --claim x=2; bpcalc graph draws it without")  # fmt: skip
    wish = Wish(opened=("all",))
    drawing = drawn(source, values, options._replace(wrt=()), wish)
    drawing.wish = wish._replace(wrong=first_wrong(claims, drawing.names))
    write(drawing, paths, style, ENDINGS)


def first_wrong(claims: Sequence[Claim], names: Names) -> Claim | None:
    """The wrong claim that the backward pass meets first: the one nearest to the output; None where none is wrong."""
    wrong = (claim for claim in claims if claim.verdict == WRONG)
    return max(wrong, key=lambda claim: names.find(claim.name), default=None)


def claimed(
    picture: Picture, claim: Claim, names: Names, folds: Mapping[int, Fold], precision: int | None
) -> Picture:
    """The picture with a claim marked, at the box of its node; or of the part that its node is folded into."""
    node = names.find(claim.name)
    shown = next((result for result, fold in folds.items() if node in fold.nodes), node)
    place = next(place for place, box in enumerate(picture.boxes) if box.node == shown)
    of = "" if shown == node else f"∂{names.output}/∂{claim.name} "
    right, wrong = _beside(claim, precision)
    lines = _named(f"{of}right", right)
    boxes = list(picture.boxes)
    boxes[place] = boxes[place]._replace(gradient=(*lines, *_named(f"{of}claimed", wrong)))
    told = f" The gradient with respect to {claim.name} is claimed to be {' '.join(wrong)}: right is {' '.join(right)}."
    return picture._replace(boxes=boxes, wrong=Mark(place, len(lines)), summary=picture.summary + told)


def _beside(claim: Claim, precision: int | None) -> tuple[Lines, Lines]:
    """The right gradient and the claimed one, with digits enough to tell them apart; a formula with its number."""
    right = entries(claim.m, claim.gradient, precision)
    text = claim.claim if len(claim.claim) <= WORDS else claim.claim[: WORDS - 1] + "…"
    if claim.claimed is None:
        return right, (text,)
    wrong = entries(claim.m, claim.claimed, precision)
    for digits in DIGITS:
        if right != wrong:
            break
        right, wrong = entries(claim.m, claim.gradient, digits), entries(claim.m, claim.claimed, digits)
    if _is_number(claim.claim) or claim.claim.lstrip().startswith("["):
        return right, wrong
    return right, (f"{text}: {wrong[0]}",) if len(wrong) == 1 else (f"{text}:", *wrong)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _named(word: str, lines: Lines) -> Lines:
    return (f"{word} {lines[0]}",) if len(lines) == 1 else (word, *lines)
