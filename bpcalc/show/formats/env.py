"""Assignments for a shell's `eval`: `value=-12.0`, `d_x=-4.0`, and arrays as bash and zsh have them, `d_x=(4.0 6.0)`.

A shell's arrays have one axis. One with more is given entry by entry, the last axis fastest, with its shape beside it:
`d_W=(1.0 2.0 3.0 4.0)` and `d_W_shape=(2 2)`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bpcalc.errors import BpcalcError
from bpcalc.show import Style
from bpcalc.show.formats.plain import clash, repeated

SHAPE = "assignments"
OPEN, CLOSE = "\x0e", "\x0f"  # brackets of a range, until it is written
SAFE = frozenset("-+.0123456789einfa_/")  # in what no shell reads anything else


def write(assignments: Iterable[tuple[str, str, str]], style: Style) -> str:
    found = [(_legal(variable), name, text) for variable, name, text in assignments]
    for variable, name, _ in found:
        if name == "value" != variable and not name.startswith("value."):  # which a script would take for the output
            raise clash(name)
        if not variable.isascii():
            hint = f"ask for it by name: --get {name}"
            raise BpcalcError(f'"{name}" cannot be part of a shell variable\'s name', hint=hint)
    lines = list(dict.fromkeys(line for variable, _, text in found for line in _lines(style.prefix + variable, text)))
    if twice := repeated([line.partition("=")[0] for line in lines]):
        hint = "rename one in the program, or ask for them one by one with --get"
        raise BpcalcError(f'two results would be the shell variable "{twice}"', hint=hint)
    return "\n".join(lines)


def _legal(variable: str) -> str:
    """A part of an array as a variable: `d_W_0_1` for W[0,1], `d_x_1_to` for x[1:], `d_x_m1` for x[-1]."""
    if "[" not in variable:
        return variable
    words = variable.replace("[", "_").replace("]", "").replace(",", "_").replace("-", "m")
    return words.replace("_:", "_to_").replace(":", "_to_").removesuffix("_").replace(".", "_")


def _lines(variable: str, text: str) -> Iterator[str]:
    """The assignments of one result: a number, an array as nested lists, or a formula in quotes."""
    text = _with_ranges(text)
    if not text.startswith("["):
        yield f"{variable}={_word(text)}"
        return
    yield f"{variable}=({' '.join(map(_word, _entries(text)))})"
    axes = len(text) - len(text.lstrip("["))
    if axes > 1 or not text.strip("[] "):
        yield f"{variable}_shape=({' '.join(map(str, _shape(text)))})"


def _with_ranges(text: str) -> str:
    """The text with ranges, `[1..2]`, in other brackets than arrays have."""
    if ".." not in text:
        return text
    import re

    return re.sub(r"\[([^\[\],]*\.\.[^\[\],]*)\]", rf"{OPEN}\1{CLOSE}", text)


def _entries(text: str) -> list[str]:
    """The numbers of nested lists; `atan2(1, 2)` is one."""
    found, depth, start = [], 0, 0
    for place, character in enumerate(text):
        depth += (character == "(") - (character == ")")
        if character in "[]," and not depth:
            found.append(text[start:place].strip())
            start = place + 1
    return [one for one in found if one]


def _word(text: str) -> str:
    """A number, or a formula, as one word of any shell."""
    text = text.replace(OPEN, "[").replace(CLOSE, "]")
    return text if SAFE.issuperset(text) or text.startswith("'") else quoted(text)


def quoted(text: str) -> str:
    """A text as one word of any shell."""
    return "'" + text.replace("'", "'\\''") + "'"


def _shape(text: str) -> list[int]:
    """The shape of an array as nested lists write it."""
    shape: list[int] = []
    level = text
    while level.startswith("["):
        parts = _parts(level)
        shape.append(len(parts))
        if not parts:
            break
        level = parts[0]
    return shape


def _parts(text: str) -> list[str]:
    """The entries of the outermost list."""
    depth, parts, start = 0, [], 1
    for place, character in enumerate(text):
        depth += (character == "[") - (character == "]")
        if (character == "," and depth == 1) or (character == "]" and depth == 0):
            if part := text[start:place].strip():
                parts.append(part)
            start = place + 1
    return parts
