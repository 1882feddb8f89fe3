"""What every number system must have: the contract between the algebras and all that calculate with them.

The engine, the rules of the gates, reports and tellers know a number only as something that an algebra `m` gave them.
`m` knows how it is written, whether it is finite, what shape it has. An algebra inherits `Algebra`, whose bodies are
those of single numbers with the operators `+ - *` and `< <= > >=`: for such numbers `constant`, `value`, `text`,
`exact` and the functions of the primitive gates are left to write. Arrays and formulas say more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from itertools import product

from bpcalc.gate import Gate
from bpcalc.gates import GATES
from bpcalc.typed import Any, Protocol, TypeVar

Shape = tuple[int, ...]
Found = TypeVar("Found")


class UndecidedError(Exception):
    """Which of two numbers is larger cannot be told with the digits that there are: more are needed.

    place  tells where that is, in words; None where nobody knows yet
    """

    place: Callable[[], str] | None = None


class Algebra(Protocol):
    """A number system. What is called a number here is whatever it calculates with: a float, an array, a formula.

    Two kinds of things flow through it: values, and gradients (of forward mode: tangents). A gradient is None where
    nothing flows at all, which is less than 0: it stays None behind an infinite local gradient, where 0 would become
    NaN. What is blocked in some entries only is the algebra's own matter: seen from outside through `dense`, `live`
    and `is_switched`, and added by `+` like any other.

    shaped  whether values have shapes. If not, the engine takes its short cut for single numbers
    quick   functions of gates, by name, that raise ValueError or ArithmeticError where those of the algebra have a
            result, and are the same everywhere else: a pass tries these first
    anew    whether values are calculated anew from what was typed: see `typed`, and `settled`
    encloses  whether a number is what the true one lies in, and not the true one or near it
    digits_shown  significant digits for people who ask for no others; None: all
    """

    shaped: bool = False
    quick: Mapping[str, Any] = {}
    anew: bool = False
    encloses: bool = False
    digits_shown: int | None = 6

    # Numbers. Shapes alone, symbols and formulas are no numbers to be written: they refuse `text`, `exact` and `size`
    # (TypeError), and truths about them are what is known at the bound point, or not at all.

    def constant(self, payload: float | str) -> Any:
        """The value of a literal, for the forward pass and for the numbers in rules.

        payload  a float; one with a `text`, which has the decimal as it was typed; or a name of `graph.CONSTANTS`
        """
        raise NotImplementedError

    def value(self, number: Any) -> Any:
        """A bound value, an upstream gradient or a tangent, as a number of this algebra: of a float, an array, or
        nested lists of floats. Raises ValueError or TypeError for what is none of its numbers."""
        return number

    def text(self, x: Any, digits: int | None) -> str:
        """A single number for people: to so many significant digits, never `-0`; None: all its digits, and a whole
        number without a point."""
        raise TypeError(f"{type(self).__name__} has no numbers to be written")

    def exact(self, x: Any) -> str:
        """A single number for scripts: the shortest text that `constant` and `value` read back to the same number;
        `nan`, `inf`, `-inf`."""
        raise TypeError(f"{type(self).__name__} has no numbers to be written")

    def read(self, text: str) -> Any:
        """The number that `text` or `exact` has written. Raises ValueError for what is no number."""
        return self.constant(float(text))

    def json(self, x: Any) -> Any:
        """A single number as JSON has it: a number of JSON where that is the same, else a text."""
        return self.exact(x)

    def is_finite(self, x: Any) -> Any:
        """Is it neither NaN nor infinite? A truth, or an array of truths by entry: for findings."""
        return x - x == 0

    def is_nan(self, x: Any) -> Any:
        """Is it no number? By entry, for findings."""
        return x != x

    def is_zero(self, x: Any) -> Any:
        """Is it 0, of either sign? By entry, for findings and tellers."""
        return x == 0

    def close(self, a: Any, b: Any, tolerance: float) -> Any:
        """Are they equal but for rounding, relative to the larger (as `math.isclose`)? NaN is close to NaN. By entry,
        for tellers, which show a form of a formula only if its number agrees."""
        if a == b or (a != a and b != b):
            return True
        return bool(self.is_finite(a) and self.is_finite(b) and abs(a - b) <= tolerance * max(abs(a), abs(b)))

    def holds(self, truth: Any) -> bool:
        """Does a truth hold, for any entry? For rules and findings. Where no values are known: no."""
        return bool(truth)

    def decided(self, name: str, a: Any, b: Any, is_first: bool = True) -> Any:
        """A comparison, "greater" or "less". Formulas count a == b for one of the two, of equal formulas the first."""
        return getattr(self, name)(a, b)

    def all_finite(self, x: Any) -> bool:
        """Are all entries of a value, or of a gradient, finite? For findings, which ask it of every node."""
        return self.everywhere(self.is_finite(self.dense(x)))

    def everywhere(self, truth: Any) -> bool:
        """Does a truth hold for all entries?"""
        return bool(truth)

    def size(self, x: Any) -> float:
        """About how large a single number is, as a float: for thresholds and layouts only."""
        return abs(float(x))

    @property
    def zero(self) -> Any:
        """The single number 0."""
        return self.value(0.0)

    @property
    def one(self) -> Any:
        """The single number 1: the gradient that flows into an output."""
        return self.value(1.0)

    # How numbers are come by

    @property
    def arrays(self) -> Algebra | None:
        """The algebra of arrays of these numbers; None where there is none."""
        return self if self.shaped else None

    def settled(self, calculate: Callable[[], Found], numbers: Callable[[Found], Iterable[Any]]) -> Found:
        """What `calculate` gives. An algebra whose numbers are only known so far calculates again, with more digits,
        until all `numbers` of what was found are known as far as was asked for.

        Raises BpcalcError where that has no end in sight.
        """
        return calculate()

    def shows(self, x: Any, shown: str) -> bool:
        """Does the text that a single number is shown with give it exactly?"""
        return bool(self.is_nan(x)) or bool(self.read(shown) == x)

    def is_exact(self, x: Any) -> bool:
        """Is the number itself known, and not only its first digits? Of an array: in all entries."""
        return True

    def told(self) -> str:
        """What is to be said, for people, of how the numbers were come by; "" for nothing."""
        return ""

    def beside(self, x: Any, digits: int | None) -> str:
        """The decimal of a single number that is written otherwise, to so many digits; "" for all others."""
        return ""

    # What the engine asks

    def function(self, gate: Gate) -> Any:
        """The forward function of a gate, its options chosen, on values of this algebra."""
        if gate.options and gate.forward is None:
            return partial(getattr(self, gate.name), **gate.options)
        return partial(gate.forward, self) if gate.options else getattr(self, gate.name)

    def rules(self, gate: Gate, convention: str) -> Any:
        """The local gradients of a gate, or its pullbacks: those of its record, unless the algebra knows better."""
        return gate.rules(convention)

    def quiet(self) -> AbstractContextManager[Any]:
        """In this context the algebra's own warnings are off: a calculation runs in it."""
        return nullcontext()

    def scale(self, upstream: Any, local: Any) -> Any:
        """downstream = upstream * local, for a gradient where something flows."""
        return upstream * local

    def route(self, upstream: Any, weight: Any) -> Any:
        """The downstream gradient of a router: the upstream times the weight, and nothing where the weight is 0, even
        if the upstream is infinite. None where nothing is let through."""
        return upstream * weight if weight else None

    def switched(self, gradient: Any) -> Any:
        """For a rule that hands a gradient on to some entries only: where it is 0, nothing flows. None if it is 0
        everywhere."""
        return gradient

    def settle(self, g: Any, x: Any) -> Any:
        """A gradient in the shape of the input `x` that it belongs to; None where nothing flows.

        Broadcasting copied the input, and a copy gate's gradients add: they are summed over the copies.
        """
        have, want = self.shape(g), self.shape(x)
        if have == want:
            return g
        ahead = len(have) - len(want)
        if ahead:
            g = self.sum(g, axis=tuple(range(ahead)) if ahead > 1 else 0, keepdims=False)
        stretched = tuple(place for place, size in enumerate(want) if size == 1 and have[ahead + place] != 1)
        if stretched:
            g = self.sum(g, axis=stretched if len(stretched) > 1 else stretched[0], keepdims=True)
        return g

    def pull(self, rule: Any, upstream: Any, y: Any, inputs: list[Any]) -> Any:
        """The downstream gradient of a gate whose entries mix, by its pullback `rule`; None where nothing flows. Of a
        variadic gate one for each input."""
        return rule(self, upstream, y, *inputs)

    def dense(self, gradient: Any) -> Any:
        """A gradient as a value: 0 in the entries where nothing flows."""
        return gradient

    def live(self, gradient: Any) -> Any:
        """In which entries does something flow? By entry, or one truth for all of them. For findings."""
        return gradient is not None

    def is_switched(self, gradient: Any) -> bool:
        """Has a router blocked some entries of a gradient? The engine then blocks what forward mode makes of them."""
        return False

    def except_at(self, condition: Any, special: Any, usual: Any) -> Any:
        """For a rule: its value at the exceptional points of its formula, where the condition holds; else the formula,
        whatever it gives there."""
        return special if condition else usual

    # Shapes. A single number has no axes, and one entry.

    def shape(self, x: Any) -> Shape:
        """The sizes of a value's axes; () for a single number."""
        return ()

    @property
    def entries(self) -> Algebra:
        """The algebra of a value's entries, in which `entry` gives them: its own for single numbers."""
        return self

    def places(self, shape: Shape) -> Iterable[tuple[int, ...]]:
        """The index of every entry of a shape, row by row; one empty index for a single number."""
        return product(*map(range, shape))

    def entry(self, x: Any, place: tuple[int, ...]) -> Any:
        """One entry, a number of `entries`: for findings by entry, and for what is written entry by entry."""
        return x

    def marked(self, truths: Any) -> tuple[int, int, tuple[int, ...]]:
        """How many entries are true, of how many, and the place of the first: for findings by entry."""
        return int(truths), 1, ()

    def lists(self, x: Any) -> Any:
        """The entries in nested lists, each a number of `entries`; a single number alone. For reports and scripts."""
        shape = self.shape(x)

        def nested(place: tuple[int, ...]) -> Any:
            if len(place) == len(shape):
                return self.entry(x, place)
            return [nested((*place, one)) for one in range(shape[len(place)])]

        return nested(())

    def unit(self, shape: Shape, place: tuple[int, ...]) -> Any:
        """Zeros but for a 1 at one place: a column of the identity, for Jacobians and Hessians."""
        return self.scatter(self.one, shape=shape, key=place) if shape else self.one

    def spread(self, x: Any, like: Any) -> Any:
        """`x` copied to the shape of `like`."""
        return x

    def zero_like(self, x: Any) -> Any:
        """0 in the shape of a value: its gradient where nothing flows."""
        return self.spread(self.zero, x)

    # The functions of gates, each by the name of its gate: `m.exp(x)`, `m.sum(x, axis=0)`. An algebra defines those of
    # the primitive gates as far as it has them; what is written in terms of others comes from the gate's own record.
    # Records and rules hand over plain Python numbers beside the algebra's own: `m.max(x, 0.0)`, `1 - x`.

    def __getattr__(self, name: str) -> Any:
        """The function of a gate that the algebra does not define. Raises AttributeError where there is none."""
        gate = GATES.get(name)
        if gate is None or gate.forward is None:
            raise AttributeError(f"{type(self).__name__} has no {name}")
        function = partial(gate.forward, self, **gate.options)
        setattr(self, name, function)
        return function
