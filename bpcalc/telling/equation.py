"""Equations whose printed numbers give the printed result, and how they are made sure of."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bpcalc.algebra.protocol import Algebra
from bpcalc.engine.forward import forward
from bpcalc.errors import BpcalcError, Source
from bpcalc.gate import POWER, PRODUCT, SUM
from bpcalc.graph import Graph
from bpcalc.reading.parser import parse
from bpcalc.writing.numerals import cell
from bpcalc.writing.unparse import binding, unparse

EQUAL, ABOUT = " = ", " ≈ "


def written(m: Algebra, value: Any, digits: int | None) -> str:
    """A number with so many digits (None: all); an array in one line."""
    return cell(m, value, digits) if m.shape(value) else m.text(value, digits)


def true_equation(
    m: Algebra, start: str, numbers: Callable[[int | None], str], result: Any, precision: int | None
) -> str:
    """`start = numbers = result`, where the printed numbers give the printed result to its last digit.

    m        the algebra that the numbers are computed in again
    numbers  their text with so many digits

    Numbers get more digits where rounding them would break that; where even all digits do not give the result, the
    line says ≈. A text of numbers that is the result already is left out.
    """
    shown, beside = written(m, result, precision), m.beside(result, precision)
    beside = ABOUT + beside if beside else ""
    for digits in (*range(precision, 17), None) if precision else (None,):
        text = numbers(digits)
        if text == shown:
            return f"{start}{EQUAL}{shown}{beside}"
        if _value(m, text, precision) == shown:
            return f"{start}{EQUAL}{text}{EQUAL}{shown}{beside}"
    return f"{start}{ABOUT}{shown}"


def _value(m: Algebra, text: str, precision: int | None) -> str:
    """What the printed text gives, printed."""
    try:
        program = parse(Source(text))
        values = forward(m, program.graph, {"nan": m.value(math.nan)}, [program.output])
        return written(m, values[program.output], precision)
    except (BpcalcError, KeyError):
        return ""


def share(m: Algebra, number: Any) -> str:
    """A number as a text: 1/3 where that is what it is."""
    text = m.text(number, None)
    parts = round(float(1 / number)) if abs(number) > 1e-6 and m.is_finite(number) else 0
    exact = len(text) > 8 and parts and m.divide(m.one, m.value(float(parts))) == number
    return f"1/{parts}" if exact else text


def added(m: Algebra, terms: Sequence[Any], digits: int | None) -> str:
    """The terms added, as text: `4 + (-2)`."""
    first, *rest = (m.text(term, digits) for term in terms)
    return " + ".join([first, *(f"({text})" if text.startswith("-") else text for text in rest)])


def factor(graph: Graph, node: int, names: Mapping[int, str]) -> str:
    """A node as the right side of a product, in brackets where it needs them."""
    if node in names:
        return names[node] if binding(names[node]) >= POWER else f"({names[node]})"
    text, gate = unparse(graph, node, names), graph.gates[node]
    bare = not (gate.infix or gate.prefix) or (gate.infix and gate.infix[1] == POWER)
    bare = bare or (gate.infix is not None and gate.infix[0] == "*" and gate.infix[1] == PRODUCT)
    return text if bare and not text.startswith("-") else f"({text})"


def left_factor(text: str) -> str:
    """A number as the left side of a product."""
    return f"({text})" if binding(text) == SUM else text


def plain_factor(m: Algebra, number: Any, digits: int | None = None) -> str:
    """A number as the right side of a product; without `digits` as it is: 1/3 for a share among three."""
    text = m.text(number, digits) if digits else share(m, number)
    return f"({text})" if binding(text) < POWER else text
