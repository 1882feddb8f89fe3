"""`bpcalc check`: is this gradient right?"""

from __future__ import annotations

from bpcalc.cli.declaring import command, option
from bpcalc.cli.options import (
    CONVENTION,
    EXPAND,
    OF,
    READS,
    UPSTREAM,
    WARNINGS,
    WIDTH,
    WRT,
    Whole,
    formats,
    offered,
    precision,
)
from bpcalc.typed import Any

EXAMPLES = """\b
Examples:
  bpcalc check "(x+y)*z" x=-2 y=5 z=-4
  bpcalc check "max(x, y)*relu(x)" x=2 y=2
  bpcalc check "exp(x)*sin(y)/x" --random 20
  bpcalc check "q = x+y; q*z" x=-2 y=5 z=-4 --claim q=z --claim x=4
  bpcalc check "q = x+y; q*z" x=-2 y=5 z=-4 --claim x=4 --save wrong.svg
  bpcalc check "sigmoid(s)" s=2 --claim "s=1 - sigmoid(s)"
  bpcalc check "X@W + b" "X=[[1,2],[3,4]]" "W=[[1],[2]]" "b=[3]" --against layers.py:affine
"""


@command(EXAMPLES, summary="Is this gradient right? And if not, why?")
@READS
@WRT
@OF
@UPSTREAM
@option("--random", "random", kind=Whole(1, 1000), metavar="N", help="Check at N random points instead.")
@option(
    "--claim", metavar="NAME=FORM", multiple=True,
    help="Judge a gradient found by hand: a number, an array, or a formula.", complete=offered("claims"),
)
@option("--claims", metavar="SHEET", help="Judge the claims of a TOML or JSON file of exercises.",
              complete=offered("files"))  # fmt: skip
@option("--against", metavar="FILE.py[:NAME]", help="Run your own backward pass, and judge what it returns.",
              complete=offered("files"))  # fmt: skip
@option("--save", metavar="FILE", multiple=True, complete=offered("files"),
              help="Draw the circuit, the first wrong claim marked: .svg .png .tex .txt")  # fmt: skip
@formats("check")
@EXPAND
@CONVENTION
@precision(6)
@WIDTH
@WARNINGS
def check(expression: str | None, words: tuple[str, ...], **given: Any) -> int:
    """Is the gradient right? Backprop held against independent ways, or your claims against backprop.

    The ways: finite differences, complex steps, forward mode, the formula of bpcalc diff, 30 digits. A wrong claim is
    explained where a common mistake gives exactly that. Exit status 1: something differs. EXPRESSION is read as by
    bpcalc grad.
    """
    from bpcalc.calculations.check import pipeline
    from bpcalc.cli import inputs, results
    from bpcalc.errors import BpcalcError, ExitStatus

    options = inputs.asked(given)._replace(symbolic=False)
    if given["claims"] is not None:
        if expression is not None or given["file"] is not None or given["claim"]:
            raise BpcalcError("a sheet has its own programs and claims", hint="leave out the expression and --claim")
        report, judgements = pipeline.sheet(given["claims"], options)
        if given["save"]:
            from bpcalc.drawing import checked

            exercise, judged = checked.first_with_a_mistake(judgements)
            asked = exercise.asked(options)
            checked.save(exercise.program, exercise.values, asked, judged, given["save"], results.style_of(given))
    else:
        claims = pipeline.read_claims(given["claim"])
        source, values = inputs.read(expression, words, given)
        report = pipeline.check(source, values, options, given["random"] or 0, claims, given["against"])
        if given["save"]:
            from bpcalc.drawing import checked

            judged = report.claims[: len(claims)]  # those of a file have another upstream
            checked.save(source, values, options, judged, given["save"], results.style_of(given))
    status = results.finish(report, given)
    return status if report.agrees else ExitStatus.FAILED
