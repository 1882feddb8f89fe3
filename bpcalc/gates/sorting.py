"""Gates that put entries in order, and the running product.

Equal entries are told apart by nothing but their places, so the gradients of their places in the order are shared
evenly, as those of `max` are.
"""

from __future__ import annotations

from math import floor

from bpcalc.gate import Kink, family
from bpcalc.gates.rearranging import BACKWARDS, at_axis
from bpcalc.gates.reduction import AXIS, VECTORS, count_of, in_a_row, out_of_row
from bpcalc.gates.shape import PLACES

gate, plumbing = family("reduction"), family("shape")

ROUTED = {"pattern": "routes", "says": "routes each gradient to the entry that came to its place"}


def last(m, x, part):
    """The index that is `part` on the last axis."""
    return m.index(x, key=at_axis(len(m.shape(x)) - 1, part))


# What all below is written in: gates of the last axis.


def _rows(x):
    if not x:
        raise ValueError("a row of numbers is needed, or rows of numbers")


def _placed(x, places, size=None):
    _rows(x)
    if not places or x[:-1] != places[:-1] or (size is not None and x[-1] != places[-1]):
        raise ValueError("the places do not fit: they are rows of whole numbers, one row for each")


plumbing(
    "order", "x", pullback=(None,), shape=_rows, samples=VECTORS, pattern="blocks",
    says="is flat, so no gradient flows",
    formula="where the smallest entry of each row stands, then the next; equal ones as they stand",
)  # fmt: skip
plumbing(
    "take_along", "x places", pushforward="linear", shape=_placed,
    pullback=(lambda m, g, y, x, places: m.put_along(g, places, size=m.shape(x)[-1]), None),
    formula="x[i, places[i, j]] for each row i", samples=(((1.0, 2.0, -3.0), (2.0, 0.0)),), **PLACES,
)  # fmt: skip
plumbing(
    "put_along", "x places", pushforward="linear", shape=_placed, options={"size": ...}, chosen={"size": 4},
    pullback=(lambda m, g, y, x, places, size: m.take_along(g, places), None),
    formula="rows of zeros with each x[i, j] added at places[i, j]", samples=(((1.0, 2.0, -3.0), (2.0, 0.0, 2.0)),),
    pattern="rearranges", says="reads each gradient from its place",
)  # fmt: skip


# The order of the entries


def _in_axes(x, axis=None, **options):
    """Says what is wrong with the axes of a gate that keeps all entries."""
    chosen = () if axis is None or (not x and axis in (0, -1)) else axis if isinstance(axis, tuple) else (axis,)
    for one in chosen:
        if not -len(x) <= one < len(x):
            have = f"has the axes 0 to {len(x) - 1}" if len(x) > 1 else "has only axis 0" if x else "is a single number"
            raise ValueError(f"axis {one} is out of range: the input {have}")
    if len({one % len(x) for one in chosen}) < len(chosen):
        raise ValueError("an axis is named twice")


def _row(m, x, axis):
    _in_axes(m.shape(x), axis)
    return in_a_row(m, x, axis)


def _upstream_row(m, g, y, x, axis):
    """The upstream of a gate that keeps all entries, as `_row` has its input."""
    g = m.spread(g, y)
    return m.reshape(g, shape=(count_of(m, x, axis),)) if axis is None else in_a_row(m, g, axis)


def _tied(m, ordered):
    """1 for each entry of ordered rows that is equal to one beside it."""
    if m.shape(ordered)[-1] < 2:
        return m.zeros(shape=m.shape(ordered))
    same = m.equal(last(m, ordered, (1, None, None)), last(m, ordered, (None, -1, None)))
    edge = m.zeros(shape=(*m.shape(ordered)[:-1], 1))
    return m.max(m.concat(edge, same, axis=-1), m.concat(same, edge, axis=-1))


def _shared(m, g, ordered):
    """What comes to equal entries of ordered rows, shared evenly among them."""
    shape = m.shape(ordered)
    rises = m.not_equal(last(m, ordered, (1, None, None)), last(m, ordered, (None, -1, None)))
    groups = m.cumsum(m.concat(m.zeros(shape=(*shape[:-1], 1)), rises, axis=-1), axis=len(shape) - 1)
    total = m.put_along(g, groups, size=shape[-1])
    count = m.put_along(m.ones(shape=shape), groups, size=shape[-1])
    return m.take_along(m.divide(total, m.max(count, 1.0)), groups)


def _has_ties(m, ordered):
    return m.shape(ordered)[-1] > 1 and m.holds(m.sum(_tied(m, ordered)) > 1)


def _to_places(m, g, row, shares=True):
    """The gradient of a row from that of its ordered entries."""
    places = m.order(row)
    if shares and _has_ties(m, ordered := m.take_along(row, places)):
        g = _shared(m, g, ordered)
    return m.put_along(g, places, size=m.shape(row)[-1])


def _ordered_step(m, row, step):
    """How the ordered entries grow on a step: among equal ones the smallest step comes first."""
    by_step = m.order(step)
    order = m.order(m.take_along(row, by_step))
    return m.take_along(m.take_along(step, by_step), order)


def _sort(m, x, axis):
    row = _row(m, x, axis)
    found = m.take_along(row, m.order(row))
    return found if axis is None else out_of_row(m, found, x, axis)


def _sort_back(m, g, y, x, axis):
    return out_of_row(m, _to_places(m, _upstream_row(m, g, y, x, axis), in_a_row(m, x, axis)), x, axis)


def _sort_forward(m, t, y, x, axis):
    row = in_a_row(m, x, axis)
    places = m.order(row)
    found, ordered = m.take_along(in_a_row(m, t, axis), places), m.take_along(row, places)
    found = _shared(m, found, ordered) if _has_ties(m, ordered) else found
    return found if axis is None else out_of_row(m, found, x, axis)


def _sort_side(m, y, inputs, tangents, axis):
    (x,), (t,) = inputs, tangents
    found = _ordered_step(m, in_a_row(m, x, axis), in_a_row(m, t, axis))
    return found if axis is None else out_of_row(m, found, x, axis)


def _sort_touched(m, y, x, axis):
    row = in_a_row(m, x, axis)
    found = _tied(m, m.take_along(row, m.order(row)))
    return (found if axis is None else out_of_row(m, found, x, axis)) > 0


def _sort_corners(m, y, x, axis):
    row = in_a_row(m, x, axis)
    places = m.order(row)
    found = m.put_along(_tied(m, m.take_along(row, places)), places, size=m.shape(row)[-1])
    return out_of_row(m, found, x, axis) > 0


EVENLY = "equal entries share the gradient evenly"
gate(
    "sort", "x", shape=_in_axes, forward=_sort, pullback=(_sort_back,), pushforward=(_sort_forward,),
    kink=Kink(_sort_touched, _sort_side, {"torch": EVENLY}, corners=_sort_corners),
    options={"axis": -1}, formula="the entries in order, the smallest first", samples=VECTORS, **ROUTED,
)  # fmt: skip


# Quantiles: one or two entries of the ordered row, weighed


def _has_entries(x, axis=None, keepdims=False, q=0.5):
    _in_axes(x, axis)
    if 0 in x:
        raise ValueError("an array without entries has no such result")
    places = range(len(x)) if axis is None else [one % max(1, len(x)) for one in _listed(axis)]
    unknown = [x[one] for one in places if x and type(x[one]) is not int]  # a size with a name
    if unknown:
        raise ValueError(f"which entry that is depends on {unknown[0]}: give the axis a number")


def _weights(m, size, q):
    """Which entries of an ordered row make the quantile, each with its weight."""
    position = (m.value(q) if m.anew else q) * (size - 1)
    low = floor(float(position))
    low -= position < low  # where the double has been rounded up
    share = position - low
    return [(low, 1.0 - share), *([(low + 1, share)] if share > 0 else [])]


def _shape_after(m, x, axis, keepdims):
    row = m.shape(in_a_row(m, x, axis))[:-1]
    if not keepdims:
        return row
    gone = range(len(m.shape(x))) if axis is None else [one % max(1, len(m.shape(x))) for one in _listed(axis)]
    return tuple(1 if place in gone else size for place, size in enumerate(m.shape(x)))


def _listed(axis):
    return axis if isinstance(axis, tuple) else (axis,)


def _quantile(m, x, axis, keepdims, q=0.5):
    _has_entries(m.shape(x), axis)
    row = in_a_row(m, x, axis)
    ordered = m.take_along(row, m.order(row))
    (place, weight), *above = _weights(m, m.shape(row)[-1], q)
    found = last(m, ordered, place)
    if above:
        # of two that are equal, infinities too, it is that; else as NumPy has it, from the nearer one
        a, b, share = found, last(m, ordered, place + 1), above[0][1]
        between = 0.5 * (a + b) if share == 0.5 else a + (b - a) * share if share < 0.5 else b - (b - a) * weight
        found = m.where(m.equal(a, b), a, between)
    largest = last(m, ordered, -1)  # NaN comes last
    found = m.where(m.equal(largest, largest), found, largest)
    return m.reshape(found, shape=_shape_after(m, x, axis, keepdims))


def _weighed(m, g, row, q):
    """The gradient of an ordered row from that of its quantile; `g` has no axis for the row."""
    shape = m.shape(row)
    parts = [
        m.scatter(weight * g, shape=shape, key=at_axis(len(shape) - 1, place))
        for place, weight in _weights(m, shape[-1], q)
    ]
    return parts[0] if len(parts) == 1 else parts[0] + parts[1]


def _quantile_back(shares):
    def pullback(m, g, y, x, axis, keepdims, q=0.5):
        row = in_a_row(m, x, axis)
        flat = m.reshape(m.spread(g, y), shape=m.shape(row)[:-1])
        return m.switched(out_of_row(m, _to_places(m, _weighed(m, flat, row, q), row, shares), x, axis))

    return (pullback,)


def _uneven(m, ordered, q):
    """For the ordered entries: by how much sharing evenly changes their weights. Where it does not, ties are smooth."""
    weights = _weighed(m, m.ones(shape=m.shape(ordered)[:-1]), ordered, q)
    if m.shape(ordered)[-1] < 2:
        return weights * 0
    return m.abs(_shared(m, weights, ordered) - weights)


def _quantile_touched(m, y, x, axis, keepdims, q=0.5):
    row = in_a_row(m, x, axis)
    found = m.sum(_uneven(m, m.take_along(row, m.order(row)), q), axis=-1)
    return m.reshape(found, shape=m.shape(y)) > 0


def _quantile_side(m, y, inputs, tangents, axis, keepdims, q=0.5):
    (x,), (t,) = inputs, tangents
    row = in_a_row(m, x, axis)
    step = _ordered_step(m, row, in_a_row(m, t, axis))
    found = sum(weight * last(m, step, place) for place, weight in _weights(m, m.shape(row)[-1], q))
    return m.where(m.equal(y, y), m.reshape(found, shape=m.shape(y)), y)


def _quantile_corners(m, y, x, axis, keepdims, q=0.5):
    row = in_a_row(m, x, axis)
    places = m.order(row)
    found = m.put_along(_uneven(m, m.take_along(row, places), q), places, size=m.shape(row)[-1])
    return out_of_row(m, found, x, axis) > 0


IN_ORDER = "of equal entries those that the order of the array puts there"
for name, chosen, formula in (
    ("median", {}, "the entry in the middle, or the mean of the two in the middle"),
    ("quantile", {"q": ...}, "the entry below which a share q of them lies, on the line between its two neighbours"),
):
    gate(
        name, "x", shape=_has_entries, forward=_quantile, pullback=_quantile_back(True),
        conventions=dict.fromkeys(("jax", "first"), _quantile_back(False)), options={**chosen, **AXIS},
        chosen={"q": 0.25} if chosen else {}, formula=formula, samples=VECTORS, **ROUTED,
        kink=Kink(
            _quantile_touched, _quantile_side, {"torch": EVENLY, "jax": IN_ORDER, "first": IN_ORDER},
            corners=_quantile_corners,
        ),
    )  # fmt: skip


# The running product


def _steps(b, a):
    if not b or a != b:
        raise ValueError("two rows of the same length are needed")


def _recurrence(m, b, a):
    _steps(m.shape(b), m.shape(a))
    found: list[object] = []
    for k in range(m.shape(b)[-1]):
        found.append(last(m, b, k) + last(m, a, k) * found[-1] if found else last(m, b, 0))
    return m.stack(*found, axis=-1) if found else b


def _before(m, y, first):
    """Each entry's predecessor in its row; before the first stands `first`."""
    shape = m.shape(y)
    start = m.zeros(shape=(*shape[:-1], 1)) + first
    return m.concat(start, last(m, y, (None, -1, None)), axis=-1)


def _recurrence_back(m, g, y, a):
    """λ[k] = g[k] + a[k + 1]*λ[k + 1]: the same from the end."""
    if not m.shape(y)[-1]:
        return y
    turned = last(m, m.roll(a, shift=-1, axis=-1), BACKWARDS)
    return last(m, m.recurrence(last(m, m.spread(g, y), BACKWARDS), turned), BACKWARDS)


plumbing(
    "recurrence", "b a", shape=_steps, forward=_recurrence, samples=(((1.0, 2.0, -3.0), (0.5, -1.0, 2.0)),),
    pullback=(
        lambda m, g, y, b, a: _recurrence_back(m, g, y, a),
        lambda m, g, y, b, a: _recurrence_back(m, g, y, a) * _before(m, y, 0.0) if m.shape(y)[-1] else y,
    ),
    pushforward=(
        lambda m, t, y, b, a: m.recurrence(t, a),
        lambda m, t, y, b, a: m.recurrence(t * _before(m, y, 0.0), a) if m.shape(y)[-1] else y,
    ),
    formula="y[k] = b[k] + a[k]*y[k - 1] along each row", pattern="mixes", says="runs the same from the end",
)  # fmt: skip


def _cumprod(m, x, axis):
    row = _row(m, x, axis)
    start = at_axis(len(m.shape(row)) - 1, (None, 1, None))
    found = m.recurrence(m.scatter(m.index(row, key=start), shape=m.shape(row), key=start), row)
    return found if axis is None else out_of_row(m, found, x, axis)


def _products_before(m, y, x, axis):
    row = y if axis is None else in_a_row(m, y, axis)
    return _before(m, row, 1.0)


def _cumprod_back(m, g, y, x, axis):
    row = in_a_row(m, x, axis)
    if not m.shape(row)[-1]:
        return m.reshape(y, shape=m.shape(x))
    found = _recurrence_back(m, _upstream_row(m, g, y, x, axis), row, row) * _products_before(m, y, x, axis)
    return out_of_row(m, found, x, axis)


def _cumprod_forward(m, t, y, x, axis):
    row = in_a_row(m, x, axis)
    if not m.shape(row)[-1]:
        return y
    found = m.recurrence(in_a_row(m, t, axis) * _products_before(m, y, x, axis), row)
    return found if axis is None else out_of_row(m, found, x, axis)


gate(
    "cumprod", "x", shape=_in_axes, forward=_cumprod, pullback=(_cumprod_back,), pushforward=(_cumprod_forward,),
    options={"axis": None}, formula="the running product of the entries", samples=VECTORS,
    says="scales by the products of all others up to each place, and adds up",
)  # fmt: skip
