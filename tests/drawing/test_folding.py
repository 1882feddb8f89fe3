"""Functions of the program, and statements of a large one, as single boxes."""

from __future__ import annotations

import math
from typing import Any

import pytest
from circuits import pictured
from commandline import call

from bpcalc.drawing.draw import Drawing, Wish, drawn
from bpcalc.drawing.picture import Picture
from bpcalc.errors import Source
from bpcalc.reading.bindings import Values
from bpcalc.reports.options import Options

SWISH = "swish(t) = t*sigmoid(t); "
LAYER = SWISH + "layer(a, b) = swish(w*a + b); "
PROGRAMS = {
    "one": (SWISH + "swish(x)*y", {"x": 1.0, "y": 2.0}),
    "nested": (LAYER + "h = layer(x, c); layer(h, d)*h", {"x": 1.0, "c": 2.0, "d": -1.0, "w": 0.5}),
    "in each other": (SWISH + "swish(swish(x) + swish(y))", {"x": 1.0, "y": -0.5}),
    "the same twice": ("f(a, b) = a*b + sin(a); f(x, x) + f(x, y)", {"x": 1.5, "y": 2.0}),
    "a part used outside": ("f(a) = exp(a)*a; f(x) + exp(x)", {"x": 0.5}),
    "a number": ("f(a, b) = a^b + b; f(x, 3)*f(2, x)", {"x": 0.5}),
    "unused": ("f(a, b) = a*2; f(x, y) + y", {"x": 0.5, "y": 2.0}),
    "itself": ("f(a) = a; f(x)*f(y)", {"x": 0.5, "y": 2.0}),
    "routed": ("f(a, b) = max(a, b)*a; f(x, y) + f(y, x)", {"x": 0.5, "y": 2.0}),
}  # fmt: skip


def drawing(text: str, values: dict[str, Any], **wish: Any) -> Drawing:
    bound = Values()
    bound.update(values)
    return drawn(Source(text), bound, Options(), Wish(**wish))


def signs(picture: Picture) -> list[str]:
    return [box.sign for box in picture.boxes if box.kind == "gate"]


def number(lines: tuple[str, ...]) -> float:
    return float(lines[0])


@pytest.mark.parametrize("opened", [(), ("all",)])
@pytest.mark.parametrize("name", PROGRAMS)
def test_the_gradients_of_the_branches_add_up(name: str, opened: tuple[str, ...]) -> None:
    picture = drawing(*PROGRAMS[name], opened=opened).picture(None)
    for place, box in enumerate(picture.boxes):
        branches = [number(wire.gradient) for wire in picture.wires if wire.source == place and wire.gradient]
        if branches and box.gradient:
            assert sum(branches) == pytest.approx(number(box.gradient), rel=1e-12)


@pytest.mark.parametrize("name", PROGRAMS)
def test_what_is_outside_is_as_it_was(name: str) -> None:
    folded, opened = (drawing(*PROGRAMS[name], opened=one).picture(None) for one in ((), ("all",)))
    open_boxes = {box.node: (box.value, box.gradient) for box in opened.boxes if box.label}
    for box in folded.boxes:
        if box.label:
            assert open_boxes[box.node] == (box.value, box.gradient)
    assert len(folded.boxes) <= len(opened.boxes)


def test_a_function_is_one_box() -> None:
    """swish(1) = σ(1) = 0.7311; its slope there is σ(1) + σ(1)(1 - σ(1)) = 0.9277."""
    picture = drawing(*PROGRAMS["one"]).picture(None)
    assert signs(picture) == ["swish", "*"]
    s = 1 / (1 + math.exp(-1))
    box = next(box for box in picture.boxes if box.sign == "swish")
    x = next(box for box in picture.boxes if box.sign == "x")
    assert number(box.value) == pytest.approx(s)
    assert number(x.gradient) == pytest.approx(2 * (s + s * (1 - s)))
    assert box.expression == "swish(x)"


def test_the_outermost_call_is_the_box_and_expand_opens_it() -> None:
    text, values = PROGRAMS["nested"]
    words = ["graph", text, *(f"{name}={value}" for name, value in values.items())]
    for more, count, inner in (
        ([], 2, 0), (["--expand", "layer"], 0, 2), (["--expand", "swish"], 2, 0), (["--expand", "all"], 0, 0),
    ):  # fmt: skip
        status, out, err = call([*words, *more])
        assert (status, err) == (0, "")
        assert out.count("(layer)") == count
        assert out.count("(σ)") == inner
    status, _, err = call([*words, "--expand", "nobody"])
    assert status == 2
    assert 'no gate is called "nobody"' in err


def test_a_part_that_is_used_outside_has_its_own_box() -> None:
    assert sorted(signs(drawing(*PROGRAMS["a part used outside"]).picture(3))) == ["+", "exp", "f"]


def test_without_values_functions_are_boxes_too() -> None:
    assert signs(pictured(PROGRAMS["one"][0], {})) == ["swish", "*"]


def test_step_by_step_everything_is_open() -> None:
    assert "swish" not in signs(drawing(*PROGRAMS["one"], stepped=True).picture(3))


def test_a_large_program_is_folded_along_its_statements() -> None:
    lines = ["h0 = x"]
    for layer in range(25):
        part = " + ".join(f"tanh({k}*h{layer} + b)" for k in range(1, 6))
        lines.append(f"h{layer + 1} = ({part})/5")
    text = "; ".join([*lines, "h25*x"])
    picture = drawing(text, {"x": 0.3, "b": 0.1}).picture(None)
    gates = [box for box in picture.boxes if box.kind == "gate"]
    assert [box.label for box in gates] == [*(f"h{layer}" for layer in range(1, 26)), "f"]
    assert gates[0].sign.startswith("(tanh(")
    b = next(place for place, box in enumerate(picture.boxes) if box.sign == "b")
    branches = [number(wire.gradient) for wire in picture.wires if wire.source == b]
    assert len(branches) == 25
    assert sum(branches) == pytest.approx(number(picture.boxes[b].gradient))


def test_what_is_marked_within_a_box_marks_the_box() -> None:
    text = "f(a) = sin(a)*a; f(x)*y"
    status, out, _ = call(["graph", text, "x=1", "y=2", "--highlight", "n1", "-o", "svg"])
    assert status == 0
    assert out.count('class="faded"') == 2  # x and y
