"""PyTorch's own samples for its operations (OpInfo): values, gradients, directional and second derivatives."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import torch
from torch.testing._internal.common_methods_invocations import op_db

from against.case import RIGHT, Case, UnsaidError
from against.torch_words import WORDS, Variable

FEW, SOME = 9, 40  # entries of all inputs: up to these, with second derivatives, and with formulas
ROUGH, INEXACT = ("polygamma", "digamma", "lgamma"), 1e-7  # PyTorch's polygamma(1, x) has 8 digits
NUMBER = {"linalg.slogdet": 1}  # which of several outputs; the first for others
Tensors = dict[str, torch.Tensor]


def cases(seed: int) -> Iterator[Case]:
    torch.manual_seed(seed)
    noise = np.random.default_rng(seed)
    for operation in op_db:
        variant = operation.variant_test_name
        name = f"{operation.name}.{variant}" if variant else operation.name
        if name in WORDS:
            samples = operation.sample_inputs("cpu", torch.float64, requires_grad=operation.supports_autograd)
            for number, sample in enumerate(samples):
                yield case(f"{name} {number}", name, operation, sample, noise)


def case(title: str, name: str, operation: Any, sample: Any, noise: np.random.Generator) -> Case:
    """One sample, as a program with PyTorch's answers."""
    tensors: Tensors = {}
    given, arguments, options = (named(part, tensors) for part in (sample.input, sample.args, sample.kwargs))
    if options.get("dtype") in (torch.float64, None):
        options.pop("dtype", None)
    try:
        program = WORDS[name](given, *arguments, **options)
    except (UnsaidError, TypeError) as error:
        return Case(title, "", unsaid=str(error))

    def function(*inputs: torch.Tensor) -> torch.Tensor:
        known = iter((tensors | dict(zip(moving, inputs, strict=True))).values())
        first, rest, more = (put(part, known) for part in (sample.input, sample.args, sample.kwargs))
        result = operation(first, *rest, **more)
        return result if isinstance(result, torch.Tensor) else result[NUMBER.get(name, 0)]

    moving = [key for key, tensor in tensors.items() if tensor.requires_grad]
    inputs = [tensors[key].detach().clone().requires_grad_() for key in moving]
    values = {key: array(tensor) for key, tensor in tensors.items()}
    expected, upstream, tangents = answers(function, moving, inputs, noise)
    error = INEXACT if any(word in program for word in ROUGH) else RIGHT
    return Case(title, program, values, expected, upstream, tangents, error)


def answers(
    function: Callable[..., torch.Tensor], names: list[str], inputs: list[torch.Tensor], noise: np.random.Generator
) -> tuple[dict[tuple[str, ...], Any], Any, Any]:
    """PyTorch's, under a random upstream and along a random direction."""
    output = function(*inputs)
    upstream = torch.from_numpy(np.asarray(noise.standard_normal(tuple(output.shape))))
    expected: dict[tuple[str, ...], Any] = {("value",): array(output)}
    if not output.requires_grad or output.isnan().any():  # beside NaN, it lets 0 times NaN count
        return expected, array(upstream), None
    gradients = torch.autograd.grad(output, inputs, upstream, allow_unused=True, materialize_grads=True)
    expected |= {("gradient", name): array(one) for name, one in zip(names, gradients, strict=True)}
    entries = sum(one.numel() for one in inputs)
    # sizes of a formula are 1 or more, and where an entry is 0 it may be undefined: prod(x)/x
    if entries <= SOME and all(one.numel() and one.all() for one in inputs):
        expected |= {("formula", name): expected["gradient", name] for name in names}
    tangents = [torch.from_numpy(np.asarray(noise.standard_normal(tuple(one.shape)))) for one in inputs]
    try:
        expected["jvp",] = array(torch.func.jvp(function, tuple(inputs), tuple(tangents))[1])
        if entries <= FEW:
            weighted = lambda *xs: (upstream * function(*xs)).sum()
            blocks = torch.autograd.functional.hessian(weighted, tuple(inputs))
            for name, row in zip(names, blocks, strict=True):
                expected |= {("hessian", name, other): array(one) for other, one in zip(names, row, strict=True)}
    except (NotImplementedError, RuntimeError):
        pass  # it has no rule for that
    return expected, array(upstream), {name: array(one) for name, one in zip(names, tangents, strict=True)}


def named(part: Any, tensors: Tensors) -> Any:
    """A sample's arguments with a Variable in the place of each tensor, which goes among `tensors`."""
    if isinstance(part, torch.Tensor):
        variable = Variable(f"t{len(tensors)}", tuple(part.shape))
        tensors[variable] = part
        return variable
    if isinstance(part, (list, tuple)):
        return type(part)([named(one, tensors) for one in part])
    if isinstance(part, dict):
        return {key: named(one, tensors) for key, one in part.items()}
    return part


def put(part: Any, tensors: Iterator[torch.Tensor]) -> Any:
    """The same walk, with other tensors in their places."""
    if isinstance(part, torch.Tensor):
        return next(tensors)
    if isinstance(part, (list, tuple)):
        return type(part)([put(one, tensors) for one in part])
    if isinstance(part, dict):
        return {key: put(one, tensors) for key, one in part.items()}
    return part


def array(tensor: torch.Tensor) -> Any:
    """A copy as an array, or as a number."""
    numbers = tensor.detach().to(torch.float64).numpy().copy()
    return numbers if numbers.ndim else float(numbers)
