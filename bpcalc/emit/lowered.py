"""A derivation put in terms of the gates that a language has, for languages without functions of their own."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping
from typing import Any

from bpcalc.algebra.everywhere import Everywhere
from bpcalc.emit import CannotSayError
from bpcalc.emit.expression import title
from bpcalc.emit.formulas import FIRST_ORDER, formula
from bpcalc.gate import CONSTANT, INPUT
from bpcalc.graph import Graph
from bpcalc.reports.derivation import Derivation

Rule = Callable[..., Any]
LARGEST = 1.7976931348623157e308  # of the doubles
FAR = 1e150  # whose square is finite yet


def _log1p(m: Any, x: Any) -> Any:
    # Kahan: what rounding takes off 1 + x, log(u)/(u - 1) gives back
    u = 1 + x
    return m.where(m.equal(u, 1), x, m.divide(x * m.log(u), m.where(m.equal(u, 1), 1, u - 1)))


def _expm1(m: Any, x: Any) -> Any:
    u = m.exp(x)
    near = m.divide((u - 1) * x, m.where(m.equal(u, 1) + m.equal(u, 0) + (x > 1), 1, m.log(m.max(u, 1e-300))))
    return m.where(m.equal(u, 1), x, m.where((x > 1) + m.equal(u, 0), u - 1, near))


def _hypot(m: Any, a: Any, b: Any) -> Any:
    large, small = m.max(m.abs(a), m.abs(b)), m.min(m.abs(a), m.abs(b))
    ratio = m.divide(small, m.where(m.equal(large, 0), 1, large))
    size = large * m.sqrt(1 + m.power(ratio, 2))
    # an infinite side makes it infinite, whatever the other is
    return m.where(m.abs(a) >= LARGEST, m.abs(a), m.where(m.abs(b) >= LARGEST, m.abs(b), size))


def _cbrt(m: Any, x: Any) -> Any:
    size = m.where(m.equal(x, 0), 1, m.abs(x))
    rough = m.exp(m.divide(m.log(size), 3))
    root = rough - m.divide(rough - m.divide(size, rough * rough), 3)  # a step of Newton's method
    return m.where(m.equal(x, 0), 0, m.sign(x) * root)


def _atanh(m: Any, x: Any) -> Any:
    return 0.5 * m.log1p(m.divide(2 * x, 1 - x))


def _asinh(m: Any, x: Any) -> Any:
    a = m.abs(x)
    near = m.min(a, FAR)  # the square of what is farther has no end
    far = m.log(m.max(a, 1)) + math.log(2)
    return m.sign(x) * m.where(a > FAR, far, m.log1p(near + m.divide(near * near, 1 + m.sqrt(1 + near * near))))


def _tanh(m: Any, x: Any) -> Any:
    t = m.expm1(-2 * m.abs(x))
    return m.sign(x) * m.divide(-t, t + 2)


def _sinh(m: Any, x: Any) -> Any:
    t = m.expm1(m.abs(x))
    return m.sign(x) * m.divide(t + m.divide(t, t + 1), 2)


# What a language may lack, in terms of what all have.
RULES: Mapping[str, Rule] = {
    "log1p": _log1p, "expm1": _expm1, "hypot": _hypot, "cbrt": _cbrt, "atanh": _atanh, "asinh": _asinh, "tanh": _tanh,
    "sinh": _sinh,
    "cosh": lambda m, x: m.divide(m.exp(m.abs(x)) + m.exp(-m.abs(x)), 2),
    "acosh": lambda m, x: m.log1p((x - 1) + m.sqrt(x - 1) * m.sqrt(x + 1)),
    "log2": lambda m, x: m.divide(m.log(x), math.log(2)), "log10": lambda m, x: m.divide(m.log(x), math.log(10)),
    "sign": lambda m, x: m.where(x > 0, 1, m.where(x < 0, -1, 0)),
}  # fmt: skip


def lowered(d: Derivation, has: Collection[str]) -> Derivation:
    """The derivation with only the gates `has`. Raises CannotSayError for one that cannot be put in these."""
    if d.shapes is not None:
        raise CannotSayError("arrays")
    while True:
        wanted = _wanted(d)
        lacking = {
            gate.name for node, gate in enumerate(d.graph.gates)
            if wanted[node] and d.graph.inputs[node] and gate.name not in has and (not gate.infix or gate.name == "mod")
        }  # fmt: skip
        if not lacking:
            return d
        d = _rebuilt(d, lacking)


def _wanted(d: Derivation) -> bytearray:
    return d.graph.ancestors(d.output, *(line.node for line in d.lines), *d.gradient.values())


def _rebuilt(d: Derivation, lacking: Collection[str]) -> Derivation:
    """The derivation with these gates replaced."""
    graph, old = Graph(), d.graph
    m = Everywhere(graph)
    place: dict[int, int] = {}
    wanted = _wanted(d)
    for node, (gate, inputs) in enumerate(zip(old.gates, old.inputs, strict=True)):
        if gate is INPUT:
            place[node] = graph.variable(str(old.leaves[node]))
        elif not wanted[node]:
            continue
        elif gate is CONSTANT:
            place[node] = graph.constant(old.leaves[node], f"#{node}" if node in old.named else "")
        elif gate.name not in lacking:
            place[node] = graph.apply(gate, tuple(place[one] for one in inputs))
        else:
            rule, taken = RULES.get(gate.name) or formula(gate), inputs
            if gate.name in FIRST_ORDER and old.number(inputs[0]) == 1:
                rule, taken = FIRST_ORDER[gate.name].forward, inputs[1:]
            if rule is None:
                raise CannotSayError(title(gate))
            place[node] = rule(m, *(m.symbol(place[one]) for one in taken)).node
    return d._replace(
        graph=graph, output=place[d.output], operations=_between(d, graph, place),
        labels={place[node]: label for node, label in d.labels.items() if node in place},
        given={place[node]: label for node, label in d.given.items() if node in place},
        lines=[line._replace(of=place[line.of], node=place[line.node], symbol=place[line.symbol]) for line in d.lines
               if line.node in place and line.of in place],
        gradient={name: place[node] for name, node in d.gradient.items()},
        parameters=[one._replace(node=place[one.node]) for one in d.parameters],
    )  # fmt: skip


def _between(d: Derivation, graph: Graph, place: Mapping[int, int]) -> list[int]:
    """The operations of the forward pass, those that the replaced gates are made of among them."""
    wanted = graph.ancestors(place[d.output])
    leaves = {place[one.node] for one in d.parameters}
    return [node for node in range(len(graph)) if wanted[node] and graph.inputs[node] and node not in leaves]
