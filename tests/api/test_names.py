"""The package's public names, which are loaded when they are first used."""

import subprocess
import sys

import pytest

import bpcalc


def test_a_fresh_package_shows_its_public_names() -> None:
    shown = subprocess.run(
        [sys.executable, "-c", "import bpcalc; print(*dir(bpcalc))"], capture_output=True, text=True, check=True
    )
    assert shown.stdout.split() == sorted(bpcalc.__all__)
    assert {"gradient", "diff", "jvp", "jacobian", "hessian"} <= set(shown.stdout.split())


@pytest.mark.parametrize("name", [name for name in bpcalc.__all__ if name != "__version__"])
def test_each_is_there(name: str) -> None:
    assert getattr(bpcalc, name).__name__ == name


def test_another_name_is_an_error() -> None:
    with pytest.raises(AttributeError, match="module 'bpcalc' has no attribute 'grad'"):
        bpcalc.grad  # noqa: B018
