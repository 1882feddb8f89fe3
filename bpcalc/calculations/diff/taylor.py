"""Taylor polynomials: of numbers by series arithmetic, of arrays by derivatives over factorials."""

from __future__ import annotations

from bpcalc.algebra.textbook.algebra import Textbook
from bpcalc.algebra.textbook.terms import Terms
from bpcalc.calculations.diff import array_taylor, expansion
from bpcalc.calculations.diff.answers import answers
from bpcalc.calculations.diff.derivatives import Differentiator
from bpcalc.errors import BpcalcError
from bpcalc.reports.derivatives import DiffReport


def taylor(d: Differentiator, order: int) -> DiffReport:
    """The Taylor polynomial in one variable about the value that it has.

    Raises BpcalcError where there is none, or none is found.
    """
    name, m = _variable(d), d.textbook()
    x, total = m.variable(name, ()), m.lift(0)
    point = d.put_in(m, d.program.graph)[name]
    found = (array_taylor if d.has_arrays else expansion).coefficients(d, m, name, order)
    for degree, coefficient in enumerate(found):
        total = total + _term(m, coefficient, x - point, degree)
    return answers(d, m, {name: m.node(total)}, {}, {name: ((), total.shape)}, (name, m.node(point)))


def _variable(d: Differentiator) -> str:
    """The name of the variable. Raises BpcalcError where there is not one."""
    names = [name for group in d.request.wrt for name in group] or [name for name in d.variables if name in d.values]
    if d.request.order is not None:
        raise BpcalcError("--order is of derivatives; --taylor N tells the order of a Taylor polynomial")
    if len(names) != 1 or names[0] not in d.values:
        several = f"choose it: --wrt {names[0]}" if len(names) > 1 else ""
        hint = several or 'for example: bpcalc diff "exp(x)" x=0 --taylor 5'
        raise BpcalcError("a Taylor polynomial needs one variable with a value, the point", hint=hint)
    (name,) = names
    d.check_name(name)
    d.check_orders(name)
    if d.shapes[name] != ():
        raise BpcalcError(f'"{name}" is an array, and a Taylor polynomial is in one number')
    return name


def _term(m: Textbook, coefficient: Terms, shift: Terms, degree: int) -> Terms:
    """coefficient*shift^degree; 3*(x - 1) stays together."""
    if degree != 1 or shift.single is not None or not coefficient.parts:
        return coefficient * m.power(shift, degree)
    (c, p), (d, q) = m.part(coefficient), m.part(shift)
    return Terms(m, (), {tuple(sorted(p + q, key=lambda factor: factor[0])): c * d})
