"""`bpcalc jacobian`: the derivative of every entry of the output with respect to every entry of an input."""

from __future__ import annotations

from typing import Any

import click

from bpcalc.cli.completions import complete_names
from bpcalc.cli.inputs import CONVENTION, EXPAND, OF, READS, STYLES, WRT, formats
from bpcalc.cli.words import Command, OneOf
from bpcalc.gate import LAYOUTS

EXAMPLES = """\b
Examples:
  bpcalc jacobian "relu(x)" "x=[1, -2, 3, -1]"
  bpcalc jacobian "[r*cos(t), r*sin(t)]" r=2 t=pi/3
  bpcalc jacobian "tanh(W@x + b)" "W=[[1,2],[3,4]]" "x=[1,-1]" "b=[0,1]" --wrt W
  bpcalc jacobian "x/norm(x)" "x=[3,4]" --layout numerator -o json
  J=$(bpcalc jacobian "softmax(s)" "s=[1,-2,0]" --get s)
"""


@click.command(cls=Command, epilog=EXAMPLES)
@READS
@WRT
@OF
@click.option(
    "--layout",
    type=OneOf("layout", LAYOUTS),
    default="denominator",
    help="Rows: the entries of the input (denominator, the default), or of the output (numerator: JAX, PyTorch).",
)
@formats("table", "plain", "json")
@click.option(
    "--get",
    metavar="NAME",
    multiple=True,
    help="Print only the Jacobian for this input, or the value.",
    shell_complete=complete_names,
)
@EXPAND
@CONVENTION
@STYLES
def jacobian(expression: str | None, words: tuple[str, ...], **options: Any) -> int:
    """The Jacobian of EXPRESSION for each of its variables.

    Computed in forward or in reverse mode, whichever takes fewer passes. EXPRESSION is read as by bpcalc grad.
    """
    from bpcalc.calculations.jacobian import jacobian as calculate
    from bpcalc.cli import inputs
    from bpcalc.cli.present import conclude, read, terminal_style, write
    from bpcalc.reports.options import Options
    from bpcalc.show import jacobian as show

    source, values = read(expression, words, options)
    style = terminal_style(inputs.read_precision(options["precision"]), options["width"])
    wrt = inputs.sequence("--wrt", options["wrt"])
    asked = Options(
        wrt=wrt or tuple(name for name in options["get"] if name != "value"),
        of=options["of"],
        convention=options["convention"],
        expand=inputs.sequence("--expand", options["expand"]),
    )
    report = calculate(source, values, asked, options["layout"])
    render = {"table": show.table, "plain": show.plain, "json": show.json}[options["form"]]
    write(show.picked(report, options["get"]) if options["get"] else render(report, style))
    return conclude(report.warnings, options)
