"""What rounding leaves of a circuit's numbers: how large the parts of a gradient are, and values with many digits."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Any, Generic, NamedTuple, TypeVar

from bpcalc.algebra.floats import FLOATS
from bpcalc.engine.differences import largest
from bpcalc.engine.forward import forward
from bpcalc.graph import Graph
from bpcalc.reports.circuit import Circuit

LARGE = 300  # nodes above which nothing is calculated with many digits
DIGITS, SPARE = 30, 60  # of many digits: a difference of a step of 1e-25 loses most of what is spare
KEPT = 64  # circuits whose numbers are remembered
# mpmath's: poles, complex numbers that cannot be compared, what does not converge
NO_RESULT = (ArithmeticError, ValueError, TypeError, AttributeError, NotImplementedError)

Found = TypeVar("Found")


class _Remembered(Generic[Found]):
    """What is found of a circuit, found once."""

    def __init__(self, find: Callable[[Circuit], Found]) -> None:
        self.find = find
        self.known: OrderedDict[int, tuple[Circuit, Found]] = OrderedDict()

    def __call__(self, circuit: Circuit) -> Found:
        known = self.known.get(id(circuit))
        if known is None:  # the circuit is kept with it, so its id means no other
            known = self.known[id(circuit)] = circuit, self.find(circuit)
            if len(self.known) > KEPT:
                self.known.popitem(last=False)
        return known[1]


class Sharp(NamedTuple):
    """The values of a circuit's nodes with many digits, from the doubles of its inputs. m: their algebra."""

    m: Any
    values: list[Any]

    def of(self, graph: Graph, places: dict[str, int], output: int) -> float | None:
        """A formula of these nodes; None where it has no real number."""
        bound = {name: self.values[node] for name, node in places.items()}
        found = quietly(self.m, lambda: forward(self.m, graph, bound, [output])[output])
        return float(found) if found is not None and self.m.is_real(found) else None


def quietly(m: Any, calculate: Callable[[], Any]) -> Any:
    """A calculation with many digits, or None where it has no real result."""
    try:
        with m.quiet():
            return calculate()
    except NO_RESULT:
        return None


def _sharp(circuit: Circuit) -> Sharp | None:
    graph = circuit.program.graph
    if circuit.m is not FLOATS or len(graph) > LARGE:
        return None
    from bpcalc.algebra import many_digits

    m = many_digits.ManyDigits(DIGITS, spare=SPARE, as_typed=False)
    if not all(gate.options == {} and (gate.forward or hasattr(m, gate.name)) for gate in graph.kinds):
        return None
    bound = {name: m.value(circuit.values[node]) for name, node in graph.variables.items()}
    values = quietly(m, lambda: forward(m, graph, bound))
    return None if values is None else Sharp(m, [*values])


def _sizes(circuit: Circuit) -> list[float]:
    """For each node how large the parts are that its gradient is a sum of: the backward pass of the absolute values.

    Rounding leaves of a gradient a part of that, however small the gradient itself is.
    """
    sizes = [0.0] * (circuit.output + 1)
    sizes[circuit.output] = largest(circuit.seed)
    for node in range(circuit.output, -1, -1):
        for edge in circuit.edges(node) if sizes[node] else ():
            if edge.downstream is None:
                continue
            part = largest(circuit.m.dense(edge.downstream))
            upstream = largest(circuit.m.dense(edge.upstream))
            grown = part * (sizes[node] / upstream) if upstream else 0.0
            if edge.local is not None:
                grown = max(grown, largest(edge.local) * sizes[node])
            sizes[edge.source] += max((one for one in (part, grown) if one < float("inf")), default=0.0)
    return sizes


sharp = _Remembered(_sharp)
sizes = _Remembered(_sizes)
