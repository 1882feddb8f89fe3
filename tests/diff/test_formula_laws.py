"""The laws of `bpcalc diff`: its formulas, computed, are the gradients that the engine and PyTorch compute.

Of random programs of single numbers and of arrays, of every gate of the catalogue, and of the programs whose gradients
PyTorch has written into tests/arrays/programs.json. Formulas hold where the derivative exists, so points at kinks are
left out.
"""

from __future__ import annotations

import itertools
import json
import math
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import mpmath
import numpy as np
import pytest
from array_programs import SIZES, Programs, in_numbers, variables
from array_programs import numbers as random_numbers
from bites import bites
from every import every, several
from hypothesis import given, settings
from hypothesis import strategies as st
from mpmath import mpf
from numpy.typing import ArrayLike
from oracle import evaluate_number

TESTS = Path(__file__).parents[1]
sys.path += [str(TESTS / "random"), str(TESTS / "arraylaws")]  # the strategies and cases of other laws

from cases import CASES, Case  # noqa: E402
from fitting import fitting, slope  # noqa: E402
from programs import PROGRAMS, VARIABLES, Program  # noqa: E402
from reference import SCALARS, at_kink, call  # noqa: E402

from bpcalc import gradient, hessian  # noqa: E402
from bpcalc.calculations.diff.derivatives import Request  # noqa: E402
from bpcalc.calculations.diff.pipeline import differentiate  # noqa: E402
from bpcalc.errors import BpcalcError, Source  # noqa: E402
from bpcalc.gate import Gate  # noqa: E402
from bpcalc.reading.declarations import read_shapes  # noqa: E402
from bpcalc.reading.parser import parse  # noqa: E402
from bpcalc.writing.definitions import written  # noqa: E402

GATES_OF_NUMBERS = [gate for gate in SCALARS.values() if gate.differentiable and not gate.variadic]
PYTORCH = json.loads((TESTS / "arrays" / "programs.json").read_text(encoding="utf-8"))


def formulas(program: str, shapes: list[str] | None = None, **request: Any) -> dict[str, str]:
    """The program of each derivative."""
    report = differentiate(Source(program), read_shapes(shapes or []), {}, Request(**request))
    return {title: one.program for title, one in report.derivatives.items()}


def value(program: str, values: dict[str, Any]) -> Any:
    return gradient(program, values, symbolic=False, upstream=1.0).value


def agree(found: ArrayLike, expected: ArrayLike, tolerance: float) -> bool:
    """Have both one shape, and entries that are equal in terms of the largest?"""
    found, expected = np.asarray(found, float), np.asarray(expected, float)
    finite = np.isfinite(expected)
    if found.shape != expected.shape or not np.array_equal(found[~finite], expected[~finite], equal_nan=True):
        return False
    largest = np.max(np.abs(expected[finite]), initial=1e-3)
    return bool(np.all(np.abs(found[finite] - expected[finite]) <= tolerance * largest))


# Single numbers


def derivatives_of(program: Program, **request: Any) -> dict[str, str]:
    try:
        return formulas(program.text(), **request)
    except BpcalcError as error:
        if "no variable" not in error.message:
            raise
        return {}


def is_the_derivative(formula: str, program: Program, point: dict[str, Any], *names: str) -> bool:
    """Is a formula, computed with many digits and without bpcalc, what the differences of the program are?"""
    expected = slope(program, point, *names)
    with mpmath.workdps(50):
        return bool(abs(evaluate_number(formula, point) - expected) <= mpf("1e-20") * (1 + abs(expected)))


@bites()
@settings(max_examples=150)
@given(fitting())
def test_first_derivatives_are_those_of_differences(case: tuple[Program, dict[str, Any]]) -> bool:
    program, point = case
    found = derivatives_of(program)
    for name, formula in found.items():
        assert is_the_derivative(formula, program, point, name), formula
    return bool(found)


@bites()
@settings(max_examples=80)
@given(fitting())
def test_first_derivatives_are_the_gradient(case: tuple[Program, dict[str, Any]]) -> bool:
    """In floats, as closely as the program allows: noise in each of its operations says how much rounding matters."""
    program, point = case
    values = {name: float(x) for name, x in point.items()}
    found = derivatives_of(program)
    expected = gradient(program.text(), values, symbolic=False).gradient
    for name, formula in found.items():
        spread = abs(slope(program, point, name, noise=1e-12) - slope(program, point, name))
        largest = 1e-9 * (1 + abs(expected.get(name, 0.0))) + 10 * spread
        assert abs(value(formula, values) - expected.get(name, 0.0)) <= largest, formula
    return bool(found)


@bites()
@settings(max_examples=80)
@given(fitting(), st.permutations(VARIABLES))
def test_second_derivatives_are_those_of_differences_and_symmetric(
    case: tuple[Program, dict[str, Any]], order: list[str]
) -> bool:
    program, point = case
    known = derivatives_of(program)
    names = [name for name in order if name in known]
    if not names:
        return False
    a, b = names[0], names[-1]
    for pair in dict.fromkeys([(a, b), (b, a), (a, a)]):
        (formula,) = derivatives_of(program, wrt=[pair]).values()
        assert is_the_derivative(formula, program, point, *pair), formula
    return True


@pytest.mark.parametrize("gate", GATES_OF_NUMBERS, ids=repr)
def test_every_gate_of_single_numbers(gate: Gate) -> None:
    program = call(gate, list(VARIABLES[: len(gate.parameters)]))
    found = formulas(program)
    for sample in gate.samples:
        point = dict(zip(VARIABLES, sample, strict=False))
        if at_kink(gate, sample):
            continue
        expected = gradient(program, point, symbolic=False).gradient
        for name in found.keys() & expected.keys():
            # a textbook's 1 - tanh(x)^2 has few digits far from 0, but as many behind the point
            assert agree(value(found[name], point), expected[name], 1e-9), found[name]


@settings(max_examples=100)
@given(PROGRAMS)
def test_formulas_read_again_are_the_same_text(program: Program) -> None:
    for text in derivatives_of(program).values():
        again = parse(Source(text))
        names = {node: name for name, node in again.names.items() if again.graph.inputs[node] and node != again.output}
        definitions, (output,) = written(again.graph, [again.output], names)
        assert "; ".join([*(f"{name} = {part}" for name, part in definitions), output]) == text


# Arrays


@pytest.mark.parametrize("named", [False, True], ids=["numbers as sizes", "named sizes"])
@pytest.mark.parametrize("seed", range(8))
def test_derivatives_of_random_programs_of_arrays(seed: int, named: bool) -> None:
    programs = Programs(seed)
    for number in range(20):
        program = programs.program()
        values = random_numbers(program, number)
        shapes = [f"{name}:{','.join(shape)}" for name, shape in variables(program).items()]
        text = program if named else in_numbers(program)
        found = formulas(text, shapes if named else list(map(in_numbers, shapes)))
        expected = gradient(in_numbers(program), values, symbolic=False).gradient
        for name, formula in found.items():
            ours = value(in_numbers(formula), values)
            assert agree(ours, expected[name], 1e-8), f"{text}: {name} is not {formula}"


def twice_differentiable(programs: Programs) -> Iterator[str]:
    """Short ones of numbers and vectors, without kinks."""
    while True:
        program = in_numbers(programs.program())
        has_vectors = any(len(shape) < 2 for shape in variables(program).values())
        if len(program) <= 200 and has_vectors and "max" not in program and "relu" not in program:
            yield program


@pytest.mark.parametrize("seed", range(4))
def test_second_derivatives_of_random_programs_of_arrays(seed: int) -> None:
    for number, program in enumerate(itertools.islice(twice_differentiable(Programs(100 + seed)), 12)):
        values, shapes = random_numbers(program, number), variables(program)
        vectors = [name for name, shape in shapes.items() if len(shape) < 2]
        a, b = vectors[0], vectors[-1]
        words = [f"{name}:{in_numbers(','.join(shape))}" for name, shape in shapes.items()]
        (found,) = formulas(program, words, wrt=[(a, b)]).values()
        expected = hessian(program, values, wrt=[a, b]).hessian[a][b]
        assert agree(value(found, values), expected, 1e-7), f"{program}: {a},{b} is not {found}"


# Where a formula cannot say what PyTorch does, by words of the names of the programs.
ELSEWHERE = {
    "entries are equal, and PyTorch shares the gradient": (
        "ties", "all entries equal", "entries, max ", "entries, min ", "one entry twice",
    ),
    "the norm of nothing but zeros has no derivative": ("at the origin", "equal entries"),
    "a product without one factor is written as a quotient": (
        "prod, one zero", "prod, two zeros", "prod, rows with no zero", "prod, columns with zeros",
        "prod, all entries with a zero",
    ),
    "the inverse of a singular matrix": ("det 0",),
    "the branch that is not taken is infinite, and a sum or a transpose stands between": ("where, untaken",),
}  # fmt: skip
EXCEPTIONS = tuple(word for words in ELSEWHERE.values() for word in words)


@several("record", PYTORCH, called=lambda record: record["name"])
def test_formulas_of_array_programs_are_the_gradients_of_pytorch(record: dict[str, Any]) -> None:
    weighted, values = _weighted(record)
    shapes = [f"{name}:{','.join(map(str, np.shape(one)))}" for name, one in values.items()]
    names = [name for name in record["gradient"] if name in values]
    found = formulas(weighted, shapes, wrt=[(name,) for name in names])
    for name in names:
        ours, expected = value(found[name], values), record["gradient"][name]
        assert np.shape(ours) == np.shape(expected)
        if not agree(ours, expected, 1e-8):
            assert any(word in record["name"] for word in EXCEPTIONS), found[name]


def _weighted(record: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """The program with its upstream as weights of a sum, and the values."""
    values = {name: np.asarray(one, float) for name, one in record["bindings"].items()}
    values["U_"] = np.asarray(record.get("upstream", 1.0), float) * np.ones(np.shape(record["value"]))
    *lines, last = [line.partition("#")[0] for line in record["program"].strip().replace(";", "\n").split("\n")]
    name, equals, _ = last.partition("=")
    if equals and name.strip().isidentifier() and last[len(name) + 1] != "=":
        return "\n".join([*lines, last, f"sum(U_*{name.strip()})"]), values
    return "\n".join([*lines, f"sum(U_*({last}))"]), values


# The catalogue

SMOOTH = [
    case for case in CASES
    if case.gate.differentiable and (case.name != "det" or np.all(np.abs(np.linalg.det(case.inputs[0])) > 1e-9))
]  # fmt: skip


@every("case", SMOOTH, by=lambda case: case.name)
def test_every_gate_of_arrays(case: Case) -> None:
    shape = np.shape(value(case.program, case.values))
    program, values = (
        f"sum(w*({case.program}))",
        {**case.values, "w": np.cos(np.arange(1.0, 1 + math.prod(shape))).reshape(shape)},
    )
    shapes = [f"{name}:{','.join(map(str, np.shape(one)))}" for name, one in values.items()]
    expected = gradient(program, values, symbolic=False).gradient
    for name, formula in formulas(program, shapes).items():
        if name in expected:
            assert agree(value(formula, values), expected[name], 1e-8), formula


def test_the_sizes_differ() -> None:
    """A product the wrong way round is to fail."""
    assert len(set(SIZES.values())) == len(SIZES)
