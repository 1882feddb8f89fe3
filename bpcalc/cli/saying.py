"""What is said on standard error: errors and warnings, their first word in colour where colours are wanted."""

from __future__ import annotations

# see `main`
import _signal as signal  # type: ignore[import-not-found]
import os
import sys
from contextlib import suppress

from bpcalc.cli.colours import are_wanted
from bpcalc.errors import visible
from bpcalc.typed import TextIO

COLOURS = {"error": "1;31", "warning": "1;33", "note": "1;36"}


def say(kind: str, message: str) -> None:
    """Prints `error: …`, `warning: …` or `note: …`. What cannot be said, for nobody hears it, changes nothing else."""
    message = "\n".join(map(visible, message.split("\n")))
    head = f"{kind}:"
    if are_wanted(sys.stderr):
        head = f"\x1b[{COLOURS[kind]}m{head}\x1b[0m"
    if sys.stderr.isatty() and "\n" not in message:
        from shutil import get_terminal_size
        from textwrap import fill

        width = max(20, get_terminal_size().columns)
        message = fill(message, width, initial_indent=" " * len(f"{kind}: "), subsequent_indent="  ").lstrip()
    # a closed pipe on standard error must not end the process before its exit status
    pipe = signal.signal(signal.SIGPIPE, signal.SIG_IGN) if hasattr(signal, "SIGPIPE") else None
    try:
        print(head, message, file=sys.stderr, flush=True)
    except (OSError, ValueError):  # there is nowhere else to say it; the exit status tells it
        drop(sys.stderr)
    finally:
        if pipe is not None:
            signal.signal(signal.SIGPIPE, pipe)


def drop(stream: TextIO) -> None:
    """What could not be written is not tried again when the process ends."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
