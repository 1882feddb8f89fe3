"""A wrong claim in the picture of its circuit: its wire marked, the right gradient and the claimed one below."""

from __future__ import annotations

from collections.abc import Mapping

from bpcalc.drawing.folding import Fold
from bpcalc.drawing.picture import WORDS, Lines, Mark, Picture, entries
from bpcalc.reports.check import Claim
from bpcalc.reports.names import Names

DIGITS = (6, 9, 12, None)  # more of them where the two would look the same


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
