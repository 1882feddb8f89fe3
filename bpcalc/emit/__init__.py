"""A program with its backward pass to code: one module a target.

Comes in:  a derivation: both passes as nodes of one graph, and a point to check them at
Goes out:  the text of a complete program
May use:   errors, gate, gates, graph, reading, writing, algebra, engine, reports, calculations

A target is a table of how the gates are written there (`tables`), and the shape of its programs. `plan` decides which
nodes have a line of their own, `expression` writes them, `legal` finds names that the target allows. Nothing of a
person's text gets into a program but names and numbers.
"""

from __future__ import annotations

from importlib import import_module

from bpcalc.errors import BpcalcError
from bpcalc.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from bpcalc.reports.derivation import Derivation

# The modules of this room that are targets, in the order in which they are offered.
TARGETS = (
    "python", "module", "numpy", "torch", "jax", "c", "rust", "javascript", "sql", "spreadsheet", "latex",
)  # fmt: skip
DIALECTS = ("sqlite", "duckdb", "postgresql", "spark")  # the databases of `sql`


class CannotSayError(Exception):
    """A target has no way to say a gate; the text tells what."""


def written(derivation: Derivation, target: str, name: str | None = None, dialect: str | None = None) -> str:
    """The program for a target.

    name     of the function, of the table for sql; None: f, or data
    dialect  the database, for sql
    Raises BpcalcError for a name that is none, and for what the target cannot say, with the targets that can.
    """
    if name is not None and not (name.isidentifier() and name.isascii()):
        raise BpcalcError(f'"{name}" is no name of a function', hint="letters, digits and _, for example --name loss")
    if dialect is not None and target != "sql":
        raise BpcalcError(f"--dialect is for --to sql, not for {target}")
    try:
        return _write(derivation, target, name, dialect)
    except CannotSayError as error:
        others = [one for one in TARGETS if one != target and _can(derivation, one)]
        hint = f"these can: {', '.join(f'--to {one}' for one in others)}" if others else ""
        raise BpcalcError(f"{target} cannot say {error}", hint=hint) from None


def _write(derivation: Derivation, target: str, name: str | None = None, dialect: str | None = None) -> str:
    """A target's module has `NAME`, what the function is called by default, and `write`."""
    module = import_module(f"bpcalc.emit.{target}")
    text: str = module.write(derivation, name or module.NAME, dialect)
    return text


def _can(derivation: Derivation, target: str) -> bool:
    try:
        return bool(_write(derivation, target))
    except CannotSayError:
        return False
