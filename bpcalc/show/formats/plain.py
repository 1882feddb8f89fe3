"""`NAME<TAB>NUMBER` a line; what is alone has no name."""

from __future__ import annotations

from collections.abc import Iterable

from bpcalc.errors import BpcalcError
from bpcalc.show import Style

SHAPE = "pairs"


def write(pairs: Iterable[tuple[str, str]], style: Style) -> str:
    found = list(pairs)
    if len(dict(found)) < len(found):
        names = [name for name, _ in found]
        raise clash(next(name for name in dict.fromkeys(names) if names.count(name) > 1))
    return "\n".join([f"{name}\t{text}" if name else text for name, text in found])


def clash(name: str) -> BpcalcError:
    """The error for a name of the program that this format has for a result of its own: `value`."""
    message = f'this format has "{name}" for a result of its own, and the program for something else'
    return BpcalcError(message, hint="rename it in the program, or ask for -o json")
