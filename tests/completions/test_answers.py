"""What is answered to a TAB, without a shell: broken lines, names, files, and what it loads."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.shell_completion import split_arg_string
from hypothesis import example, given
from hypothesis import strategies as st

from bpcalc.cli import tab
from bpcalc.cli.clicked import Command
from bpcalc.cli.commands import COMMANDS, declared
from bpcalc.cli.offers import LARGEST


def answer(line: str, shell: str = "fish") -> list[str]:
    """The words that are offered. An error inside comes out here: only `complete` itself is silent."""
    with pytest.MonkeyPatch.context() as patch:
        # an environment holds neither of these
        patch.setattr(os, "environ", {"_BPCALC_LINE": line.replace("\0", "")})
        text = tab.offered(shell)
    return [offer.split("\t")[1] for offer in text.splitlines()]


def names(line: str) -> list[str]:
    return [offer.removesuffix("=") for offer in answer(line)]


def test_every_command_is_offered_with_its_help() -> None:
    assert set(answer("bpcalc ")) == set(COMMANDS)
    assert answer("bpcalc --v") == ["--version"]
    assert answer("bpcalc nothing ") == []


def test_an_option_is_offered_once_unless_it_can_be_repeated() -> None:
    assert answer("bpcalc grad --trace --tr") == []
    assert answer("bpcalc grad --wrt x --wr") == ["--wrt"]


def test_after_two_dashes_there_are_no_options() -> None:
    assert answer("bpcalc grad x -- --form") == []


def test_a_flag_has_no_values() -> None:
    assert answer("bpcalc grad x --trace=") == []
    assert answer("bpcalc grad x --bogus=") == []


@pytest.mark.parametrize(
    ("program", "variables"),
    [
        ("x*e + pi", ["x"]),
        ("q = x + y; q*z", ["x", "y", "z"]),
        ("f(a, b) = a*b + c; f(2, x)", ["x", "c"]),
        ("sigmoid(x) + gamma", ["x", "gamma"]),
        ("clip(x, lo=a, hi=2)", ["x", "a"]),
        ("sin = 2; sin*sin(x)", ["x"]),
        ("a = x\n# y is no variable\na*z", ["x", "z"]),
        ("w₀ + w0", ["w0"]),
        ("2x", ["x"]),
        ("1/2x", []),
        ("x +", []),
        ("", []),
        ("-", []),
        ("$HOME", []),
        ("2*3", []),
    ],
)
def test_the_variables_are_those_of_the_language(program: str, variables: list[str]) -> None:
    assert names(f"bpcalc grad '{program}' ") == variables


def test_a_bound_constant_is_no_variable_that_is_missing() -> None:
    assert names("bpcalc grad 'e*x' e=2 ") == ["x"]


def test_a_bound_name_in_another_spelling_is_gone() -> None:
    assert names("bpcalc grad 'w0*x' w₀=2 ") == ["x"]


def test_the_parts_of_a_named_node_are_offered() -> None:
    assert answer("bpcalc grad 'q = x+y; q*z' --get q.") == ["q.value", "q.grad"]
    assert answer("bpcalc grad 'q = x+y; q*z' --get r.") == []
    names = ("x", "y", "q", "z", "f", "value")
    assert answer("bpcalc grad 'q = x+y; q*z' --get=") == [f"--get={name}" for name in names]
    assert answer("bpcalc grad 'q = x+y; q*z' --of ") == ["x", "y", "q", "z"]


def test_an_option_can_stand_before_the_expression() -> None:
    assert answer("bpcalc grad --wrt x,y x*y*z --wrt ") == ["x", "y", "z"]


def test_only_packed_gates_can_be_expanded() -> None:
    offers = answer("bpcalc grad --expand ")
    assert {"sigmoid", "softplus", "all"} <= set(offers)
    assert "exp" not in offers
    assert answer("bpcalc grad --expand sigmoid,a") == ["sigmoid,all"]


def test_a_program_in_a_file_is_read(tmp_path: Path) -> None:
    program = tmp_path / "a program.txt"
    program.write_text("x*y", encoding="utf-8")
    assert names(f"bpcalc grad -f '{program}' ") == ["x", "y"]
    assert names(f"bpcalc grad x=1 --file='{program}' ") == ["y"]
    program.write_bytes(b"\xff\xfe")
    assert names(f"bpcalc grad -f '{program}' ") == []


def test_behind_the_expression_of_batch_stands_a_table(tmp_path: Path) -> None:
    program = tmp_path / "p.txt"
    program.write_text("w*x", encoding="utf-8")
    assert answer("bpcalc batch w*x ") == [""]  # any file
    assert names("bpcalc batch w*x t.csv ") == ["w", "x"]
    assert names("bpcalc batch w*x t.csv w=2 ") == ["x"]
    assert answer(f"bpcalc batch -f '{program}' ") == [""]
    assert names(f"bpcalc batch -f '{program}' t.csv ") == ["w", "x"]


def test_what_is_no_file_or_too_large_is_not_read(tmp_path: Path) -> None:
    pipe, large = tmp_path / "pipe", tmp_path / "large"
    os.mkfifo(pipe)
    large.write_text("x*y" + " " * LARGEST, encoding="utf-8")
    for path in (pipe, large, tmp_path, tmp_path / "missing", "-"):
        assert names(f"bpcalc grad -f '{path}' ") == []


PARTS = st.sampled_from(
    [
        "grad", "gates", "completions", "--", "--format", "--format=", "--wrt", "x,", "--get", "q.", "--file", "-f",
        "-o", "--bindings=", "--expand", "--help", "--version", "--bogus", "-", "-x^2", "'(x+y)*z'", "'(x", '"', ";",
        "\\", "=", "x=", "x=1", "'q=x; q*y'", "f(", "λ", "\n", "\udc80", "$'a'", "#", "''", "~", "/dev/stdin", " ",
    ]
)  # fmt: skip


@given(st.lists(PARTS | st.text(max_size=3), max_size=8), st.sampled_from(["", " "]))
@example(["grad", "--wrt"], " ")
@example(["grad", "'x", "\ud800"], "")
def test_no_line_is_an_error(parts: list[str], between: str) -> None:
    for shell in tab.SHELLS:
        answer("bpcalc " + between.join(parts), shell)


@given(st.text(alphabet="ab \t\n'\"\\\\=$é", max_size=12))
@example("a\\")
@example("'a\\' \"b\\\"\\c")
def test_a_line_is_split_as_click_and_shlex_split_it(line: str) -> None:
    assert tab.split(line)[0] == split_arg_string(line)


@pytest.mark.parametrize("line", ["", "'a' ", "a\\'", "\"a'\"", "'a\\'"])
def test_closed_quotes(line: str) -> None:
    assert not tab.split(line)[1]
    assert tab.split(line + "'")[1]


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_is_described_as_in_the_help(name: str) -> None:
    command = declared(name)
    assert command is not None
    assert command.told == Command(command).get_short_help_str(limit=1000)


@pytest.mark.parametrize(("instruction", "status"), [("tcsh_complete", 1), ("bash", 1), ("zsh_source", 0), ("x", 1)])
def test_other_instructions(instruction: str, status: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert tab.answer(instruction) == status
    assert capsys.readouterr().out.startswith("#compdef" if status == 0 else "")


@pytest.mark.parametrize("line", ["bpcalc grad '(x", "bpcalc grad -f / ", "bpcalc grad 'x*\udc80' ", "bpcalc '"])
def test_nothing_is_said_about_a_broken_line(line: str) -> None:
    done = run(line)
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"=" not in done.stdout


def run(line: str, code: str = "") -> subprocess.CompletedProcess[bytes]:
    environment = os.environ | {"_BPCALC_COMPLETE": "zsh_complete", "_BPCALC_LINE": line}
    code += "from bpcalc.cli.main import run; run()"
    return subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, check=False, timeout=20,
        cwd=Path(__file__).parents[2],
    )  # fmt: skip


def test_a_mistake_in_bpcalc_offers_nothing_and_is_not_swallowed() -> None:
    code = "import bpcalc.cli.offers as offers; offers.names = lambda context, word: [][0]; "
    done = run("bpcalc grad x --of ", code)
    assert (done.returncode, done.stdout) == (70, b"")
    assert done.stderr.startswith(b"error: bpcalc itself failed")


@pytest.mark.parametrize("command", [name for name in COMMANDS if name != "completions"])
def test_every_option_has_something_to_answer(command: str) -> None:
    """What an option offers is looked up by its name at a TAB: none is misspelled."""
    for option in answer(f"bpcalc {command} x*y --"):
        answer(f"bpcalc {command} x*y {option} ")


@pytest.mark.parametrize(
    ("line", "parser"),
    [
        *((f"bpcalc {command} --format ", False) for command in COMMANDS if command != "code"),
        ("bpcalc code --to ", False),
        ("bpcalc code --dialect ", False),
        ("bpcalc grad --fo", False),
        ("bpcalc grad 'x*y' ", True),
    ],
)
def test_a_tab_loads_nothing_heavy(line: str, parser: bool) -> None:
    code = "import atexit, sys; atexit.register(lambda: print(*sys.modules, file=sys.stderr)); "
    loaded = set(run(line, code).stderr.decode().split())
    assert not loaded & {"sympy", "rich", "json", "numpy", "mpmath", "subprocess", "dataclasses", "difflib", "shutil"}
    assert not loaded & {"click", "typing", "re", "enum", "shlex", "inspect"}
    assert ("bpcalc.reading.parser" in loaded) == parser
