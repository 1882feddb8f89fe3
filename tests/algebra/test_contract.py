"""The contract of `algebra.protocol`: what every number system answers, and that a new one has little to write."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from importlib.util import find_spec
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bpcalc.algebra.arrays import ARRAYS
from bpcalc.algebra.duals import Duals
from bpcalc.algebra.floats import FLOATS
from bpcalc.algebra.protocol import Algebra
from bpcalc.algebra.shapes import SHAPES, Shaped
from bpcalc.algebra.symbols import Symbols
from bpcalc.algebra.systems import exact, with_digits
from bpcalc.algebra.textbook.algebra import Textbook
from bpcalc.engine.forward import forward
from bpcalc.engine.reverse import backpropagate
from bpcalc.engine.second import hessian
from bpcalc.engine.tangent import pusher, tangents
from bpcalc.errors import Source
from bpcalc.gate import Literal
from bpcalc.gates.arrays import GATES
from bpcalc.graph import CONSTANTS, Graph
from bpcalc.reading.parser import parse

INF, NAN = math.inf, math.nan
HAS_FLINT = find_spec("flint") is not None
NAMES = {name for name in vars(Algebra) if not name.startswith("_")} | {"shaped"}
NUMBERS = {"floats": FLOATS, "arrays": ARRAYS}
ALL: dict[str, Callable[[], Algebra]] = {
    "floats": lambda: FLOATS,
    "arrays": lambda: ARRAYS,
    "shapes": lambda: SHAPES,
    "symbols": lambda: Symbols(Graph(), [], ARRAYS),
    "duals of floats": lambda: Duals(FLOATS, pusher),
    "duals of arrays": lambda: Duals(ARRAYS, pusher),
    "textbook": lambda: Textbook(Graph()),
    "exact": exact,
    "exact arrays": lambda: exact().arrays,
    **({"digits": lambda: with_digits(20), "arrays of digits": lambda: with_digits(20).arrays} if HAS_FLINT else {}),
}
EVERY_NUMBERS = pytest.mark.parametrize("m", NUMBERS.values(), ids=NUMBERS)
EVERY_ALGEBRA = pytest.mark.parametrize("name", ALL)
anything = st.floats(allow_nan=True, allow_infinity=True)


# Names


def test_no_gate_is_called_like_a_part_of_the_contract() -> None:
    """The functions of gates are found under the gates' names, so a default body would hide one."""
    assert not NAMES & GATES.keys()
    assert {"constant", "value", "text", "exact", "scale", "route", "shape", "entry", "function"} <= NAMES


@EVERY_ALGEBRA
def test_every_part_is_there_and_explained(name: str) -> None:
    m = ALL[name]()
    for part in NAMES:
        assert hasattr(m, part), part
        assert part == "shaped" or vars(Algebra)[part].__doc__, part


@EVERY_ALGEBRA
def test_every_algebra_reads_literals_and_knows_its_one_and_zero(name: str) -> None:
    m = ALL[name]()
    for payload in (0.25, *CONSTANTS):
        assert m.shape(m.constant(payload)) == ()
    assert m.shape(m.zero) == m.shape(m.one) == ()
    if name != "shapes":
        assert m.holds(m.is_zero(m.zero))
        assert not m.holds(m.is_zero(m.one))
        assert m.everywhere(m.is_finite(m.one))
        assert not m.holds(m.is_nan(m.one))


@pytest.mark.parametrize("name", ["shapes", "symbols", "duals of floats", "duals of arrays", "textbook"])
def test_what_is_no_number_is_not_written_as_one(name: str) -> None:
    m = ALL[name]()
    for write in (lambda: m.text(m.one, 6), lambda: m.exact(m.one)):
        with pytest.raises(TypeError, match="no numbers to be written"):
            write()


# Numbers


@EVERY_NUMBERS
@given(anything, st.integers(1, 17))
def test_a_number_is_written_to_so_many_digits_or_with_all_of_them(m: Algebra, number: float, digits: int) -> None:
    x = m.value(number)
    assert m.text(x, digits) == format(number, f"z.{digits}g")
    assert m.exact(x) == repr(number)
    assert m.text(x, None) == m.exact(m.value(number or 0.0)).removesuffix(".0")


@pytest.mark.parametrize(
    ("number", "digits", "text", "exact"),
    [(-0.0, 6, "0", "-0.0"), (-0.0, None, "0", "-0.0"), (-1e-9, 3, "-1e-09", "-1e-09"), (2.0, None, "2", "2.0"),
     (0.1, None, "0.1", "0.1"), (1 / 3, 6, "0.333333", "0.3333333333333333"), (1e22, None, "1e+22", "1e+22"),
     (NAN, 6, "nan", "nan"), (-INF, None, "-inf", "-inf")],
)  # fmt: skip
def test_texts_of_numbers(number: float, digits: int | None, text: str, exact: str) -> None:
    for m in NUMBERS.values():
        assert m.text(m.value(number), digits) == text
        assert m.exact(m.value(number)) == exact


@EVERY_NUMBERS
@given(anything)
def test_what_a_script_gets_reads_back_to_the_same_number(m: Algebra, number: float) -> None:
    again = m.value(float(m.exact(m.value(number))))
    assert m.close(again, m.value(number), 0.0)
    assert math.copysign(1, again) == math.copysign(1, number) or math.isnan(number)


@EVERY_ALGEBRA
def test_a_literal_may_know_how_it_was_typed(name: str) -> None:
    literal = Literal("0.1")
    m = ALL[name]()
    found = m.constant(literal)
    assert m.shape(found) == ()
    if name in NUMBERS:
        assert type(found) is type(m.constant(0.1))
        assert m.exact(found) == "0.1"
    if isinstance(m, Symbols):
        assert m.graph.leaves[found.node] is literal


@EVERY_NUMBERS
def test_truths(m: Algebra) -> None:
    table = [(0.0, True, False, True), (-0.0, True, False, True), (2.5, True, False, False), (INF, False, False, False),
             (-INF, False, False, False), (NAN, False, True, False)]  # fmt: skip
    for number, *truths in table:
        x = m.value(number)
        assert [bool(ask(x)) for ask in (m.is_finite, m.is_nan, m.is_zero)] == truths
        assert [m.holds(ask(x)) for ask in (m.is_finite, m.is_nan, m.is_zero)] == truths


@EVERY_NUMBERS
@given(anything, anything, st.sampled_from([0.0, 1e-12, 1e-3]))
def test_close_is_that_of_the_math_module_and_nan_is_close_to_nan(
    m: Algebra, a: float, b: float, tolerance: float
) -> None:
    for other in (b, a, a * (1 + 1e-13), a * (1 + 1e-4)):
        expected = math.isclose(a, other, rel_tol=tolerance) or (math.isnan(a) and math.isnan(other))
        assert bool(m.close(m.value(a), m.value(other), tolerance)) == expected


@EVERY_NUMBERS
def test_size_is_a_float(m: Algebra) -> None:
    assert type(m.size(m.value(-3.0))) is float
    assert m.size(m.value(-3.0)) == 3.0


# Shapes


def test_arrays_answer_by_entry() -> None:
    x = ARRAYS.value([[1.0, INF, NAN], [0.0, -2.0, 4.0]])
    assert ARRAYS.shape(x) == (2, 3)
    assert ARRAYS.is_finite(x).tolist() == [[True, False, False], [True, True, True]]
    assert ARRAYS.is_nan(x).tolist() == [[False, False, True], [False, False, False]]
    assert ARRAYS.is_zero(x).tolist() == [[False, False, False], [True, False, False]]
    assert ARRAYS.close(x, x + 1e-15, 1e-12).tolist() == [[True, True, True], [False, True, True]]
    assert ARRAYS.holds(ARRAYS.is_nan(x))
    assert not ARRAYS.everywhere(ARRAYS.is_finite(x))
    places = list(ARRAYS.places(ARRAYS.shape(x)))
    assert places == [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2)]
    entries = [ARRAYS.entry(x, place) for place in places]
    assert list(map(type, entries)) == [float] * 6
    assert entries[3:] == [0.0, -2.0, 4.0]
    assert ARRAYS.lists(x)[1] == [0.0, -2.0, 4.0]
    assert ARRAYS.entries is FLOATS
    assert ARRAYS.zero_like(x).tolist() == [[0.0] * 3] * 2


@pytest.mark.parametrize("name", ["arrays", "symbols", "duals of arrays"])
def test_what_is_marked_among_entries(name: str) -> None:
    m = ALL[name]()
    x = m.spread(m.constant(1.0), m.ones(shape=(2, 3)))
    assert m.marked(m.is_zero(x)) == (0, 6, (0, 0))
    assert m.marked(m.is_zero(m.unit((2, 3), (1, 2)))) == (5, 6, (0, 0))
    assert m.marked(m.is_zero(x - m.unit((2, 3), (1, 2)))) == (1, 6, (1, 2))
    assert m.all_finite(x)
    with m.quiet(), np.errstate(all="ignore"):
        assert not m.all_finite(m.divide(x, m.unit((2, 3), (1, 2))))


def test_a_single_number_is_an_array_without_axes() -> None:
    for m in NUMBERS.values():
        x = m.value(2.5)
        assert m.shape(x) == ()
        assert list(m.places(())) == [()]
        assert m.entry(x, ()) == m.lists(x) == m.spread(x, x) == 2.5
        assert m.unit((), ()) == m.one == 1.0
        assert m.zero_like(x) == m.zero == 0.0
        assert m.entries is FLOATS


@pytest.mark.parametrize("name", ["arrays", "symbols", "duals of arrays", "textbook"])
def test_entries_units_and_copies_where_values_have_shapes(name: str) -> None:
    m = ALL[name]()
    assert m.shaped
    x = m.spread(m.constant(3.0), m.ones(shape=(2, 3)))
    assert m.shape(x) == m.shape(m.zero_like(x)) == (2, 3)
    unit = m.unit((2, 3), (1, 2))
    assert m.shape(unit) == (2, 3)
    assert all(m.shape(m.entry(unit, place)) == () for place in m.places((2, 3)))
    nested = m.lists(x)
    assert len(nested) == 2
    assert len(nested[0]) == 3
    if name != "textbook":
        holds = [place for place in m.places((2, 3)) if not m.holds(m.is_zero(m.entry(unit, place)))]
        assert holds == [(1, 2)]


def test_shapes_alone_are_taken_for_ordinary_numbers() -> None:
    x = Shaped((2, 3))
    assert SHAPES.everywhere(SHAPES.is_finite(x))
    assert not SHAPES.holds(SHAPES.is_nan(x))
    assert not SHAPES.holds(x)
    assert SHAPES.value(x) is x
    assert SHAPES.shape(SHAPES.value(np.zeros((4, 1)))) == (4, 1)
    assert SHAPES.shape(SHAPES.spread(SHAPES.one, x)) == (2, 3)


# A number system of one's own


class Fractions(Algebra):
    """Exact fractions: the four names that a system of single numbers has to write, and a few gates."""

    def __init__(self) -> None:
        self.divide = lambda a, b: Fraction(a) / b
        self.equal = lambda a, b: Fraction(a == b)

    def constant(self, payload: float | str) -> Fraction:
        return Fraction(getattr(payload, "text", None) or repr(payload))

    def value(self, number: Any) -> Fraction:
        return number if isinstance(number, Fraction) else Fraction(repr(number))

    def text(self, x: Fraction, digits: int | None) -> str:
        return str(x) if digits is None else FLOATS.text(float(x), digits)

    def exact(self, x: Fraction) -> str:
        return str(x)

    @staticmethod
    def add(a: Fraction, b: Fraction) -> Fraction:
        return a + b

    @staticmethod
    def subtract(a: Fraction, b: Fraction) -> Fraction:
        return a - b

    @staticmethod
    def multiply(a: Fraction, b: Fraction) -> Fraction:
        return a * b

    @staticmethod
    def max(*inputs: Any) -> Fraction:
        return max(map(Fraction, inputs))  # max(x, 0.0) in the record of relu


def test_a_number_system_of_single_numbers_has_four_names_and_its_gates_to_write() -> None:
    m = Fractions()
    read = parse(Source("relu(x/3 - y)*(x + 0.1) + max(x, y, 1)/y - 5*relu(y - x)"))
    graph, output = read.graph, read.output
    values = forward(m, graph, {"x": m.value(2.0), "y": m.value(0.5)}, [output])
    assert m.exact(values[output]) == str(Fraction(1, 6) * Fraction(21, 10) + 4)
    inputs = [read.names["x"], read.names["y"]]
    found = backpropagate(m, graph, values, output, m.one, graph.carries(inputs, output), "torch")
    expected = [Fraction(21, 10) / 3 + Fraction(1, 6) + 2, -Fraction(21, 10) - 8]
    assert [found[node] for node in inputs] == expected
    tangent = tangents(m, graph, values, dict(zip(inputs, (m.one, m.value(3.0)), strict=True)), output, "torch")
    assert tangent[output] == expected[0] + 3 * expected[1]
    assert [m.close(a, b, 0.0) for a, b in zip(expected, expected, strict=True)] == [True, True]
    assert m.close(m.one, m.one + Fraction(1, 10**9), 1e-8)
    assert not m.close(m.one, m.one + Fraction(1, 10**9), 1e-10)


def test_and_dual_numbers_over_it_are_exact_too() -> None:
    m = Fractions()
    read = parse(Source("x*x*y/3 + relu(x)*y"))
    graph, output = read.graph, read.output
    values = forward(m, graph, {"x": m.value(2.0), "y": m.value(0.5)}, [output])
    inputs = [read.names["x"], read.names["y"]]
    rows = hessian(Duals(m, pusher), graph, values, output, inputs, graph.carries(inputs, output))
    assert [[row.get(node, 0) for node in inputs] for _, _, row in rows] == [
        [Fraction(1, 3), Fraction(7, 3)],
        [Fraction(7, 3), 0],
    ]
