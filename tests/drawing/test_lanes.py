"""The gutter: read back, it has the wires of the graph."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import pytest
from circuits import LECTURES, random_program
from commandline import call

from bpcalc.errors import Source
from bpcalc.reading.parser import parse
from bpcalc.reports.names import Names
from bpcalc.show.gutter import inputs_of
from bpcalc.show.lanes import in_few_lanes, lanes
from bpcalc.show.lines import HEAVY, LINES

PROGRAMS = {name: text for name, (text, _) in LECTURES.items()} | {
    f"random {seed}": random_program(seed, 3 + 4 * seed)[0] for seed in range(20)
}

LIGHT = {ord(sign): LINES[ways] for ways, found in HEAVY.items() for sign in found.values()} | {
    ord("◉"): "●", ord("◎"): "○", ord("━"): "─", ord("┃"): "│",
}  # fmt: skip


def read(nodes: Sequence[int], rows: Sequence[str]) -> dict[int, set[int]]:
    """Which nodes the gutter joins to each: the sources in the lanes that its row reaches."""
    holds: dict[int, int] = {}
    found: dict[int, set[int]] = {}
    for node, row in zip(nodes, rows, strict=True):
        own = next(place for place, sign in enumerate(row) if sign in "○●")
        reached: set[int] = set()
        for step in (-1, 1):
            place = own + step
            while 0 <= place < len(row) and row[place] in "─┼┴├┤╰╯│":
                lane = place // 2
                if row[place] in "┼┴├┤╰╯":
                    reached.add(holds[lane])
                if row[place] in "┴╰╯":
                    holds.pop(lane)
                ends = "├╰" if step < 0 else "┤╯"
                if row[place] in ends:
                    break
                place += step
        if own // 2 in holds:  # the value above ends here
            reached.add(holds[own // 2])
        holds[own // 2] = node
        found[node] = reached
    return found


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_gutter_has_the_wires_of_the_graph(name: str) -> None:
    program = parse(Source(PROGRAMS[name]), {})
    inputs = inputs_of(program, Names(program, program.output))
    nodes = in_few_lanes(program.output, inputs)
    rows = [lane.row for lane in lanes(nodes, inputs)]
    assert read(nodes, rows) == {node: {*inputs[node]} for node in nodes}


def test_a_lane_goes_on_beside_a_node_of_several_lines() -> None:
    inputs: Mapping[int, Sequence[int]] = {0: [], 1: [], 2: [0, 1]}
    assert [tuple(lane) for lane in lanes([0, 1, 2], inputs)] == [("○", "│"), ("│ ○", "│ │"), ("●─╯", "")]


@pytest.mark.parametrize("name", PROGRAMS)
def test_every_node_stands_behind_its_inputs(name: str) -> None:
    program = parse(Source(PROGRAMS[name]), {})
    inputs = inputs_of(program, Names(program, program.output))
    nodes = in_few_lanes(program.output, inputs)
    place = {node: at for at, node in enumerate(nodes)}
    assert all(place[source] < place[node] for node in nodes for source in inputs[node])


def test_a_full_tree_takes_as_many_lanes_as_it_is_deep() -> None:
    """Sethi and Ullman's number of registers: one more than the depth."""
    inputs: dict[int, list[int]] = {place: [] for place in range(32)}
    layer, fresh = list(range(32)), 32
    while len(layer) > 1:
        following = []
        for a, b in zip(layer[::2], layer[1::2], strict=True):
            inputs[fresh] = [a, b]
            following.append(fresh)
            fresh += 1
        layer = following
    rows = lanes(in_few_lanes(layer[0], inputs), inputs)
    assert max(len(lane.row) for lane in rows) == 2 * 6 - 1


def test_nothing_recurses() -> None:
    inputs = {0: [], **{node: [node - 1] for node in range(1, 5000)}}
    nodes = in_few_lanes(4999, inputs)
    assert nodes == list(range(5000))
    assert {lane.row for lane in lanes(nodes, inputs)} == {"○", "●"}


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_wires_on_marked_paths_are_heavy_and_nothing_else_is(name: str) -> None:
    program = parse(Source(PROGRAMS[name]), {})
    inputs = inputs_of(program, Names(program, program.output))
    nodes = in_few_lanes(program.output, inputs)
    plain = lanes(nodes, inputs)
    for start in nodes[:3]:
        marked = {start}
        for node in nodes:
            marked |= {node} if marked & {*inputs[node]} else set()
        drawn = lanes(nodes, inputs, marked)
        assert [row.translate(LIGHT) for lane in drawn for row in lane] == [row for lane in plain for row in lane]
        above: dict[int, int] = {}  # whose value came down each lane
        for node, lane in zip(nodes, drawn, strict=True):
            own = next(place for place, sign in enumerate(lane.row) if sign in "○●◉◎")
            assert (lane.row[own] in "◉◎") == (node in marked)
            beside = marked & {*inputs[node]} - {above.get(own)}  # type: ignore[arg-type]
            assert ("━" in lane.row) == bool(beside)
            above[own] = node
    everything = lanes(nodes, inputs, {*nodes})
    assert not {sign for lane in everything for row in lane for sign in row} & {*"○●│├┤┼┴╯╰"}


HIGHLIGHTED = ("graph", "q = x + y; p = q*z; p + sin(x)*q", "--highlight", "z")


@pytest.mark.parametrize(("width", "values"), [("28", []), ("40", ["x=1", "y=2", "z=3"])])
def test_marked_paths_are_seen_without_colour(width: str, values: list[str]) -> None:
    rows = call([*HIGHLIGHTED, *values, "--width", width]).out.splitlines()[3:]
    assert [row[:5].strip() for row in rows] == ["○", "│ ○", "├─●", "│ │ ◎", "│ ├─◉", "● │ ┃", "●─╯ ┃", "◉━━━┛"]


def test_where_there_is_no_room_for_wires_marked_names_have_a_sign() -> None:
    shown = call([*HIGHLIGHTED, "x=1", "y=2", "z=3", "--width", "20"]).out
    assert re.findall("▸ ([a-z]+)", shown) == ["z", "p", "f"]


def test_where_some_nodes_are_marked_the_others_are_dim() -> None:
    shown = call([*HIGHLIGHTED, "x=1", "y=2", "z=3", "--width", "40", "--color", "always"]).out
    dim = {name for name in ("x", "y", "q", "z", "p", "n1", "n2", "f") if f"\x1b[2m{name}\x1b[0m" in shown}
    assert dim == {"x", "y", "q", "n1", "n2"}
