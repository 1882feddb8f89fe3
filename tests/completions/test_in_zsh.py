"""Completion in a real zsh, by keys at a terminal."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from conftest import PROMPT, SCRIPTS, Place, Terminal, needs
from lines import LINES, Line

# compadd is what every completion ends in: here it also tells what it adds
WATCH = rf"""
PS1='{PROMPT}'
unset zle_bracketed_paste
compadd() {{
    local -a added
    if [[ ${{@[1,(i)(-|--)]}} != *-(O|A|D)\ * ]]; then
        builtin compadd -A added "$@"
        offers+=($added)
    fi
    builtin compadd "$@"
}}
report() {{
    local -a offers
    zle complete-word
    zle -I
    print -r -- "[[""${{(j:|:)offers}}][$BUFFER]]"
    BUFFER=
}}
zle -N report
bindkey '^X^R' report
"""
FROM_FILE = f"fpath=('{SCRIPTS}' $fpath); autoload -Uz compinit; compinit -u -D\n"

pytestmark = pytest.mark.usefixtures("zsh")


@pytest.fixture(scope="module")
def zsh() -> None:
    needs("zsh")


@pytest.fixture(scope="module")
def terminal(place: Place) -> Iterator[Terminal]:
    terminal = place.start(".zshrc", FROM_FILE + WATCH, "zsh", "-d", "-i")
    yield terminal
    terminal.close()


@pytest.mark.parametrize("line", LINES, ids=lambda line: line.title)
def test_a_tab_completes(terminal: Terminal, line: Line) -> None:
    assert terminal.press(f"{line.typed}\x18\x12") == (line.offers, line.after or line.typed)


@pytest.mark.parametrize("typed", ["dx=$(bpcalc grad 'x' ", "true; bpcalc grad 'x' "])
def test_a_command_inside_a_line_is_completed(terminal: Terminal, typed: str) -> None:
    assert terminal.press(f"{typed}\x18\x12")[1] == f"{typed}x="


def test_only_the_line_before_the_cursor_counts(terminal: Terminal) -> None:
    left = "\x02" * len(" x=1")
    assert terminal.press(f"bpcalc grad 'x*y' y=2  x=1{left}\x18\x12")[1] == "bpcalc grad 'x*y' y=2 x= x=1"


def test_the_program_that_was_typed_is_the_one_asked(place: Place, terminal: Terminal) -> None:
    place.asked.unlink(missing_ok=True)
    assert terminal.press("~/elsewhere/bpcalc grad 'x' \x18\x12")[1] == "~/elsewhere/bpcalc grad 'x' x="
    assert place.asked.exists()


def test_the_line_for_zshrc_works_without_compinit(place: Place) -> None:
    terminal = place.start(".zshrc", 'eval "$(bpcalc completions zsh)"\n' + WATCH, "zsh", "-d", "-i")
    try:
        assert terminal.press("bpcalc grad 'x*y' x=2 \x18\x12") == (["y="], "bpcalc grad 'x*y' x=2 y=")
    finally:
        terminal.close()
