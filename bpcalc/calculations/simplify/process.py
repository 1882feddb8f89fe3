"""Asks SymPy, which works in a process of its own, so that nothing that it does can take longer than it may."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any

SECONDS = 5  # that SymPy may take for one formula
TOGETHER = 20  # for all formulas
BROKEN = "SymPy's process has ended without an answer"
START = """
import json, sys
path, seconds = json.loads(sys.stdin.readline())
sys.path[:] = path
from bpcalc.calculations.simplify.worker import work
work(seconds)
"""


def answers(formulas: Sequence[list[list[Any]]]) -> Iterator[dict[str, Any]]:
    """For each formula (see `worker`) what SymPy makes of it: `nodes`, or why it has `failed`."""
    end = time.monotonic() + TOGETHER
    process: subprocess.Popen[str] | None = None
    try:
        for formula in formulas:
            if time.monotonic() > end:
                yield {"failed": f"SymPy has no time left: all formulas together may take {TOGETHER} seconds"}
                continue
            process, start = process or _started(), time.monotonic()
            line = _asked(process, formula) if process else None
            if line is None:
                yield {"failed": "SymPy needs a process of its own, and none could be started"}
            elif not line:  # it has ended itself
                _ended(process)
                process = None
                is_late = time.monotonic() - start >= SECONDS
                yield {"failed": f"SymPy did not come to an end in {SECONDS} seconds" if is_late else BROKEN}
            else:
                yield json.loads(line)
    finally:
        _ended(process)


def _started() -> subprocess.Popen[str] | None:
    """A process that waits for formulas; None where this platform has no processes."""
    if not sys.executable:
        return None
    try:
        process = subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", START], text=True, encoding="ascii",
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip
    except OSError:
        return None
    _asked(process, [[one for one in sys.path if isinstance(one, str)], SECONDS], waits=False)
    return process


def _asked(process: subprocess.Popen[str], line: Any, waits: bool = True) -> str:
    """The answer to a line; nothing where the process has ended."""
    assert process.stdin is not None
    assert process.stdout is not None
    with suppress(BrokenPipeError):
        process.stdin.write(json.dumps(line) + "\n")
        process.stdin.flush()
    return process.stdout.readline() if waits else ""


def _ended(process: subprocess.Popen[str] | None) -> None:
    """Ends a process, whatever it is doing: also where a person has interrupted this one."""
    if process is not None:
        process.kill()
        with suppress(BrokenPipeError):
            process.communicate()
