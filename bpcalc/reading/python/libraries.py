"""The functions of other libraries: for each name a signature (see `signatures`), and a gate's name or a rule.

Tables of words. What stands in none of them, and is a gate, is that gate: `torch.sigmoid`, `np.kron`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bpcalc.reading.python.rules import Refused, entrywise, losses, products, reductions, shapes
from bpcalc.reading.python.writer import Part, Writer

Table = dict[str, tuple[str, Any]]


def table(*lines: tuple[str, str, Any]) -> Table:
    """A table by single names, from lines with several names each."""
    return {name: (signature, rule) for names, signature, rule in lines for name in names.split()}


TYPED = " dtype~ device~ requires_grad~"
PLACES = Refused("{0} gives a place, which has no gradient", "the entry itself is that of max(x), min(x)")
RANDOM = Refused("nothing is random here", "give numbers as a value, x=@FILE")
DIFFERENCES = Refused("{0} has no gate here", "grad(f, x) is the gradient of f by x")
PAIR = Refused("{0} gives a pair of arrays, which is not read here")

# What NumPy, PyTorch, JAX and TensorFlow mean by the same name.
COMMON = table(
    ("matmul", "a b", "matmul"), ("square", "x", lambda m, x: x**2.0), ("reciprocal", "x", lambda m, x: 1.0 / x),
    ("negative neg", "x", lambda m, x: -x), ("absolute fabs abs", "x", "abs"),
    ("rsqrt", "x", lambda m, x: 1.0 / m.sqrt(x)),
    ("multiply mul", "a b", lambda m, a, b: a * b), ("divide true_divide div", "a b", lambda m, a, b: a / b),
    ("power pow float_power", "x n", lambda m, x, n: x**n), ("exp2", "x", entrywise.power_of_two),
    ("maximum", "a b", lambda m, a, b: m.max(a, b)), ("minimum", "a b", lambda m, a, b: m.min(a, b)),
    ("log", "x", "log"), ("where", "c a b", "where"), ("clip clamp", "x lo? hi?", entrywise.clamp),
    ("reshape", "x shape*= order~", shapes.reshaped), ("ravel", "x", lambda m, x: m.reshape(x, shape=(-1,))),
    ("squeeze", "x axis=None", shapes.squeezed), ("expand_dims unsqueeze", "x axis=0", shapes.expanded),
    ("concatenate concat cat", "parts* axis=0", lambda m, parts, axis: m.concat(*parts, axis=axis)),
    ("stack", "parts* axis=0", lambda m, parts, axis: m.stack(*parts, axis=axis)),
    ("vstack row_stack", "parts*", shapes.joined(lambda axes: 0)),
    ("hstack", "parts*", shapes.joined(lambda axes: 1 if axes and axes > 1 else 0)),
    ("zeros", "shape*=" + TYPED, "zeros"), ("ones", "shape*=" + TYPED, "ones"),
    ("zeros_like", "x" + TYPED, shapes.like("zeros")), ("ones_like", "x" + TYPED, shapes.like("ones")),
    ("full", "shape= value" + TYPED, shapes.full), ("full_like", "x value" + TYPED, shapes.full_like),
    ("eye identity", "size= columns=None" + TYPED, "eye"),
    ("arange range", "first= last=None step=1" + TYPED, "arange"),
    ("linspace", "first= last= count=50" + TYPED, "linspace"),
    ("diag", "x k=0", shapes.diagonal), ("logaddexp", "a b", entrywise.logarithm_of_sum), ("sinc", "x", entrywise.sinc),
    ("xlogy", "a b", entrywise.times_log), ("deg2rad radians", "x", entrywise.in_radians),
    ("rad2deg degrees", "x", entrywise.in_degrees), ("round rint around", "x decimals=0", entrywise.rounded),
    ("argmax argmin argsort nonzero", "x axis=None keepdims=None", PLACES),
    ("stop_gradient", "x", "stop_gradient"), ("logsumexp", "x axis=None keepdims=False", "logsumexp"),
    ("logical_and", "a b", lambda m, a, b: m.not_equal(a, 0) * m.not_equal(b, 0)),
    ("logical_or", "a b", lambda m, a, b: m.max(m.not_equal(a, 0), m.not_equal(b, 0))),
    ("logical_not", "x", lambda m, x: m.equal(x, 0)), ("diff", "x", shapes.differences), ("gradient", "x", DIFFERENCES),
    ("flip", "x axis=None", "flip"), ("fliplr", "x", lambda m, x: m.flip(x, axis=1)),
    ("flipud", "x", lambda m, x: m.flip(x, axis=0)), ("roll", "x shift= axis=None", "roll"),
    ("repeat repeat_interleave", "x count= axis=None", "repeat"), ("tile", "x counts*=", "tile"),
    ("tril", "x k=0", "tril"), ("triu", "x k=0", "triu"), ("cross", "a b axis=-1", "cross"),
    ("quantile", "x q= axis=None keepdims=False", "quantile"), ("cumprod", "x axis=None dtype~", "cumprod"),
    ("percentile", "x q= axis=None keepdims=False", entrywise.percentile), ("one_hot", "y size=None", "one_hot"),
    ("amax", "x axis=None keepdims=False", "amax"), ("amin", "x axis=None keepdims=False", "amin"),
)  # fmt: skip
ALONG = "x axis=None dtype~ out~ keepdims=False"
NUMPY = COMMON | table(
    ("sum", ALONG, "sum"), ("mean", ALONG, "mean"), ("prod", ALONG, "prod"),
    ("max amax", "x axis=None out~ keepdims=False", "amax"), ("min amin", "x axis=None out~ keepdims=False", "amin"),
    ("average", "x axis=None keepdims=False", "mean"), ("cumsum", "x axis=None dtype~ out~", "cumsum"),
    ("std", "x axis=None dtype~ out~ ddof=0 keepdims=False", reductions.spread_by("std", 0)),
    ("var", "x axis=None dtype~ out~ ddof=0 keepdims=False", reductions.spread_by("var", 0)),
    ("add", "a b", lambda m, a, b: a + b), ("subtract", "a b", lambda m, a, b: a - b),
    ("dot", "a b", products.dot), ("inner", "a b", products.inner), ("vdot", "a b", products.vdot),
    ("transpose permute_dims", "x axes=None", shapes.numpy_transpose),
    ("swapaxes", "x first= second=", shapes.swapped), ("matrix_transpose", "x", shapes.matrix_transpose),
    ("array asarray asanyarray ascontiguousarray", "x dtype~ copy~", entrywise.same), ("copy", "x", entrywise.same),
    ("float32 float64 float16 double atleast_1d", "x", entrywise.same),
    ("median", "x axis=None keepdims=False", "median"),
    ("sort", "x axis=-1", "sort"), ("pad", "x widths= mode=constant value=0", shapes.padded),
    ("norm", "x order=None axis=None keepdims=False", reductions.numpy_norm),
    ("slogdet eig eigh svd qr split array_split", "x", PAIR),
)  # fmt: skip
REDUCED = "x axis=None keepdims=False dtype~"
SPREAD = "x axis=None unbiased=None keepdims=False ddof=None"
LOSS = "p t weight~ size_average~ reduce~ reduction=mean"
CLASSES = "S y weight? size_average~ ignore_index~ reduce~ reduction=mean"
TORCH = COMMON | table(
    ("sum", REDUCED, "sum"), ("mean", REDUCED, "mean"), ("prod", REDUCED, "prod"),
    ("max", "x b? axis=None keepdims=False", reductions.torch_extreme("max", "amax")),
    ("min", "x b? axis=None keepdims=False", reductions.torch_extreme("min", "amin")),
    ("std", SPREAD, reductions.torch_spread("std")), ("var", SPREAD, reductions.torch_spread("var")),
    ("norm", "x order=2 axis=None keepdims=False dtype~", reductions.norm_of_order),
    ("cumsum", "x axis= dtype~", "cumsum"),
    ("softmax", "x axis=None dtype~", reductions.softmax_along("softmax")),
    ("log_softmax", "x axis=None dtype~", reductions.softmax_along("log_softmax")),
    ("add", "a b alpha=1", products.scaled_sum), ("sub subtract", "a b alpha=1", products.scaled_difference),
    ("mm", "a b", products.product_of(2, 2)), ("mv", "a b", products.product_of(2, 1)),
    ("bmm", "a b", products.product_of(3, 3)), ("dot inner vdot", "a b", products.product_of(1, 1)),
    ("ger outer", "a b", "outer"),
    ("t adjoint", "x", lambda m, x: m.transpose(x)),
    ("transpose swapaxes swapdims", "x first= second=", shapes.swapped),
    ("permute", "x axes*=", shapes.numpy_transpose),
    ("flatten", "x start=0 end=-1", shapes.flattened), ("linspace", "first= last= count=" + TYPED, "linspace"),
    ("tensor as_tensor Tensor FloatTensor from_numpy Variable Parameter", "x" + TYPED, entrywise.same),
    ("clone", "x", entrywise.same), ("mode sort topk kthvalue", "x axis=None", PAIR),
    ("median", "x axis=None", Refused("{0} is the lower of two in the middle, with dim a pair: not read here")),
    ("inverse", "x", "inv"), ("slogdet svd qr eig", "x", PAIR),
    ("gelu", "x approximate=none", entrywise.gelu), ("softplus", "x beta=1 threshold=20", entrywise.softplus),
    ("relu relu_", "x inplace~", "relu"), ("hardtanh hardtanh_", "x lo=-1 hi=1 inplace~", entrywise.hardtanh),
    ("leaky_relu", "x slope? inplace~", lambda m, x, a: m.leaky_relu(x, 0.01 if a is None else a)),
    ("elu", "x alpha? inplace~", lambda m, x, a: m.elu(x, 1.0 if a is None else a)), ("silu", "x inplace~", "silu"),
    ("linear", "x b bias?", products.linear), ("normalize", "x order=2 axis=1", reductions.normalized),
    ("cross_entropy", CLASSES, losses.cross_entropy), ("nll_loss", CLASSES, losses.nll_loss),
    ("mse_loss", "p t size_average~ reduce~ reduction=mean", "mse_loss"),
    ("l1_loss", "p t size_average~ reduce~ reduction=mean", losses.each(lambda m, p, t: m.abs(p - t))),
    ("binary_cross_entropy", LOSS, lambda m, p, t, reduction: m.bce_loss(p, t, reduction=reduction)),
    ("binary_cross_entropy_with_logits", LOSS, losses.logits_loss),
    ("kl_div", "p t size_average~ reduce~ reduction=mean log_target=False", losses.divergence),
    ("huber_loss", "p t reduction=mean weight~ delta=1", losses.huber), ("repeat", "x counts*=", "tile"),
    ("pad", "x widths= mode=constant value=0", shapes.padded_from_the_end),
    ("smooth_l1_loss", "p t size_average~ reduce~ reduction=mean beta=1", losses.smooth_l1),
    ("masked_fill", "x c value", entrywise.masked), ("detach", "x", "stop_gradient"),
    ("rand randn randint normal randperm bernoulli multinomial dropout", "shape*=", RANDOM),
    ("numel", "x", shapes.count_of),
)  # fmt: skip
REDUCED_TF = "x axis=None keepdims=False"
TENSORFLOW = COMMON | table(
    *((f"reduce_{name}", REDUCED_TF, gate) for name, gate in (
        ("sum", "sum"), ("mean", "mean"), ("prod", "prod"), ("max", "amax"), ("min", "amin"),
        ("logsumexp", "logsumexp"), ("std", "std"), ("variance", "var"))),
    ("matmul", "a b transpose_a=False transpose_b=False", products.transposed_product),
    ("add", "a b", lambda m, a, b: a + b), ("subtract", "a b", lambda m, a, b: a - b),
    ("clip_by_value", "x lo hi", entrywise.clamp), ("transpose", "x axes=None", shapes.numpy_transpose),
    ("constant Variable convert_to_tensor cast identity", "x dtype~", entrywise.same),
    ("norm", "x order=None axis=None keepdims=False", reductions.norm_of_order),
    ("softmax", "x axis=-1", "softmax"), ("log_softmax", "x axis=-1", "log_softmax"),
    ("gelu", "x approximate=False", entrywise.gelu),
    ("leaky_relu", "x slope?", lambda m, x, slope: m.leaky_relu(x, 0.2 if slope is None else slope)),
    ("sparse_softmax_cross_entropy_with_logits", "y S", losses.per_row),
    ("sigmoid_cross_entropy_with_logits", "t p", losses.labels_first), ("swish silu", "x", "silu"),
    ("squared_difference", "a b", lambda m, a, b: (a - b) ** 2.0), ("cumsum", "x axis=0", "cumsum"),
)  # fmt: skip
JAX_NN = NUMPY | table(
    ("softmax", "x axis=-1", "softmax"), ("log_softmax", "x axis=-1", "log_softmax"),
    ("gelu", "x approximate=True", entrywise.gelu),
    ("leaky_relu", "x slope?", lambda m, x, slope: m.leaky_relu(x, 0.01 if slope is None else slope)),
    ("elu", "x alpha?", lambda m, x, a: m.elu(x, 1.0 if a is None else a)),
)  # fmt: skip
SPECIAL = COMMON | table(
    ("softmax", "x axis=None", "softmax"), ("log_softmax", "x axis=None", "log_softmax"), ("expit", "x", "sigmoid"),
    ("log_expit", "x", lambda m, x: -m.softplus(-x)), ("gammaln", "x", "lgamma"), ("psi", "x", "digamma"),
    ("logsumexp", "x axis=None b~ keepdims=False", "logsumexp"),
    ("ndtr", "x", entrywise.normal_cdf), ("log_ndtr", "x", "normal_logcdf"), ("jv jn", "n x", "besselj"),
    ("yv yn", "n x", "bessely"), ("iv", "n x", "besseli"), ("kv kn", "n x", "besselk"),
    *((f"{letter}{n}", "x", entrywise.of_order(gate, float(n))) for n in (0, 1) for letter, gate in (
        ("j", "besselj"), ("y", "bessely"), ("i", "besseli"), ("k", "besselk"))),
    ("kl_div", "a b", lambda m, a, b: entrywise.times_log(m, a, a / b) - a + b),
    ("rel_entr", "a b", lambda m, a, b: entrywise.times_log(m, a, a / b)),
    ("entr", "x", lambda m, x: -entrywise.times_log(m, x, x)),
    ("xlog1py", "a b", lambda m, a, b: entrywise.times_log(m, a, 1.0 + b)),
)  # fmt: skip
MATH = table(
    ("pow", "x n", lambda m, x, n: x**n), ("fabs", "x", "abs"), ("exp2", "x", entrywise.power_of_two),
    ("radians", "x", entrywise.in_radians), ("degrees", "x", entrywise.in_degrees), ("prod", "x", "prod"),
    ("fsum", "x", "sum"),
    ("remainder", "a b", Refused("{0}(x, y) is x - y*round(x/y), and not x % y")),
    ("dist", "a b", lambda m, a, b: m.norm(a - b)),
)  # fmt: skip
LINALG = table(
    ("vector_norm", "x order=2 axis=None keepdims=False", reductions.norm_of_order),
    ("multi_dot", "parts*", products.chain),
    ("matrix_norm", "x order=fro", lambda m, x, order: reductions.numpy_norm(m, x, order, None, False)),
)  # fmt: skip


# What a module has, by its full name.
LIBRARIES: dict[str, Table] = {
    **dict.fromkeys(("numpy", "jax.numpy", "autograd.numpy", "jax.lax", "jax"), NUMPY),
    **dict.fromkeys(("numpy.linalg", "jax.numpy.linalg", "scipy.linalg", "torch.linalg"), NUMPY | LINALG),
    **dict.fromkeys(("torch", "torch.nn.functional", "torch.Tensor", "torch.nn.init", "torch.nn"), TORCH),
    **dict.fromkeys(("scipy.special", "torch.special", "jax.scipy.special"), SPECIAL),
    **dict.fromkeys(("tensorflow", "tensorflow.math", "tensorflow.nn", "tensorflow.linalg"), TENSORFLOW),
    **{name: {} for name in ("numpy.random", "torch.random", "random", "jax.random")},
    "jax.nn": JAX_NN, "math": MATH,
}  # fmt: skip
USUAL = {
    "np": "numpy", "jnp": "jax.numpy", "anp": "autograd.numpy", "F": "torch.nn.functional", "nn": "torch.nn",
    "tf": "tensorflow", "special": "scipy.special", "linalg": "numpy.linalg", "sp": "scipy", "lax": "jax.lax",
    **{name: name for name in ("numpy", "torch", "math", "tensorflow", "scipy", "jax", "autograd", "random")},
}  # fmt: skip
CONSTANTS = {
    "pi": "pi", "e": "e", "tau": "tau", "inf": "inf", "Inf": "inf", "Infinity": "inf", "infty": "inf", "nan": "nan",
    "NaN": "nan",
}  # fmt: skip
# What a part has behind a dot: a method's signature begins with that part.
METHODS = table(
    ("max", "x axis=None keepdims=False", reductions.method_extreme("max", "amax")),
    ("min", "x axis=None keepdims=False", reductions.method_extreme("min", "amin")),
    ("std", SPREAD, reductions.method_spread("std")), ("var", SPREAD, reductions.method_spread("var")),
    ("sum", REDUCED, "sum"), ("mean", REDUCED, "mean"), ("prod", REDUCED, "prod"),
    ("norm", "x order=2 axis=None keepdims=False dtype~", reductions.norm_of_order),  # only PyTorch's arrays have it
    ("transpose", "x axes*=", shapes.method_transpose), ("t", "x", lambda m, x: m.transpose(x)),
    ("reshape view", "x shape*= order~", shapes.reshaped), ("item", "x", shapes.single),
    ("flatten", "x start=0 end=-1", shapes.flattened), ("dot", "a b", products.dot),
    ("detach detach_ data", "x", "stop_gradient"), ("size", "x axis=None", shapes.size_of),
    ("copy clone contiguous cpu cuda numpy float double tolist requires_grad_ half", "x", entrywise.same),
    ("long int", "x", shapes.labels),
    ("astype to type", "x dtype~ copy~", entrywise.same), ("type_as", "x b", lambda m, x, b: x),
    ("cumsum", "x axis=None", "cumsum"), ("trace", "x", "trace"), ("dim", "x", shapes.count_of_axes),
    ("view_as reshape_as", "x b", shapes.reshaped_as),
    ("repeat expand", "x shape*=", Refused("{0} is read in two ways, as NumPy's and as PyTorch's")),
    ("sort argsort", "x axis=-1", Refused("{0} sorts in place in NumPy, and gives a pair in PyTorch")),
    ("median", "x axis=None", Refused("{0} of an even count is another number in PyTorch than in NumPy")),
    ("backward", "x y?", Refused("the backward pass is what bpcalc does", "leave it out")),
)  # fmt: skip


# What a part has behind a dot without brackets.
ATTRIBUTES: dict[str, str | Callable[[Writer, Part], Part]] = {
    "data": "stop_gradient", "mT": shapes.matrix_transpose, "H": shapes.matrix_transpose, "ndim": shapes.count_of_axes,
    "size": shapes.count_of, "values": entrywise.same, "real": entrywise.same,
}  # fmt: skip
# Functions of Python itself, and micrograd's number.
BUILTINS = table(
    ("Value", "x label~", entrywise.same),
    ("float", "x", entrywise.same), ("len", "x", lambda m, x: shapes.size_of(m, x, 0)),
    ("pow", "x n", lambda m, x, n: x**n),
)  # fmt: skip
