"""`--get` obeys `-o` in every command: bare lines, one object, one row, or assignments."""

from __future__ import annotations

import csv
import io
import json

import pytest
from commandline import call

# A command, what is picked, and what it is by hand: f = x^2*y at x = 2, y = 3; its eigenvalues solve t^2 - 6t = 16.
POINT = ["x=2", "y=3"]
PICKS = [
    (["grad", "x^2*y", *POINT], {"x": "12.0", "value": "12.0"}, ["d_x", "value"]),
    (["grad", "q = x^2; q*y", *POINT], {"q.value": "4.0", "q.grad": "3.0", "y": "4.0"}, ["q_value", "d_q", "d_y"]),
    (["jvp", "x^2*y", *POINT, "--tangent", "y=2"], {"tangent": "8.0", "y.tangent": "2.0"}, ["tangent", "y_tangent"]),
    (["jacobian", "[x*y, x]", *POINT], {"x": "[3.0, 1.0]", "value": "[6.0, 2.0]"}, ["d_x", "value"]),
    (["jacobian", "q = x*y; [q, x]", *POINT], {"q.value": "6.0", "y.grad": "[2.0, 0.0]"}, ["q_value", "d_y"]),
    (["hessian", "x^2*y", *POINT], {"x.y": "4.0", "value": "12.0", "eigenvalues": "[-2.0, 8.0]"},
     ["d_x_y", "value", "eigenvalues"]),
    (["hessian", "x^2*y", *POINT, "--vector", "x=1"], {"x": "6.0", "y": "4.0"}, ["Hv_x", "Hv_y"]),
    (["diff", "x^2*y"], {"x": "2*x*y", "y": "x^2"}, ["d_x", "d_y"]),
    (["diff", "x^2*y", "--wrt", "x,y"], {"x,y": "2*x"}, ["d_x_y"]),
    (["diff", "(x + 1)^2 - 1", "--order", "0"], {"value": "x^2 + 2*x"}, ["value"]),
    (["diff", "exp(x)", "x=0", "--taylor", "2"], {"x": "1 + x + x^2/2"}, ["d_x"]),
]  # fmt: skip
every = pytest.mark.parametrize(("words", "found", "variables"), PICKS, ids=[" ".join(words) for words, _, _ in PICKS])


def picked(words: list[str], found: dict[str, str], *more: str) -> str:
    status, out, err = call([*words, "--get", ",".join(found), *more])
    assert (status, err) == (0, "")
    return out


@every
def test_bare_one_a_line(words: list[str], found: dict[str, str], variables: list[str]) -> None:
    assert picked(words, found) == picked(words, found, "-o", "plain") == "".join(f"{one}\n" for one in found.values())
    if "x,y" not in found:
        repeated = [word for name in found for word in ("--get", name)]
        assert call([*words, *repeated]).out == picked(words, found)


@every
def test_one_object(words: list[str], found: dict[str, str], variables: list[str]) -> None:
    wanted = found if words[0] == "diff" else {name: json.loads(text) for name, text in found.items()}
    assert json.loads(picked(words, found, "-o", "json")) == wanted


@every
def test_a_heading_and_a_row(words: list[str], found: dict[str, str], variables: list[str]) -> None:
    assert [*csv.reader(io.StringIO(picked(words, found, "-o", "csv")))] == [[*found], [*found.values()]]
    assert picked(words, found, "-o", "tsv").splitlines() == ["\t".join(found), "\t".join(found.values())]


@every
def test_assignments(words: list[str], found: dict[str, str], variables: list[str]) -> None:
    def right(text: str) -> str:
        if words[0] == "diff":
            return f"'{text}'"
        return f"({text[1:-1].replace(',', '')})" if text.startswith("[") else text

    wanted = [f"{variable}={right(text)}" for variable, text in zip(variables, found.values(), strict=True)]
    assert picked(words, found, "-o", "env").splitlines() == wanted
    assert picked(words, found, "-o", "env", "--prefix", "my_").splitlines() == [f"my_{line}" for line in wanted]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["grad", "x^2", "x=3", "--get", "x", "--trace"], "--get prints x alone, and --trace tells every step"),
        (["grad", "x^2", "x=3", "--get", "x", "--step"], "--get prints x alone, and --step tells every step"),
        (["grad", "x^2", "x=3", "--get", "x", "-o", "latex"], "--get prints data, and -o latex is for the eye"),
        (["diff", "x^2", "--get", "x", "-o", "unicode"], "--get prints data, and -o unicode is for the eye"),
        (["grad", "x^2", "x=3", "--get", ""], '--get takes names, not ""'),
        (["grad", "x^2", "x=3", "--get", "x,z"], 'no node is called "z"'),
        (["diff", "x^2*y", "--wrt", "x", "--get", "y"], 'the derivative by "y" was not asked for'),
        (["jacobian", "x^2", "x=3", "--get", "z.value"], 'no node is called "z"'),
        (["grad", "x^2", "x=3", "--prefix", "a_"], "--prefix is of the variables of -o env"),
        (["grad", "x^2", "x=3", "-o", "env", "--prefix", "a-"], 'no shell variable can begin with "a-"'),
        (["grad", "x^2", "x=3", "-o", "env", "--prefix", "a;ls;"], 'no shell variable can begin with "a;ls;"'),
        (["grad", "x*W_shape", "x=3", "W_shape=2", "-o", "env", "--get", "q"], 'no node is called "q"'),
        (["grad", "sum(W)*W_shape", "W=[[1]]", "W_shape=2", "-o", "env"],
         'two results would be the shell variable "d_W_shape"'),
    ],
)  # fmt: skip
def test_what_has_no_answer_is_an_error(words: list[str], message: str) -> None:
    status, out, err = call(words)
    assert (status, out) == (2, "")
    assert err.startswith(f"error: {message}\n")
