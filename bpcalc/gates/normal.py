"""The standard normal distribution."""

from __future__ import annotations

from bpcalc.gate import family

gate = family("normal")

FAR = 40  # from where on e^(-x^2/2) is 0 as a double
TAIL = -1  # below it the cumulative distribution is steep: of its size, not of its value, it keeps the digits


def _bell(m, x):
    """e^(-x^2/2), its exponent in two parts: rounded as a whole it would lose x^2/2 units in the last place."""
    head = m.divide(m.floor(16 * x + 0.5), 16)
    near = m.exp(-m.divide(m.power(head, 2), 2)) * m.exp(-m.divide((x - head) * (x + head), 2))
    return m.where(m.abs(x) > FAR, m.exp(-m.divide(m.power(x, 2), 2)), near)


def _scaled(m, x):
    """Twice the cumulative distribution, without its factor e^(-x^2/2)."""
    return m.erfcx(-m.divide(x, m.sqrt(2)))


gate(
    "normal_pdf", "x", (lambda m, y, x: -x * y,), forward=lambda m, x: m.divide(_bell(m, x), m.sqrt(m.constant("tau"))),
    packed=lambda m, x: m.divide(m.exp(-m.divide(m.power(x, 2), 2)), m.sqrt(m.constant("tau"))),
    formula="density of the standard normal distribution", latex=r"\operatorname{{\varphi}}", unicode="φ",
    samples=((0.5,), (-1.5,), (3.7,), (20.3,)),
)  # fmt: skip


def _cumulative(m, x):
    return m.where(x < TAIL, 0.5 * _bell(m, x) * _scaled(m, x), 0.5 * m.erfc(-m.divide(x, m.sqrt(2))))


gate(
    "normal_cdf", "x", (lambda m, y, x: m.normal_pdf(x),), forward=_cumulative,
    packed=lambda m, x: m.divide(1 + m.erf(m.divide(x, m.sqrt(2))), 2),
    formula="part of the standard normal distribution below x", latex=r"\Phi", unicode="Φ",
    samples=((0.5,), (-1.5,), (3.0,), (-20.3,)),
)  # fmt: skip


def _logarithm(m, x):
    """In the lower tail log(e^(-x^2/2)) is -x^2/2; in the upper one the part above x is what counts. Each is kept to
    its own side: on the other it would be a difference that no digits tell from 0."""
    below = m.log(0.5 * _scaled(m, m.min(x, 0.0))) - m.divide(m.power(x, 2), 2)
    return m.where(x < TAIL, below, m.log1p(-m.normal_cdf(-m.max(x, TAIL))))


def _hazard(m, y, x):
    """The density over the cumulative distribution, without the factor that vanishes in both."""
    below = m.divide(m.sqrt(m.divide(2, m.constant("pi"))), _scaled(m, x))
    return m.where(x < 0, below, m.divide(m.normal_pdf(x), m.normal_cdf(x)))


gate(
    "normal_logcdf", "x", (_hazard,), forward=_logarithm,
    lesson=(lambda m, y, x: m.divide(m.normal_pdf(x), m.normal_cdf(x)),), packed=lambda m, x: m.log(m.normal_cdf(x)),
    formula="logarithm of normal_cdf, without underflow", latex=r"\ln\Phi", unicode="ln Φ",
    samples=((0.5,), (-1.5,), (3.0,), (-10.0,)),
)  # fmt: skip
