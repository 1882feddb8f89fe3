"""Nodes as operands: what the rules of borrowed functions calculate with, as the gates' rules do with an algebra.

`m.exp(x)` is the node of that gate, `x + 1` that of a sum; numbers may stand beside parts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NoReturn

from bpcalc.gate import Gate
from bpcalc.gates.arrays import GATES, SPELLINGS
from bpcalc.reading.arrayness import may_be_array
from bpcalc.reading.extents import error_at, operand_start
from bpcalc.reading.gate_options import checked, fits
from bpcalc.reading.known_shapes import Shape, known_shape
from bpcalc.reading.lexer import is_word
from bpcalc.reading.sizes import Size
from bpcalc.reading.state import State

EVERY = (None, None, None)  # in an index: an axis that is taken whole
# How the two libraries are named whose methods of one name may differ; others take NumPy's side.
NAMES = {
    "numpy": ("np", "numpy", "jnp", "jax", "anp", "scipy", "tf"), "torch": ("torch", "F", "nn"),
}  # fmt: skip


class Part:
    """A part of the program: a node of its graph."""

    __slots__ = ("m", "node")

    def __init__(self, m: Writer, node: int) -> None:
        self.m = m
        self.node = node

    @property
    def shape(self) -> Shape | None:
        """Its shape; None where it is not known while the program is read."""
        return known_shape(self.m.state, self.node)

    @property
    def axes(self) -> int | None:
        """How many axes it has; None where that is not known."""
        shape = self.shape
        return None if shape is None else len(shape)

    @property
    def may_be_array(self) -> bool:
        return may_be_array(self.m.state, self.node)

    @property
    def number(self) -> float | None:
        """Its value, if it is a plain number."""
        return self.m.state.graph.number(self.node)

    def __add__(self, other: Any) -> Part:
        return self.m.add(self, other)

    def __sub__(self, other: Any) -> Part:
        return self.m.subtract(self, other)

    def __rsub__(self, other: Any) -> Part:
        return self.m.subtract(other, self)

    def __mul__(self, other: Any) -> Part:
        return self.m.multiply(self, other)

    def __truediv__(self, other: Any) -> Part:
        return self.m.divide(self, other)

    def __rtruediv__(self, other: Any) -> Part:
        return self.m.divide(other, self)

    def __matmul__(self, other: Any) -> Part:
        return self.m.matmul(self, other)

    def __neg__(self) -> Part:
        return self.m.negate(self)

    def __pow__(self, other: Any) -> Part:
        return self.m.power(self, other)

    def __rpow__(self, other: Any) -> Part:
        return self.m.power(other, self)

    __radd__, __rmul__ = __add__, __mul__


class Writer:
    """What a rule calls `m`. It knows the call that is read: its name, and where it stands.

    name   the function as the text has it, `np.max`
    place  the token with the last part of that name; the call ends where the parser stands
    """

    def __init__(self, state: State, name: str, place: int) -> None:
        self.state = state
        self.name = name
        self.place = place

    def part(self, node: int) -> Part:
        return Part(self, node)

    def names(self, library: str) -> bool:
        """Does the text name a library anywhere, by one of its usual names or in an import?"""
        if self.state.modules is None:
            tokens = self.state.tokens
            self.state.modules = frozenset(
                token for at, token in enumerate(tokens[:-1]) if is_word(token) and tokens[at + 1] == "."
            ) | frozenset(self.state.aliases)
        return not self.state.modules.isdisjoint(NAMES[library])

    def lift(self, x: Any) -> Part:
        return x if isinstance(x, Part) else Part(self, self.state.graph.constant(float(x)))

    def __getattr__(self, name: str) -> Callable[..., Part]:
        """The function of a gate, `m.exp`."""
        return self.gate(name)

    def gate(self, name: str) -> Callable[..., Part]:
        """The function of a gate by its name. Raises BpcalcError where there is none."""
        if name not in SPELLINGS:
            self.refuse(f"{self.name} is not here")
        gate = SPELLINGS[name]
        return lambda *inputs, **options: self.apply(gate, inputs, options)

    def has(self, name: str, option: str = "") -> bool:
        """Is there a gate of this name, with this option?"""
        return name in SPELLINGS and (not option or option in SPELLINGS[name].options)

    def apply(self, gate: Gate, inputs: Sequence[Any], options: dict[str, Any] | None = None) -> Part:
        """The node that puts a gate on parts and numbers. Options at their defaults may be left out."""
        defaults = [gate.defaults[name] for name in gate.parameters[len(inputs) :] if name in gate.defaults]
        parts = [self.lift(one) for one in (*inputs, *defaults)]
        if gate.options:
            gate = self._bound(gate, options or {})
        return Part(self, self.state.graph.apply(gate, tuple(one.node for one in parts)))

    def _bound(self, gate: Gate, options: dict[str, Any]) -> Gate:
        chosen = {}
        for name, given in options.items():
            if name not in gate.options:
                self.refuse(f"{self.name} takes {name}, which is not read here")
            if given == "batchmean" and gate.name != "kl_div":
                self.refuse(f"{self.name} has no batchmean")
            try:
                chosen[name] = given if isinstance(given, str) or name == "key" else checked(gate, name, _floats(given))
            except ValueError as error:
                self.refuse(str(error))
        if wrong := fits(gate, {**gate.options, **chosen}):
            self.refuse(wrong)
        return gate.bind(chosen)

    def negate(self, x: Any) -> Part:
        payload = self.state.graph.leaves.get(x.node)
        if isinstance(payload, float) and x.node not in self.state.graph.named:
            return Part(self, self.state.graph.constant(-payload))  # so -2 is a number
        return self.apply(GATES["negate"], (x,))

    def entries(self, x: Part) -> list[Part] | None:
        """The entries of an array that is written out; None for any other part."""
        graph = self.state.graph
        if graph.gates[x.node] is not GATES["array"] or x.node in graph.named:
            return None
        return [Part(self, node) for node in graph.inputs[x.node]]

    def picked(self, x: Part, *key: Any) -> Part:
        """`x[key]`"""
        return self.apply(GATES["index"], (x,), {"key": key})

    def refuse(self, message: str, hint: str = "") -> NoReturn:
        """Raises the error for this call."""
        first = operand_start(self.state.tokens, self.place)
        raise error_at(self.state, message, hint, first, self.state.place)


def _floats(given: Any) -> Any:
    """Whole numbers as the options of gates have them: as floats."""
    if isinstance(given, tuple):
        return tuple(map(_floats, given))
    is_plain = isinstance(given, int) and not isinstance(given, (bool, Size))
    return float(given) if is_plain else given
