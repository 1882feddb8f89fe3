"""Which mistakes give exactly what is claimed: every one is made, and its gradient held against the claim."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from bpcalc.calculations.check import forms
from bpcalc.calculations.check.forms import Form
from bpcalc.calculations.check.mistakes import candidates
from bpcalc.calculations.check.scene import Candidate, Scene
from bpcalc.engine.differences import largest
from bpcalc.engine.forward import MISFITS, ShapeError
from bpcalc.reports.check import Mistake
from bpcalc.reports.circuit import Circuit

MOST = 8  # mistakes that are told
LARGE = 200  # edges on the way above which nothing is tried
FEW, PLAIN = 3, 4  # of fewer digits only the plain mistakes are told: the others come about by chance
LEAST = 3  # points at which a formula must be explained


def explained(scene: Scene, form: Form, points: Sequence[Circuit]) -> list[Mistake]:
    """The mistakes that give the claim, the simplest first; two together where no single one does."""
    scenes = [scene, *(scene.at(circuit) for circuit in points)]
    claimed = []
    for one in scenes:
        try:
            claimed.append(form.value(one.circuit))
        except (ShapeError, *MISFITS):
            claimed.append(None)
    usable = [(one, value) for one, value in zip(scenes, claimed, strict=True)
              if value is not None and scene.m.all_finite(value)]  # fmt: skip
    if not usable or (form.is_formula and points and len(usable) < LEAST):
        return []
    return fitting(scene, form, usable)


def fitting(scene: Scene, form: Form, usable: Sequence[tuple[Scene, Any]]) -> list[Mistake]:
    """The mistakes that give what is claimed at each of these points."""
    if len(scene.edges) > LARGE:
        return []
    single = [_remembered(candidate) for candidate in candidates(scene)]
    if not form.is_formula and form.digits < FEW and scene.m.holds(abs(form.numbers) % 1 != 0):
        single = [candidate for candidate in single if candidate.rank <= PLAIN]
    found = _fitting(single, form, usable)
    if not found and (form.is_formula or form.digits >= forms.SAFE):
        found = _fitting(list(_pairs(single)), form, usable)
    return found


def _fitting(every: Sequence[Candidate], form: Form, usable: Sequence[tuple[Scene, Any]]) -> list[Mistake]:
    found: dict[str, Mistake] = {}
    for candidate in every:
        if candidate.sentence not in found and all(_gives(candidate, form, *one) for one in usable):
            found[candidate.sentence] = Mistake(candidate.kind, candidate.sentence)
    kinds: dict[str, int] = {}
    kept = []
    for mistake in found.values():  # of one kind not more than two, so that others are seen
        kinds[mistake.kind] = kinds.get(mistake.kind, 0) + 1
        if kinds[mistake.kind] <= 2:
            kept.append(mistake)
    return kept[:MOST]


def _gives(candidate: Candidate, form: Form, scene: Scene, claimed: Any) -> bool:
    """Does the mistake give what is claimed, at this point?"""
    gives, m = candidate.at(scene), scene.m
    if gives is None:
        return False
    gives = m.value(m.dense(gives))
    if form.like and m.shape(gives) == () and m.shape(claimed) == form.like:  # one number, of all entries
        gives = m.spread(gives, claimed)
    return forms.is_same(m, form, claimed, gives, 1e-3 * largest(claimed), exactly=True)


def _remembered(candidate: Candidate) -> Candidate:
    """The same mistake, made only once at each point."""
    known: dict[Scene, Any] = {}

    def gradient(scene: Scene) -> Any:
        if scene not in known:
            known[scene] = candidate.at(scene)
        return known[scene]

    return candidate._replace(gradient=gradient)


def _pairs(single: Sequence[Candidate]) -> Iterator[Candidate]:
    """Every mistake with a wrong sign, or a factor of 2, on top."""
    for candidate in single:
        if candidate.kind in ("sign", "factor"):
            continue
        for words, factor in (("the sign is turned", -1.0), ("a factor of 2 is too much", 2.0),
                              ("a factor of 2 is missing", 0.5)):  # fmt: skip
            yield Candidate(candidate.kind, f"{candidate.sentence}, and {words}", candidate.rank + 10,
                            lambda s, c=candidate, f=factor: _times(c.at(s), f, s))  # fmt: skip


def _times(gradient: Any, factor: float, scene: Scene) -> Any:
    return None if gradient is None else factor * scene.m.dense(gradient)
