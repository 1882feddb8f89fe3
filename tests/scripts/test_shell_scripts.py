"""Scripts as people write them, run by the shells that they are for: the folder has one a file.

A script may begin with `# shells: bash zsh` (else it is for bash, one that ends in .fish for fish) and `# needs: jq`;
what it prints stands behind `#> ` at its end. A shell or a program that is not installed is skipped.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest
from commandline import LONGEST, environment

FOLDER = Path(__file__).parent
START = {
    "bash": ["bash", "--noprofile", "--norc", "-u"],
    "zsh": ["zsh", "-f", "-u"],
    "fish": ["fish", "--no-config"],
}


class Script(NamedTuple):
    path: Path
    shells: list[str]
    needs: list[str]
    expected: str


def read(path: Path) -> Script:
    lines = path.read_text(encoding="utf-8").splitlines()
    found = {key: line.split()[2:] for line in lines for key in ("shells", "needs") if line.startswith(f"# {key}: ")}
    shells = found.get("shells", ["fish" if path.suffix == ".fish" else "bash"])
    expected = "".join(f"{line[3:]}\n" for line in lines if line.startswith("#> "))
    return Script(path, shells, found.get("needs", []), expected)


SCRIPTS = [read(path) for path in sorted((*FOLDER.glob("*.sh"), *FOLDER.glob("*.fish")))]
RUNS = [(shell, script) for script in SCRIPTS for shell in script.shells]


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the `bpcalc` under test."""
    folder = tmp_path_factory.mktemp("bin")
    wrapper = folder / "bpcalc"
    wrapper.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m bpcalc "$@"\n', encoding="utf-8")
    wrapper.chmod(0o755)
    return folder


@pytest.mark.parametrize(("shell", "script"), RUNS, ids=[f"{script.path.stem} in {shell}" for shell, script in RUNS])
def test_a_script_prints_what_it_says(shell: str, script: Script, program: Path, tmp_path: Path) -> None:
    missing = [name for name in (shell, *script.needs) if shutil.which(name) is None]
    if missing:
        pytest.skip(f"not installed: {', '.join(missing)}")
    path = f"{program}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        [*START[shell], str(script.path)], cwd=tmp_path, capture_output=True, text=True, encoding="utf-8",
        env=environment() | {"PATH": path, "HOME": str(tmp_path)}, stdin=subprocess.DEVNULL, check=False,
        timeout=LONGEST,
    )  # fmt: skip
    assert done.stderr == ""
    assert done.stdout == script.expected


def test_there_are_as_many_as_were_tried() -> None:
    assert len(SCRIPTS) >= 35
