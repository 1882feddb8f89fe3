"""Two ways read a command line, `plain` and click, from what is declared once: they read the same, and what is unusual
or wrong is left to click."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import redirect_stdout
from io import StringIO
from typing import Any

import click
import pytest
from commandline import call

from bpcalc.cli import plain
from bpcalc.cli.clicked import Command
from bpcalc.cli.commands import COMMANDS, declared
from bpcalc.cli.declaring import Declared, Option
from bpcalc.errors import BpcalcError
from bpcalc.reports.warning import KINDS, Warning
from bpcalc.show import Form

SETTINGS: dict[str, Any] = {"help_option_names": ["-h", "--help"]}
CALCULATING = tuple(name for name in COMMANDS if name not in ("help", "man"))  # these two speak click's own language
WARNINGS = [Warning(kind, "x", None, "") for kind in KINDS]
# What people type for expressions, values and option's values, and what is like an option and is none.
WORDS = [
    "x^2", "(x+y)*z", "x=2", "y=-5", "x=1e3", "x:2,3", "A:m,n", "-x^2", "-t*2", "-ojson", "-o", "-q", "-qq", "-qo",
    "--", "-", "", " ", "json", "table", "plain", "3", "-3", "full", "17", "0", "x", "x,y", "q.grad", "value", "kink",
    "x[0,1]", "sigmoid", "all", "%.3f", "%d%d", "torch", "rows", "always", "never", "loss_", "x=[1, 2]", "--nothing",
    "--wr", "--trace=", "--strict", "--strict=", "--strict=kink", "--strict=kinks", "--strict=--", "--strict=-q",
    "--x^2", "-oxml", "bash", "a.svg", "²", "w₀=1", "é", "--\u00e9", "x\n+y", "formula", "python", "--color=yes",
    "--color", "-h", "--help",
]  # fmt: skip


def command_of(name: str) -> Declared:
    command = declared(name)
    assert command is not None
    return command


def by_click(command: Declared, line: list[str]) -> dict[str, Any] | None:
    """What click reads; None where it ends otherwise."""
    try:
        with redirect_stdout(StringIO()), Command(command).make_context(command.name, [*line], **SETTINGS) as context:
            return context.params
    except (BpcalcError, click.ClickException, click.exceptions.Exit):
        return None


def told(given: dict[str, Any] | None) -> Any:
    """The same as data: of --strict what it says of every kind of warning, of a format its name."""
    return given and {name: data(value) for name, value in sorted(given.items())}


def data(value: Any) -> Any:
    if isinstance(value, Form):
        return value.name
    return [value(warning) for warning in WARNINGS] if callable(value) else value


def lines(command: Declared, seed: int, count: int) -> Iterator[list[str]]:
    """Random lines: mostly options as they are declared, with values of every kind, right and wrong."""
    chance = random.Random(f"{command.name}{seed}")
    options = [one for one in command.parameters if isinstance(one, Option)]
    own = [word for one in command.parameters if one not in options for word in (one.kind.choices or tuple)()]
    for _ in range(count):
        line = []
        for _ in range(chance.randrange(7)):
            option = chance.choice(options) if options and chance.random() < 0.6 else None
            if option is None:
                line.append(chance.choice(own if own and chance.random() < 0.5 else WORDS))
                continue
            spelling = chance.choice([*option.spellings, *option.off])
            choices = list(option.kind.choices()) if option.kind.choices else []
            value = chance.choice(choices if choices and chance.random() < 0.8 else WORDS)
            if option.is_flag or option.bare is not None:
                line.append(spelling if chance.random() < 0.9 else f"{spelling}={value}")
            elif chance.random() < 0.3:
                line.append(f"{spelling}={value}" if spelling[:2] == "--" else f"{spelling}{value}")
            else:
                line.extend([spelling, value])
        yield line


@pytest.mark.parametrize("name", CALCULATING)
def test_random_lines_are_read_alike(name: str) -> None:
    command = command_of(name)
    read = 0
    for line in lines(command, 1, 250):
        found = plain.read(command, [*line])
        if found is not None or {"-h", "--help"}.isdisjoint(line):  # click knows where these are no options
            assert told(found) == told(by_click(command, line)), line
        read += found is not None
    assert read > 15  # lines without a mistake


UNUSUAL = [
    ["-h"], ["x", "--help"], ["x", "x=1", "-h"], ["--nothing"], ["x", "--wr", "x"], ["x", "-o"], ["x", "-o", "xml"],
    ["x", "-oxml", "--bogus"], ["x", "--wrt"], ["x", "--wrt", ""], ["x", "--trace=yes"], ["x", "--width", "3"],
    ["x", "--precision", "18"], ["x", "--strict=kinks"], ["x", "--color", "yes"], ["x", "--number", "%d%d"],
    ["x", "--prefix", "1"], ["x", "--of", " "], ["x", "--convention=tensorflow"], ["x", "-q=1", "--bogus=1"],
    ["x", "x=1", "--strict=-"], ["x", "x=1", "--strict=--"], ["x", "x=1", "--strict=-q"],
]  # fmt: skip


@pytest.mark.parametrize("line", UNUSUAL, ids=" ".join)
def test_help_and_mistakes_are_left_to_click(line: list[str]) -> None:
    assert plain.read(command_of("grad"), line) is None
    status, out, err = call(["grad", *line])
    assert (status, bool(out), err == "") == ((0, True, True) if {"-h", "--help"} & {*line} else (2, False, False))


@pytest.mark.parametrize("name", ["help", "man"])
def test_what_speaks_of_click_is_left_to_it(name: str) -> None:
    assert plain.read(command_of(name), []) is None
    assert call([name, "grad"]).status == 0


@pytest.mark.parametrize(
    ("line", "given"),
    [
        (["x^2", "x=3"], {"expression": "x^2", "words": ("x=3",), "trace": False, "width": None, "precision": 6}),
        (["-x^2", "x=3", "-ojson"], {"expression": "-x^2", "words": ("x=3",)}),
        (["--", "-q", "q=1"], {"expression": "-q", "words": ("q=1",), "quiet": False}),
        (["x", "--wrt", "x,y", "--wrt=z"], {"wrt": (("x", "y"), ("z",))}),
        (["x", "--get", "x,y", "--get=z"], {"get": ("x", "y", "z")}),
        (["x", "--strict", "x=1"], {"words": ("x=1",)}),
        (["x", "--width", "40", "--width", "50", "--precision=full"], {"width": 50, "precision": None}),
        (["--file", "a.txt", "x=1"], {"expression": "x=1", "file": "a.txt"}),
        (["x", "--color", "never"], {"expression": "x"}),
    ],
)
def test_what_a_line_says(line: list[str], given: dict[str, Any]) -> None:
    found = plain.read(command_of("grad"), line)
    assert found is not None
    assert {name: found[name] for name in given} == given
    assert "color" not in found
