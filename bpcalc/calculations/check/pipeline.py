"""The pipeline of `bpcalc check`: run both passes, then hold them against independent ways, and claims against them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from bpcalc.calculations.check.entries import Comparison, worst
from bpcalc.calculations.passes import prepare, run, warnings_of
from bpcalc.errors import BpcalcError, Source
from bpcalc.reports.check import Check, CheckReport, Claim
from bpcalc.reports.names import Names
from bpcalc.reports.options import DEFAULTS, Options

if TYPE_CHECKING:
    from bpcalc.calculations.check.sheets import Exercise

    Judgement = tuple[Exercise, Sequence[Claim]]


def read_claims(words: Sequence[str]) -> list[tuple[str, str]]:
    """`x=z*2` as a name and a form. Raises BpcalcError for a word that has no name or no form."""
    found = []
    for word in words:
        name, equals, form = (part.strip() for part in word.partition("="))
        if not (name and equals and form):
            raise BpcalcError(f'--claim takes NAME=FORM, not "{word}"', hint='for example --claim "x=2*z"')
        found.append((name, form))
    return found


def check(
    source: Source, values: Mapping[str, Any], options: Options = DEFAULTS, points: int = 0,
    claims: Sequence[tuple[str, str]] = (), against: str | None = None,
) -> CheckReport:  # fmt: skip
    """Backprop held against independent ways at the values, or at so many random points; and claims against it.

    claims   pairs of a node's name and what its gradient is claimed to be
    against  a Python file with a backward pass that is run and judged too
    Raises BpcalcError for anything that is wrong with the text, a name, a value or a claim.
    """
    if points:
        from bpcalc.calculations.check.points import unbound

        values = unbound(source, values)
    if against is not None and options.upstream is None:
        options = options._replace(upstream=1.0)  # the file gets others
    m, program = prepare(source, values, options)
    with m.quiet():
        circuit = run(m, program, values, options)
        names = Names(program, circuit.output)
        checks = _at_random(source, values, options, points) if points else list(Comparison(circuit).checks())
        judged: tuple[Claim, ...] = ()
        if claims:
            from bpcalc.calculations.check.claims import judge, proved

            judged = proved(judge(circuit, source, values, claims))
        if against is not None:
            from bpcalc.calculations.check.against import against as run_against

            judged += run_against(circuit, values, against)
        warnings = () if points else warnings_of(circuit, names, values)
    return CheckReport(circuit, names, tuple(checks), judged, warnings)


def sheet(path: str, options: Options = DEFAULTS) -> tuple[CheckReport, list[Judgement]]:
    """The claims of a sheet of exercises, and each exercise with its own.

    Raises BpcalcError for what is wrong with the sheet, or with one of its exercises.
    """
    from bpcalc.calculations.check import claims, sheets

    judged: list[claims.Judged] = []
    circuit = None
    ends: list[tuple[Exercise, int]] = []
    for exercise in sheets.read(path):
        asked = exercise.asked(options)
        try:
            m, program = prepare(exercise.program, exercise.values, asked)
            with m.quiet():
                circuit = run(m, program, exercise.values, asked)
                judged += claims.judge(circuit, exercise.program, exercise.values, exercise.claims, exercise.title)
                ends.append((exercise, len(judged)))
        except BpcalcError as error:
            error.message = f"{path}: {exercise.title}: {error.message}"
            raise
    assert circuit is not None  # a sheet has an exercise
    every = claims.proved(judged)
    report = CheckReport(circuit, Names(circuit.program, circuit.output), (), every, (), is_sheet=True)
    starts = [0, *(end for _, end in ends)]
    return report, [(exercise, every[start:end]) for start, (exercise, end) in zip(starts, ends, strict=False)]


def _at_random(source: Source, values: Mapping[str, Any], options: Options, count: int) -> list[Check]:
    """For each name the worst that is found at random points."""
    from bpcalc.calculations.check.points import circuits

    found: dict[str, list[Check]] = {}
    points = 0
    for circuit in circuits(source, values, options, count):
        points += 1
        for one in Comparison(circuit).checks():
            found.setdefault(one.name, []).append(one)
    if not points:
        raise BpcalcError("no random numbers were found at which the expression and its gradient are finite",
                          hint="give the variables values and leave out --random")  # fmt: skip
    return [worst(checks)._replace(points=points) for checks in found.values()]

