"""Gates made of pieces: the routers max, min, where and clip, and the jumps. Their kinks follow the convention.

A router's local gradients are weights: 1 hands the upstream on, 0 blocks it.
"""

from __future__ import annotations

import math
from functools import reduce
from operator import add, mul

from bpcalc.gate import PRODUCT, Kink, family

gate = family("piecewise")


def _only_first(hits):
    """Each hit that no other comes before."""
    before = 0
    for hit in hits:
        yield hit * (before < 1)
        before = before + hit


TIES = {
    "share": lambda m, hits, count: [m.divide(hit, count) for hit in hits],
    "first": lambda m, hits, count: _only_first(hits),
    "all": lambda m, hits, count: hits,
    "none": lambda m, hits, count: [0 for _ in hits],
}


def _router(wins, ties):
    """The weights of max or min: all to the input that wins alone; else to the tied ones, by the convention."""

    def local(m, y, *inputs):
        hits = [m.equal(x, y) for x in inputs]
        count = reduce(add, hits)
        alone = (wins(*inputs), wins(*inputs[::-1])) if len(inputs) == 2 else hits
        shares = TIES[ties](m, hits, count)
        return [m.except_at(count > 1, share, weight) for share, weight in zip(shares, alone, strict=True)]

    return local


def _decided(name):
    """The weights of max or min in formulas, where no input is skipped: equal ones count for one of them.

    So max(x, abs(x)) has its derivative where x = abs(x), which is half of all x.
    """

    def local(m, y, *inputs):
        return [
            reduce(mul, [m.decided(name, x, other, place < at) for at, other in enumerate(inputs) if at != place])
            for place, x in enumerate(inputs)
        ]

    return local


def _extreme(name, wins, word, worst):
    def tied(m, y, *inputs):
        return reduce(add, [m.equal(x, y) for x in inputs]) > 1

    def one_sided(m, y, inputs, tangents):
        leading = [m.where(m.equal(x, y), t, worst) for x, t in zip(inputs, tangents, strict=True)]
        return getattr(m, name)(*leading)

    gate(
        name, "a b", _router(wins, "share"), variadic=True, routes=True, alone=f"a{name}",
        conventions={ties: _router(wins, ties) for ties in ("first", "all", "none")},
        formal=_decided("greater" if worst < 0 else "less"),
        kink=Kink(
            tied, one_sided,
            {
                "torch": "equal inputs share the gradient evenly",
                "first": "the first of the equal inputs takes all",
                "all": "each of the equal inputs takes all",
                "none": "none of the equal inputs takes any",
            },
        ),
        formula=f"{word} input", latex=rf"\{name}", samples=((4.0, 2.0), (-1.0, 3.0), (1.0, 2.0, -3.0)),
        pattern="routes", says=f"routes the gradient to the {word} input",
    )  # fmt: skip


_extreme("max", lambda a, b: a > b, "largest", -math.inf)
_extreme("min", lambda a, b: a < b, "smallest", math.inf)

gate(
    "abs", "x", (lambda m, y, x: m.sign(x),),
    conventions={"jax": (lambda m, y, x: m.except_at(m.equal(x, 0), 1, m.sign(x)),)},
    kink=Kink(
        lambda m, y, x: x == 0, lambda m, y, xs, ts: m.abs(ts[0]),
        {"torch": "0, the subgradient of least norm", "jax": "1"},
    ),
    formula="x if x >= 0, else -x", latex=r"\left|{0}\right|", unicode="|{0}|", samples=((3.0,), (-0.5,)),
)  # fmt: skip
gate(
    "where", "c a b", (None, lambda m, y, c, a, b: m.not_equal(c, 0), lambda m, y, c, a, b: m.equal(c, 0)),
    routes=True, formula="a if c holds, else b",
    latex=r"\begin{{cases}} {1} & \text{{if }} {0} \\ {2} & \text{{otherwise}} \end{{cases}}",
    unicode="{{{1} if {0}, {2} otherwise}}",
    samples=((1.0, 3.0, 4.0), (0.0, 3.0, 4.0)), pattern="routes", says="routes the gradient to the branch taken",
)  # fmt: skip


def _inside(m, y, x, lo, hi):
    return (x >= lo) * (x <= hi)


def _strictly_inside(m, y, x, lo, hi):
    return (x > lo) * (x < hi)


def _at_lo(m, y, x, lo, hi):
    return (x < lo) * (lo <= hi)


def _at_hi(m, y, x, lo, hi):
    return m.max(x, lo) > hi


def _halves(m, y, x, lo, hi):
    return m.except_at(m.equal(x, lo) + m.equal(x, hi), 0.5, _inside(m, y, x, lo, hi))


def _clip_side(m, y, inputs, tangents):
    (x, lo, hi), (t, t_lo, t_hi) = inputs, tangents
    low, rises = m.max(x, lo), m.where(m.equal(x, lo), m.max(t, t_lo), m.where(x > lo, t, t_lo))
    return m.where(m.equal(low, hi), m.min(rises, t_hi), m.where(low < hi, rises, t_hi))


gate(
    "clip", "x lo hi", (_inside, _at_lo, _at_hi), routes=True, forward=lambda m, x, lo, hi: m.min(m.max(x, lo), hi),
    conventions={
        "jax": (_halves, lambda m, y, x, lo, hi: m.except_at(m.equal(x, lo), 0.5, _at_lo(m, y, x, lo, hi)),
                lambda m, y, x, lo, hi: m.except_at(m.equal(x, hi), 0.5, _at_hi(m, y, x, lo, hi))),
        "all": (_inside, lambda m, y, x, lo, hi: (x <= lo) * (lo <= hi), lambda m, y, x, lo, hi: m.max(x, lo) >= hi),
        "none": (_strictly_inside, _at_lo, _at_hi),
    },
    kink=Kink(
        lambda m, y, x, lo, hi: (x == lo) | (m.max(x, lo) == hi), _clip_side,
        {"torch": "x takes all at either bound", "jax": "x and the bound share the gradient evenly",
         "all": "x and the bound each take all", "none": "neither x nor the bound takes any"},
    ),
    formula="min(max(x, lo), hi)",
    samples=((0.5, 0.0, 1.0), (-2.0, -1.0, 1.0), (3.0, -1.0, 1.0)),
    pattern="routes", says="routes the gradient to x inside the bounds, to the bound outside",
)  # fmt: skip
gate(
    "stop_gradient", "x", (None,), forward=lambda m, x: x, aliases=("detach",), formula="x, taken as a constant",
    samples=((2.0,),), pattern="blocks", says="lets no gradient through",
)  # fmt: skip


def _jump(name, touched, one_sided, limit, formula, latex, unicode, samples):
    gate(
        name, "x", (None,), formula=formula, latex=latex, unicode=unicode, samples=samples, pattern="blocks",
        says="is flat, so no gradient flows",
        kink=Kink(touched, one_sided, {"torch": "0, as on the flat pieces"}, limit),
    )  # fmt: skip


def _down_or_up(down, up):
    """The one-sided derivative of a step: infinite on the side where the value jumps."""
    return lambda m, y, inputs, tangents: m.where(tangents[0] < 0, down, m.where(tangents[0] > 0, up, 0.0))


def _step_by(down, up):
    """The value of a step just beyond."""
    step = _down_or_up(down, up)
    return lambda m, y, inputs, tangents: y + step(m, y, inputs, tangents)


def _whole(m, y, x):
    return (x == m.floor(x)) & (x - x == 0)


_jump("sign", lambda m, y, x: x == 0, _down_or_up(-math.inf, math.inf), _step_by(-1, 1), "-1, 0 or 1: sign of x",
      r"\operatorname{{sign}}", "sign", ((3.0,), (-0.5,)))  # fmt: skip
_jump("floor", _whole, _down_or_up(-math.inf, 0.0), _step_by(-1, 0), "x rounded down",
      r"\left\lfloor {0} \right\rfloor", "⌊{0}⌋", ((2.5,), (-0.5,)))  # fmt: skip
_jump("ceil", _whole, _down_or_up(0.0, math.inf), _step_by(0, 1), "x rounded up",
      r"\left\lceil {0} \right\rceil", "⌈{0}⌉", ((2.5,), (-0.5,)))  # fmt: skip


def _is_half(m, y, x):
    return x - m.floor(x) == 0.5


def _rounded(m, x):
    """To the nearest whole number, of two as near to the even one."""
    below = m.floor(x)
    rest = x - below
    odd = below - 2 * m.floor(m.divide(below, 2))
    near = below + m.where(m.equal(rest, 0.5), odd, rest > 0.5)
    return m.where(m.equal(x, below), x, near)  # an infinite one has no rest


def _leaves_half(m, y, inputs, tangents):
    """By how much the value changes just beyond: 1 where it was rounded to the other side, else 0."""
    (x,), (t,) = inputs, tangents
    return m.where(t < 0, m.where(y > x, -1.0, 0.0), m.where((t > 0) * (y < x), 1.0, 0.0))


def _steep(m, change):
    """The slope of a jump by `change`."""
    return m.where(m.equal(change, 0), 0.0, change * math.inf)


gate(
    "round", "x", (None,), forward=_rounded, aliases=("rint",), pattern="blocks", says="is flat, so no gradient flows",
    kink=Kink(
        _is_half, lambda m, y, xs, ts: _steep(m, _leaves_half(m, y, xs, ts)), {"torch": "0, as on the flat pieces"},
        lambda m, y, xs, ts: y + _leaves_half(m, y, xs, ts),
    ),
    formula="nearest whole number, of two the even one", samples=((2.6,), (-0.4,), (7.0,)),
)  # fmt: skip


def _wraps(m, inputs, tangents, y):
    """Does a step lead from a multiple of b to the other end of the remainders?"""
    (a, b), (t_a, t_b) = inputs, tangents
    return (t_a - t_b * m.round(m.divide(a - y, b))) * b < 0


def _remainder_side(m, y, inputs, tangents):
    (a, b), (t_a, t_b) = inputs, tangents
    smooth = t_a - t_b * m.round(m.divide(a - y, b))
    return m.where(_wraps(m, inputs, tangents, y), m.sign(b) * math.inf, smooth)


# The quotient is whole: (a - y)/b is, but for rounding, where a/b may be rounded up to the next whole number.
gate(
    "mod", "a b", (1, lambda m, y, a, b: -m.round(m.divide(a - y, b))), infix=("%", PRODUCT), aliases=("remainder",),
    lesson=(None, lambda m, y, a, b: -m.floor(m.divide(a, b))),
    kink=Kink(
        lambda m, y, a, b: (y == 0) & (b != 0), _remainder_side, {"torch": "as if the remainder did not jump"},
        lambda m, y, xs, ts: m.where(_wraps(m, xs, ts, y), y + xs[1], y),
    ),
    formula="a - b*floor(a/b), with the sign of b", latex=r"{0} \bmod {1}", unicode="{0} mod {1}",
    samples=((7.5, 2.0), (-7.5, 2.0), (5.0, -3.0)), pattern="distributes",
    says="hands the gradient on to a, and to b as often as it goes into a",
)  # fmt: skip


def _step(m, x, at_zero):
    return m.where(x > 0, 1.0, m.where(x < 0, 0.0, m.where(m.equal(x, 0), at_zero, x)))


def _step_side(m, y, inputs, tangents):
    return m.where(m.equal(tangents[0], 0), tangents[1], _steep(m, _step_limit(m, y, inputs, tangents) - y))


def _step_limit(m, y, inputs, tangents):
    return m.where(tangents[0] > 0, 1.0, m.where(tangents[0] < 0, 0.0, y))


gate(
    "heaviside", "x at_zero", (None, lambda m, y, x, at_zero: m.equal(x, 0)), forward=_step,
    defaults={"at_zero": 0.5},
    kink=Kink(
        lambda m, y, x, at_zero: x == 0, _step_side, {"torch": "0, as on the flat pieces; 1 for the value at 0"},
        _step_limit,
    ),
    formula="1 if x > 0, 0 if x < 0, else at_zero", samples=((3.0, 0.5), (-0.5, 0.5)),
    pattern="blocks", says="is flat, so no gradient flows to x",
)  # fmt: skip
