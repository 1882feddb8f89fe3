"""The points at which the laws are tested: every array gate, with its options, on inputs of several shapes."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from bpcalc.gate import Gate
from bpcalc.gates.arrays import GATES
from bpcalc.graph import Graph
from bpcalc.writing.unparse import unparse


class Case(NamedTuple):
    """A gate on inputs, with options as the gate's record has them."""

    name: str
    inputs: tuple[Any, ...]
    options: dict[str, Any]

    @property
    def gate(self) -> Gate:
        gate = GATES[self.name]
        return gate.bind(self.options) if gate.options else gate

    @property
    def names(self) -> tuple[str, ...]:
        """Names for the inputs."""
        return tuple(f"x{place}" for place in range(len(self.inputs)))

    @property
    def values(self) -> dict[str, Any]:
        return dict(zip(self.names, self.inputs, strict=True))

    @property
    def program(self) -> str:
        """The gate on variables, as the language writes it."""
        graph = Graph()
        return unparse(graph, graph.apply(self.gate, tuple(map(graph.variable, self.names))), {})

    def __str__(self) -> str:
        shapes = ", ".join("x".join(map(str, np.shape(x))) or "number" for x in self.inputs)
        return f"{self.program} {shapes}"


random = np.random.default_rng(20_240_607)


def some(*shape: int) -> Any:
    """Numbers of both signs, no two alike, none near 0."""
    count = int(np.prod(shape))
    sizes = 0.3 + 2.2 * (random.permutation(count) + random.random(count) / 2) / max(count, 1)
    return (sizes * random.choice([-1.0, 1.0], count)).reshape(shape)


def regular(*shape: int) -> Any:
    """Matrices that are far from singular."""
    return some(*shape) / 2 + 3 * np.eye(shape[-1])


def labels(*shape: int) -> Any:
    return random.integers(0, 3, shape).astype(float)


ROWS = (None, None, None)
REDUCTIONS = ("sum", "mean", "prod", "amax", "amin", "var", "std", "norm", "logsumexp")
AXES = (None, 0, 1, -1, (0, 1), (2, 0), (-1, 1))

CASES = [
    *[Case(name, (some(4),), {"axis": axis}) for name in REDUCTIONS for axis in (None, 0, -1)],
    *[
        Case(name, (some(2, 3, 2),), {"axis": axis, "keepdims": keepdims})
        for name in REDUCTIONS
        for axis in AXES
        for keepdims in (False, True)
    ],
    *[
        Case(name, (some(2, 3, 2),), {"axis": axis})
        for name in ("softmax", "log_softmax", "prod_others", "centered", "cumsum", "cumsum_back")
        for axis in AXES
    ],
    *[
        Case(name, (some(5),), {})
        for name in ("softmax", "log_softmax", "prod_others", "centered", "cumsum", "cumsum_back")
    ],
    Case("prod_others", (some(1),), {}),
    *[
        Case("matmul", (some(*a), some(*b)), {})
        for a, b in [
            ((3,), (3,)), ((2, 3), (3,)), ((3,), (3, 2)), ((2, 3), (3, 4)), ((4, 2, 3), (3,)), ((3,), (4, 3, 2)),
            ((4, 2, 3), (3, 2)), ((2, 3), (4, 3, 2)), ((4, 2, 3), (4, 3, 2)), ((1, 2, 3), (4, 3, 2)),
            ((4, 2, 3), (1, 3, 2)), ((1, 1), (1, 1)),
        ]
    ],
    Case("outer", (some(3), some(2)), {}),
    *[Case("trace", (some(*shape),), {}) for shape in ((3, 3), (2, 3), (3, 2), (4, 2, 2), (4, 2, 3))],
    *[
        Case(name, (regular(*shape),), {})
        for name in ("det", "logdet", "inv", "cofactors")
        for shape in ((1, 1), (2, 2), (3, 3), (4, 2, 2), (2, 3, 3))
    ],
    Case("logdet", (regular(2, 2)[::-1],), {}),
    Case("det", (np.array([[1.0, 2.0], [2.0, 4.0]]),), {}),
    Case("det", (np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 9.0]]),), {}),
    Case("det", (np.array([[[1.0, 2.0], [2.0, 4.0]], [[3.0, 1.0], [1.0, 2.0]]]),), {}),
    Case("det", (np.zeros((3, 3)),), {}),
    Case("singular", (np.array([[[1.0, 2.0], [2.0, 4.0]], [[3.0, 1.0], [1.0, 2.0]]]),), {}),
    *[
        Case("solve", (regular(*a), some(*b)), {})
        for a, b in [((2, 2), (2,)), ((3, 3), (3, 2)), ((4, 2, 2), (2,)), ((4, 2, 2), (2, 3)), ((4, 2, 2), (4, 2, 3))]
    ],
    Case("array", (some(), some(), some()), {}),
    Case("array", (some(2), some(2)), {}),
    Case("array", (some(2, 3), some(2, 3)), {}),
    *[
        Case("index", (some(3, 4),), {"key": key})
        for key in [(0,), (-1,), (1, 2), (ROWS, 1), ((1, None, None),), ((None, None, -1), (0, 4, 2)), ((2, 0, -1), -2)]
    ],
    Case("index", (some(5),), {"key": ((4, None, -2),)}),
    Case("scatter", (some(2),), {"shape": (5,), "key": ((1, 3, None),)}),
    Case("scatter", (some(),), {"shape": (2, 3), "key": (1, 2)}),
    Case("scatter", (some(3),), {"shape": (3, 2), "key": ((None, None, -1), 1)}),
    *[Case("transpose", (some(*shape),), {}) for shape in ((3,), (2, 3), (2, 3, 4))],
    *[Case("transpose", (some(2, 3, 4),), {"axes": axes}) for axes in ((0, 1, 2), (1, 2, 0), (-1, 0, 1))],
    *[Case("reshape", (some(2, 6),), {"shape": shape}) for shape in ((12,), (3, 4), (3, -1), (-1,), (1, 2, 6, 1))],
    Case("reshape", (some(1, 1),), {"shape": ()}),
    Case("concat", (some(2), some(3)), {}),
    *[Case("concat", (some(2, 3), some(2, 3), some(2, 3)), {"axis": axis}) for axis in (0, 1, -1, -2)],
    Case("concat", (some(2, 1), some(2, 3)), {"axis": 1}),
    *[Case("stack", (some(2, 3), some(2, 3)), {"axis": axis}) for axis in (0, 1, 2, -1, -3)],
    *[Case("diag", (some(*shape),), {}) for shape in ((3,), (1,), (3, 3), (2, 3), (3, 2))],
    Case("pick", (some(4, 3), labels(4)), {}),
    Case("pick", (some(3), labels()), {}),
    Case("pick", (some(2, 2, 3), labels(2, 2)), {}),
    Case("one_hot", (labels(4),), {"size": 3}),
    *[
        Case("softmax_loss", (some(*shape), labels(*shape[:-1])), {"reduction": reduction})
        for shape in ((4, 3), (3,), (2, 2, 3), (1, 3))
        for reduction in ("sum", "mean", "none")
    ],
    *[
        Case("svm_loss", (some(*shape), labels(*shape[:-1]), margin), {"reduction": reduction})
        for shape in ((4, 3), (3,), (2, 2, 3))
        for reduction in ("sum", "mean", "none")
        for margin in (np.float64(1.0), np.float64(10.0))
    ],
    *[
        Case("mse_loss", (some(*p), some(*t)), {"reduction": reduction})
        for p, t in (((4,), (4,)), ((2, 3), (3,)), ((2, 1), (1, 3)), ((3,), ()))
        for reduction in ("sum", "mean", "none")
    ],
    *[
        Case("bce_loss", (np.array([0.2, 0.9, 0.5, 0.6]), np.array([0.0, 1.0, 0.3, 0.6])), {"reduction": reduction})
        for reduction in ("sum", "mean", "none")
    ],
    Case("zeros", (), {"shape": (2, 3)}),
    Case("ones", (), {"shape": (2,)}),
    Case("eye", (), {"size": 3, "columns": None}),
    Case("eye", (), {"size": 2, "columns": 3}),
    Case("arange", (), {"first": 4.0, "last": None, "step": 1.0}),
    Case("arange", (), {"first": 2.0, "last": None, "step": 0.5}),
    Case("arange", (), {"first": 1.0, "last": 4.0, "step": 1.0}),
    Case("arange", (), {"first": -1.0, "last": 2.0, "step": 0.75}),
    Case("linspace", (), {"first": 0.0, "last": 1.0, "count": 5}),
    Case("linspace", (), {"first": 2.0, "last": -1.0, "count": 50}),
]  # fmt: skip
