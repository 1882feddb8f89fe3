"""Runs bpcalc's command line, in this process or in one of its own: arguments and bytes in, streams and status out."""

from __future__ import annotations

import gc
import io
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

from bpcalc.cli import main, quoting
from bpcalc.errors import ExitStatus

BPCALC = [sys.executable, "-m", "bpcalc"]
ROOT = Path(__file__).parents[1]
LONGEST = 60  # seconds that a process may take
# A process leaves its garbage to its end. This one goes on.
GARBAGE = SimpleNamespace(disable=gc.disable, freeze=lambda: None)
# What changes the output of a command; a test that wants one of them sets it itself.
DECIDE = ("BPCALC_DEBUG", "CLICOLOR_FORCE", "COLUMNS", "FORCE_COLOR", "LINES", "NO_COLOR", "TERM", "_BPCALC_COMPLETE")


class Result(NamedTuple):
    status: int
    out: str
    err: str


def word(given: str | list[str | dict[str, Any]]) -> str:
    """A word of a command, or a file's text, as the data files have it: a text, or parts to be put together.

    A part is `"text"`, `{ text = "(", times = 1000 }` or `{ bytes = "ff" }`.
    """
    return given if isinstance(given, str) else "".join(map(_part, given))


def _part(part: str | dict[str, Any]) -> str:
    if isinstance(part, str):
        return part
    if "bytes" in part:
        return os.fsdecode(bytes.fromhex(part["bytes"]))
    return str(part["text"]) * int(part["times"])


def call(arguments: Sequence[str], stdin: bytes = b"", folder: Path | None = None) -> Result:
    """What a command prints, run in this process. An internal error fails with its traceback."""
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
    assert status != ExitStatus.INTERNAL, err.getvalue().decode()
    return Result(status, out.getvalue().decode(), err.getvalue().decode())


@contextmanager
def _process(words: list[str], streams: tuple[io.TextIOWrapper, ...], folder: Path | None) -> Iterator[None]:
    """The state that a process has to itself, put back afterwards."""
    saved = sys.argv, sys.stdin, sys.stdout, sys.stderr
    signals = {number: signal.getsignal(number) for number in (signal.SIGPIPE, signal.SIGINT)}
    collecting, here = gc.isenabled(), Path.cwd()
    outside = {name: os.environ.pop(name) for name in DECIDE if name in os.environ}
    os.environ["BPCALC_DEBUG"] = "1"
    sys.argv = words
    sys.stdin, sys.stdout, sys.stderr = streams
    shell, quoting.shell = quoting.shell, lambda: "the shell"  # whichever these tests were started from
    main.gc = GARBAGE  # type: ignore[assignment]
    if folder is not None:
        os.chdir(folder)
    try:
        yield
    finally:
        sys.argv, sys.stdin, sys.stdout, sys.stderr = saved
        quoting.shell = shell
        for number, handler in signals.items():
            signal.signal(number, handler)
        del os.environ["BPCALC_DEBUG"]
        os.environ.update(outside)
        os.chdir(here)
        main.gc = gc
        if collecting:
            gc.enable()


def environment() -> dict[str, str]:
    """An environment in which nothing changes the output."""
    kept = {name: value for name, value in os.environ.items() if name not in DECIDE}
    return kept | {"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}


def start(arguments: Sequence[str], stdin: bytes = b"", folder: Path | None = None) -> Result:
    """What a command prints, run as a process of its own."""
    done = subprocess.run(
        [*BPCALC, *arguments], input=stdin, cwd=folder, env=environment(), capture_output=True, check=False,
        timeout=LONGEST,
    )  # fmt: skip
    return Result(done.returncode, done.stdout.decode(), done.stderr.decode())
