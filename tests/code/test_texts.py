"""What the files look like: the lectures' listing, names, nothing of a person's text, nothing that a linter finds."""

from __future__ import annotations

import contextlib
import importlib.util
import io
import json
import keyword
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from commandline import Result, call
from tried import Case, of_arrays, run, scalars

from bpcalc.calculations.code import derivation
from bpcalc.emit import TARGETS, CannotSayError, _write, written
from bpcalc.errors import BpcalcError, Source
from bpcalc.reports.options import DEFAULTS

SIGMOID = Case(
    "s0 = w0*x0; s1 = w1*x1; s2 = s0 + s1; s3 = s2 + w2; L = sigmoid(s3)",
    {"w0": 2.0, "x0": -1.0, "w1": -3.0, "x1": -2.0, "w2": -3.0},
)
PRODUCT = Case("q = x + y; f = q*z", {"x": -2.0, "y": 5.0, "z": -4.0})


def command(*words: str) -> Result:
    return call(words)


STRICT = ("-Wall", "-Wextra", "-Werror", "-pedantic", "-std=c99")
EXPECTED = Path(__file__).parent / "expected"
ENDINGS = {"c": "c", "rust": "rs", "javascript": "mjs", "sql": "sql", "spreadsheet": "csv", "latex": "tex"}


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize(("title", "case"), [("sigmoid", SIGMOID), ("product", PRODUCT)])
def test_the_lectures_circuits(title: str, case: Case, target: str) -> None:
    """`REWRITE_GOLDEN=1` writes the files anew: read every difference."""
    path = EXPECTED / f"{title}_{target}.{ENDINGS.get(target, 'py')}.txt"
    text = written(case.derived(lessons=True), target)
    if os.environ.get("REWRITE_GOLDEN"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text("utf-8")


def test_python_is_the_lectures_listing_line_by_line() -> None:
    """EECS 498, lecture 6: backprop with scalars, flat gradient code."""
    code = written(SIGMOID.derived(lessons=True), "python")
    lines = [line.split("  #")[0].strip() for line in code[code.index("def f(") :].splitlines()]
    listing = """
        s0 = w0 * x0
        s1 = w1 * x1
        s2 = s0 + s1
        s3 = s2 + w2
        L = sigmoid(s3)
        grad_L = 1.0
        grad_s3 = grad_L * (1 - L) * L
        grad_w2 = grad_s3
        grad_s2 = grad_s3
        grad_s0 = grad_s2
        grad_s1 = grad_s2
        grad_w1 = grad_s1 * x1
        grad_x1 = grad_s1 * w1
        grad_w0 = grad_s0 * x0
        grad_x0 = grad_s0 * w0
    """
    wanted = [line.strip() for line in listing.strip().splitlines()]
    assert [line for line in lines if line in wanted] == wanted
    assert "def f(w0, x0, w1, x1, w2):" in code
    assert all("  # " in line for line in code.splitlines() if re.match(r" +grad_\w+ = ", line))


def test_far_out_the_exact_form_takes_the_place_of_the_lectures() -> None:
    """1 - L has no digits left where L rounds to 1."""
    case = Case("L = sigmoid(s)", {"s": 40.0})
    assert "(1 - L)" not in written(case.derived(lessons=True), "python")
    names = run(written(case.derived(lessons=True), "python"))
    assert names["f"](40.0)[1]["s"] == pytest.approx(4.248354255291589e-18, rel=1e-13)


def changed(code: str) -> list[str]:
    """The file with each line of its backward pass made wrong in turn."""
    lines = code.split("\n")
    found = []
    for place, line in enumerate(lines):
        match = re.match(r"( +)(grad_\w+) = (.*?)(  #.*)?$", line)
        if match and match[3] != "1.0":
            wrong = f"{match[1]}{match[2]} = 1.01 * ({match[3]})"
            found.append("\n".join([*lines[:place], wrong, *lines[place + 1 :]]))
    return found


@pytest.mark.parametrize("target", ["python", "numpy"])
def test_the_self_check_fails_when_any_line_of_the_backward_pass_is_wrong(target: str) -> None:
    cases = [SIGMOID, PRODUCT, *scalars()[5:60:6], *(of_arrays()[0:80:8] if target == "python" else ())]
    count = 0
    for case in cases:
        code = written(case.derived(), target)
        for text in changed(code):
            count += 1
            with contextlib.redirect_stdout(io.StringIO()) as told:
                status = run(text)["check"]()
            value, gradients = case.expected()
            if status == 0:  # only a gradient of zeros is as well multiplied by anything
                assert any(not abs(one).max() if hasattr(one, "max") else not one for one in gradients.values()), text
            else:
                assert status == 1
                assert told.getvalue().count("\n") == 1
            assert value is not None
    assert count > 40


@pytest.mark.parametrize("target", ["module"])
def test_the_self_check_of_the_module_fails_too(target: str) -> None:
    code = written(SIGMOID.derived(), target)
    for before, after in (("da = dz * self.b", "da = dz * self.a"), ("db = dz\n", "db = -dz\n")):
        assert before in code
        with contextlib.redirect_stdout(io.StringIO()):
            assert run(code.replace(before, after))["check"]() == 1


def test_as_a_script_it_says_one_line_and_ends_with_its_status(tmp_path: Path) -> None:
    code = written(PRODUCT.derived(), "python")
    for status, text in enumerate((code, code.replace("grad_z = grad_f * q", "grad_z = grad_f * z"))):
        path = tmp_path / f"circuit{status}.py"
        path.write_text(text)
        done = subprocess.run([sys.executable, path], check=False, capture_output=True, text=True)
        assert (done.returncode, done.stdout.count("\n"), done.stderr) == (status, 1, "")


# Names

AWKWARD = "lambda = λ*grad + double; np = lambda*select; f = np + l*class_ + θ; f*print"
VALUES = {name: 0.5 + k / 8 for k, name in enumerate(("λ", "grad", "double", "select", "l", "class_", "θ", "print"))}


@pytest.mark.parametrize("target", ["python", "module", "numpy"])
def test_awkward_names_in_python(target: str) -> None:
    case = Case(AWKWARD, VALUES)
    code = written(case.derived(), target)
    names = run(code)
    if target != "module":
        assert "lambda is lambda_ here" in code
        body = code[code.index("def f(") :]
        assert not set(re.findall(r"^    (\w+) = ", body, re.MULTILINE)) & {*keyword.kwlist, "l", "print"}
        value, gradients = names["f"](*VALUES.values())
        expected, by_name = case.expected()
        assert value == pytest.approx(expected, rel=1e-15)
        assert gradients == pytest.approx(by_name, rel=1e-15)
    with contextlib.redirect_stdout(io.StringIO()):
        assert names["check"]() == 0


@pytest.mark.parametrize(
    ("target", "compiler", "ending"),
    [
        ("c", ["gcc", *STRICT, "-DCHECK", "{}", "-lm", "-o", "{}.out"], "c"),
        ("rust", ["rustc", "-D", "warnings", "{}", "-o", "{}.out"], "rs"),
        ("javascript", [], "mjs"),
    ],
)  # fmt: skip
def test_awkward_names_elsewhere(target: str, compiler: list[str], ending: str, tmp_path: Path) -> None:
    if shutil.which(compiler[0] if compiler else "node") is None:
        pytest.skip("the compiler is not here")
    words = ["int", "fn", "let", "await", "exp", "main", "value", "at", "gradient", "match", "const", "sigmoid",
             "None", "Some", "Ok", "Err", "_", "self", "cls", "__proto__", "constructor", "toString"]  # fmt: skip
    text = " + ".join(f"{word}*{k + 2}" for k, word in enumerate(words)) + " + exp(exp/9)*λ + sigmoid(Straße) + e_"
    values = dict.fromkeys((*words, "λ", "Straße", "e_"), 0.25)
    path = tmp_path / f"names.{ending}"
    path.write_text(written(Case(text, values).derived(), target), encoding="utf-8")
    if compiler:
        subprocess.run([word.format(path) for word in compiler], check=True, cwd=tmp_path)
    done = subprocess.run([f"{path}.out"] if compiler else ["node", path], check=False, capture_output=True, text=True)
    assert (done.returncode, done.stdout.count("\n")) == (0, 1), done


def test_nothing_of_the_typed_text_gets_into_a_file() -> None:
    text = "x*2 # '''\"\"\" */ import os; print(1)\n + 3 # \\\n"
    for target in TARGETS:
        code = written(derivation(Source(text), {}, {"x": 1.0}, DEFAULTS), target)
        assert "import os" not in code
        assert "print(1)" not in code
    steps = (f"{after} = {name}*{name} + {name}" for name, after in zip("abcdfghijk", "bcdfghijkm", strict=True))
    endless = "; ".join(["a = x*x + x", *steps])
    code = written(derivation(Source(f"{endless}; m # import os"), {}, {"x": 1e-3}, DEFAULTS), "python")
    assert "import os" not in code


@pytest.mark.parametrize("name", ["1x", "f g", "f;", "f(", "'", "", "λ"])
def test_a_name_that_is_none_is_refused(name: str) -> None:
    done = command("code", "x*y", "--name", name)
    assert done.status == 2
    assert "is no name of a function" in done.err


# Linters


@pytest.mark.skipif(importlib.util.find_spec("ruff") is None and shutil.which("ruff") is None, reason="needs ruff")
def test_ruffs_default_rules_find_nothing(tmp_path: Path) -> None:
    """But for comparisons of a name with itself, which random programs make themselves: min(y, y)."""
    ruff = [sys.executable, "-m", "ruff"] if importlib.util.find_spec("ruff") else ["ruff"]
    cases = [SIGMOID, PRODUCT, Case(AWKWARD, VALUES), *scalars()[::4], *of_arrays()[::9]]
    for count, case in enumerate(cases):
        for target in ("python", "module", "numpy", "torch", "jax"):
            with contextlib.suppress(CannotSayError):
                text = _write(case.derived(lessons=True), target)
                (tmp_path / f"{target}{count}.py").write_text(text, encoding="utf-8")
    rules = ["--isolated", "--ignore", "PLR0124", "--output-format", "concise"]
    words = [*ruff, "check", "--no-cache", *rules, str(tmp_path)]
    done = subprocess.run(words, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-3000:]


# The command


def test_save_writes_the_file_and_prints_nothing(tmp_path: Path) -> None:
    path = tmp_path / "circuit.py"
    done = command("code", "(x+y)*z", "x=-2", "y=5", "z=-4", "--save", str(path))
    assert (done.status, done.out, done.err) == (0, "", "")
    assert path.read_text("utf-8") == command("code", "(x+y)*z", "x=-2", "y=5", "z=-4").out
    assert [one.name for one in tmp_path.iterdir()] == ["circuit.py"]
    done = command("code", "x", "--save", str(tmp_path / "missing" / "x.py"))
    assert done.status == 2
    assert "cannot write" in done.err


def test_shapes_and_values_may_be_mixed_and_unused_ones_are_told() -> None:
    done = command("code", "sum((X@w - y)^2)", "X:3,2", "w=[1,2]", "y:3", "q=1")
    assert done.status == 0
    assert 'the binding "q" is not used' in done.err
    assert "X (3, 2), w (2,), y (3,)" in done.out
    assert "np.array([1.0, 2.0])" in done.out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["x*", "x=1"], "something is missing"),
        (["X@w", "X:3,2", "w:4", "--upstream", "1"], "inner sizes 2 and 4 differ"),
        (["[x, y]"], "give the upstream gradient"),
        (["x", "--to", "cobol"], 'no target is called "cobol"'),
        (["x", "--dialect", "sqlite"], "--dialect is for --to sql"),
        (["lgamma(x)", "--to", "sql"], 'sql cannot say "lgamma"'),
        (["x*y", "x=1", "x:2"], "has a value and a shape"),
    ],
)
def test_mistakes(words: list[str], message: str) -> None:
    done = command("code", *words)
    assert done.status == 2
    assert done.out == ""
    assert message in done.err


def test_parameters_stand_in_the_order_of_the_json_then_labels() -> None:
    words = ["softmax_loss(X@W, y) + b", "y=[0,1]", "X=[[1,2],[3,4]]", "W=[[1,0],[0,1]]", "b=1", "--wrt", "b,W"]
    order = list(json.loads(command("grad", *words, "-o", "json").out)["gradient"])
    assert order == ["b", "W"]
    assert "def f(b, W, X, y):" in command("code", *words).out


def test_a_program_of_many_nodes_takes_linear_time() -> None:
    lines = ["a0 = x + y"] + [f"a{k} = sin(a{k - 1})*y + a{k - 1}" for k in range(1, 1500)]
    code = written(derivation(Source("; ".join([*lines, "a1499*x"])), {}, {"x": 0.1, "y": 0.01}, DEFAULTS), "python")
    names: dict[str, Any] = run(code)
    value, gradients = names["f"](0.1, 0.01)
    expected, by_name = Case("; ".join([*lines, "a1499*x"]), {"x": 0.1, "y": 0.01}).expected()
    assert (value, gradients) == (expected, by_name)


def test_the_messages_name_the_targets_that_can() -> None:
    with pytest.raises(BpcalcError) as caught:
        written(Case("gamma(x)", {"x": 1.5}).derived(), "sql")
    assert "--to python" in str(caught.value.hint)
    assert "--to rust" in str(caught.value.hint)
    assert "--to sql" not in str(caught.value.hint)


@pytest.mark.parametrize(
    ("target", "name"),
    [
        ("python", "class"), ("module", "math"), ("c", "double"), ("rust", "match"), ("javascript", "new"),
        ("sql", "order"),
    ],
)  # fmt: skip
def test_a_name_that_the_language_has_taken_is_refused(target: str, name: str) -> None:
    done = command("code", "x*y", "--to", target, "--name", name)
    assert (done.status, done.out) == (2, "")
    assert f'"{name}" means something else' in done.err


@pytest.mark.parametrize("target", ["python", "c", "rust", "javascript", "torch", "jax", "numpy"])
def test_the_function_has_the_name_that_is_asked_for(target: str) -> None:
    assert re.search(r"\bneuron\(", command("code", "x*y", "--to", target, "--name", "neuron").out)


def test_a_gate_of_one_input_hands_back_one_gradient() -> None:
    names = run(written(SIGMOID.derived(lessons=True), "module"))
    gate = names["SigmoidGate"]()
    assert gate.forward(0.0) == 0.5
    assert gate.backward(2.0) == 0.5
    product = names["MultiplyGate"]()
    assert product.forward(3.0, -4.0) == -12.0
    assert product.backward(2.0) == (-8.0, 6.0)
