"""`bpcalc grad`: value and gradient of every node."""

from __future__ import annotations

import click

from bpcalc.cli.completions import complete_number
from bpcalc.cli.inputs import CONVENTION, EXPAND, OF, READS, STYLES, WRT, formats
from bpcalc.cli.words import Command

EXAMPLES = """\b
Examples:
  bpcalc grad "(x+y)*z" x=-2 y=5 z=-4
  bpcalc grad "q = x+y; f = q*z" x=-2 y=5 z=-4 --trace
  bpcalc grad "sigmoid(w*x + b)" w=2 x=-1 b=0.5 --wrt w,b
  dx=$(bpcalc grad "x^2 + 3x" x=2 --get x)
  bpcalc grad "max(x, y)" x=1 y=1 --convention first
  echo "x^3" | bpcalc grad - x=2 -o json
"""


@click.command(cls=Command, epilog=EXAMPLES)
@READS
@WRT
@OF
@click.option("--upstream", metavar="VALUE", help="The gradient that flows into the output (default 1).")
@formats("table", "plain", "json", "csv", "tsv", "env", "markdown", "latex")
@click.option(
    "--get",
    metavar="NAME",
    multiple=True,
    help="Print only this: x, value, q.value or q.grad.",
    shell_complete=complete_number,
)
@click.option("--trace", is_flag=True, help="Tell the forward and the backward pass step by step.")
@click.option("--step", is_flag=True, help="Like --trace, and wait for Enter after each step.")
@EXPAND
@CONVENTION
@click.option("--symbolic", is_flag=True, help="Show formulas for graphs over 200 nodes too.")
@click.option("--simplify", is_flag=True, help="Simplify the formulas with SymPy, and check that they are equal.")
@click.option("--all", "show_all", is_flag=True, help="Show every node of a graph over 200 nodes.")
@STYLES
def grad(expression: str | None, words: tuple[str, ...], **options: object) -> int:
    """Value and gradient of every node of EXPRESSION.

    EXPRESSION may be a program of several statements, `q = x+y; q*z`; - reads it from standard input. Each variable
    gets a value with NAME=VALUE.
    """
    from bpcalc.cli.present import present

    return present(expression, words, options)
