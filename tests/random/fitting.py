"""Random programs together with a point at which they can be compared: what they compute there has a derivative.

`PROGRAMS` are drawn without looking, and at most points most of them are no real number, or too near to an edge. Here
each gate is put on its inputs only where their values allow it; where they do not, the inputs are brought into its
domain first.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Mapping
from typing import Any

import mpmath
from hypothesis import assume
from hypothesis import strategies as st
from mpmath import mpf
from programs import COMPARISONS, JOIN, VARIABLES, Program, Tree, UnfitError, decimal
from reference import ORDERED, SCALARS

COORDINATES = st.sampled_from(("-2.3", "-1", "-0.7", "0", "0.3", "0.45", "1", "1.3", "3.2"))
NUMBERS = (1.0, 2.0, 3.0, 10.0, 0.5, 0.1, 1e-3, 2.5)
SMALLEST, LARGEST, NEAR = mpf("1e-4"), mpf("1e4"), mpf("1e-6")
ARITHMETIC = ("add", "subtract", "multiply", "divide", "power", "negate")
ELEMENTARY = tuple(name for name in SCALARS if name not in ("stop_gradient", *ORDERED))
ONES = itertools.repeat(mpf(1))  # the noise of a program that has none
ONE = (1.0, mpf(1))

Known = tuple[Tree, Any]  # a tree and its value


class Grower:
    """Grows trees over names whose values are known, and over the function `f` once it has a body."""

    def __init__(self, draw: st.DrawFn, known: Mapping[str, Any], body: Tree = None) -> None:
        self.draw = draw
        self.known = dict(known)
        self.functions = (("f", ("a", "b"), body),) if body is not None else ()

    def put(self, name: str, *inputs: Known) -> Known | None:
        """A gate or function put on trees; None where there is no derivative."""
        trees, values = zip(*inputs, strict=True)
        value = self.value(name, trees, values)
        return None if value is None else ((name, *trees), value)

    def value(self, name: str, trees: tuple[Tree, ...], values: tuple[Any, ...]) -> Any:
        if name == "f":
            (_, parameters, body), *_ = self.functions
            return self.computed(body, self.known | dict(zip(parameters, values, strict=True)))
        # beside it the exponent is another one
        if name == "power" and values[0] <= NEAR and not isinstance(trees[1], float):
            return None
        if name == "where" and abs(values[0]) < NEAR and trees[0][0] not in COMPARISONS:
            return None
        places = tuple(f"#{place}" for place in range(len(values)))
        try:
            value = Program((), (("", (name, *places)),)).value(dict(zip(places, values, strict=True)), ONES)
        except (UnfitError, ZeroDivisionError, ValueError):  # a pole
            return None
        return value if value == 0 or SMALLEST < abs(value) < LARGEST else None

    def computed(self, tree: Tree, known: Mapping[str, Any]) -> Any:
        """The value of a function's body."""
        if not isinstance(tree, tuple):
            return decimal(tree) if isinstance(tree, float) else known[tree]
        values = tuple(self.computed(branch, known) for branch in tree[1:])
        return None if None in values else self.value(tree[0], tree[1:], values)

    def brought(self, name: str, *inputs: Known) -> Known | None:
        """The same with each input as it is, or between 0 and 1, or above 1."""
        between = [self.put("sigmoid", one) for one in inputs]
        squares = [self.put("multiply", one, one) for one in inputs]
        above = [square and self.put("add", ONE, square) for square in squares]
        for choice in (inputs, between, above):
            fitting = [one for one in choice if one]
            if len(fitting) == len(inputs) and (found := self.put(name, *fitting)):
                return found
        return None

    def tree(self, names: tuple[str, ...], depth: int) -> Known:
        if depth == 0 or self.draw(st.integers(0, 4)) == 0:
            leaf = self.draw(st.sampled_from((*names * 3, *NUMBERS)))
            return leaf, self.known[leaf] if isinstance(leaf, str) else decimal(leaf)
        name = self.draw(st.sampled_from((*ARITHMETIC * 4, *ELEMENTARY, *(("f",) * 4 if self.functions else ()))))
        count = 2 if name == "f" else len(SCALARS[name].parameters)
        inputs = [self.tree(names, depth - 1) for _ in range(count)]
        return self.brought(name, *inputs) or inputs[0]


def leaves(tree: Tree) -> set[Any]:
    return set().union(*map(leaves, tree[1:])) if isinstance(tree, tuple) else {tree}


@st.composite
def fitting(draw: st.DrawFn) -> tuple[Program, dict[str, Any]]:
    """A program like those of PROGRAMS, every statement used and p twice, and a point, in mpmath's numbers."""
    point = {name: mpf(draw(COORDINATES)) for name in VARIABLES}
    statements: list[tuple[str, Tree]] = []
    with mpmath.workdps(30):
        body, _ = Grower(draw, point | {"a": mpf("0.7"), "b": mpf("-1.2")}).tree(("a", "b", "x"), 2)
        grower = Grower(draw, point, body)

        def statement(name: str, found: Known | None, otherwise: Known) -> Known:
            tree, grower.known[name] = found or otherwise
            statements.append((name, tree))
            return name, grower.known[name]

        p = statement("p", grower.tree(VARIABLES, 2), ONE)
        second = grower.tree((*VARIABLES, "p", "p"), 2)
        q = statement("q", grower.brought(draw(JOIN), p, second), p)
        last = grower.tree((*VARIABLES, *"ppqq"), 2)
        both = grower.brought("f", q, p) or grower.brought("multiply", q, p) or q
        statement("", grower.brought(draw(JOIN), last, both), both)
    assume(any(name in leaves(tree) for _, tree in statements for name in VARIABLES))
    return Program(grower.functions, tuple(statements)), point


def slope(program: Program, point: Mapping[str, Any], *names: str, noise: float = 0.0) -> Any:
    """The derivative by each of the names in turn: central differences, with 60 digits for each of them.

    With noise every operation is off by a random part of that size, the same wherever the program is computed.
    """
    step, total = mpf("1e-30"), mpf(0)
    with mpmath.workdps(60 * (len(names) + 1)):
        for signs in itertools.product((1, -1), repeat=len(names)):
            moved, draw = dict(point), random.Random(0).uniform
            for name, sign in zip(names, signs, strict=True):
                moved[name] += sign * step
            total += mpmath.fprod(signs) * program.value(moved, (1 + mpf(draw(-noise, noise)) for _ in ONES), decimal)
        return total / (2 * step) ** len(names)
