"""The lectures' circuits as sheets of exercises: the published gradients are right, the usual mistakes are named."""

from __future__ import annotations

from pathlib import Path

import pytest

from bpcalc.calculations.check.pipeline import sheet
from bpcalc.reports.check import Claim

FOLDER = Path(__file__).parent / "exercises"
CLAIMS = {path.stem: sheet(str(path))[0].claims for path in sorted(FOLDER.glob("*.toml"))}
RIGHT = [claim for stem, claims in CLAIMS.items() for claim in claims if stem != "mistakes"]


@pytest.mark.parametrize("claim", RIGHT, ids=lambda claim: f"{claim.exercise}: {claim.name}")
def test_a_published_gradient_is_right(claim: Claim) -> None:
    assert (claim.verdict, claim.message) == ("right", "")
    assert claim.how


@pytest.mark.parametrize("claim", CLAIMS["mistakes"], ids=lambda claim: str(claim.exercise))
def test_a_usual_mistake_is_named_first(claim: Claim) -> None:
    assert claim.verdict == "wrong"
    assert claim.exercise is not None
    assert claim.mistakes[0].kind == claim.exercise.partition(":")[0]
