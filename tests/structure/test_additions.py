"""What is added in one place is there everywhere: a format is one file, a command one file and one line."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from commandline import LONGEST, environment

import bpcalc
from bpcalc.cli.commands import COMMANDS
from bpcalc.show import VIEWS, form, forms

CALLS = {
    "grad": ["grad", "(x+y)*z", "x=-2", "y=5", "z=-4"],
    "jvp": ["jvp", "x*y", "x=2", "y=3", "--tangent", "x=1"],
    "jacobian": ["jacobian", "[x*y, x]", "x=2", "y=3"],
    "hessian": ["hessian", "x^2*y", "x=2", "y=3"],
    "diff": ["diff", "x^2*y"],
    "descend": ["descend", "(w - 3)^2", "w=0", "--steps", "3"],
    "check": ["check", "(x+y)*z", "x=-2", "y=5", "z=-4"],
    "gates": ["gates", "tanh"],
    "batch": ["batch", "x^2", "t.csv", "--reduce", "sum"],
}
YAML = """
from json import dumps

SHAPE = "document"


def write(document, style):
    if isinstance(document, list):
        return "\\n".join(f"- {dumps(one)}" for one in document)
    return "\\n".join(f"{name}: {dumps(part)}" for name, part in document.items())
"""
BARS = """
SHAPE = "rows"


def write(rows, style):
    return "\\n".join(map("|".join, rows))
"""
TOY = '''
from bpcalc.cli import inputs, options, results
from bpcalc.cli.declaring import command


@command()
@options.READS
@options.OF
@options.WIDTH
def toy(expression, words, **given):
    """How many values EXPRESSION has."""
    source, values = inputs.read(expression, words, given)
    results.write(f"{len(values)} values")
'''
# Runs command lines and prints what they do.
DRIVER = "import json, sys; from commandline import call; print(json.dumps(list(map(call, json.load(sys.stdin)))))"


def read(text: str) -> Any:
    """What the toy format wrote."""
    if text.startswith("- "):
        return [json.loads(line[2:]) for line in text.splitlines()]
    return {name: json.loads(part) for name, _, part in (line.partition(": ") for line in text.splitlines())}


class Scratch:
    """A copy of the package, to add to."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "t.csv").write_text("x\n1\n2\n", encoding="utf-8")
        shutil.copytree(Path(bpcalc.__file__).parent, folder / "bpcalc", ignore=shutil.ignore_patterns("__pycache__"))

    def add(self, path: str, text: str) -> None:
        place = self.folder / "bpcalc" / path
        assert not place.exists()
        place.write_text(text, encoding="utf-8")

    def run(self, code: str, stdin: str = "", **more: str) -> str:
        path = os.pathsep.join([str(self.folder), str(Path(__file__).parents[1])])
        done = subprocess.run(
            [sys.executable, "-c", code], input=stdin, env=environment() | {"PYTHONPATH": path} | more, cwd=self.folder,
            capture_output=True, text=True, check=True, timeout=LONGEST,
        )  # fmt: skip
        return done.stdout

    def call(self, lines: Sequence[Sequence[str]]) -> list[Any]:
        """For each command line its status, and what it wrote to the two streams."""
        found: list[Any] = json.loads(self.run(DRIVER, json.dumps(lines)))
        return found

    def complete(self, line: str) -> list[str]:
        """The words that are offered at a TAB."""
        more = {"_BPCALC_COMPLETE": "fish_complete", "_BPCALC_LINE": line}
        answer = self.run("from bpcalc.cli.main import run; run()", **more)
        return [offer.split("\t")[1] for offer in answer.splitlines()]


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Scratch:
    made = Scratch(tmp_path_factory.mktemp("scratch"))
    made.add("show/formats/yaml.py", YAML)
    made.add("show/formats/bars.py", BARS)
    made.add("cli/toy.py", TOY)
    commands = made.folder / "bpcalc" / "cli" / "commands.py"
    text = commands.read_text(encoding="utf-8")
    commands.write_text(text.replace('COMMANDS = ("grad", ', 'COMMANDS = ("toy", "grad", '), encoding="utf-8")
    return made


def test_a_format_is_one_file_for_every_command(scratch: Scratch) -> None:
    lines = [[*words, "-o", name] for words in CALLS.values() for name in ("yaml", "json")]
    found = scratch.call(lines)
    for (status, text, err), (_, standard, _) in zip(found[::2], found[1::2], strict=True):
        assert (status, err) == (0, "")
        assert read(text) == json.loads(standard)


def test_a_new_format_is_in_the_help_in_errors_and_in_completion(scratch: Scratch) -> None:
    helps = scratch.call([[command, "--help"] for command in CALLS])
    errors = scratch.call([[*words, "-o", "yml"] for words in CALLS.values()])
    unlike = scratch.call([[*words, "-o", "?"] for words in CALLS.values()])
    for (_, told, _), (status, _, close), (_, _, listed) in zip(helps, errors, unlike, strict=True):
        assert "|yaml]" in "".join(told.split())
        assert status == 2
        assert "did you mean yaml?" in close
        assert listed.endswith(", yaml\n")
    for command in CALLS:
        assert scratch.complete(f"bpcalc {command} -o y") == ["yaml"]


def test_a_new_format_of_documents_has_the_trace(scratch: Scratch) -> None:
    (grad, jvp), (wrong, other) = (
        scratch.call([[*CALLS[command], "--trace", "-o", name] for command in ("grad", "jvp")])
        for name in ("yaml", "plain")
    )
    assert all("steps" in read(text) for _, text, _ in (grad, jvp))
    assert wrong[2] == "error: a trace has the formats table, json, markdown and yaml\n"
    assert other[2] == "error: a trace has the formats table, json and yaml\n"


def test_a_format_of_rows_is_for_every_command(scratch: Scratch) -> None:
    found = dict(zip(CALLS, scratch.call([[*words, "-o", "bars"] for words in CALLS.values()]), strict=True))
    assert [command for command, (status, _, _) in found.items() if status != 0] == []
    assert found["jvp"][1].splitlines()[-1] == "f|output|multiply|x*y|6.0|3.0"


def test_a_command_is_one_file_and_one_line(scratch: Scratch) -> None:
    asked, told, group = scratch.call([["toy", "x*y", "x=1", "y=[1, 2]"], ["toy", "--help"], ["--help"]])
    assert asked == [0, "2 values\n", ""]
    assert "How many values EXPRESSION has." in told[1]
    assert "toy" in group[1]
    assert "toy" in scratch.complete("bpcalc t")


def test_a_mistake_in_a_format_is_not_taken_for_an_unknown_one(tmp_path: Path) -> None:
    broken = Scratch(tmp_path)
    broken.add("show/formats/broken.py", "import nothing_of_that_name\n")
    with pytest.raises(subprocess.CalledProcessError) as caught:
        broken.call([[*CALLS["grad"], "-o", "broken"]])
    assert "nothing_of_that_name" in caught.value.stderr


def test_every_command_with_formats_is_tried_here() -> None:
    others = {"completions", "man", "help", "quiz", "graph", "code"}  # words, a game, drawings, targets
    assert {*CALLS} == {*COMMANDS} - others


@pytest.mark.parametrize("view", VIEWS.values())
def test_a_view_offers_what_it_lists(view: str) -> None:
    listed = import_module(f"bpcalc.show.views.{view}").FORMATS
    assert [one.name for one in forms(view)][: len(listed)] == [*listed]


@pytest.mark.parametrize("name", ["", ".", "json.x", "__init__", "document", "rows", "find", "Json", "os", "json\0"])
def test_no_other_name_is_a_format(name: str) -> None:
    assert [view for view in VIEWS.values() if form(view, name)] == []
