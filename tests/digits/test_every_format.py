"""Other numbers in every command, format and program: something is printed, or one sentence says why not."""

from __future__ import annotations

import json

import pytest
from commandline import call
from every import every

pytest.importorskip("flint")

PROGRAMS = {
    "numbers": ["x^2*sin(y) + sqrt(x)", "x=1/3", "y=2"],
    "arrays": ["sum(tanh(A@x))*s", "A=[[1, 2], [3, 1/3]]", "x=[1, 1/7]", "s=2"],
    "nowhere": ["x/y + log(x - 1)", "x=1", "y=0"], "kinks": ["abs(x) + max(x, y)", "x=0", "y=0"],
}  # fmt: skip
SYSTEMS = (["--digits", "25"], ["--exact"], ["--bounds"])
FORMATS = [["-o", name] for name in ("table", "plain", "json", "csv", "tsv", "env")]
MORE = {
    "grad": [["-o", "markdown"], ["-o", "latex"], ["--trace"], ["--trace", "-o", "json"], ["--get", "value"],
             ["--graph"], ["--convention", "jax"], ["--upstream", "1/3"], ["--precision", "full"], ["--width", "50"],
             ["--simplify"]],
    "jvp": [["-o", "markdown"], ["-o", "latex"], ["--trace"], ["--get", "value"]],
    "hessian": [["--vector", "x=1"], ["--eigenvalues"], ["--get", "x.x"]], "jacobian": [["--layout", "numerator"]],
}  # fmt: skip
CASES = [
    (program, command, system, form)
    for program in PROGRAMS for command in MORE for system in SYSTEMS for form in [*FORMATS, *MORE[command]]
]  # fmt: skip
REFUSED = ("is for doubles", "a trace has single numbers")


@every("program, command, system, form", CASES, by=lambda case: f"{case[1]} {case[0]}")
def test_it_prints_or_says_why_not(program: str, command: str, system: list[str], form: list[str]) -> None:
    moving = ["--tangent", "x=1"] if command == "jvp" else []
    found = call([command, *PROGRAMS[program], *moving, *system, *form])  # which fails for an internal error
    assert found.status in (0, 2), found
    assert bool(found.out) == (found.status == 0), found
    if found.status:
        assert any(one in found.err for one in REFUSED), found
    elif form == ["-o", "json"]:
        json.loads(found.out)


@pytest.mark.parametrize("command", ["check", "descend", "diff", "graph", "code", "quiz"])
@pytest.mark.parametrize("system", SYSTEMS, ids=lambda words: words[0])
def test_commands_of_doubles_name_those_that_have_others(command: str, system: list[str]) -> None:
    found = call([command, "x^2", "x=3", *system])
    assert (found.status, found.out) == (2, "")
    assert found.err == f"error: {system[0]} is no option here\n  bpcalc grad, jvp, jacobian and hessian have it\n"


def test_a_direction_of_arrays_is_told_in_every_system() -> None:
    words = ["jvp", *PROGRAMS["arrays"], "--tangent", "s=1", "--trace"]
    assert "if s grows by a small h, f changes by about 1.8535029490h" in call([*words, "--digits", "11"]).out
    assert "f changes by about (tanh(9/7) + tanh(64/21))*h" in call([*words, "--exact"]).out
