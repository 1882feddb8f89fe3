"""`bpcalc grad`: value and gradient of every node."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from bpcalc.cli.options import ALL, CONVENTION, EXPAND, OF, PART, READS, STYLES, UPSTREAM, WRT, formats, get
from bpcalc.cli.words import Command

if TYPE_CHECKING:
    from bpcalc.reports.report import Report
    from bpcalc.show import Style

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
@UPSTREAM
@formats("gradient")
@get("Print only this: x, value, q.value or q.grad.", "number")
@click.option("--trace", is_flag=True, help="Tell the forward and the backward pass step by step.")
@click.option("--step", is_flag=True, help="Like --trace, and wait for Enter after each step.")
@EXPAND
@CONVENTION
@click.option("--symbolic", is_flag=True, help="Show formulas for graphs over 200 nodes too.")
@click.option("--simplify", is_flag=True, help="Simplify the formulas with SymPy, and check that they are equal.")
@ALL
@PART
@STYLES
def grad(expression: str | None, words: tuple[str, ...], **given: Any) -> int:
    """Value and gradient of every node of EXPRESSION.

    EXPRESSION may be a program of several statements, `q = x+y; q*z`; - reads it from standard input. Each variable
    gets a value with NAME=VALUE.
    """
    from bpcalc.calculations.gradient import calculate
    from bpcalc.cli import inputs, results

    source, values = inputs.read(expression, words, given)
    report = calculate(source, values, inputs.asked(given))
    if given["step"] and given["form"].name == "table" and _interactive():
        _step(report, results.style_of(given))
        return results.conclude(report, given)
    return results.finish(report, given)


def _interactive() -> bool:
    return sys.stdin.isatty() and sys.stdout.isatty()


def _step(report: Report, style: Style) -> None:
    """The trace piece by piece; Enter goes on."""
    from bpcalc.show.trace import chunks

    print("Enter for the next step, Ctrl-D for all that is left", file=sys.stderr)
    waits = True
    for lines in chunks(report, style):
        print("\n".join(lines), end="" if waits else "\n", flush=True)
        try:
            waits = waits and input("") is not None
        except EOFError:  # Ctrl-D: the rest at once
            waits = False
            print()
