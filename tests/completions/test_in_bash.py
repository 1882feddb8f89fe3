"""Completion in a real bash: the function alone, and keys at a terminal."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator

import pytest
from conftest import PROMPT, SCRIPTS, Place, Terminal, needs
from lines import LINES, Line

SCRIPT = SCRIPTS / "bpcalc.bash"
SETUP = rf"""
PS1='{PROMPT}'
bind 'set enable-bracketed-paste off'
bind 'set show-all-if-ambiguous on'
bind 'set bell-style none'
source '{SCRIPT}'
report() {{ printf '[[][%s]]\n' "$READLINE_LINE"; READLINE_LINE=; }}
bind -x '"\C-x\C-r": report'
"""
# bash itself is not completing here, so compopt only tells what it was asked for
CALL = r"""
compopt() { echo "$*"; }
source "$1"
COMP_LINE=$2 COMP_POINT=${#2}
_bpcalc_completion bpcalc
printf 'offer %s\n' "${COMPREPLY[@]}"
"""

pytestmark = pytest.mark.usefixtures("bash")


@pytest.fixture(scope="module")
def bash() -> None:
    needs("bash")
    version = subprocess.run(["bash", "-c", "echo ${BASH_VERSINFO[0]}"], capture_output=True, text=True, check=True)
    if int(version.stdout) < 4:
        pytest.skip("this bash is older than 4")


@pytest.fixture(scope="module")
def terminal(place: Place) -> Iterator[Terminal]:
    terminal = place.start("setup.bash", SETUP, "bash", "--noprofile", "--rcfile", "{setup}", "-i")
    yield terminal
    terminal.close()


def call(place: Place, typed: str, start: str = "") -> tuple[list[str], set[str]]:
    """COMPREPLY, and what compopt was called with."""
    lines = place.call("bash", "--norc", "-c", start + CALL, "bash", str(SCRIPT), typed).splitlines()
    offers = [line.removeprefix("offer ") for line in lines if line.startswith("offer ")]
    return [offer for offer in offers if offer], {line for line in lines if not line.startswith("offer ")}


@pytest.mark.parametrize("line", LINES, ids=lambda line: line.title)
def test_the_function_replies(place: Place, line: Line) -> None:
    offers, options = call(place, line.typed)
    is_array = line.before.endswith("@")
    assert offers == ([f"@{offer}" for offer in line.offers] if is_array else [] if line.file else line.offers)
    goes_on = line.stays or "=" in "".join(line.offers)[-1:]
    files = line.file and not is_array
    assert options == ({"-o default"} if files else {"-o nospace"} if goes_on else set())


# where several words are offered, bash does not change the line
KEYS = [line for line in LINES if len(line.offers) < 2]


@pytest.mark.parametrize("line", KEYS, ids=lambda line: line.title)
def test_a_tab_completes(terminal: Terminal, line: Line) -> None:
    quotes = "".join(mark for mark in "'\"" if line.stays and line.after.count(mark) % 2)
    assert terminal.press(f"{line.typed}\t\x18\x12")[1] == (line.after or line.typed) + quotes


def test_a_value_keeps_its_option_where_bash_does_not_break_words_at_equals_signs(place: Place) -> None:
    offers, _ = call(place, "bpcalc grad --format=js", start=r"COMP_WORDBREAKS=$' \t\n'; ")
    assert offers == ["--format=json"]


def test_a_program_of_several_lines_is_read(place: Place) -> None:
    assert call(place, "bpcalc grad 'q = x + y\nq*z' y=1 ")[0] == ["x=", "z="]


def test_only_the_line_before_the_cursor_counts(terminal: Terminal) -> None:
    left = "\x02" * len(" x=1")
    assert terminal.press(f"bpcalc grad 'x*y' y=2  x=1{left}\t\x18\x12")[1] == "bpcalc grad 'x*y' y=2 x= x=1"


def test_the_program_that_was_typed_is_the_one_asked(place: Place, terminal: Terminal) -> None:
    place.asked.unlink(missing_ok=True)
    assert terminal.press("~/elsewhere/bpcalc grad 'x' \t\x18\x12")[1] == "~/elsewhere/bpcalc grad 'x' x="
    assert place.asked.exists()
