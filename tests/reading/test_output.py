"""`--of` takes formulas of a program's names, in the program's notation, with mistakes at their place."""

from __future__ import annotations

from pathlib import Path

import pytest
from commandline import call

import bpcalc
from bpcalc.errors import BpcalcError

PROGRAM = "q = x + y; q*z"
VALUES = ("x=-2", "y=5", "z=-4")


def test_the_output_is_a_formula_of_nodes() -> None:
    found = call(["grad", PROGRAM, *VALUES, "--of", "q^2 + z", "--get", "value,x,z"])
    assert found == (0, "5.0\n6.0\n1.0\n", "")
    assert call(["grad", "f(a) = a^2; q = f(x); q*y", "x=-2", "y=5", "--of", "f(q)", "--get", "x"]).out == "-32.0\n"
    assert call(["grad", "s = X@w; sum(s)", "X=[[1,2],[3,4]]", "w=[1,1]", "--of", "s[0]", "--get", "w"]).out == (
        "[1.0, 2.0]\n")  # fmt: skip
    report = bpcalc.gradient(PROGRAM, x=-2, y=5, z=-4, of="q^2 + z")
    assert (report.value, report.gradient["x"], report.gradient["z"]) == (5.0, 6.0, 1.0)
    assert bpcalc.diff(PROGRAM, of="q^2")["x"] == "2*(x + y)"


@pytest.mark.parametrize(
    ("words", "out"),
    [
        (["jacobian", "q = x*y; 2*q", "x=1", "y=2", "--of", "q^2", "--get", "x"], "8.0\n"),
        (["hessian", "q = x*y; 2*q", "x=1", "y=2", "--of", "q^2", "--get", "x,y"], "8.0\n4.0\n"),
        (["jvp", "q = x*y; 2*q", "x=1", "y=2", "--of", "q^2", "--tangent", "x=1", "--get", "tangent"], "8.0\n"),
        (["diff", "q = x*y; 2*q", "--of", "q^2", "--wrt", "x", "-o", "plain"], "2*x*y^2\n"),
        (["grad", "q = x*y; 2*q", "x=1", "y=2", "--of", "q^2 - 1", "--show-reading"], "q = x*y; q^2 - 1\n"),
        (["descend", "q = x*y; 2*q", "x=1", "y=2", "--of", "q^2", "--steps", "0", "-o", "plain"],
         "0\t4.0\t8.94427190999916\t1.0\t2.0\n"),
    ],
)  # fmt: skip
def test_every_command_takes_them(words: list[str], out: str) -> None:
    assert call([*words, "-q"]) == (0, out, "")


def test_check_code_graph_and_batch_take_them(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("x,y\n1,2\n")
    program = ["q = x*y; 2*q", "x=1", "y=2", "--of", "q^2"]
    assert "the same formula" in call(["check", *program, "--claim", "q=2*q"]).out
    assert "f = q * q" in call(["code", *program]).out
    assert "(^2)" in call(["graph", *program]).out
    assert call(["batch", "q = x*y; 2*q", "t.csv", "--of", "q^2"], folder=tmp_path).out == (
        "x,y,value,d_x,d_y\n1,2,4.0,8.0,4.0\n")  # fmt: skip
    sheet = '[[exercise]]\nprogram = "q = x*y; 2*q"\nvalues = {x = 1, y = 2}\nof = "q^2"\nclaims = {x = "8"}\n'
    (tmp_path / "s.toml").write_text(sheet)
    assert call(["check", "--claims", "s.toml"], folder=tmp_path).status == 0


def test_a_formula_is_in_the_notation_of_the_program() -> None:
    found = call(["grad", r"q = \frac{x}{y} \\ q z", *VALUES, "--of", "q^2", "--get", "x"])
    assert float(found.out) == pytest.approx(-0.16)  # 2x/y^2
    assert call(["grad", r"\hat{y} = 2x \\ \hat{y}^2", "x=3", "--of", r"\hat{y}", "--get", "value"]).out == "6.0\n"
    assert call(["grad", "q = x/y; q*z", *VALUES, "--of", "q^2", "--latex", "--get", "x"]).out == found.out
    assert "the program is no LaTeX" in call(["grad", PROGRAM, *VALUES, "--of", r"\frac{q}{2}"]).err


@pytest.mark.parametrize(
    ("program", "of", "text"),
    [
        (PROGRAM, "q^2 +", "  q^2 +\n       ^"), (PROGRAM, "2*qw", "  2*qw\n    ^^"),
        ("x + # q", "2*x", "  x + # q\n         ^"),
        ("x + \\", "2*x", "  x + \\\n       ^"), ("(x + y", "q)", "  (x + y\n  ^"), (PROGRAM, "n1^2", "  n1^2\n  ^^"),
        (r"\frac{x}{y", "q", r"  \frac{x}{y"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_in_the_text_that_has_it(program: str, of: str, text: str) -> None:
    found = call(["grad", program, *VALUES, "--of", of])
    assert found.status == 2
    assert text in found.err


def test_a_mistake_in_a_formula_is_not_one_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "p.bp").write_text("q = x + y\nq*z\n")
    found = call(["grad", "-f", "p.bp", *VALUES, "--of", "q^^2"], folder=tmp_path)
    assert found.err.startswith('error: an operand is missing before "^"\n  q^^2\n')
    found = call(["grad", "-f", "p.bp", *VALUES, "--of", "p^2"], folder=tmp_path)
    assert "p.bp" not in found.err


def test_the_last_statement_needs_no_name_where_another_is_the_output() -> None:
    assert call(["grad", PROGRAM, *VALUES, "--of", "q^2", "--get", "value"]).err == ""
    assert "is not used" in call(["grad", f"x*y; {PROGRAM}", *VALUES, "--of", "q^2", "--get", "value"]).err
    with pytest.raises(BpcalcError, match="of is the name of a node"):
        bpcalc.gradient("x", x=1, of=3)  # type: ignore[arg-type]
