"""`bpcalc diff`: derivatives as formulas, no values needed."""

from __future__ import annotations

from typing import Any

import click

from bpcalc.cli.completions import complete_name_list
from bpcalc.cli.inputs import DECLARES, OF, WARNINGS, WIDTH, Whole, formats
from bpcalc.cli.words import Command, OneOf
from bpcalc.gate import LAYOUTS

EXAMPLES = """\b
Examples:
  bpcalc diff "x^2*sin(x)"
  bpcalc diff "norm(A@x - b)^2" A:m,n x:n b:m --wrt x
  bpcalc diff "log(1+x)" --order 6
  bpcalc diff "x^2*y^3" --wrt x,y
  bpcalc diff "x@A@x" A:n,n x:n --wrt x --order 2 --verify
  bpcalc diff "softmax(W@x)" W:m,n x:n --wrt x
  bpcalc diff "exp(x)*sin(x)" x=0 --taylor 5
"""


@click.command(cls=Command, epilog=EXAMPLES)
@DECLARES
@click.option(
    "--wrt",
    metavar="NAME,…",
    multiple=True,
    help="Differentiate by this name; by several one after the other (x,y: mixed). May be repeated.",
    shell_complete=complete_name_list,
)
@click.option("--order", type=Whole("--order", 1, 100), metavar="N", help="Differentiate N times.")
@OF
@formats("text", "plain", "unicode", "latex", "json")
@click.option("--taylor", type=Whole("--taylor", 0, 100), metavar="N",
              help="The Taylor polynomial of order N about the variable's value.")  # fmt: skip
@click.option("--simplify", is_flag=True, help="Simplify with SymPy too (single numbers), and check that it is equal.")
@click.option("--symmetric", metavar="NAME,…", multiple=True, help="These matrices equal their transpose.",
              shell_complete=complete_name_list)  # fmt: skip
@click.option(
    "--layout",
    type=OneOf("layout", LAYOUTS),
    default="denominator",
    help="Of a vector by a vector. Rows: the entries of the input (denominator), or of the output (numerator).",
)
@click.option(
    "--verify",
    is_flag=True,
    help="Compare each derivative with finite differences at random numbers. Status 1 unless all agree.",
)
@WIDTH
@WARNINGS
def diff(expression: str | None, words: tuple[str, ...], **options: Any) -> int:
    """The derivatives of EXPRESSION as formulas.

    No values are needed. A variable is a single number unless NAME:SIZES declares a vector or a matrix: x:n, A:m,n,
    W:3,4. A name with a value, NAME=VALUE, is put in, and is not differentiated by unless --wrt asks for it. Formulas
    hold where the derivative exists and nothing in them divides by zero.
    """
    from bpcalc.calculations.diff.derivatives import Request
    from bpcalc.calculations.diff.pipeline import differentiate
    from bpcalc.cli import inputs
    from bpcalc.cli.present import conclude, terminal_style, write
    from bpcalc.cli.saying import say
    from bpcalc.errors import ExitStatus
    from bpcalc.show import derivative as show

    source, declared, values = inputs.read_declared(expression, words, options)
    request = Request(
        wrt=[inputs.sequence("--wrt", (group,)) for group in options["wrt"]],
        order=options["order"] or 0,
        of=options["of"],
        layout=options["layout"],
        symmetric=inputs.sequence("--symmetric", options["symmetric"]),
        simplify=options["simplify"],
        taylor=options["taylor"],
        programs=options["verify"] or options["form"] in ("plain", "json"),
        notation=options["form"] if options["form"] in ("latex", "unicode") else "plain",
    )
    report = differentiate(source, declared, values, request)
    if options["verify"]:
        from bpcalc.calculations.verify.pipeline import verify

        report = verify(report, source, declared, values, request)
    style = terminal_style(None, options["width"])
    render = {"text": show.text, "unicode": show.text, "plain": show.plain, "latex": show.latex, "json": show.json}
    write(render[options["form"]](report, style))
    failed = [title for title, check in report.checks.items() if not check.holds]
    if options["form"] in ("plain", "latex") and not options["quiet"]:  # which have no place for it
        for title in failed:
            say("warning", show.checked(report, title))
    status = conclude(report.warnings, options)
    return ExitStatus.FAILED if failed else status
