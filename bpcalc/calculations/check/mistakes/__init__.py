"""The common mistakes of backpropagation, a module a family: each makes candidates, which are backward passes with a
step made otherwise. `FAMILIES` has them all.
"""

from __future__ import annotations

from collections.abc import Iterator

from bpcalc.calculations.check.mistakes import (
    arrays,
    branches,
    chain,
    composition,
    conventions,
    functions,
    order,
    others,
    scaled,
)
from bpcalc.calculations.check.scene import Candidate, Scene

FAMILIES = (scaled, chain, branches, functions, composition, arrays, conventions, order, others)


def candidates(scene: Scene) -> Iterator[Candidate]:
    """Every mistake that can be made on the way to a node, the simplest first."""
    found = [candidate for family in FAMILIES for candidate in family.candidates(scene)]
    return iter(sorted(found, key=lambda candidate: candidate.rank))
