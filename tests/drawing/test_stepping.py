"""`graph --step`: the circuit fills as it goes, in place at a terminal, one drawing after the other elsewhere."""

from __future__ import annotations

import re
import sys
from itertools import pairwise
from typing import Any

import pytest
from circuits import LECTURES
from commandline import LONGEST, call, environment

from bpcalc.drawing.draw import Wish, drawn
from bpcalc.drawing.text import arts
from bpcalc.errors import Source
from bpcalc.reading.bindings import Values
from bpcalc.reports.options import Options

PRODUCT = ["graph", "q = x+y; f = q*z", "x=-2", "y=5", "z=-4", "--step"]
CAPTIONS = (
    "The inputs have their values", "q = x + y = -2 + 5 = 3", "f = q*z = 3*(-4) = -12", "∂f/∂f = 1",
    "∂f/∂z = ∂f/∂f * q = 1*3 = 3", "∂f/∂y = ∂f/∂q * 1 = -4*1 = -4", "if z grows by a small h, f changes by about 3h",
)  # fmt: skip


def drawings(text: str, values: dict[str, float], **wish: bool) -> list[list[str]]:
    """The drawing after each step."""
    bound = Values()
    bound.update(values)
    drawing = drawn(Source(text), bound, Options(), Wish(stepped=True, **wish))
    picture = drawing.picture(3)
    found = arts(picture, None, False, drawing.moments(picture, 3))
    assert found is not None
    return found


def test_a_number_is_absent_until_it_arrives() -> None:
    found = drawings(*LECTURES["product"])
    assert len(found) == len(CAPTIONS)
    counts = [len(re.findall(r"-?\d+", "\n".join(lines))) for lines in found]
    assert counts == [3, 4, 5, 6, 8, 10, 10]


@pytest.mark.parametrize("name", ["product", "neuron", "copies", "where"])
def test_everything_stays_where_it_is(name: str) -> None:
    for before, after in pairwise(drawings(*LECTURES[name], locals=True)):
        for line, later in zip(before, after, strict=True):
            assert all(one == other or one in " ()[]" for one, other in zip(line, later.ljust(len(line)), strict=False))


def test_each_drawing_has_its_step_below_it() -> None:
    status, out, err = call(PRODUCT)
    assert (status, err) == (0, "")
    assert out.count("├") == 2 * len(CAPTIONS)
    places = [out.index(caption) for caption in CAPTIONS]
    assert places == sorted(places)


def test_the_gate_of_the_step_stands_in_square_brackets() -> None:
    active = [re.findall(r"\[(.)\]", "\n".join(lines)) for lines in drawings(*LECTURES["product"])]
    assert active == [[], ["+"], ["*"], ["*"], ["*"], ["+"], []]


def test_a_narrow_terminal_fills_the_list_with_a_gutter() -> None:
    status, out, err = call(["graph", "1/(1+exp(-(w*x+b)))", "w=2", "x=-1", "b=0.5", "--step", "--width", "40"])
    assert (status, err) == (0, "")
    tables = out.split("   node")[1:]
    assert len(tables) == 6 + 7 + 2  # forward, backward with that of the output itself, the start and the end
    assert [table.count("◆") for table in tables] == [0, *[1] * 13, 0]
    assert "-0.818" not in tables[0]
    assert max(map(len, out.splitlines())) <= 40


def test_it_is_for_the_terminal_and_for_numbers() -> None:
    status, out, err = call([*PRODUCT, "-o", "svg"])
    assert (status, out) == (2, "")
    assert "--step fills the circuit in the terminal" in err
    status, out, err = call(["graph", "x*y", "--step"])
    assert (status, out) == (2, "")
    assert "there are no steps without values" in err


@pytest.fixture
def terminal() -> Any:
    pexpect = pytest.importorskip("pexpect")
    running = pexpect.spawn(
        sys.executable, ["-m", "bpcalc", *PRODUCT], env=environment() | {"NO_COLOR": "1", "TERM": "xterm"},
        encoding="utf-8", timeout=LONGEST, echo=True, dimensions=(50, 100),
    )  # fmt: skip
    yield running
    running.close(force=True)


def test_pictures_take_each_others_place(terminal: Any) -> None:
    height = 11
    for caption in CAPTIONS[:-1]:
        terminal.expect_exact(caption)
        terminal.sendline()
        terminal.expect(r"\x1b\[(\d+)A\x1b\[J")
        assert int(terminal.match[1]) >= height  # back to the first line of the drawing
    terminal.expect_exact(CAPTIONS[-1])
    terminal.wait()
    assert terminal.exitstatus == 0


def test_the_end_of_the_input_shows_the_last(terminal: Any) -> None:
    terminal.expect_exact(CAPTIONS[0])
    terminal.sendeof()
    terminal.expect_exact(CAPTIONS[-1])
    assert CAPTIONS[1] not in terminal.before
    terminal.wait()
    assert terminal.exitstatus == 0
