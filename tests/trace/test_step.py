"""`--step` at a terminal: a step at a time, Enter for the next one."""

from __future__ import annotations

import sys
from itertools import pairwise
from typing import Any

import pytest
from commandline import LONGEST, environment

pexpect = pytest.importorskip("pexpect")

CIRCUIT = ["q = x+y; f = q*z", "x=-2", "y=5", "z=-4"]
STEPS = (
    "1  q = x + y = -2 + 5 = 3", "2  f = q*z = 3*(-4) = -12", "∂f/∂f = 1", "∂f/∂z = ∂f/∂f * q = 1*3 = 3",
    "∂f/∂y = ∂f/∂q * 1 = -4*1 = -4", "f changes by about 3h",
)  # fmt: skip


@pytest.fixture
def terminal() -> Any:
    arguments = ["-m", "bpcalc", "grad", *CIRCUIT, "--step"]
    running = pexpect.spawn(
        sys.executable, arguments, env=environment() | {"NO_COLOR": "1", "TERM": "xterm"}, encoding="utf-8",
        timeout=LONGEST, echo=False, dimensions=(50, 100),
    )  # fmt: skip
    yield running
    running.close(force=True)


def test_enter_goes_on_to_the_next_step(terminal: Any) -> None:
    for step, following in pairwise((*STEPS, pexpect.EOF)):
        terminal.expect_exact(step)
        with pytest.raises(pexpect.TIMEOUT):
            terminal.expect_exact([following], timeout=0.05)
        terminal.sendline()
    terminal.expect(pexpect.EOF)
    terminal.close()
    assert terminal.exitstatus == 0


def test_the_end_of_the_input_gives_the_rest_at_once(terminal: Any) -> None:
    terminal.expect_exact(STEPS[0])
    terminal.sendeof()
    for step in STEPS[1:]:
        terminal.expect_exact(step)
    terminal.expect(pexpect.EOF)
    terminal.close()
    assert terminal.exitstatus == 0


def test_an_interrupt_ends_with_130(terminal: Any) -> None:
    terminal.expect_exact(STEPS[0])
    terminal.sendintr()
    terminal.expect(pexpect.EOF)
    terminal.close()
    assert terminal.exitstatus == 130
