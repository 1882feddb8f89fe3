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
from pathlib import Path
from typing import Any

import mpmath
import numpy as np
import pytest
from array_programs import SIZES, Programs, in_numbers, variables
from array_programs import numbers as random_numbers
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import ArrayLike

TESTS = Path(__file__).parents[1]
sys.path += [str(TESTS / "random"), str(TESTS / "arraylaws")]  # the strategies and cases of other laws

from cases import CASES, Case  # noqa: E402
from programs import PROGRAMS, VARIABLES, Program, UnfitError  # noqa: E402
from reference import SCALARS, at_kink, call  # noqa: E402

from bpcalc import gradient, hessian  # noqa: E402
from bpcalc.calculations.diff.derivatives import Request  # noqa: E402
from bpcalc.calculations.diff.pipeline import differentiate  # noqa: E402
from bpcalc.errors import BpcalcError, Source  # noqa: E402
from bpcalc.gate import Gate  # noqa: E402
from bpcalc.reading.declarations import read_shapes  # noqa: E402
from bpcalc.reading.parser import parse  # noqa: E402
from bpcalc.writing.definitions import written  # noqa: E402

POINTS = st.tuples(*[st.sampled_from((-2.3, -0.7, 0.3, 0.45, 1.3, 3.2))] * len(VARIABLES))
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


def fit(program: Program, point: dict[str, float]) -> bool:
    """Is the point inside the domain, away from kinks, and is its value no worse than the numbers that it is made of?

    Relative noise of 1e-15 in every operation may not move the value by more than 1e-12.
    """
    with mpmath.workdps(30):
        exact = {name: mpmath.mpf(x) for name, x in point.items()}
        noise = itertools.cycle([1 + mpmath.mpf(10) ** -15, 1 - mpmath.mpf(10) ** -15, 1])
        try:
            plain, moved = (program.value(exact, one) for one in (itertools.repeat(mpmath.mpf(1)), noise))
        except UnfitError:
            return False
        return bool(abs(moved - plain) <= 1e-12 * abs(plain))


def derivatives_of(program: Program, **request: Any) -> dict[str, str]:
    try:
        return formulas(program.text(), **request)
    except BpcalcError as error:
        if "no variable" not in error.message:
            raise
        return {}


@settings(max_examples=200)
@given(PROGRAMS, POINTS)
def test_first_derivatives_are_the_gradient(program: Program, numbers: tuple[float, ...]) -> None:
    point = dict(zip(VARIABLES, numbers, strict=True))
    found = derivatives_of(program)
    if not found or not fit(program, point):
        return
    expected = gradient(program.text(), point, symbolic=False).gradient
    for name in found.keys() & expected.keys():
        number = value(found[name], point)
        if math.isfinite(expected[name]) and not math.isnan(number):
            assert math.isclose(number, expected[name], rel_tol=1e-7, abs_tol=1e-12), found[name]


@settings(max_examples=150)
@given(PROGRAMS, POINTS, st.permutations(VARIABLES))
def test_second_derivatives_are_the_gradient_of_the_first_and_symmetric(
    program: Program, numbers: tuple[float, ...], names: list[str]
) -> None:
    point = dict(zip(VARIABLES, numbers, strict=True))
    first = derivatives_of(program)
    a, b, _ = names
    if not {a, b} <= first.keys() or len(program.text()) > 200 or not fit(program, point):
        return
    second = derivatives_of(program, wrt=[(a, b), (b, a), (a, a)])
    of_a = gradient(first[a], point, symbolic=False).gradient
    for title, expected in {
        f"{a},{b}": of_a.get(b, 0.0),
        f"{b},{a}": of_a.get(b, 0.0),
        f"{a},{a}": of_a.get(a, 0.0),
    }.items():
        number = value(second[title], point)
        if math.isfinite(expected) and not math.isnan(number):
            assert math.isclose(number, expected, rel_tol=1e-6, abs_tol=1e-9), second[title]


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
        if named and "is chosen when" in _complaint(text, shapes):
            continue  # a size that no variable has
        found = formulas(text, shapes if named else list(map(in_numbers, shapes)))
        expected = gradient(in_numbers(program), values, symbolic=False).gradient
        for name, formula in found.items():
            if np.all(np.isfinite(expected[name])):
                ours = value(in_numbers(formula), values)
                assert agree(ours, expected[name], 1e-8), f"{text}: {name} is not {formula}"


def _complaint(program: str, shapes: list[str]) -> str:
    try:
        formulas(program, shapes)
    except BpcalcError as error:
        return error.message
    return ""


@pytest.mark.parametrize("seed", range(4))
def test_second_derivatives_of_random_programs_of_arrays(seed: int) -> None:
    programs = Programs(100 + seed)
    for number in range(20):
        program = in_numbers(programs.program())
        vectors = [name for name, shape in variables(program).items() if len(shape) < 2]
        if len(program) > 200 or not vectors or "max" in program or "relu" in program:
            continue
        values, shapes = random_numbers(program, number), variables(program)
        a, b = vectors[0], vectors[-1]
        words = [f"{name}:{in_numbers(','.join(shape))}" for name, shape in shapes.items()]
        try:
            (found,) = formulas(program, words, wrt=[(a, b)]).values()
        except BpcalcError as error:
            if "no formula" not in error.message:
                raise
            continue
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


@pytest.mark.parametrize("record", PYTORCH, ids=[record["name"] for record in PYTORCH])
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


@pytest.mark.parametrize("case", SMOOTH, ids=map(str, SMOOTH))
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
