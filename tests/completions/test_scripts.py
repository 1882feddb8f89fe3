"""`bpcalc completions`, and the scripts that are installed."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from bpcalc.cli.completions import SHELLS
from bpcalc.cli.shells import SCRIPTS

ROOT = Path(__file__).parents[2]
FILES = {"bash": "bpcalc.bash", "zsh": "_bpcalc", "fish": "bpcalc.fish"}
INSTALLED = {
    "bash": "share/bash-completion/completions/bpcalc",
    "zsh": "share/zsh/site-functions/_bpcalc",
    "fish": "share/fish/vendor_completions.d/bpcalc.fish",
}


def bpcalc(*words: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "bpcalc", *words], capture_output=True, check=False, cwd=ROOT, timeout=20
    )


@pytest.mark.parametrize("shell", SHELLS)
def test_the_file_is_what_the_command_prints(shell: str) -> None:
    done = bpcalc("completions", shell)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout == (ROOT / "completions" / FILES[shell]).read_bytes()


def test_there_is_a_file_for_each_shell_and_no_other() -> None:
    assert set(SHELLS) == set(SCRIPTS) == set(FILES)
    assert {path.name for path in (ROOT / "completions").iterdir()} == set(FILES.values())


def test_an_unknown_shell_is_an_error() -> None:
    done = bpcalc("completions", "tcsh")
    assert (done.returncode, done.stdout) == (2, b"")
    assert all(word in done.stderr.decode() for word in ("tcsh", *SHELLS))


@pytest.mark.parametrize("shell", SHELLS)
def test_the_help_tells_how_to_switch_it_on(shell: str) -> None:
    assert f"bpcalc completions {shell}" in bpcalc("completions", "--help").stdout.decode()


def test_the_wheel_has_the_scripts_and_the_manual(tmp_path: Path) -> None:
    if importlib.util.find_spec("hatchling") is None:
        pytest.skip("hatchling is not installed")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=ROOT, check=True, capture_output=True, timeout=60,
    )  # fmt: skip
    (path,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(path) as wheel:
        data = {name.partition(".data/data/")[2]: name for name in wheel.namelist() if ".data/data/" in name}
        assert set(INSTALLED.values()) <= set(data)
        for shell, place in INSTALLED.items():
            assert wheel.read(data[place]) == (ROOT / "completions" / FILES[shell]).read_bytes()
        manual = {f"share/man/man1/{path.name}": path.read_bytes() for path in (ROOT / "bpcalc" / "man").iterdir()}
        assert "share/man/man1/bpcalc-grad.1" in manual
        assert {place: wheel.read(data[place]) for place in manual} == manual
