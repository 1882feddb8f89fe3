"""Writes `hessians.json`: programs with the value, the gradients and the second derivatives that PyTorch computes.

    python3 -m venv torchvenv && torchvenv/bin/pip install torch==2.13.0
    torchvenv/bin/python tests/hessian/generate.py

Only this script needs PyTorch; the tests read the file. Each program stands beside its PyTorch version, written by
hand. A block has the axes of the first input, then of the second.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, linalg
from torch.nn import functional

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)

HESSIANS = Path(__file__).with_name("hessians.json")
CASES: list[dict[str, Any]] = []

MATRIX = [[2.0, 0.5, -1.0], [0.3, 1.5, 0.7], [-0.4, 0.2, 3.0]]
POINTS = [[0.5, -1.25], [1.5, 0.75], [-0.6, 2.0]]
WEIGHTS = [[0.4, -0.9, 1.1], [0.8, 0.35, -0.5]]


def case(name: str, program: str, function: Callable[..., Tensor], labels: Any = None, **bindings: Any) -> None:
    inputs = {key: torch.tensor(value) for key, value in bindings.items()}
    fixed = {} if labels is None else {"y": labels}
    order = list(inputs)

    def of(*values: Tensor) -> Tensor:
        return function(**dict(zip(order, values, strict=True)), **{k: torch.tensor(v) for k, v in fixed.items()})

    values = tuple(inputs.values())
    blocks = torch.autograd.functional.hessian(of, values)
    gradient = torch.autograd.functional.jacobian(of, values)
    CASES.append(
        {
            "name": name,
            "program": program,
            "bindings": bindings | fixed,
            "value": of(*values).item(),
            "gradient": {key: part.tolist() for key, part in zip(order, gradient, strict=True)},
            "hessian": {
                key: {other: block.tolist() for other, block in zip(order, row, strict=True)}
                for key, row in zip(order, blocks, strict=True)
            },
        }
    )


def main() -> None:
    case("quadratic form", "x@A@x", lambda x, A: x @ A @ x, x=[1.0, -2.0, 0.5], A=MATRIX)
    case(
        "least squares",
        "sum((A@x - b)^2)",
        lambda A, x, b: ((A @ x - b) ** 2).sum(),
        A=POINTS,
        x=[0.5, -1.0],
        b=[1.0, 0.0, 2.0],
    )
    case(
        "logistic regression", "sum(softplus(X@w) - t*(X@w)) + 0.1*w@w",
        lambda X, w, t: (functional.softplus(X @ w) - t * (X @ w)).sum() + 0.1 * w @ w,
        X=POINTS, w=[0.3, -0.8], t=[1.0, 0.0, 1.0],
    )  # fmt: skip
    case(
        "a softmax classifier", "softmax_loss(X@W, y)",
        lambda X, W, y: functional.cross_entropy(X @ W, y, reduction="sum"), labels=[2, 0, 1], X=POINTS, W=WEIGHTS,
    )  # fmt: skip
    case(
        "a network with tanh", "sum((tanh(X@W)@v - b)^2)", lambda X, W, v, b: ((torch.tanh(X @ W) @ v - b) ** 2).sum(),
        X=POINTS, W=WEIGHTS, v=[1.0, -0.5, 2.0], b=[0.3, -0.2, 0.8],
    )  # fmt: skip
    case(
        "a network with relu", "sum((relu(X@W + c)@v)^2)", lambda X, W, c, v: ((torch.relu(X @ W + c) @ v) ** 2).sum(),
        X=POINTS, W=WEIGHTS, c=[0.1, -0.2, 0.3], v=[1.0, -0.5, 2.0],
    )  # fmt: skip
    case(
        "gelu, silu, elu",
        "sum(gelu(x)*silu(x) + elu(x))",
        lambda x: (functional.gelu(x) * functional.silu(x) + functional.elu(x)).sum(),
        x=[0.5, -1.5, 2.0, -0.1],
    )
    case("logsumexp", "logsumexp(x)", lambda x: torch.logsumexp(x, 0), x=[1.0, -2.0, 0.5, 1000.0])
    case("norm", "norm(x)", linalg.vector_norm, x=[3.0, -4.0, 12.0])
    case("norm of rows", "sum(norm(X, axis=1)^3)", lambda X: (linalg.vector_norm(X, dim=1) ** 3).sum(), X=POINTS)
    case(
        "standard deviation",
        "std(x)*var(x)",
        lambda x: x.std(correction=0) * x.var(correction=0),
        x=[1.0, 4.0, -2.0, 0.5],
    )
    case("product with a zero", "prod(x)", torch.prod, x=[0.0, 2.0, -3.0, 0.5])
    case("product along an axis", "sum(prod(X, axis=0)^2)", lambda X: (X.prod(dim=0) ** 2).sum(), X=POINTS)
    case("determinant", "det(A)", linalg.det, A=MATRIX)
    case(
        "logdet and trace of the inverse",
        "logdet(A) + trace(inv(A))",
        lambda A: linalg.slogdet(A)[1] + torch.trace(linalg.inv(A)),
        A=MATRIX,
    )
    case("solve", "sum(solve(A, b)^2)", lambda A, b: (linalg.solve(A, b) ** 2).sum(), A=MATRIX, b=[1.0, -1.0, 2.0])
    case(
        "log of softmax",
        "sum(log_softmax(X)*softmax(X, axis=0))",
        lambda X: (functional.log_softmax(X, -1) * functional.softmax(X, 0)).sum(),
        X=WEIGHTS,
    )
    case(
        "largest entries",
        "max(X)^2*sum(min(X, axis=0)^3)",
        lambda X: X.max() ** 2 * (X.min(dim=0).values ** 3).sum(),
        X=POINTS,
    )
    case(
        "cross entropy",
        "bce_loss(sigmoid(z), t)",
        lambda z, t: functional.binary_cross_entropy(torch.sigmoid(z), t),
        z=[0.5, -2.0],
        t=[0.25, 0.75],
    )
    case("a number and a vector", "a^3*sum(exp(a*x))", lambda a, x: a**3 * torch.exp(a * x).sum(), a=0.7, x=[0.1, -0.4])
    case(
        "shapes",
        "sum(concat(x[1:], X.T[0])^3)*reshape(X, -1)@outer(x, x)[0]",
        lambda x, X: (torch.cat([x[1:], X.T[0]]) ** 3).sum() * (X.reshape(-1) @ torch.outer(x, x)[0]),
        x=[0.5, -1.0, 2.0, 1.5],
        X=[[1.0, 0.5], [-0.5, 2.0]],
    )
    HESSIANS.write_text("[\n" + ",\n".join(json.dumps(record) for record in CASES) + "\n]\n", encoding="utf-8")


if __name__ == "__main__":
    main()
