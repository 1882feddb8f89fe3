"""Going on step by step in a terminal: Enter for the next step, Ctrl-D for the end."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence

SGR = r"\x1b\[[0-9;]*m"


def is_interactive() -> bool:
    """Is there a person who reads, and can press Enter?"""
    return sys.stdin.isatty() and sys.stdout.isatty()


def one_by_one(chunks: Iterable[list[str]]) -> None:
    """A text that grows: Enter goes on, Ctrl-D prints all that is left."""
    print("Enter for the next step, Ctrl-D for all that is left", file=sys.stderr)
    waits = True
    for lines in chunks:
        print("\n".join(lines), end="" if waits else "\n", flush=True)
        waits = waits and _goes_on()


def in_place(pictures: Iterable[list[str]]) -> None:
    """Pictures that take each other's place: Enter goes on, Ctrl-D shows the last. What is too high follows below."""
    print("Enter for the next step, Ctrl-D for the last one", file=sys.stderr)
    found, before = list(pictures), 0
    place = 0
    while place < len(found):
        lines = found[place]
        back = f"\x1b[{before}A\x1b[J" if before else "\n" * bool(place)
        print(back + "\n".join(lines), end="", flush=True)
        if place == len(found) - 1:
            print(flush=True)
            return
        before = len(lines) if _fits(lines) else 0  # Enter, or what Ctrl-D prints, ends the last line
        place = place + 1 if _goes_on() else len(found) - 1


def _goes_on() -> bool:
    """Waits for Enter; False for Ctrl-D."""
    try:
        input("")
    except EOFError:
        print()
        return False
    return True


def _fits(lines: Sequence[str]) -> bool:
    """Is all of it on the screen, so that the cursor can go back to its beginning?"""
    import re
    from shutil import get_terminal_size

    from bpcalc.errors import columns

    size = get_terminal_size()
    return len(lines) < size.lines and all(columns(re.sub(SGR, "", line)) <= size.columns for line in lines)
