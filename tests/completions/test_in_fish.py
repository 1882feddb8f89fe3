"""Completion in a real fish: `complete -C`, and keys at a terminal."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from conftest import PROMPT, SCRIPTS, Place, Terminal, needs
from lines import LINES, Line

from bpcalc.gates import GATES

SCRIPT = SCRIPTS / "bpcalc.fish"
# found as an installed script is: by the name of the command
SETUP = rf"""
set fish_complete_path '{SCRIPTS}' $fish_complete_path
function fish_greeting; end
function fish_prompt; echo '{PROMPT}'; end
function report; printf '[[][%s]]\n' (commandline | string collect); commandline ''; commandline -f repaint; end
bind \cx\cr report
"""

pytestmark = pytest.mark.usefixtures("fish")


@pytest.fixture(scope="module")
def fish() -> None:
    needs("fish")


@pytest.fixture(scope="module")
def terminal(place: Place) -> Iterator[Terminal]:
    terminal = place.start("setup.fish", SETUP, "fish", "-i", "-C", "source '{setup}'")
    yield terminal
    terminal.close()


def offered(place: Place, *typed: str) -> list[list[str]]:
    """For each line what `complete -C` prints, without the descriptions."""
    each = "for typed in $argv; complete -C $typed; echo END; end"
    answers = place.call("fish", "-c", f"source '{SCRIPT}'; {each}", *typed).split("END\n")[:-1]
    return [[line.partition("\t")[0] for line in answer.splitlines()] for answer in answers]


@pytest.fixture(scope="module")
def answers(place: Place) -> dict[str, list[str]]:
    """What is offered for each of the lines, by its title; all in one fish, because that takes long to start."""
    found = offered(place, *(line.typed for line in LINES))
    return {line.title: offers for line, offers in zip(LINES, found, strict=True)}


@pytest.mark.parametrize("line", LINES, ids=lambda line: line.title)
def test_complete_prints(answers: dict[str, list[str]], line: Line) -> None:
    assert answers[line.title] == [line.before + offer for offer in line.offers]


# what stands behind the word is the fish's own doing, and a key takes long in it: only lines where = matters
KEYS = [line for line in LINES if line.before or line.after.endswith("=")]


@pytest.mark.parametrize("line", KEYS, ids=lambda line: line.title)
def test_a_tab_completes(terminal: Terminal, line: Line) -> None:
    assert terminal.press(f"{line.typed}\t\x18\x12")[1] == (line.after or line.typed)


@pytest.mark.parametrize("typed", ["set dx (bpcalc grad 'x' ", "true; and bpcalc grad 'x' ", "true | bpcalc grad 'x' "])
def test_a_command_inside_a_line_is_completed(place: Place, typed: str) -> None:
    assert offered(place, typed) == [["x="]]


def test_a_program_of_several_lines_is_read(place: Place) -> None:
    assert offered(place, "bpcalc grad 'q = x + y\nq*z' y=1 ") == [["x=", "z="]]


def test_a_gate_has_its_formula_as_description(place: Place) -> None:
    answer = place.call("fish", "-c", f"source '{SCRIPT}'; complete -C 'bpcalc gates softp'")
    assert answer == f"softplus\t{GATES['softplus'].formula}\n"


def test_the_program_that_was_typed_is_the_one_asked(place: Place) -> None:
    place.asked.unlink(missing_ok=True)
    assert offered(place, "~/elsewhere/bpcalc grad 'x' ") == [["x="]]
    assert place.asked.exists()
