"""A folder with a program, a file of values, and a `bpcalc` that the interpreter under test runs."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest

import bpcalc

SCRIPTS = Path(__file__).parents[2] / "completions"
PROMPT = "READY>"
LONGEST = 60  # seconds that a shell may take for anything


class Place:
    """Where the shells run, and with which environment."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "work"
        self.folder.mkdir()
        (self.folder / "program.txt").write_text("q = a + b  # a comment\nq*e\n", encoding="utf-8")
        (self.folder / "values.json").write_text('{"x": 1}', encoding="utf-8")
        self.asked = folder / "asked"  # there where the `bpcalc` of the folder `elsewhere` was run
        self.program(folder / "bin")
        self.program(folder / "elsewhere", f"echo yes > '{self.asked}'")
        self.environment = {
            "PATH": f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(Path(bpcalc.__file__).parents[1]),
            "HOME": str(folder),
            "XDG_CONFIG_HOME": str(folder),
            "XDG_DATA_HOME": str(folder),
            "TERM": "xterm",
            "LC_ALL": "C.UTF-8",
        }

    def program(self, folder: Path, first: str = "") -> None:
        """A `bpcalc` in that folder."""
        folder.mkdir()
        path = folder / "bpcalc"
        path.write_text(f'#!/bin/sh\n{first}\nexec "{sys.executable}" -m bpcalc "$@"\n', encoding="utf-8")
        path.chmod(0o755)

    def start(self, name: str, setup: str, *command: str) -> Terminal:
        """A shell at a terminal. Its setup is in the file `name` of a folder of its own: in ZDOTDIR for zsh; for the
        others `{setup}` in the command stands for that file."""
        pexpect = pytest.importorskip("pexpect")
        folder = Path(mkdtemp(dir=self.folder.parent))
        (folder / name).write_text(setup, encoding="utf-8")
        program, *arguments = [word.format(setup=folder / name) for word in command]
        environment = self.environment | {"ZDOTDIR": str(folder)}
        terminal = pexpect.spawn(
            program, arguments, env=environment, cwd=str(self.folder),
            encoding="utf-8", dimensions=(50, 500), timeout=LONGEST,
        )  # fmt: skip
        return Terminal(terminal)

    def call(self, *command: str) -> str:
        """What a command prints; it must not complain."""
        done = subprocess.run(
            command, env=self.environment, cwd=self.folder,
            capture_output=True, encoding="utf-8", check=True, timeout=LONGEST,
        )  # fmt: skip
        assert done.stderr == ""
        return done.stdout


class Terminal:
    """A shell that is typed into. After the keys it prints `[[what was offered][the line]]`, and empties the line."""

    def __init__(self, terminal: Any) -> None:
        self.terminal = terminal
        terminal.expect_exact(PROMPT)

    def press(self, keys: str) -> tuple[list[str], str]:
        """What was offered, and the line after the keys."""
        self.terminal.send(keys)
        self.terminal.expect(re.compile(r"\[\[([^\r\n]*)\]\[([^\r\n]*)\]\]", re.DOTALL))
        offers, line = self.terminal.match.groups()
        self.terminal.expect_exact(PROMPT)
        return offers.split("|") if offers else [], line

    def close(self) -> None:
        self.terminal.close(force=True)


def needs(shell: str) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")


@pytest.fixture(scope="session")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    return Place(tmp_path_factory.mktemp("completions"))
