"""Whole processes, measured: the time from start to end, the peak memory, and what was printed.

Linux counts the peak of the process that starts another one as a peak of that one too, so this one has to stay small:
what is printed goes to a file, and is never read as a whole.
"""

from __future__ import annotations

import contextlib
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from io import BufferedWriter
from pathlib import Path
from typing import NamedTuple

MEBIBYTE = 2**20 if sys.platform == "darwin" else 2**10  # in the units of ru_maxrss


class Run(NamedTuple):
    """What a process took, by the clock and of the processor; `output` is the file with what it printed."""

    seconds: float
    processor: float
    megabytes: float
    output: Path
    status: int

    def text(self) -> str:
        return self.output.read_text(encoding="utf-8", errors="replace")


class Command(NamedTuple):
    """A process to be measured; `environment` is added to the usual one."""

    words: Sequence[str]
    environment: Mapping[str, str] = {}
    terminal: bool = False  # whether its streams are a terminal of 100 columns


def environment() -> dict[str, str]:
    """What a person's shell would hand on. Bytecode is kept, as in every installed program."""
    unwanted = ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "LINES")
    kept = {name: value for name, value in os.environ.items() if name not in unwanted and name[:6] != "PYTHON"}
    return kept | {"TERM": "xterm-256color"}


def run(command: Command, output: Path) -> Run:
    with output.open("wb") as file:
        return (_at_terminal if command.terminal else _to_file)(command, file)


def _to_file(command: Command, file: BufferedWriter) -> Run:
    start = time.perf_counter()
    process = subprocess.Popen(
        command.words, stdin=subprocess.DEVNULL, stdout=file, stderr=subprocess.DEVNULL,
        env=environment() | dict(command.environment),
    )  # fmt: skip
    processor, megabytes, status = _wait(process)
    return Run(time.perf_counter() - start, processor, megabytes, Path(file.name), status)


def _at_terminal(command: Command, file: BufferedWriter) -> Run:
    import fcntl
    import pty
    import struct
    import termios

    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 100, 0, 0))
    start = time.perf_counter()
    process = subprocess.Popen(
        command.words, stdin=theirs, stdout=theirs, stderr=theirs, env=environment() | dict(command.environment)
    )
    os.close(theirs)
    with contextlib.suppress(OSError):  # Linux reports the end as an error
        while part := os.read(ours, 65536):
            file.write(part)
    processor, megabytes, status = _wait(process)
    seconds = time.perf_counter() - start
    os.close(ours)
    return Run(seconds, processor, megabytes, Path(file.name), status)


def _wait(process: subprocess.Popen[bytes]) -> tuple[float, float, int]:
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / MEBIBYTE, process.returncode


def rounds(commands: Mapping[str, Command], count: int, folder: Path) -> dict[str, list[Run]]:
    """Each command `count` times, in turn (A B A B), so that what else the machine does meets all alike."""
    runs: dict[str, list[Run]] = {name: [] for name in commands}
    for place in range(-1 if count > 2 else 0, count):
        for at, (name, command) in enumerate(commands.items()):
            done = run(command, folder / f"{at}-{place}.out")
            if place >= 0:  # the first round brings files into memory and writes bytecode
                runs[name].append(done)
    return runs


def ratio(ours: Sequence[Run], theirs: Sequence[Run]) -> float:
    """The median of the ratios round by round."""
    return statistics.median(a.seconds / b.seconds for a, b in zip(ours, theirs, strict=True))


def seconds(runs: Sequence[Run]) -> float:
    return statistics.median(run.seconds for run in runs)
