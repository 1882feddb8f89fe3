"""The graph itself as a number system: every operation appends a node. Backprop on it gives symbolic gradients.

Only value-preserving simplifications are made: each gives the same double, bit for bit, as the operation it replaces
(up to the sign of a zero). `x*0` stays, for x may be infinite.
"""

from __future__ import annotations

from bpcalc.algebra.floats import FLOATS
from bpcalc.algebra.folding import SIMPLIFY, is_truth
from bpcalc.algebra.operators import Operators
from bpcalc.algebra.protocol import Algebra
from bpcalc.gate import CONSTANT, Calculated, Gate, Literal, Quotient
from bpcalc.gates import GATES
from bpcalc.graph import Graph, literal
from bpcalc.typed import Any

WHERE, EQUAL, MULTIPLY = GATES["where"], GATES["equal"], GATES["multiply"]


class Symbol(Operators["Symbol"]):
    """A node of a graph that takes operators."""

    __slots__ = ("m", "node")

    m: Symbols

    def __init__(self, m: Symbols, node: int) -> None:
        self.m = m
        self.node = node


class Switched(Symbol):
    """An upstream behind a router: `flow` where the condition (always 0 or 1) is `when`, nothing elsewhere.

    What it meets further down stays inside the switch, where(c, flow*local, 0): outside, the 0 of the blocked side
    would meet a local gradient that is infinite there and become NaN.
    """

    __slots__ = ("condition", "flow", "when")

    def __init__(self, m: Symbols, condition: int, when: bool, flow: Symbol, node: int | None = None) -> None:
        if node is None:
            zero = m.constant(0.0).node
            node = m.apply(WHERE, (condition, *((flow.node, zero) if when else (zero, flow.node)))).node
        super().__init__(m, node)
        self.condition = condition
        self.when = when
        self.flow = flow

    def truth(self) -> Symbol:
        """1 where something flows, else 0."""
        condition = Symbol(self.m, self.condition)
        return condition if self.when else self.m.call("equal", condition, 0)

    def __add__(self, other: Any) -> Symbol:
        if not isinstance(other, Switched):
            return super().__add__(other)
        if self.condition != other.condition:
            total = super().__add__(other)  # 0 where neither flows, so it needs no switch until it is scaled
            return Switched(self.m, self.m.call("max", self.truth(), other.truth()).node, True, total, total.node)
        if self.when == other.when:
            return Switched(self.m, self.condition, self.when, self.flow + other.flow)
        first, second = (self, other) if self.when else (other, self)
        return self.m.apply(WHERE, (self.condition, first.flow.node, second.flow.node))


class Mixed(Symbol):
    """A gradient that a switched one was mixed into (by a sum, a matrix product): where it is 0, nothing flowed."""

    __slots__ = ()

    def __add__(self, other: Any) -> Symbol:
        total = super().__add__(other)
        return Mixed(self.m, total.node) if isinstance(other, (Mixed, Switched)) else total


def standing_for(total: Symbol, name: Symbol) -> Symbol:
    """A name in the place of a gradient: what a router has blocked stays so behind it."""
    if isinstance(total, Switched):
        return Switched(total.m, total.condition, total.when, name, name.node)
    return Mixed(total.m, name.node) if isinstance(total, Mixed) else name


class Symbols(Algebra):
    """Nodes of `graph` as numbers.

    values     the value of each node at the bound point, or None where there is none. With values, a rule that has an
               exceptional point takes the formula that holds there.
    numbers    the algebra of those values: it keeps `values` up with the nodes that are appended, and tells what is
               true at the point
    """

    def __init__(self, graph: Graph, values: list[Any] | None = None, numbers: Algebra = FLOATS) -> None:
        self.graph = graph
        self.values = values
        self.numbers = numbers
        self.shaped = numbers.shaped

    def __getattr__(self, name: str) -> Any:
        if name not in GATES:
            raise AttributeError(f"no gate is called {name}")
        return lambda *inputs, **options: self.call(name, *inputs, **options)

    def symbol(self, node: int) -> Symbol:
        return Symbol(self, node)

    def constant(self, payload: float | str) -> Symbol:
        # a number of another system is stored as a plain float, a literal as it was typed
        is_literal = isinstance(payload, (str, Literal))
        node = self.graph.constant(payload if is_literal else float(payload))
        self._evaluate(node)
        return Symbol(self, node)

    def value(self, number: Any) -> Symbol:
        """A constant, or an array literal; what was typed as a calculation stays one."""
        if isinstance(number, Calculated):
            found: Symbol = number.within(self)
            return found
        if isinstance(number, Quotient):
            parts = number.fraction.numerator, number.fraction.denominator
            return self.call("divide", *[self.constant(literal(str(part))) for part in parts])
        if isinstance(number, Literal):
            return self.constant(number)
        return self._literal(self.numbers.lists(self.numbers.value(number)))

    def _literal(self, entries: Any) -> Symbol:
        if not isinstance(entries, list):
            return self.constant(entries)
        return self.apply(GATES["array"], tuple(self._literal(entry).node for entry in entries))

    def call(self, name: str, *inputs: Any, **options: Any) -> Symbol:
        """The node of a gate on symbols or numbers, simplified."""
        nodes = tuple(x.node if isinstance(x, Symbol) else self.number(x) for x in inputs)
        if GATES[name].options:
            return self.apply(GATES[name].bind(options), nodes)
        return Symbol(self, self.put(name, *nodes))

    def apply(self, gate: Gate, nodes: tuple[int, ...]) -> Symbol:
        """The symbol of a gate as it stands, without simplification."""
        return Symbol(self, self.keep(gate, nodes))

    # What a simplification is written with: the same on the numbers of the nodes.

    def number(self, value: float) -> int:
        node = self.graph.constant(float(value))
        self._evaluate(node)
        return node

    def put(self, name: str, *nodes: int) -> int:
        simplify = SIMPLIFY.get(name)
        simpler = simplify(self, *nodes) if simplify else None
        return self.keep(GATES[name], nodes) if simpler is None else simpler

    def keep(self, gate: Gate, nodes: tuple[int, ...]) -> int:
        node = self.graph.apply(gate, nodes)
        self._evaluate(node)
        return node

    def is_single(self, node: int) -> bool:
        return self.shape(self.symbol(node)) == ()

    def _evaluate(self, node: int) -> None:
        if self.values is None:
            return
        is_new = node >= len(self.values)
        if not is_new and self.values[node] is not None:  # None: a node that the program does not need
            return
        gate, inputs = self.graph.gates[node], self.graph.inputs[node]
        if gate is CONSTANT:
            value = self.numbers.constant(self.graph.leaves[node])
        else:
            value = self.numbers.function(gate)(*[self.values[source] for source in inputs])
        if is_new:
            self.values.append(value)
        else:
            self.values[node] = value

    # What is true at the bound point. Of what has no value there nothing is known.

    def _value(self, x: Any) -> Any:
        if not isinstance(x, Symbol):
            return float(x)
        if self.values is not None:
            return self.values[x.node]
        return self.graph.number(x.node)

    def is_finite(self, x: Any) -> Any:
        return self.numbers.is_finite(self._value(x))

    def is_nan(self, x: Any) -> Any:
        return self.numbers.is_nan(self._value(x))

    def is_zero(self, x: Any) -> Any:
        return self.numbers.is_zero(self._value(x))

    def close(self, a: Any, b: Any, tolerance: float) -> Any:
        return self.numbers.close(self._value(a), self._value(b), tolerance)

    def holds(self, truth: Any) -> bool:
        return self.numbers.holds(self._value(truth) if isinstance(truth, Symbol) else truth)

    def everywhere(self, truth: Any) -> bool:
        return self.numbers.everywhere(self._value(truth) if isinstance(truth, Symbol) else truth)

    def marked(self, truths: Any) -> tuple[int, int, tuple[int, ...]]:
        return self.numbers.marked(self._value(truths) if isinstance(truths, Symbol) else truths)

    # Shapes

    def shape(self, x: Any) -> tuple[int, ...]:
        return self.numbers.shape(self._value(x))

    def entry(self, x: Any, place: tuple[int, ...]) -> Symbol:
        return self.index(x, place) if place else x

    def spread(self, x: Symbol, like: Symbol) -> Symbol:
        if self.shape(x) == self.shape(like):
            return x
        if self.graph.number(x.node) == 0:
            return self.call("zeros", shape=self.shape(like))
        ones: Symbol = self.ones(shape=self.shape(like))
        return ones if self.graph.number(x.node) == 1 else self.apply(MULTIPLY, (ones.node, x.node))

    # Gates that may be simpler than a node of their own

    def reshape(self, x: Symbol, shape: tuple[int, ...]) -> Symbol:
        return x if self.shape(x) == shape else self.call("reshape", x, shape=shape)

    def squeeze(self, x: Symbol, axis: Any) -> Symbol:
        """Without axes of size 1."""
        shape = self.shape(x)
        chosen = range(len(shape)) if axis is None else axis if isinstance(axis, tuple) else (axis,)
        gone = {one % len(shape) for one in chosen} if shape else set()
        return self.reshape(x, shape=tuple(size for place, size in enumerate(shape) if place not in gone))

    def index(self, x: Symbol, key: tuple[Any, ...]) -> Symbol:
        if self.graph.gates[x.node].name == "array" and len(key) == 1 and isinstance(key[0], int):
            return Symbol(self, self.graph.inputs[x.node][key[0]])
        return self.call("index", x, key=key)

    def except_at(self, condition: Any, special: Any, usual: Any) -> Any:
        """At the bound point: `usual`, or where the condition holds, what `special` is there.

        Where the usual formula gives the same there, it stays: the other holds at this point only, so that it could
        not be differentiated again. That is no question of a comparison, which is flat, nor where the condition is no
        matter of the point (the exponent of x^0).
        """
        if not self.holds(condition):
            return usual
        flat = isinstance(usual, Symbol) and is_truth(self.graph, usual.node)
        if self.graph.number(condition.node) is None and not flat:
            same = self._agree(condition, special, usual)
            if same == "everywhere":
                return usual
            if same == "somewhere":
                condition = condition * self.not_equal(usual, special)
        if self.shape(condition):
            return self.where(condition, special, usual)
        if self.shape(usual):
            return self.spread(self.constant(self._value(special)), usual)
        return self.constant(self._value(special) or 0.0)

    def _agree(self, condition: Any, special: Any, usual: Any) -> str:
        """Where the condition holds: has the usual formula the special value everywhere, somewhere, or nowhere ("")?"""
        m, holds = self.numbers, self._value(condition)
        differ = m.not_equal(self._value(special), self._value(usual)) * holds
        if not m.holds(differ):
            return "everywhere"
        return "somewhere" if self.shape(condition) and m.holds(differ != holds) else ""

    # Gradients

    def scale(self, upstream: Symbol, local: Any) -> Symbol:
        if isinstance(upstream, Switched):
            return Switched(self, upstream.condition, upstream.when, self.scale(upstream.flow, local))
        if isinstance(upstream, Mixed):
            product = self.call("multiply", upstream, local)
            if self.everywhere(self.is_finite(local)):
                return Mixed(self, product.node)
            return Switched(self, self.call("not_equal", upstream, 0).node, True, product)
        if self.shaped and self.shape(local) == self.shape(upstream):
            upstream = self._plain(upstream)
        return self.call("multiply", upstream, local)

    def settle(self, g: Symbol, x: Symbol) -> Symbol:
        settled: Symbol = super().settle(g, x)
        return settled if settled is g or not self.is_switched(g) else Mixed(self, settled.node)

    def pull(self, rule: Any, upstream: Symbol, y: Any, inputs: list[Any]) -> Any:
        found = super().pull(rule, upstream, y, inputs)
        if not self.is_switched(upstream):
            return found
        flows = self.values is None or self.numbers.holds(self.live(upstream))
        return [self._mixed(one, flows) for one in found] if isinstance(found, list) else self._mixed(found, flows)

    def _mixed(self, gradient: Any, flows: bool) -> Any:
        """What a gate has made of a switched gradient; flows: whether anything flowed into it at the bound point."""
        if gradient is None or isinstance(gradient, Switched):
            return gradient
        if not flows and not self.everywhere(self.is_finite(gradient)):
            return None  # the 0 of what is blocked has met what is infinite, and become NaN
        return Mixed(self, gradient.node)

    def switched(self, gradient: Any) -> Any:
        return gradient if self.is_switched(gradient) else Mixed(self, gradient.node)

    def live(self, gradient: Any) -> Any:
        """In which entries something flows at the bound point."""
        if isinstance(gradient, Switched):
            is_zero = self.numbers.is_zero(self._value(self.symbol(gradient.condition)))
            return (is_zero ^ gradient.when) & self.live(gradient.flow)
        return self.is_zero(gradient) ^ True if isinstance(gradient, Mixed) else gradient is not None

    def _plain(self, upstream: Symbol) -> Symbol:
        """g for `ones(…)*g`, whose ones only gave it the shape that its partner has anyway."""
        gate, inputs = self.graph.gates[upstream.node], self.graph.inputs[upstream.node]
        if gate.name == "ones":
            return self.constant(1.0)
        if gate is MULTIPLY and self.graph.gates[inputs[0]].name == "ones":
            return Symbol(self, inputs[1])
        return upstream

    def is_switched(self, gradient: Any) -> bool:
        return isinstance(gradient, (Switched, Mixed))

    def route(self, upstream: Symbol, weight: Any) -> Symbol | None:
        number = weight if not isinstance(weight, Symbol) else self.graph.number(weight.node)
        if number is not None:
            return None if number == 0 else self.scale(upstream, number)
        if self.shaped and not is_truth(self.graph, weight.node):
            # shares among ties: the weight scales what it lets through
            return Switched(self, self.call("not_equal", weight, 0).node, True, self.scale(upstream, weight))
        if isinstance(upstream, Switched):
            truth = upstream.truth()
            factors = self.graph.inputs[truth.node] if self.graph.gates[truth.node] is MULTIPLY else ()
            both = truth if weight.node in (truth.node, *factors) else truth * weight
            return self.switch(both, upstream.flow)
        return self.switch(weight, upstream)

    def switch(self, truth: Symbol, flow: Symbol) -> Switched:
        """`flow` where `truth` is 1. The negation `c == 0` is written by exchanging the branches."""
        gate, inputs = self.graph.gates[truth.node], self.graph.inputs[truth.node]
        if gate is EQUAL and self.graph.number(inputs[1]) == 0 and is_truth(self.graph, inputs[0]):
            return Switched(self, inputs[0], False, flow)
        return Switched(self, truth.node, True, flow)
