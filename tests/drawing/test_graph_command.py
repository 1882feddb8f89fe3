"""`bpcalc graph` on the command line: what it draws unasked, files, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest
from commandline import call

PRODUCT = ["graph", "(x+y)*z", "x=-2", "y=5", "z=-4"]
DRAWN = """\
f = (x + y)*z = -12

   -2
x ─────╮
   -4  ╰─╮     3
    5    ├(+)───────╮    f  -12
y ───────╯    -4    ├(*)────────▶
   -4             ╭─╯       1
   -4             │
z ────────────────╯
    3
"""


def test_it_is_drawn_in_characters() -> None:
    assert call(PRODUCT) == (0, DRAWN, "")


def test_a_narrow_terminal_has_the_list_with_a_gutter() -> None:
    neuron = ["graph", "1/(1+exp(-(w*x+b)))", "w=2", "x=-1", "b=0.5"]
    status, out, err = call([*neuron, "--width", "40"])
    assert (status, err) == (0, "")
    rows = [line.split() for line in out.splitlines()[3:]]
    assert [row[: row.index(name) + 1] for row, name in zip(rows, ("w", "x", "n1", "b", "n2"), strict=False)] == [
        ["○", "w"], ["│", "○", "x"], ["●─╯", "n1"], ["│", "○", "b"], ["●─╯", "n2"],
    ]  # fmt: skip
    assert max(map(len, out.splitlines()[:-1])) <= 40


@pytest.mark.parametrize("words", [["graph", "(x+y)*z"], [*PRODUCT, "--no-values"]])
def test_without_values_it_is_the_structure(words: list[str]) -> None:
    status, out, err = call(words)
    assert (status, err) == (0, "")
    assert "(+)" in out
    assert "-" not in out.replace("─", "")


def test_symbols_are_on_the_wires() -> None:
    root = ElementTree.fromstring(call(["graph", "q = x*y; q*z", "--symbols", "-o", "svg"])[1])
    gradients = [one.text for one in root.iter("{http://www.w3.org/2000/svg}text") if one.get("class") == "gradient"]
    assert sorted(filter(None, gradients)) == ["1", "q", "z", "z*x", "z*y"]


def test_one_value_missing_is_an_error() -> None:
    status, out, err = call(["graph", "x*y", "x=1"])
    assert (status, out) == (2, "")
    assert 'the variable "y" has no value' in err


def test_files_are_written_by_their_endings(tmp_path: Path) -> None:
    names = ["a.svg", "a.dot", "a.mmd", "a.tex", "a.json", "a.txt"]
    status, out, err = call([*PRODUCT, *(word for name in names for word in ("--save", name))], folder=tmp_path)
    assert (status, out, err) == (0, "", "")
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(names)
    assert (tmp_path / "a.svg").read_text("utf-8").startswith("<svg ")
    assert json.loads((tmp_path / "a.json").read_text("utf-8"))["output"] == "f"
    assert (tmp_path / "a.txt").read_text("utf-8") == DRAWN


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("circuit.jpg", "has no ending of a drawing"),
        ("circuit", "has no ending of a drawing"),
        ("nowhere/circuit.svg", 'cannot write "nowhere/circuit.svg": no such file or directory'),
        (".", "has no ending of a drawing"),
    ],
)
def test_what_cannot_be_written_is_told_and_nothing_is_left(path: str, told: str, tmp_path: Path) -> None:
    status, out, err = call([*PRODUCT, "--save", path], folder=tmp_path)
    assert (status, out) == (2, "")
    assert told in err
    assert not [*tmp_path.iterdir()]


def test_an_unknown_ending_keeps_the_others_from_being_written(tmp_path: Path) -> None:
    assert call([*PRODUCT, "--save", "a.svg", "--save", "b.jpg"], folder=tmp_path).status == 2
    assert not [*tmp_path.iterdir()]


def test_a_file_that_stands_there_is_replaced_and_keeps_its_rights(tmp_path: Path) -> None:
    path = tmp_path / "a.svg"
    path.write_text("old", "utf-8")
    path.chmod(0o640)
    assert call([*PRODUCT, "--save", "a.svg"], folder=tmp_path).status == 0
    assert path.read_text("utf-8").startswith("<svg ")
    assert path.stat().st_mode & 0o777 == 0o640


def test_png_needs_its_extra_or_is_one(tmp_path: Path) -> None:
    status, _, err = call([*PRODUCT, "--save", "a.png"], folder=tmp_path)
    try:
        import resvg_py  # noqa: F401
    except ImportError:
        assert (status, err.splitlines()[1].strip()) == (2, "pip install 'bpcalc[png]', or save an .svg")
        assert not [*tmp_path.iterdir()]
    else:
        content = (tmp_path / "a.png").read_bytes()
        assert content[:8] == b"\x89PNG\r\n\x1a\n"
        assert len(content) > 8_000  # without a font nothing but lines would be left


def test_three_hundred_nodes_are_drawn_and_more_are_not() -> None:
    chain = "; ".join(["v0 = x*x", *(f"v{place} = sin(v{place - 1})" for place in range(1, 298))])
    assert call(["graph", f"{chain}; v297*x", "x=1", "-o", "json"]).status == 0
    status, out, err = call(["graph", f"{chain}; w = v297*x; w*x", "x=1"])
    assert (status, out) == (2, "")
    assert "a picture of 301 nodes is too large" in err
    assert "--of NAME" in err


def test_warnings_are_said_and_strict_counts_them() -> None:
    status, out, err = call(["graph", "abs(x)", "x=0", "--strict"])
    assert status == 1
    assert "(abs)" in out
    assert "has no derivative" in err


@pytest.mark.parametrize(
    "words",
    [["--highlight", "q"], ["--locals"], ["--constants"], ["--expand", "all"], ["--of", "q"], ["--wrt", "x"],
     ["--theme", "dark"], ["--convention", "all"], ["--upstream", "2"]],
)  # fmt: skip
@pytest.mark.parametrize("form", ["text", "svg", "dot", "mermaid", "tikz", "json"])
def test_every_option_goes_with_every_format(words: list[str], form: str) -> None:
    status, out, err = call(["graph", "q = sigmoid(2*x); q*y + max(q, y)", "x=1", "y=2", "-o", form, *words])
    assert (status, err) == (0, "")
    assert len(out) > 100


def test_what_is_not_on_the_path_is_faded() -> None:
    words = ["graph", "q = x*y; r = sin(z); q*r", "x=1", "y=2", "z=3", "-o", "svg", "--highlight", "q"]
    root = ElementTree.fromstring(call(words)[1])
    faded = {one.findtext("{*}text"): one.get("class") == "faded" for one in root.iter("{http://www.w3.org/2000/svg}g")}
    assert {sign for sign, one in faded.items() if one} == {"x", "y", "z", "sin"}
