"""What HIPS autograd checks, function by function and argument by argument, with autograd's answers.

A line is the shapes of the variables and a program that is read as Python too: there its functions are autograd's.
The numbers are drawn from the interval behind it, or from the normal distribution.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterator
from functools import reduce
from typing import Any

import autograd
import autograd.numpy as anp
import numpy as np
from autograd.scipy import special
from autograd.scipy.stats import norm as gauss

from against.case import Case

FEW, SOME = 12, 60  # entries of all inputs: up to these, with second derivatives, and with formulas


def largest(*arrays: Any, **options: Any) -> Any:
    return anp.max(arrays[0], **options) if len(arrays) == 1 else reduce(anp.maximum, arrays)


def smallest(*arrays: Any, **options: Any) -> Any:
    return anp.min(arrays[0], **options) if len(arrays) == 1 else reduce(anp.minimum, arrays)


def norm(x: Any, axis: Any = None) -> Any:
    return anp.sqrt(anp.sum(x**2, axis=axis))


def log_softmax(x: Any, axis: int = -1) -> Any:
    return x - special.logsumexp(x, axis=axis, keepdims=True)


FUNCTIONS = (
    "abs exp expm1 log log2 log10 log1p sqrt sin cos tan arcsin arccos arctan sinh cosh tanh arcsinh arccosh arctanh "
    "sign floor ceil arctan2 where clip sum mean prod var std cumsum outer trace diag transpose reshape ones zeros eye "
    "dot matmul pi e"
)
WORDS: dict[str, Any] = {name: getattr(anp, name) for name in FUNCTIONS.split()} | {
    "max": largest, "min": smallest, "norm": norm, "concat": lambda *xs, axis=0: anp.concatenate(xs, axis=axis),
    "stack": lambda *xs, axis=0: anp.stack(xs, axis=axis),
    "det": anp.linalg.det, "inv": anp.linalg.inv, "solve": anp.linalg.solve,
    "logdet": lambda a: anp.linalg.slogdet(a)[1], "logsumexp": special.logsumexp,
    "softmax": lambda x, axis=-1: anp.exp(log_softmax(x, axis)), "log_softmax": log_softmax,
    "gamma": special.gamma, "lgamma": special.gammaln, "digamma": special.psi, "polygamma": special.polygamma,
    "erf": special.erf, "erfc": special.erfc, "logit": special.logit, "sigmoid": special.expit,
    "hypot": lambda a, b: anp.sqrt(a**2 + b**2), "gelu": lambda x: x * gauss.cdf(x),
    "softplus": lambda x: anp.logaddexp(0, x), "silu": lambda x: x * special.expit(x),
}  # fmt: skip

ANY = """
sin(x)|cos(x)|tan(x)|sinh(x)|cosh(x)|tanh(x)|exp(x)|expm1(x)|abs(x)|arctan(x)|arcsinh(x)|x**2|x**3|-x|+x|x|sign(x)
|floor(x)|ceil(x)|erf(x)|erfc(x)|sigmoid(x)|softplus(x)|silu(x)|gelu(x)|abs(x)**3|sin(x)*cos(x)|exp(-x**2)|x/(1 + x**2)
|where(x > 0, x**2, -x)|where(x < 0.1, sin(x), x*x)|clip(x, -0.5, 0.7)|max(x, 0.1)|min(x, 0.3)|2**x|x*3 + 2|3 - x
|2/(x**2 + 1)
|(x + 1)*(x - 2)*x|tanh(x)**3|1/(1 + exp(-x))|(x > 0)*x**2|x**2*(x != 0)|sin(sin(sin(x)))|exp(sin(x))*cos(exp(x/3))
"""
POSITIVE = """
log(x)|log2(x)|log10(x)|log1p(x)|sqrt(x)|x**-1|x**0.5|x**1.7|1/x|gamma(x)|lgamma(x)
|digamma(x)|polygamma(1, x)|polygamma(2, x)|x**x|x**-2.5|log(x)/x|x*log(x)
"""
UNIT = "arcsin(x)|arccos(x)|arctanh(x)|logit(x)|log(1 - x)|sqrt(1 - x**2)"
ABOVE = "arccosh(x)|log(log(x))|sqrt(x - 1)"
PAIRS = """
x + y|x - y|x*y|x/(2 + sin(y))|x*exp(y)|arctan2(x, y)|hypot(x, y)|max(x, y)|min(x, y)|where(x > y, x, y)
|where(x > y, x*y, x/3)
|(x - y)**2|sin(x*y)|tanh(x + 2*y)*y|(x > y)*x|abs(x - y)|(2 + sin(x))**y|exp(x)/(exp(x) + exp(y))|x*y*x - y*x*y
"""
SHAPES = (
    "x: y:", "x:3 y:", "x: y:3", "x:3 y:3", "x:2,3 y:3", "x:3 y:2,3", "x:2,1 y:1,3", "x:2,3 y:1,1", "x:1 y:3",
    "x:2,1,2 y:3,1",
)  # fmt: skip
ARRAYS = """
x:4 | sum(x); mean(x); prod(x); max(x); min(x); var(x); std(x); norm(x); logsumexp(x); softmax(x); log_softmax(x); cumsum(x)
x:2,3 | sum(x); sum(x, axis=0); sum(x, axis=1); sum(x, axis=-1); sum(x, axis=(0, 1)); sum(x, axis=1, keepdims=True)
x:2,3 | mean(x); mean(x, axis=0); mean(x, axis=1, keepdims=True); prod(x); prod(x, axis=0); prod(x, axis=1, keepdims=True)
x:2,3 | max(x); max(x, axis=0); max(x, axis=1, keepdims=True); min(x); min(x, axis=0); min(x, axis=-1)
x:2,3 | var(x); var(x, axis=0); var(x, axis=1, keepdims=True); std(x); std(x, axis=0); std(x, axis=1, keepdims=True)
x:2,3 | norm(x); norm(x, axis=0); norm(x, axis=1); logsumexp(x); logsumexp(x, axis=0); logsumexp(x, axis=1, keepdims=True)
x:2,3 | softmax(x); softmax(x, axis=0); log_softmax(x, axis=0); log_softmax(x, axis=1); cumsum(x); cumsum(x, axis=0); cumsum(x, axis=1)
x:2,3,2 | sum(x, axis=(0, 2)); mean(x, axis=(1, 2)); max(x, axis=1); prod(x, axis=2); var(x, axis=(0, 1)); std(x, axis=1); logsumexp(x, axis=1)
x:2,3,2 | transpose(x); transpose(x, axes=(1, 0, 2)); transpose(x, axes=(2, 0, 1)); reshape(x, (3, 4)); reshape(x, (-1,)); x.T
x:2,3 | x.T; transpose(x); reshape(x, (3, 2)); reshape(x, (6,)); reshape(x, (1, -1)); x[0]; x[1, 2]; x[:, 1]; x[0:1]; x[:, ::2]; x[:, ::-1]
x:2,3 | x[-1]; x[1, :2]; x[:, -2:]; x[0]*x[1]; sum(x[0] @ x.T); x[::-1]; x[0, 0]*x; x - mean(x, axis=0); x/sum(x, axis=1, keepdims=True)
x:3,3 | x @ x; x @ x.T; trace(x); trace(x @ x); diag(x); det(x); inv(x); logdet(x); inv(x) @ x.T; det(x @ x); trace(inv(x)); logdet(x.T @ x + eye(3))
x:3,3 | diag(diag(x)); sum(diag(x)**2); norm(inv(x)); inv(inv(x)); det(inv(x)); x**2; x*x.T; x.T @ x + x; sum(solve(x, eye(3))); det(x)*inv(x)
x:2,2 | det(x); inv(x); logdet(x); x @ x @ x; inv(x @ x); trace(x @ x.T); diag(x) @ x; solve(x, x.T)
x:3,3 y:3 | solve(x, y); x @ y; y @ x; y @ x @ y; y @ solve(x, y); y @ inv(x) @ y; outer(y, y) @ x; x*y; logdet(x)*y; diag(y) @ x; x + diag(y)
x:3,3 y:3,2 | solve(x, y); x @ y; y.T @ x @ y; trace(y.T @ solve(x, y)); norm(x @ y); det(y.T @ x @ y); inv(y.T @ y); logdet(y.T @ y)
x:2,3,3 | det(x); inv(x); logdet(x); x @ x; sum(trace(x[0]))
x:2,2,2 y:2,2,1 | solve(x, y); x @ y; matmul(x, y)
x:3 y:3 | x @ y; dot(x, y); outer(x, y); concat(x, y); stack(x, y); stack(x, y, axis=1); concat(x, x, y); sum(outer(x, y)**2); x*(x @ y)
x:2 y:3 | outer(x, y); concat(x, y); concat(y, x, y); norm(outer(x, y)); outer(x, y) @ y; x @ outer(x, y)
x:2,3 y:3 | x @ y; x*y; x + y; y @ x.T; x - y; x/(1 + y**2); max(x, y); sum(x*y, axis=1); outer(x @ y, y); softmax(x @ y); logsumexp(x + y)
x:2,3 y:3,2 | x @ y; y @ x; trace(x @ y); x @ y @ x; x.T*y; det(x @ y); x.T + y; sum(x @ y, axis=0); concat(x, y.T); concat(x.T, y, axis=1); tanh(x @ y)
x:2,3 y:2,3 | concat(x, y); concat(x, y, axis=1); stack(x, y); stack(x, y, axis=2); x @ y.T; sum(x*y); where(x > y, x, y**2); max(x, y); x*y/norm(x)
x:4 | x[0]; x[-1]; x[1:3]; x[::-1]; x[::2]; x[3:0:-1]; concat(x[2:], x[:2]); x[1:] - x[:-1]; sum(x[1:]*x[:-1]); x[0]*x[1] + x[2]/x[3]; outer(x, x)
x:4 | diag(x); diag(x) @ x; reshape(x, (2, 2)) @ reshape(x, (2, 2)).T; x/norm(x); x/sum(x**2); x - logsumexp(x); sum(softmax(x)*x); var(x)/mean(x**2)
x:4 | stack(x, x**2); cumsum(cumsum(x)); cumsum(x)[-1]; max(x) - min(x); prod(x)*x; exp(x)/sum(exp(x)); std(x)*x; where(x > mean(x), x, 0)
x:1 | sum(x); x[0]; reshape(x, (1, 1)); softmax(x); norm(x); prod(x); x*x; var(x + 1)
"""  # noqa: E501


def cases(seed: int) -> Iterator[Case]:
    noise = np.random.default_rng(seed)
    for texts, low, high in ((ANY, None, None), (POSITIVE, 0.2, 3), (UNIT, 0.05, 0.95), (ABOVE, 1.1, 4)):
        for text in texts.replace("\n", "").split("|"):
            for shapes in ("x:", "x:3", "x:2,2"):
                yield case(shapes, text, noise, low, high)
    for text in PAIRS.replace("\n", "").split("|"):
        for shapes in SHAPES:
            yield case(shapes, text, noise)
    for line in ARRAYS.strip().splitlines():
        shapes, _, texts = line.partition(" | ")
        for text in texts.split(";"):
            yield case(shapes, text.strip(), noise)


def case(
    shapes: str, text: str, noise: np.random.Generator, low: float | None = None, high: float | None = None
) -> Case:
    values = {}
    for word in shapes.split():
        name, _, sizes = word.partition(":")
        shape = tuple(int(size) for size in sizes.split(",") if size)
        drawn = noise.standard_normal(shape) if low is None else noise.uniform(low, high or 0, shape)
        values[name] = drawn if shape else float(drawn)
    values = {name: value for name, value in values.items() if re.search(rf"\b{name}\b", text)}
    names, numbers = list(values), list(values.values())
    function = eval(f"lambda {', '.join(names)}: {text}", dict(WORDS))
    output = np.asarray(function(*numbers), dtype=float)
    upstream = np.asarray(noise.standard_normal(output.shape))
    tangents = [np.asarray(noise.standard_normal(np.shape(x))) for x in numbers]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # autograd's, of outputs that do not move
        try:
            expected = answers(function, names, numbers, upstream, tangents)
        except (TypeError, ValueError, NotImplementedError) as error:
            return Case(shapes, text, unsaid=f"autograd: {error}")
    expected["value",] = output
    return Case(shapes, text, values, expected, upstream, dict(zip(names, tangents, strict=True)))


def answers(
    function: Callable[..., Any], names: list[str], numbers: list[Any], upstream: Any, tangents: list[Any]
) -> dict[tuple[str, ...], Any]:
    """autograd's."""
    weighted = lambda *xs: anp.sum(upstream * function(*xs))
    expected: dict[tuple[str, ...], Any] = {}
    entries = sum(np.size(x) for x in numbers)
    for i, name in enumerate(names):
        slopes = autograd.grad(weighted, i)
        expected["gradient", name] = slopes(*numbers)
        if entries <= SOME:
            expected["formula", name] = expected["gradient", name]
        if entries <= FEW:
            for j, other in enumerate(names):
                expected["hessian", name, other] = autograd.jacobian(slopes, j)(*numbers)
    columns = (autograd.jacobian(function, i)(*numbers) for i in range(len(names)))
    expected["jvp",] = sum(np.tensordot(one, v, axes=v.ndim) for one, v in zip(columns, tangents, strict=True))
    return expected
