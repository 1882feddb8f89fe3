"""The programs that every code target is tried with: the lectures', the physicists', every gate at its samples, random
ones. Each comes with points, and with what `grad` says there."""

from __future__ import annotations

import csv
import json
import random
import tomllib
from collections.abc import Callable, Iterator
from functools import cache, partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from bpcalc import gradient
from bpcalc.algebra.special_arrays import SCIPY as OF_ARRAYS
from bpcalc.calculations.code import derivation
from bpcalc.calculations.samples import call, samples
from bpcalc.emit.formulas import FIRST_ORDER, SCIPY
from bpcalc.errors import Source
from bpcalc.gate import GATES
from bpcalc.gates import arrays as _arrays  # noqa: F401 (they are among the gates)
from bpcalc.reading.parser import parse
from bpcalc.reports.derivation import Derivation
from bpcalc.reports.options import DEFAULTS

TESTS = Path(__file__).parents[1]


class Case(NamedTuple):
    """A program with the values that it is bound to."""

    text: str
    values: dict[str, Any]
    upstream: Any = None
    convention: str = "torch"

    @property
    def is_array(self) -> bool:
        return any(np.ndim(one) for one in (*self.values.values(), 0.0 if self.upstream is None else self.upstream))

    def derived(self, *, lessons: bool = False) -> Derivation:
        options = DEFAULTS._replace(convention=self.convention, upstream=self.upstream)
        return derivation(Source(self.text), {}, self.values, options, lessons=lessons)

    def expected(self) -> tuple[Any, dict[str, Any]]:
        report = gradient(
            self.text, self.values, upstream=self.upstream, convention=self.convention, symbolic=False
        )
        return report.value, dict(report.gradient)


def number(value: Any) -> Any:
    return np.array(value, dtype=float) if isinstance(value, (list, tuple)) else float(value)


def numbers(values: dict[str, Any]) -> dict[str, Any]:
    return {name: number(value) for name, value in values.items()}


def lecture() -> Iterator[Case]:
    for path in sorted((TESTS / "lecture" / "cases").glob("*.toml")):
        for case in tomllib.loads(path.read_text("utf-8")).get("case", ()):
            if not any(isinstance(value, str) for value in case["values"].values()):
                upstream = case.get("upstream")
                yield Case(case["program"], numbers(case["values"]), None if upstream is None else number(upstream))


def arrays() -> Iterator[Case]:
    for case in json.loads((TESTS / "arrays" / "programs.json").read_text("utf-8")):
        upstream = case.get("upstream")
        yield Case(case["program"], numbers(case["bindings"]), None if upstream is None else number(upstream))


def physics() -> Iterator[Case]:
    chance = random.Random(1)
    with (TESTS / "feynman" / "feynman.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            ranges = (one.split(":") for one in row["variables"].split(";"))
            yield Case(row["formula"], {name: chance.uniform(float(low), float(high)) for name, low, high in ranges})


def gates(*, of_arrays: bool) -> Iterator[Case]:
    for gate in GATES.values():
        # polysinc and polyerfcx have no code but where the order is 1: in the gradients of sinc and erfcx
        if gate.of_arrays is of_arrays and gate.name not in FIRST_ORDER:
            for sample in samples(gate):
                values = numbers(dict(zip(gate.parameters, sample, strict=True)))
                shape = np.shape(gradient(call(gate), values, upstream=1).value) if values else ()
                upstream = np.arange(1.0, np.prod(shape, dtype=int) + 1).reshape(shape) if shape else None
                if values:
                    yield Case(call(gate), values, upstream)


UNARY = ("sin", "cos", "exp", "tanh", "sigmoid", "relu", "sqrt", "log", "abs", "softplus", "-", "atan", "erf")
BINARY = ("+", "-", "*", "/", "max", "min", "^")


def tree(chance: random.Random, depth: int, known: list[str]) -> str:
    """A random expression of the language."""
    if depth == 0 or chance.random() < 0.15:
        return chance.choice([*known, *known, "2", "0.5"])
    if chance.random() < 0.4:
        name = chance.choice(UNARY)
        inner = tree(chance, depth - 1, known)
        return f"({name}({inner}))"
    name, a, b = chance.choice(BINARY), tree(chance, depth - 1, known), tree(chance, depth - 1, known)
    if name == "^":
        return f"(({a})^{chance.choice(['2', '3', '0.5'])})"
    return f"{name}({a}, {b})" if name.isalpha() else f"({a} {name} {b})"


def drawn(count: int) -> Iterator[Case]:
    """Random programs of several statements."""
    chance = random.Random(7)
    for _ in range(count):
        known, lines = ["x", "y", "z"], []
        for k in range(3):
            lines.append(f"q{k} = {tree(chance, 3, known)}")
            known.append(f"q{k}")
        values = {name: round(chance.uniform(-2, 2), 2) for name in ("x", "y", "z")}
        yield Case("; ".join([*lines, "q0*q1 + q2 + x + y*z"]), values)


@cache
def scalars() -> list[Case]:
    """Programs of single numbers."""
    every = [*lecture(), *physics(), *gates(of_arrays=False), *drawn(40)]
    return [case for case in every if not case.is_array and not case.derived().shapes]


@cache
def of_arrays() -> list[Case]:
    """Programs with arrays."""
    return [case for case in (*lecture(), *arrays(), *gates(of_arrays=True)) if case.derived().shapes]


def same(found: Any, expected: Any) -> bool:
    """Bit for bit, but for the sign of a zero."""
    found, expected = np.asarray(found, dtype=float), np.asarray(expected, dtype=float)
    return found.shape == expected.shape and np.array_equal(found, expected, equal_nan=True)


def close(found: Any, expected: Any, tolerance: float = 1e-13) -> bool:
    found, expected = np.asarray(found, dtype=float), np.asarray(expected, dtype=float)
    return found.shape == expected.shape and np.allclose(found, expected, rtol=tolerance, atol=0, equal_nan=True)


# Where only one of both, the generated Python or grad, asks SciPy; and where the code has a shorter formula.
ELSEWHERE = {*SCIPY, "normal_pdf", "sinc", "gelu"}  # gelu is made of the normal distribution
ELSEWHERE_OF_ARRAYS = {*ELSEWHERE, *OF_ARRAYS}


def agreement(case: Case) -> Callable[[Any, Any], bool]:
    """Bit for bit, but for gates whose last digits and edges may be other ones."""
    names = {gate.name for gate in parse(Source(case.text), case.values).graph.gates}
    others = ELSEWHERE_OF_ARRAYS if case.is_array else ELSEWHERE
    return same if names.isdisjoint(others) else partial(close, tolerance=1e-11)


def run(text: str) -> dict[str, Any]:
    """A generated Python file, imported."""
    names: dict[str, Any] = {"__name__": "generated"}
    exec(compile(text, "generated", "exec"), names)
    return names


# Where functions have edges, poles and overflows.
EDGES = (0.0, 1.0, -1.0, 2.0, -0.5, 1e3, -1e3, float("inf"), -float("inf"), float("nan"), 1e-300, 1e300)
