"""`bpcalc batch`: value and gradients for every row of a table."""

from __future__ import annotations

import sys
from typing import Any

import click

from bpcalc.cli.options import CONVENTION, OF, WARNINGS, WRT, get, offered
from bpcalc.cli.words import Command, OneOf
from bpcalc.errors import BpcalcError

EXAMPLES = """\b
Examples:
  bpcalc batch "sigmoid(w*x + b)" data.csv w=2 b=0.5
  bpcalc batch "(w*x + b - y)^2" data.csv w=2 b=1 --wrt w,b --reduce mean
"""


@click.command(cls=Command, epilog=EXAMPLES)
@click.argument("expression", required=False, shell_complete=offered("bindings"))
@click.argument("words", nargs=-1, metavar="FILE [NAME=VALUE]...", shell_complete=offered("bindings"))
@click.option("-f", "--file", metavar="PATH", help="Read the program from a file.", shell_complete=offered("files"))
@WRT
@OF
@get("The new columns: value, x (the gradient), q.value or q.grad.", "number")
@click.option("--prefix", metavar="TEXT", default="", help="What the names of the new columns begin with.")
@click.option("--save", metavar="FILE", help="Write the table to a file, whole or not at all.",
              shell_complete=offered("files"))  # fmt: skip
@click.option("--on-error", "policy", type=OneOf("way with bad rows", ("fail", "skip", "nan")), default="fail",
              help="What is done with a row that has no number where one is needed.")  # fmt: skip
@CONVENTION
@WARNINGS
def batch(expression: str | None, words: tuple[str, ...], **given: Any) -> int:
    """Value and gradients of EXPRESSION for every row of a table.

    Columns are matched to variables by name, NAME=VALUE gives the others, and other columns pass through.
    """
    from bpcalc.batch import job, streaming, tables
    from bpcalc.cli import inputs, results
    from bpcalc.reports.options import Options
    from bpcalc.show.saving import replacing

    if given["file"] is not None and expression is not None:
        words = (expression, *words)
        expression = None
    if not words:
        raise BpcalcError("a table is missing", hint='for example: bpcalc batch "w*x" data.csv w=2')
    path, *bound = words
    source, _ = inputs.read_program(expression, (), given["file"])
    values = inputs.read_values(tuple(bound), ())
    options = Options(wrt=inputs.joined(given["wrt"]), of=given["of"], convention=given["convention"])
    with open(path, encoding="utf-8-sig", newline="") as lines:
        shown = f'"{path}"'
        table = tables.read("csv", lines, shown)
        found = job.plan(source, values, options, table.headings, shown, given["get"], given["prefix"])
        heading, joined = tables.written(table, "csv", found.headings)
        run = streaming.Streaming(found, table, given["policy"])
        if given["save"]:
            with replacing(given["save"]) as file:
                file.write(f"{heading}\n".encode())
                file.writelines(line.encode() for line in run.lines(joined))
        else:
            sys.stdout.write(f"{heading}\n")
            sys.stdout.writelines(run.lines(joined))
    return 0
