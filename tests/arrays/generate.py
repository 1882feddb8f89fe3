"""Writes `programs.json`: array programs with the value and the gradients that PyTorch computes for them.

    python3 -m venv torchvenv && torchvenv/bin/pip install torch==2.13.0
    torchvenv/bin/python tests/arrays/generate.py

Only this script needs PyTorch; the tests read the file. Each program stands beside its PyTorch version, which is
written by hand and shares nothing with bpcalc. Where PyTorch's own function would give NaN, overflow or few digits
although the answer is known (the untaken branch of a `where`, a norm of huge numbers, the derivative of digamma), the
version is written so that it does not.

A binding is a number, nested lists, or a tuple: the shape of an array that is drawn, normally distributed, from a
generator seeded with the program's name, so that adding a program changes no other. The upstream of an output that is
no single number is drawn likewise unless it is given. `published` has numbers from a lecture, with what they are
rounded to; PyTorch must agree with them here, and bpcalc in the tests.
"""

# Inputs go in by name, so a lambda says which is which; a capital letter is a matrix, no constant.
# ruff: noqa: PLW0108, SIM300

from __future__ import annotations

import json
import math
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, linalg
from torch.nn import functional

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)

PROGRAMS = Path(__file__).with_name("programs.json")
CASES: list[dict[str, Any]] = []

SQUARE = [[2.0, 0.5, -1.0], [0.3, 1.5, 0.7], [-0.4, 0.2, 3.0]]
PAIR = [SQUARE, [[1.0, 0.25, 0.5], [-0.75, 2.0, 0.1], [0.6, -0.3, 1.5]]]


def draw(source: random.Random, shape: tuple[int, ...]) -> Any:
    """Nested lists of normally distributed numbers with two decimals."""
    if not shape:
        return round(source.gauss(0.0, 1.0), 2)
    return [draw(source, shape[1:]) for _ in range(shape[0])]


def positive(*shape: int) -> Any:
    """Nested lists of numbers between 0.1 and 2.1, different in each place."""
    count = math.prod(shape)
    numbers = torch.tensor([round(0.1 + (0.37 + 0.618034 * place) % 2, 2) for place in range(count)])
    return numbers.reshape(shape).tolist()


def plain(number: Any) -> Any:
    """Nested lists for JSON, which has no infinity."""
    if isinstance(number, list):
        return [plain(one) for one in number]
    if math.isnan(number):
        raise ValueError("not a number")
    return number if math.isfinite(number) else "Infinity" if number > 0 else "-Infinity"


def agree(expected: dict[str, Any], published: dict[str, Any], name: str) -> None:
    """PyTorch's numbers round to the published ones."""
    pairs = [(expected["value"], published["value"])] if "value" in published else []
    pairs += [(expected["gradient"][key], number) for key, number in published.get("gradient", {}).items()]
    for ours, theirs in pairs:
        gap = (torch.tensor(ours) - torch.tensor(theirs, dtype=torch.float64)).abs().max().item()
        if gap > published["tolerance"]:
            raise ValueError(f"{name}: {ours} is not the published {theirs}")


def case(
    name: str, program: str, function: Callable[..., Tensor], *, labels: dict[str, Any] | None = None,
    upstream: Any = None, published: dict[str, Any] | None = None, **bindings: Any,
) -> None:  # fmt: skip
    """One program. `labels` are bindings that carry no gradient."""
    source = random.Random(name)
    values = {key: draw(source, value) if isinstance(value, tuple) else value for key, value in bindings.items()}
    inputs = {key: torch.tensor(value, dtype=torch.float64).requires_grad_() for key, value in values.items()}
    output = function(**inputs, **{key: torch.tensor(value) for key, value in (labels or {}).items()})
    if upstream is None and output.ndim:
        upstream = draw(random.Random(name + ", upstream"), tuple(output.shape))
    output.backward(None if upstream is None else torch.tensor(upstream, dtype=torch.float64))
    gradient = {key: torch.zeros_like(x) if x.grad is None else x.grad for key, x in inputs.items()}
    expected = {
        "value": plain(output.tolist()),
        "gradient": {key: plain(number.tolist()) for key, number in gradient.items()},
    }
    if any(known["name"] == name for known in CASES):
        raise ValueError(f"two programs are called {name}")
    if published:
        agree(expected, published, name)
    record = {"name": name, "program": program, "bindings": values | (labels or {})}
    record |= {} if upstream is None else {"upstream": upstream}
    CASES.append(record | expected | ({"published": published} if published else {}))


def write() -> None:
    """One line for each part of a program, so that a difference can be read."""
    programs = []
    for record in CASES:
        parts = []
        for key, value in record.items():
            if isinstance(value, dict) and key != "published":
                inner = ",\n".join(f"   {json.dumps(name)}: {json.dumps(one)}" for name, one in value.items())
                parts.append(f"  {json.dumps(key)}: {{\n{inner}\n  }}")
            else:
                parts.append(f"  {json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}")
        programs.append(" {\n" + ",\n".join(parts) + "\n }")
    PROGRAMS.write_text("[\n" + ",\n".join(programs) + "\n]\n", encoding="utf-8")
    print(f"{len(CASES)} programs")


# Lectures, with the numbers that they print

LECTURE = "CS231n lecture 3"
COMPARED = "CS231n notes, SVM against softmax"
EECS = "EECS 498 lecture 6"
SCORES = [[3.2, 5.1, -1.7], [1.3, 4.9, 2.0], [2.2, 2.5, -3.1]]


def svm_rows(S: Tensor, y: Tensor, margin: Any = 1.0) -> Tensor:
    """The SVM loss of each row, with the right class left out of the sum by hand."""
    losses = []
    for row in range(S.shape[0]):
        right = int(y[row])
        others = [S[row, k] for k in range(S.shape[1]) if k != right]
        losses.append(torch.relu(torch.stack(others) - S[row, right] + margin).sum())
    return torch.stack(losses)


def rounded(tolerance: float, source: str, **numbers: Any) -> dict[str, Any]:
    return {"source": source, "tolerance": tolerance, **numbers}


case(
    "lecture 15, relu", "relu(x)", lambda x: torch.relu(x), x=[1, -2, 3, -1],
    upstream=[4, -1, 5, 9], published=rounded(0.0, EECS, value=[1, 0, 3, 0], gradient={"x": [4, 0, 5, 0]}),
)  # fmt: skip
case(
    "lecture 16, matrix product", "x@w", lambda x, w: x @ w,
    x=[[2, 1, -3], [-3, 4, 2]], w=[[3, 2, 1, -1], [2, 1, 3, 2], [3, 2, 1, -2]], upstream=[[2, 3, -3, 9], [-8, 1, 4, 6]],
    published=rounded(
        0.0, EECS, value=[[-1, -1, 2, 6], [5, 2, 11, 7]],
        gradient={"x": [[0, 16, -9], [-24, 9, -30]], "w": [[28, 3, -18, 0], [-30, 7, 13, 33], [-22, -7, 17, -15]]},
    ),
)  # fmt: skip
case(
    "lecture 17, affine layer", "Q = X@W; Z = Q + b", lambda X, W, b: X @ W + b,
    X=(3, 4), W=(4, 2), b=(2,), upstream=[[1, 2], [3, 4], [5, 6]],
    published=rounded(0.0, "column sums of the upstream", gradient={"b": [9, 12]}),
)  # fmt: skip
case(
    "lecture 18, svm loss", "svm_loss(S, y)", lambda S, y: svm_rows(S, y).sum(), S=[[-2.85, 0.86, 0.28]],
    labels={"y": [2]}, published=rounded(1e-9, COMPARED, value=1.58, gradient={"S": [[0, 1, -1]]}),
)  # fmt: skip
case(
    "lecture 18, softmax loss", "softmax_loss(S, y)", lambda S, y: functional.cross_entropy(S, y),
    S=[[-2.85, 0.86, 0.28]], labels={"y": [2]},
    published=rounded(5e-5, COMPARED, value=1.0402),
)  # fmt: skip
case(
    "lecture 18, svm loss of one row", "svm_loss(s, y)", lambda s, y: svm_rows(s[None], y[None]).sum(),
    s=[-2.85, 0.86, 0.28], labels={"y": 2}, published=rounded(1e-9, COMPARED, value=1.58, gradient={"s": [0, 1, -1]}),
)  # fmt: skip
case(
    "lecture 18, softmax loss of one row", "softmax_loss(s, y)", lambda s, y: functional.cross_entropy(s, y),
    s=[-2.85, 0.86, 0.28], labels={"y": 2},
    published=rounded(5e-6, COMPARED, gradient={"s": [0.01545, 0.63116, -0.64661]}),
)  # fmt: skip
case(
    "lecture 19, svm loss with margin 10", "svm_loss(S, y, margin=10)", lambda S, y: svm_rows(S, y, 10.0).sum(),
    S=[[13, -7, 11]], labels={"y": [0]},
    published=rounded(0.0, "CS231n notes, linear classification", value=8, gradient={"S": [[-1, 0, 1]]}),
)  # fmt: skip
case(
    "lecture 20, svm losses of the rows", 'svm_loss(S, y, reduction="none")', svm_rows, S=SCORES,
    labels={"y": [0, 1, 2]}, published=rounded(1e-9, LECTURE, value=[2.9, 0, 12.9]),
)  # fmt: skip
case(
    "lecture 20, svm loss, mean", 'svm_loss(S, y, reduction="mean")', lambda S, y: svm_rows(S, y).mean(), S=SCORES,
    labels={"y": [0, 1, 2]},
    published=rounded(
        5e-5, LECTURE, value=5.2667,
        gradient={"S": [[-0.33333, 0.33333, 0.0], [0.0, 0.0, 0.0], [0.33333, 0.33333, -0.66667]]},
    ),
)  # fmt: skip
case(
    "lecture 20, softmax losses of the rows", "softmax_loss(S, y, reduction=none)",
    lambda S, y: functional.cross_entropy(S, y, reduction="none"), S=SCORES, labels={"y": [0, 1, 2]},
    published=rounded(5e-5, LECTURE, value=[2.0404, 0.0791, 6.1565]),
)  # fmt: skip
case(
    "lecture 20, softmax loss, mean", "softmax_loss(S, y, reduction=mean)",
    lambda S, y: functional.cross_entropy(S, y), S=SCORES, labels={"y": [0, 1, 2]},
    published=rounded(5e-5, LECTURE, value=2.7587),
)  # fmt: skip
case(
    "lecture 21, softmax", "softmax(x)", lambda x: torch.softmax(x, 0), x=[1, -2, 0],
    published=rounded(5e-5, "CS231n notes, linear classification", value=[0.7054, 0.0351, 0.2595]),
)  # fmt: skip
case(
    "lecture 21, softmax without overflow", "softmax(x)", lambda x: torch.softmax(x, 0), x=[123, 456, 789],
    published=rounded(1e-100, "CS231n notes, linear classification", value=[0, 0, 1]),
)  # fmt: skip
case("lecture 23, quadratic form", "x@A@x", lambda x, A: x @ A @ x, x=(3,), A=(3, 3))
case("lecture 23, trace of a product", "trace(A@X)", lambda A, X: torch.trace(A @ X), A=(2, 3), X=(3, 2))
case(
    "lecture 23, least squares", "norm(A@x - b)^2", lambda A, x, b: (A @ x - b).square().sum(),
    A=(4, 3), x=(3,), b=(4,),
)  # fmt: skip


def slope(loss: Tensor, x: Tensor) -> Tensor:
    """∂loss/∂x, which can be differentiated again."""
    return torch.autograd.grad(loss, x, create_graph=True)[0]


def descent(w: Tensor, X: Tensor, y: Tensor) -> Tensor:
    """One step of gradient descent on the squared error of tanh(X@w)."""
    return w - 0.5 * slope(functional.mse_loss(torch.tanh(X @ w), y), w)


case(
    "lecture 24, gradient-norm penalty", "g = grad(sum(x^3), x); sum(g^2)",
    lambda x: slope((x**3).sum(), x).square().sum(), x=[1, 2],
    published=rounded(0.0, "higher-order exercise", value=153, gradient={"x": [36, 288]}),
)  # fmt: skip
case(
    "lecture 26, exp in the untaken branch", "where(x <= 0, exp(x), 1 + x)",
    lambda x: torch.where(x <= 0, torch.exp(x.clamp(max=0)), 1 + x), x=[1000, -1, 2], upstream=[1, 1, 1],
    published=rounded(1e-12, "by hand", value=[1001, math.exp(-1), 3], gradient={"x": [1, math.exp(-1), 1]}),
)  # fmt: skip


def lecture_network(X: Tensor, W1: Tensor, W2: Tensor, y: Tensor) -> Tensor:
    S = torch.relu(X @ W1) @ W2
    return svm_rows(S, y).mean() + 0.1 * (W1.square().sum() + W2.square().sum())


case(
    "lecture 27, two layers, svm loss, penalty",
    'H = max(0, X@W1); S = H@W2; data = svm_loss(S, y, reduction="mean"); data + 0.1*(sum(W1^2) + sum(W2^2))',
    lecture_network, X=(4, 3), W1=(3, 5), W2=(5, 3), labels={"y": [0, 2, 1, 1]},
)  # fmt: skip
case(
    "lecture 27, one column", "s = W_2@max(0, W_1@x); svm_loss(s, y) + r*(sum(W_1²) + sum(W_2²))",
    lambda W_1, W_2, x, r, y: svm_rows((W_2 @ torch.relu(W_1 @ x))[None], y[None]).sum()
    + r * (W_1.square().sum() + W_2.square().sum()),
    W_1=(4, 3), W_2=(3, 4), x=(3,), r=0.05, labels={"y": 1},
)  # fmt: skip

# Affine layers

case(
    "affine layer, squared", "sum((X@W + b)^2)",
    lambda X, W, b: (X @ W + b).square().sum(), X=(3, 2), W=(2, 4), b=(4,),
)  # fmt: skip
case("affine layer, weights on the left", "W@x + b", lambda W, x, b: W @ x + b, W=(3, 2), x=(2,), b=(3,))
case("affine layer over a stack", "T@W + b", lambda T, W, b: T @ W + b, T=(2, 3, 4), W=(4, 2), b=(2,))
case(
    "affine layer, columns", "W@X + reshape(b, 2, 1)", lambda W, X, b: W @ X + b[:, None],
    W=(2, 3), X=(3, 4), b=(2,),
)  # fmt: skip
case(
    "affine layer, one weight matrix twice", "sum(tanh(tanh(X@W)@W))",
    lambda X, W: torch.tanh(torch.tanh(X @ W) @ W).sum(), X=(2, 3), W=(3, 3),
)  # fmt: skip

# Broadcasting

case("broadcast, row", "X + b", lambda X, b: X + b, X=(3, 4), b=(4,))
case("broadcast, column", "X*c", lambda X, c: X * c, X=(3, 4), c=(3, 1))
case("broadcast, column and row", "c*r", lambda c, r: c * r, c=(3, 1), r=(1, 4))
case("broadcast, number", "s*X - s", lambda s, X: s * X - s, s=(), X=(2, 3))
case("broadcast, numbers only beside an array", "s*t + x/t", lambda s, t, x: s * t + x / t, s=(), t=1.5, x=(3,))
case("broadcast, leading axes, row", "T*b", lambda T, b: T * b, T=(2, 3, 4), b=(4,))
case("broadcast, leading axes, matrix", "T - M", lambda T, M: T - M, T=(2, 3, 4), M=(3, 4))
case("broadcast, leading axes, column", "T/c", lambda T, c: T / c, T=(2, 3, 4), c=positive(3, 1))
case("broadcast, sizes of one on both sides", "a*b + a", lambda a, b: a * b + a, a=(1, 3), b=(2, 1, 1))
case("broadcast, one entry to many", "a + x*a", lambda a, x: a + x * a, a=(1,), x=(3,))
case("broadcast, one by one matrix and a number", "M*s", lambda M, s: M * s, M=(1, 1), s=())
case("broadcast, division", "c/r", lambda c, r: c / r, c=(3, 1), r=positive(4))
case("broadcast, power", "x^c", lambda x, c: x**c, x=positive(4), c=(3, 1))
case("broadcast, against itself", "reshape(x, 3, 1)*x - x", lambda x: x[:, None] * x - x, x=(3,))
case("broadcast, sum with the transpose", "A*A.T + A", lambda A: A * A.T + A, A=(3, 3))
case("broadcast, atan2", "atan2(c, r)", lambda c, r: torch.atan2(c, r), c=(2, 1), r=(3,))
case("broadcast, hypot", "hypot(c, r)", lambda c, r: torch.hypot(c, r), c=(2, 1), r=(3,))
case("broadcast, comparison", "sum((X > b)*X*b)", lambda X, b: ((X > b) * X * b).sum(), X=(3, 4), b=(4,))
case(
    "broadcast, distances of all pairs", "D = reshape(X, 4, 1, 2) - reshape(Y, 1, 3, 2); sum(D^2, axis=-1)",
    lambda X, Y: (X[:, None] - Y[None]).square().sum(-1), X=(4, 2), Y=(3, 2),
)  # fmt: skip
case(
    "broadcast, one used in three shapes", "s*X + s*x + s^2",
    lambda s, X, x: s * X + s * x + s**2, s=(), X=(2, 3), x=(3,),
)  # fmt: skip

# Every entry on its own

X6 = [-2.0, -0.5, -0.01, 0.01, 0.5, 2.0]
case("entries, relu", "relu(X)", lambda X: torch.relu(X), X=(3, 4))
case("entries, relu at 0", "relu(x)", lambda x: torch.relu(x), x=[-1, 0, 2], upstream=[3, 4, 5])
case("entries, leaky relu", "leaky_relu(x)", lambda x: functional.leaky_relu(x), x=X6)
case(
    "entries, leaky relu with a learned slope", "leaky_relu(X, a)", lambda X, a: torch.where(X > 0, X, a * X),
    X=(3, 4), a=0.2,
)  # fmt: skip
case("entries, elu", "elu(x)", lambda x: functional.elu(x), x=X6)
case(
    "entries, elu with alpha for each column", "elu(X, alpha=a)",
    lambda X, a: torch.where(X > 0, X, a * torch.expm1(X)), X=(3, 2), a=[0.5, 1.5],
)  # fmt: skip
case("entries, gelu", "gelu(x)", lambda x: functional.gelu(x), x=X6)
case("entries, silu", "silu(x)", lambda x: functional.silu(x), x=X6)
case("entries, softplus", "softplus(x)", lambda x: torch.logaddexp(x, torch.zeros_like(x)), x=[-800, -1, 0, 3, 800])
case("entries, sigmoid", "sigmoid(x)", lambda x: torch.sigmoid(x), x=[-700, -2, 0, 1, 40])
case("entries, logit", "logit(p)", lambda p: torch.logit(p), p=[0.1, 0.5, 0.9])
case("entries, abs and sign", "abs(x) + x*sign(x)", lambda x: x.abs() + x * x.sign(), x=[-2, 0, 3])
case("entries, sqrt and cbrt", "sqrt(x)*cbrt(x)", lambda x: x.sqrt() * x ** (1 / 3), x=positive(4))
case("entries, sqrt at 0", "sum(sqrt(x))", lambda x: x.sqrt().sum(), x=[0, 1, 4])
case(
    "entries, logarithms", "log(x) + ln(x)*log2(x) - log10(x)/log1p(x)",
    lambda x: x.log() + x.log() * x.log2() - x.log10() / x.log1p(), x=positive(5),
)  # fmt: skip
case("entries, exponentials", "exp(x)*expm1(x) + 2^x", lambda x: x.exp() * x.expm1() + 2**x, x=(2, 3))
case(
    "entries, trigonometry", "sin(X)*cos(X) + tan(X/4)", lambda X: X.sin() * X.cos() + (X / 4).tan(), X=(2, 3)
)  # fmt: skip
case(
    "entries, inverse trigonometry", "arcsin(x) + acos(x)^2*arctan(x)",
    lambda x: x.asin() + x.acos() ** 2 * x.atan(), x=[-0.9, -0.2, 0.3, 0.8],
)  # fmt: skip
case(
    "entries, hyperbolic", "sinh(x)/cosh(x) + tanh(x) + asinh(x) + acosh(2 + x^2) + atanh(x/5)",
    lambda x: x.sinh() / x.cosh() + x.tanh() + x.asinh() + (2 + x**2).acosh() + (x / 5).atanh(), x=(4,),
)  # fmt: skip
case(
    "entries, error and gamma functions", "erf(x)*erfc(x) + lgamma(x) + gamma(x)",
    lambda x: x.erf() * x.erfc() + x.lgamma() + x.lgamma().exp(), x=positive(4),
)  # fmt: skip
case(
    "entries, digamma", "digamma(x)",
    lambda x: x.detach().digamma() + (x - x.detach()) * torch.special.zeta(torch.tensor(2.0), x.detach()),
    x=positive(4),
)  # fmt: skip
case("entries, powers", "x^3 - x^2 + x^-1 + x^0.5", lambda x: x**3 - x**2 + 1 / x + x.sqrt(), x=positive(4))
case("entries, exponent an array", "s^x", lambda s, x: s**x, s=1.7, x=(3,))
case("entries, minus and powers", "-x^2 + 2^-x", lambda x: -(x**2) + 2 ** (-x), x=(3,))
case(
    "entries, rounding carries no gradient", "x*floor(x) + ceil(x)",
    lambda x: x * x.floor() + x.ceil(), x=[-1.5, 0.3, 2.7],
)  # fmt: skip
case(
    "entries, clip", "clip(x, -1, 1)*x", lambda x: x.clamp(-1, 1) * x, x=[-2, -1, 0.5, 1, 3],
)  # fmt: skip
case(
    "entries, clip to bounds that are arrays", "clip(X, lo, hi)", lambda X, lo, hi: torch.clamp(X, lo, hi),
    X=[[-2, 0.3, 2], [1, -3, 0]], lo=[-1, 0, 1.5], hi=[0.5, 1, 3],
)  # fmt: skip
case("entries, stop_gradient", "sum(x*stop_gradient(x))", lambda x: (x * x.detach()).sum(), x=(3,))
case("entries, max of two arrays", "max(x, y)", lambda x, y: torch.maximum(x, y), x=[1, 5, 2], y=[3, 4, 2])
case("entries, min of two arrays", "min(x, y)", lambda x, y: torch.minimum(x, y), x=[1, 5, 2], y=[3, 4, 2])
case(
    "entries, max with a number", "max(X, 0)",
    lambda X: torch.maximum(X, torch.zeros(())), X=[[1, -2, 0], [0.5, 3, -1]],
)  # fmt: skip
case(
    "entries, min with a variable", "min(X, s)",
    lambda X, s: torch.minimum(X, s), X=[[1, -2, 0.5], [0.5, 3, -1]], s=0.5,
)  # fmt: skip
case(
    "entries, max of three that broadcast", "max(X, b, 0)",
    lambda X, b: torch.stack(torch.broadcast_tensors(X, b, torch.zeros(()))).amax(0),
    X=[[0, 2, -1], [3, -2, -1]], b=[0, 2, -3],
)  # fmt: skip
case(
    "entries, min of three", "min(x, y, z)", lambda x, y, z: torch.stack([x, y, z]).amin(0),
    x=[1, 2, 3, 1], y=[1, 1, 4, 0], z=[1, 1, 3, 2],
)  # fmt: skip
case("entries, max of a column and a row", "max(c, r)", lambda c, r: torch.maximum(c, r), c=[[1], [2]], r=[0, 1, 3])

# Reductions: every one with every kind of axis, on a tensor with three axes


def prod(T: Tensor, axes: tuple[int, ...], kept: bool) -> Tensor:
    for axis in sorted(axes, reverse=True):
        T = T.prod(axis, keepdim=kept)
    return T


REDUCTIONS: dict[str, Callable[..., Tensor]] = {
    "sum": lambda T, axes, kept: T.sum(axes, keepdim=kept),
    "mean": lambda T, axes, kept: T.mean(axes, keepdim=kept),
    "prod": prod,
    "max": lambda T, axes, kept: T.amax(axes, keepdim=kept),
    "min": lambda T, axes, kept: T.amin(axes, keepdim=kept),
    "var": lambda T, axes, kept: T.var(axes, correction=0, keepdim=kept),
    "std": lambda T, axes, kept: T.std(axes, correction=0, keepdim=kept),
    "norm": lambda T, axes, kept: linalg.vector_norm(T, dim=axes, keepdim=kept),
    "logsumexp": lambda T, axes, kept: torch.logsumexp(T, axes, keepdim=kept),
    "softmax": lambda T, axes, kept: (T - torch.logsumexp(T, axes, keepdim=True)).exp(),
    "log_softmax": lambda T, axes, kept: T - torch.logsumexp(T, axes, keepdim=True),
}
AXES = {
    "": (0, 1, 2),
    ", axis=None": (0, 1, 2),
    ", axis=0": (0,),
    ", axis=1": (1,),
    ", axis=-1": (2,),
    ", axis=[0, 2]": (0, 2),
    ", keepdims=true": (0, 1, 2),
    ", axis=1, keepdims=True": (1,),
    ", axis=[0, -1], keepdims=1": (0, 2),
    ", axis=2, keepdims=False": (2,),
}
for word, reduction in REDUCTIONS.items():
    for text, reduced in AXES.items():
        same_shape = word in ("softmax", "log_softmax")
        if not (same_shape and "keepdims" in text):
            case(
                f"reductions, {word}{text}", f"{word}(T{text})",
                lambda T, f=reduction, axes=(2,) if same_shape and not text else reduced, kept="keepdims" in text
                and "False" not in text: f(T, axes, kept),
                T=(2, 3, 2),
            )  # fmt: skip
case("reductions, cumsum", "cumsum(X)", lambda X: X.flatten().cumsum(0), X=(2, 3))
case("reductions, cumsum, axis=None", "cumsum(X, axis=None)", lambda X: X.flatten().cumsum(0), X=(2, 3))
case("reductions, cumsum, axis=0", "cumsum(X, axis=0)", lambda X: X.cumsum(0), X=(3, 2))
case("reductions, cumsum, axis=1", "cumsum(X, axis=1)", lambda X: X.cumsum(1), X=(2, 3))
case("reductions, cumsum, axis=-1", "cumsum(T, axis=-1)", lambda T: T.cumsum(-1), T=(2, 2, 3))
case("reductions, cumsum of a vector", "sum(cumsum(x)^2)", lambda x: x.cumsum(0).square().sum(), x=(4,))

# Reductions at points that need care

case("reductions, axis without its name", "sum(X, 0)*mean(X, 0)", lambda X: X.sum(0) * X.mean(0), X=(3, 4))
case("reductions, of a number", "sum(s) + mean(s)^2 + prod(s)", lambda s: s + s**2 + s, s=-1.5)
case("prod, one zero", "prod(x)", lambda x: x.prod(), x=[0, 2, 3])
case("prod, two zeros", "prod(x)", lambda x: x.prod(), x=[0, 2, 0, 3])
case(
    "prod, rows with no zero, one and two", "prod(X, axis=1)", lambda X: X.prod(1),
    X=[[1, 2, 3], [0, 2, 3], [0, 4, 0]],
)  # fmt: skip
case(
    "prod, columns with zeros", "prod(X, axis=0, keepdims=True)*X", lambda X: X.prod(0, keepdim=True) * X,
    X=[[1, 0, 0], [2, 5, 0], [3, 2, 7]],
)  # fmt: skip
case("prod, all entries with a zero", "prod(X)", lambda X: X.prod(), X=[[1.5, -2], [0, 3]])
case("max, ties", "max(x)", lambda x: x.amax(), x=[1, 3, 3])
case("max, all entries equal", "max(X)", lambda X: X.amax(), X=[[2, 2], [2, 2]])
case("max, ties in rows", "max(X, axis=1)", lambda X: X.amax(1), X=[[1, 3, 3], [4, 4, 4], [5, 1, 0]])
case("min, ties in columns", "min(X, axis=0)", lambda X: X.amin(0), X=[[1, 3, 2], [1, 4, 2], [5, 3, 2]])
case(
    "max, the row's largest taken away", "X - max(X, axis=1, keepdims=True)",
    lambda X: X - X.amax(1, keepdim=True), X=(3, 4),
)  # fmt: skip
case("max less min", "max(x) - min(x)", lambda x: x.amax() - x.amin(), x=(5,))
case("var, of equal entries", "var(x)", lambda x: x.var(correction=0), x=[2, 2, 2])
case("std, of equal entries", "std(x)", lambda x: x.std(correction=0), x=[1, 1])
case("std, one row of equal entries", "std(X, axis=1)", lambda X: X.std(1, correction=0), X=[[1, 1, 1], [1, 2, 4]])
case("norm, at the origin", "norm(x)", lambda x: linalg.vector_norm(x), x=[0, 0])
case("norm, squared at the origin", "norm(x)^2", lambda x: linalg.vector_norm(x) ** 2, x=[0, 0])
case("norm, one row at the origin", "norm(X, axis=1)", lambda X: linalg.vector_norm(X, dim=1), X=[[0, 0], [3, 4]])
case("norm, of huge numbers", "norm(x)", lambda x: 1e200 * linalg.vector_norm(x / 1e200), x=[3e200, -4e200])
case("norm, of tiny numbers", "norm(x)*1e200", lambda x: linalg.vector_norm(x * 1e200), x=[3e-200, -4e-200])
case("logsumexp, of large numbers", "logsumexp(x)", lambda x: torch.logsumexp(x, 0), x=[1000, 1001, -1000])
case("logsumexp, with an infinite entry", "logsumexp([x, -inf, y])", lambda x, y: torch.logaddexp(x, y), x=0.5, y=1.5)
case("log_softmax, without underflow", "log_softmax(x)", lambda x: torch.log_softmax(x, 0), x=[1000, 0, -1000])
case("softmax, of columns", "softmax(X, axis=0)", lambda X: torch.softmax(X, 0), X=(3, 2))
case("softmax, temperature", "softmax(x/t)", lambda x, t: torch.softmax(x / t, 0), x=(4,), t=0.5)

# where

case(
    "where, log in the untaken branch", "where(x > 0, log(x), 0)",
    lambda x: torch.where(x > 0, torch.log(torch.where(x > 0, x, 1.0)), 0.0), x=[2, 0, -1, 0.5],
)  # fmt: skip
case(
    "where, sqrt in the untaken branch", "sum(where(x > 0, sqrt(x), 0))",
    lambda x: torch.where(x > 0, torch.sqrt(torch.where(x > 0, x, 1.0)), 0.0).sum(), x=[4, 0, 0.25],
)  # fmt: skip
case(
    "where, division in the untaken branch", "where(y != 0, x/y, 0)",
    lambda x, y: torch.where(y != 0, x / torch.where(y != 0, y, 1.0), 0.0), x=(4,), y=[2, 0, -1, 0],
)  # fmt: skip
case(
    "where, untaken branch behind other gates", "where(x > 0, 2*log(x)^2 + sin(log(x)), x)",
    lambda x: torch.where(
        x > 0, 2 * torch.where(x > 0, x, 1.0).log() ** 2 + torch.where(x > 0, x, 1.0).log().sin(), x
    ),
    x=[2, 0, -1],
)  # fmt: skip
case(
    "where, untaken branch of one number", "where(x > 0, x, log(s))", lambda x, s: x + 0 * s, x=[1, 2, 3], s=0.0,
)  # fmt: skip
case(
    "where, untaken branch summed", "where(s > 0, sum(log(x)), s)", lambda s, x: s + 0 * x.sum(), s=-1.0, x=[0, 1, 2],
)  # fmt: skip
case(
    "where, untaken branch sliced", "where(x[1:] > 0, log(x)[1:], x[:-1])",
    lambda x: torch.where(x[1:] > 0, torch.where(x > 0, x, 1.0).log()[1:], x[:-1]), x=[3, 0, 2, -1],
)  # fmt: skip
case(
    "where, untaken branch transposed", "where(X.T > 0, log(X).T, 0)",
    lambda X: torch.where(X > 0, torch.where(X > 0, X, 1.0).log(), 0.0).T, X=[[1, 0, 2], [0, 3, 0]],
)  # fmt: skip
case(
    "where, untaken branch multiplied by a matrix", "where(c > 0, A@sqrt(x), b)",
    lambda A, x, b, c: b + 0 * x.sum() + 0 * A.sum(), A=(2, 3), x=[0, 1, 4], b=(2,), labels={"c": [0, 0]},
)  # fmt: skip
case(
    "where, untaken log of a column that broadcasts", "where(M > 0, log(c), 0)*r",
    lambda c, r, M: torch.where(M > 0, torch.where(c > 0, c, 1.0).log(), 0.0) * r,
    c=[[2], [0]], r=(3,), labels={"M": [[1, 0, 1], [0, 0, 0]]},
)  # fmt: skip
case(
    "where, branches that broadcast", "where(X > b, b, c)", lambda X, b, c: torch.where(X > b, b, c),
    X=(3, 4), b=(4,), c=(3, 1),
)  # fmt: skip
case(
    "where, branches that are numbers", "where(x > 0, s, t)",
    lambda x, s, t: torch.where(x > 0, s, t), x=(5,), s=(), t=(),
)  # fmt: skip
case(
    "where, condition of two comparisons", "where((x > 0)*(y <= 1), x*y, x - y)",
    lambda x, y: torch.where((x > 0) & (y <= 1), x * y, x - y), x=(6,), y=(6,),
)  # fmt: skip
case(
    "where, condition a given mask", "where(m, x, 0)",
    lambda x, m: torch.where(m != 0, x, 0.0), x=(3,), labels={"m": [1, 0, 1]},
)  # fmt: skip
case(
    "where, Huber loss", "r = y - X@w; sum(where(abs(r) <= 0.7, r^2/2, 0.7*(abs(r) - 0.35)))",
    lambda X, w, y: functional.huber_loss(X @ w, y, reduction="sum", delta=0.7), X=(6, 2), w=(2,), y=(6,),
)  # fmt: skip
case(
    "where, Huber loss with a learned threshold", "r = y - p; a = abs(r); sum(where(a <= d, r^2/2, d*(a - d/2)))",
    lambda y, p, d: torch.where((y - p).abs() <= d, (y - p) ** 2 / 2, d * ((y - p).abs() - d / 2)).sum(),
    y=[0, 1, 2, -3], p=[0.2, 0.5, -1, 1], d=0.7,
)  # fmt: skip

# Indices and slices

case("index, entries", "x[0]*x[2] - x[-1]^2", lambda x: x[0] * x[2] - x[-1] ** 2, x=(4,))
case("index, entries of a matrix", "A[0, 1]*A[-1, -1] + A[1, 0]", lambda A: A[0, 1] * A[-1, -1] + A[1, 0], A=(2, 3))
case("index, row and column", "A[1]*A[:, 0]", lambda A: A[1] * A[:, 0], A=(3, 3))
case("index, twice", "A[1][2]*A[0][-1]", lambda A: A[1][2] * A[0][-1], A=(2, 3))
case("slice, neighbours", "x[1:]*x[:-1]", lambda x: x[1:] * x[:-1], x=(5,))
case("slice, steps", "x[::2] + 2*x[1::2]", lambda x: x[::2] + 2 * x[1::2], x=(6,))
case("slice, backwards", "x*x[::-1]", lambda x: x * x.flip(0), x=(4,))
case("slice, backwards with a step", "x[4:0:-2]*y", lambda x, y: torch.stack([x[4], x[2]]) * y, x=(6,), y=(2,))
case("slice, negative bounds", "sum(x[-3:-1]^2)", lambda x: x[-3:-1].square().sum(), x=(5,))
case("slice, beyond the end", "x[1:100]", lambda x: x[1:], x=(3,))
case("slice, empty", "sum(x[2:2]) + x[0]", lambda x: x[2:2].sum() + x[0], x=(3,))
case("slice, block", "A[:2, 1:]", lambda A: A[:2, 1:], A=(3, 4))
case("slice, steps on two axes", "A[::2, ::-1]", lambda A: A[::2].flip(1), A=(3, 4))
case("slice, whole number and slice", "A[-1, ::2]*A[0, 1:3]", lambda A: A[-1, ::2] * A[0, 1:3], A=(2, 4))
case(
    "slice, tensor", "T[0, 1:, 1] + T[1, :-1, 0]*T[1, 0, 0]",
    lambda T: T[0, 1:, 1] + T[1, :-1, 0] * T[1, 0, 0], T=(2, 3, 2),
)  # fmt: skip
case("slice, last axis kept", "T[:, 1, :]@T[0, 0]", lambda T: T[:, 1, :] @ T[0, 0], T=(2, 2, 3))
case("slice, of a product", "(A@B)[0, 1:]", lambda A, B: (A @ B)[0, 1:], A=(2, 3), B=(3, 4))
case("index, of a call", "softmax(x)[0]*exp(x)[1]", lambda x: torch.softmax(x, 0)[0] * x.exp()[1], x=(3,))
case("index, of brackets", "(x + 1)[2]^2", lambda x: (x[2] + 1) ** 2, x=(3,))
case("index, of a transpose", "A.T[0]", lambda A: A.T[0], A=(2, 3))
case(
    "slice, second differences", "sum((x[2:] - 2x[1:-1] + x[:-2])^2)",
    lambda x: (x[2:] - 2 * x[1:-1] + x[:-2]).square().sum(), x=(6,),
)  # fmt: skip
case(
    "slice, Rosenbrock", "sum(100*(x[1:] - x[:-1]^2)^2 + (1 - x[:-1])^2)",
    lambda x: (100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2).sum(), x=[-1.2, 1, 0.5, 2, -0.3],
)  # fmt: skip

# The matrix product of every pair of shapes

SHAPES: list[tuple[tuple[int, ...], tuple[int, ...]]] = [
    ((3,), (3,)), ((2, 3), (3,)), ((3,), (3, 2)), ((2, 3), (3, 4)), ((1, 3), (3, 1)), ((2, 2, 3), (3,)),
    ((3,), (2, 3, 2)), ((2, 2, 3), (3, 2)), ((2, 3), (2, 3, 2)), ((2, 2, 3), (2, 3, 2)), ((1, 2, 3), (3, 3, 2)),
    ((3, 2, 3), (1, 3, 2)), ((2, 1, 2, 3), (2, 3, 2)), ((2, 3), (2, 2, 3, 1)), ((2, 2, 1, 3), (3,)),
    ((3,), (2, 2, 3, 1)), ((1, 3), (2, 3, 2)), ((2, 1, 1, 3), (1, 2, 3, 2)),
]  # fmt: skip
for left, right in SHAPES:
    case(f"product, {left} @ {right}", "a@b", lambda a, b: torch.matmul(a, b), a=left, b=right)
case("product, vector with itself", "x@x", lambda x: x @ x, x=(3,))
case("product, matrix with itself", "A@A", lambda A: A @ A, A=(3, 3))
case("product, with its transpose", "A@A.T", lambda A: A @ A.T, A=(2, 3))
case("product, transpose of a vector", "x.T@A@x.T", lambda x, A: x @ A @ x, x=(2,), A=(2, 2))
case("product, three matrices", "A@B@C", lambda A, B, C: A @ B @ C, A=(2, 3), B=(3, 2), C=(2, 4))
case(
    "product, beside entrywise ones", "s*A@B*C/2",
    lambda s, A, B, C: (((s * A) @ B) * C) / 2, s=(), A=(2, 3), B=(3, 2), C=(2, 2),
)  # fmt: skip
case("product, sign before it", "-A@x", lambda A, x: -(A @ x), A=(2, 3), x=(3,))
case(
    "product, matmul and dot by name", "matmul(A, B)@dot(B, x)",
    lambda A, B, x: A @ B @ (B @ x), A=(2, 3), B=(3, 3), x=(3,),
)  # fmt: skip
case("product, dot of vectors", "dot(x, y)^2", lambda x, y: (x @ y) ** 2, x=(3,), y=(3,))
case("product, bilinear form", "x@A@y", lambda x, A, y: x @ A @ y, x=(2,), A=(2, 3), y=(3,))
case("product, outer", "outer(x, y)", lambda x, y: torch.outer(x, y), x=(2,), y=(3,))
case(
    "product, outer with itself", "norm(outer(x, x) - A)^2",
    lambda x, A: (torch.outer(x, x) - A).square().sum(), x=(3,), A=(3, 3),
)  # fmt: skip
case(
    "product, Frobenius norm", "norm(A@B - C)",
    lambda A, B, C: linalg.matrix_norm(A @ B - C), A=(2, 3), B=(3, 4), C=(2, 4),
)  # fmt: skip
case(
    "product, Gram matrix of columns", "sum((X.T@X - eye(3))^2)",
    lambda X: (X.T @ X - torch.eye(3)).square().sum(), X=(4, 3),
)  # fmt: skip
case("product, power of a stack", "T@T", lambda T: T @ T, T=(2, 3, 3))

# Shapes

case("shape, reshape to a matrix", "reshape(x, 2, 3)@w", lambda x, w: x.reshape(2, 3) @ w, x=(6,), w=(3,))
case("shape, reshape in brackets", "reshape(X, [3, 2])*Y", lambda X, Y: X.reshape(3, 2) * Y, X=(2, 3), Y=(3, 2))
case("shape, reshape with shape=", "reshape(X, shape=[4])", lambda X: X.reshape(4), X=(2, 2))
case("shape, reshape with a size left open", "reshape(T, 3, -1)", lambda T: T.reshape(3, -1), T=(2, 3, 2))
case("shape, flattened", "reshape(X, -1)@reshape(X, -1)", lambda X: X.flatten() @ X.flatten(), X=(2, 3))
case("shape, transpose", "transpose(A)@B", lambda A, B: A.T @ B, A=(3, 2), B=(3, 2))
case("shape, .T of a tensor", "T.T", lambda T: T.permute(2, 1, 0), T=(2, 3, 4))
case("shape, .T twice", "(A.T*B).T", lambda A, B: (A.T * B).T, A=(2, 3), B=(3, 2))
case("shape, transpose with axes", "transpose(T, axes=[1, 2, 0])", lambda T: T.permute(1, 2, 0), T=(2, 3, 4))
case("shape, transpose with axes without a name", "transpose(T, [2, 0, 1])", lambda T: T.permute(2, 0, 1), T=(2, 3, 4))
case("shape, transpose with negative axes", "transpose(T, axes=[0, -1, 1])", lambda T: T.permute(0, 2, 1), T=(2, 3, 4))
case("shape, concat vectors", "concat(x, y)^2", lambda x, y: torch.cat([x, y]) ** 2, x=(2,), y=(3,))
case("shape, concat in brackets", "concat([x, 2y, x])", lambda x, y: torch.cat([x, 2 * y, x]), x=(2,), y=(1,))
case("shape, concat rows", "concat(A, B, axis=0)", lambda A, B: torch.cat([A, B]), A=(1, 2), B=(3, 2))
case(
    "shape, concat columns", "concat(A, B, axis=1)@x",
    lambda A, B, x: torch.cat([A, B], 1) @ x, A=(2, 1), B=(2, 3), x=(4,),
)  # fmt: skip
case(
    "shape, concat the last axis", "concat([S, T], axis=-1)",
    lambda S, T: torch.cat([S, T], -1), S=(2, 2, 1), T=(2, 2, 2),
)  # fmt: skip
case("shape, stack", "stack(x, y)@x", lambda x, y: torch.stack([x, y]) @ x, x=(3,), y=(3,))
case("shape, stack as columns", "stack(x, y, x*y, axis=1)", lambda x, y: torch.stack([x, y, x * y], 1), x=(3,), y=(3,))
case(
    "shape, stack behind the last axis", "stack([A, B], axis=-1)",
    lambda A, B: torch.stack([A, B], -1), A=(2, 2), B=(2, 2),
)  # fmt: skip
case("shape, stack of numbers", "stack(s, t, s*t)", lambda s, t: torch.stack([s, t, s * t]), s=(), t=())
case("shape, diagonal matrix", "diag(x)", lambda x: torch.diag(x), x=(3,))
case("shape, diagonal", "diag(A)*x", lambda A, x: torch.diag(A) * x, A=(3, 3), x=(3,))
case("shape, diagonal of a wide matrix", "diag(A)", lambda A: torch.diag(A), A=(2, 3))
case("shape, diagonal of a tall matrix", "diag(A)", lambda A: torch.diag(A), A=(3, 2))
case("shape, diagonal scaling", "diag(x)@A@diag(x)", lambda x, A: torch.diag(x) @ A @ torch.diag(x), x=(3,), A=(3, 3))
case("shape, diagonal part", "A - diag(diag(A))", lambda A: A - torch.diag(torch.diag(A)), A=(3, 3))
case(
    "shape, constants", "zeros(2, 3) + ones([2, 3])*X + eye(2)@X + arange(3)*X + linspace(0, 1, 3)",
    lambda X: X + X + torch.arange(3.0) * X + torch.linspace(0, 1, 3), X=(2, 3),
)  # fmt: skip

# Linear algebra

case("matrix, trace", "trace(A)", lambda A: torch.trace(A), A=(3, 3))
case("matrix, trace of a wide matrix", "trace(A)", lambda A: torch.diag(A).sum(), A=(2, 3))
case("matrix, trace of a tall matrix", "trace(A)", lambda A: torch.diag(A).sum(), A=(3, 2))
case("matrix, traces of a stack", "trace(T)", lambda T: T.diagonal(dim1=-2, dim2=-1).sum(-1), T=(2, 3, 3))
case("matrix, det", "det(A)", lambda A: linalg.det(A), A=SQUARE)
case("matrix, negative det", "det(A)^2", lambda A: (A[0, 0] * A[1, 1] - A[0, 1] * A[1, 0]) ** 2, A=[[1, 2], [3, 4]])
case("matrix, det 0", "det(A)", lambda A: A[0, 0] * A[1, 1] - A[0, 1] * A[1, 0], A=[[1, 2], [2, 4]])
case("matrix, det of one entry", "det(A)", lambda A: A[0, 0], A=[[-2.5]])
case("matrix, dets of a stack", "det(T)", lambda T: linalg.det(T), T=PAIR)
case("matrix, logdet", "logdet(A)", lambda A: torch.logdet(A), A=SQUARE)
case("matrix, logdets of a stack", "logdet(T)", lambda T: linalg.slogdet(T).logabsdet, T=PAIR)
case("matrix, logdet without overflow", "logdet(s*eye(40)*1e10)", lambda s: 40 * torch.log(s * 1e10), s=2.5)
case("matrix, inv", "inv(A)", lambda A: linalg.inv(A), A=SQUARE)
case("matrix, inv in a product", "trace(inv(A)@B)", lambda A, B: torch.trace(linalg.inv(A) @ B), A=SQUARE, B=(3, 3))
case("matrix, inverses of a stack", "inv(T)", lambda T: linalg.inv(T), T=PAIR)
case("matrix, solve with a vector", "solve(A, b)", lambda A, b: linalg.solve(A, b), A=SQUARE, b=(3,))
case("matrix, solve with a matrix", "solve(A, B)", lambda A, B: linalg.solve(A, B), A=SQUARE, B=(3, 2))
case("matrix, solve with a column", "solve(A, B)", lambda A, B: linalg.solve(A, B), A=SQUARE, B=(3, 1))
case(
    "matrix, solve both from one", "sum(solve(A, A@x + 1))",
    lambda A, x: linalg.solve(A, A @ x + 1).sum(), A=SQUARE, x=(3,),
)  # fmt: skip
case("matrix, solve stacks", "solve(T, B)", lambda T, B: linalg.solve(T, B), T=PAIR, B=(2, 3, 2))
case("matrix, solve one matrix for a stack", "solve(A, B)", lambda A, B: linalg.inv(A) @ B, A=SQUARE, B=(2, 3, 2))
case("matrix, solve a stack for one matrix", "solve(T, B)", lambda T, B: linalg.inv(T) @ B, T=PAIR, B=(3, 2))
case("matrix, solve a stack for one vector", "solve(T, b)", lambda T, b: linalg.inv(T) @ b, T=PAIR, b=(3,))
case("matrix, quadratic form of the inverse", "x@inv(A)@x", lambda A, x: x @ linalg.solve(A, x), A=SQUARE, x=(3,))
case("matrix, quadratic form by solve", "x@solve(A, x)", lambda A, x: x @ linalg.solve(A, x), A=SQUARE, x=(3,))

# Array literals


def rotation(t: Tensor, v: Tensor) -> Tensor:
    x, y = v[0], v[1]
    return torch.stack([t.cos() * x - t.sin() * y, t.sin() * x + t.cos() * y])


case("literal, entries are expressions", "[x, x*y, sin(y)]", lambda x, y: torch.stack([x, x * y, y.sin()]), x=(), y=())
case("literal, rotation", "[[cos(t), -sin(t)], [sin(t), cos(t)]]@v", rotation, t=0.6, v=(2,))
case("literal, rows that are vectors", "[x, 2x, x^2]@y", lambda x, y: torch.stack([x, 2 * x, x**2]) @ y, x=(3,), y=(3,))
case(
    "literal, numbers beside variables", "[1, x, x^2, x^3]@c",
    lambda x, c: c[0] + c[1] * x + c[2] * x**2 + c[3] * x**3, x=1.3, c=(4,),
)  # fmt: skip
case(
    "literal, three deep", "sum([[[x, y], [1, x]], [[y, y], [x*y, 0]]]^2)",
    lambda x, y: 2 * x**2 + 3 * y**2 + 1 + (x * y) ** 2, x=(), y=(),
)  # fmt: skip
case(
    "literal, of constants", "sum([[1, 2], [3, 4]]@X)",
    lambda X: (torch.tensor([[1.0, 2], [3, 4]]) @ X).sum(), X=(2, 3),
)  # fmt: skip
case("literal, indexed", "[x, y, x*y][2] + [x, y][-1]", lambda x, y: x * y + y, x=(), y=())
case("literal, one entry twice", "max([x, y, x])", lambda x, y: torch.stack([x, y, x]).amax(), x=2.0, y=1.0)
case("literal, determinant", "det([[a, b], [c, d]])", lambda a, b, c, d: a * d - b * c, a=(), b=(), c=(), d=())
case(
    "literal, cross product", "[a[1]*b[2] - a[2]*b[1], a[2]*b[0] - a[0]*b[2], a[0]*b[1] - a[1]*b[0]]",
    lambda a, b: linalg.cross(a, b), a=(3,), b=(3,),
)  # fmt: skip
case(
    "literal, Jacobian of polar coordinates", "logdet([[cos(t), -r*sin(t)], [sin(t), r*cos(t)]])",
    lambda r, t: torch.log(r) + 0 * t, r=1.7, t=0.4,
)  # fmt: skip

# Functions of the program

case(
    "function, layer", "layer(W, b, x) = tanh(W@x + b); layer(W2, b2, layer(W1, b1, x))",
    lambda W1, b1, W2, b2, x: torch.tanh(W2 @ torch.tanh(W1 @ x + b1) + b2),
    W1=(3, 2), b1=(3,), W2=(2, 3), b2=(2,), x=(2,),
)  # fmt: skip
case(
    "function, with options inside", "scaled(Z) = (Z - mean(Z, axis=0))/std(Z, axis=0); scaled(X)*scaled(X^2)",
    lambda X: (X - X.mean(0)) / X.std(0, correction=0) * (X**2 - (X**2).mean(0)) / (X**2).std(0, correction=0),
    X=(4, 2),
)  # fmt: skip
case(
    "function, of shapes that differ", "f(a, b) = sum(a*b)^2 + sum(a); f(X, y) + f(y, 2) + f(s, X)",
    lambda X, y, s: (X * y).sum() ** 2 + X.sum() + (2 * y).sum() ** 2 + y.sum() + (s * X).sum() ** 2 + s,
    X=(2, 3), y=(3,), s=(),
)  # fmt: skip
case(
    "function, that uses a variable", "f(v) = A@v + b; f(f(x))",
    lambda A, b, x: A @ (A @ x + b) + b, A=(2, 2), b=(2,), x=(2,),
)  # fmt: skip
case(
    "function, of slices and literals", "swap(v) = [v[1], v[0]]; sum(swap(x)*swap(swap(y)))",
    lambda x, y: x[1] * y[0] + x[0] * y[1], x=(2,), y=(2,),
)  # fmt: skip

# Losses

BATCH = {"y": [2, 0, 3, 1]}
case(
    "loss, softmax", "softmax_loss(S, y)",
    lambda S, y: functional.cross_entropy(S, y, reduction="sum"), S=(4, 4), labels=BATCH,
)  # fmt: skip
case(
    "loss, softmax, mean", 'softmax_loss(S, y, reduction="mean")',
    lambda S, y: functional.cross_entropy(S, y), S=(4, 4), labels=BATCH,
)  # fmt: skip
case(
    "loss, softmax, of large scores", "softmax_loss(S, y)",
    lambda S, y: functional.cross_entropy(S, y, reduction="sum"),
    S=[[1e4, 0, -1e4], [1e4, 0, -1e4]], labels={"y": [0, 1]},
)  # fmt: skip
case(
    "loss, softmax, of scores that are masked", "softmax_loss(where(M > 0, S, -inf), y)",
    lambda S, M, y: functional.cross_entropy(torch.where(M > 0, S, -math.inf), y, reduction="sum"),
    S=(2, 3), labels={"M": [[1, 1, 0], [0, 1, 1]], "y": [0, 2]},
)  # fmt: skip
case(
    "loss, softmax, by its parts", "mean(logsumexp(S, axis=1) - pick(S, y))",
    lambda S, y: functional.cross_entropy(S, y), S=(4, 4), labels=BATCH,
)  # fmt: skip
case("loss, svm", "svm_loss(S, y)", lambda S, y: svm_rows(S, y).sum(), S=(4, 4), labels=BATCH)
case("loss, svm, mean", "svm_loss(S, y, reduction=mean)", lambda S, y: svm_rows(S, y).mean(), S=(4, 4), labels=BATCH)
case(
    "loss, svm, with a margin, mean", 'svm_loss(S, y, margin=0.3, reduction="mean")',
    lambda S, y: svm_rows(S, y, 0.3).mean(), S=(4, 4), labels=BATCH,
)  # fmt: skip
case(
    "loss, svm, with a variable as margin", "svm_loss(S, y, margin=m)", lambda S, m, y: svm_rows(S, y, m).sum(),
    S=(4, 4), m=0.8, labels=BATCH,
)  # fmt: skip
case(
    "loss, svm, a margin just met", "svm_loss(S, y)", lambda S, y: svm_rows(S, y).sum(), S=[[2, 1, 3]],
    labels={"y": [0]},
)  # fmt: skip
case(
    "loss, svm and softmax together", "softmax_loss(2S, y) - 3*svm_loss(S^2, y)",
    lambda S, y: functional.cross_entropy(2 * S, y, reduction="sum") - 3 * svm_rows(S**2, y).sum(),
    S=(4, 4), labels=BATCH,
)  # fmt: skip
case("loss, mse", "mse_loss(p, t)", lambda p, t: functional.mse_loss(p, t), p=(3, 2), t=(3, 2))
case(
    "loss, mse, sum", "mse_loss(X@w, t, reduction=sum)",
    lambda X, w, t: (X @ w - t).square().sum(), X=(4, 2), w=(2,), t=(4,),
)  # fmt: skip
case("loss, mse, none", 'mse_loss(p, t, reduction="none")', lambda p, t: (p - t) ** 2, p=(3,), t=(3,))
case("loss, mse, of a target that broadcasts", "mse_loss(P, t)", lambda P, t: (P - t).square().mean(), P=(2, 3), t=(3,))
case(
    "loss, bce", "bce_loss(p, t)", lambda p, t: -(t * p.log() + (1 - t) * (1 - p).log()).mean(),
    p=[0.2, 0.9, 0.5], t=[0, 1, 0.3],
)  # fmt: skip
case(
    "loss, bce, sum", "bce_loss(sigmoid(X@w), t, reduction=sum)",
    lambda X, w, t: functional.binary_cross_entropy_with_logits(X @ w, t.detach(), reduction="sum")
    - ((X @ w).detach() * (t - t.detach())).sum(),
    X=(4, 2), w=(2,), t=[0, 1, 1, 0.25],
)  # fmt: skip
case(
    "loss, bce, of probabilities that round to 0 and 1", "bce_loss(sigmoid(z), t)",
    lambda z, t: functional.binary_cross_entropy_with_logits(z, t), z=[800, -800, 0.5], labels={"t": [1.0, 0.0, 1.0]},
)  # fmt: skip
case("loss, pick", "pick(S, y)", lambda S, y: S.gather(1, y[:, None])[:, 0], S=(4, 4), labels=BATCH)
case(
    "loss, pick of one row", "pick(softmax(s), y)^2",
    lambda s, y: torch.softmax(s, 0)[y] ** 2, s=(4,), labels={"y": 2},
)  # fmt: skip
case(
    "loss, entropy by parts", "p = softmax(S); sum(p*log_softmax(S), axis=1)",
    lambda S: (torch.softmax(S, 1) * torch.log_softmax(S, 1)).sum(1), S=(2, 3),
)  # fmt: skip
case(
    "loss, KL divergence", "p = softmax(a); sum(p*(log_softmax(a) - log_softmax(b)))",
    lambda a, b: functional.kl_div(torch.log_softmax(b, 0), torch.log_softmax(a, 0), log_target=True, reduction="sum"),
    a=(4,), b=(4,),
)  # fmt: skip
case(
    "loss, label smoothing", "L = log_softmax(S); -(0.9*mean(pick(L, y)) + 0.1*mean(L))",
    lambda S, y: functional.cross_entropy(S, y, label_smoothing=0.1), S=(4, 4), labels=BATCH,
)  # fmt: skip
case(
    "loss, triplet", "relu(norm(a - p) - norm(a - n) + 2)",
    lambda a, p, n: functional.triplet_margin_loss(a[None], p[None], n[None], margin=2.0, eps=0.0),
    a=(3,), p=(3,), n=(3,),
)  # fmt: skip

# Regression and classification

case(
    "model, linear regression", "mean((X@w + b - y)^2)", lambda X, w, b, y: functional.mse_loss(X @ w + b, y),
    X=(5, 3), w=(3,), b=0.1, y=(5,),
)  # fmt: skip
case(
    "model, ridge", "sum((X@w - y)^2) + lambda*w@w",
    lambda X, w, y, **more: ((X @ w - y) ** 2).sum() + more["lambda"] * w @ w,
    X=(4, 3), w=(3,), y=(4,), **{"lambda": 0.3},
)  # fmt: skip
case(
    "model, ridge in closed form", "w = solve(X.T@X + r*eye(2), X.T@y); sum((X@w - y)^2)",
    lambda X, y, r: ((X @ (linalg.inv(X.T @ X + r * torch.eye(2)) @ (X.T @ y)) - y) ** 2).sum(),
    X=(5, 2), y=(5,), r=0.5,
)  # fmt: skip
case(
    "model, logistic regression", "z = X@w + b; mean(softplus(z) - t*z)",
    lambda X, w, b, t: functional.binary_cross_entropy_with_logits(X @ w + b, t), X=(5, 3), w=(3,), b=-0.2, labels={
        "t": [0.0, 1.0, 1.0, 0.0, 1.0]
    },
)  # fmt: skip
case(
    "model, logistic regression by hand", "p = σ(X@w); -mean(t*log(p) + (1 - t)*log(1 - p)) + 0.01*norm(w)²",
    lambda X, w, t: functional.binary_cross_entropy(torch.sigmoid(X @ w), t) + 0.01 * w @ w,
    X=(5, 3), w=(3,), labels={"t": [0.0, 1.0, 1.0, 0.0, 1.0]},
)  # fmt: skip
case(
    "model, softmax regression", "softmax_loss(X@W + b, y, reduction=mean) + 0.5*r*sum(W*W)",
    lambda X, W, b, r, y: functional.cross_entropy(X @ W + b, y) + 0.5 * r * (W * W).sum(),
    X=(4, 3), W=(3, 4), b=(4,), r=0.1, labels=BATCH,
)  # fmt: skip
case(
    "model, Poisson regression", "eta = X@w; sum(exp(eta) - k*eta + lgamma(k + 1))",
    lambda X, w, k: (torch.exp(X @ w) - k * (X @ w) + torch.lgamma(k + 1)).sum(), X=(4, 2), w=(2,), labels={
        "k": [0.0, 3.0, 1.0, 2.0]
    },
)  # fmt: skip
case(
    "model, lasso by abs", "mean((X@w - y)^2)/2 + a*sum(abs(w))",
    lambda X, w, y, a: ((X @ w - y) ** 2).mean() / 2 + a * w.abs().sum(), X=(4, 3), w=[0.5, 0, -1.2], y=(4,), a=0.2,
)  # fmt: skip

# Networks


def two_layers(X: Tensor, W1: Tensor, b1: Tensor, W2: Tensor, b2: Tensor) -> Tensor:
    return torch.relu(X @ W1 + b1) @ W2 + b2


case(
    "network, svm loss and penalty",
    "H = relu(X@W1 + b1); S = H@W2 + b2; svm_loss(S, y)/4 + 0.05*(sum(W1^2) + sum(W2^2))",
    lambda X, W1, b1, W2, b2, y: svm_rows(two_layers(X, W1, b1, W2, b2), y).mean()
    + 0.05 * (W1.square().sum() + W2.square().sum()),
    X=(4, 3), W1=(3, 5), b1=(5,), W2=(5, 4), b2=(4,), labels=BATCH,
)  # fmt: skip
case(
    "network, softmax loss and penalty",
    "# a two-layer network\nH = relu(X@W1 + b1)   # hidden\nS = H@W2 + b2\n\n"
    "data = softmax_loss(S, y, reduction=mean)\ndata + r*(sum(W1^2) + sum(W2^2))",
    lambda X, W1, b1, W2, b2, r, y: functional.cross_entropy(two_layers(X, W1, b1, W2, b2), y)
    + r * (W1.square().sum() + W2.square().sum()),
    X=(4, 3), W1=(3, 5), b1=(5,), W2=(5, 4), b2=(4,), r=0.05, labels=BATCH,
)  # fmt: skip


def residual(x: Tensor, W: Tensor, V: Tensor) -> Tensor:
    return x + functional.gelu(x @ W) @ V


case(
    "network, residual blocks", "block(h) = h + gelu(h@W)@V; mean(block(block(x))^2)",
    lambda x, W, V: residual(residual(x, W, V), W, V).square().mean(), x=(2, 3), W=(3, 4), V=(4, 3),
)  # fmt: skip
case(
    "network, layer normalisation",
    "m = mean(X, axis=-1, keepdims=True); v = var(X, axis=-1, keepdims=True); gamma*(X - m)/sqrt(v + 1e-5) + beta",
    lambda X, gamma, beta: functional.layer_norm(X, (4,), gamma, beta), X=(3, 4), gamma=(4,), beta=(4,),
)  # fmt: skip
case(
    "network, batch normalisation", "(X - mean(X, axis=0))/sqrt(var(X, axis=0) + 1e-5)*gamma + beta",
    lambda X, gamma, beta: functional.batch_norm(X, None, None, gamma, beta, training=True),
    X=(4, 3), gamma=(3,), beta=(3,),
)  # fmt: skip
case(
    "network, root mean square normalisation", "X/sqrt(mean(X^2, axis=1, keepdims=1) + 1e-6)*g",
    lambda X, g: functional.rms_norm(X, (3,), g, eps=1e-6), X=(2, 3), g=(3,),
)  # fmt: skip
case(
    "network, attention", "Q = X@Wq; K = X@Wk; V = X@Wv; softmax(Q@K.T/sqrt(2), axis=-1)@V",
    lambda X, Wq, Wk, Wv: functional.scaled_dot_product_attention((X @ Wq)[None], (X @ Wk)[None], (X @ Wv)[None])[0],
    X=(3, 4), Wq=(4, 2), Wk=(4, 2), Wv=(4, 2),
)  # fmt: skip


def causal(Q: Tensor, K: Tensor, V: Tensor, M: Tensor) -> Tensor:
    weights = (Q @ K.transpose(-1, -2) / math.sqrt(2)).masked_fill(M == 0, -math.inf)
    return torch.softmax(weights, -1) @ V


case(
    "network, causal attention", "softmax(where(M > 0, Q@K.T/sqrt(2), -inf))@V", causal,
    Q=(3, 2), K=(3, 2), V=(3, 2), labels={"M": [[1, 0, 0], [1, 1, 0], [1, 1, 1]]},
)  # fmt: skip
case(
    "network, attention of two heads", "softmax(Q@transpose(K, axes=[0, 2, 1])/sqrt(2))@V",
    lambda Q, K, V: functional.scaled_dot_product_attention(Q, K, V), Q=(2, 3, 2), K=(2, 4, 2), V=(2, 4, 3),
)  # fmt: skip


def recurrent(x: Tensor, h: Tensor, Wx: Tensor, Wh: Tensor, b: Tensor, v: Tensor) -> Tensor:
    loss = torch.zeros(())
    for t in range(3):
        h = torch.tanh(x[t] @ Wx + h @ Wh + b)
        loss = loss + (h @ v) ** 2
    return loss


case(
    "network, recurrent, 3 steps",
    "step(x, h) = tanh(x@Wx + h@Wh + b); h1 = step(x[0], h); h2 = step(x[1], h1); h3 = step(x[2], h2); "
    "(h1@v)^2 + (h2@v)^2 + (h3@v)^2",
    recurrent, x=(3, 2), h=(3,), Wx=(2, 3), Wh=(3, 3), b=(3,), v=(3,),
)  # fmt: skip


def memory(x: Tensor, h: Tensor, c: Tensor, W: Tensor, b: Tensor) -> Tensor:
    i, f, o, g = (torch.cat([x, h]) @ W + b).chunk(4)
    kept = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
    return torch.sigmoid(o) * torch.tanh(kept)


case(
    "network, LSTM cell",
    "z = concat(x, h)@W + b; i = sigmoid(z[:2]); f = sigmoid(z[2:4]); o = sigmoid(z[4:6]); g = tanh(z[6:]); "
    "o*tanh(f*c + i*g)",
    memory, x=(3,), h=(2,), c=(2,), W=(5, 8), b=(8,),
)  # fmt: skip
case(
    "network, convolution by slices",
    "K[0, 0]*X[:-1, :-1] + K[0, 1]*X[:-1, 1:] + K[1, 0]*X[1:, :-1] + K[1, 1]*X[1:, 1:]",
    lambda X, K: functional.conv2d(X[None, None], K[None, None])[0, 0], X=(4, 4), K=(2, 2),
)  # fmt: skip
case(
    "network, convolution of a signal", "relu(k[0]*x[:-2] + k[1]*x[1:-1] + k[2]*x[2:] + b)",
    lambda x, k, b: torch.relu(functional.conv1d(x[None, None], k[None, None])[0, 0] + b), x=(7,), k=(3,), b=0.1,
)  # fmt: skip
case(
    "network, max pooling", "max(reshape(X, 2, 2, 2, 2), axis=[1, 3])",
    lambda X: functional.max_pool2d(X[None, None], 2)[0, 0], X=(4, 4),
)  # fmt: skip
case(
    "network, max pooling by slices", "max(X[::2, ::2], X[::2, 1::2], X[1::2, ::2], X[1::2, 1::2])",
    lambda X: functional.max_pool2d(X[None, None], 2)[0, 0], X=(4, 4),
)  # fmt: skip
case(
    "network, embedding by a mask", "O@E@w", lambda E, w, O: E[[2, 0, 2]] @ w, E=(3, 4), w=(4,),
    labels={"O": [[0, 0, 1], [1, 0, 0], [0, 0, 1]]},
)  # fmt: skip


def contrast(S: Tensor, y: Tensor) -> Tensor:
    return functional.cross_entropy(S, y, reduction="sum") + functional.cross_entropy(S.T, y, reduction="sum")


case(
    "network, contrastive loss",
    "A = X/norm(X, axis=1, keepdims=True); B = Y/norm(Y, axis=1, keepdims=True); "
    "S = A@B.T/t; softmax_loss(S, y) + softmax_loss(S.T, y)",
    lambda X, Y, t, y: contrast(functional.normalize(X) @ functional.normalize(Y).T / t, y),
    X=(3, 4), Y=(3, 4), t=0.5, labels={"y": [0, 1, 2]},
)  # fmt: skip
case(
    "network, dropout mask and skip connection", "h = silu(X@W)*M/0.5; logsumexp(h + X, axis=1)",
    lambda X, W, M: torch.logsumexp(functional.silu(X @ W) * M / 0.5 + X, 1), X=(2, 3), W=(3, 3),
    labels={"M": [[1, 0, 1], [0, 1, 1]]},
)  # fmt: skip

# Probability


def normal(S: Tensor, X: Tensor, mu: Tensor) -> Tensor:
    """The log-likelihood of the rows of X, the covariance not taken to be symmetric."""
    D = X - mu
    return -0.5 * (X.shape[0] * torch.logdet(2 * math.pi * S) + (D @ linalg.inv(S) * D).sum())


case(
    "likelihood, normal, by inv", "D = X - mu; -0.5*(4*logdet(2*pi*S) + sum(D@inv(S)*D))", normal,
    S=SQUARE, X=(4, 3), mu=(3,),
)  # fmt: skip
case(
    "likelihood, normal, by solve", "D = X - mu; S = L@L.T + eye(3); -0.5*(4*logdet(2*pi*S) + sum(D.T*solve(S, D.T)))",
    lambda X, mu, L: torch.distributions.MultivariateNormal(mu, L @ L.T + torch.eye(3)).log_prob(X).sum(),
    X=(4, 3), mu=(3,), L=(3, 3),
)  # fmt: skip
case(
    "likelihood, normal, of numbers", "sum(-0.5*((x - mu)/s)^2 - log(s) - 0.5*log(2*pi))",
    lambda x, mu, s: torch.distributions.Normal(mu, s).log_prob(x).sum(), x=(5,), mu=0.3, s=1.2,
)  # fmt: skip
case(
    "likelihood, mixture of normals",
    "Z = (reshape(x, 5, 1) - mu)/s; sum(logsumexp(log_softmax(a) - 0.5*Z^2 - log(s) - 0.5*log(tau), axis=1))",
    lambda x, a, mu, s: torch.logsumexp(
        torch.log_softmax(a, 0) + torch.distributions.Normal(mu, s).log_prob(x[:, None]), 1
    ).sum(),
    x=(5,), a=(3,), mu=(3,), s=[0.5, 1.0, 2.0],
)  # fmt: skip
case(
    "likelihood, Gaussian process",
    "K = v*exp(-0.5*((reshape(x, 4, 1) - x)/l)^2) + n*eye(4); y@solve(K, y) + logdet(K)",
    lambda x, y, v, l, n: y @ linalg.solve(v * torch.exp(-0.5 * ((x[:, None] - x) / l) ** 2) + n * torch.eye(4), y)
    + torch.logdet(v * torch.exp(-0.5 * ((x[:, None] - x) / l) ** 2) + n * torch.eye(4)),
    x=(4,), y=(4,), v=1.3, l=0.8, n=0.2,
)  # fmt: skip

# Classics

case(
    "classic, cosine similarity", "x@y/(norm(x)*norm(y))", lambda x, y: functional.cosine_similarity(x, y, dim=0),
    x=(3,), y=(3,),
)  # fmt: skip
case(
    "classic, cosine similarity of rows", "sum(X*Y, axis=1)/(norm(X, axis=1)*norm(Y, axis=1))",
    lambda X, Y: functional.cosine_similarity(X, Y), X=(2, 3), Y=(2, 3),
)  # fmt: skip
case(
    "classic, power iteration", "w = A@v; u = w/norm(w); u@A@u",
    lambda A, v: (A @ v) @ A @ (A @ v) / ((A @ v) @ (A @ v)), A=(3, 3), v=(3,),
)  # fmt: skip
case(
    "classic, Rayleigh quotient", "x@A@x/(x@x)", lambda A, x: x @ A @ x / x.square().sum(), A=(3, 3), x=(3,),
)  # fmt: skip


def newton(A: Tensor, Y: Tensor) -> Tensor:
    return 2 * Y - Y @ A @ Y


case(
    "classic, Newton's iteration for the inverse", "f(Y) = Y@(2*eye(3) - A@Y); sum((f(f(A.T/20)) - B)^2)",
    lambda A, B: (newton(A, newton(A, A.T / 20)) - B).square().sum(), A=SQUARE, B=(3, 3),
)  # fmt: skip
case(
    "classic, gradient step of least squares", "v = w - rate*X.T@(X@w - y)/3; mse_loss(X@v, y)",
    lambda X, w, y, rate: functional.mse_loss(X @ (w - rate * X.T @ (X @ w - y) / 3), y),
    X=(3, 2), w=(2,), y=(3,), rate=0.1,
)  # fmt: skip
case(
    "classic, Markov chain", "P = softmax(A, axis=1); p@P@P@P",
    lambda A, p: p @ torch.linalg.matrix_power(torch.softmax(A, 1), 3), A=(3, 3), p=[0.2, 0.3, 0.5],
)  # fmt: skip
case(
    "classic, k-means", "D = sum((reshape(X, 5, 1, 2) - C)^2, axis=2); sum(min(D, axis=1))",
    lambda X, C: torch.cdist(X, C).square().amin(1).sum(), X=(5, 2), C=(2, 2),
)  # fmt: skip
case(
    "classic, Fourier series", "k = arange(4); sum(a*cos(outer(t, k)) + b*sin(outer(t, k)), axis=1)",
    lambda t, a, b: sum(a[k] * torch.cos(k * t) + b[k] * torch.sin(k * t) for k in range(4)), t=(3,), a=(4,), b=(4,),
)  # fmt: skip
case(
    "classic, heat equation, two steps", "s(u) = u[1:-1] + d*(u[2:] - 2u[1:-1] + u[:-2]); sum(s(s(u))^2)",
    lambda u, d: functional.conv1d(
        functional.conv1d(u[None, None], torch.stack([d, 1 - 2 * d, d])[None, None]),
        torch.stack([d, 1 - 2 * d, d])[None, None],
    ).square().sum(),
    u=(7,), d=0.2,
)  # fmt: skip
case(
    "classic, total variation", "sum(sqrt((X[1:, :-1] - X[:-1, :-1])^2 + (X[:-1, 1:] - X[:-1, :-1])^2 + 0.01))",
    lambda X: (X.diff(dim=0)[:, :-1].square() + X.diff(dim=1)[:-1].square() + 0.01).sqrt().sum(), X=(3, 4),
)  # fmt: skip
case(
    "classic, polynomial by Horner", "((c[3]*x + c[2])*x + c[1])*x + c[0]",
    lambda c, x: sum(c[k] * x**k for k in range(4)), c=(4,), x=(3,),
)  # fmt: skip
case(
    "classic, projection onto a plane", "x - outer(n, n)@x/(n@n)", lambda n, x: x - n * (n @ x) / (n @ n),
    n=(3,), x=(3,),
)  # fmt: skip
case(
    "classic, low-rank approximation", "norm(M*(U@V.T - A))^2 + 0.1*(norm(U)^2 + norm(V)^2)",
    lambda U, V, A, M: (M * (U @ V.T - A)).square().sum() + 0.1 * (U.square().sum() + V.square().sum()),
    U=(3, 2), V=(4, 2), A=(3, 4), labels={"M": [[1, 0, 1, 1], [0, 1, 1, 0], [1, 1, 0, 1]]},
)  # fmt: skip
case(
    "classic, Mahalanobis distance", "sqrt((x - y)@inv(S)@(x - y))",
    lambda x, y, S: ((x - y) @ linalg.solve(S, x - y)).sqrt(), x=(3,), y=(3,), S=SQUARE,
)  # fmt: skip
case(
    "classic, geometric mean", "exp(mean(log(x))) - prod(x)^(1/4)", lambda x: x.log().mean().exp() - x.prod() ** 0.25,
    x=positive(4), upstream=2.0,
)  # fmt: skip

# Gradients inside a program


def inside(name: str, text: str, function: Callable[..., Tensor], **given: Any) -> None:
    """The squared gradient of a sine of what a gate makes of X: its gradient takes the gate's second derivatives."""

    def squared(X: Tensor, **others: Tensor) -> Tensor:
        return slope(function(X, **others).sin().sum(), X).square().sum()

    case(f"grad inside, {name}", f"L = sum(sin({text})); sum(grad(L, X)^2)", squared, **given)


inside("matrix product", "X@W", lambda X, W: X @ W, X=(3, 2), W=(2, 4))
inside("matrix product with itself", "X@X", lambda X: X @ X, X=(3, 3))
inside("matrix product with its transpose", "X.T@X", lambda X: X.T @ X, X=(3, 2))
inside("matrix product of stacks", "X@W", lambda X, W: X @ W, X=(2, 3, 2), W=(2, 4))
inside("vector and matrix", "X@W + W.T@X", lambda X, W: X @ W + W.T @ X, X=(3,), W=(3, 3))
inside("outer product", "outer(X, X^2)", lambda X: torch.outer(X, X.square()), X=(3,))
inside("trace", "trace(X@X@X)", lambda X: torch.trace(X @ X @ X), X=(3, 3))
inside("determinant", "det(X)", linalg.det, X=SQUARE)
inside("determinants", "det(X)", linalg.det, X=PAIR)
inside("logarithm of the determinant", "logdet(X)", lambda X: linalg.slogdet(X)[1], X=SQUARE)
inside("inverse", "inv(X)", linalg.inv, X=SQUARE)
inside("solution", "solve(X, b)", lambda X, b: linalg.solve(X, b), X=SQUARE, b=(3,))
inside("norm", "norm(X)", linalg.vector_norm, X=(2, 3))
inside("norms of the rows", "norm(X, axis=1)", lambda X: linalg.vector_norm(X, dim=1), X=(2, 3))
inside("standard deviation", "std(X, axis=0)", lambda X: X.std(0, correction=0), X=(3, 2))
inside("variance", "var(X)", lambda X: X.var(correction=0), X=(3, 2))
inside("mean of squares", "mean(X^2, axis=1, keepdims=1)", lambda X: X.square().mean(1, keepdim=True), X=(3, 2))
inside("product", "prod(X)", lambda X: X.prod(), X=(4,))
inside("products of the columns", "prod(X, axis=0)", lambda X: X.prod(0), X=(3, 2))
inside("largest entries", "max(X^2, axis=1)", lambda X: X.square().amax(1), X=(2, 3))
inside("smallest entry", "min(X)*X", lambda X: X.amin() * X, X=(2, 3))
inside("logsumexp", "logsumexp(X, axis=0)", lambda X: torch.logsumexp(X, 0), X=(3, 2))
inside("softmax", "softmax(X)", lambda X: torch.softmax(X, -1), X=(3, 4))
inside("softmax of the columns", "softmax(X, axis=0)*X", lambda X: torch.softmax(X, 0) * X, X=(3, 2))
inside("log_softmax", "log_softmax(X)", lambda X: torch.log_softmax(X, -1), X=(3, 4))
inside("running sum", "cumsum(X^2, axis=1)", lambda X: X.square().cumsum(1), X=(2, 3))
inside("entries and slices", "X[0, 1:]*X[1, :-1]", lambda X: X[0, 1:] * X[1, :-1], X=(2, 4))
inside("joined", "concat(X, X^2, axis=1)", lambda X: torch.cat([X, X.square()], 1), X=(2, 3))
inside("stacked", "stack(X, X^3)", lambda X: torch.stack([X, X**3]), X=(2, 3))
inside("in another shape", "reshape(X, 3, 2)@X", lambda X: X.reshape(3, 2) @ X, X=(2, 3))
inside("axes in another order", "transpose(X, [2, 0, 1])^2", lambda X: X.permute(2, 0, 1).square(), X=(2, 3, 4))
inside("diagonal", "diag(diag(X)^2)", lambda X: torch.diag(torch.diag(X).square()), X=(3, 3))
inside("broadcast", "X*c + c", lambda X, c: X * c + c, X=(2, 3), c=(2, 1))
inside("broadcast of X", "X*M", lambda X, M: X * M, X=(1, 3), M=(2, 3))
inside("routers", "max(X, c)*min(X, 2*c)", lambda X, c: torch.maximum(X, c) * torch.minimum(X, 2 * c), X=(2, 3), c=(3,))
inside("clip", "clip(X, -1, 1)^2", lambda X: X.clamp(-1, 1).square(), X=(3, 4))
inside("relu", "relu(X@W)@W.T", lambda X, W: torch.relu(X @ W) @ W.T, X=(3, 2), W=(2, 5))
inside(
    "branches", "where(X > c, X^3, exp(X))", lambda X, c: torch.where(X > c, X**3, X.exp()), X=(2, 3), c=(3,),
)  # fmt: skip
inside(
    "softmax loss", "softmax_loss(X, y)", lambda X, y: functional.cross_entropy(X, y, reduction="sum"),
    X=(3, 4), labels={"y": [0, 3, 1]},
)  # fmt: skip
inside(
    "softmax losses of the rows", "softmax_loss(X, y, reduction=none)",
    lambda X, y: functional.cross_entropy(X, y, reduction="none"), X=(3, 4), labels={"y": [0, 3, 1]},
)  # fmt: skip
inside("svm loss", "svm_loss(X, y)", lambda X, y: svm_rows(X, y).sum(), X=(3, 4), labels={"y": [0, 3, 1]})
inside("picked entries", "pick(X^3, y)", lambda X, y: (X**3)[range(3), y], X=(3, 4), labels={"y": [0, 3, 1]})
inside("mse_loss", "mse_loss(X, t)", lambda X, t: (X - t).square().mean(), X=(2, 3), t=(2, 3))
inside(
    "bce_loss", "bce_loss(sigmoid(X), t)", lambda X, t: functional.binary_cross_entropy_with_logits(X, t),
    X=(2, 3), t=[[0.5, 0.2, 0.9], [0.1, 0.7, 0.4]],
)  # fmt: skip
case(
    "grad inside, penalty of least squares", "L = sum((X@w - y)^2); L + 0.1*sum(grad(L, w)^2)",
    lambda X, w, y: (L := (X @ w - y).square().sum()) + 0.1 * slope(L, w).square().sum(), X=(4, 3), w=(3,), y=(4,),
)  # fmt: skip
case(
    "grad inside, penalty of a softmax classifier", "L = softmax_loss(X@W + b, y); L + r*sum(grad(L, X)^2)",
    lambda X, W, b, r, y: (L := functional.cross_entropy(X @ W + b, y, reduction="sum"))
    + r * slope(L, X).square().sum(),
    X=(4, 3), W=(3, 5), b=(5,), r=0.3, labels={"y": [0, 4, 2, 2]},
)  # fmt: skip
case(
    "grad inside, Hessian times a vector", "L = logsumexp(A@x) + x@x*sum(x); grad(sum(grad(L, x)*v), x)",
    lambda A, x, v: slope((slope(torch.logsumexp(A @ x, 0) + x @ x * x.sum(), x) * v).sum(), x),
    A=(4, 3), x=(3,), v=(3,),
)  # fmt: skip
case(
    "grad inside, a loss after one step of descent",
    "loss(w, X, y) = mse_loss(tanh(X@w), y); step(w) = w - 0.5*grad(loss(w, X, y), w); loss(step(step(w)), Z, t)",
    lambda w, X, y, Z, t: functional.mse_loss(torch.tanh(Z @ descent(descent(w, X, y), X, y)), t),
    w=(3,), X=(4, 3), y=(4,), Z=(2, 3), t=(2,),
)  # fmt: skip
case(
    "grad inside, of an intermediate node", "H = tanh(X@W); L = sum(H^2*c); sum(grad(L, H)@W.T)",
    lambda X, W, c: (2 * torch.tanh(X @ W) * c @ W.T).sum(), X=(3, 2), W=(2, 4), c=(4,),
)  # fmt: skip
case(
    "grad inside, third derivative", "g = grad(sum(tanh(x)*c), x); h = grad(sum(g^2), x); grad(sum(h*c), x)",
    lambda x, c: slope((slope(slope((torch.tanh(x) * c).sum(), x).square().sum(), x) * c).sum(), x), x=(3,), c=(3,),
)  # fmt: skip
case("upstream, of a number", "sum(X^2)", lambda X: X.square().sum(), X=(2, 2), upstream=-3.0)
case("upstream, zeros in it", "X*Y", lambda X, Y: X * Y, X=(2, 2), Y=(2, 2), upstream=[[0, 1], [0, -2]])

if __name__ == "__main__":
    write()
