"""`bpcalc jvp`: forward mode, the value of every node and its derivative along a direction."""

from __future__ import annotations

from bpcalc.cli.declaring import command, option
from bpcalc.cli.options import ALL, BOUNDS, CONVENTION, EXPAND, NUMBERS, OF, PART, READS, STYLES, formats, get, moves
from bpcalc.typed import Any

EXAMPLES = """\b
Examples:
  bpcalc jvp "(x+y)*z" x=-2 y=5 z=-4 --tangent x=1
  bpcalc jvp "(x+y)*z" x=-2 y=5 z=-4 --tangent x=1,y=-2 --trace
  bpcalc jvp "exp(x)*sin(x)" x=1
  bpcalc jvp "tanh(W@x)" "W=[[1,2],[3,4]]" "x=[1,-1]" --tangent "x=[0,1]"
  df=$(bpcalc jvp "x^2 * y" x=3 y=2 --tangent y=1 --get tangent)
"""


@command(EXAMPLES)
@READS
@moves("--tangent", "How an input moves; those not named stay still. A single number alone moves by 1.")
@OF
@formats("jvp")
@get("Print only this: value, tangent, q.value or q.tangent.", "tangent_number")
@option("--trace", is_flag=True, help="Tell the forward pass step by step, each value with its tangent.")
@EXPAND
@CONVENTION
@ALL
@PART
@NUMBERS
@BOUNDS
@STYLES
def jvp(expression: str | None, words: tuple[str, ...], **given: Any) -> int:
    """The derivative of every node along a direction.

    Computed in forward mode, beside the values. The direction says how fast each input moves: --tangent x=1
    --tangent "y=[0, 1]". EXPRESSION is read as by bpcalc grad.
    """
    from bpcalc.calculations import directions
    from bpcalc.calculations.jvp import jvp as calculate
    from bpcalc.cli import inputs, results

    source, values = inputs.read(expression, words, given)
    options = inputs.asked(given)
    tangent = directions.read_words("--tangent", given["tangent"], inputs.evaluator(given))
    report = calculate(source, values, tangent, options)
    return results.finish(report, given)
