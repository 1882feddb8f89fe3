"""`bpcalc jacobian`: the derivative of every entry of the output with respect to every entry of an input."""

from __future__ import annotations

from bpcalc.cli.declaring import command
from bpcalc.cli.options import BOUNDS, CONVENTION, EXPAND, NUMBERS, OF, READS, STYLES, WRT, formats, get, layout
from bpcalc.typed import Any

EXAMPLES = """\b
Examples:
  bpcalc jacobian "relu(x)" "x=[1, -2, 3, -1]"
  bpcalc jacobian "[r*cos(t), r*sin(t)]" r=2 t=pi/3
  bpcalc jacobian "tanh(W@x + b)" "W=[[1,2],[3,4]]" "x=[1,-1]" "b=[0,1]" --wrt W
  bpcalc jacobian "x/norm(x)" "x=[3,4]" --layout numerator -o json
  J=$(bpcalc jacobian "softmax(s)" "s=[1,-2,0]" --get s)
"""


@command(EXAMPLES)
@READS
@WRT
@OF
@layout("Rows: the entries of the input (denominator, the default), or of the output (numerator: JAX, PyTorch).")
@formats("jacobian")
@get("Print only this: x (the Jacobian for it), value or q.value.", "jacobian_number")
@EXPAND
@CONVENTION
@NUMBERS
@BOUNDS
@STYLES
def jacobian(expression: str | None, words: tuple[str, ...], **given: Any) -> int:
    """The Jacobian of EXPRESSION for each of its variables.

    Computed in forward or in reverse mode, whichever takes fewer passes. EXPRESSION is read as by bpcalc grad.
    """
    from bpcalc.calculations.jacobian import jacobian as calculate
    from bpcalc.cli import inputs, results

    source, values = inputs.read(expression, words, given)
    options = inputs.asked(given)
    if not options.wrt:
        options = options._replace(wrt=inputs.differentiated(given["get"]))
    return results.finish(calculate(source, values, options, given["layout"]), given)
