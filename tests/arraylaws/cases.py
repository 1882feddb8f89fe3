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

SOME_CASES = [
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


def permuted(*shape: int) -> Any:
    """Places for the rows of an array of this shape."""
    rows = [random.permutation(shape[-1]) for _ in range(int(np.prod(shape[:-1])))]
    return np.array(rows, dtype=float).reshape(shape)


def positive(*shape: int) -> Any:
    """Symmetric matrices that are positive definite, with eigenvalues apart."""
    roots = regular(*shape)
    return roots @ np.swapaxes(roots, -1, -2) / 4 + np.diag(np.arange(1.0, shape[-1] + 1))


SIZES = {"i": 2, "j": 3, "k": 4, "b": 2}
ORDERS: list[Any] = [1, 2, 3, 2.5, np.inf, -np.inf, -1]
FURTHER_CASES = [
    *[Case("norm", (some(4),), {"order": order}) for order in ORDERS],
    *[Case("norm", (some(2, 3, 2),), {"order": order, "axis": 1, "keepdims": order == 3}) for order in ORDERS],
    *[Case("norm", (some(3, 2),), {"order": order}) for order in (1, -1, 2, -2, np.inf, -np.inf, "fro", "nuc")],
    *[
        Case("norm", (some(2, 3, 2),), {"order": order, "axis": (2, 0), "keepdims": keepdims})
        for order in (1, 2, np.inf, "fro", "nuc")
        for keepdims in (False, True)
    ],
    *[
        Case(name, (some(2, 3, 2),), {"axis": axis, "ddof": 1})
        for name in ("var", "std")
        for axis in (None, 1, (0, -1))
    ],
    *[Case("sort", (some(2, 3, 2),), {"axis": axis}) for axis in AXES],
    *[Case("cumprod", (some(2, 3, 2),), {"axis": axis}) for axis in AXES],
    *[Case(name, (some(5),), {}) for name in ("sort", "cumprod", "median", "order")],
    Case("median", (some(1),), {}),
    Case("cumprod", (np.array([2.0, 0.0, 3.0, 0.0, 1.5]),), {}),
    *[
        Case(name, (some(2, 3, 2),), {**more, "axis": axis, "keepdims": keepdims})
        for name, more in (("median", {}), ("quantile", {"q": 0.3}))
        for axis in AXES
        for keepdims in (False, True)
    ],
    *[Case("quantile", (some(5),), {"q": q}) for q in (0.0, 0.25, 0.6, 1.0)],
    Case("order", (some(2, 4),), {}),
    Case("take_along", (some(2, 4), permuted(2, 4)), {}),
    Case("take_along", (some(4), np.array([3.0, 0.0, 3.0])), {}),
    Case("put_along", (some(2, 4), permuted(2, 4)), {"size": 5}),
    Case("put_along", (some(3), np.array([2.0, 0.0, 2.0])), {"size": 4}),
    *[Case("recurrence", (some(*shape), some(*shape)), {}) for shape in ((1,), (4,), (2, 3))],
    *[Case("flip", (some(2, 3, 2),), {"axis": axis}) for axis in (None, 0, -1, (0, 2))],
    *[Case("roll", (some(2, 3, 2),), {"shift": by, "axis": axis}) for by in (1, -4) for axis in (None, 1, (0, 2))],
    Case("roll", (some(2, 3),), {"shift": (1, -1), "axis": (0, 1)}),
    *[Case("pad", (some(3),), {"widths": widths}) for widths in (1, (0, 2), ((1, 0),))],
    *[Case("pad", (some(2, 3),), {"widths": ((1, 2), (0, 1)), "value": value}) for value in (0.0, -1.5)],
    *[Case("repeat", (some(2, 3),), {"count": 2, "axis": axis}) for axis in (None, 0, 1, -2)],
    *[Case("tile", (some(2, 3),), {"counts": counts}) for counts in ((2,), (2, 3), (2, 1, 2))],
    *[Case(name, (some(3, 4),), {"k": k}) for name in ("tril", "triu") for k in (-1, 0, 2)],
    *[Case(name, (some(2, 3, 2),), {}) for name in ("tril", "triu")],
    *[
        Case("windows", (some(2, 6),), {"axis": axis, "size": 2, "step": step, "dilation": dilation})
        for axis, step, dilation in ((1, 1, 1), (-1, 2, 3), (0, 1, 1))
    ],
    Case("windows_back", (some(2, 3, 2),), {"axis": 1, "length": 6, "size": 2, "step": 2, "dilation": 1}),
    Case("windows_back", (some(3, 2),), {"axis": 0, "length": 7, "size": 2, "step": 2, "dilation": 2}),
    *[
        Case(
            "einsum", tuple(some(*(SIZES[one] for one in part)) for part in parts.split(",")),
            {"equation": parts + arrow},
        )
        for parts, arrow in [
            ("ij,jk", "->ik"), ("ij,jk", ""), ("ij", "->ji"), ("ij", "->"), ("ii", "->i"), ("ii", ""), ("i,j", "->ij"),
            ("bij,bjk", "->bik"), ("ij,ij", "->"), ("ij,ij", "->j"), ("i,ij,j", "->"), ("iji,j", "->i"),
            ("jjb,kj", "->k"), ("ij,k", "->i"), ("b", "->b"),
        ]
    ],
    *[Case("kron", (some(*a), some(*b)), {}) for a, b in (((2,), (3,)), ((2, 3), (1, 2)), ((2, 2), (2, 2)))],
    *[
        Case("cross", (some(*a), some(*b)), {"axis": axis})
        for a, b, axis in (((3,), (3,), -1), ((2, 3), (3,), -1), ((3, 2), (3, 2), 0))
    ],
    *[
        Case("conv1d", (some(2, 4, 7), some(4, 4 // groups, 3), some(4)),
             {"stride": stride, "padding": padding, "dilation": dilation, "groups": groups})
        for stride, padding, dilation, groups in ((1, 0, 1, 1), (2, 1, 1, 1), (3, 2, 2, 1), (1, 1, 1, 2), (2, 0, 2, 4))
    ],
    *[
        Case("conv2d", (some(2, 2, 5, 4), some(4, 2 // groups, 3, 2), some(4)),
             {"stride": stride, "padding": padding, "dilation": dilation, "groups": groups})
        for stride, padding, dilation, groups in (
            (1, 0, 1, 1), (2, 1, 1, 1), ((2, 1), (0, 2), 1, 1), (1, 1, (1, 2), 2), (2, (2, 1), 2, 1),
        )
    ],
    Case("conv1d", (some(2, 4), some(3, 2, 2), np.float64(0.5)), {}),
    Case("conv2d", (some(1, 3, 3), some(1, 1, 2, 2), some(1)), {}),
    *[
        Case(name, (some(*shape),), {"kernel_size": size, "stride": stride, "padding": padding, "ceil_mode": ceil})
        for name in ("max_pool2d", "avg_pool2d")
        for shape, size, stride, padding, ceil in (
            ((1, 2, 4, 4), 2, None, 0, False), ((2, 1, 5, 6), 3, 2, 1, True), ((1, 5, 4), (2, 3), (3, 1), (1, 0), True),
        )
    ],
    Case("max_pool2d", (some(1, 6, 6),), {"kernel_size": 2, "dilation": 2, "stride": 1}),
    Case("avg_pool2d", (some(1, 4, 5),), {"kernel_size": 3, "padding": 1, "count_include_pad": False}),
    *[Case("expm", (some(*shape) / 2,), {}) for shape in ((1, 1), (3, 3), (2, 2, 2))],
    *[Case("matrix_power", (regular(3, 3) / 3,), {"n": n}) for n in (0, 1, 2, 5, -1, -2)],
    Case("matrix_power", (regular(2, 2, 2),), {"n": 3}),
    *[Case("pinv", (some(*shape),), {}) for shape in ((2, 2), (3, 2), (2, 3), (2, 3, 2), (1, 1))],
    *[
        Case(name, (x,), {})
        for name in ("cholesky", "eigvalsh", "eigh")
        for x in (positive(1, 1), positive(3, 3), positive(3, 3) + np.triu(some(3, 3) / 9, 1), positive(2, 2, 2))
    ],
    *[Case("svdvals", (some(*shape),), {}) for shape in ((1, 1), (3, 3), (2, 3), (3, 2), (2, 2, 3))],
    *[
        Case("bce_logits_loss", (some(2, 3), np.array([0.0, 1.0, 0.3])), {"reduction": reduction})
        for reduction in ("sum", "mean", "none")
    ],
    *[
        Case("huber_loss", (some(2, 3), some(3), delta), {"reduction": reduction})
        for reduction in ("sum", "mean", "none")
        for delta in (np.float64(1.0), np.float64(0.4))
    ],
    *[
        Case("nll_loss", (some(*shape), labels(*shape[:-1])), {"reduction": reduction})
        for shape in ((4, 3), (3,), (2, 2, 3))
        for reduction in ("sum", "mean", "none")
    ],
    *[
        Case("kl_div", (-abs(some(4, 3)), abs(some(4, 3))), {"reduction": reduction})
        for reduction in ("sum", "mean", "none", "batchmean")
    ],
]  # fmt: skip
CASES = [*SOME_CASES, *FURTHER_CASES]
