"""`bpcalc check --save`: the circuit with the first wrong claim marked, the claim beside the truth."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path
from xml.etree import ElementTree

import pytest
from commandline import call

SVG = "{http://www.w3.org/2000/svg}"
PRODUCT = ["check", "q = x+y; q*z", "x=-2", "y=5", "z=-4"]
NEURON = ["check", "s = w*x + b; sigmoid(s)", "w=2", "x=-1", "b=0.5"]
SHARED = ["check", "q = x+y; q*z*q", "x=2", "y=5", "z=-4"]


def saved(words: list[str], folder: Path) -> ElementTree.Element:
    status, out, err = call([*words, "--save", "wrong.svg"], folder=folder)
    assert (status in (0, 1), err) == (True, "")
    assert "points" in out
    return ElementTree.fromstring((folder / "wrong.svg").read_text("utf-8"))


def marked(root: ElementTree.Element) -> list[str]:
    """The names of the attributes that say which wires are marked."""
    return [
        f"{kind}{one.get(f'data-{kind}')}" for one in root.iter(f"{SVG}path") for kind in ("stub", "wire")
        if "wrong" in (one.get("class") or "").split() and one.get(f"data-{kind}")
    ]  # fmt: skip


def texts(root: ElementTree.Element, box: str) -> list[str]:
    """What stands below the wire of a box: the one whose sign or name it is."""
    place = next(
        one.get("data-box") for one in root.iter(f"{SVG}g") if one.findtext(f"{SVG}text") == box
    )
    return [one.text or "" for one in root.iter(f"{SVG}text")
            if one.get("data-of") == place and one.get("class") in ("gradient", "claimed")]  # fmt: skip


@pytest.mark.parametrize(
    ("words", "box", "told"),
    [
        ([*PRODUCT, "--claim", "x=4"], "x", ["right -4", "claimed 4"]),
        ([*PRODUCT, "--claim", "q=z", "--claim", "z=q*x"], "z", ["right 3", "claimed q*x: -6"]),
        ([*NEURON, "--claim", "x=7", "--claim", "s=1 - sigmoid(s)"], "+",
         ["right 0.149146", "claimed 1 - sigmoid(s): 0.817574"]),
        ([*PRODUCT, "--claim", "f=2"], "*", ["right 1", "claimed 2"]),
        ([*SHARED, "--claim", "q=z*q"], "+", ["right -56", "claimed z*q: -28"]),
        # y*y is 4 here, and so is 2*y, which is right
        (["check", "y^2", "y=2", "--claim", "y=y*y"], "y", ["right 4", "claimed y*y: 4"]),
        (["check", "sum(v*v)", "v=[1,2]", "--claim", "v=[1,2]"], "v", ["right [2  4]", "claimed [1  2]"]),
        (["check", "sum(v*v)", "v=[1,2]", "--claim", "v=v"], "v", ["right [2  4]", "claimed v: [1  2]"]),
        (["check", "x/3", "x=1", "--claim", "x=0.33333334"], "x", ["right 0.333333333", "claimed 0.33333334"]),
    ],
)  # fmt: skip
def test_the_claim_stands_beside_the_truth(words: list[str], box: str, told: list[str], tmp_path: Path) -> None:
    root = saved(words, tmp_path)
    assert texts(root, box) == told
    claimed = [one.text for one in root.iter(f"{SVG}text") if one.get("class") == "claimed"]
    assert claimed == told[1:]
    place = next(one.get("data-box") for one in root.iter(f"{SVG}g") if one.findtext(f"{SVG}text") == box)
    assert marked(root)[0] == f"stub{place}"
    assert "claimed to be" in (root.findtext(f"{SVG}desc") or "")


def test_of_a_wire_that_branches_the_sum_is_marked_alone(tmp_path: Path) -> None:
    root = saved([*SHARED, "--claim", "q=z*q"], tmp_path)
    assert len(marked(root)) == 1
    assert len(marked(saved([*NEURON, "--claim", "s=1"], tmp_path))) == 2


def test_the_claim_nearest_to_the_output_is_the_first(tmp_path: Path) -> None:
    claims = ["--claim", "x=9", "--claim", "q=8", "--claim", "z=3"]
    assert texts(saved([*PRODUCT, *claims], tmp_path), "+") == ["right -4", "claimed 8"]


@pytest.mark.parametrize("claims", [["x=-4"], ["q=z", "y=z"]])
def test_nothing_is_marked_where_nothing_is_wrong(claims: list[str], tmp_path: Path) -> None:
    root = saved([*PRODUCT, *(word for claim in claims for word in ("--claim", claim))], tmp_path)
    assert marked(root) == []
    assert "claimed" not in " ".join(root.itertext()).partition("}")[2].replace(".claimed", "")


@pytest.mark.parametrize("words", [
    [*PRODUCT, "--claim", "x=4"], [*NEURON, "--claim", "s=1 - sigmoid(s)"], [*SHARED, "--claim", "q=z*q"],
    ["check", "sum(W@v)", "W=[[1,2],[3,4]]", "v=[1,2]", "--claim", "W=[[1,1],[1,1]]"],
])  # fmt: skip
def test_no_text_lies_on_another(words: list[str], tmp_path: Path) -> None:
    from bpcalc.drawing.text_widths import width

    places = []
    for one in saved(words, tmp_path).iter(f"{SVG}text"):
        size = 15 if "sign" in (one.get("class") or "") else 13
        if one.get("class") != "foot":
            wide = width("".join(one.itertext()), size) / 2
            x, y = float(one.get("x", "nan")), float(one.get("y", "nan"))
            places.append((x - wide, y - 0.7 * size, x + wide, y))
    for a, b in combinations(places, 2):
        assert a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1], (a, b)


def test_in_characters_the_wire_is_heavy(tmp_path: Path) -> None:
    call([*PRODUCT, "--claim", "q=4", "--save", "wrong.txt"], folder=tmp_path)
    text = (tmp_path / "wrong.txt").read_text("utf-8")
    (heavy,) = (line for line in text.splitlines() if "━" in line)
    assert "(+)━" in heavy
    assert "right -4" in text
    assert "claimed 4" in text


def test_tex_has_both_and_a_thick_wire(tmp_path: Path) -> None:
    call([*PRODUCT, "--claim", "q=4", "--save", "wrong.tex"], folder=tmp_path)
    text = (tmp_path / "wrong.tex").read_text("utf-8")
    assert "claimed 4" in text
    assert text.count("line width=2.4pt") == 2  # the wire behind the gate, and on to the next


SHEET = """
[[exercise]]
title = "alike"
program = "a*b"
values = {a = 2, b = 3}
claims = {a = "b", b = "a"}
[[exercise]]
title = "alike"
program = "u + sin(v)"
values = {u = 1, v = 2}
claims = {u = 1, v = "%s"}
[[exercise]]
program = "exp(k)"
values = {k = 2}
claims = {k = "k"}
"""


@pytest.mark.parametrize(("form", "drawn"), [("-cos(v)", "u + sin(v)"), ("cos(v)", "exp(k)")])
def test_of_a_sheet_the_first_exercise_with_a_wrong_claim_is_drawn(form: str, drawn: str, tmp_path: Path) -> None:
    (tmp_path / "sheet.toml").write_text(SHEET % form, "utf-8")
    assert call(["check", "--claims", "sheet.toml", "--save", "wrong.svg", "-q"], folder=tmp_path).status == 1
    text = (tmp_path / "wrong.svg").read_text("utf-8")
    assert f">{drawn}</title>" in text
    assert text.count("claimed ") == 2  # on the wire, and in the words
    assert "wrong" in text


def test_a_sheet_without_a_wrong_claim_is_drawn_without_a_mark(tmp_path: Path) -> None:
    (tmp_path / "sheet.toml").write_text(SHEET[: SHEET.index("[[exercise]]", 20)], "utf-8")
    assert call(["check", "--claims", "sheet.toml", "--save", "right.svg", "-q"], folder=tmp_path).status == 0
    text = (tmp_path / "right.svg").read_text("utf-8")
    assert ">a*b</title>" in text
    assert "claimed" not in text


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ([*PRODUCT, "--save", "a.svg"], "claim a gradient"),
        ([*PRODUCT, "--claim", "x=4", "--save", "a.svg", "--save", "a.html"], "the endings are .svg .png .tex .txt"),
        ([*PRODUCT, "--claim", "x=4", "--save", "none/a.svg"], "cannot write"),
        (["check", "--claims", "sheet.toml", "--save", "a.svg"], "sheet.toml"),
    ],
)
def test_what_cannot_be_drawn_is_told_and_nothing_is_left(words: list[str], told: str, tmp_path: Path) -> None:
    status, out, err = call(words, folder=tmp_path)
    assert (status, out) == (2, "")
    assert told in err
    assert not [*tmp_path.iterdir()]
