"""Runs bpcalc's command line inside this process, as the console entry does: arguments and bytes in, streams out."""

from __future__ import annotations

import gc
import io
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from bpcalc.cli import main

# What changes the output of a command; a test that wants one of them sets it itself.
DECIDE = ("COLUMNS", "FORCE_COLOR", "LINES", "NO_COLOR", "TERM", "_BPCALC_COMPLETE")


class Result(NamedTuple):
    status: int
    out: str
    err: str


def call(arguments: Sequence[str], stdin: bytes = b"", folder: Path | None = None) -> Result:
    """What a command prints, and the status that it ends with. Any other exception than SystemExit is passed on."""
    out, err = io.BytesIO(), io.BytesIO()
    streams = tuple(io.TextIOWrapper(raw, "utf-8") for raw in (io.BytesIO(stdin), out, err))
    with _process(["bpcalc", *arguments], streams, folder):
        try:
            main.run()
        except SystemExit as end:
            status = end.code
        for stream in streams[1:]:
            stream.flush()
    assert isinstance(status, int)
    return Result(status, out.getvalue().decode(), err.getvalue().decode())


@contextmanager
def _process(words: list[str], streams: tuple[io.TextIOWrapper, ...], folder: Path | None) -> Iterator[None]:
    """The state that a process has to itself, put back afterwards."""
    saved = sys.argv, sys.stdin, sys.stdout, sys.stderr
    pipe, collecting, here = signal.getsignal(signal.SIGPIPE), gc.isenabled(), Path.cwd()
    environment = {name: os.environ.pop(name) for name in DECIDE if name in os.environ}
    sys.argv = words
    sys.stdin, sys.stdout, sys.stderr = streams
    if folder is not None:
        os.chdir(folder)
    try:
        yield
    finally:
        sys.argv, sys.stdin, sys.stdout, sys.stderr = saved
        signal.signal(signal.SIGPIPE, pipe)
        os.environ.update(environment)
        os.chdir(here)
        if collecting:
            gc.enable()
