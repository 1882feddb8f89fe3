"""`--against FILE.py`: someone's own backward pass is run, and each of its gradients judged."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import pytest
from commandline import Result, call

from bpcalc.calculations.check import against, runner

LAYER = ("check", "x@w + b", "x=[[1,2],[3,4],[5,6]]", "w=[[1,-1],[2,3]]", "b=[3,1]")
SCALAR = ("check", "(x+y)*z", "x=-2", "y=5", "z=-4")

PASSES = {
    "pair": (
        "def affine_forward(x, w, b):\n    return x@w + b, (x, w, b)\n"
        "def affine_backward(dout, cache):\n    x, w, b = cache\n    return dout@w.T, x.T@dout, {db}\n"
    ),
    "class": (
        "class Affine:\n    def forward(self, x, w, b):\n        self.x, self.w = x, w\n        return x@w + b\n"
        "    def backward(self, dz):\n        dout = dz\n        return [dout@self.w.T, self.x.T@dout, {db}]\n"
    ),
    "static": (
        "class Affine:\n    @staticmethod\n    def forward(ctx, x, w, b):\n        ctx.save_for_backward(x, w)\n"
        "        return x@w + b\n    @staticmethod\n    def backward(ctx, dout):\n        x, w = ctx.saved_tensors\n"
        "        return dout@w.T, x.T@dout, {db}\n"
    ),
    "function": "def affine(x, w, b, upstream):\n    dout = upstream\n    return dout@w.T, x.T@dout, {db}\n",
    "dict": "def affine(x, w, b, dout):\n    return {{'dx': dout@w.T, 'w': x.T@dout, 'grad_b': {db}}}\n",
}


@pytest.fixture
def own_process() -> None:
    """For a test whose file must not run in this process."""


@pytest.fixture(autouse=True)
def in_this_process(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Most files are run here: starting Python and NumPy takes a hundred times as long as what they do."""
    if "own_process" in request.fixturenames:
        return

    def here(command: Any, input: bytes, **more: Any) -> Any:
        _, asked = input.decode().splitlines()
        before = [*sys.path]
        with redirect_stdout(io.StringIO()):
            found = runner.answer(json.loads(asked))
        sys.path[:] = before
        return subprocess.CompletedProcess(command, 0, stdout=json.dumps(found).encode())

    monkeypatch.setattr(against.subprocess, "run", here)


def run(tmp_path: Path, text: str, words: tuple[str, ...] = LAYER, name: str = "") -> Result:
    (tmp_path / "own.py").write_text(text, encoding="utf-8")
    return call([*words, "--against", f"own.py{name}", "-o", "json", "-q"], folder=tmp_path)


def claims(result: Result) -> dict[str, Any]:
    return {claim["name"]: claim for claim in json.loads(result.out)["claims"]}


@pytest.mark.parametrize("style", PASSES)
@pytest.mark.usefixtures("own_process")
def test_each_way_of_writing_a_backward_pass_is_understood(style: str, tmp_path: Path) -> None:
    right = run(tmp_path, PASSES[style].format(db="dout.sum(axis=0)"))
    assert right.status == 0, right.err
    assert {claim["verdict"] for claim in claims(right).values()} == {"right"}
    assert list(claims(right)) == ["x", "w", "b"]
    wrong = run(tmp_path, PASSES[style].format(db="dout"))
    assert wrong.status == 1
    assert claims(wrong)["b"]["mistake"] == "not-summed"
    assert claims(wrong)["w"]["verdict"] == "right"


def test_a_function_of_numbers_returns_gradients_in_the_order_of_its_parameters(tmp_path: Path) -> None:
    found = claims(run(tmp_path, "def f(z, x, y):\n    return -(x + y), z, z\n", SCALAR))
    assert (found["z"]["mistake"], found["x"]["verdict"], found["y"]["verdict"]) == ("sign", "right", "right")


LAYERS = {
    "with weights": (
        "class Linear:\n    def __init__(self, w, b):\n        self.w, self.b = w, b\n"
        "    def forward(self, x):\n        self.x = x\n        return x@self.w + self.b\n"
        "    def backward(self, dout):\n        self.dw = self.x.T@dout\n        self.db = dout.sum(0)\n"
        "        return dout@self.w.T\n"
    ),
    "adding up": (
        "class Linear:\n    def __init__(self, w, b):\n        self.w, self.b, self.dw = w, b, 0\n"
        "    def forward(self, x):\n        self.x = x\n        return x@self.w + self.b\n"
        "    def backward(self, dout):\n        self.dw = self.dw + self.x.T@dout\n"
        "        self.grads = {'b': dout.sum(0)}\n"
        "        return dout@self.w.T\n"
    ),
}


def test_a_layer_that_is_made_with_its_weights(tmp_path: Path) -> None:
    right = run(tmp_path, LAYERS["with weights"])
    assert right.status == 0, right.err
    assert list(claims(right)) == ["x", "w", "b"]
    adding = claims(run(tmp_path, LAYERS["adding up"]))
    assert {name: claim["mistake"] for name, claim in adding.items()} == {"x": None, "w": "accumulated", "b": None}


def test_a_loss_that_returns_its_value_and_one_gradient(tmp_path: Path, own_process: None) -> None:
    text = (
        "import numpy as np\ndef loss(S, y):\n    P = np.exp(S); P = P/P.sum(axis=1, keepdims=True)\n"
        "    value = -np.log(P[np.arange(len(y)), y]).sum()\n    P[np.arange(len(y)), y] -= {one}\n"
        "    return value, P\n"
    )
    words = ("check", "softmax_loss(S, y)", "S=[[3.2,5.1,-1.7],[1.3,4.9,2.0]]", "y=[0,1]")
    assert run(tmp_path, text.format(one=1), words).status == 0
    assert claims(run(tmp_path, text.format(one=0), words))["S"]["mistake"] == "branch"


def test_a_forward_pass_with_another_value_is_told(tmp_path: Path) -> None:
    text = PASSES["class"].format(db="dout.sum(0)")
    assert run(tmp_path, text).status == 0
    found = run(tmp_path, text.replace("x@w + b", "x@w - b"))
    assert found.status == 1
    assert {claim["verdict"] for claim in claims(found).values()} == {"right"}
    assert {claim["mistake"] for claim in claims(found).values()} == {"forward"}
    assert json.loads(found.out)["agrees"] is False


def test_a_backward_pass_that_takes_the_inputs(tmp_path: Path) -> None:
    text = (
        "def forward(x, y, z):\n    return (x + y)*z\n"
        "def backward(dout, x, y, z):\n    return dout*z, dout*z, x + y\n"
    )
    found = claims(run(tmp_path, text, SCALAR))
    assert {name: claim["mistake"] for name, claim in found.items()} == {"x": None, "y": None, "z": "local"}


def test_a_formula_that_is_right_at_the_inputs_only_is_told_so(tmp_path: Path) -> None:
    found = claims(run(tmp_path, "def f(x):\n    return x**2\n", ("check", "x^2", "x=2")))
    assert found["x"]["verdict"] == "wrong"
    found = claims(run(tmp_path, "def f(x):\n    return 2*x if x == 2 else 17.3*x\n", ("check", "x^2", "x=2")))
    assert "right at these inputs, but not at others" in found["x"]["message"]


def test_other_inputs_tell_mistakes_apart_that_are_alike_at_these(tmp_path: Path) -> None:
    found = claims(run(tmp_path, "def f(x, y):\n    return y, 2*x\n", ("check", "x*y", "x=1", "y=2")))
    assert found["y"]["mistakes"] == ["factor"]


def test_a_file_may_fail_at_other_inputs(tmp_path: Path) -> None:
    text = "def f(x):\n    if x != 2:\n        raise ValueError\n    return 2*x\n"
    assert run(tmp_path, text, ("check", "x^2", "x=2")).status == 0


@pytest.mark.usefixtures("own_process")
def test_what_a_file_prints_is_not_taken_for_its_answer(tmp_path: Path) -> None:
    assert run(tmp_path, "print('hello')\ndef f(x, y, z):\n    print(x)\n    return z, z, x + y\n", SCALAR).status == 0


MISTAKES = {
    "ignored upstream": ("local", "np.ones_like(dz)@self.w.T", "w = self.x.T@dz"),
    "adds from call to call": ("accumulated", "dz@self.w.T", "w = self.w_ = getattr(self, 'w_', 0) + self.x.T@dz"),
    "changes its input": ("mutated", "dz@self.w.T", "w = self.x.T@dz; self.x += 1"),
    "transposed": ("transposed", "dz@self.w", "w = self.x.T@dz"),
}


@pytest.mark.parametrize("title", MISTAKES)
def test_mistakes_of_programs_are_told_apart(title: str, tmp_path: Path) -> None:
    kind, dx, dw = MISTAKES[title]
    text = (
        "import numpy as np\nclass Layer:\n    def forward(self, x, w, b):\n        self.x, self.w = x, w\n"
        f"        return x@w + b\n    def backward(self, dz):\n        {dw}\n        return {dx}, w, dz.sum(0)\n"
    )
    found = run(tmp_path, text)
    assert found.status == 1, found.err
    assert kind in {claim["mistake"] for claim in claims(found).values()}


def test_an_overwritten_branch_is_diagnosed(tmp_path: Path) -> None:
    words = ("check", "x*y + x^2", "x=2", "y=3")
    found = claims(run(tmp_path, "def f(x, y):\n    dx = y\n    dx = 2*x\n    return dx, x\n", words))
    assert "overwritten" in found["x"]["mistakes"]


BROKEN = {
    "def f(x, w, b): return 1/0": "line 1: ZeroDivisionError",
    "def f(x, w, b) return 1": "line 1: SyntaxError",
    "def f(x, q): return 1, 2": "has the parameters x, q, the program the inputs x, w, b",
    "def f(x, w, b, upstream): return 1, 2": "it returns 2 gradients, for 3 inputs",
    "def f(x, w, b, upstream): return 'a'": "it returns a str",
    "def f(x): pass\ndef g(x): pass": "it has several things to call",
    "x = 1": "it has no function",
    "def f(x, w, b): return x, w, b": "takes no upstream",
    "def f(x, w, b, upstream): return 1, 2, 3, 4": "it returns 4 gradients, for 3 inputs: x, w, b",
    "def f(x, w, b, upstream): return x": "it returns a ndarray",
    "def f(x, w, b, upstream): return [x]": "it returns 1 gradient, for 3 inputs",
    "def f(x, w, b, upstream): pass": "it returns None",
    "def f(x, w, b, upstream): return x, None, b": "it returns None for the gradient of w",
    "def f(x, w, b, upstream): return {'x': x, 'w': w, 'b': None}": "it returns None for the gradient of b",
    "def f(x, w, b, upstream): return {'x': x, 'w': w}": "it returns no gradient of b, only of x, w",
    "def f(x, w, b, upstream): return {}": "it returns no gradient of x, and of nothing else",
    "def f(x, w, b, upstream): return {'x': x, 'w': w, 'bias': b}": 'it returns a gradient of "bias"',
    "def f(x, w, b, upstream): return {'x': x, 'w': w, 'b': b, 'db': b}": "it returns two gradients of b",
    "def f(x, w, b, upstream): return x, w, b*1j": "a gradient is a complex",
    "def f(x, w, b, upstream): return x, w, [print]": "a gradient is a builtin_function_or_method",
}


@pytest.mark.parametrize("text", BROKEN)
def test_what_cannot_be_run_is_an_error_of_the_file(text: str, tmp_path: Path) -> None:
    found = run(tmp_path, text)
    assert (found.status, found.out) == (2, "")
    assert "own.py" in found.err
    assert BROKEN[text] in found.err


@pytest.mark.usefixtures("own_process")
def test_a_file_that_does_not_end_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(against, "SECONDS", 1)
    found = run(tmp_path, "while True: pass")
    assert found.status == 2
    assert "does not end within 1 seconds" in found.err


@pytest.mark.usefixtures("own_process")
def test_a_file_that_ends_its_process_is_told(tmp_path: Path) -> None:
    found = run(tmp_path, "import os\nos._exit(3)")
    assert (found.status, found.out) == (2, "")
    assert "ended with status 3" in found.err


def test_there_is_no_such_file() -> None:
    found = call([*SCALAR, "--against", "missing.py:f"])
    assert found.status == 2
    assert "there is no file" in found.err


SHAPES = {
    "a number for an array": ("x, 1", "its shape is a single number, that of the input 2"),
    "a row for a vector": ("x, [[1, 2]]", "its shape is 1 x 2, that of the input 2"),
    "ragged lists": ("x, [[1], [2, 3]]", "no array of numbers"),
    "a list with None": ("x, [1, None]", "no array of numbers"),
    "NaN": ("x, [1, float('nan')]", "it returns NaN"),
    "an infinity": ("x, [1, float('inf')]", "it returns an infinity"),
}


@pytest.mark.parametrize("title", SHAPES)
def test_what_is_no_gradient_of_its_input_is_wrong_and_told(title: str, tmp_path: Path) -> None:
    returned, told = SHAPES[title]
    words = ("check", "sum(x*y)", "x=[1,2]", "y=[3,4]")
    found = run(tmp_path, f"def f(x, y):\n    x = y\n    return {returned}\n", words)
    claim = claims(found)["y"]
    assert found.status == 1
    assert (claim["verdict"], claim["mistake"]) == ("wrong", None)
    assert told in claim["message"]


@pytest.mark.parametrize("returned", ["y, x", "[y, x]", "{'x': y, 'dy': x}", "(x*y, (y, x))", "(x*y, [y, x])",
                                      "y, x, None", "__import__('numpy').float32(y), int(x)"])  # fmt: skip
def test_what_a_gradient_may_be_returned_as(returned: str, tmp_path: Path) -> None:
    assert run(tmp_path, f"def f(x, y):\n    return {returned}\n", ("check", "x*y", "x=2", "y=3")).status in (
        (1,) if "int(" in returned else (0,))  # at other inputs whole numbers and 32 bits are too few


AT_KINKS = {
    "relu, 1 at 0": ("relu(x)", ["x=0"], "g*(x >= 0)", True),
    "relu of a vector": ("relu(x)", ["x=[0, 1, -2, 0]"], "g*(x >= 0)", True),
    "abs, any number between": ("abs(x)", ["x=0"], "g*(0.3 if x == 0 else np.sign(x))", True),
    "abs, beyond": ("abs(x)", ["x=0"], "g*(1.3 if x == 0 else np.sign(x))", False),
    "the first of two takes all": ("max(x, y)", ["x=1", "y=1"], "g*(x >= y), g*(y > x)", True),
    "the second takes all": ("max(x, y)", ["x=1", "y=1"], "g*(x > y), g*(y >= x)", True),
    "each takes all": ("max(x, y)", ["x=1", "y=1"], "g*(x >= y), g*(y >= x)", False),
    "none takes it": ("max(x, y)", ["x=1", "y=1"], "g*(x > y), g*(y > x)", False),
    "each of a vector's": ("max(x)", ["x=[2, 2, 1]"], "g*(x == x.max())", False),
    "the first of a vector's": ("max(x)", ["x=[2, 2, 1]"], "g*(np.arange(3) == x.argmax())", True),
    "two kinks that do not meet": ("abs(x) - abs(y)", ["x=0", "y=0"],
                                   "g*(1 if x == 0 else np.sign(x)), g*(1 if y == 0 else -np.sign(y))", True),
}  # fmt: skip


@pytest.mark.parametrize("title", AT_KINKS)
def test_at_a_kink_any_subgradient_is_right(title: str, tmp_path: Path) -> None:
    program, values, returned, is_right = AT_KINKS[title]
    names = ", ".join(value[0] for value in values)
    text = f"import numpy as np\ndef f({names}, g):\n    return {returned}\n"
    found = run(tmp_path, text, ("check", program, *values))
    judged = claims(found).values()
    assert {claim["verdict"] for claim in judged} == {"right" if is_right else "wrong"}, found.err
    assert all("a subgradient (convention torch" in claim["how"] for claim in judged) or not is_right
    if title.startswith("each"):
        assert {claim["mistake"] for claim in judged} == {"ties"}


def test_wrt_names_the_gradients_that_must_be_there(tmp_path: Path) -> None:
    text = "def f(x, y):\n    return {'x': y}\n"
    assert run(tmp_path, text, ("check", "x*y", "x=2", "y=3", "--wrt", "x")).status == 0
