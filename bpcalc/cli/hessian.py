"""`bpcalc hessian`: the second derivatives of a single number, or their product with a vector."""

from __future__ import annotations

from typing import Any

import click

from bpcalc.cli.completions import complete_names, complete_tangents
from bpcalc.cli.inputs import CONVENTION, EXPAND, OF, READS, STYLES, WRT, formats
from bpcalc.cli.words import Command

EXAMPLES = """\b
Examples:
  bpcalc hessian "x^2*y + sin(y)" x=1 y=2
  bpcalc hessian "(1 - x)^2 + 100*(y - x^2)^2" x=1 y=1 --eigenvalues
  bpcalc hessian "x@A@x" "A=[[2,1],[0,3]]" "x=[1,-1]" --wrt x
  bpcalc hessian "logsumexp(x)" "x=linspace(0, 1, 10000)" --vector "x=linspace(-1, 1, 10000)"
  fxy=$(bpcalc hessian "x^2 * y" x=3 y=2 --get x.y)
"""


@click.command(cls=Command, epilog=EXAMPLES)
@READS
@WRT
@OF
@click.option(
    "--vector",
    metavar="NAME=VALUE",
    multiple=True,
    help="Only the matrix times this vector, in one pass; inputs not named are 0 in it.",
    shell_complete=complete_tangents,
)
@click.option("--eigenvalues", is_flag=True, help="The eigenvalues of the matrix over all inputs, and what they say.")
@formats("table", "plain", "json")
@click.option(
    "--get",
    metavar="NAME",
    multiple=True,
    help="Print only this: x.y (the block for x and y), value, x (the gradient, or with --vector the product), "
    "x.grad, eigenvalues.",
    shell_complete=complete_names,
)
@EXPAND
@CONVENTION
@STYLES
def hessian(expression: str | None, words: tuple[str, ...], **options: Any) -> int:
    """The matrix of second derivatives.

    EXPRESSION, read as by bpcalc grad, is a single number.

    Computed by forward over reverse: the backward pass on dual numbers, once for each entry of the inputs, or with
    --vector once in all.
    """
    from bpcalc.calculations import directions
    from bpcalc.calculations.hessian import hessian as calculate
    from bpcalc.cli import inputs
    from bpcalc.cli.present import conclude, read, terminal_style, write
    from bpcalc.errors import BpcalcError
    from bpcalc.reports.options import Options
    from bpcalc.show import hessian as show

    source, values = read(expression, words, options)
    style = terminal_style(inputs.read_precision(options["precision"]), options["width"])
    eigenvalues = options["eigenvalues"] or "eigenvalues" in options["get"]
    if eigenvalues and options["vector"]:
        raise BpcalcError("--vector never forms the matrix, and its eigenvalues need it", hint="leave one of them out")
    asked = Options(
        wrt=inputs.sequence("--wrt", options["wrt"])
        or (() if eigenvalues or options["vector"] else _named(options["get"])),
        of=options["of"],
        convention=options["convention"],
        expand=inputs.sequence("--expand", options["expand"]),
    )
    vector = directions.read_words("--vector", options["vector"]) if options["vector"] else None
    report = calculate(source, values, asked, vector, eigenvalues)
    render = {"table": show.table, "plain": show.plain, "json": show.json}[options["form"]]
    write(show.picked(report, options["get"]) if options["get"] else render(report, style))
    return conclude(report.warnings, options)


def _named(asked: tuple[str, ...]) -> tuple[str, ...]:
    """The inputs that `--get x.y` asks for: no others need be computed."""
    names = (part for name in asked if name != "value" for part in name.removesuffix(".grad").split(".", 1))
    return tuple(dict.fromkeys(names))
