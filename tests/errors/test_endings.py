"""How a process ends otherwise than with a result: strict warnings, interrupts, closed pipes, full disks."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import pytest
from commandline import BPCALC, LONGEST, call, environment

FULL = Path("/dev/full")

posix_only = pytest.mark.skipif(os.name != "posix", reason="signals and closed streams as POSIX has them")


def shell(script: str) -> subprocess.CompletedProcess[str]:
    """A script in which `$bpcalc` is the command."""
    return subprocess.run(
        ["bash", "-c", script], env=environment() | {"bpcalc": " ".join(BPCALC)}, capture_output=True, text=True,
        check=False, timeout=LONGEST,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("program", "values"),
    [("max(x, y)", ["x=1", "y=1"]), ("log(x)", ["x=0"]), ("x", ["x=1", "y=2"]), ("x\n+y", ["x=1", "y=2"])],
)
def test_strict_turns_a_warning_into_status_1(program: str, values: list[str]) -> None:
    plain, strict = call(["grad", program, *values]), call(["grad", program, *values, "--strict"])
    assert plain.status == 0
    assert strict == plain._replace(status=1)
    assert strict.err.startswith("warning: ")


def test_strict_without_a_warning_is_status_0() -> None:
    assert call(["grad", "max(x, y)", "x=1", "y=2", "--strict"]).status == 0


def test_strict_and_quiet_say_it_by_the_status_alone() -> None:
    result = call(["grad", "log(x)", "x=0", "--strict", "--quiet", "--get", "value"])
    assert result == (1, "-inf\n", "")


@posix_only
def test_an_interrupt_while_reading_ends_with_130() -> None:
    with subprocess.Popen(
        [*BPCALC, "grad", "-", "x=1"], env=environment(),
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as running:  # fmt: skip
        assert running.stdin is not None
        # more than a pipe holds: once it is written, the process is reading, and waits for the rest
        running.stdin.write(b" " * 2**20)
        running.stdin.flush()
        running.send_signal(signal.SIGINT)
        out, err = running.communicate(timeout=LONGEST)
    assert running.returncode == 130
    assert out == b""
    assert err.strip() == b""


# The n-th time that something is imported or opened, the process gets an interrupt. What comes before `bpcalc.cli`
# has done its work is the interpreter's own.
INTERRUPTED = """
import os, signal, sys
left = int(sys.argv.pop(1))
def interrupt(event, arguments):
    global left
    if event in ("import", "open") and hasattr(sys.modules.get("bpcalc.cli"), "INTERRUPTIBLE"):
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGINT)
sys.addaudithook(interrupt)
from bpcalc.cli.main import run
run()
"""


@posix_only
def test_an_interrupt_at_any_time_is_no_traceback() -> None:
    ends = []
    for place in range(1, 400, 21):
        done = subprocess.run(
            [sys.executable, "-c", INTERRUPTED, str(place), "grad", "x*y", "x=2", "y=3"], env=environment(),
            capture_output=True, text=True, check=False, timeout=LONGEST,
        )  # fmt: skip
        assert done.returncode in (0, 130, -signal.SIGINT)
        assert done.stderr.strip() == ""
        ends.append(done.returncode)
    assert {130, -signal.SIGINT} <= {*ends}  # while calculating, and before that
    assert ends[-1] == 0  # when all is done


@posix_only
def test_an_interrupt_that_is_ignored_stays_so() -> None:
    """As in the background of a script."""
    words = f"{sys.executable} -c '{INTERRUPTED}' 20 grad x*y x=2 y=3 --get x"
    done = shell(f"trap '' INT; {words}")
    assert (done.returncode, done.stdout, done.stderr) == (0, "3.0\n", "")


@posix_only
def test_a_closed_pipe_ends_quietly() -> None:
    done = shell('$bpcalc grad "$(seq -s + -f "x*%g" 3000)" x=1 --all | head -n 1; echo "${PIPESTATUS[0]}"')
    first, status = done.stdout.splitlines()
    assert first.startswith("f = x*1")
    assert status == "141"
    assert done.stderr == ""


@pytest.mark.skipif(not FULL.exists(), reason="no /dev/full here")
@pytest.mark.parametrize("words", ["grad x x=1", "grad x x=1 -o json", "grad x x=1 --get x", "--help", "gates"])
def test_a_full_disk_is_one_clear_error(words: str) -> None:
    done = shell(f"$bpcalc {words} > /dev/full")
    assert done.returncode == 2
    assert done.stderr == "error: cannot write the result: no space left on device\n"


@pytest.mark.skipif(not FULL.exists(), reason="no /dev/full here")
@pytest.mark.parametrize("stream", ["2> /dev/full", "2>&-", "2> >(exit 0)"], ids=["full", "closed", "pipe"])
@pytest.mark.parametrize(
    ("words", "status", "out"),
    [
        ("grad '('", 2, ""),
        ("gates tanh X", 2, ""),
        ("grad x x=1 --trce", 2, ""),
        ("grad 'log(x)' x=0 --strict --get value", 1, "-inf\n"),
        ("grad 'log(x)' x=0 --get value", 0, "-inf\n"),
    ],
)
def test_what_cannot_be_said_is_told_by_the_status(words: str, status: int, out: str, stream: str) -> None:
    done = shell(f"$bpcalc {words} {stream}")
    assert (done.returncode, done.stdout) == (status, out)


@pytest.mark.skipif(not FULL.exists(), reason="no /dev/full here")
def test_two_full_disks_are_status_2() -> None:
    assert shell("$bpcalc grad x x=1 > /dev/full 2> /dev/full").returncode == 2


@posix_only
def test_closed_streams_are_no_traceback() -> None:
    assert (done := shell("$bpcalc grad x x=1 >&-")).returncode == 2
    assert done.stderr == "error: standard output is closed\n"
    assert (done := shell("$bpcalc grad x x=1 y=2 --get x 2>&-")).stdout == "1.0\n"
    assert done.returncode == 0
    assert (done := shell("$bpcalc grad - x=1 <&-")).returncode == 2
    assert done.stderr == "error: standard input: there is no expression in it\n"


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (MemoryError(), "this is too large for the memory of this machine"),
        (RecursionError(), "this is nested too deeply"),
    ],
)
def test_what_is_too_large_and_what_is_too_deep(
    error: Exception, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bpcalc.calculations.gradient.calculate", _raising(error))
    assert call(["grad", "x", "x=1"]) == (2, "", f"error: {message}\n")


# A mistake in bpcalc: what it calls raises what no one expects.
BROKEN = """
import sys
import bpcalc.calculations.gradient as pipeline
def describe(*given):
    raise {error}
pipeline.describe = describe
from bpcalc.cli.main import run
run()
"""


@pytest.mark.parametrize(
    "error", ["KeyError('x')", "AssertionError", "FileNotFoundError(2, 'gone', 'a file of its own')"]
)
def test_an_internal_error_asks_for_a_report(error: str) -> None:
    command = [sys.executable, "-c", BROKEN.format(error=error), "grad", "x*y", "x=2", "y=3"]
    quiet, loud = (
        subprocess.run(
            command, env=environment() | more, capture_output=True, text=True, check=False, timeout=LONGEST
        )
        for more in ({}, {"BPCALC_DEBUG": "1"})
    )  # fmt: skip
    assert (quiet.returncode, quiet.stdout) == (loud.returncode, loud.stdout) == (70, "")
    said = f"error: bpcalc itself failed, please report it with the command line ({error.partition('(')[0]} in bpcalc."
    assert quiet.stderr.startswith(said)
    assert quiet.stderr.count("\n") == 1
    assert loud.stderr.startswith(quiet.stderr + "Traceback")


def _raising(error: Exception) -> Callable[..., NoReturn]:
    def function(*given: object) -> NoReturn:
        raise error

    return function
