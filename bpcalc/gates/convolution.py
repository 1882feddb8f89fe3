"""Convolutions as PyTorch has them: channels before the places, a batch before them or none.

They, and pooling, are made of windows: `windows` puts the entries that a kernel meets on a new axis, and
`windows_back`, its transpose, adds them up again.
"""

from __future__ import annotations

from bpcalc.gate import family
from bpcalc.gates.indexing import EVERY
from bpcalc.gates.rearranging import at_axis
from bpcalc.gates.shape import PLACES, counted_axes

gate, plumbing = family("matrix"), family("shape")

WORDS = {1: "N,C,L or C,L", 2: "N,C,H,W or C,H,W"}
LINE = (((((1.0, 2.0, -1.0, 3.0),),), (((1.0, -2.0),),), (0.5,)),)
IMAGE = (((((1.0, 2.0, -1.0), (0.5, -3.0, 4.0), (2.0, 0.0, 1.5)),), ((((1.0, -2.0), (0.5, 3.0)),),), (0.5,)),)


# Windows of one axis


def _steps(length, size, step, dilation):
    """How many windows there are."""
    return (length - dilation * (size - 1) - 1) // step + 1


def _windowed(x, axis, size, step=1, dilation=1):
    if isinstance(axis, tuple):
        raise ValueError("axis is one whole number")
    if not -len(x) <= axis < len(x):
        raise ValueError(f"axis {axis} is out of range: the input has {counted_axes(len(x))}, counted from 0")
    if not size or not step or not dilation:
        raise ValueError("size, step and dilation are 1 or more")
    if dilation * (size - 1) + 1 > x[axis]:
        raise ValueError(f"a window of {dilation * (size - 1) + 1} entries does not fit into axis {axis} of {x[axis]}")


def _keys(axis, count, size, step, dilation):
    """For each entry of a window the index that takes it from all windows."""
    return [
        at_axis(axis, (k * dilation, k * dilation + step * (count - 1) + 1, step if step > 1 else None))
        for k in range(size)
    ]


def _windows(m, x, axis, size, step, dilation):
    _windowed(m.shape(x), axis, size, step, dilation)
    place = axis % len(m.shape(x))
    count = _steps(m.shape(x)[place], size, step, dilation)
    return m.stack(*(m.index(x, key=key) for key in _keys(place, count, size, step, dilation)), axis=-1)


def _unwindowed(x, axis, length, size, step=1, dilation=1):
    is_axis = not isinstance(axis, tuple) and 0 <= axis < len(x) - 1
    is_step = size > 0 and step > 0 and dilation > 0
    if not is_axis or not is_step or x[-1] != size or x[axis] != _steps(length, size, step, dilation):
        raise ValueError("these are not the windows of an axis")


def _windows_back(m, x, axis, length, size, step, dilation):
    shape = m.shape(x)
    _unwindowed(shape, axis, length, size, step, dilation)
    whole = (*shape[:axis], length, *shape[axis + 1 : -1])
    total = None
    for k, key in enumerate(_keys(axis, shape[axis], size, step, dilation)):
        part = m.scatter(m.index(x, key=at_axis(len(shape) - 1, k)), shape=whole, key=key)
        total = part if total is None else total + part
    return total


def _windows_pull(m, g, y, x, axis, **options):
    place = axis % len(m.shape(x))
    return m.windows_back(m.spread(g, y), axis=place, length=m.shape(x)[place], **options)


STEPS = {"step": 1, "dilation": 1}
plumbing(
    "windows", "x", pushforward="linear", shape=_windowed, forward=_windows, pullback=(_windows_pull,),
    options={"axis": ..., "size": ..., **STEPS},
    chosen={"axis": 0, "size": 2}, samples=(((1.0, 2.0, -3.0),),), pattern="distributes",
    formula="the entries of each window of an axis, on a new axis behind all", says="adds up what overlaps",
)  # fmt: skip
plumbing(
    "windows_back", "x", pushforward="linear", shape=_unwindowed, forward=_windows_back,
    pullback=(
        lambda m, g, y, x, axis, length, size, step, dilation: m.windows(
            m.spread(g, y), axis=axis, size=size, step=step, dilation=dilation
        ),
    ),
    options={"axis": ..., "length": ..., "size": ..., **STEPS}, chosen={"axis": 0, "length": 3, "size": 2},
    samples=((((1.0, 2.0), (3.0, -4.0)),),), formula="the entries of windows, added up where they came from", **PLACES,
)  # fmt: skip


# What all have in common: as many numbers for a stride, a padding and so on as there are axes of places


def pairs(dims, **options):
    """Each option as one number for each axis of places. Raises ValueError for another count of them."""
    found = []
    for name, given in options.items():
        numbers = given if isinstance(given, tuple) else (given,) * dims
        if len(numbers) != dims:
            raise ValueError(f"{name} is one number, or {dims}: one for each axis of places")
        if name != "padding" and any(one < 1 for one in numbers):
            raise ValueError(f"{name} is 1 or more")
        found.append(numbers)
    return found


def batched(x, dims):
    if len(x) not in (dims + 1, dims + 2):
        raise ValueError(f"the first input has {counted_axes(len(x))}: {WORDS[dims]} are needed")


def with_batch(m, x, dims):
    return x if len(m.shape(x)) == dims + 2 else m.reshape(x, shape=(1, *m.shape(x)))


def all_windows(m, x, sizes, strides, dilations):
    """N,C,OH,OW,KH,KW of N,C,H,W."""
    for place, (size, step, dilation) in enumerate(zip(sizes, strides, dilations, strict=True)):
        x = m.windows(x, axis=2 + place, size=size, step=step, dilation=dilation)
    return x


def all_windows_back(m, g, lengths, sizes, strides, dilations):
    for place in reversed(range(len(sizes))):
        g = m.windows_back(
            g, axis=2 + place, length=lengths[place], size=sizes[place], step=strides[place], dilation=dilations[place]
        )
    return g


def padded(m, x, padding, more=None, value=0.0):
    """With as much put before and behind each axis of places; `more`: further behind."""
    more = more or (0,) * len(padding)
    if not any(padding) and not any(more):
        return x
    widths = ((before, before + further) for before, further in zip(padding, more, strict=True))
    return m.pad(x, widths=((0, 0), (0, 0), *widths), value=value)


def unpadded(m, g, padding, lengths):
    if m.shape(g)[2:] == lengths:
        return g
    inside = ((one, one + size, None) for one, size in zip(padding, lengths, strict=True))
    return m.index(g, key=(EVERY, EVERY, *inside))


# Convolution


def _convolves(dims):
    def shape(x, w, bias, stride=1, padding=0, dilation=1, groups=1):
        batched(x, dims)
        if len(w) != dims + 2:
            have = counted_axes(len(w))
            raise ValueError(f"the kernels have {have}: outputs, channels and {dims} of places are needed")
        _, paddings, dilations = pairs(dims, stride=stride, padding=padding, dilation=dilation)
        channels = x[-dims - 1]
        if groups < 1 or channels % groups or w[0] % groups:
            raise ValueError(f"{groups} groups do not divide {channels} channels and {w[0]} outputs")
        if w[1] != channels // groups:
            apart = f" in {groups} groups" * (groups > 1)
            raise ValueError(f"the kernels have {w[1]} channels, the first input {channels}{apart}")
        if bias and bias != w[:1]:
            raise ValueError(f"the bias of {w[0]} kernels has the shape ({w[0]},), here is {bias}")
        for place in range(dims):
            fits(x[place - dims] + 2 * paddings[place], dilations[place] * (w[place + 2] - 1) + 1, place - dims)

    return shape


def fits(length, size, axis):
    if size < 1 or size > length:
        raise ValueError(f"a kernel of {size} entries does not fit into axis {axis} of {length}, padding counted")


def _windows_of(m, x, w, stride, padding, dilation, dims):
    strides, paddings, dilations = pairs(dims, stride=stride, padding=padding, dilation=dilation)
    return all_windows(m, padded(m, with_batch(m, x, dims), paddings), m.shape(w)[2:], strides, dilations)


def _apart(m, x, groups, axis=0):
    """With an axis for the groups ahead of those of the channels at `axis`."""
    shape = m.shape(x)
    return m.reshape(x, shape=(*shape[:axis], groups, shape[axis] // groups, *shape[axis + 1 :]))


def _together(m, x, axis=0):
    shape = m.shape(x)
    return m.reshape(x, shape=(*shape[:axis], shape[axis] * shape[axis + 1], *shape[axis + 2 :]))


OUT, KERNEL = {1: "h", 2: "hw"}, {1: "i", 2: "ij"}


def _einsum(m, result, *inputs, groups, dims):
    """Over groups: the letters n, c and o, and g for the groups, before them."""
    names = [f"{one}".replace("H", OUT[dims]).replace("K", KERNEL[dims]) for _, one in inputs]
    result = result.replace("H", OUT[dims]).replace("K", KERNEL[dims])
    arrays = [one for one, _ in inputs]
    if groups == 1:
        return m.einsum(*arrays, equation=f"{','.join(names)}->{result}")
    split = [_apart(m, one, groups, int(name[0] == "n")) for one, name in zip(arrays, names, strict=True)]
    named = [f"{'n' * (name[0] == 'n')}g{name.removeprefix('n')}" for name in (*names, result)]
    found = m.einsum(*split, equation=f"{','.join(named[:-1])}->{named[-1]}")
    return _together(m, found, int(result[0] == "n"))


def _convolution(dims):
    name = f"conv{dims}d"
    check = _convolves(dims)

    def column(m, bias):
        return m.reshape(bias, shape=(m.shape(bias)[0], *(1,) * dims)) if m.shape(bias) else bias

    def forward(m, x, w, bias, stride, padding, dilation, groups):
        check(m.shape(x), m.shape(w), m.shape(bias), stride, padding, dilation, groups)
        patches = _windows_of(m, x, w, stride, padding, dilation, dims)
        y = _einsum(m, "noH", (patches, "ncHK"), (w, "ocK"), groups=groups, dims=dims)
        y = y if len(m.shape(x)) == dims + 2 else m.reshape(y, shape=m.shape(y)[1:])
        return y + column(m, bias)

    def to_input(m, g, y, x, w, bias, stride, padding, dilation, groups):
        strides, paddings, dilations = pairs(dims, stride=stride, padding=padding, dilation=dilation)
        up, lengths = with_batch(m, m.spread(g, y), dims), m.shape(x)[-dims:]
        back = _einsum(m, "ncHK", (up, "noH"), (w, "ocK"), groups=groups, dims=dims)
        whole = [size + 2 * one for size, one in zip(lengths, paddings, strict=True)]
        added = all_windows_back(m, back, whole, m.shape(w)[2:], strides, dilations)
        return m.reshape(unpadded(m, added, paddings, lengths), shape=m.shape(x))

    def to_kernels(m, g, y, x, w, bias, stride, padding, dilation, groups):
        patches, up = _windows_of(m, x, w, stride, padding, dilation, dims), with_batch(m, m.spread(g, y), dims)
        return _einsum(m, "ocK", (up, "noH"), (patches, "ncHK"), groups=groups, dims=dims)

    def to_bias(m, g, y, x, w, bias, **options):
        up = with_batch(m, m.spread(g, y), dims)
        return m.sum(up, axis=(0, *range(2, dims + 2))) if m.shape(bias) else m.sum(up)

    gate(
        name, "x w bias", shape=check, forward=forward, pullback=(to_input, to_kernels, to_bias),
        defaults={"bias": 0.0},
        pushforward=(
            lambda m, t, y, x, w, bias, **options: getattr(m, name)(t, w, 0.0, **options),
            lambda m, t, y, x, w, bias, **options: getattr(m, name)(x, t, 0.0, **options),
            lambda m, t, y, x, w, bias, **options: m.spread(column(m, t), y),
        ),
        options={"stride": 1, "padding": 0, "dilation": 1, "groups": 1}, samples=LINE if dims == 1 else IMAGE,
        formula=f"for each output the sum of kernel times {'line' if dims == 1 else 'image'} at each place, plus bias",
        pattern="swaps", says="swaps its inputs: the upstream meets the kernels for x, the windows of x for w",
    )  # fmt: skip


_convolution(1)
_convolution(2)
