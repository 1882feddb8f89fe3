"""Every block of the README runs, and prints what the README says.

`python tests/readme/test_readme.py` writes the real output into the README; read the difference before keeping it.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

README = Path(__file__).parents[2] / "README.md"
BLOCK = re.compile(r"^```(console|python)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def run(command: str, folder: Path) -> str:
    """What a shell prints for a command, standard error included, with `bpcalc` the one under test."""
    (folder / "bin").mkdir(exist_ok=True)
    wrapper = folder / "bin" / "bpcalc"
    wrapper.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m bpcalc "$@"\n', encoding="utf-8")
    wrapper.chmod(0o755)
    path = f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}"
    kept = {name: value for name, value in os.environ.items() if name not in ("FORCE_COLOR", "NO_COLOR", "PYTHONPATH")}
    environment = kept | {"PATH": path, "PYTHONPATH": str(README.parent), "PYTHONUTF8": "1"}
    done = subprocess.run(
        ["bash", "-c", command], cwd=folder, env=environment, text=True, encoding="utf-8", timeout=60,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
    )  # fmt: skip
    return done.stdout


def session(block: str) -> list[tuple[str, str]]:
    """The commands of a console block, each with the output that follows it. `> ` goes on with a command."""
    found: list[tuple[str, str]] = []
    for line in block.splitlines(keepends=True):
        if line.startswith("$ "):
            found.append((line[2:], ""))
        elif line.startswith("> ") and not found[-1][1]:
            found[-1] = (found[-1][0] + line[2:], "")
        else:
            found[-1] = (found[-1][0], found[-1][1] + line)
    return found


BLOCKS = [(match.group(1), match.group(2)) for match in BLOCK.finditer(README.read_text(encoding="utf-8"))]


@pytest.mark.parametrize(("kind", "block"), BLOCKS, ids=[block.split("\n")[0][:60] for _, block in BLOCKS])
def test_a_block_prints_what_the_readme_says(kind: str, block: str, tmp_path: Path) -> None:
    if "--digits" in block:
        pytest.importorskip("flint")
    if kind == "python":
        import doctest

        runner = doctest.DocTestRunner()
        runner.run(doctest.DocTestParser().get_doctest(block, {}, "README", str(README), 0))
        assert runner.failures == 0
        return
    for command, output in session(block):
        assert run(command, tmp_path) == output


def test_the_readme_names_every_command_and_option() -> None:
    from bpcalc.cli.commands import COMMANDS
    from bpcalc.cli.diff import diff
    from bpcalc.cli.grad import grad
    from bpcalc.cli.words import spellings

    text = README.read_text(encoding="utf-8")
    assert [name for name in COMMANDS if f"bpcalc {name}" not in text] == []
    options = [spelling for command in (grad, diff) for spelling in spellings(command.parameters)]
    assert [option for option in options if option.startswith("--") and option not in text] == []


def rewrite() -> None:
    import tempfile

    def real(match: re.Match[str]) -> str:
        kind, block = match.groups()
        if kind != "console":
            return match.group()
        with tempfile.TemporaryDirectory() as folder:
            prompted = [(command, run(command, Path(folder))) for command, _ in session(block)]
        shown = "".join(
            "$ " + command.rstrip("\n").replace("\n", "\n> ") + "\n" + output for command, output in prompted
        )
        return f"```console\n{shown}```"

    README.write_text(BLOCK.sub(real, README.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    rewrite()
