"""Equations whose printed numbers give the printed result, and how they are made sure of."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from bpcalc.algebra.floats import FLOATS
from bpcalc.algebra.protocol import Algebra
from bpcalc.engine.forward import forward
from bpcalc.errors import BpcalcError, Source
from bpcalc.gate import POWER, PRODUCT
from bpcalc.graph import Graph
from bpcalc.reading.parse import parse
from bpcalc.writing.numerals import eye
from bpcalc.writing.unparse import unparse


class Numbers:
    """The named nodes' values as texts, to be put in for their names."""

    def __init__(self, graph: Graph, values: list[float], labels: Mapping[int, str], precision: int | None) -> None:
        self._values = {node: values[node] for node in labels}
        self._texts: dict[int | None, dict[int, str]] = {}

    def at(self, digits: int | None) -> dict[int, str]:
        """The texts with so many significant digits; None: all."""
        if digits not in self._texts:
            self._texts[digits] = {node: eye(value, digits) for node, value in self._values.items()}
        return self._texts[digits]


def true_equation(start: str, numbers: Callable[[int | None], str], result: float, precision: int | None) -> str:
    """`start = numbers = result`, where the printed numbers give the printed result to its last digit.

    Numbers get more digits where rounding them would break that; where even all digits do not give the result, the
    line says ≈. A text of numbers that is the result already is left out.
    """
    shown = eye(result, precision)
    for digits in (*range(precision, 17), None) if precision else (None,):
        text = numbers(digits)
        if text == shown:
            return f"{start} = {shown}"
        if _value(text, precision) == shown:
            return f"{start} = {text} = {shown}"
    return f"{start} ≈ {shown}"


def _value(text: str, precision: int | None) -> str:
    """What the printed text gives, printed."""
    try:
        program = parse(Source(text))
        m: Algebra = FLOATS
        if any(gate.of_arrays for gate in program.graph.kinds):
            from bpcalc.algebra.arrays import ARRAYS

            m = ARRAYS
        return eye(forward(m, program.graph, {"nan": math.nan}, [program.output])[program.output], precision)
    except (BpcalcError, KeyError):
        return ""


def share(number: float) -> str:
    """A number as a text: 1/3 where that is what it is."""
    text = eye(number, None)
    parts = round(1 / number) if abs(number) > 1e-6 and math.isfinite(number) else 0
    return f"1/{parts}" if len(text) > 8 and parts and 1 / parts == number else text


def product(graph: Graph, formula: int | float, names: Mapping[int, str], digits: int | None = None) -> str:
    """A local gradient as the right side of a product: a node of the graph or a number, in brackets where needed."""
    if isinstance(formula, float):
        text = eye(formula, digits) if digits else share(formula)
        return f"({text})" if text.startswith("-") or "/" in text else text
    text = names.get(formula) or unparse(graph, formula, names)
    gate = graph.gates[formula]
    bare = formula in names or not (gate.infix or gate.prefix) or (gate.infix and gate.infix[1] == POWER)
    bare = bare or (gate.infix is not None and gate.infix[0] == "*" and gate.infix[1] == PRODUCT)
    return text if bare and not text.startswith("-") else f"({text})"
