"""`bpcalc jvp`: forward mode, the value of every node and its derivative along a direction."""

from __future__ import annotations

from typing import Any

import click

from bpcalc.cli.completions import complete_tangent_number, complete_tangents
from bpcalc.cli.inputs import CONVENTION, EXPAND, OF, READS, STYLES, formats
from bpcalc.cli.words import Command

EXAMPLES = """\b
Examples:
  bpcalc jvp "(x+y)*z" x=-2 y=5 z=-4 --tangent x=1
  bpcalc jvp "(x+y)*z" x=-2 y=5 z=-4 --tangent x=1,y=-2 --trace
  bpcalc jvp "exp(x)*sin(x)" x=1
  bpcalc jvp "tanh(W@x)" "W=[[1,2],[3,4]]" "x=[1,-1]" --tangent "x=[0,1]"
  df=$(bpcalc jvp "x^2 * y" x=3 y=2 --tangent y=1 --get tangent)
"""


@click.command(cls=Command, epilog=EXAMPLES)
@READS
@click.option(
    "--tangent",
    metavar="NAME=VALUE",
    multiple=True,
    help="How an input moves; those not named stay still. A single number alone moves by 1.",
    shell_complete=complete_tangents,
)
@OF
@formats("table", "plain", "json", "csv", "tsv")
@click.option(
    "--get",
    metavar="NAME",
    multiple=True,
    help="Print only this: value, tangent, q.value or q.tangent.",
    shell_complete=complete_tangent_number,
)
@click.option("--trace", is_flag=True, help="Tell the forward pass step by step, each value with its tangent.")
@EXPAND
@CONVENTION
@click.option("--all", "show_all", is_flag=True, help="Show every node of a graph over 200 nodes.")
@STYLES
def jvp(expression: str | None, words: tuple[str, ...], **options: Any) -> int:
    """The derivative of every node along a direction.

    Computed in forward mode, beside the values. The direction says how fast each input moves: --tangent x=1
    --tangent "y=[0, 1]". EXPRESSION is read as by bpcalc grad.
    """
    from bpcalc.calculations import directions
    from bpcalc.calculations.jvp import jvp as calculate
    from bpcalc.cli import inputs
    from bpcalc.cli.present import conclude, read, terminal_style, write
    from bpcalc.errors import BpcalcError
    from bpcalc.reports.options import Options
    from bpcalc.show import jvp as show

    source, values = read(expression, words, options)
    if options["trace"] and (options["form"] not in ("table", "json") or options["get"]):
        raise BpcalcError("a trace has the formats table and json")
    style = terminal_style(inputs.read_precision(options["precision"]), options["width"])
    wanted = tuple(name.partition(".")[0] for name in options["get"] if name not in ("value", "tangent"))
    asked = Options(
        of=options["of"],
        convention=options["convention"],
        expand=inputs.sequence("--expand", options["expand"]),
        nodes=wanted if options["get"] else () if options["form"] == "plain" else None,
        all=options["show_all"] or options["form"] != "table",
        trace=options["trace"],
    )
    report = calculate(source, values, directions.read_words("--tangent", options["tangent"]), asked)
    form = "trace" if options["trace"] and options["form"] == "table" else options["form"]
    write(show.picked(report, options["get"]) if options["get"] else getattr(show, form)(report, style))
    return conclude(report.warnings, options)
