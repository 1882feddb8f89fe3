"""Functions entry by entry, and special functions under other names."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from bpcalc.reading.python.writer import Part, Writer


def same(m: Writer, x: Part) -> Part:
    return x


def clamp(m: Writer, x: Part, lo: Part | None, hi: Part | None) -> Part:
    if lo is None and hi is None:
        m.refuse(f"{m.name} needs a lower or an upper bound")
    # at a bound the gradient goes through, as it does with both; max and min would share it there
    return m.clip(x, -math.inf if lo is None else lo, math.inf if hi is None else hi)


def hardtanh(m: Writer, x: Part, lo: Any, hi: Any) -> Part:
    if (lo, hi) != (-1, 1):
        m.refuse(f"{m.name} with bounds is not read here", "clip(x, lo, hi) has its values, the gradient 1 at bounds")
    return m.hardtanh(x)


def softplus(m: Writer, x: Part, beta: Any, threshold: Any) -> Part:
    return m.softplus(x) if beta == 1 else m.softplus(x * beta) / beta


def gelu(m: Writer, x: Part, approximate: Any) -> Part:
    if approximate in ("tanh", True):
        return x * 0.5 * (1.0 + m.tanh((x + x**3.0 * 0.044715) * math.sqrt(2 / math.pi)))
    return m.gelu(x)


def masked(m: Writer, x: Part, mask: Part, value: Part) -> Part:
    return m.where(mask, value, x)


def logarithm_of_sum(m: Writer, a: Part, b: Part) -> Part:
    """log(exp(a) + exp(b)), without overflow."""
    if m.has("logaddexp"):
        return m.logaddexp(a, b)
    return m.max(a, b) + m.log1p(m.exp(-m.abs(a - b)))


def times_log(m: Writer, a: Part, b: Part) -> Part:
    if m.has("xlogy"):
        return m.xlogy(a, b)
    return m.where(m.equal(a, 0), 0, a * m.log(m.where(m.equal(a, 0), 1, b)))


def rounded(m: Writer, x: Part, decimals: Any) -> Part:
    if not m.has("round") or decimals:
        m.refuse(f"{m.name} is not read here", "its gradient is 0 wherever it exists")
    return m.round(x)


def sinc(m: Writer, x: Part) -> Part:
    """np.sinc is sin(pi x)/(pi x)."""
    return m.sinc(x * m.part(m.state.graph.constant("pi")))


def power_of_two(m: Writer, x: Part) -> Part:
    return 2.0**x


def in_radians(m: Writer, x: Part) -> Part:
    return x * m.part(m.state.graph.constant("pi")) / 180


def in_degrees(m: Writer, x: Part) -> Part:
    return x * 180 / m.part(m.state.graph.constant("pi"))


def normal_cdf(m: Writer, x: Part) -> Part:
    return m.normal_cdf(x) if m.has("normal_cdf") else m.erfc(-x / m.sqrt(2.0)) * 0.5


def of_order(gate: str, order: float) -> Callable[[Writer, Part], Part]:
    """scipy.special.j0: a Bessel function of a fixed order."""

    def rule(m: Writer, x: Part) -> Part:
        return m.gate(gate)(order, x)

    return rule


def percentile(m: Writer, x: Part, q: Any, axis: Any, keepdims: Any) -> Part:
    return m.quantile(x, q=q / 100, axis=axis, keepdims=keepdims)
