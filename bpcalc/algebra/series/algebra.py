"""The number system of series. Its rules stand in `recurrences`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from functools import partial, reduce
from itertools import count
from typing import Any

from bpcalc.algebra.protocol import Algebra
from bpcalc.algebra.series.node import START, Need, Series, computed
from bpcalc.algebra.series.recurrences import RULES, by_local
from bpcalc.gate import Gate
from bpcalc.gates import GATES

MULTIPLY = GATES["multiply"]
ZEROS = 20  # coefficients beyond those that are asked for, in which one is looked for that is not 0
FACTORS = 16  # a power up to this is a product

# What a coefficient is as a number, for each of some values of its variables: pairs of that and its rounding noise.
Numbers = Callable[[Any], Sequence[tuple[float, float]]]


class PowerSeries(Algebra):
    """Series over the algebra `real`.

    pusher   forward mode of one gate, which the engine has: `pusher(m, gate, convention)` gives push(y, xs, ts)
    order    up to which coefficients will be asked for
    numbers  what a coefficient is as a number, at some values of its variables
    sided    whether it mattered that t > 0, once coefficients have been asked for
    """

    def __init__(self, real: Algebra, pusher: Callable[..., Any], numbers: Numbers, order: int) -> None:
        self.real: Any = real
        self.pusher = pusher
        self.numbers = numbers
        self.looked_at = order + ZEROS
        self.sided = False
        self._nodes: dict[Any, Series] = {}

    def coefficient(self, x: Any, exponent: int) -> Any:
        """Raises NoSeriesError where the function has none."""
        return computed(self.lift(x), exponent)

    # Leaves

    def lift(self, value: Any) -> Series:
        """A coefficient as the series that is it alone."""
        if isinstance(value, Series):
            return value
        found = self._nodes.get(value)
        if found is None:
            found = self._nodes[value] = self._whole(0, [value])
        return found

    def constant(self, payload: float | str) -> Series:
        return self.lift(self.real.constant(payload))

    def variable(self, at: Any, step: int = 1, exponent: int = 1) -> Series:
        """at + step*t^exponent."""
        return self._whole(exponent, [step]) if at == 0 else self._whole(0, [at, *[0] * (exponent - 1), step])

    def _whole(self, low: int, coefficients: list[Any]) -> Series:
        series = Series(self)
        series.low, series.is_whole = low, True
        series.coefficients = [] if coefficients == [0] else coefficients
        return series

    # Nodes

    def __getattr__(self, name: str) -> Any:
        if name not in GATES:
            raise AttributeError(f"no gate is called {name}")
        return self.function(GATES[name])

    def function(self, gate: Gate) -> Any:
        """A gate on series or coefficients."""
        return partial(self.call, gate)

    def call(self, gate: Gate, *inputs: Any) -> Series:
        """The one node that puts a gate on these inputs. What all are constants for is a constant."""
        xs = [self.lift(x) for x in inputs]
        key = (gate, *xs)
        found = self._nodes.get(key)
        if found is None:
            found = self._nodes[key] = self._called(gate, xs)
        return found

    def _called(self, gate: Gate, xs: list[Series]) -> Series:
        if all(x.is_constant for x in xs):
            return self.lift(self.applied(gate, [x[0] for x in xs]))
        if gate.name == "hypot":
            a, b = xs
            return self.call(GATES["sqrt"], a * a + b * b)
        if gate.variadic:
            return reduce(lambda a, b: self._ruled(gate, [a, b]), xs)
        if gate.name == "subtract" and xs[0] is xs[1]:
            return self.lift(0)
        if gate.name == "power" and xs[1].is_constant and self.rational(xs[1][0]) in range(1, FACTORS + 1):
            return self._multiplied(xs[0], int(self.rational(xs[1][0]) or 0))
        return self._ruled(gate, xs)

    def _multiplied(self, x: Series, factors: int) -> Series:
        """x^n as a product."""
        if factors == 1:
            return x
        half = self._multiplied(x, factors // 2)
        square = self.call(MULTIPLY, half, half)
        return self.call(MULTIPLY, square, x) if factors % 2 else square

    def _ruled(self, gate: Gate, xs: list[Series]) -> Series:
        series = Series(self)
        series.rule = RULES.get(gate.name, by_local)(self, series, gate, *xs)
        return series

    def derivative(self, x: Series) -> Series:
        """How a series changes with t."""
        found = self._nodes.get(("derivative", x))
        if found is None:
            found = self._nodes["derivative", x] = Series(self)
            found.rule = self._derived(x)
        return found

    def _derived(self, x: Series) -> Iterator[Any]:
        yield Need(x, START)
        yield x.start - 1
        for k in count(x.start):
            if x.is_whole and k >= x.end:
                return
            yield Need(x, k)
            yield self.real.multiply(k, x[k]) if k and x[k] != 0 else 0

    # What the engine and the rules of gates ask of every algebra. A router's weights are decided on this side.

    def scale(self, upstream: Any, local: Any) -> Any:
        return self.call(MULTIPLY, upstream, local)

    def route(self, upstream: Any, weight: Any) -> Any:
        return self.where(weight, upstream, 0)

    @staticmethod
    def except_at(condition: Any, special: Any, usual: Any) -> Any:
        """The rule for what is beside the exceptional point."""
        return usual

    # What the recurrences ask

    def applied(self, gate: Gate, inputs: list[Any]) -> Any:
        """A gate on coefficients: the number that its own definition gives, if any: leaky_relu(0) is 0."""
        if gate.forward is not None and all(self.rational(x) is not None for x in inputs):
            defined = gate.forward(self.real, *inputs)
            if self.rational(defined) is not None:
                return defined
        return self.real.function(gate)(*inputs)

    @staticmethod
    def rational(coefficient: Any) -> Fraction | None:
        """A coefficient as the number that it is; None for any other formula."""
        number = getattr(coefficient, "number", coefficient)
        return Fraction(number) if number is not None and number - number == 0 else None

    def lifted(self, coefficient: Any) -> Any:
        """A coefficient that may be a plain number as one of the algebra's own."""
        return self.real.add(coefficient, 0)

    def sum_of(self, terms: list[Any]) -> Any:
        return reduce(self.real.add, terms) if terms else 0

    def quotient_of(self, a: Any, b: Any) -> Any:
        return 0 if a == 0 else self.real.divide(a, b)
