"""`bpcalc diff` on the textbooks' cases: what it gives is what differences of the program give (see oracle.py)."""

from __future__ import annotations

from typing import Any

import mpmath
import pytest
from every import several
from oracle import (
    MATRIX,
    SCALARS,
    TAYLOR,
    agree,
    coefficients,
    derivative,
    differences,
    evaluate,
    evaluate_number,
    numbers,
    points,
    shapes,
    wrt,
)  # fmt: skip

from bpcalc.calculations.diff.pipeline import differentiate
from bpcalc.calculations.diff.request import Request
from bpcalc.errors import Source
from bpcalc.reading.declarations import read_shapes
from bpcalc.reading.parser import parse
from bpcalc.reading.sizes import Size
from bpcalc.writing.unparse import unparse

EXACT = [case for case in (*MATRIX, *SCALARS) if case.get("exact")]


def formula(case: dict[str, Any]) -> str:
    """The program of the one derivative that a case asks for."""
    known = shapes(case) if "shapes" in case else dict.fromkeys(wrt(case), ())
    words = [f"{name}:{','.join(sizes)}" for name, sizes in known.items()]
    report = differentiate(Source(case["program"]), read_shapes(words), {}, Request(wrt=[wrt(case)]))
    (found,) = report.derivatives.values()
    return found.program


@several("case", MATRIX, called=lambda case: case["title"])
def test_matrix_calculus_agrees_with_differences(case: dict[str, Any]) -> None:
    found = formula(case)
    for draw in (0, 1):
        values = numbers(case, draw)
        assert agree(evaluate(found, values), differences(case, values), 1e-8), found


@several("case", SCALARS, called=lambda case: case["title"])
def test_calculus_agrees_with_differences(case: dict[str, Any]) -> None:
    found = formula(case)
    for values in points(case):
        with mpmath.workdps(30):
            assert mpmath.almosteq(evaluate_number(found, values), derivative(case, values), 1e-20, 1e-20), found


@pytest.mark.parametrize("case", TAYLOR, ids=[case["title"] for case in TAYLOR])
def test_taylor_polynomials_have_the_coefficients(case: dict[str, Any]) -> None:
    request = Request(wrt=[(case["wrt"],)], taylor=case["order"])
    report = differentiate(Source(case["program"]), {}, {case["wrt"]: Source(case["point"])}, request)
    (found,) = report.derivatives.values()
    with mpmath.workdps(40):
        point = evaluate_number(case["point"], {})
        for step in (mpmath.mpf("0.3"), mpmath.mpf("-1.7")):
            expected = mpmath.fsum(one * step**power for power, one in enumerate(coefficients(case)))
            assert mpmath.almosteq(evaluate_number(found.program, {case["wrt"]: point + step}), expected, 1e-20, 1e-20)


def rewritten(case: dict[str, Any], text: str) -> str:
    """A text of the language as bpcalc prints it."""
    sizes = (
        {size for shape in shapes(case).values() for size in shape if size.isidentifier()} if "shapes" in case else ()
    )
    read = parse(Source(text), {name: Size(name) for name in sizes})
    return unparse(read.graph, read.output, {})


@several("case", EXACT, called=lambda case: case["title"])
def test_the_formula_is_written_as_in_the_textbook(case: dict[str, Any]) -> None:
    answer = case["textbook"] if "textbook" in case else case["answer"]
    assert rewritten(case, formula(case)) == rewritten(case, answer)
