"""What a shell did to the words of a line is told, by the name of the shell where that can be known."""

from __future__ import annotations

from pathlib import Path

import pytest
from commandline import call

SPLIT = "  the shell splits words at blanks: write "
EMPTY = "  if a variable of the shell stood there ($x), it is empty: write x in the expression, and x=VALUE behind it"


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (["sum(x)", "x=[1,", "2]"], f'{SPLIT}"x=[1, 2]"'),
        (["sum(A)", "A=[[1,", "2],", "[3,", "4]]", "b=1"], f'{SPLIT}"A=[[1, 2], [3, 4]]"'),
        (["max(x,", "2)", "x=3"], f'{SPLIT}"max(x, 2)"'),
        (["x", "+", "y", "x=1", "y=2"], f'{SPLIT}"x + y"'),
        (["x", "*y", "x=1", "y=2"], f'{SPLIT}"x *y"'),
        (["x", "x=2", "--strict", "kink"], "  the kinds of warnings stand behind =: --strict=kink"),
        (["x", "x=2", "--strict", "kink,nonfinite"], "  the kinds of warnings stand behind =: --strict=kink,nonfinite"),
        (["x*y", "x=2", "y", "=", "3"], f"{SPLIT}y=3"),
        (["x*y", "x=2", "y=", "3"], f"{SPLIT}y=3"),
        (["x*y", "x=2", "y", "=3"], f"{SPLIT}y=3"),
        (["^2", "x=3"], EMPTY),
        (["", "x=3"], EMPTY),
        (["*y", "y=3"], EMPTY),
        (["x", "x="], "  write x=2; if a variable of the shell stood there, it is empty"),
        (["x=2", "x^2"], '  the expression comes first: bpcalc grad "x^2" x=2'),
        (["x=[1,2]", "sum(x)"], '  the expression comes first: bpcalc grad "sum(x)" "x=[1,2]"'),
        (["x=2", "x*y", "y=3"], '  the expression comes first: bpcalc grad "x*y" x=2 y=3'),
    ],
)
def test_a_hint_names_what_to_write(words: list[str], hint: str) -> None:
    status, out, err = call(["grad", *words])
    assert (status, out) == (2, "")
    assert err.splitlines()[-1] == hint


def test_the_names_of_files_are_known(tmp_path: Path) -> None:
    for name in ("xay", "x0", "program.txt"):
        (tmp_path / name).write_text("x^2\n")
    for words in (["xay", "x=1"], ["x0", "xay", "x=1"]):
        err = call(["grad", *words], folder=tmp_path).err
        assert "there is a file xay: if a pattern was typed (*, ? or [), the shell put the names of files in" in err
    err = call(["grad", "program.txt", "x=2"], folder=tmp_path).err
    assert err.endswith("--file program.txt reads a program from it\n")


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (["x", "foo", "x=2"], "a binding is NAME=VALUE"),
        (["sum(x", "x=[1,2]"], "add a )"),
        (["1/2x", "x=2"], "write (1/2)*x or 1/(2*x)"),
        (["x*y", "x=2"], "give it a value: y=…"),
        (["x", "x=[1, 2"], ""),
    ],
)
def test_where_the_shell_is_not_to_blame_it_is_not_blamed(words: list[str], hint: str) -> None:
    err = call(["grad", *words]).err
    assert hint in err
    assert "the shell" not in err
