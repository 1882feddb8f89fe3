"""Every writer: what other programs accept, what stands in it, and nothing that a name could break."""

from __future__ import annotations

import json
import math
import re
import shutil
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from circuits import LECTURES, pictured, random_program
from commandline import call

from bpcalc.drawing.dot import dot
from bpcalc.drawing.json import document
from bpcalc.drawing.mermaid import mermaid
from bpcalc.drawing.picture import Picture
from bpcalc.drawing.svg import DARK, LIGHT, svg
from bpcalc.drawing.tikz import tikz

HOSTILE = {
    "end": ("end = graph*digraph + node; subgraph_ = end*edge; class_ = subgraph_ < end; class_*end + style",
            dict.fromkeys(("graph", "digraph", "node", "edge", "style"), 2.0)),
    "signs": ("where(a < b, a, b)*where(a >= b, a, -1e-300) + α_1*β", {"a": 1.0, "b": 2.0, "α_1": 3.0, "β": 4.0}),
    "wide": ("变量*值 + naïve_Ω", {"变量": 1.5, "值": -2.0, "naïve_Ω": 1.0}),
    "infinite": ("log(x) + 1/x + 0*y", {"x": 0.0, "y": float("nan")}),
}  # fmt: skip
CIRCUITS = LECTURES | HOSTILE | {f"random {seed}": random_program(seed, 12) for seed in range(3)}
CIRCUIT = pytest.mark.parametrize("name", CIRCUITS)
SVG = "{http://www.w3.org/2000/svg}"


def texts(picture: Picture) -> list[str]:
    """All that a picture says on its wires and in its boxes."""
    said = [box.sign for box in picture.boxes]
    said += [line for box in picture.boxes for line in (*box.value, *box.gradient)]
    uses = [wire.source for wire in picture.wires]
    return said + [line for wire in picture.wires if uses.count(wire.source) > 1 for line in wire.gradient]


@CIRCUIT
def test_svg_says_it_all(name: str) -> None:
    picture = pictured(*CIRCUITS[name])
    root = ElementTree.fromstring(svg(picture))
    found = ["".join(one.itertext()) for one in root.iter(f"{SVG}text")]
    for said in texts(picture):
        assert any(said in one for one in found)
    assert root.find(f"{SVG}title") is not None
    assert root.find(f"{SVG}title").text == picture.heading  # type: ignore[union-attr]
    assert root.find(f"{SVG}desc").text == picture.summary  # type: ignore[union-attr]
    assert len(root.findall(f".//{SVG}path[@data-wire]")) == len(picture.wires)
    assert len(root.findall(f".//{SVG}g[@data-box]")) == len(picture.boxes)


def test_svg_is_of_the_theme_that_is_asked_for() -> None:
    picture = pictured(*LECTURES["product"])
    auto, light, dark = (svg(picture, theme) for theme in ("auto", "light", "dark"))
    assert "prefers-color-scheme:dark" in auto
    assert all(colour in auto for colour in (*LIGHT, *DARK))
    assert "prefers-color-scheme" not in light + dark
    assert DARK[0] not in light
    assert LIGHT[0] not in dark


@pytest.mark.parametrize("colours", [LIGHT, DARK])
def test_every_colour_can_be_read_on_its_paper(colours: tuple[str, ...]) -> None:
    """The contrast of WCAG 2.2, 1.4.3: at least 4.5 for text."""

    def luminance(colour: str) -> float:
        parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    paper, *others = map(luminance, colours)
    for other in others:
        assert (max(paper, other) + 0.05) / (min(paper, other) + 0.05) >= 4.5


def test_a_wire_tells_what_it_hands_on_without_colour() -> None:
    root = ElementTree.fromstring(svg(pictured("max(x, y)*stop_gradient(x)", {"x": 3.0, "y": 2.0})))
    styles = [one.get("class") for one in root.iter(f"{SVG}path") if one.get("data-wire")]
    assert {"wire", "wire zero", "wire still"} == {*styles}


@pytest.mark.skipif(shutil.which("dot") is None, reason="Graphviz is not installed")
@CIRCUIT
def test_graphviz_draws_it(name: str) -> None:
    picture = pictured(*CIRCUITS[name])
    drawn = subprocess.run(["dot", "-Tsvg"], input=dot(picture).encode(), capture_output=True, check=True)
    assert drawn.stderr == b""
    said = " ".join(one.text or "" for one in ElementTree.fromstring(drawn.stdout).iter(f"{SVG}text"))
    assert all(sign in said for sign in (box.sign for box in picture.boxes))


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="pdflatex is not installed")
@pytest.mark.parametrize("name", ["neuron", "copies", "signs"])
def test_pdflatex_makes_a_page_of_it(name: str, tmp_path: Path) -> None:
    if not _has("standalone.cls", "tikz.sty"):
        pytest.skip("TikZ or the class standalone is not installed")
    (tmp_path / "circuit.tex").write_text(tikz(pictured(*CIRCUITS[name])), encoding="utf-8")
    made = subprocess.run(
        ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "circuit.tex"], cwd=tmp_path, capture_output=True,
        check=False,
    )  # fmt: skip
    assert made.returncode == 0, made.stdout.decode(errors="replace")[-2000:]
    assert (tmp_path / "circuit.pdf").stat().st_size > 5000


def _has(*files: str) -> bool:
    found = subprocess.run(["kpsewhich", *files], capture_output=True, text=True, check=False)
    return len(found.stdout.split()) == len(files)


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="pdflatex is not installed")
def test_pdflatex_makes_a_slide_of_each_step(tmp_path: Path) -> None:
    if not _has("beamer.cls", "tikz.sty"):
        pytest.skip("TikZ or the class beamer is not installed")
    words = ["graph", "q_1 = x+y; q_1*x + max(q_1, z) < 3", "x=1", "y=2", "z=3.5", "-q", "--locals"]
    assert call([*words, "--frames", "f.tex"], folder=tmp_path) == (0, "", "")
    made = subprocess.run(
        ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "f.tex"], cwd=tmp_path, capture_output=True,
        check=False,
    )  # fmt: skip
    assert made.returncode == 0, made.stdout.decode(errors="replace")[-2000:]
    text = (tmp_path / "f.tex").read_text("utf-8")
    assert f"({text.count(chr(92) + 'only<')} pages" in made.stdout.decode(errors="replace")


def test_slides_have_what_arrives_from_its_step_on(tmp_path: Path) -> None:
    """(x + y)z at -2, 5, -4: seven steps; the value 3 comes with the second, the gradient of z with the fifth."""
    words = ["graph", "q = x+y; q*z", "x=-2", "y=5", "z=-4", "--frames", "f.tex"]
    assert call(words, folder=tmp_path) == (0, "", "")
    text = (tmp_path / "f.tex").read_text("utf-8")
    assert text.isascii()
    assert text.count("\\only<") == 7
    assert re.search(r"\\onslide<2->\{\\node\[value\] at \S+ \{\\phantom\{\\textbf\{q\}\}\\enspace 3\};\}", text)
    assert re.search(r"\\onslide<5->\{\\node\[gradient\] at \S+ \{3\};\}", text)
    assert re.search(r"\\onslide<2,6>\{\\node\[gate, line width=2pt, circle", text)


@CIRCUIT
def test_tikz_has_balanced_braces_and_ascii_only(name: str) -> None:
    text = tikz(pictured(*CIRCUITS[name]))
    assert text.isascii()
    bare = re.sub(r"\\[{}]", "", text)
    assert bare.count("{") == bare.count("}")


@CIRCUIT
def test_mermaid_has_nothing_that_means_something_there(name: str) -> None:
    lines = mermaid(pictured(*CIRCUITS[name])).splitlines()
    assert lines[0] == "flowchart LR"
    label = r'"(?:[^"#<>\[\](){}|;`\\]|#\d+;|<br/>)*"'
    frames = rf"(?:\[{label}\]|\(\({label}\)\)|\(\[{label}\]\))"
    for line in lines[1:]:
        assert re.fullmatch(rf"    (?:[bo]\d+{frames}|[bo]\d+ (?:-->|-\.->)(?:\|{label}\|)? [bo]\d+)", line), line


@CIRCUIT
def test_json_has_every_box_and_wire_with_its_place(name: str) -> None:
    picture = pictured(*CIRCUITS[name])
    found = json.loads(json.dumps(document(picture, None, {}), allow_nan=False))
    assert len(found["nodes"]) == len(picture.boxes)
    assert [(one["source"], one["target"], one["input"]) for one in found["wires"]] == [
        (wire.source, wire.target, wire.input) for wire in picture.wires
    ]
    for one in found["nodes"]:
        assert 0 <= one["x"] <= found["width"]
        assert 0 <= one["y"] <= found["height"]


def test_json_has_the_numbers_themselves() -> None:
    """Not as they are written beside the wires. d(sigmoid(x)*(A0 + 2*A1))/dx at x = 0.3 is (1 - s)*s*5."""
    found = json.loads(call(["graph", "sigmoid(x)*A", "x=0.3", "A=[1,2]", "--upstream", "[1,2]", "-o", "json"]).out)
    s = 1 / (1 + math.exp(-0.3))
    nodes = {one["name"]: (one["value"], one["gradient"]) for one in found["nodes"]}
    assert nodes["x"] == (0.3, pytest.approx((1 - s) * s * 5, rel=1e-15))
    assert nodes["f"] == ([pytest.approx(s), pytest.approx(2 * s)], [1, 2])
    assert [(one["gradient"], one["local"]) for one in found["wires"]] == [
        (pytest.approx((1 - s) * s * 5), pytest.approx((1 - s) * s)),
        (pytest.approx(5), [1, 2]), ([pytest.approx(s), pytest.approx(2 * s)], pytest.approx(s)),
    ]  # fmt: skip
    alone = json.loads(call(["graph", "x*y", "-o", "json"]).out)
    assert {one["value"] for one in alone["nodes"]} == {None}


def test_a_picture_has_the_lectures_numbers() -> None:
    """CS231n, backpropagation: (x + y)z at -2, 5, -4, and the neuron at 2, -1, -3, -2, -3."""
    product = {box.label: (box.value, box.gradient) for box in pictured(*LECTURES["product"]).boxes}
    assert product == {
        "x": (("-2",), ("-4",)), "y": (("5",), ("-4",)), "z": (("-4",), ("3",)), "n1": (("3",), ("-4",)),
        "f": (("-12",), ("1",)),
    }  # fmt: skip
    neuron = pictured(*LECTURES["neuron"])
    found = [(box.sign, *box.value, *box.gradient) for box in neuron.boxes if box.kind == "gate"]
    assert found == [
        ("*", "-2", "0.197"), ("*", "6", "0.197"), ("+", "4", "0.197"), ("+", "1", "0.197"), ("-x", "-1", "-0.197"),
        ("exp", "0.368", "-0.534"), ("+1", "1.37", "-0.534"), ("1/x", "0.731", "1"),
    ]  # fmt: skip


def test_branches_have_their_own_gradients() -> None:
    """q = x + y; q*x + max(q, z) at 1, 2, 3: ∂f/∂x is q + x through the product's two inputs, and 1/2 of the tie."""
    picture = pictured(*LECTURES["copies"])
    names = [box.label for box in picture.boxes]
    branches = {
        (names[wire.source], picture.boxes[wire.target].sign, wire.place): wire.gradient for wire in picture.wires
    }
    assert branches["x", "*", 1] == ("3",)
    assert branches["x", "+", 0] == ("1.5",)
    assert branches["q", "*", 0] == ("1",)
    assert branches["q", "max", 0] == ("0.5",)


def test_local_gradients_are_those_of_the_gates() -> None:
    """(x + y)z at -2, 5, -4: an add gate has 1 and 1, a product the other input. max routes: 1 and 0."""
    picture = pictured("q = x + y; q*z + max(x, z)", {"x": -2.0, "y": 5.0, "z": -4.0}, locals=True)
    found = [(picture.boxes[wire.target].sign, *wire.local) for wire in picture.wires]
    assert found == [
        ("+", "×1"), ("+", "×1"), ("*", "×-4"), ("*", "×3"), ("max", "×1"), ("max", "×0"), ("+", "×1"), ("+", "×1"),
    ]  # fmt: skip
    drawing = json.loads(call(["graph", "q = x + y; q*z + max(x, z)", "x=-2", "y=5", "z=-4", "-o", "json"]).out)
    assert [f"×{one['local']:g}" for one in drawing["wires"]] == [text for _, text in found]
    root = ElementTree.fromstring(svg(picture))
    assert sorted(one.text or "" for one in root.iter(f"{SVG}text") if one.get("class") == "local") == sorted(
        text for _, text in found
    )
    for writer, times in ((tikz, r"\ensuremath{\times}3"), (dot, "×3"), (mermaid, "×3")):
        assert times in writer(picture)


def test_where_entries_mix_no_local_gradient_is_written() -> None:
    values = {"A": np.array([[1.0, 2.0], [3.0, 4.0]]), "x": np.array([1.0, -1.0])}
    picture = pictured("sum(A@x + 2*x)", values, locals=True)
    found = {(picture.boxes[wire.target].sign, wire.local) for wire in picture.wires}
    assert ("@", ()) in found
    assert ("*2", ("×2",)) in found


def test_three_digits_unless_others_are_asked_for() -> None:
    words = ["graph", "1/x", "x=7", "-o", "svg"]
    assert ">  0.143<" in call(words)[1]
    assert ">  0.142857<" in call([*words, "--precision", "6"])[1]
    assert call(["graph", "1/x", "x=7"])[1].startswith("f = 1/x ≈ 0.143\n")


def test_without_values_there_are_no_local_gradients() -> None:
    status, out, err = call(["graph", "x*y", "--locals"])
    assert (status, out) == (2, "")
    assert "no local gradients without values" in err


def test_what_is_too_large_for_tex_is_told(tmp_path: Path) -> None:
    program = "; ".join(f"a{place} = {f'a{place - 1}' if place else 'x'}*w + sin(w)" for place in range(140))
    found = call(["graph", program, "x=1", "w=2", "--save", "wide.tex", "-q"], folder=tmp_path)
    assert (found.status, found.out) == (2, "")
    assert "TeX has lengths of 16,383 at most" in found.err
    assert not [*tmp_path.iterdir()]
