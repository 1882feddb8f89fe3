"""What a gradient is claimed to be: numbers, right to the digits that are written, or a formula."""

from __future__ import annotations

import re
from collections.abc import Mapping
from math import inf
from typing import Any, NamedTuple

from bpcalc.algebra.protocol import Algebra
from bpcalc.calculations.check.rounding import sharp
from bpcalc.calculations.passes import evaluate
from bpcalc.engine.forward import ShapeError, forward
from bpcalc.errors import BpcalcError, Source, did_you_mean, visible
from bpcalc.gate import GRAD
from bpcalc.reading.lexer import locate
from bpcalc.reading.parser import parse
from bpcalc.reading.program import Program
from bpcalc.reports.circuit import Circuit
from bpcalc.reports.names import Names

NUMBER = r"[-+−]?\s*(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
NUMBERS = re.compile(rf"[\[\],;\s]*{NUMBER}(?:[\[\],;\s]+{NUMBER})*[\[\],;\s]*")
EXACT = 1e-9  # relative: numbers that are computed, and are the same
WHOLE = 0.05  # a whole number is a rounded one only if it is as near as this
AS_PRINTED = {"NaN": "nan", "Infinity": "inf", "-Infinity": "-inf"}  # as -o json has them
SAFE = 6  # digits that hardly come about by chance


class Form(NamedTuple):
    """A claim, read.

    text     as it is written
    program  a formula of the names of nodes; None for numbers
    places   the nodes that its names stand for
    numbers  the value of what has no names; None: an array, where there are single numbers only
    slack    how far the right value may be off, entry by entry
    digits   how many significant digits are written, at least
    like     the shape of the gradient: one number is claimed of all entries
    """

    text: str
    program: Program | None
    places: Mapping[str, int]
    numbers: Any = None
    slack: Any = 0.0
    digits: int = 17
    like: tuple[int, ...] = ()

    def value(self, circuit: Circuit) -> Any:
        """The claimed gradient at a point. Raises ShapeError where the shapes in a formula do not fit."""
        m, found = circuit.m, self.numbers
        if self.program is not None:
            exact = self._sharply(circuit)
            if exact is not None:
                return exact
            bound = {name: circuit.values[node] for name, node in self.places.items()}
            found = m.value(forward(m, self.program.graph, bound, [self.program.output])[self.program.output])
        return m.spread(found, m.zeros(shape=self.like)) if self.like and m.shape(found) == () else found

    def _sharply(self, circuit: Circuit) -> float | None:
        """The value but for one rounding: 1 - tanh(x)^2 has no digit left where tanh(x) is nearly 1."""
        sharply = sharp(circuit)
        if sharply is None or self.program is None:
            return None
        return sharply.of(self.program.graph, dict(self.places), self.program.output)

    @property
    def is_formula(self) -> bool:
        return self.program is not None


def read(text: str, circuit: Circuit, names: Names, node: int) -> Form:
    """A claim about a node, in the names of a program's nodes. Raises BpcalcError for what is no number and no such
    formula."""
    return _read(text, circuit, names)._replace(text=visible(text), like=circuit.m.shape(circuit.values[node]))


def _read(text: str, circuit: Circuit, names: Names) -> Form:
    m = circuit.m
    if NUMBERS.fullmatch(text):
        return _numbers(text, m)
    labels = {label: node for node, label in names.labels.items()} | circuit.program.names
    bound = {name: circuit.values[node] for name, node in labels.items() if circuit.values[node] is not None}
    source = Source(AS_PRINTED.get(text, text))
    program = parse(source, bound)
    if GRAD in program.graph.kinds:
        raise BpcalcError("a claim is a formula without grad(...)", hint="write the gradient out")
    for name in program.variables:
        if name not in bound:
            hint = did_you_mean(name, bound) or f"the names here are {', '.join(list(bound)[:12])}"
            raise BpcalcError(f'the claim has the name "{name}", which is no node',
                              hint=hint, span=locate(source, program.used[name]))  # fmt: skip
    if any(gate.of_arrays for gate in program.graph.kinds) and not m.shaped:
        return Form(text, None, {})
    if not program.variables:
        value = m.value(evaluate(program))
        return Form(text, None, {}, value, EXACT * abs(value))
    return Form(text, program, {name: labels[name] for name in program.variables})


def _numbers(text: str, m: Algebra) -> Form:
    """Numbers as they are written, and half a unit of the last digit of each."""
    shown = re.sub(r"([-+])\s+", r"\1", text.replace("−", "-"))
    program = parse(Source(shown))
    value = evaluate(program)
    if getattr(value, "shape", ()) and not m.shaped:
        return Form(text, None, {})
    written = re.findall(NUMBER, shown)
    slack = [_half_unit(one) for one in written]
    digits = min(len(re.sub(r"[eE].*|\D", "", one).lstrip("0")) for one in written)
    shape = m.shape(m.value(value))
    return Form(text, None, {}, m.value(value), m.reshape(m.value(slack), shape=shape) if shape else slack[0], digits)


def _half_unit(text: str) -> float:
    """Half a unit of the last digit that is written; of a whole number at most some per cent of it."""
    mantissa, _, exponent = text.lower().partition("e")
    fraction = mantissa.partition(".")[2]
    unit = float(f"1e{int(exponent or 0) - len(fraction)}")  # infinite where ** would raise OverflowError: of 0e999
    if "." not in mantissa:
        return min(unit / 2, WHOLE * abs(float(text.replace("+", "").replace(" ", ""))))
    return unit / 2 * (1 + EXACT)


def evaluated(form: Form, circuit: Circuit) -> Any:
    """The claim's value. Raises BpcalcError where its shapes do not fit."""
    try:
        return form.value(circuit)
    except ShapeError as error:
        from bpcalc.telling.misfits import misfit

        assert form.program is not None
        raise misfit(form.program, error) from error


def is_same(m: Algebra, form: Form, claimed: Any, other: Any, magnitude: float, exactly: bool = False) -> bool:
    """Is a value the claimed one, to its digits; or, of a formula, but for rounding?

    magnitude  of the parts that the other is a sum of: what rounding may leave of them counts as nothing
    exactly    a whole number is exactly itself
    """
    if other is None or m.shape(claimed) != m.shape(other):
        return False
    slack = EXACT * abs(claimed) / 2 + EXACT * abs(other) / 2 + 1e-13 * magnitude
    if not form.is_formula:
        written = form.slack
        if exactly:
            written = m.where(abs(claimed) % 1 == 0, 0.0, written) if m.shaped else written * (claimed % 1 != 0)
        slack = slack + written
    # of an infinite number a part is infinite too: as a slack it would let every claim pass
    return bool(m.everywhere(((abs(claimed - other) <= slack) & (slack < inf)) | (claimed == other)))
