"""The lectures' circuits as sheets of exercises: the published gradients are right, the usual mistakes are named."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from bpcalc.calculations.check.pipeline import sheet
from bpcalc.reports.check import Claim

FOLDER = Path(__file__).parent / "exercises"
SHEETS = sorted(path.stem for path in FOLDER.glob("*.toml"))


def claims(stem: str) -> Sequence[Claim]:
    """The claims of a sheet, judged all at once: SymPy works on them in one process."""
    return sheet(str(FOLDER / f"{stem}.toml"))[0].claims


@pytest.mark.parametrize("stem", [stem for stem in SHEETS if stem != "mistakes"])
def test_the_published_gradients_are_right(stem: str) -> None:
    judged = claims(stem)
    assert judged
    assert [claim for claim in judged if (claim.verdict, claim.message) != ("right", "") or not claim.how] == []


def test_a_usual_mistake_is_named_first() -> None:
    judged = claims("mistakes")
    assert judged
    for claim in judged:
        assert claim.verdict == "wrong", claim
        assert claim.exercise is not None
        assert claim.mistakes[0].kind == claim.exercise.partition(":")[0], claim
