"""`bpcalc gates`: the catalogue of gates."""

from __future__ import annotations

from bpcalc.cli.declaring import argument, command
from bpcalc.cli.options import COLOR, WIDTH, formats, offered
from bpcalc.typed import Any

EXAMPLES = """\b
Examples:
  bpcalc gates
  bpcalc gates tanh
  bpcalc gates "*"
  bpcalc gates -o json
"""


@command(EXAMPLES, summary="The catalogue of gates, or one in detail.")
@argument("name", complete=offered("gates"))
@formats("catalogue", "How to print it.")
@WIDTH
@COLOR
def gates(name: str | None, **given: Any) -> int:
    """Every gate: its formula, its local gradient and its pattern in the backward pass.

    With a NAME, or the sign of an operator, all about that gate.
    """
    from bpcalc.calculations.catalogue import catalogue
    from bpcalc.cli import results
    from bpcalc.errors import ExitStatus

    results.show(catalogue(name, whole=not given["form"].is_for_the_eye), given)
    return ExitStatus.OK
