"""The passes step by step: what is shown when, and the frames of it."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest
from circuits import LECTURES, random_program
from commandline import call

from bpcalc.drawing.draw import Wish, drawn
from bpcalc.drawing.moments import Moment
from bpcalc.drawing.picture import Picture
from bpcalc.errors import Source
from bpcalc.reading.bindings import Values
from bpcalc.reports.options import Options

CIRCUITS = LECTURES | {f"random {seed}": random_program(seed, 3 + seed) for seed in range(8)}
CIRCUIT = pytest.mark.parametrize("name", CIRCUITS)


def stepped(text: str, values: dict[str, float]) -> tuple[Picture, list[Moment]]:
    bound = Values()
    bound.update(values)
    drawing = drawn(Source(text), bound, Options(), Wish(stepped=True))
    picture = drawing.picture(3)
    return picture, drawing.moments(picture, 3)


@CIRCUIT
def test_a_value_is_there_once_its_inputs_are(name: str) -> None:
    picture, found = stepped(*CIRCUITS[name])
    for before, after in pairwise(found):
        fresh = after.values - before.values
        assert before.values <= after.values
        assert all(wire.source in before.values for wire in picture.wires if wire.target in fresh)
    assert found[-1].values == {*range(len(picture.boxes))}


@CIRCUIT
def test_a_gradient_is_there_once_that_of_the_gate_behind_is(name: str) -> None:
    picture, found = stepped(*CIRCUITS[name])
    for before, after in pairwise(found[:-1]):
        assert before.gradients <= after.gradients
        for box in after.gradients - before.gradients:
            carrying = {wire.target for wire in picture.wires if wire.source == box and wire.state != "still"}
            assert carrying <= after.gradients
    reached = {place for place, box in enumerate(picture.boxes) if box.gradient}
    assert found[-1].gradients >= reached


@CIRCUIT
def test_every_gate_has_its_steps_forward_and_back(name: str) -> None:
    picture, found = stepped(*CIRCUITS[name])
    gates = [place for place, box in enumerate(picture.boxes) if box.kind == "gate"]
    assert [moment.active for moment in found if moment.phase == "forward"] == gates
    back = [moment.active for moment in found if moment.phase == "backward" and moment.fed]
    assert back == sorted(back, reverse=True)


def test_frames_have_everything_at_the_same_place(tmp_path: Path) -> None:
    words = ["graph", "q = x+y; q*x + max(q, z)", "x=1", "y=2", "z=3.5", "--frames", "steps"]
    assert call(words, folder=tmp_path) == (0, "", "")
    pages = [ElementTree.fromstring(path.read_text("utf-8")) for path in sorted((tmp_path / "steps").iterdir())]
    assert len(pages) == 13
    assert [path.name for path in sorted((tmp_path / "steps").iterdir())] == [f"{n:02}.svg" for n in range(1, 14)]
    places = ("d", "cx", "cy", "r", "x", "y", "viewBox")
    drawn = [
        {tuple(one.get(key) for key in places) for one in page.iter() if one.get("class") != "foot"} for page in pages
    ]
    assert all(before <= after for before, after in pairwise(drawn))
    counts = list(map(len, drawn))
    # the values of two gates (the names of the others are there from the start), seven gradients, four branches
    assert counts[-1] - counts[0] == 2 + 7 + 4


def test_frames_need_values(tmp_path: Path) -> None:
    status, out, err = call(["graph", "x*y", "--frames", "steps"], folder=tmp_path)
    assert (status, out) == (2, "")
    assert "there are no steps without values" in err
    assert not [*tmp_path.iterdir()]


@pytest.mark.parametrize("text", ["stop_gradient(x)*3", "x*stop_gradient(x) + 1", "f(a) = a^2; f(3)*x", "2 + 3", "0*x"])
def test_what_hands_nothing_back_has_no_step_and_the_end_has_all(text: str) -> None:
    picture, found = stepped(text, {"x": 2.0})
    assert all(moment.fed for moment in found if moment.phase == "backward" and moment.lines and len(moment.lines) > 1)
    assert found[-1].phase == "end"
    assert found[-1].values == {*range(len(picture.boxes))}
    assert found[-1].gradients >= {place for place, box in enumerate(picture.boxes) if box.gradient}
