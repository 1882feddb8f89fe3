"""Assignments for a shell's `eval`: `value=-12.0`, `d_x=-4.0`."""

from __future__ import annotations

from collections.abc import Iterable

from bpcalc.errors import BpcalcError
from bpcalc.show import Style
from bpcalc.show.formats.plain import clash

SHAPE = "assignments"


def write(assignments: Iterable[tuple[str, str, str]], style: Style) -> str:
    found = list(assignments)
    for variable, name, _ in found:
        if name == "value" != variable:  # which a script would take for the output
            raise clash(name)
    for _, name, text in found:
        if text.startswith("["):
            hint = f"ask for -o json, or for one by name: --get {name}"
            raise BpcalcError(f'a shell variable holds one number, and that of "{name}" is an array', hint=hint)
    for variable, name, _ in found:
        if not variable.isascii():
            hint = f"ask for it by name: --get {name}"
            raise BpcalcError(f'"{name}" cannot be part of a shell variable\'s name', hint=hint)
    return "\n".join(f"{variable}={text}" for variable, _, text in found)
