"""The manual pages: those that are installed are what the commands declare, and are rendered without complaint."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from commandline import call

from bpcalc.cli.clicked import cli
from bpcalc.cli.commands import COMMANDS
from bpcalc.cli.manual import pages

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "bpcalc" / "man"
with cli.make_context("bpcalc", [], resilient_parsing=True) as group:
    PAGES = pages(group)


def test_there_is_a_page_for_every_command_and_no_other() -> None:
    assert set(PAGES) == {"bpcalc.1", *(f"bpcalc-{name}.1" for name in COMMANDS)}
    assert {path.name for path in FOLDER.iterdir()} == set(PAGES)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_what_the_declarations_say(name: str) -> None:
    """`python -m bpcalc.cli.manual bpcalc/man` writes them anew."""
    assert (FOLDER / name).read_text(encoding="utf-8") == PAGES[name]


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_the_command_prints_its_page(command: str) -> None:
    name = "-".join(filter(None, ("bpcalc", command)))
    assert call(["man", *filter(None, [command])]).out == PAGES[f"{name}.1"]


def test_an_unknown_page_is_an_error() -> None:
    status, out, err = call(["man", "grda"])
    assert (status, out) == (2, "")
    assert "did you mean grad?" in err


def rendered(name: str) -> str:
    done = subprocess.run(
        ["groff", "-man", "-Tutf8", "-ww", "-rLL=78n", str(FOLDER / name)], capture_output=True, text=True, check=True,
        encoding="utf-8",
    )  # fmt: skip
    assert done.stderr == ""
    return re.sub("\x1b\\[[0-9;]*m|.\b", "", done.stdout)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_rendered(name: str) -> None:
    if shutil.which("groff") is None:
        pytest.skip("groff is not installed")
    text = rendered(name)
    for heading in ("NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "EXIT STATUS", "ENVIRONMENT", "SEE ALSO"):
        assert re.search(f"^{heading}$", text, re.MULTILINE), heading


def test_every_option_and_example_of_the_help_is_on_the_page() -> None:
    if shutil.which("groff") is None:
        pytest.skip("groff is not installed")
    for command in COMMANDS:
        told = " ".join(call([command, "--help"]).out.split())
        page = " ".join(rendered(f"bpcalc-{command}.1").split())
        options = re.findall(r"(?<![\w-])--[a-z-]+", told.partition("Options: ")[2].partition("Examples:")[0])
        assert [option for option in options if option not in page] == []
        for example in re.findall(r"^  +(bpcalc .*)$", call([command, "--help"]).out, re.MULTILINE):
            assert " ".join(example.split()) in page


def test_man_shows_a_page() -> None:
    if shutil.which("man") is None or subprocess.run(["man", "--version"], capture_output=True, check=False).returncode:
        pytest.skip("man is not installed")
    done = subprocess.run(["man", "-l", str(FOLDER / "bpcalc-grad.1")], capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert "bpcalc-grad" in done.stdout
