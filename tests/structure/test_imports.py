"""What a process imports: a script's one-shot must not pay for packages that it does not use."""

from __future__ import annotations

import subprocess
import sys
from functools import cache

import pytest

SLOW = {"rich", "numpy", "sympy", "mpmath", "flint", "fractions", "decimal", "hypothesis", "matplotlib", "pandas"}
# `importlib.metadata` alone costs more than all of a one-shot calculation.
COSTLY = {"importlib.metadata", "asyncio", "inspect", "unittest"}
# Each of these takes a start between a tenth and a half of what a bare Python takes.
DEAR = {"click", "typing", "re", "enum", "json", "dataclasses", "shlex", "signal", "locale", "copy", "weakref"}
CALCULATION = ["(x+y)*z", "x=-2", "y=5", "z=-4"]


@cache
def loaded(code: str) -> frozenset[str]:
    """The names in sys.modules at the end of a process that runs `code`."""
    text = f"import sys\n{code}\nprint(*sys.modules, file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, check=True)
    return frozenset(done.stderr.split())


def modules_after(code: str) -> frozenset[str]:
    """The same without those of a bare Python."""
    return loaded(code) - loaded("pass")


def modules_of(*arguments: str) -> frozenset[str]:
    """The same for a command line of bpcalc."""
    start = "from bpcalc.cli.main import run\ntry:\n    run()\nexcept SystemExit:\n    pass"
    return modules_after(f"sys.argv = {['bpcalc', *arguments]!r}\n{start}")


@pytest.mark.parametrize(
    "options",
    [["-o", "json"], ["--get", "x"], ["-o", "plain"], ["-o", "env"], ["-o", "csv"], ["-o", "table"], ["--trace"]],
    ids=" ".join,
)
def test_a_calculation_that_is_piped_imports_nothing_slow(options: list[str]) -> None:
    assert not modules_of("grad", *CALCULATION, *options) & (SLOW | {"importlib.metadata", "asyncio"})


@pytest.mark.parametrize(
    "options", [["-o", "json"], ["--get", "x"], ["-o", "plain"], ["-o", "env"], ["-o", "tsv"], ["-q"]], ids=" ".join
)
def test_a_one_shot_imports_nothing_dear(options: list[str]) -> None:
    assert not modules_of("grad", *CALCULATION, *options) & (SLOW | COSTLY | DEAR)


@pytest.mark.parametrize("words", [["--trace"], ["-o", "csv"], ["-o", "latex"], ["--number", "%.3f"]], ids=" ".join)
def test_other_formats_do_without_click(words: list[str]) -> None:
    assert not modules_of("grad", *CALCULATION, *words) & (SLOW | {"click", "inspect"})


@pytest.mark.parametrize("line", [["diff", "x^2"], ["hessian", "x^2*y", "x=1", "y=2"], ["gates", "tanh"]], ids=" ".join)
def test_other_commands_do_without_click(line: list[str]) -> None:
    assert not modules_of(*line) & {"click", "rich", "numpy"}


def test_a_mistake_is_told_by_click() -> None:
    assert "click" in modules_of("grad", "x", "x=1", "--nothing")


@pytest.mark.parametrize("options", [["-o", "json"], ["--get", "x"]], ids=" ".join)
def test_a_one_shot_imports_no_part_of_bpcalc_that_it_does_not_use(options: list[str]) -> None:
    found = {name for name in modules_of("grad", *CALCULATION, *options) if name.startswith("bpcalc")}
    unused = {
        "telling.teller", "reports.steps", "calculations.simplify", "calculations.catalogue", "writing.latex",
        "show.grid",
    }  # fmt: skip
    assert not found & {f"bpcalc.{name}" for name in unused}


def test_a_table_with_colours_imports_nothing_dear() -> None:
    assert not modules_of("grad", *CALCULATION, "--color", "always") & (SLOW | COSTLY | DEAR)


def test_help_and_version_import_no_calculation() -> None:
    for arguments in (["--version"], ["--help"]):
        code = (
            "from bpcalc.cli.clicked import cli\nimport contextlib\nwith contextlib.suppress(SystemExit, Exception):\n"
            f"    cli.main({arguments!r}, 'bpcalc', standalone_mode=False)"
        )
        found = modules_after(code)
        assert not found & SLOW
        assert not found & {"bpcalc.calculations.passes", "bpcalc.reading.parser", "importlib.metadata"}


def test_importing_bpcalc_imports_nothing_heavy() -> None:
    found = modules_after("import bpcalc")
    assert {name for name in found if name.startswith("bpcalc")} == {"bpcalc"}
    assert not found & (SLOW | COSTLY | {"click", "json", "dataclasses", "math"})


def test_nothing_is_imported_before_an_interrupt_is_taken_care_of() -> None:
    assert modules_after("import bpcalc.cli") <= {"bpcalc", "bpcalc.cli", "__future__"}


def test_the_python_interface_imports_neither_click_nor_anything_slow() -> None:
    found = modules_after("from bpcalc import gradient\ngradient('x*sin(y)', x=1, y=2)")
    assert not found & (SLOW | {"click"})


def test_simplify_imports_sympy_in_a_process_of_its_own() -> None:
    found = modules_of("grad", *CALCULATION, "--simplify")
    assert "bpcalc.calculations.simplify.process" in found
    assert not found & SLOW
    code = "from bpcalc.calculations.simplify import worker\nworker.simplified([['input', 'x']])"
    assert "sympy" in modules_after(code)
