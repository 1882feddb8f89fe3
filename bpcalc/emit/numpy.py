"""`--to numpy`: the flat code vectorised; a single number may be an array of rows."""

from __future__ import annotations

from bpcalc.emit import python
from bpcalc.emit.arraytable import ARRAYS
from bpcalc.reports.derivation import Derivation

NAME = "f"


def write(derivation: Derivation, name: str, dialect: str | None = None) -> str:
    """The program."""
    return python.program(derivation, name, ARRAYS, is_array=True, rows=derivation.shapes is None)
