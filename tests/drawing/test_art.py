"""The drawing in characters: its lines, followed from gate to gate, are the wires of the graph."""

from __future__ import annotations

import re
import unicodedata

import pytest
from circuits import LECTURES, pictured, random_program

from bpcalc.drawing import text
from bpcalc.drawing.layout import Layout, laid_out
from bpcalc.drawing.picture import Picture
from bpcalc.drawing.text import METRICS, art
from bpcalc.show.lines import HEAVY, SIGNS

WAYS = {
    "─": "lr", "│": "ud", "╮": "dl", "╯": "ul", "╰": "ur", "╭": "dr", "┤": "udl", "├": "udr", "┬": "dlr", "┴": "ulr",
    "┼": "udlr", "●": "lrud",
}  # fmt: skip
TURNS = {"LEFT": "l", "RIGHT": "r", "UP": "u", "DOWN": "d", "HORIZONTAL": "lr", "VERTICAL": "ud"}
STEP = {"l": (0, -1), "r": (0, 1), "u": (-1, 0), "d": (1, 0)}
BACK = {"l": "r", "r": "l", "u": "d", "d": "u"}
CIRCUITS = LECTURES | {f"random {seed}": random_program(seed, 2 + seed % 7) for seed in range(40)}

Cell = tuple[int, int]


def weights(sign: str) -> tuple[str, str]:
    """Which ways a line goes light, and which heavy, by Unicode's own name of it: DOWN HEAVY AND RIGHT UP LIGHT."""
    found = {"LIGHT": "", "HEAVY": ""}
    weight = "LIGHT"
    if not "\u2500" <= sign <= "\u257f":
        return "", ""
    for words in (part.split() for part in unicodedata.name(sign).removeprefix("BOX DRAWINGS ").split(" AND ")):
        weight = next((word for word in words if word in found), weight)  # HEAVY UP AND RIGHT: it goes for both
        found[weight] += "".join(TURNS[word] for word in words if word in TURNS)
    return found["LIGHT"], found["HEAVY"]


WAYS |= {sign: "".join(weights(sign)) for found in HEAVY.values() for sign in found.values()}


def test_a_long_path_is_known_to_be_too_wide_before_it_is_laid_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Laying out a chain of 280 boxes whose inputs are used all along takes 20 seconds."""
    chain = "; ".join(["s0 = x*y", *(f"s{place} = s{place - 1}*x + y" for place in range(1, 140))])
    picture = pictured(chain, {"x": 1.0, "y": 0.5})
    monkeypatch.setattr(text, "laid_out", None)
    assert text.art(picture, None, colored=False) is None
    assert text.art(picture, 120, colored=False) is None


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
        while way in "lr" and cells.get((row, column)) in ("│", "┃") and (row, column) not in entries:
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


def test_the_signs_are_what_unicode_calls_them() -> None:
    for (ways, heavy), sign in SIGNS.items():
        if len(ways) > 1:  # a line that ends goes on to the border of its cell
            assert tuple(map(set, weights(sign))) == (ways - heavy, heavy), sign


@pytest.mark.parametrize("name", CIRCUITS)
def test_the_paths_that_are_marked_are_heavy_and_nothing_else(name: str) -> None:
    text, values = CIRCUITS[name]
    for variable in [box.sign for box in pictured(text, values).boxes if box.kind == "input"]:
        picture = pictured(text, values, highlight=variable)
        lines = art(picture, None, colored=False)
        if lines is None or picture.marked is None:
            continue
        plain = art(picture._replace(marked=None), None, colored=False)
        assert plain is not None
        assert ["".join(map(ways_of, line)) for line in lines] == ["".join(map(ways_of, line)) for line in plain]
        layout = laid_out(picture, METRICS)
        top = _top(layout)
        for wire, route in zip(picture.wires, layout.routes, strict=True):
            column, row = map(int, route[-1])
            before, sign = lines[row - top][column - 1 : column + 1]
            assert ("r" in weights(before)[1]) == (wire.source in picture.marked), (wire, before)
            assert sign == "(" or ("l" in weights(sign)[1]) == (wire.source in picture.marked), (wire, sign)
            assert wire.source not in picture.marked or wire.target in picture.marked
        for place, ((x, y), _) in enumerate(layout.stubs):
            assert (lines[int(y) - top][int(x + 0.5)] == "━") == (place in picture.marked)


def ways_of(sign: str) -> str:
    """A sign by the ways that it goes, whatever its weight."""
    return "".join(sorted(WAYS[sign])) if sign in WAYS else sign


def test_what_is_not_on_the_paths_is_dim_where_there_are_colours() -> None:
    picture = pictured("(x+y)*z", {"x": -2.0, "y": 5.0, "z": -4.0}, highlight="x")
    lines = art(picture, None, colored=True)
    assert lines is not None
    dim = {text.strip() for line in lines for text in re.findall("\x1b\\[2m(.*?)\x1b", line)}
    assert {"y", "5", "z", "-4", "3"} <= dim
    assert not any(sign in text for text in dim for sign in "x+*f━┃┏┓┗┛")
    plain = art(picture, None, colored=False)
    assert [re.sub("\x1b\\[[0-9;]*m", "", line) for line in lines] == plain


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
