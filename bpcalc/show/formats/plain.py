"""`NAME<TAB>NUMBER` a line; what is alone has no name."""

from __future__ import annotations

from collections.abc import Iterable

from bpcalc.errors import BpcalcError
from bpcalc.show import Style

SHAPE = "pairs"


def write(pairs: Iterable[tuple[str, str]], style: Style) -> str:
    lines: dict[str, str] = {}
    for name, text in pairs:
        if name in lines:
            raise clash(name)
        lines[name] = f"{name}\t{text}" if name else text
    return "\n".join(lines.values())


def clash(name: str) -> BpcalcError:
    """The error for a name of the program that this format has for a result of its own: `value`."""
    message = f'this format has "{name}" for a result of its own, and the program for something else'
    return BpcalcError(message, hint="rename it in the program, or ask for -o json")
