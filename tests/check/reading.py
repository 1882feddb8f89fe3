"""What the tests of `check` share: claims judged in this process, without the checks of backprop beside
them, and without SymPy."""

from __future__ import annotations

from bpcalc.calculations.check.claims import judge
from bpcalc.calculations.passes import evaluate, prepare, run
from bpcalc.errors import Source
from bpcalc.reading import bindings
from bpcalc.reports.check import Claim
from bpcalc.reports.options import DEFAULTS, Options


def judged(program: str, values: str, *claims: str, options: Options = DEFAULTS) -> list[Claim]:
    """The claims `x=2*y` about a program at values `x=1 y=2`."""
    source, bound = Source(program), bindings.read_words(values.split(), evaluate)
    pairs = [(name, form) for claim in claims for name, _, form in [claim.partition("=")]]
    m, read = prepare(source, bound, options)
    with m.quiet():
        return [one.claim for one in judge(run(m, read, bound, options), source, bound, pairs)]


def kinds(claim: Claim) -> list[str]:
    """The kinds of the mistakes that explain a claim, the simplest first."""
    return list(dict.fromkeys(mistake.kind for mistake in claim.mistakes))
