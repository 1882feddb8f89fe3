"""`bpcalc gates`: the catalogue of gates."""

from __future__ import annotations

import sys

import click

from bpcalc.cli.completions import complete_gates
from bpcalc.cli.inputs import WIDTH, formats
from bpcalc.cli.words import Command

EXAMPLES = """\b
Examples:
  bpcalc gates
  bpcalc gates tanh
  bpcalc gates "*"
  bpcalc gates -o json
"""


@click.command(cls=Command, epilog=EXAMPLES, short_help="The catalogue of gates, or one in detail.")
@click.argument("name", required=False, shell_complete=complete_gates)
@formats("table", "json", words="How to print it.")
@WIDTH
def gates(name: str | None, form: str, width: int | None) -> int:
    """Every gate: its formula, its local gradient and its pattern in the backward pass.

    With a NAME, or the sign of an operator, all about that gate.
    """
    from bpcalc.calculations import catalogue
    from bpcalc.cli.present import terminal_style
    from bpcalc.errors import ExitStatus
    from bpcalc.show import catalogue as show

    chosen = catalogue.find(name) if name is not None else catalogue.gates()
    entries = [catalogue.entry(gate, whole=name is not None or form == "json") for gate in chosen]
    style = terminal_style(6, width)
    if form == "json":
        text = show.json(entries)
    elif name is None:
        text = show.table(entries, style)
    else:
        text = "\n\n".join(show.detail(entry, style) for entry in entries)
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
    return ExitStatus.OK
