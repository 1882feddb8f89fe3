"""How operations of PyTorch are written in the language: a function each, with PyTorch's parameters.

An argument that is a tensor comes as a `Variable`, a name with a shape. What has no words raises UnsaidError, and so
do parameters that a function does not have (TypeError, to whoever calls it).
"""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from typing import Any

from against.case import UnsaidError

Words = Callable[..., str]


class Variable(str):
    """A name in a program, or a part of one, and its shape."""

    shape: tuple[int, ...]

    def __new__(cls, text: str, shape: tuple[int, ...] = ()) -> Variable:
        made = super().__new__(cls, text)
        made.shape = shape
        return made

    @property
    def rank(self) -> int:
        return len(self.shape)


def same(name: str) -> Words:
    """One input, the same function."""
    return lambda x: f"{name}({x})"


def axes(dim: Any, keepdim: bool = False) -> str:
    """The options of a reduction; no dimensions are all."""
    given = "" if dim is None or dim in ([], ()) else f", axis={list(dim) if isinstance(dim, (list, tuple)) else dim}"
    return given + (", keepdims=True" if keepdim else "")


def reduction(name: str) -> Words:
    return lambda x, dim=None, keepdim=False: f"{name}({x}{axes(dim, keepdim)})"


def infix(sign: str) -> Words:
    return lambda x, y: f"({x}) {sign} ({y})"


def counted(x: Variable, dim: Any) -> int:
    """How many entries are reduced to one."""
    if not x.rank or dim is None or dim in ([], ()):
        return prod(x.shape)
    return prod(x.shape[axis] for axis in (dim if isinstance(dim, (list, tuple)) else [dim]))


def spread(name: str) -> Words:
    """var and std: over N less the correction, which is 1 where nothing else is said."""

    def words(x: Variable, dim: Any = None, unbiased: Any = None, keepdim: bool = False, correction: Any = 1) -> str:
        if isinstance(dim, bool):
            dim, unbiased = None, dim
        count = counted(x, dim)
        less = float(unbiased) if unbiased is not None else 1 if correction is None else correction
        if count <= less:
            raise UnsaidError("var over no entries: what is divided by is 0")
        factor = f"{count}/{count - less}" if name == "var" else f"sqrt({count}/{count - less})"
        return f"{name}({x}{axes(dim, keepdim)})*({factor})"

    return words


def norm(x: Variable, ord: Any = 2, dim: Any = None, keepdim: bool = False) -> str:
    """Of a vector, or of all entries."""
    options = axes(dim, keepdim)
    if ord in (None, 2, "fro"):
        return f"norm({x}{options})"
    if ord in (1, 0):
        return f"sum(abs({x}){options})" if ord else f"sum({x} != 0{options})"
    if ord in (float("inf"), -float("inf")):
        return f"{'max' if ord > 0 else 'min'}(abs({x}){options})"
    if ord == "nuc":
        raise UnsaidError("nuclear norm")
    return f"sum(abs({x})^({ord}){options})^(1/({ord}))"


def matrix_or_vector_norm(x: Variable, ord: Any = None, dim: Any = None, keepdim: bool = False) -> str:
    pair = isinstance(dim, (list, tuple)) and len(dim) == 2
    if ord is not None and ord != "fro" and (pair or (dim is None and x.rank == 2)):
        if ord in (2, -2, "nuc"):
            raise UnsaidError("singular values")
        first, last = sorted(axis % x.rank for axis in (dim if pair else (0, 1)))
        rows, columns = (first, last) if not pair or dim[0] % x.rank == first else (last, first)
        summed, chosen = (rows, columns) if abs(ord) == 1 else (columns, rows)
        inner = f"sum(abs({x}), axis={summed}, keepdims=True)"
        outer = f"{'max' if ord > 0 else 'min'}({inner}, axis={chosen}, keepdims=True)"
        kept = [1 if axis in (first, last) else size for axis, size in enumerate(x.shape)]
        left = kept if keepdim else [size for axis, size in enumerate(x.shape) if axis not in (first, last)]
        return reshaped(outer, left)
    return norm(x, ord, dim, keepdim)


def reshaped(x: Any, shape: Any) -> str:
    return f"reshape({x}, {list(shape)})" if list(shape) else f"sum({x})"


def permuted(x: Variable, order: Any) -> str:
    return f"transpose({x}, axes={[axis % max(x.rank, 1) for axis in order]})" if x.rank else str(x)


def swapped(x: Variable, a: int = -2, b: int = -1) -> str:
    order = list(range(x.rank))
    if order:
        order[a], order[b] = order[b], order[a]
    return permuted(x, order)


def squeezed(x: Variable, dim: Any = None) -> str:
    chosen = range(x.rank) if dim is None else [dim] if isinstance(dim, int) else dim
    gone = [axis % max(x.rank, 1) for axis in chosen]
    return reshaped(x, [size for axis, size in enumerate(x.shape) if not (axis in gone and size == 1)])


def flattened(x: Variable, start_dim: int = 0, end_dim: int = -1) -> str:
    if not x.rank:
        return f"reshape({x}, [1])"
    start, end = start_dim % x.rank, end_dim % x.rank
    return reshaped(x, [*x.shape[:start], prod(x.shape[start : end + 1]), *x.shape[end + 1 :]])


def place(one: Any) -> str:
    """One place of an index."""
    if isinstance(one, slice):
        start, stop = ("" if end is None else str(end) for end in (one.start, one.stop))
        return f"{start}:{stop}" + (f":{one.step}" if one.step else "")
    if one is Ellipsis or isinstance(one, (int, list)):
        return "..." if one is Ellipsis else str(one)
    raise UnsaidError("an index that is a tensor")


def indexed(x: Variable, key: Any) -> str:
    keys = key if isinstance(key, tuple) else [key]
    return f"{x}[{', '.join(map(place, keys))}]"


def at(x: Variable, dim: int, index: Any) -> str:
    if not x.rank:
        return str(x)
    return indexed(x, (slice(None),) * (dim % x.rank) + (index,))


def narrow(x: Variable, dim: int, start: Any, length: int) -> str:
    if not isinstance(start, int):
        raise UnsaidError("an index that is a tensor")
    start %= x.shape[dim]
    return at(x, dim, slice(start, start + length))


def joined(tensors: Any, dim: int = 0, name: str = "concat") -> str:
    return f"{name}({', '.join(tensors)}, axis={dim})"


def side_by_side(tensors: Any) -> str:
    if not all(x.rank for x in tensors):
        return f"[{', '.join(tensors)}]"
    return joined(tensors, 1 if tensors[0].rank > 1 else 0)


def atop(tensors: Any) -> str:
    return joined([x if x.rank > 1 else f"reshape({x}, [1, -1])" for x in tensors])


def clamped(x: str, low: Any = None, high: Any = None, *, min: Any = None, max: Any = None) -> str:
    low, high = low if low is not None else min, high if high is not None else max
    if low is not None and high is not None:
        return f"clip({x}, {low}, {high})"
    # one bound: the gradient goes to x at the bound, as clip has it
    return f"clip({x}, {low}, inf)" if low is not None else f"clip({x}, -inf, {high})"


def product_of(factors: Any) -> str:
    return " @ ".join(factors)


def matrix_power(x: Variable, n: int) -> str:
    if n == 0:
        raise UnsaidError("no matrices are multiplied")
    return product_of([str(x) if n > 0 else f"inv({x})"] * abs(n))


def pseudo_inverse(x: Variable) -> str:
    """Of matrices of full rank."""
    rows, columns = x.shape[-2:]
    turned = swapped(x)
    if rows == columns:
        return f"inv({x})"
    return f"inv({turned}@{x})@{turned}" if rows > columns else f"{turned}@inv({x}@{turned})"


def inner(a: Variable, b: Variable) -> str:
    if not a.rank or not b.rank:
        return f"{a}*{b}"
    if a.rank > 2 or b.rank > 2:
        raise UnsaidError("inner of tensors")
    return f"{a}@({b}.T)"


def losses(entry: str) -> Words:
    """A loss of the language's own words for one entry, from x and y, reduced as PyTorch does."""

    def words(x: Variable, y: Variable, reduction: str = "mean", **more: Any) -> str:
        return reduced(entry.format(x=x, y=y, **more), reduction)

    return words


def reduced(entries: str, reduction: str) -> str:
    return entries if reduction == "none" else f"{reduction}({entries})"


def huber(x: Variable, y: Variable, reduction: str = "mean", delta: float = 1.0) -> str:
    away = f"abs({x} - {y})"
    return reduced(f"where({away} <= {delta}, ({x} - {y})^2/2, {delta}*({away} - {delta}/2))", reduction)


def smooth_l1(x: Variable, y: Variable, reduction: str = "mean", beta: float = 1.0) -> str:
    away = f"abs({x} - {y})"
    return reduced(f"where({away} < {beta}, ({x} - {y})^2/(2*{beta}), {away} - {beta}/2)" if beta else away, reduction)


def mse(x: Variable, y: Variable, reduction: str = "mean", weight: Any = None) -> str:
    if weight is not None or x.shape != y.shape:
        raise UnsaidError("weights, or shapes that are spread")
    return f"mse_loss({x}, {y}, reduction={reduction})"


def cross_entropy(x: Variable, y: Variable, reduction: str = "mean", **more: Any) -> str:
    if more or y.rank != 1 or x.rank != 2:
        raise UnsaidError("weights, smoothing, ignored labels, probabilities as labels, more than a batch")
    return f"softmax_loss({x}, {y}, reduction={reduction})"


def nll(x: Variable, y: Variable, reduction: str = "mean", **more: Any) -> str:
    if more or y.rank != 1 or x.rank != 2:
        raise UnsaidError("weights, ignored labels, more than a batch")
    return reduced(f"-pick({x}, {y})", reduction)


def bce(x: Variable, y: Variable, weight: Any = None, reduction: str = "mean") -> str:
    if weight is not None:
        raise UnsaidError("weights")
    return f"bce_loss({x}, {y}, reduction={reduction})"


def bce_of_logits(x: Variable, y: Variable, reduction: str = "mean", weight: Any = None, pos_weight: Any = None) -> str:
    factor = "1" if weight is None else weight
    positive = "1" if pos_weight is None else pos_weight
    return reduced(f"({factor})*((1 - {y})*softplus({x}) + ({positive})*{y}*softplus(-{x}))", reduction)


def normalised(x: Variable, shape: Any, weight: Any = None, bias: Any = None, eps: float = 1e-5) -> str:
    last = list(range(-len(shape), 0))
    text = f"({x} - mean({x}, axis={last}, keepdims=True))/sqrt(var({x}, axis={last}, keepdims=True) + ({eps}))"
    text = text if weight is None else f"({text})*{weight}"
    return text if bias is None else f"{text} + {bias}"


def root_mean_square(x: Variable, shape: Any, weight: Any = None, eps: Any = None) -> str:
    squares = f"mean({x}^2, axis={list(range(-len(shape), 0))}, keepdims=True)"
    text = f"{x}/sqrt({squares} + {2.0**-52 if eps is None else eps})"
    return text if weight is None else f"({text})*{weight}"


def linear(x: Variable, w: Variable, b: Any = None) -> str:
    text = f"{x}@({w}.T)" if w.rank else f"{x}*{w}"
    return text if b is None else f"{text} + {b}"


def cosine(a: Variable, b: Variable, dim: int = 1, eps: float = 1e-8) -> str:
    if a.shape != b.shape:  # spread first
        a, b = Variable(f"({a} + 0*{b})"), Variable(f"({b} + 0*{a})")
    sizes = "*".join(f"max(norm({x}{axes(dim)}), {eps})" for x in (a, b))
    return f"sum({a}*{b}{axes(dim)})/({sizes})"


def gelu(x: str, *, approximate: str = "none") -> str:
    return f"gelu({x})" if approximate == "none" else f"0.5*{x}*(1 + tanh(sqrt(2/pi)*({x} + 0.044715*{x}^3)))"


def slopes(x: Variable, weight: Variable) -> str:
    """One for all entries, or one a channel, which is axis 1."""
    shape = [-1] + [1] * (x.rank - 2) if x.rank > 1 else [1] * x.rank
    return f"leaky_relu({x}, {reshaped(weight, shape)})"


def softplus(x: str, beta: float = 1, threshold: float = 20) -> str:
    return f"where({x}*{beta} > {threshold}, {x}, softplus({beta}*{x})/{beta})"


def logit(x: str, eps: Any = None) -> str:
    return f"logit({x})" if eps is None else f"logit(clip({x}, {eps}, {1 - eps}))"


def division(x: str, y: str, *, rounding_mode: Any = None) -> str:
    if rounding_mode not in (None, "floor"):
        raise UnsaidError("rounding to zero")
    return f"floor({x}/{y})" if rounding_mode else f"({x})/({y})"


def running(name: str) -> Words:
    return lambda x, dim: f"{name}({x}, axis={dim})"


def solution(a: Variable, b: Variable, left: bool = True) -> str:
    if not left:
        raise UnsaidError("unknowns on the left")
    if b.rank > 1 and b.shape == a.shape[:-1]:  # vectors in a batch: NumPy has none
        return f"reshape(solve({a}, reshape({b}, {[*b.shape, 1]})), {list(b.shape)})"
    return f"solve({a}, {b})"


def diagonal(x: Variable, offset: int = 0) -> str:
    if offset or x.rank not in (1, 2):
        raise UnsaidError("another diagonal than the main one")
    return f"diag({x})"


SAME = (
    "abs acos acosh asin asinh atan atanh ceil cos cosh digamma erf erfc exp expm1 floor lgamma log log10 log1p log2 "
    "sigmoid sign sin sinh sqrt tan tanh inv trace logdet"
)
REDUCTIONS = {"sum": "sum", "mean": "mean", "amax": "max", "amin": "min", "logsumexp": "logsumexp", "prod": "prod"}

WORDS: dict[str, Words] = {name: same(name) for name in SAME.split()} | {
    name: reduction(ours) for name, ours in REDUCTIONS.items()
} | {
    "max.reduction_no_dim": reduction("max"),
    "min.reduction_no_dim": reduction("min"),
    "max.reduction_with_dim": reduction("max"),
    "min.reduction_with_dim": reduction("min"),
    "var": spread("var"), "var.unbiased": spread("var"), "std": spread("std"), "std.unbiased": spread("std"),
    "norm": norm, "norm.fro": lambda x, p="fro", dim=None, keepdim=False: norm(x, 2, dim, keepdim),
    "norm.inf": norm, "linalg.vector_norm": norm,
    "linalg.norm": matrix_or_vector_norm, "linalg.norm.subgradients_at_zero": matrix_or_vector_norm,
    "linalg.matrix_norm": lambda x, ord="fro", dim=(-2, -1), keepdim=False: (
        matrix_or_vector_norm(x, ord, list(dim), keepdim)
    ),
    "softmax": lambda x, dim: f"softmax({x}, axis={dim})",
    "log_softmax": lambda x, dim: f"log_softmax({x}, axis={dim})",
    "nn.functional.softmin": lambda x, dim: f"softmax(-{x}, axis={dim})",
    "cumsum": running("cumsum"),
    "neg": lambda x: f"-{x}", "positive": lambda x: f"+{x}", "square": lambda x: f"{x}^2",
    "reciprocal": lambda x: f"1/{x}", "rsqrt": lambda x: f"1/sqrt({x})", "exp2": lambda x: f"2^{x}",
    "deg2rad": lambda x: f"{x}*(pi/180)", "rad2deg": lambda x: f"{x}*(180/pi)",
    "add": lambda x, y, *, alpha=1: f"{x} + ({alpha})*{y}", "sub": lambda x, y, *, alpha=1: f"{x} - ({alpha})*{y}",
    "rsub": lambda x, y, *, alpha=1: f"{y} - ({alpha})*{x}",
    "mul": infix("*"), "true_divide": division, "div.no_rounding_mode": division, "div.floor_rounding": division,
    "pow": infix("^"), "float_power": infix("^"),
    "__radd__": infix("+"), "__rmul__": infix("*"), "__rsub__": lambda x, y: f"({y}) - {x}",
    "__rdiv__": lambda x, y: f"({y})/{x}", "__rpow__": lambda x, y: f"({y})^{x}",
    "__rmatmul__": lambda x, y: f"{y}@{x}",
    "lt": infix("<"), "le": infix("<="), "gt": infix(">"), "ge": infix(">="), "eq": infix("=="), "ne": infix("!="),
    "atan2": lambda y, x: f"atan2({y}, {x})", "hypot": lambda x, y: f"hypot({x}, {y})",
    "logaddexp": lambda x, y: f"max({x}, {y}) + log1p(exp(-abs({x} - {y})))",
    **{name: (lambda x, y: f"max({x}, {y})") for name in ("maximum", "max.binary", "fmax")},
    **{name: (lambda x, y: f"min({x}, {y})") for name in ("minimum", "min.binary", "fmin")},
    "where": lambda x, c, y: f"where({c}, {x}, {y})",
    "clamp": clamped, "clamp_min": clamped, "clamp_max": lambda x, high: clamped(x, None, high),
    "addcmul": lambda x, a, b, *, value=1: f"{x} + ({value})*{a}*{b}",
    "addcdiv": lambda x, a, b, *, value=1: f"{x} + ({value})*{a}/{b}",
    "lerp": lambda x, y, w: f"{x} + ({w})*({y} - {x})",
    **{
        name: (lambda x, a, b, *, alpha=1, beta=1: f"({beta})*{x} + ({alpha})*({a}@{b})")
        for name in ("addmm", "addmm.decomposed", "addmv", "baddbmm")
    },
    "addbmm": lambda x, a, b, *, alpha=1, beta=1: f"({beta})*{x} + ({alpha})*sum({a}@{b}, axis=0)",
    "addr": lambda x, a, b, *, alpha=1, beta=1: f"({beta})*{x} + ({alpha})*outer({a}, {b})",
    **{name: infix("@") for name in ("matmul", "mm", "mv", "bmm", "dot", "vdot")},
    "inner": inner, "outer": lambda a, b: f"outer({a}, {b})", "linalg.multi_dot": product_of,
    "linalg.matrix_power": matrix_power, "linalg.vecdot": lambda a, b, dim=-1: f"sum({a}*{b}, axis={dim})",
    "linalg.det": same("det"), "linalg.inv": same("inv"), "linalg.slogdet": same("logdet"),
    "linalg.solve": solution,
    "linalg.pinv": pseudo_inverse,
    "reshape": reshaped, "view": reshaped, "permute": permuted, "transpose": swapped, "T": lambda x: f"{x}.T",
    "t": lambda x: f"{x}.T", "mT": swapped, "squeeze": squeezed, "squeeze.multiple": squeezed,
    "flatten": flattened, "ravel": flattened,
    "unsqueeze": lambda x, dim: reshaped(x, [*x.shape[: dim % (x.rank + 1)], 1, *x.shape[dim % (x.rank + 1) :]]),
    "unflatten": lambda x, dim, sizes: reshaped(x, [*x.shape[: dim % x.rank], *sizes, *x.shape[dim % x.rank + 1 :]]),
    "__getitem__": indexed, "select": at, "narrow": narrow,
    "slice": lambda x, dim=0, start=None, end=None, step=None: at(x, dim, slice(start, end, step)),
    "cat": joined, "stack": lambda tensors, dim=0: joined(tensors, dim, "stack"),
    "hstack": side_by_side, "vstack": atop,
    "diag": diagonal, "diagonal": diagonal, "linalg.diagonal": diagonal,
    "diagflat": lambda x, offset=0: diagonal(Variable(f"reshape({x}, -1)", (prod(x.shape),)), offset),
    "cumprod": running("cumprod"),
    "nn.functional.relu": same("relu"), "nn.functional.silu": same("silu"), "nn.functional.gelu": gelu,
    "nn.functional.elu": lambda x, alpha=1: f"elu({x}, {alpha})",
    "nn.functional.celu": lambda x, alpha=1: f"max({x}, 0) + min(0, {alpha}*expm1({x}/{alpha}))",
    "nn.functional.selu": lambda x: f"1.0507009873554804934193349852946*elu({x}, 1.6732632423543772848170429916717)",
    "nn.functional.softplus": softplus,
    "nn.functional.leaky_relu": lambda x, negative_slope=0.01: f"leaky_relu({x}, {negative_slope})",
    "nn.functional.prelu": slopes,
    "nn.functional.hardtanh": lambda x, min_val=-1, max_val=1: f"clip({x}, {min_val}, {max_val})",
    "nn.functional.relu6": lambda x: f"clip({x}, 0, 6)", "nn.functional.mish": lambda x: f"{x}*tanh(softplus({x}))",
    "nn.functional.softsign": lambda x: f"{x}/(1 + abs({x}))", "nn.functional.tanhshrink": lambda x: f"{x} - tanh({x})",
    "nn.functional.logsigmoid": lambda x: f"-softplus(-{x})",
    "nn.functional.hardswish": lambda x: f"{x}*clip({x} + 3, 0, 6)/6",
    "nn.functional.threshold": lambda x, threshold, value: f"where({x} > {threshold}, {x}, {value})",
    "nn.functional.softshrink": lambda x, lambd=0.5: f"where(abs({x}) > {lambd}, {x} - sign({x})*{lambd}, 0)",
    "nn.functional.hardshrink": lambda x, lambd=0.5: f"where(abs({x}) > {lambd}, {x}, 0)",
    "nn.functional.mse_loss": mse, "nn.functional.l1_loss": losses("abs({x} - {y})"),
    "nn.functional.huber_loss": huber, "nn.functional.smooth_l1_loss": smooth_l1,
    "nn.functional.soft_margin_loss": losses("softplus(-{x}*{y})"),
    "nn.functional.cross_entropy": cross_entropy, "nn.functional.nll_loss": nll,
    "nn.functional.binary_cross_entropy": bce, "nn.functional.binary_cross_entropy_with_logits": bce_of_logits,
    "nn.functional.linear": linear, "nn.functional.layer_norm": normalised, "nn.functional.rms_norm": root_mean_square,
    "nn.functional.cosine_similarity": cosine,
    "nn.functional.normalize": lambda x, p=2, dim=1, eps=1e-12: f"{x}/max({norm(x, p, dim, True)}, {eps})",
    "nn.functional.pairwise_distance": lambda x, y, p=2, eps=1e-6, keepdim=False: (
        norm(Variable(f"({x} - {y} + {eps})"), p, -1, keepdim)
    ),
    "dist": lambda x, y, p=2: norm(Variable(f"({x} - {y})"), p),
    "xlogy": lambda x, y: f"{x}*log({y})",
    **{f"polygamma.polygamma_n_{n}": (lambda x, n: f"polygamma({n}, {x})") for n in range(5)},
    "special.ndtr": lambda x: f"erfc(-{x}/sqrt(2))/2", "special.entr": lambda x: f"-{x}*log({x})",
    "special.xlog1py": lambda x, y: f"{x}*log1p({y})", "sinc": lambda x: f"sin(pi*{x})/(pi*{x})",
}  # fmt: skip
