"""How NumPy writes arrays; JAX, which has its names, likewise."""

from __future__ import annotations

from functools import partial

from bpcalc.emit import CannotSayError
from bpcalc.emit.expression import (
    ARITHMETIC,
    ATOM,
    COMPARE,
    OPEN,
    PRODUCT,
    SIGN,
    SUM,
    Expression,
    Operand,
    Parts,
    Table,
    Way,
    Written,
    calls,
    form,
    helper,
    listed,
    nested,
    title,
)  # fmt: skip
from bpcalc.emit.formulas import SCIPY
from bpcalc.gate import CONSTANT
from bpcalc.gates.indexing import has_places, key_text

LINEAR = ("det", "logdet", "inv", "solve", "cofactors", "singular", "expm", "pinv", "cholesky", "eigvalsh", "eigh")
ROWS = ("order", "take_along", "put_along", "recurrence")
ALONG = ("prod_others", "cumsum_back")
ENTRYWISE = ("erf", "erfc", "gamma", "lgamma", "digamma", "polygamma")


def _power(np: str, e: Expression, node: int) -> Written:
    x, n = e.graph.inputs[node]
    if e.graph.number(n) == 2:
        return [f"{np}.square(", Operand(x, OPEN), ")"], ATOM
    return listed(f"{np}.power(", e, node)


def _reduces(function: str, e: Expression, node: int) -> Written:
    """With the options that are not at their defaults."""
    options = e.graph.gates[node].options
    axis = options.get("axis")
    text = "" if axis is None else f", axis={axis}"
    return listed(f"{function}(", e, node, f"{text}{', keepdims=True' if options.get('keepdims') else ''})")


def _transpose(np: str, e: Expression, node: int) -> Written:
    axes, (x,) = e.graph.gates[node].options["axes"], e.graph.inputs[node]
    if axes is None and e.graph.gates[x] is not CONSTANT:
        return [Operand(x, ATOM), ".T"], ATOM
    return [f"{np}.transpose(", Operand(x, OPEN), f", {axes})"], ATOM


def _reshape(np: str, e: Expression, node: int) -> Written:
    return listed(f"{np}.reshape(", e, node, f", {e.graph.gates[node].options['shape']})")


def _index(np: str, e: Expression, node: int) -> Written:
    key = key_text(e.graph.gates[node].options["key"], lambda places: f"{np}.array({places.text})")
    return [Operand(e.graph.inputs[node][0], ATOM), f"[{key}]"], ATOM


def _scatter(np: str, e: Expression, node: int) -> Written:
    options = e.graph.gates[node].options
    helper = "gathered_back" if has_places(options["key"]) else "scatter"
    e.want(helper)
    key = key_text(options["key"], lambda places: f"{np}.array({places.text})")
    return listed(f"{helper}(", e, node, f", {options['shape']}, {np}.s_[{key}])")


def _array(np: str, e: Expression, node: int) -> Written:
    """An array of numbers in one piece; of arrays a stack."""
    graph = e.graph
    if any(e.shape(one) for one in graph.inputs[node]) and not graph.is_literal(node):
        return listed(f"{np}.stack([", e, node, "])")
    return [f"{np}.array(", *_entries(e, node), ")"], ATOM


def _entries(e: Expression, node: int) -> Parts:
    """The entries of an array literal; numbers with a point, so that it is an array of doubles."""
    if e.graph.gates[node].name != "array" or node in e.names:
        number = e.graph.number(node)
        return [Operand(node, OPEN)] if number is None or number - number != 0 else [repr(float(number))]
    parts: Parts = ["["]
    for place, one in enumerate(e.graph.inputs[node]):
        parts += [", "] * bool(place) + _entries(e, one)
    return [*parts, "]"]


def _joined(function: str, e: Expression, node: int) -> Written:
    return listed(f"{function}([", e, node, f"], axis={e.graph.gates[node].options['axis']})")


def _made(np: str, e: Expression, node: int) -> Written:
    """Arrays that are made of their options alone."""
    gate = e.graph.gates[node]
    options = gate.options
    if gate.name in ("zeros", "ones"):
        return [f"{np}.{gate.name}({options['shape']})"], ATOM
    if gate.name == "eye":
        return [f"{np}.eye({', '.join(str(one) for one in options.values() if one is not None)})"], ATOM
    if gate.name == "linspace":
        return [f"{np}.linspace({', '.join(map(repr, options.values()))})"], ATOM
    first, last, step = options["first"], options["last"], options["step"]
    ends = (0.0, first) if last is None else (first, last)
    return [f"{np}.arange({', '.join(repr(float(one)) for one in (*ends, step))})"], ATOM


def _trace(np: str, e: Expression, node: int) -> Written:
    axes = "" if len(e.shape(e.graph.inputs[node][0])) == 2 else ", axis1=-2, axis2=-1"
    return listed(f"{np}.trace(", e, node, f"{axes})")


def _one_hot(e: Expression, node: int) -> Written:
    e.want("one_hot")
    size = e.shape(node)[-1]
    return listed("one_hot(", e, node, f", {size})")


def _cumsum(np: str, e: Expression, node: int) -> Written:
    axis = e.graph.gates[node].options["axis"]
    if isinstance(axis, tuple) or (axis is not None and not e.shape(e.graph.inputs[node][0])):
        e.want("cumsum")
        return listed("cumsum(", e, node, f", {axis})")
    return _reduces(f"{np}.cumsum", e, node)


def _along(name: str, e: Expression, node: int) -> Written:
    e.want(name)
    return listed(f"{name}(", e, node, f", {e.graph.gates[node].options['axis']})")


def along_one_axis(name: str, e: Expression, node: int) -> Written:
    """A helper along an axis, of a library that has no NumPy to go along several."""
    if isinstance(e.graph.gates[node].options["axis"], tuple):
        raise CannotSayError(f"{title(e.graph.gates[node])} along several axes")
    return _along(name, e, node)


def cofactors(e: Expression, node: int) -> Written:
    """Of 2 or 3 rows, from the minors."""
    if e.shape(node)[-1] not in (2, 3):
        raise CannotSayError(title(e.graph.gates[node]))
    return helper("cofactors", e, node)


def einsum(np: str, e: Expression, node: int) -> Written:
    return listed(f'{np}.einsum("{e.graph.gates[node].options["equation"]}", ', e, node)


def put_along(e: Expression, node: int) -> Written:
    e.want("put_along")
    return listed("put_along(", e, node, f", {e.graph.gates[node].options['size']})")


def number(value: float) -> str:
    """The shortest literal of a double; whole numbers without a point."""
    if value != value or value in (float("inf"), -float("inf")):
        return "np.nan" if value != value else "np.inf" if value > 0 else "-np.inf"
    text = repr(value)
    return text[:-2] if text.endswith(".0") and value != 0 else text


def ways(np: str) -> dict[str, Way]:
    """Of the gates, in a library that has NumPy's names under the name `np`."""
    same = ("exp", "expm1", "log", "log2", "log10", "log1p", "sqrt", "cbrt", "abs", "sign", "floor", "ceil", "sin",
            "cos", "tan", "sinh", "cosh", "tanh")  # fmt: skip
    inverse = {f"a{name}": f"{np}.arc{name}" for name in ("sin", "cos", "tan", "sinh", "cosh", "tanh")}
    return {
        **calls({name: f"{np}.{name}" for name in same} | inverse),
        **ARITHMETIC,
        "negate": form("-{0}", SIGN, SIGN + 1),
        "matmul": form("{0} @ {1}", PRODUCT, PRODUCT, SIGN),
        "power": partial(_power, np),
        "hypot": form(f"{np}.hypot({{0}}, {{1}})"), "atan2": form(f"{np}.arctan2({{0}}, {{1}})"),
        "max": partial(nested, f"{np}.maximum"), "min": partial(nested, f"{np}.minimum"),
        "where": form(f"{np}.where({{0?}}, {{1}}, {{2}})"),
        "stop_gradient": form("{0}", ATOM, ATOM),
        **{name: partial(_reduces, f"{np}.{name}") for name in ("sum", "mean", "prod")},
        "amax": partial(_reduces, f"{np}.max"), "amin": partial(_reduces, f"{np}.min"),
        "transpose": partial(_transpose, np), "reshape": partial(_reshape, np), "index": partial(_index, np),
        "scatter": partial(_scatter, np), "array": partial(_array, np),
        "concat": partial(_joined, f"{np}.concatenate"), "stack": partial(_joined, f"{np}.stack"),
        "diag": form(f"{np}.diag({{0}})"), "outer": form(f"{np}.outer({{0}}, {{1}})"), "trace": partial(_trace, np),
        **dict.fromkeys(("zeros", "ones", "eye", "arange", "linspace"), partial(_made, np)),
        "pick": partial(helper, "pick"), "one_hot": _one_hot, "cumsum": partial(_cumsum, np),
        "einsum": partial(einsum, np),
        **{name: partial(helper, name) for name in (*LINEAR, *ENTRYWISE, *ROWS)}, "put_along": put_along,
        **{name: partial(_along, name) for name in ALONG},
        "mod": form(f"{np}.mod({{0}}, {{1}})"), "round": form(f"{np}.round({{0}})"),
    }  # fmt: skip


ARRAYS = Table(
    ways=ways("np") | {name: form(f"scipy.special.{call}") for name, call in SCIPY.items()}
    | {"sigmoid": partial(helper, "sigmoid")},
    number=number, truth=form("np.float64({0})"), words=("&", "|", "~"),
    nonzero=form("{0} != 0", COMPARE, SUM), has_functions=True,
    named={"pi": "np.pi", "e": "np.e", "tau": "math.tau", "inf": "np.inf", "nan": "np.nan"},
)  # fmt: skip

HELPERS = {
    # the gate's own numbers, bit for bit: `np.where` between two arrays would take longer than all else here
    "sigmoid": '''
def sigmoid(x):
    """1/(1 + e^-x), where e^-x overflows too"""
    tail = np.exp(-np.abs(x))
    return np.maximum(x >= 0.0, tail) / (1 + tail)
''',
    "scatter": '''
def scatter(x, shape, key):
    """Zeros of a shape with x at the place of an index."""
    whole = np.zeros(shape)
    whole[key] = x
    return whole
''',
    "gathered_back": '''
def gathered_back(x, shape, key):
    """Zeros of a shape to which x is added at the places of an index, each as often as it stands there."""
    whole = np.zeros(shape)
    np.add.at(whole, key, x)
    return whole
''',
    "pick": '''
def pick(scores, labels):
    """The score of the label of each row."""
    return np.take_along_axis(scores, np.int64(labels)[..., None], axis=-1)[..., 0]
''',
    "one_hot": '''
def one_hot(labels, size):
    """For each label a row with a 1 at its place."""
    return np.float64(np.asarray(labels)[..., None] == np.arange(size))
''',
    **{
        name: f'''
def {name}(x):
    """{what}, entry by entry."""
    return np.vectorize(math.{name}, otypes=[float])(x)
'''
        for name, what in (("erf", "The error function"), ("erfc", "1 - erf(x)"))
    },
}
