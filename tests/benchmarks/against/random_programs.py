"""Random programs on numbers and arrays, with PyTorch's answers up to the second order.

A program grows gate by gate from random inputs: a gate is put on nodes that there are, where its result is a moderate
number. Half of the nodes are statements of their own, the others stand where they are used.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import torch
from torch import Tensor
from torch.autograd.functional import hessian

from against.case import RIGHT, Case

COUNT, FORMULAS = 5000, 4  # programs; of one in so many the formulas too
ROUGH, INEXACT = ("digamma", "lgamma"), 1e-7  # PyTorch's polygamma(1, x), their derivative, has 8 digits
FEW = 9  # entries of all inputs: up to these, with second derivatives
SHAPES = ((), (), (), (), (2,), (3,), (3,), (2, 3), (3, 3), (2, 2), (1, 3), (2, 1))
SMALL, LARGE = 1e-3, 50.0  # what a node may be


class Gate(NamedTuple):
    """`text` has places for the inputs; `fits` says of their values whether it may be put on them."""

    text: str
    function: Callable[..., Tensor]
    fits: Callable[..., bool] = lambda *inputs: True

    @property
    def count(self) -> int:
        return len({place for place in "012" if "{" + place + "}" in self.text})


def of_one(name: str, function: Callable[..., Tensor], low: float = -6.0, high: float = 6.0) -> Gate:
    return Gate(f"{name}({{0}})", function, lambda x: bool((x > low).all() and (x < high).all()))


def away(x: Tensor) -> bool:
    """From zero."""
    return bool((x.abs() > 0.1).all())


def ranked(rank: int) -> Callable[..., bool]:
    return lambda x, *others: x.ndim >= rank


def square(x: Tensor, *others: Tensor) -> bool:
    return x.ndim == 2 and x.shape[0] == x.shape[1] and bool(torch.linalg.cond(x) < 50)


F = torch.nn.functional
SMOOTH = "sin cos tanh exp expm1 sinh cosh abs atan asinh erf erfc"
MAPS = [
    *(of_one(name, getattr(torch, name)) for name in SMOOTH.split()),
    of_one("sigmoid", torch.sigmoid), of_one("softplus", F.softplus), of_one("silu", F.silu), of_one("gelu", F.gelu),
    of_one("relu", F.relu), of_one("leaky_relu", F.leaky_relu), of_one("elu", F.elu),
    of_one("log", torch.log, 0.05), of_one("log1p", torch.log1p, -0.9), of_one("sqrt", torch.sqrt, 0.05),
    of_one("log2", torch.log2, 0.05), of_one("log10", torch.log10, 0.05), of_one("lgamma", torch.lgamma, 0.1),
    of_one("digamma", torch.digamma, 0.1), of_one("asin", torch.asin, -0.9, 0.9), of_one("acos", torch.acos, -0.9, 0.9),
    of_one("atanh", torch.atanh, -0.9, 0.9), of_one("acosh", torch.acosh, 1.1), of_one("tan", torch.tan, -1.4, 1.4),
    of_one("logit", torch.logit, 0.05, 0.95),
    Gate("-{0}", torch.neg), Gate("{0}^2", torch.square), Gate("{0}^3", lambda x: x**3),
    Gate("1/{0}", lambda x: 1 / x, away),
    Gate("{0}^1.5", lambda x: x**1.5, lambda x: bool((x > 0.05).all())), Gate("3*{0}", lambda x: 3 * x),
    Gate("{0} - 0.5", lambda x: x - 0.5), Gate("clip({0}, -0.5, 0.8)", lambda x: torch.clamp(x, -0.5, 0.8)),
    Gate("2^{0}", lambda x: 2**x), Gate("max({0}, 0.2)", lambda x: torch.maximum(x, torch.full_like(x, 0.2))),
    Gate("exp(-{0}^2)", lambda x: torch.exp(-(x**2))), Gate("log(1 + {0}^2)", lambda x: torch.log(1 + x**2)),
]  # fmt: skip
PAIRS = [
    Gate("{0} + {1}", torch.add), Gate("{0} - {1}", torch.sub), Gate("{0}*{1}", torch.mul), Gate("{0}*{1}", torch.mul),
    Gate("{0}/{1}", torch.div, lambda a, b: away(b)), Gate("max({0}, {1})", torch.maximum),
    Gate("min({0}, {1})", torch.minimum), Gate("atan2({0}, {1})", torch.atan2, lambda a, b: away(a)),
    Gate("hypot({0}, {1})", torch.hypot, lambda a, b: away(a)),
    Gate("{0}^{1}", torch.pow, lambda a, b: bool((a > 0.1).all() and (b.abs() < 4).all())),
    Gate("where({0} > {1}, {0}, {2})", lambda a, b, c: torch.where(a > b, a, c)),
    Gate("where({0} < {1}, {2}*{1}, sin({0}))", lambda a, b, c: torch.where(a < b, c * b, torch.sin(a))),
]  # fmt: skip
MIXES = [
    Gate("softmax({0})", lambda x: torch.softmax(x, -1), ranked(1)),
    Gate("log_softmax({0}, axis=0)", lambda x: torch.log_softmax(x, 0), ranked(1)),
    Gate("cumsum({0}, axis=-1)", lambda x: torch.cumsum(x, -1), ranked(1)),
    Gate("{0}/norm({0})", lambda x: x / torch.linalg.vector_norm(x), ranked(1)),
    Gate("{0} - mean({0}, axis=0, keepdims=True)", lambda x: x - x.mean(0, keepdim=True), ranked(2)),
    Gate("{0}.T", lambda x: x.T, lambda x: x.ndim == 2), Gate("reshape({0}, -1)", lambda x: x.reshape(-1), ranked(2)),
    Gate("{0}[0]", lambda x: x[0], ranked(1)), Gate("{0}[:, 0]", lambda x: x[:, 0], ranked(2)),
    Gate("{0}[1:]", lambda x: x[1:], lambda x: x.ndim >= 1 and x.shape[0] > 1),
    Gate("concat({0}, {1})", lambda a, b: torch.cat([a, b]), lambda a, b: a.ndim > 0 and a.shape[1:] == b.shape[1:]),
    Gate("stack({0}, {1}, axis=-1)", lambda a, b: torch.stack([a, b], -1), lambda a, b: a.shape == b.shape),
    Gate("[{0}, {1}]", lambda a, b: torch.stack([a, b]), lambda a, b: a.shape == b.shape),
    Gate("{0} @ {1}", torch.matmul, lambda a, b: a.ndim > 0 and b.ndim > 0),
    Gate("{0} @ {0}.T", lambda x: x @ x.T, lambda x: x.ndim == 2),
    Gate("outer({0}, {1})", torch.outer, lambda a, b: a.ndim == b.ndim == 1),
    Gate("diag({0})", torch.diag, lambda x: x.ndim == 1 or square(x)), Gate("inv({0})", torch.linalg.inv, square),
    Gate("solve({0}, {1})", torch.linalg.solve, lambda a, b: square(a) and b.ndim == 1),
]  # fmt: skip
SUMS = [
    Gate("det({0})", torch.linalg.det, square), Gate("logdet({0})", lambda x: torch.linalg.slogdet(x)[1], square),
    Gate("trace({0})", torch.trace, ranked(2)),
    *(
        Gate(f"{name}({{0}}{options})", lambda x, f=function, a=axis: f(x, a), ranked(rank))
        for name, function in {
            "sum": lambda x, a: x.sum(a), "mean": lambda x, a: x.mean(a),
            "prod": lambda x, a: x.prod() if a is None else x.prod(a),
            "max": lambda x, a: torch.amax(x, () if a is None else a),
            "min": lambda x, a: torch.amin(x, () if a is None else a),
            "var": lambda x, a: x.var(a, correction=0), "std": lambda x, a: x.std(a, correction=0),
            "norm": lambda x, a: torch.linalg.vector_norm(x, dim=a),
            "logsumexp": lambda x, a: torch.logsumexp(x, tuple(range(x.ndim)) if a is None else a),
        }.items()
        for axis, options, rank in ((None, "", 1), (0, ", axis=0", 2), (-1, ", axis=-1", 2))
    ),
]  # fmt: skip


class Node(NamedTuple):
    """A gate on earlier nodes, or an input."""

    value: Tensor
    gate: Gate | None = None
    inputs: tuple[int, ...] = ()


def cases(seed: int) -> Iterator[Case]:
    chance = random.Random(seed)
    torch.manual_seed(seed)
    for number in range(COUNT):
        yield case(number, *grown(chance), chance)


def grown(chance: random.Random) -> tuple[list[Node], int]:
    """Nodes, and how many of them are inputs."""
    shapes = SHAPES[:4] if chance.random() < 0.4 else SHAPES
    nodes = [Node(torch.randn(chance.choice(shapes), dtype=torch.float64)) for _ in range(chance.randint(1, 3))]
    inputs, size = len(nodes), len(nodes) + chance.randint(2, 9)
    for _ in range(40 * size):
        if len(nodes) == size:
            break
        kind = chance.choice((MAPS, MAPS, PAIRS, PAIRS, MIXES, SUMS) if shapes is SHAPES else (MAPS, PAIRS))
        gate = chance.choice(kind)
        chosen = tuple(
            chance.randrange(len(nodes)) if chance.random() < 0.5 else len(nodes) - 1 for _ in range(gate.count)
        )
        made = put(gate, [nodes[place].value for place in chosen])
        if made is not None:
            nodes.append(Node(made, gate, chosen))
    return nodes, inputs


def put(gate: Gate, inputs: Sequence[Tensor]) -> Tensor | None:
    """The value, where the gate can be put on the inputs and gives a moderate one."""
    if not gate.fits(*inputs):
        return None
    try:
        value = gate.function(*inputs)
    except RuntimeError:  # the shapes do not fit
        return None
    size = value.abs()
    return value if value.numel() and size.max() < LARGE and (size.min() > SMALL or (size == 0).any()) else None


def case(number: int, nodes: list[Node], inputs: int, chance: random.Random) -> Case:
    names = [f"x{place}" for place in range(inputs)]
    used = reached(nodes)

    def function(*xs: Tensor) -> Tensor:
        values = [*xs, *[None] * (len(nodes) - inputs)]
        for place in used:
            if nodes[place].gate:
                values[place] = nodes[place].gate.function(*(values[source] for source in nodes[place].inputs))
        return values[-1]

    moving = [place for place in used if place < inputs]
    points = [node.value for node in nodes[:inputs]]
    upstream = torch.randn(nodes[-1].value.shape, dtype=torch.float64)
    tangents = [torch.randn_like(point) for point in points]
    formulas = number % FORMULAS == 0
    expected = answers(function, points, upstream, tangents, moving, formulas)
    moved = answers(function, [point * (1 + 1e-14) for point in points], upstream, tangents, moving, formulas)
    error = max(apart(one, moved[key]) for key, one in expected.items() if key in moved)
    program = text(nodes, inputs, used, chance)
    least = INEXACT if any(word in program for word in ROUGH) else RIGHT
    values, directions = ({names[place]: array(many[place]) for place in moving} for many in (points, tangents))
    return Case(
        str(number), program, values, {key: array(one) for key, one in expected.items()},
        array(upstream), directions, least + 1000 * error,
    )  # fmt: skip


def reached(nodes: list[Node]) -> list[int]:
    """The places of the nodes that the last one needs, in order."""
    needed, waiting = set(), [len(nodes) - 1]
    while waiting:
        place = waiting.pop()
        if place not in needed:
            needed.add(place)
            waiting += nodes[place].inputs
    return sorted(needed)


def text(nodes: list[Node], inputs: int, used: list[int], chance: random.Random) -> str:
    """The program in the language."""
    texts, statements = {place: f"x{place}" for place in range(inputs)}, []
    for place in used:
        if nodes[place].gate:
            written = nodes[place].gate.text.format(*(texts[source] for source in nodes[place].inputs))
            if place == used[-1]:
                return "; ".join([*statements, written])
            texts[place] = f"({written})"
            if len(written) > 150 or chance.random() < 0.5:
                statements.append(f"n{place} = {written}")
                texts[place] = f"n{place}"
    return texts[used[-1]]


def answers(
    function: Callable[..., Tensor], points: list[Tensor], upstream: Tensor, tangents: list[Tensor], moving: list[int],
    formulas: bool,
) -> dict[tuple[str, ...], Tensor]:  # fmt: skip
    """PyTorch's."""
    xs = [point.clone().requires_grad_() for point in points]
    output = function(*xs)
    gradients = torch.autograd.grad(output, xs, upstream, allow_unused=True, materialize_grads=True)
    expected = {("value",): output.detach()} | {("gradient", f"x{place}"): gradients[place] for place in moving}
    expected["jvp",] = torch.func.jvp(function, tuple(points), tuple(tangents))[1]
    if sum(points[place].numel() for place in moving) <= FEW:
        blocks = hessian(lambda *zs: (upstream * function(*zs)).sum(), tuple(points))
        # one that is not finite is of 0 times infinity where a norm or a standard deviation is 0
        if all(block.isfinite().all() for blocks_of_one in blocks for block in blocks_of_one):
            expected |= {("hessian", f"x{i}", f"x{j}"): blocks[i][j] for i in moving for j in moving}
    if formulas:
        expected |= {("formula", f"x{place}"): gradients[place] for place in moving}
    return expected


def apart(one: Tensor, other: Tensor) -> float:
    """How far two answers are from each other, relative to the largest entry."""
    size = float(one.abs().max())
    return float((one - other).abs().max()) / size if size else 0.0


def array(tensor: Tensor) -> Any:
    numbers = tensor.detach().numpy().copy()
    return numbers if numbers.ndim else float(numbers)
