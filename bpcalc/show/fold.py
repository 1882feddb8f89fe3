"""A long formula in several lines: broken before a + or − that stands in as few brackets as can be."""

from __future__ import annotations

from bpcalc.errors import columns

LEAST = 24  # columns: in less room no formula is broken
OPENING, CLOSING = "([{⌊⌈", ")]}⌋⌉"


def folded(formula: str, width: int) -> list[str]:
    """The formula in lines of at most `width` columns, as far as its sums allow; whole where it has none."""
    if columns(formula) <= width or width < LEAST:
        return [formula]
    found = _breaks(formula)
    depth = 0
    lines = _filled(formula, [], width)
    while depth <= max(found.values(), default=-1) and any(columns(line) > width for line in lines):
        lines = _filled(formula, [place for place, one in found.items() if one <= depth], width)
        depth += 1
    return lines


def _breaks(formula: str) -> dict[int, int]:
    """The places of the signs of sums, and in how many brackets each stands."""
    found, depth = {}, 0
    for place, character in enumerate(formula):
        depth += (character in OPENING) - (character in CLOSING)
        if formula[place - 1 : place + 2] in (" + ", " − ", " ⊙ "):
            found[place] = depth
    return found


def _filled(formula: str, places: list[int], width: int) -> list[str]:
    """The formula broken before as few of these places as it takes."""
    lines, start, last = [], 0, 0
    for place in [*places, len(formula)]:
        if columns(formula[start:place].rstrip()) > width and last > start:
            lines.append(formula[start:last].rstrip())
            start = last
        last = place
    return [*lines, formula[start:]]
