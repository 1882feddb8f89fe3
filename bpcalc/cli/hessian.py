"""`bpcalc hessian`: the second derivatives of a single number, or their product with a vector."""

from __future__ import annotations

from bpcalc.cli.declaring import command, option
from bpcalc.cli.options import BOUNDS, CONVENTION, EXPAND, NUMBERS, OF, READS, STYLES, WRT, formats, get, moves
from bpcalc.typed import Any

EXAMPLES = """\b
Examples:
  bpcalc hessian "x^2*y + sin(y)" x=1 y=2
  bpcalc hessian "(1 - x)^2 + 100*(y - x^2)^2" x=1 y=1 --eigenvalues
  bpcalc hessian "x@A@x" "A=[[2,1],[0,3]]" "x=[1,-1]" --wrt x
  bpcalc hessian "logsumexp(x)" "x=linspace(0, 1, 10000)" --vector "x=linspace(-1, 1, 10000)"
  fxy=$(bpcalc hessian "x^2 * y" x=3 y=2 --get x.y)
"""


@command(EXAMPLES)
@READS
@WRT
@OF
@moves("--vector", "Only the matrix times this vector, in one pass; inputs not named are 0 in it.")
@option("--eigenvalues", is_flag=True, help="The eigenvalues of the matrix over all inputs, and what they say.")
@formats("hessian")
@get(
    "Print only this: x.y (the block for x and y), value, q.value, x (the gradient, or with --vector the product), "
    "x.grad, eigenvalues.",
    "hessian_number",
)
@EXPAND
@CONVENTION
@NUMBERS
@BOUNDS
@STYLES
def hessian(expression: str | None, words: tuple[str, ...], **given: Any) -> int:
    """The matrix of second derivatives.

    EXPRESSION, read as by bpcalc grad, is a single number.

    Computed by forward over reverse: the backward pass on dual numbers, once for each entry of the inputs, or with
    --vector once in all.
    """
    from bpcalc.calculations import directions
    from bpcalc.calculations.hessian import hessian as calculate
    from bpcalc.cli import inputs, results
    from bpcalc.errors import BpcalcError

    source, values = inputs.read(expression, words, given)
    eigenvalues = given["eigenvalues"] or "eigenvalues" in given["get"]
    options = inputs.asked({**given, "eigenvalues": eigenvalues})
    if eigenvalues and given["vector"]:
        raise BpcalcError("--vector never forms the matrix, and its eigenvalues need it", hint="leave one of them out")
    if not options.wrt and not eigenvalues and not given["vector"]:
        options = options._replace(wrt=inputs.differentiated(given["get"]))
    vector = directions.read_words("--vector", given["vector"], inputs.evaluator(given)) if given["vector"] else None
    return results.finish(calculate(source, values, options, vector, eigenvalues), given)
