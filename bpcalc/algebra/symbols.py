"""The graph itself as a number system: every operation appends a node. Backprop on it gives symbolic gradients.

May import gate, gates, graph. Only value-preserving simplifications are made: each gives the same double, bit for
bit, as the operation it replaces (up to the sign of a zero). `x*0` stays, for x may be infinite.
"""

from __future__ import annotations

from typing import Any

from bpcalc.algebra import Algebra
from bpcalc.algebra.simplify import SIMPLIFY, is_truth
from bpcalc.gate import CONSTANT, GATES, Gate
from bpcalc.graph import Graph

WHERE = GATES["where"]


class Symbol:
    """A node of a graph that takes operators."""

    __slots__ = ("m", "node")

    def __init__(self, m: Symbols, node: int) -> None:
        self.m = m
        self.node = node

    def __add__(self, other: Any) -> Symbol:
        return self.m.call("add", self, other)

    def __radd__(self, other: Any) -> Symbol:
        return self.m.call("add", other, self)

    def __sub__(self, other: Any) -> Symbol:
        return self.m.call("subtract", self, other)

    def __rsub__(self, other: Any) -> Symbol:
        return self.m.call("subtract", other, self)

    def __mul__(self, other: Any) -> Symbol:
        return self.m.call("multiply", self, other)

    def __rmul__(self, other: Any) -> Symbol:
        return self.m.call("multiply", other, self)

    def __neg__(self) -> Symbol:
        return self.m.call("negate", self)

    def __lt__(self, other: Any) -> Symbol:
        return self.m.call("less", self, other)

    def __le__(self, other: Any) -> Symbol:
        return self.m.call("less_equal", self, other)

    def __gt__(self, other: Any) -> Symbol:
        return self.m.call("greater", self, other)

    def __ge__(self, other: Any) -> Symbol:
        return self.m.call("greater_equal", self, other)


class Symbols(Algebra):
    """Nodes of `graph` as numbers.

    values     the value of each node at the bound point, or None where there is none. With values, a rule that has an
               exceptional point takes the formula that holds there.
    functions  the float algebra's functions, to keep `values` up with the nodes that are appended
    """

    def __init__(self, graph: Graph, values: list[float] | None = None, floats: Algebra | None = None) -> None:
        self.graph = graph
        self.values = values
        self.floats = floats
        self.routed: set[int] = set()  # upstreams that a router has switched: where(c, g, 0) or where(c, 0, g)

    def __getattr__(self, name: str) -> Any:
        if name not in GATES:
            raise AttributeError(f"no gate is called {name}")
        return lambda *inputs, **options: self.call(name, *inputs, **options)

    def symbol(self, node: int) -> Symbol:
        return Symbol(self, node)

    def constant(self, value: float | str) -> Symbol:
        node = self.graph.constant(value if isinstance(value, str) else float(value))
        self._evaluate(node)
        return Symbol(self, node)

    def call(self, name: str, *inputs: Any, **options: Any) -> Symbol:
        """The node of a gate on symbols or numbers, simplified."""
        if options or GATES[name].options:
            return self.apply(GATES[name].bind(options), tuple(self._node(x) for x in inputs))
        nodes = tuple(self._node(x) for x in inputs)
        simplify = SIMPLIFY.get(name)
        simpler = simplify(self, *nodes) if simplify else None
        return self.apply(GATES[name], nodes) if simpler is None else Symbol(self, simpler)

    def _node(self, x: Any) -> int:
        return x.node if isinstance(x, Symbol) else self.constant(x).node

    def apply(self, gate: Gate, nodes: tuple[int, ...]) -> Symbol:
        """The node of a gate as it stands, without simplification."""
        node = self.graph.apply(gate, nodes)
        self._evaluate(node)
        return Symbol(self, node)

    def _evaluate(self, node: int) -> None:
        if self.values is None or node < len(self.values):
            return
        assert self.floats is not None
        gate, inputs = self.graph.gates[node], self.graph.inputs[node]
        if gate is CONSTANT:
            value = self.floats.constant(self.graph.leaves[node])
        else:
            value = self.floats.function(gate)(*[self.values[source] for source in inputs])
        self.values.append(value)

    # What the engine asks of every algebra.

    @property
    def shaped(self) -> bool:  # type: ignore[override]
        return self.floats is not None and self.floats.shaped

    def shape(self, x: Any) -> tuple[int, ...]:
        return getattr(self._value(x), "shape", ())

    def spread(self, x: Symbol, like: Symbol) -> Symbol:
        """`x` copied to the shape of `like`."""
        if self.shape(x) == self.shape(like):
            return x
        ones = self.ones(shape=self.shape(like))
        return ones if self.graph.number(x.node) == 1 else self.apply(GATES["multiply"], (ones.node, x.node))

    def reshape(self, x: Symbol, shape: tuple[int, ...]) -> Symbol:
        return x if self.shape(x) == shape else self.call("reshape", x, shape=shape)

    def index(self, x: Symbol, key: tuple[Any, ...]) -> Symbol:
        if self.graph.gates[x.node].name == "array" and len(key) == 1 and isinstance(key[0], int):
            return Symbol(self, self.graph.inputs[x.node][key[0]])
        return self.call("index", x, key=key)

    def except_at(self, condition: Any, special: Any, usual: Any) -> Any:
        """At the bound point: `usual`, or where the condition holds, what `special` is there."""
        holds = self._value(condition)
        if not (holds.any() if hasattr(holds, "any") else holds):
            return usual
        if getattr(holds, "shape", ()):
            return self.where(condition, special, usual)
        return self.constant(self._value(special) or 0.0)

    def _value(self, x: Any) -> Any:
        if not isinstance(x, Symbol):
            return float(x)
        if self.values is not None:
            return self.values[x.node]
        return self.graph.number(x.node)

    def scale(self, upstream: Symbol, local: Any) -> Symbol:
        """upstream*local. A switched upstream stays switched: 0*inf must not make the blocked side NaN."""
        if upstream.node in self.routed:
            c, a, b = self.graph.inputs[upstream.node]
            if self.graph.number(b) == 0:
                a = self.scale(Symbol(self, a), local).node
            else:
                b = self.scale(Symbol(self, b), local).node
            return self._switch(c, a, b)
        inputs = self.graph.inputs[upstream.node]
        gate = self.graph.gates[upstream.node]
        if self.shaped and gate.name in ("ones", "multiply") and self.shape(local) == self.shape(upstream):
            # ones(…)*g only gave g the shape that the local gradient has by itself
            if gate.name == "ones":
                return local  # type: ignore[no-any-return]
            if self.graph.gates[inputs[0]].name == "ones":
                upstream = Symbol(self, inputs[1])
        return self.call("multiply", upstream, local)

    def route(self, upstream: Symbol, weight: Any) -> Symbol | None:
        """The upstream where the weight is 1; nothing where it is 0."""
        number = weight if not isinstance(weight, Symbol) else self.graph.number(weight.node)
        if number is not None:
            return None if number == 0 else self.scale(upstream, number)
        zero = self.constant(0.0).node
        gate, inputs = self.graph.gates[weight.node], self.graph.inputs[weight.node]
        if gate is GATES["equal"] and self.graph.number(inputs[1]) == 0 and is_truth(self.graph, inputs[0]):
            return self._switch(inputs[0], zero, upstream.node)
        return self._switch(weight.node, upstream.node, zero)

    def _switch(self, condition: int, a: int, b: int) -> Symbol:
        switched = self.apply(WHERE, (condition, a, b))
        self.routed.add(switched.node)
        return switched
