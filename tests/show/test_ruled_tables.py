"""Tables at a terminal: the same as rich draws of the same cells, which takes longer to load than the calculation."""

from __future__ import annotations

import random
import re
from io import StringIO

import pytest
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from bpcalc.show import Style
from bpcalc.show.grid import Cell, ends_of, ruled

WORDS = ["", "x", "f", "-12.5", " 3", "(x + y)*z", "Wᵀ·x", "日本", "é", "a longer one", "…", "∂f/∂x"]
LOOKS = ["", "bold", "dim", "red", "bold cyan", "bold red", "green", "yellow", "bold magenta"]
SGR = re.compile(r"\x1b\[([0-9;]*)m")


def by_rich(headings: list[str], rows: list[list[Cell]], ends: list[int], color: bool) -> list[str]:
    drawn = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0), show_edge=False)
    for heading in headings:
        drawn.add_column(Text(heading), no_wrap=True, overflow="ignore", justify="left")
    for place, row in enumerate(rows):
        drawn.add_row(*(Text(text, style=look) for text, look in row), end_section=place in ends)
    file = StringIO()
    Console(
        file=file, width=1000, force_terminal=color, highlight=False, markup=False, emoji=False, legacy_windows=False,
        color_system="standard" if color else None,
    ).print(drawn, overflow="ignore", no_wrap=True, crop=False)  # fmt: skip
    return [line.rstrip() for line in file.getvalue().rstrip("\n").split("\n")]


def seen(line: str) -> list[tuple[str, str]]:
    """Each character that is no blank, with its colour."""
    found, look, at = [], "", 0
    for part in SGR.finditer(line):
        found += [(character, look) for character in line[at : part.start()]]
        look, at = part[1].removeprefix("0"), part.end()
    found += [(character, look) for character in line[at:]]
    return [(character, look if character != " " else "") for character, look in found]


@pytest.mark.parametrize("color", [True, False])
def test_random_tables_are_what_rich_draws(color: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    chance = random.Random(7)
    for _ in range(60):
        size = chance.randrange(1, 6)
        headings = chance.choices(WORDS[1:], k=size)
        rows = [
            [(chance.choice(WORDS), chance.choice(LOOKS)) for _ in range(size)] for _ in range(chance.randrange(1, 7))
        ]
        ends = ends_of(chance.choices("ab", k=len(rows)))
        ours = ruled(headings, rows, Style(boxes=True, color=color), ends)
        theirs = by_rich(headings, rows, ends, color)
        assert [trimmed(seen(line)) for line in ours] == [trimmed(seen(line)) for line in theirs]
        if not color:
            assert ours == theirs


def trimmed(characters: list[tuple[str, str]]) -> list[tuple[str, str]]:
    while characters and characters[-1][0] == " ":
        characters.pop()
    return characters


def test_another_kind_begins_a_section() -> None:
    assert ends_of("aabcc") == [1, 2]
    assert ends_of("") == ends_of("a") == ends_of("aaa") == []
