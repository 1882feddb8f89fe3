"""Products without a sign are read where there is one reading, and told; the rest is an error that names both."""

from __future__ import annotations

import random
import re

import numpy as np
import pytest
from commandline import call

import bpcalc
from bpcalc.errors import BpcalcError
from bpcalc.reading.products import splits


@pytest.mark.parametrize(
    ("program", "values", "written"),
    [
        ("xy", {"x": 2.0, "y": 3.0}, "x*y"),
        ("w0x0 + b", {"w0": 2.0, "x0": 3.0, "b": 1.0}, "w0*x0 + b"),
        ("2ab^2", {"a": 2.0, "b": 3.0}, "2*a*b^2"),
        ("-xyz²", {"x": 2.0, "y": 3.0, "z": 5.0}, "-x*y*z^2"),
        ("xe^x", {"x": 0.5}, "x*e^x"),
        ("2πr + πr^2", {"r": 3.0}, "2*pi*r + pi*r^2"),
        ("f(a, b) = ab + a; f(x, 2)", {"x": 3.0}, "x*2 + x"),
        ("q = x + y; qz", {"x": -2.0, "y": 5.0, "z": -4.0}, "(x + y)*z"),
        ("sin(xy)/2", {"x": 0.5, "y": 3.0}, "sin(x*y)/2"),
        ("xy", {"x": 2.0, "y": 3.0, "xy": 7.0}, "xy"),
    ],
)
def test_a_name_that_splits_in_one_way_is_the_product(program: str, values: dict[str, float], written: str) -> None:
    names = {name: value for name, value in values.items() if name in re.findall(r"\w+", written)}
    paper, plain = bpcalc.gradient(program, values), bpcalc.gradient(written, names)
    assert paper.value == plain.value
    assert {name: paper.gradient[name] for name in names} == plain.gradient


def test_a_product_is_told_on_standard_error_and_is_no_warning() -> None:
    words = ["grad", "xy + 1", "x=2", "y=3", "--strict", "--get", "value"]
    note = "note: xy is read as the product x*y; if it is one name, give xy a value\n"
    assert call(words) == (0, "7.0\n", note)
    assert call([*words, "-q"]) == (0, "7.0\n", "")
    assert call(["grad", "log(xy)", "x=0", "y=3", "--strict", "-q"]).status == 1
    assert [one.kind for one in bpcalc.gradient("xy", x=2.0, y=3.0).warnings] == ["note"]


@pytest.mark.parametrize("command", ["jvp", "hessian", "jacobian"])
def test_every_command_reads_and_tells_it(command: str) -> None:
    more = ["--tangent", "x=1"] if command == "jvp" else []
    assert call([command, "xy", "x=2", "y=3", *more]).err.startswith("note: xy is read as the product x*y")


def test_a_product_in_diff_is_one_of_names_that_stand_alone_or_are_declared() -> None:
    assert bpcalc.diff("x^2 + xy + y^2").derivatives["x"].program == "2*x + y"
    assert bpcalc.diff("wx + b", {"w": "", "x": "", "b": ""})["w"] == "x"
    assert bpcalc.diff("sum(cX)", {"c": "", "X": "m,n"})["c"] == "sum(X)"
    done = call(["diff", "x^2 + xy + y^2", "--wrt", "x", "--verify", "--strict"])
    assert done.status == 0
    assert done.err == "note: xy is read as the product x*y; if it is one name, declare xy:\n"
    assert "agrees" in done.out


@pytest.mark.parametrize(("program", "shapes"), [("3x^2 + 2xy", {"xy": ""}), ("xy", {"xy": ""}), ("xe^x", {"xe": ""})])
def test_a_declared_name_is_one_name(program: str, shapes: dict[str, str]) -> None:
    (name,) = shapes
    assert name in bpcalc.diff(program, shapes).derivatives
    assert name in bpcalc.diff(program, wrt=name).derivatives


@pytest.mark.parametrize("program", ["theta*x + t", "rate*x + t", "cost*t + c", "mu*x + m", "dx*x", "loss - l", "k1*x"])
def test_words_are_names_in_diff(program: str) -> None:
    name = program.split("*", maxsplit=1)[0].split(" ", maxsplit=1)[0]
    assert name in bpcalc.diff(program).derivatives


def test_random_splits_of_products() -> None:
    draw = random.Random(1)
    for _ in range(300):
        names = sorted({draw.choice("abcuvwxyz") + draw.choice(["", "", "0", "1", "12"]) for _ in range(4)})
        factors = draw.sample(names, draw.randint(2, len(names))) if len(names) > 2 else names
        word = "".join(factors)
        # every way to cut the word into the names, by brute force
        ways: list[list[str]] = []
        stack: list[tuple[str, list[str]]] = [(word, [])]
        while stack:
            rest, way = stack.pop()
            if not rest:
                ways.append(way)
            stack += [(rest[len(name) :], [*way, name]) for name in names if rest.startswith(name)]
        found = splits(word, names.__contains__, ())
        if len(factors) > 1 and word not in names:
            assert sorted(found) == sorted(ways)[: len(found)] or len(ways) > 2
            assert len(found) == min(2, len(ways))


def test_two_matrices_side_by_side_are_an_error() -> None:
    with pytest.raises(BpcalcError, match="product of matrices"):
        bpcalc.gradient("sum(Xw)", X=np.ones((2, 2)), w=np.ones(2))


def test_a_long_name_is_looked_through_quickly() -> None:
    with pytest.raises(BpcalcError, match="has no value"):
        bpcalc.gradient("a" * 5000, a=1.0)
    with pytest.raises(BpcalcError, match=r"no value|product"):
        bpcalc.gradient("a" * 23, a=1.0, aa=1.0)
