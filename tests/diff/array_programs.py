"""Random programs of arrays whose output is one number, for the laws of `bpcalc diff`.

A variable is called after its shape: `a_nm` is an n x m matrix, `a_1n` a row of n, `a_` a single number; `b_…` is a
second one. Sizes are letters, so that a program can be read with named sizes or with numbers in their place.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

SIZES = {"n": 3, "m": 2, "k": 4}
ENTRYWISE = (
    "sin({})", "exp({})", "tanh({})", "sigmoid({})", "log1p(({})^2)", "sqrt(1 + ({})^2)", "-({})", "({})^2", "({})^3",
    "1/(2 + ({})^2)", "softplus({})", "relu({})", "(1 + ({})^2)^a_", "(1 + ({})^2)^1.5", "gelu({})",
)  # fmt: skip
REDUCTIONS = ("sum", "sum", "mean", "logsumexp", "max", "var")
ANY = tuple("nmk")


class Programs:
    """Random programs, always the same for the same seed."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def program(self) -> str:
        """A program whose output is one number."""
        return self._whole(self.random.choice((2, 3, 4)))

    def _of(self, shape: str, depth: int) -> str:
        """An expression of this shape."""
        if depth <= 0 or self.random.random() < 0.1:
            return f"{self.random.choice('aab')}_{shape}"
        kinds: list[Callable[[str, int], str]] = [
            self._entrywise,
            self._binary,
            self._binary,
            self._broadcast,
            self._where,
        ]
        kinds += {0: [self._number] * 4, 1: [self._vector] * 4, 2: [self._matrix] * 5}[len(shape)]
        return self.random.choice(kinds)(shape, depth - 1)

    def _any(self, count: int) -> str:
        return "".join(self.random.choice(ANY) for _ in range(count))

    def _entrywise(self, shape: str, depth: int) -> str:
        return self.random.choice(ENTRYWISE).format(self._of(shape, depth))

    def _binary(self, shape: str, depth: int) -> str:
        return f"({self._of(shape, depth)} {self.random.choice('+-*')} {self._of(shape, depth)})"

    def _broadcast(self, shape: str, depth: int) -> str:
        """With an input that has fewer axes, or axes of size 1."""
        smaller = {0: [""], 1: ["", "1"], 2: ["", "11", shape[-1:], f"1{shape[-1:]}", f"{shape[:1]}1"]}[len(shape)]
        both = [self._of(shape, depth), self._of(self.random.choice(smaller), depth)]
        self.random.shuffle(both)
        return f"({both[0]} {self.random.choice('+-*')} {both[1]})"

    def _where(self, shape: str, depth: int) -> str:
        a, b, c, d = (self._of(shape, depth - 1) for _ in range(4))
        return f"where({a} > {b}, {c}, {d})"

    def _number(self, _shape: str, depth: int) -> str:
        return self._whole(depth)

    def _whole(self, depth: int) -> str:
        a, b = self._any(2)
        one, two = self._any(1), self._any(2)
        of = lambda shape: self._of(shape, depth)
        choices: list[Callable[[], str]] = [
            lambda: f"{self.random.choice(REDUCTIONS)}({of(self.random.choice((one, two)))})",
            lambda: f"norm(3 + {of(self.random.choice((one, two)))})",
            lambda: f"({of(a)} @ {of(a)})",
            lambda: f"({of(a)} @ ({of(a + b)}) @ {of(b)})",
            lambda: f"trace({of(a + a)})",
            lambda: f"trace({of(a + b)} @ {of(b + a)})",
            lambda: f"logdet(7*eye({a}) + 0.1*{of(a + a)})",
            lambda: f"({of(a)})[{self.random.choice(('0', '1', '-1'))}]",
            lambda: f"sum(({of(a)})[{self.random.choice(('1:', ':-1', '::-1'))}]^2)",
            lambda: f"sum(concat({of(a)}, {of(b)})^2)",
            lambda: f"sum(stack({of(a)}, {of(a)})*{of(a)})",
            lambda: f"sum(reshape({of(a + b)}, 1, {a}, {b}) @ {of(b)})",
            lambda: f"mse_loss({of(two)}, {of(two)})",
            lambda: f"prod(2 + sin({of(two)}))",
        ]
        return self.random.choice(choices)()

    def _vector(self, shape: str, depth: int) -> str:
        a = self._any(1)
        of = lambda shape: self._of(shape, depth)
        choices: list[Callable[[], str]] = [
            lambda: f"(({of(shape + a)}) @ ({of(a)}))",
            lambda: f"(({of(a)}) @ ({of(a + shape)}))",
            lambda: f"{self.random.choice(REDUCTIONS)}({of(a + shape)}, axis=0)",
            lambda: f"{self.random.choice(REDUCTIONS)}({of(shape + a)}, axis=1)",
            lambda: f"softmax({of(shape)})",
            lambda: f"cumsum({of(shape)}, axis=0)",
            lambda: f"({of(a + shape)})[{self.random.choice(('0', '-1'))}]",
            lambda: f"reshape({of('1' + shape)}, {shape})",
        ]
        if shape != "1":
            choices += [
                lambda: f"solve(7*eye({shape}) + 0.1*{of(shape + shape)}, {of(shape)})",
                lambda: f"diag({of(shape + shape)})",
            ]
        return self.random.choice(choices)()

    def _matrix(self, shape: str, depth: int) -> str:
        (row, column), a = shape, self._any(1)
        of = lambda shape: self._of(shape, depth)
        choices: list[Callable[[], str]] = [
            lambda: f"(({of(row + a)}) @ ({of(a + column)}))",
            lambda: f"({of(column + row)}).T",
            lambda: f"outer({of(row)}, {of(column)})",
            lambda: f"({of(row + '1')} {self.random.choice('+*')} {of(column)})",
        ]
        if row == column != "1":
            choices += [lambda: f"inv(7*eye({row}) + 0.1*{of(shape)})", lambda: f"diag({of(row)})"]
        if row == "1":
            choices.append(lambda: f"{self.random.choice(REDUCTIONS[:4])}({of(a + column)}, axis=0, keepdims=True)")
        if column == "1":
            choices.append(lambda: f"{self.random.choice(REDUCTIONS[:4])}({of(row + a)}, axis=1, keepdims=True)")
        return self.random.choice(choices)()


def variables(program: str) -> dict[str, str]:
    """The names in a program, each with its shape as letters."""
    return {name: name.partition("_")[2] for name in sorted(set(re.findall(r"\b[ab]_\w*", program)))}


def numbers(program: str, seed: int) -> dict[str, NDArray[np.float64]]:
    """A random value for each variable."""
    generator = np.random.default_rng(seed)
    return {
        name: generator.uniform(-1.3, 1.3, [1 if size == "1" else SIZES[size] for size in shape])
        for name, shape in variables(program).items()
    }


def in_numbers(text: str, sizes: Mapping[str, int] = SIZES) -> str:
    """The text with a number in the place of each size."""
    return re.sub(r"\b[nmk]\b", lambda word: str(sizes[word.group()]), text)
