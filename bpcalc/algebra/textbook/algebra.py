"""The number system of `bpcalc diff`: formulas in the normal form of `terms`, simplified as mathematics allows.

Both passes run on it as they run on floats; what comes out is written as a textbook has it. Rules hold over the real
numbers wherever both sides are defined: x/x is 1, exp(log(x)) is x.
"""

from __future__ import annotations

from fractions import Fraction
from functools import partial, reduce
from math import inf

from bpcalc.algebra.shapes import SHAPES, Shaped, broadcast
from bpcalc.algebra.textbook import branches, constants, matrices, nonfinite, products, reductions, switches, ties
from bpcalc.algebra.textbook.collect import collected
from bpcalc.algebra.textbook.formulas import Formulas
from bpcalc.algebra.textbook.terms import ONE, Gradient, Sizes, Terms, gradient, plain
from bpcalc.gate import Gate
from bpcalc.gates.arrays import GATES
from bpcalc.typed import Any


class Textbook(Formulas):
    """The formulas of `graph`, with every gate on them."""

    def __getattr__(self, name: str) -> Any:
        if name not in GATES:
            raise AttributeError(f"no gate is called {name}")
        return partial(self.call, name)

    def function(self, gate: Gate) -> Any:
        """The forward function of a gate on formulas."""
        return partial(getattr(self, gate.name), **gate.options)

    # Products and powers

    def multiply(self, a: Any, b: Any) -> Terms:
        return products.multiply(self, self.lift(a), self.lift(b))

    def divide(self, a: Any, b: Any) -> Terms:
        return self.multiply(a, self.power(b, -1))

    def power(self, x: Any, n: Any) -> Terms:
        return products.power(self, self.lift(x), self.lift(n))

    def sqrt(self, x: Any) -> Terms:
        return self.power(x, Fraction(1, 2))

    def exp(self, x: Any) -> Terms:
        x = self.lift(x)
        node = self.sole(x)
        if node is not None and self.graph.gates[node].name == "log_softmax":
            return self.call("softmax", self.written(self.graph.inputs[node][0]), **self.graph.gates[node].options)
        rest, powers = products.logarithms(self, x)
        power = Terms(self, x.shape, products.tidied(self, {self.euler: plain(rest)}))
        return reduce(self.multiply, powers, power)

    def log(self, x: Any) -> Terms:
        x = self.lift(x)
        coefficient, product = x.single or (0, ONE)
        if coefficient == 1 and len(product) == 1 and product[0][0] == self.euler:
            return self.in_shape(self.lift(product[0][1]), x.shape)
        node = self.sole(x)
        if node is not None and self.graph.gates[node].name == "softmax":
            return self.call("log_softmax", self.written(self.graph.inputs[node][0]), **self.graph.gates[node].options)
        return self.call("log", x)

    # Other gates

    def call(self, name: str, *inputs: Any, **options: Any) -> Terms:
        """A gate that stays as it is, on formulas. Linear ones hand factors that are single numbers out."""
        xs = [self.lift(x) for x in inputs]
        if len(xs) == 1 and (single := reductions.of_number(self, name, xs[0], options)) is not None:
            return single
        is_reduction = GATES[name].family == "reduction" and options.get("axis") in (None, 0, -1, (0,), (-1,))
        if is_reduction and len(xs[0].shape) == 1 and not options.get("keepdims"):
            options.pop("axis", None)  # there is but one
        if options.get("keepdims") and (ahead := reductions.ahead(self, xs[0], options.get("axis"))):
            # a row of results is broadcast as they are without the axes that come first
            axis = None if ahead == len(xs[0].shape) else options["axis"]
            short = self.call(name, xs[0], **{**options, "axis": axis, "keepdims": False})
            return self.in_shape(short, (1,) * ahead + short.shape)
        gate = GATES[name].bind(options) if GATES[name].options else GATES[name]
        if gate.pushforward == "linear" and len(xs) == 1:
            scalars, rest = self.apart(xs[0])
            return self.multiply(scalars, self.atom(self.apply(gate, self.node(rest))))
        if switches.always(self, name, xs):
            return self.in_shape(self.lift(1), broadcast(*(x.shape for x in xs)))
        exact = constants.exact(self, name, xs)
        if exact is not None:
            return exact
        sign, xs = constants.parity(self, name, xs)
        node = self.apply(gate, *map(self.node, xs))
        if constants.is_pole(self, name, xs):
            self.special[node] = inf
        return self.times(sign, self.atom(node))

    def where(self, condition: Any, a: Any, b: Any) -> Terms:
        return switches.where(self, self.lift(condition), self.lift(a), self.lift(b))

    def decided(self, name: str, a: Any, b: Any, is_first: bool = True) -> Any:
        a, b = self.lift(a), self.lift(b)
        return self.in_shape(self.lift(int(is_first)), a.shape) if a == b else switches.decided(self, name, a, b)

    def equal(self, a: Any, b: Any) -> Terms:
        return switches.equal(self, self.lift(a), self.lift(b))

    def not_equal(self, a: Any, b: Any) -> Terms:
        return switches.not_equal(self, self.lift(a), self.lift(b))

    def add(self, a: Any, b: Any) -> Terms:
        total = super().add(a, b)
        return switches.merged(self, total) if branches.present(self) else total

    # Arrays

    def zeros(self, shape: Sizes) -> Terms:
        return Terms(self, shape, {})

    def ones(self, shape: Sizes) -> Terms:
        return Terms(self, shape, {ONE: 1})

    def sum(self, x: Any, axis: Any = None, keepdims: bool = False) -> Terms:
        return reductions.sum_(self, self.lift(x), axis, keepdims)

    def mean(self, x: Any, axis: Any = None, keepdims: bool = False) -> Terms:
        return self.call("mean", x, axis=axis, keepdims=keepdims)

    def reshape(self, x: Any, shape: Sizes) -> Terms:
        whole = self.lift(x)
        sizes = SHAPES.function(GATES["reshape"].bind({"shape": shape}))(Shaped(whole.shape)).shape  # without -1
        if whole.shape == sizes:
            return whole
        scalars, rest = self.apart(whole)
        if sizes[-len(whole.shape) :] == whole.shape and set(sizes[: -len(whole.shape)]) == {1}:
            return self.in_shape(whole, sizes)  # a row of it is broadcast as the vector is
        if all(self.product_shape(product) == () for product in rest.parts):
            return self.in_shape(whole, sizes)
        inner = reductions.reshaped(self, rest, sizes)
        if inner is not None:
            return self.multiply(scalars, inner)
        if sizes == ():  # one entry
            return self.multiply(scalars, self.index(rest, (0,) * len(rest.shape)))
        return self.multiply(scalars, self.call("reshape", rest, shape=shape))

    def index(self, x: Any, key: tuple[Any, ...]) -> Terms:
        x = self.lift(x)
        _, product = x.single or (0, ONE)
        if len(key) == 1 and isinstance(key[0], int) and len(product) == 1 and product[0][1] == 1:
            node = product[0][0]
            if self.graph.gates[node].name == "array" and self.shapes[node] == x.shape:
                return self.multiply(x.parts[product], self.known(self.graph.inputs[node][key[0]]))
        return self.call("index", x, key=key)

    def matmul(self, a: Any, b: Any) -> Terms:
        return matrices.matmul(self, self.lift(a), self.lift(b))

    def outer(self, a: Any, b: Any) -> Terms:
        return matrices.outer(self, self.lift(a), self.lift(b))

    def transpose(self, x: Any, axes: tuple[int, ...] | None) -> Terms:
        return matrices.transpose(self, self.lift(x), axes)

    def diag(self, x: Any) -> Terms:
        """A diagonal; that of outer(u, v) is u*v."""
        scalars, rest = self.apart(self.lift(x))
        node = self.sole(rest)
        if node is not None and self.graph.gates[node] is matrices.OUTER and len(set(rest.shape)) == 1:
            u, v = self.graph.inputs[node]
            return scalars * self.atom(u) * self.atom(v)
        return self.multiply(scalars, self.call("diag", rest))

    def trace(self, x: Any) -> Terms:
        return matrices.trace(self, self.lift(x))

    def solve(self, a: Any, b: Any) -> Terms:
        a, b = self.lift(a), self.lift(b)
        if len(a.shape) == 2 and b == self.eye(size=a.shape[0]):
            return self.inv(a)
        return self.call("solve", a, b)

    def inv(self, x: Any) -> Terms:
        return matrices.inv(self, self.lift(x))

    def det(self, x: Any) -> Terms:
        return matrices.of_matrix(self, "det", self.lift(x))

    def logdet(self, x: Any) -> Terms:
        return matrices.of_matrix(self, "logdet", self.lift(x))

    def shortest(self, x: Terms) -> Terms:
        """The shortest form of a formula."""
        return collected(self, x)

    # Without values no condition is known to hold.

    def holds(self, truth: Any) -> bool:
        if isinstance(truth, Terms) and (node := ties.tied_input(self, truth)) is not None:
            return ties.may_tie(self, node)
        return truth is True

    @staticmethod
    def everywhere(truth: Any) -> bool:
        return truth is True

    # Shapes

    @staticmethod
    def shape(x: Any) -> Sizes:
        return x.shape if isinstance(x, Terms) else ()

    def entry(self, x: Any, place: tuple[int, ...]) -> Terms:
        return self.index(x, place) if place else self.lift(x)

    def spread(self, x: Any, like: Any) -> Terms:
        return self.in_shape(self.lift(x), like.shape)

    # What the engine asks

    def except_at(self, condition: Any, special: Any, usual: Any) -> Any:
        """The rule for all points, unless all of them are special, or it gives no number: 0^n*log(0)."""
        all_special = isinstance(condition, Terms) and condition.number
        return special if all_special or nonfinite.any_endless(self, self.lift(usual)) else usual

    def settle(self, g: Any, x: Any) -> Gradient:
        return gradient(self.lift(super().settle(g, x)))

    def scale(self, upstream: Terms, local: Any) -> Gradient:
        return gradient(self.multiply(upstream, local))

    def route(self, upstream: Terms, weight: Any) -> Gradient | None:
        number = self.lift(weight).number
        if number is not None:
            return gradient(self.times(number, upstream)) if number else None
        return gradient(self.where(weight, upstream, 0))
