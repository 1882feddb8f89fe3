"""One mechanism: a program of single numbers, the same on arrays without axes and on arrays of one entry are "
"told alike."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from formulas import VARIABLES, expressions
from hypothesis import given, settings
from hypothesis import strategies as st
from kinks import AT_KINKS
from reference import call, named

from bpcalc.algebra.arrays import ARRAYS
from bpcalc.calculations.passes import prepare, run
from bpcalc.errors import Source
from bpcalc.gate import Gate
from bpcalc.gates import GATES
from bpcalc.reports.names import Names
from bpcalc.reports.options import Options
from bpcalc.reports.warning import Warning
from bpcalc.telling.warnings import warnings

POINTS = (0.0, -0.0, 1.0, -1.0, 2.0, 0.5, math.inf, -math.inf, math.nan)


def told(text: str, values: dict[str, Any]) -> tuple[tuple[Warning, ...], list[Any]]:
    """The warnings of a program, and the values of its nodes."""
    m, program = prepare(Source(text), values, Options())
    with m.quiet():
        circuit = run(m, program, values, Options(symbolic=False))
        return warnings(circuit, Names(program, circuit.output), []), circuit.values


def data(found: tuple[Warning, ...]) -> list[Any]:
    """What was found, by node: the same for numbers and arrays but for the places."""
    return [
        (w.kind, type(w.finding).__name__, w.finding.node, getattr(w.finding, "source", None),
         getattr(w.finding, "nan", None), sorted(getattr(w.finding, "sides", ())))
        for w in found
    ]  # fmt: skip


def test_numbers_and_arrays_of_one_entry_are_told_alike() -> None:
    compared: list[bool] = []

    @given(expressions(), st.tuples(*[st.sampled_from(POINTS)] * 3))
    @settings(max_examples=1200)
    def law(text: str, point: tuple[float, ...]) -> None:
        values = dict(zip(VARIABLES, point, strict=True))
        numbers, found = told(text, values)
        for shape in ((), (1,), (1, 1)):
            # the sum makes it a program with arrays
            arrays, entries = told(f"sum({text})", {name: np.full(shape, value) for name, value in values.items()})
            both = zip(found, (np.ravel(entry)[0] for entry in entries if entry is not None), strict=False)
            if not all(a == b or (a != a and b != b) for a, b in both):
                return  # NumPy rounds otherwise, and what was a tie may be none
            assert data(arrays) == data(numbers), shape
        compared.append(bool(numbers))

    law()
    assert sum(compared) > 200


@pytest.mark.parametrize("name", AT_KINKS)
def test_a_gate_at_its_kink_is_told_as_a_number_and_in_an_array(name: str) -> None:
    gate = GATES[name]
    for inputs, _ in AT_KINKS[name]:
        values = named(gate, inputs)
        program = call(gate, list(values))
        (number,) = (w for w in told(program, values)[0] if w.kind == "kink")
        entries = {key: np.array([away(gate, k, x), x, x]) for k, (key, x) in enumerate(values.items())}
        (array,) = (w for w in told(f"sum({program})", entries)[0] if w.kind == "kink")
        assert array.finding.places == (2, 3, (1,))
        assert {source: one[1:] for source, one in array.finding.sides.items()} == {
            source: one[1:] for source, one in number.finding.sides.items()
        }
        # the same words, but for the place
        assert "in 2 of 3 entries, first at entry [1]" in array.message
        assert array.message.partition("; rule used")[2] == number.message.partition("; rule used")[2]
        single = next(w for w in told(f"sum({program})", {key: np.array(x) for key, x in values.items()})[0])
        assert single.message.partition(" has no derivative")[2] == number.message.partition(" has no derivative")[2]


def away(gate: Gate, place: int, x: float) -> float:
    """An input that is not at the kink."""
    return x + 0.25 + place


def test_the_arrays_of_the_law_are_arrays() -> None:
    m, _ = prepare(Source("sum(x)"), {"x": np.array(1.0)}, Options())
    assert m is ARRAYS
