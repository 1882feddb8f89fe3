"""`NAME<TAB>NUMBER` a line; what is alone has no name."""

from __future__ import annotations

from collections.abc import Iterable

from bpcalc.errors import BpcalcError
from bpcalc.show import Style

SHAPE = "pairs"


def write(pairs: Iterable[tuple[str, str]], style: Style) -> str:
    found = list(pairs)
    if len(found) > 1 and (twice := repeated([name for name, _ in found if name])):
        raise clash(twice)
    return "\n".join([f"{name}\t{text}" if name else text for name, text in found])


def repeated(names: list[str]) -> str:
    """The first name that stands there twice; "" where none does."""
    return "" if len(set(names)) == len(names) else next(name for name in names if names.count(name) > 1)


def clash(name: str) -> BpcalcError:
    """The error for a name of the program that this format has for a result of its own: `value`."""
    message = f'this format has "{name}" for a result of its own, and the program for something else'
    hint = f"rename it in the program, ask for -o json, or for one of them: --get {name} is the result of that name"
    return BpcalcError(message, hint=f"{hint}, --get {name}.grad the gradient of the program's")
