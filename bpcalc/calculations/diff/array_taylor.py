"""Taylor coefficients of a program with arrays: its derivatives at the point over factorials, held against the program.

Formulas of derivatives hold where the derivatives exist, and do not tell whether they do. So the program is followed
with numbers as it nears the point from both sides: it must come nearer to the polynomial than its last term.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from math import factorial, inf
from typing import Any

from bpcalc.algebra.textbook.algebra import Textbook
from bpcalc.algebra.textbook.terms import Terms
from bpcalc.calculations.diff.at_point import numbers
from bpcalc.calculations.diff.derivatives import Differentiator
from bpcalc.calculations.verify.trials import Point, fitting
from bpcalc.engine.differences import approach, largest
from bpcalc.engine.forward import forward
from bpcalc.errors import BpcalcError
from bpcalc.writing.definitions import program

Way = Callable[[Any], Any]

POINTS = 3  # at which the program is followed


def coefficients(d: Differentiator, m: Textbook, name: str, order: int) -> list[Terms]:
    """The coefficients of the powers of `name` less its value, up to `order`.

    Raises BpcalcError where the polynomial is none of the program.
    """
    found = []
    for degree in range(order + 1):
        one = d.derivative((name,) * degree)
        found.append(m.divide(forward(m, one.graph, d.put_in(m, one.graph), [one.node])[one.node], factorial(degree)))
    followed = list(islice(_followed(d, m, name, found), POINTS))
    for degree in range(order + 1 if followed else 0):
        if not any(_nears(function, x, terms[: degree + 1]) for function, x, terms in followed):
            what = f"no derivative of order {degree} there" if degree else "no value there that it tends to"
            raise BpcalcError(f"{d.names.output} has no Taylor polynomial there: it has {what}")
    return found


def _followed(d: Differentiator, m: Textbook, name: str, found: list[Terms]) -> Iterator[tuple[Way, Any, list[Any]]]:
    """For random values of the other variables the program as a function of the one, the point, and the coefficients;
    where the program has values near the point."""
    texts, source = [program(m.graph, m.node(one), {}, {*m.graph.variables}) for one in found], d.program.source
    for trials in islice(fitting(source, d.request, [name], d.declared, numbers(d)), 1):
        with trials.m.quiet():
            functions = [trials.formula(text) for text in texts]
            for here, _ in trials.points(source.text, d.request.symmetric, False):

                def at(x: Any, here: Point = here) -> Any:
                    return here.function({**here.values, name: x})

                if approach(at, at, here.values[name], 0):
                    yield at, here.values[name], [function(here.values) for function in functions]


def _nears(function: Way, x: Any, terms: list[Any]) -> bool:
    """Does a function come nearer to the polynomial with these coefficients than the last term?"""

    def polynomial(at: Any) -> Any:
        return sum(term * (at - x) ** degree for degree, term in enumerate(terms))

    found = approach(function, polynomial, x, len(terms))
    return found is not None and found.falls and all(largest(term) < inf for term in terms)
