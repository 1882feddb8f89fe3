"""The drawing in characters: its lines, followed from gate to gate, are the wires of the graph."""

from __future__ import annotations

import re

import pytest
from circuits import LECTURES, pictured, random_program

from bpcalc.drawing.layout import Layout, laid_out
from bpcalc.drawing.picture import Picture
from bpcalc.drawing.text import METRICS, art

WAYS = {
    "─": "lr", "│": "ud", "╮": "dl", "╯": "ul", "╰": "ur", "╭": "dr", "┤": "udl", "├": "udr", "┬": "dlr", "┴": "ulr",
    "┼": "udlr", "●": "lrud",
}  # fmt: skip
STEP = {"l": (0, -1), "r": (0, 1), "u": (-1, 0), "d": (1, 0)}
BACK = {"l": "r", "r": "l", "u": "d", "d": "u"}
CIRCUITS = LECTURES | {f"random {seed}": random_program(seed, 2 + seed % 7) for seed in range(40)}

Cell = tuple[int, int]


def sources(picture: Picture, layout: Layout, lines: list[str]) -> dict[int, list[int]]:
    """For each box the boxes whose lines reach its entries, from the top."""
    top = _top(layout)
    cells = {(row, column): sign for row, line in enumerate(lines, start=top) for column, sign in enumerate(line)}
    ends = [route[-1] for route in layout.routes]
    entries = {(int(y), int(x)): wire.target for wire, (x, y) in zip(picture.wires, ends, strict=True)}
    begins = {(int(start[1]), int(start[0])): place for place, (start, _) in enumerate(layout.stubs)}
    found: dict[int, list[tuple[int, int]]] = {}
    for begin, place in begins.items():
        for row, column in _reached(begin, cells, entries):
            found.setdefault(entries[row, column], []).append((row, place))
    return {box: [place for _, place in sorted(ends)] for box, ends in found.items()}


def _top(layout: Layout) -> int:
    rows = [int(label.y) for label in layout.labels] + [int(at.y - at.height / 2) for at in layout.places]
    return min(*rows, *(int(y) for route in layout.routes for _, y in route))


def _reached(begin: Cell, cells: dict[Cell, str], entries: dict[Cell, int]) -> list[Cell]:
    """The entries that a line reaches from its beginning; it passes behind one that crosses it."""
    found, seen, stack = [], {begin}, [(begin, "r")]
    while stack:
        cell, way = stack.pop()
        row, column = cell[0] + STEP[way][0], cell[1] + STEP[way][1]
        while way in "lr" and cells.get((row, column)) == "│" and (row, column) not in entries:
            row, column = row + STEP[way][0], column + STEP[way][1]
        at = (row, column)
        if at in entries and way == "r":
            found.append(at)
            continue
        open_ = WAYS.get(cells.get(at, " "), "")
        if at in seen or BACK[way] not in open_:
            continue
        seen.add(at)
        stack += [(at, onward) for onward in open_ if onward != BACK[way]]
    return found


@pytest.mark.parametrize("name", CIRCUITS)
def test_the_lines_are_the_wires(name: str) -> None:
    picture = pictured(*CIRCUITS[name])
    lines = art(picture, None, colored=False)
    if lines is None:
        pytest.skip("its wires cannot be kept apart, so it is drawn as a list")
    expected: dict[int, list[int]] = {}
    for wire in sorted(picture.wires, key=lambda wire: (wire.target, wire.place)):
        expected.setdefault(wire.target, []).append(wire.source)
    assert sources(picture, laid_out(picture, METRICS), lines) == expected


def test_most_circuits_can_be_drawn() -> None:
    found = [art(pictured(*circuit), None, colored=False) for circuit in CIRCUITS.values()]
    assert sum(lines is not None for lines in found) > 0.7 * len(found)


def test_it_is_not_drawn_wider_than_it_may_be() -> None:
    picture = pictured(*LECTURES["neuron"])
    lines = art(picture, None, colored=False)
    assert lines is not None
    widest = max(map(len, lines))
    assert art(picture, widest + 1, colored=False) == lines
    assert art(picture, widest - 1, colored=False) is None


def test_colours_change_no_character() -> None:
    picture = pictured(*LECTURES["copies"])
    plain, colored = (art(picture, None, colored=one) for one in (False, True))
    assert plain is not None
    assert colored is not None
    assert "\x1b[32m" in "".join(colored)
    assert "\x1b[31m" in "".join(colored)
    assert [re.sub(r"\x1b\[[0-9;]*m", "", line).rstrip() for line in colored] == plain
