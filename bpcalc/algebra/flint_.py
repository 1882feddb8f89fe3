"""python-flint, which numbers of many digits come from: loaded where one is asked for, and missed in one sentence."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from bpcalc.errors import BpcalcError


def load(what: str) -> Any:
    """The module `flint`, for `what`: "--digits". Raises BpcalcError, which tells how to install it, where it is not.
    """
    try:
        import flint
    except ImportError:
        hint = "pip install 'bpcalc[numbers]'"
        raise BpcalcError(f"{what} needs python-flint, which is not installed", hint=hint) from None
    return flint


# Matrices as rows: fractions, or what else a number system has

Rows = list[list[Any]]


def _packed(flint: Any, rows: Rows) -> Any:
    return flint.fmpq_mat([[flint.fmpq(x.numerator, x.denominator) for x in row] for row in rows])


def _fraction(x: Any) -> Fraction:
    return Fraction(int(x.p), int(x.q))


def product(flint: Any, a: Rows, b: Rows) -> Rows:
    return [[_fraction(x) for x in row] for row in (_packed(flint, a) * _packed(flint, b)).tolist()]


def det(flint: Any, rows: Rows) -> Fraction:
    return _fraction(_packed(flint, rows).det())


def solve(flint: Any, rows: Rows, right: Rows) -> Rows | None:
    """None where the matrix is singular."""
    try:
        found = _packed(flint, rows).solve(_packed(flint, right))
    except ZeroDivisionError:
        return None
    return [[_fraction(x) for x in row] for row in found.tolist()]


def are_finite(*matrices: Rows) -> bool:
    return not any(isinstance(x, float) for rows in matrices for row in rows for x in row)


def are_fractions(*matrices: Rows) -> bool:
    return all(isinstance(x, Fraction) for rows in matrices for row in rows for x in row)
