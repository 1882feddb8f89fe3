"""Shapes alone as a number system: what the rules ask of their inputs where there are no numbers (and no NumPy).

A rule raises ValueError where NumPy does, and never otherwise; sizes may have a name (`Size`). With it `Symbols`
writes the formulas of gates whose entries mix: `g@b.T` for a matrix product.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import zip_longest

from bpcalc.algebra.protocol import Algebra
from bpcalc.gate import Gate
from bpcalc.gates.arrays import GATES
from bpcalc.gates.indexing import Places, full, taken_axes
from bpcalc.reading.gate_options import counted
from bpcalc.reading.sizes import Size, is_negative
from bpcalc.typed import Any

Sizes = tuple[int, ...]


class Shaped:
    """What is known of an array: its shape."""

    __slots__ = ("shape",)

    def __init__(self, shape: Sizes) -> None:
        self.shape = shape

    def _beside(self, other: Any) -> Shaped:
        return Shaped(broadcast(self.shape, getattr(other, "shape", ())))

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = _beside
    __lt__ = __le__ = __gt__ = __ge__ = _beside

    def __neg__(self) -> Shaped:
        return self


def broadcast(*shapes: Sizes) -> Sizes:
    """The shape of shapes that are broadcast. Raises ValueError where they do not fit."""
    found: list[int] = []
    for sizes in zip_longest(*(shape[::-1] for shape in shapes), fillvalue=None):
        given = [size for size in sizes if size is not None]
        different = {size for size in given if size != 1}
        if len(different) > 1:
            raise ValueError(
                f"sizes {' and '.join(map(str, given))} differ on axis -{len(found) + 1}, and neither is 1"
            )
        found.append(different.pop() if different else 1)
    return tuple(found[::-1])


def _places(x: Sizes, axis: Any) -> list[int]:
    """The axes of a reduction, counted from 0."""
    if axis is None or (not x and axis in (0, -1)):  # a single number has one entry along axis 0
        return list(range(len(x)))
    chosen = axis if isinstance(axis, tuple) else (axis,)
    if not all(-len(x) <= one < len(x) for one in chosen):
        raise ValueError(f"axis {axis} is out of range")
    places = [one % len(x) for one in chosen]
    if len(set(places)) < len(places):
        raise ValueError("an axis is named twice")
    return places


def _reduced(x: Sizes, axis: Any = None, keepdims: bool = False) -> Sizes:
    gone = _places(x, axis)
    return tuple(1 if place in gone else size for place, size in enumerate(x) if keepdims or place not in gone)


def _averaged(x: Sizes, axis: Any, keepdims: bool, ddof: int = 0) -> Sizes:
    _places(x, axis)
    return _reduced(x, axis, keepdims)


def _chosen(x: Sizes, axis: Any = None, keepdims: bool = False) -> Sizes:
    """What takes the largest entry, of which there must be one."""
    left = _reduced(x, axis, keepdims)
    if 0 in x and any(x[place] == 0 for place in _places(x, axis)):
        raise ValueError("an array without entries has no such result")
    return left


def _along(x: Sizes, axis: Any) -> Sizes:
    _places(x, axis)
    return x


def _summed(x: Sizes, axis: Any) -> Sizes:
    return (math.prod(x),) if axis is None else _along(x, axis)


def _shares(x: Sizes, axis: Any) -> Sizes:
    _chosen(x, axis, True)
    return x


def _square(x: Sizes) -> Sizes:
    if len(x) < 2 or x[-1] != x[-2]:
        raise ValueError("a square matrix is needed")
    return x


def _trace(x: Sizes) -> Sizes:
    if len(x) < 2:
        raise ValueError("a matrix is needed")
    return x[:-2]


def _product(a: Sizes, b: Sizes) -> Sizes:
    left, right = a if len(a) > 1 else (1, *a), b if len(b) > 1 else (*b, 1)
    if not a or not b or left[-1] != right[-2]:
        raise ValueError("inner sizes differ")
    rows, columns = ((left[-2],) if len(a) > 1 else ()), ((right[-1],) if len(b) > 1 else ())
    return (*broadcast(left[:-2], right[:-2]), *rows, *columns)


def _outer(a: Sizes, b: Sizes) -> Sizes:
    if not len(a) == len(b) == 1:
        raise ValueError("two vectors are needed")
    return (*a, *b)


def _solved(a: Sizes, b: Sizes) -> Sizes:
    _square(a)
    if not b or (b[-2] if len(b) > 1 else b[-1]) != a[-1]:
        raise ValueError("the right side does not fit")
    return (*broadcast(a[:-2], b[:-2]), *b[-2:])


def _indexed(x: Sizes, key: tuple[Any, ...]) -> Sizes:
    if taken_axes(key) > len(x):
        raise ValueError("too many indices")
    left: list[int] = []
    sizes, several = iter(x), [part.shape for part in key if isinstance(part, Places)]
    whole = full(key, len(x))
    # with arrays, whole numbers are some too; those that stand apart put their axes in front, as NumPy has it
    chosen = [at for at, part in enumerate(whole) if isinstance(part, (int, Places))] if several else []
    is_apart = chosen != [*range(chosen[0], chosen[-1] + 1)] if chosen else False
    for at, part in enumerate(whole):
        if part is None:
            left.append(1)
            continue
        size = next(sizes)
        if isinstance(part, tuple):
            left.append(_taken(size, *part))
        elif not all(-size <= one < size for one in (part.flat() if isinstance(part, Places) else (part,))):
            raise ValueError("an index is out of range")
        if chosen and at == chosen[0] and not is_apart:
            left += broadcast(*several)
    return (*broadcast(*several), *left) if is_apart else tuple(left)


def _taken(size: int, start: int | None, stop: int | None, step: int | None) -> int:
    """How many entries a slice takes. One whose ends have names is taken to lie within the array."""
    is_named = any(isinstance(one, Size) for one in (start, stop, step))
    if not isinstance(size, Size):
        if is_named:
            raise ValueError(f"whether the slice lies within {size} entries is not known")
        return len(range(*slice(start, stop, step).indices(size)))
    step = step or 1
    first = (0 if step > 0 else size - 1) if start is None else start + size * is_negative(start)
    last = (size if step > 0 else -1) if stop is None else stop + size * is_negative(stop)
    span = last - first
    count = span // step if isinstance(span, Size) else -(-span // step)
    return 0 if is_negative(count) else count


def _scattered(x: Sizes, shape: Sizes, key: tuple[Any, ...]) -> Sizes:
    place = _indexed(shape, key)
    ahead = max(0, len(x) - len(place))  # axes of size 1 in front are ignored, but for a single entry
    if (x and not place) or any(size != 1 for size in x[:ahead]) or broadcast(x[ahead:], place) != place:
        raise ValueError(f"the place that the index reads has the shape {place}")
    return shape


def _reshaped(x: Sizes, shape: Sizes) -> Sizes:
    count, known = math.prod(x), math.prod(size for size in shape if size != -1)
    if shape.count(-1) > 1:
        raise ValueError("only one size can be left to be found (-1)")
    rest = count // known if -1 in shape and known else 1
    if rest * known != count or (-1 in shape and not known):
        raise ValueError(f"{count} entries do not fill the shape {shape}")
    return tuple(rest if size == -1 else size for size in shape)


def _transposed(x: Sizes, axes: tuple[int, ...] | None) -> Sizes:
    if axes is None:
        return x[::-1]
    if len(axes) != len(x):
        raise ValueError("axes is no order of the axes")
    return tuple(x[place] for place in _places(x, axes))


def _concat(*shapes: Sizes, axis: int) -> Sizes:
    first = shapes[0]
    (place,) = _places(first, axis)
    others = {(*shape[:place], *shape[place + 1 :]) for shape in shapes}
    if len(others) > 1 or len(set(map(len, shapes))) > 1:
        raise ValueError("sizes differ")
    return (*first[:place], sum(shape[place] for shape in shapes), *first[place + 1 :])


def _stack(*shapes: Sizes, axis: int = 0) -> Sizes:
    if len(set(shapes)) > 1:
        raise ValueError("shapes differ")
    (place,) = _places((*shapes[0], 1), axis)
    return (*shapes[0][:place], len(shapes), *shapes[0][place:])


def _diag(x: Sizes) -> Sizes:
    if len(x) not in (1, 2):
        raise ValueError("no diagonal")
    if len(x) == 2 and x[0] != x[1] and any(isinstance(size, Size) for size in x):
        raise ValueError(f"which of {x[0]} and {x[1]} is smaller, the length of the diagonal, is not known")
    return (x[0], x[0]) if len(x) == 1 else (min(x),)


def _picked(S: Sizes, y: Sizes) -> Sizes:
    if not S or y != S[:-1]:
        raise ValueError("the labels do not fit")
    if S[-1] == 0 and 0 not in y:
        raise ValueError("without classes there is nothing to pick")
    return y


def _one_hot(y: Sizes, size: int | None) -> Sizes:
    if size is None:
        raise ValueError("the labels do not tell how many classes there are: write one_hot(y, size=3)")
    return (*y, size)


def _svm_loss(S: Sizes, y: Sizes, *margin: Sizes, reduction: str) -> Sizes:
    _picked(S, y)
    each = broadcast(S, *margin)[:-1]
    return each if reduction == "none" else ()


def _softmax_loss(S: Sizes, y: Sizes, reduction: str) -> Sizes:
    _picked(S, y)
    _chosen(S, -1)
    return y if reduction == "none" else ()


def _nll_loss(S: Sizes, y: Sizes, reduction: str) -> Sizes:
    _picked(S, y)
    return y if reduction == "none" else ()


def _each_loss(*inputs: Sizes, reduction: str) -> Sizes:
    each = broadcast(*inputs)
    return each if reduction == "none" else ()


def _row(x: Sizes) -> Sizes:
    if not x:
        raise ValueError("a single number is no row")
    return x


def _taken_along(x: Sizes, places: Sizes) -> Sizes:
    if not x or not places or x[:-1] != places[:-1] or (x[-1] == 0 and 0 not in places):
        raise ValueError("the places do not fit")
    return places


def _put_along(x: Sizes, places: Sizes, size: int) -> Sizes:
    if not x or x != places or (size == 0 and 0 not in x):
        raise ValueError("the places do not fit")
    return (*x[:-1], size)


def _recurring(b: Sizes, a: Sizes) -> Sizes:
    if not b or a != b:
        raise ValueError("rows of different lengths")
    return b


def _turned(x: Sizes) -> Sizes:
    if len(x) < 2:
        raise ValueError("a matrix is needed")
    return (*x[:-2], x[-1], x[-2])


RULES: dict[str, Callable[..., Sizes]] = {
    **dict.fromkeys(("sum", "prod"), _reduced),
    **dict.fromkeys(("mean", "var", "std"), _averaged),
    **dict.fromkeys(("amax", "amin", "logsumexp"), _chosen),
    **dict.fromkeys(("softmax", "log_softmax"), _shares),
    **dict.fromkeys(("prod_others", "centered"), _along),
    **dict.fromkeys(("cumsum", "cumsum_back"), _summed),
    **dict.fromkeys(("inv", "cofactors", "expm", "cholesky", "eigh"), _square),
    **dict.fromkeys(("det", "logdet", "singular"), lambda x: _square(x)[:-2]),
    **dict.fromkeys(("mse_loss", "bce_loss", "bce_logits_loss", "huber_loss", "kl_div"), _each_loss),
    **dict.fromkeys(("zeros", "ones"), lambda shape: shape),
    "matmul": _product, "outer": _outer, "solve": _solved, "array": _stack, "stack": _stack, "trace": _trace,
    "concat": _concat, "index": _indexed, "scatter": _scattered, "reshape": _reshaped, "diag": _diag,
    "transpose": _transposed, "eye": lambda size, columns: (size, size if columns is None else columns),
    "arange": lambda first, last, step: (counted(first, last, step),), "linspace": lambda first, last, count: (count,),
    "eigvalsh": lambda x: _square(x)[:-1], "pinv": _turned, "order": _row, "take_along": _taken_along,
    "put_along": _put_along, "recurrence": _recurring,
    "pick": _picked, "one_hot": _one_hot, "softmax_loss": _softmax_loss, "svm_loss": _svm_loss,
    "nll_loss": _nll_loss,
}  # fmt: skip


class Shapes(Algebra):
    """The one instance is `SHAPES`. A gate that has no rule here works entry by entry.

    It runs forward. What is asked of entries, which are not known, has the answer of ordinary numbers: they are finite,
    and no condition holds.
    """

    shaped = True

    def constant(self, payload: float | str) -> Shaped:
        return Shaped(())

    def shape(self, x: Any) -> Sizes:
        return x.shape if isinstance(x, Shaped) else ()

    def value(self, number: Any) -> Shaped:
        return number if isinstance(number, Shaped) else Shaped(getattr(number, "shape", ()))

    def entry(self, x: Any, place: tuple[int, ...]) -> Shaped:
        return Shaped(())

    def spread(self, x: Any, like: Any) -> Shaped:
        return Shaped(self.shape(like))

    def is_finite(self, x: Any) -> bool:
        return True

    def is_nan(self, x: Any) -> bool:
        return False

    def is_zero(self, x: Any) -> bool:
        return False

    def holds(self, truth: Any) -> bool:
        return truth is True

    def everywhere(self, truth: Any) -> bool:
        return truth is True

    def __getattr__(self, name: str) -> Any:
        gate = GATES.get(name)
        if gate is None:
            raise AttributeError(f"{type(self).__name__} has no {name}")
        return lambda *inputs, **options: self.function(gate.bind(options) if gate.options else gate)(
            *map(self.value, inputs)
        )

    def function(self, gate: Gate) -> Any:
        rule = RULES.get(gate.name) or (self._own(gate) if gate.pullback and gate.forward else broadcast)

        def shaped(*inputs: Shaped) -> Shaped:
            shapes = [x.shape for x in inputs]
            try:
                return Shaped(rule(*shapes, **gate.options))
            except ValueError:
                if gate.shape:
                    gate.shape(*shapes, **gate.options)  # says what is wrong, in a ValueError
                raise

        return shaped

    def _own(self, gate: Gate) -> Callable[..., Sizes]:
        """The rule of a gate whose entries mix and that has none here: its own record, on shapes."""

        def rule(*shapes: Sizes, **options: Any) -> Sizes:
            if gate.shape:
                gate.shape(*shapes, **options)
            return self.shape(gate.forward(self, *map(Shaped, shapes)))

        return rule


SHAPES = Shapes()
