"""How a process ends otherwise than with a result: strict warnings, interrupts, closed pipes, full disks."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

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


@posix_only
def test_closed_streams_are_no_traceback() -> None:
    assert (done := shell("$bpcalc grad x x=1 >&-")).returncode == 2
    assert done.stderr == "error: standard output is closed\n"
    assert (done := shell("$bpcalc grad x x=1 y=2 --get x 2>&-")).stdout == "1.0\n"
    assert done.returncode == 0
    assert (done := shell("$bpcalc grad - x=1 <&-")).returncode == 2
    assert done.stderr == "error: standard input: there is no expression in it\n"
