"""Random programs: a strategy for them as trees, their text, and their value by mpmath without bpcalc.

A tree is a name, a number, or (gate or function, inputs…). The text has every bracket, so the tree is what it means.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import mpmath
from hypothesis import strategies as st
from mpmath import mpf
from reference import FORWARD, ORDERED, SCALARS, call, real

from bpcalc.gate import COMPARISON
from bpcalc.gates import GATES

VARIABLES = ("x", "y", "z")
NUMBERS = (0.0, 1.0, 2.0, 3.0, 10.0, 0.5, 0.1, 1e-3, 2.5)
COMPARISONS = {gate.name for gate in SCALARS.values() if gate.infix and gate.infix[1] == COMPARISON}
# Where functions of one input have a kink or a jump, or end, infinitely steep.
ENDS: dict[str, tuple[Any, ...]] = {
    "sqrt": (0,), "acosh": (-1, 1), "asin": (-1, 1), "acos": (-1, 1), "asec": (-1, 1), "acsc": (-1, 1), "acot": (0,),
    "asech": (0, 1), "acoth": (-1, 1), "atanh": (-1, 1), "erfinv": (-1, 1), "lambertw": (-mpmath.exp(-1),),
    "selu": (0,), "hardtanh": (-1, 1), "relu6": (0, 6), "heaviside": (0,), "xlogy": (0,),
}  # fmt: skip
ORDERS = (0.0, 1.0, 2.0, 3.0)  # that do not move: else there is no gradient
SLOW = ("erfcx", "expint", "sinint", "cosint", "fresnels", "fresnelc", "sinc")  # whose references take long far out
HUGE, TINY = mpf(10) ** 40, mpf(10) ** -150  # a double's range, with room for what is formed of it

Tree = Any


@dataclass(frozen=True)
class Program:
    """functions: (name, parameters, body); statements: (name, tree) in order, the last one nameless."""

    functions: tuple[tuple[str, tuple[str, ...], Tree], ...]
    statements: tuple[tuple[str, Tree], ...]

    def text(self, write: Callable[[Tree], str] | None = None) -> str:
        """The program in the language; `write` writes a tree, by default `with_all_brackets`."""
        write = write or with_all_brackets
        lines = [f"{name}({', '.join(parameters)}) = {write(body)}" for name, parameters, body in self.functions]
        lines += [f"{name} = {write(tree)}" if name else write(tree) for name, tree in self.statements]
        return "; ".join(lines)

    def value(self, values: Mapping[str, Any], noise: Iterator[Any], number: Callable[[float], Any] = mpf) -> Any:
        """The value by mpmath, each operation's result times the next of `noise`. Raises UnfitError where of no use.

        `number` says which number a literal is: the double, or `decimal`.
        """
        known = dict(values)
        for name, tree in self.statements:
            known[name] = self._evaluate(tree, known, noise, number)
        return known[""]

    def _evaluate(
        self, tree: Tree, known: dict[str, Any], noise: Iterator[Any], number: Callable[[float], Any]
    ) -> Any:
        if isinstance(tree, str):
            return known[tree]
        if isinstance(tree, float):
            return number(tree)
        inputs = [self._evaluate(branch, known, noise, number) for branch in tree[1:]]
        for name, parameters, body in self.functions:
            if name == tree[0]:
                return self._evaluate(body, known | dict(zip(parameters, inputs, strict=True)), noise, number)
        if at_an_edge(tree[0], inputs):
            raise UnfitError
        try:
            result = real(FORWARD[tree[0]](*inputs))
        except (ZeroDivisionError, ValueError, OverflowError):
            raise UnfitError from None
        if result is None or not (result == 0 or TINY < abs(result) < HUGE):
            raise UnfitError
        return mpf(result) * next(noise)


def decimal(literal: float) -> Any:
    """The number as it is typed: 0.1 is a tenth."""
    return mpf(repr(literal))


class UnfitError(Exception):
    """The program has no derivative there, or is too near to a place without one, or is no real number."""


def at_an_edge(name: str, inputs: list[Any]) -> bool:
    if name in COMPARISONS or name in ("max", "min", "clip"):
        return any(abs(a - b) <= 1e-6 for k, a in enumerate(inputs) for b in inputs[:k])
    if name in ENDS:
        return any(abs(inputs[0] - end) <= 1e-6 for end in ENDS[name])
    if name in ("round", "mod"):  # they jump where a half is rounded, and at multiples
        turns = inputs[0] + 0.5 if name == "round" else inputs[0] / inputs[1] if inputs[1] else mpf(0)
        return bool(abs(turns - mpmath.nint(turns)) <= 1e-6)
    if name in ("factorial", "beta"):
        poles = [inputs[0] + 1] if name == "factorial" else [*inputs, sum(inputs)]
        return any(abs(x - mpmath.nint(x)) <= 1e-6 >= x or abs(x) > 50 for x in poles)
    if name in ("abs", "sign", "relu", "leaky_relu", "elu", "cbrt", "hypot", "atan2"):
        return all(abs(x) <= 1e-6 for x in inputs[:2]) or abs(inputs[0]) <= 1e-6
    if name in ("floor", "ceil", "gamma", "lgamma", "digamma"):
        return abs(inputs[0] - mpmath.nint(inputs[0])) <= 1e-6 or abs(inputs[0]) > 50
    if name == "power":  # the derivative of 0^0.5 is infinite, and 0^x jumps
        return abs(inputs[0]) <= 1e-6 and not (inputs[1] >= 1 and inputs[1] == int(inputs[1]))
    if name == "stop_gradient":
        return True  # taken as a constant, so its slope is not the gradient
    if name == "polygamma":
        return inputs[1] <= 1e-3 or inputs[1] > 50
    if name in ORDERED:  # the references take long far out
        return abs(inputs[1]) > 20
    if name in SLOW:
        return abs(inputs[0]) > 20
    return False


def with_all_brackets(tree: Tree, numeral: Callable[[float], str] = repr) -> str:
    if isinstance(tree, str):
        return tree
    if isinstance(tree, float):
        return numeral(tree)
    inputs = [with_all_brackets(branch, numeral) for branch in tree[1:]]
    gate = GATES.get(tree[0])
    if gate is None:
        return f"{tree[0]}({', '.join(inputs)})"
    return f"({call(gate, inputs)})" if gate.infix or gate.prefix else call(gate, inputs)


# The language's table, loosest first: comparisons, sums, products, signs, powers, atoms.
LEVELS = {"+": 2, "-": 2, "*": 3, "/": 3, "%": 3, "^": 5}


def with_few_brackets(tree: Tree) -> str:
    return _few(tree)[0]


def _few(tree: Tree) -> tuple[str, int]:
    """The text and how tightly it binds."""
    if not isinstance(tree, tuple):
        return str(tree), 6
    inputs = [_few(branch) for branch in tree[1:]]

    def at_least(level: int, position: int) -> str:
        text, own = inputs[position]
        return text if own >= level else f"({text})"

    gate = GATES.get(tree[0])
    if gate is not None and gate.prefix:
        return f"-{at_least(4, 0)}", 4
    if gate is None or not gate.infix:
        return f"{tree[0]}({','.join(text for text, _ in inputs)})", 6
    operator = gate.infix[0]
    level = LEVELS.get(operator, 1)
    if operator == "^":
        return f"{at_least(6, 0)}^{at_least(4, 1)}", level
    return f"{at_least(level + (level == 1), 0)}{operator}{at_least(level + 1, 1)}", level


def trees(names: tuple[str, ...], functions: tuple[str, ...]) -> st.SearchStrategy[Tree]:
    """Trees over the names, all gates, and functions of two inputs. Plain arithmetic is as likely as all the rest."""
    common = [GATES[name] for name in ("add", "subtract", "multiply", "divide", "power", "negate")]

    def larger(inner: st.SearchStrategy[Tree]) -> st.SearchStrategy[Tree]:
        def put(name: str, count: int) -> st.SearchStrategy[Tree]:
            return st.tuples(st.just(name), *[inner] * count)

        calls = [put(gate.name, len(gate.parameters)) for gate in common * 4] + [put(name, 2) for name in functions * 6]
        calls += [put(gate.name, len(gate.parameters)) for gate in SCALARS.values() if not gate.orders]
        calls.append(st.tuples(st.sampled_from(ORDERED), st.sampled_from(ORDERS), inner))
        return st.one_of(*calls, put("max", 3))

    leaves = st.one_of(*[st.sampled_from(names)] * 4, st.sampled_from(NUMBERS))
    return st.recursive(leaves, larger, max_leaves=9)


BODIES = trees(("a", "b", "x"), ())
FIRST, SECOND, LAST = (trees((*VARIABLES, *"pq"[:given] * 2), ("f",)) for given in (0, 1, 2))
JOIN = st.sampled_from(("add", "multiply", "subtract", "divide", "max"))
# every statement is used, and p twice
PROGRAMS = st.builds(
    lambda body, first, second, last, join, finish: Program(
        (("f", ("a", "b"), body),), (("p", first), ("q", (join, "p", second)), ("", (finish, last, ("f", "q", "p"))))
    ),
    BODIES, FIRST, SECOND, LAST, JOIN, JOIN,
)  # fmt: skip
