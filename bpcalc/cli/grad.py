"""`bpcalc grad`: value and gradient of every node."""

from __future__ import annotations

from bpcalc.cli.declaring import command, option
from bpcalc.cli.options import (
    ALL,
    BOUNDS,
    CONVENTION,
    EXPAND,
    NUMBERS,
    OF,
    PART,
    READS,
    STYLES,
    UNCERTAIN,
    UPSTREAM,
    WRT,
    formats,
    get,
    offered,
)  # fmt: skip
from bpcalc.errors import BpcalcError
from bpcalc.typed import Any

EXAMPLES = """\b
Examples:
  bpcalc grad "(x+y)*z" x=-2 y=5 z=-4
  bpcalc grad "q = x+y; f = q*z" x=-2 y=5 z=-4 --trace
  bpcalc grad "sigmoid(w*x + b)" w=2 x=-1 b=0.5 --wrt w,b
  dx=$(bpcalc grad "x^2 + 3x" x=2 --get x)
  bpcalc grad "max(x, y)" x=1 y=1 --convention first
  echo "x^3" | bpcalc grad - x=2 -o json
  bpcalc grad "relu(x)*y" y=2 --sweep x=-3:3
"""


@command(EXAMPLES)
@READS
@WRT
@OF
@UPSTREAM
@formats("gradient")
@get("Print only this: x, value, q.value or q.grad.", "number")
@option("--trace", is_flag=True, help="Tell the forward and the backward pass step by step.")
@option("--step", is_flag=True, help="Like --trace, and wait for Enter after each step.")
@option("--graph", "gutter", is_flag=True, help="Draw the circuit's wires beside the table.")
@option("--sweep", metavar="NAME=LOW:HIGH", complete=offered("sweeps"),
              help="Value and gradients along a range of one input, as curves and a table.")  # fmt: skip
@option("--save", metavar="FILE", multiple=True, complete=offered("files"),
              help="With --sweep: the .svg file that the curves go to.")  # fmt: skip
@EXPAND
@CONVENTION
@option("--symbolic", is_flag=True, help="Show formulas for graphs over 200 nodes too.")
@option("--simplify", is_flag=True, help="Simplify the formulas with SymPy, and check that they are equal.")
@ALL
@PART
@NUMBERS
@BOUNDS
@UNCERTAIN
@option("--ulp", is_flag=True, help="How far doubles are from the truth, where digits are lost, what keeps them.")
@STYLES
def grad(expression: str | None, words: tuple[str, ...], **given: Any) -> int:
    """Value and gradient of every node of EXPRESSION.

    EXPRESSION may be a program of several statements, `q = x+y; q*z`; - reads it from standard input. Each variable
    gets a value with NAME=VALUE.
    """
    from bpcalc.calculations.gradient import calculate
    from bpcalc.cli import inputs, results

    source, values = inputs.read(expression, words, given)
    if given["sweep"] is not None:
        from bpcalc.cli import sweeping

        return sweeping.sweep(source, values, given)
    if given["save"]:
        raise BpcalcError("--save is for the curves of --sweep", hint="bpcalc graph --save draws the circuit")
    report = calculate(source, values, inputs.asked(given))
    if given["step"] and given["form"].name == "table":
        from bpcalc.cli import stepping

        if stepping.is_interactive():
            from bpcalc.show.trace import chunks

            stepping.one_by_one(chunks(report, results.style_of(given)))
            return results.conclude(report, given)
    return results.finish(report, given)
