"""A literal is the decimal that was typed: for floats its double, with the text beside it where that is another one."""

from __future__ import annotations

import copy
import json
import pickle
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bpcalc import gradient
from bpcalc.errors import BpcalcError, Source
from bpcalc.gate import Literal
from bpcalc.graph import Graph, decimal_text, literal
from bpcalc.reading.parser import parse
from bpcalc.writing.unparse import unparse

# A tenth's double, a tenth's neighbours between two doubles, and ways to write a tenth.
LONG = (
    "0.1000000000000000055511151231257827",
    "0.10000000000000000001",
    "0.1000000000000000000100",
    "1.1111111111111111111",
)
TENTHS = ("0.1", ".1", "0.10", "1e-1", "0.1000000000000000000000", "10000000000000000000e-20", "0.01E+1", "00.1e0")


def constants(text: str) -> list[float | str]:
    graph = parse(Source(text)).graph
    return [graph.leaves[node] for node in graph.constants]


def plain_decimals() -> st.SearchStrategy[str]:
    digits = st.text("0123456789", min_size=1, max_size=30)
    exponents = st.just("") | st.integers(-400, 300).map("e{}".format)
    return st.tuples(digits, st.just("") | digits.map(".{}".format), exponents).map("".join)


@given(plain_decimals())
def test_the_text_of_a_payload_is_the_decimal_that_was_typed(text: str) -> None:
    number = literal(text)
    if number == float("inf"):
        return
    assert number == float(text)
    assert Decimal(decimal_text(number)) == Decimal(text)
    assert isinstance(number, Literal) == (Decimal(repr(float(text))) != Decimal(text))
    assert Decimal(decimal_text(-number)) == Decimal(text).copy_negate()


@given(st.integers(0, 10**15 - 1), st.integers(-307, 290))
def test_a_decimal_of_fifteen_digits_is_a_plain_float(digits: int, exponent: int) -> None:
    assert type(literal(f"{digits}e{exponent}")) is float


def test_what_is_the_same_decimal_is_one_node() -> None:
    assert constants(" + ".join(TENTHS)) == [0.1]
    assert [type(one) for one in constants(" + ".join(TENTHS))] == [float]
    assert constants("2*x + 2.0*y + 2e0 + 200e-2") == [2.0]
    assert len(constants("0.10000000000000000001*x + 0.1000000000000000000100*y + 1.0000000000000000001e-1")) == 1


def test_different_decimals_are_different_nodes_even_with_one_double() -> None:
    found = constants("0.1*x + 0.10000000000000000001*y + 0.1000000000000000055511151231257827*z")
    assert found == [0.1] * 3
    assert [decimal_text(float(one) if type(one) is float else one) for one in found] == [
        "0.1", "0.10000000000000000001", "0.1000000000000000055511151231257827",
    ]  # fmt: skip
    assert len(constants("1e-400 + 1e-401 + 0 + 0.0")) == 3


def test_a_sign_is_put_into_the_decimal() -> None:
    for signs, expected in (("-", "-"), ("--", ""), ("- - -", "-"), ("+ - +", "-")):
        for digits in ("0.12345678901234567890", "0.5"):
            graph = parse(Source(f"{signs}{digits}*x")).graph
            assert decimal_text(graph.leaves[graph.inputs[-1][0]]) == expected + digits
    assert decimal_text(constants("x - -0.12345678901234567890")[-1]) == "-0.12345678901234567890"


def test_a_name_keeps_the_decimal() -> None:
    program = parse(Source("g = 9.80665000000000000001; f(a) = a*1.0000000000000000000001; f(g*t)"))
    texts = {decimal_text(program.graph.leaves[node]) for node in program.graph.constants}
    assert texts == {"9.80665000000000000001", "1.0000000000000000000001"}


@pytest.mark.parametrize("text", LONG)
def test_floats_see_the_double(text: str) -> None:
    short = repr(float(text))
    ours, theirs = gradient(f"{text}*x^2", x=3), gradient(f"{short}*x^2", x=3)
    assert (ours.value, ours.gradient) == (theirs.value, theirs.gradient)
    graph = parse(Source(f"-{text}*x")).graph
    assert unparse(graph, len(graph) - 1, {}) == f"-{short}*x"
    assert json.dumps(literal(text)) == short
    assert f"{literal(text)!r} {literal(text)}" == f"{short} {short}"


def test_long_literals_of_one_double_print_alike_and_read_back() -> None:
    report = gradient("0.1*x + 0.10000000000000000001*x", x=2)
    assert report.value == 0.4
    assert report.gradient["x"] == 0.2
    assert gradient(report.expression, x=2).value == report.value


@pytest.mark.parametrize("text", LONG)
def test_a_literal_can_be_copied(text: str) -> None:
    number = literal(text)
    for other in (copy.copy(number), copy.deepcopy(number), pickle.loads(pickle.dumps(number))):
        assert decimal_text(other) == decimal_text(number)
        assert other == number


def test_exponents_without_end() -> None:
    assert literal("1e-" + "9" * 5000) == 0
    assert literal("1e-" + "0" * 5000 + "1") == 0.1
    assert type(literal("1e-" + "0" * 5000 + "1")) is float
    assert decimal_text(literal("1e-999999999999999999")) == "1e-999999999999999999"
    assert type(literal("0e-" + "9" * 5000)) is float
    with pytest.raises(BpcalcError, match="beyond the largest double"):
        parse(Source("1e" + "9" * 5000))


def test_a_superscript_is_a_literal_too() -> None:
    assert constants("x²") == [2.0]
    assert decimal_text(constants("x⁻¹²³⁴⁵⁶⁷⁸⁹⁰¹²³⁴⁵⁶⁷")[0]) == "-12345678901234567"
    with pytest.raises(BpcalcError, match="beyond the largest double"):
        parse(Source("x" + "⁹" * 400))


def test_constants_that_no_program_has() -> None:
    graph = Graph()
    nodes = [graph.constant(one) for one in (0.0, -0.0, float("nan"), float("inf"), "e", 1e300)]
    assert all(one != other for one, other in pairwise(nodes))
    assert nodes == [graph.constant(one) for one in (0.0, -0.0, float("nan"), float("inf"), "e", 1e300)]
