"""Taylor polynomials: derivatives at a point over factorials."""

from __future__ import annotations

from math import factorial

from bpcalc.algebra.floats import FLOATS
from bpcalc.algebra.textbook.algebra import Textbook
from bpcalc.algebra.textbook.terms import Terms
from bpcalc.calculations.diff.answers import answers
from bpcalc.calculations.diff.at_point import at_point, warnings_at
from bpcalc.calculations.diff.derivatives import Differentiator
from bpcalc.engine.forward import forward
from bpcalc.errors import BpcalcError
from bpcalc.reports.derivatives import DiffReport
from bpcalc.writing.definitions import variables


def taylor(d: Differentiator, order: int) -> DiffReport:
    """The Taylor polynomial in one variable about the value that it has."""
    names = [name for group in d.request.wrt for name in group] or [name for name in d.variables if name in d.values]
    if d.request.order:
        raise BpcalcError("--order is of derivatives; --taylor N tells the order of a Taylor polynomial")
    if len(names) != 1 or names[0] not in d.values:
        several = f"choose it: --wrt {names[0]}" if len(names) > 1 else ""
        hint = several or 'for example: bpcalc diff "exp(x)" x=0 --taylor 5'
        raise BpcalcError("a Taylor polynomial needs one variable with a value, the point", hint=hint)
    (name,) = names
    d.check_name(name)
    if d.shapes[name] != ():
        raise BpcalcError(f'"{name}" is an array, and a Taylor polynomial is in one number')
    _check_smooth(d, order)
    m = d.textbook()
    x, total = m.variable(name, ()), m.lift(0)
    point = d.put_in(m, d.program.graph)[name]
    for degree in range(order + 1):
        one = d.derivative((name,) * degree)
        coefficient = forward(m, one.graph, d.put_in(m, one.graph), [one.node])[one.node]
        _check_finite(d, m, m.node(coefficient), degree)
        total = total + _term(m, m.divide(coefficient, factorial(degree)), x - point, degree)
    return answers(d, m, {name: m.node(total)}, {}, {name: ((), total.shape)}, (name, m.node(point)))


def _term(m: Textbook, coefficient: Terms, shift: Terms, degree: int) -> Terms:
    """coefficient*shift^degree; 3*(x - 1) stays together."""
    if degree != 1 or shift.single is not None or not coefficient.parts:
        return coefficient * m.power(shift, degree)
    (c, p), (d, q) = m.part(coefficient), m.part(shift)
    return Terms(m, (), {tuple(sorted(p + q, key=lambda factor: factor[0])): c * d})


def _check_finite(d: Differentiator, m: Textbook, node: int, degree: int) -> None:
    """Raises BpcalcError for a coefficient that is infinite or NaN."""
    if any(m.shapes) or variables(m.graph, node):
        return
    found = forward(FLOATS, m.graph, dict.fromkeys(m.graph.variables, 0.0))[node]
    if found - found != 0:
        what = "its value" if degree == 0 else f"its derivative of order {degree}"
        raise BpcalcError(f"{d.names.output} has no Taylor polynomial there: {what} is {_shown(found)}")


def _check_smooth(d: Differentiator, order: int) -> None:
    """Raises BpcalcError where the numbers at the point show that there is no such polynomial."""
    circuit = at_point(d)
    if circuit is None:
        return
    value = circuit.values[circuit.output]
    if value - value != 0:
        hint = "a Taylor polynomial is about a point where the function is defined; limits are not looked for"
        raise BpcalcError(f"{d.names.output} is not defined there: its value is {_shown(value)}", hint=hint)
    for warning in warnings_at(d, circuit, order) if order else ():
        if warning.kind == "kink":
            raise BpcalcError(f"{d.names.output} has no Taylor polynomial there: {warning.fact}")


def _shown(value: float) -> str:
    return "NaN" if value != value else str(value)
