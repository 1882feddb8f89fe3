"""Whole processes, measured: the time from start to end, the peak memory, and what was printed."""

from __future__ import annotations

import contextlib
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from typing import NamedTuple

MEBIBYTE = 2**20 if sys.platform == "darwin" else 2**10  # in the units of ru_maxrss


class Run(NamedTuple):
    seconds: float
    megabytes: float
    output: str
    status: int


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


def run(command: Command) -> Run:
    return _at_terminal(command) if command.terminal else _to_file(command)


def _to_file(command: Command) -> Run:
    with tempfile.TemporaryFile() as output:
        start = time.perf_counter()
        process = subprocess.Popen(
            command.words, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.DEVNULL,
            env=environment() | dict(command.environment),
        )  # fmt: skip
        megabytes, status = _wait(process)
        seconds = time.perf_counter() - start
        output.seek(0)
        return Run(seconds, megabytes, output.read().decode(errors="replace"), status)


def _at_terminal(command: Command) -> Run:
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
    printed = []
    with contextlib.suppress(OSError):  # Linux reports the end as an error
        while part := os.read(ours, 65536):
            printed.append(part)
    megabytes, status = _wait(process)
    seconds = time.perf_counter() - start
    os.close(ours)
    return Run(seconds, megabytes, b"".join(printed).decode(errors="replace"), status)


def _wait(process: subprocess.Popen[bytes]) -> tuple[float, int]:
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return usage.ru_maxrss / MEBIBYTE, process.returncode


def rounds(commands: Mapping[str, Command], count: int) -> dict[str, list[Run]]:
    """Each command `count` times, in turn (A B A B), so that what else the machine does meets all alike."""
    for command in commands.values():
        if count > 2:
            run(command)  # to have files in memory and bytecode written
    runs: dict[str, list[Run]] = {name: [] for name in commands}
    for _ in range(count):
        for name, command in commands.items():
            runs[name].append(run(command))
    return runs


def ratio(ours: Sequence[Run], theirs: Sequence[Run]) -> float:
    """The median of the ratios round by round."""
    return statistics.median(a.seconds / b.seconds for a, b in zip(ours, theirs, strict=True))


def seconds(runs: Sequence[Run]) -> float:
    return statistics.median(run.seconds for run in runs)
