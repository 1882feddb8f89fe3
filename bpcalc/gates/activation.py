"""The lectures' packed gates: each is one node with its own local gradient, and `packed` opens it up."""

from __future__ import annotations

from bpcalc.gate import Kink, family

gate = family("activation")


def _sigmoid(m, x):
    # exp(-|x|) never overflows: Blanchard, Higham, Higham (2021), "Accurately computing the softmax function"
    tail = m.exp(-m.abs(x))
    return m.divide(m.where(x >= 0, 1, tail), 1 + tail)


# sigmoid(-x) is 1 - y with all its digits, also where y rounds to 1.
gate(
    "sigmoid", "x", (lambda m, y, x: y * m.sigmoid(-x),), forward=_sigmoid, aliases=("logistic",),
    lesson=(lambda m, y, x: (1 - y) * y,), packed=lambda m, x: m.divide(1, 1 + m.exp(-x)),
    formula="1/(1 + e^-x)", latex=r"\sigma", unicode="σ", samples=((1.0,), (-3.0,), (40.0,), (-800.0,)),
)  # fmt: skip
gate(
    "logit", "p", (lambda m, y, p: m.divide(1, p * (1 - p)),),
    # 2p - 1 is exact from 1/4 on; below, the two logarithms do not cancel
    forward=lambda m, p: m.where(p < 0.25, m.log(p) - m.log1p(-p), 2 * m.atanh(2 * p - 1)),
    packed=lambda m, p: m.log(m.divide(p, 1 - p)),
    formula="log(p/(1 - p)), inverse of sigmoid", samples=((0.25,), (0.9,), (1e-9,)),
)  # fmt: skip
gate(
    "softplus", "x", (lambda m, y, x: m.sigmoid(x),),
    forward=lambda m, x: m.max(x, 0.0) + m.log1p(m.exp(-m.abs(x))),
    packed=lambda m, x: m.log(1 + m.exp(x)),
    formula="log(1 + e^x), without overflow", samples=((0.5,), (-30.0,), (800.0,)),
)  # fmt: skip
gate(
    "silu", "x", (lambda m, y, x: m.sigmoid(x) * (1 + x * m.sigmoid(-x)),), forward=lambda m, x: x * m.sigmoid(x),
    lesson=(lambda m, y, x: m.sigmoid(x) * (1 + x * (1 - m.sigmoid(x))),), packed=lambda m, x: x * m.sigmoid(x),
    aliases=("swish",), formula="x*sigmoid(x)", samples=((0.5,), (-3.0,), (40.0,)),
)  # fmt: skip


def _normal(m, x):
    """The cumulative distribution of the standard normal, by erfc so that its lower tail keeps its digits."""
    return 0.5 * m.erfc(-m.divide(x, m.sqrt(2)))


def _bell(m, x):
    return m.divide(m.exp(-m.divide(m.power(x, 2), 2)), m.sqrt(m.constant("tau")))


gate(
    "gelu", "x", (lambda m, y, x: m.normal_cdf(x) + x * m.normal_pdf(x),),
    forward=lambda m, x: x * m.normal_cdf(x),
    lesson=(lambda m, y, x: _normal(m, x) + x * _bell(m, x),),
    packed=lambda m, x: 0.5 * x * (1 + m.erf(m.divide(x, m.sqrt(2)))),
    formula="x*(1 + erf(x/sqrt(2)))/2", samples=((0.5,), (-1.5,), (3.0,)),
)  # fmt: skip


gate(
    "relu", "x", (lambda m, y, x: x > 0,), conventions={"all": (lambda m, y, x: x >= 0,)},
    formal=(lambda m, y, x: m.decided("greater", x, 0),),
    forward=lambda m, x: m.max(x, 0.0), packed=lambda m, x: m.max(0, x), routes=True,
    kink=Kink(lambda m, y, x: x == 0, lambda m, y, xs, ts: m.max(ts[0], 0.0), {"torch": "0", "all": "1"}),
    formula="max(0, x)", samples=((3.0,), (-0.5,)), pattern="routes",
    says="routes the gradient on where x > 0, blocks it elsewhere",
)  # fmt: skip


def _bent(m, y, inputs, tangents):
    """From 0 on, up as it is, and down by a factor."""
    return m.where(tangents[0] > 0, tangents[0], inputs[1] * tangents[0])


def _leak(m, y, x, slope):
    return m.where(x > 0, 0, x)


gate(
    "leaky_relu", "x slope", (lambda m, y, x, slope: m.where(x > 0, 1, slope), _leak), defaults={"slope": 0.01},
    conventions={"jax": (lambda m, y, x, slope: m.where(x >= 0, 1, slope), _leak)},
    forward=lambda m, x, slope: m.where(x > 0, x, slope * x),
    kink=Kink(lambda m, y, x, slope: x == 0, _bent, {"torch": "slope", "jax": "1"}),
    formula="x if x > 0, else slope*x", samples=((3.0, 0.01), (-0.5, 0.1)),
)  # fmt: skip
gate(
    "elu", "x alpha", (
        lambda m, y, x, alpha: m.where(x > 0, 1, alpha * m.exp(x)),
        lambda m, y, x, alpha: m.where(x > 0, 0, m.expm1(x)),
    ), defaults={"alpha": 1.0}, forward=lambda m, x, alpha: m.where(x > 0, x, alpha * m.expm1(x)),
    kink=Kink(lambda m, y, x, alpha: (x == 0) & (alpha != 1), _bent, {"torch": "alpha"}),
    turns=lambda m, y, x, alpha: x == 0,
    formula="x if x > 0, else alpha*(e^x - 1)", samples=((3.0, 1.0), (-0.5, 1.5)),
)  # fmt: skip
gate(
    "logsigmoid", "x", (lambda m, y, x: m.sigmoid(-x),), aliases=("log_sigmoid",),
    forward=lambda m, x: m.min(x, 0.0) - m.log1p(m.exp(-m.abs(x))),
    packed=lambda m, x: -m.log(1 + m.exp(-x)),
    formula="log(sigmoid(x)), without underflow", samples=((0.5,), (-3.0,), (40.0,), (-800.0,)),
)  # fmt: skip

# Klambauer, Unterthiner, Mayr, Hochreiter (2017), "Self-normalizing neural networks", to as many digits as
# PyTorch's doubles have: these decimals are the gate's, in every number system.
SCALE, ALPHA = 1.0507009873554805, 1.6732632423543772


def _selu_slope(m, y, x):
    return m.constant(SCALE) * m.where(x > 0, 1.0, m.constant(ALPHA) * m.exp(x))


gate(
    "selu", "x", (_selu_slope,),
    forward=lambda m, x: m.constant(SCALE) * m.where(x > 0, x, m.constant(ALPHA) * m.expm1(x)),
    kink=Kink(
        lambda m, y, x: x == 0,
        lambda m, y, xs, ts: ts[0] * m.constant(SCALE) * m.where(ts[0] > 0, 1.0, m.constant(ALPHA)),
        {"torch": "scale*alpha"},
    ),
    formula="elu(x, 1.6733) times 1.0507", samples=((3.0,), (-0.5,)),
    packed=lambda m, x: m.constant(SCALE) * (m.max(0, x) + m.min(0, m.constant(ALPHA) * (m.exp(x) - 1))),
)  # fmt: skip


def _taught_mish(m, y, x):
    flat = m.tanh(m.softplus(x))
    return flat + m.sigmoid(x) * x * (1 - m.power(flat, 2))


def _mish_slope(m, y, x):
    """Below 0 the two terms cancel; as a fraction of t = e^x they do not."""
    t, bent = m.exp(m.min(x, 0.0)), m.softplus(x)
    top = 4 * (x + 1) + t * (4 * x + 6 + t * (4 + t))
    below = t * m.divide(top, m.power(2 + t * (2 + t), 2))
    return m.where(x < 0, below, m.tanh(bent) + x * m.sigmoid(x) * m.power(m.sech(bent), 2))


gate(
    "mish", "x", (_mish_slope,), lesson=(_taught_mish,), forward=lambda m, x: x * m.tanh(m.softplus(x)),
    packed=lambda m, x: x * m.tanh(m.softplus(x)), formula="x*tanh(softplus(x))",
    samples=((0.5,), (-3.0,), (40.0,)),
)  # fmt: skip
gate(
    "softsign", "x", (lambda m, y, x: m.power(m.divide(1, 1 + m.abs(x)), 2),),
    forward=lambda m, x: m.divide(x, 1 + m.abs(x)), packed=lambda m, x: m.divide(x, 1 + m.abs(x)),
    lesson=(lambda m, y, x: m.divide(1, m.power(1 + m.abs(x), 2)),), turns=lambda m, y, x: x == 0,
    formula="x/(1 + abs(x))", samples=((0.5,), (-3.0,), (1e9,)),
)  # fmt: skip


def _cut(name, lo, hi, at_jax_edges, jax):
    """x between two bounds, flat beyond; at the bounds PyTorch has 0 here, unlike `clip`."""

    def strictly(m, y, x):
        return (x > lo) * (x < hi)

    def inside(m, y, x):
        return (x >= lo) * (x <= hi)

    def shared(m, y, x):
        return m.except_at(m.equal(x, lo) + m.equal(x, hi), at_jax_edges, inside(m, y, x))

    gate(
        name, "x", (strictly,), forward=lambda m, x: m.min(m.max(x, float(lo)), float(hi)), routes=True,
        conventions={"jax": (shared,), "all": (inside,)},
        formal=(lambda m, y, x: m.decided("greater", x, lo) * m.decided("less", x, hi),),
        kink=Kink(
            lambda m, y, x: (x == lo) | (x == hi),
            lambda m, y, xs, ts: m.where(m.equal(xs[0], lo), m.max(ts[0], 0.0), m.min(ts[0], 0.0)),
            {"torch": "0 at either bound", "jax": jax, "all": "1 at either bound"},
        ),
        packed=lambda m, x: m.min(m.max(x, lo), hi), formula=f"min(max(x, {lo}), {hi})",
        samples=((0.5,), (-3.0,), (7.0,)), pattern="routes",
        says=f"routes the gradient on where {lo} < x < {hi}, blocks it elsewhere",
    )  # fmt: skip


_cut("hardtanh", -1, 1, 1, "1 at either bound")
_cut("relu6", 0, 6, 0.5, "0.5 at either bound")
