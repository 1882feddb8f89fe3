"""`--to torch`: a `torch.autograd.Function` that works under vmap and can be differentiated again."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import partial
from typing import Any

from bpcalc.emit import CannotSayError
from bpcalc.emit.arraytable import along_one_axis, cofactors, einsum, put_along
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
    form,
    listed,
    title,
)  # fmt: skip
from bpcalc.emit.functions import functions
from bpcalc.emit.legal import Legal
from bpcalc.emit.plan import Plan, Statement
from bpcalc.emit.plan import planned as with_free_names
from bpcalc.emit.python import NOTHING, RESERVED, about, function_name, laid_out, literal, where
from bpcalc.emit.python import _function as python_function
from bpcalc.emit.pythontable import number
from bpcalc.emit.tensors import HELPERS
from bpcalc.gate import INPUT, Gate
from bpcalc.gates.indexing import Places, has_places, key_text
from bpcalc.reports.derivation import Derivation

NAME = "f"
SAME = ("exp", "expm1", "log", "log2", "log10", "log1p", "sqrt", "abs", "sign", "floor", "ceil", "sin", "cos", "tan",
        "asin", "acos", "atan", "sinh", "cosh", "tanh", "asinh", "acosh", "atanh", "erf", "erfc", "lgamma", "digamma",
        "sigmoid", "relu", "round", "erfinv")  # fmt: skip
OTHERS = {"erfcx": "special.erfcx", "normal_cdf": "special.ndtr", "normal_logcdf": "special.log_ndtr",
          "mod": "remainder"}  # fmt: skip


class _Tensors(Expression):
    """Tells tensors from Python's numbers: what no input goes into is a number, and functions do not take those."""

    def tensor(self, node: int) -> Parts:
        """An operand of a function."""
        if self.varies(node):
            return [Operand(node, OPEN)]
        return ["torch.as_tensor(", Operand(node, OPEN), ", dtype=torch.float64)"]

    def varies(self, node: int) -> bool:
        """Does a node depend on an input?"""
        marks: list[bool] = self.__dict__.setdefault("marks", [])
        for one in range(len(marks), node + 1):
            inputs = self.graph.inputs[one]
            made = self.graph.gates[one].of_arrays and not inputs  # torch.ones and the like
            marks.append(self.graph.gates[one] is INPUT or made or any(marks[source] for source in inputs))
        return marks[node]

    def _called(self, gate: Gate, inputs: tuple[int, ...]) -> Written:
        parts, own = super()._called(gate, inputs)
        spread: Parts = []
        for part in parts:
            spread += [part] if isinstance(part, str) else self.tensor(part.node)
        return spread, own


def _function(name: str, e: Any, node: int) -> Written:
    """A function of tensors."""
    parts: Parts = [f"{name}("]
    for place, one in enumerate(e.graph.inputs[node]):
        parts += [", "] * bool(place) + e.tensor(one)
    return [*parts, ")"], ATOM


def _power(e: Any, node: int) -> Written:
    x, n = e.graph.inputs[node]
    if e.graph.number(n) == 2:
        return ["torch.square(", *e.tensor(x), ")"], ATOM
    return ["torch.pow(", *e.tensor(x), ", ", Operand(n, OPEN), ")"], ATOM


def _extreme(name: str, e: Any, node: int) -> Written:
    first, *rest = e.graph.inputs[node]
    parts: Parts = [f"torch.{name}imum(" * len(rest), *e.tensor(first)]
    for one in rest:
        parts += [", ", *e.tensor(one), ")"]
    return parts, ATOM


def _where(e: Any, node: int) -> Written:
    c, a, b = e.graph.inputs[node]
    # of two plain numbers torch would make single precision
    second = [Operand(b, OPEN)] if e.varies(a) else e.tensor(b)
    condition: Parts = [Operand(c, OPEN, True)]
    if not e.varies(c):
        condition = ["torch.as_tensor(", *condition, ")"]
    return ["torch.where(", *condition, ", ", Operand(a, OPEN), ", ", *second, ")"], ATOM


def _reduces(name: str, e: Expression, node: int) -> Written:
    options = e.graph.gates[node].options
    axis, keeps = options.get("axis"), options.get("keepdims")
    if axis is None and keeps:
        axis = tuple(range(len(e.shape(e.graph.inputs[node][0]))))
    if name == "prod" and isinstance(axis, tuple):
        raise CannotSayError("a product along several axes")
    text = "" if axis is None else f", dim={axis}"
    return listed(f"torch.{name}(", e, node, f"{text}{', keepdim=True' if keeps else ''})")


def _transpose(e: Expression, node: int) -> Written:
    axes, (x,) = e.graph.gates[node].options["axes"], e.graph.inputs[node]
    size = len(e.shape(x))
    if axes is None and size == 2:
        return [Operand(x, ATOM), ".T"], ATOM
    order = tuple(range(size))[::-1] if axes is None else tuple(axis % size for axis in axes)
    return listed("torch.permute(", e, node, f", {order})")


def _onward(key: tuple[Any, ...], shape: tuple[int, ...]) -> tuple[tuple[Any, ...], list[int]]:
    """An index whose slices all go forwards, as torch asks for, and the axes that are turned round for it."""
    parts, turned = [], []
    for axis, (part, size) in enumerate(zip(key, shape, strict=False)):
        if isinstance(part, tuple) and (part[2] or 1) < 0:
            start, stop, step = slice(*part).indices(size)
            first, count = size - 1 - start, len(range(start, stop, step))
            parts.append((first, first + (count - 1) * -step + 1 if count else first, -step))
            turned.append(axis)
        else:
            parts.append(part)
    return tuple(parts), turned


def _index(e: Expression, node: int) -> Written:
    (x,) = e.graph.inputs[node]
    key, turned = _forwards(e.graph.gates[node].options["key"], e.shape(x))
    if not turned:
        return [Operand(x, ATOM), f"[{key_text(key, _places)}]"], ATOM
    return listed("torch.flip(", e, node, f", {turned})[{key_text(key)}]")


def _forwards(key: tuple[Any, ...], shape: tuple[int, ...]) -> tuple[tuple[Any, ...], list[int]]:
    """`_onward` where a slice goes backwards. Raises CannotSayError for one beside new axes, places or an ellipsis."""
    if not any(isinstance(part, tuple) and (part[2] or 1) < 0 for part in key):
        return key, []
    if not all(isinstance(part, int | tuple) for part in key):
        raise CannotSayError("a slice backwards beside an index of another kind")
    return _onward(key, shape)


def _places(places: Places) -> str:
    return f"torch.tensor({places.text})"


def _scatter(e: Expression, node: int) -> Written:
    options = e.graph.gates[node].options
    key, turned = _forwards(options["key"], options["shape"])
    helper = "gathered_back" if has_places(key) else "scatter"
    e.want(helper)
    slices = ", ".join(f"slice{part}" if isinstance(part, tuple) else key_text((part,), _places) for part in key)
    back = f", {turned})" if turned else ""
    return listed(f"{'torch.flip(' * bool(turned)}{helper}(", e, node, f", {options['shape']}, ({slices},)){back}")


def _array(e: Any, node: int) -> Written:
    if e.graph.is_literal(node):
        return [f"torch.tensor({literal(_literal(e, node))}, dtype=torch.float64)"], ATOM
    parts: Parts = ["torch.stack(["]
    for place, one in enumerate(e.graph.inputs[node]):
        parts += [", "] * bool(place) + e.tensor(one)
    return [*parts, "])"], ATOM


def _literal(e: Expression, node: int) -> Any:
    if e.graph.gates[node].name == "array":
        return [_literal(e, one) for one in e.graph.inputs[node]]
    number = e.graph.number(node)
    if number is None:
        number = float(e.graph.leaves[node])
    return number


def _made(e: Expression, node: int) -> Written:
    gate = e.graph.gates[node]
    options = gate.options
    if gate.name in ("zeros", "ones"):
        return [f"torch.{gate.name}({options['shape']}, dtype=torch.float64)"], ATOM
    if gate.name == "arange":
        first, last, step = options["first"], options["last"], options["step"]
        ends = (0.0, first) if last is None else (first, last)
        inside = ", ".join(repr(float(one)) for one in (*ends, step))
    elif gate.name == "eye":
        inside = ", ".join(str(one) for one in options.values() if one is not None)
    else:
        inside = ", ".join(map(repr, options.values()))
    return [f"torch.{gate.name}({inside}, dtype=torch.float64)"], ATOM


def _joined(name: str, e: Expression, node: int) -> Written:
    return listed(f"torch.{name}([", e, node, f"], dim={e.graph.gates[node].options['axis']})")


def _one_hot(e: Expression, node: int) -> Written:
    e.want("one_hot")
    return listed("one_hot(", e, node, f", {e.shape(node)[-1]})")


def _helper(name: str, e: Any, node: int) -> Written:
    e.want(name)
    return _function(name, e, node)


def _diagonal(name: str, e: Expression, node: int) -> Written:
    if len(e.shape(e.graph.inputs[node][0])) > 2:
        raise CannotSayError(title(e.graph.gates[node]))
    return listed(f"torch.{name}(", e, node)


WAYS: dict[str, Way] = {
    "cofactors": cofactors,
    **{name: partial(_function, f"torch.{name}") for name in SAME},
    **{gate: partial(_function, f"torch.{name}") for gate, name in OTHERS.items()},
    **ARITHMETIC,
    "negate": form("-{0}", SIGN, SIGN + 1), "matmul": form("{0} @ {1}", PRODUCT, PRODUCT, SIGN),
    "power": _power, "hypot": partial(_function, "torch.hypot"), "atan2": partial(_function, "torch.atan2"),
    "max": partial(_extreme, "max"), "min": partial(_extreme, "min"), "where": _where,
    "stop_gradient": form("{0}", ATOM, ATOM),
    **{name: partial(_reduces, name) for name in ("sum", "mean", "prod", "amax", "amin")},
    "transpose": _transpose, "index": _index, "scatter": _scatter, "array": _array,
    "reshape": lambda e, node: listed("torch.reshape(", e, node, f", {e.graph.gates[node].options['shape']})"),
    "concat": partial(_joined, "cat"), "stack": partial(_joined, "stack"),
    "diag": partial(_diagonal, "diag"), "trace": partial(_diagonal, "trace"), "outer": form("torch.outer({0}, {1})"),
    **dict.fromkeys(("zeros", "ones", "eye", "arange", "linspace"), _made),
    "pick": partial(_helper, "pick"), "one_hot": _one_hot, "cbrt": partial(_helper, "cbrt"),
    **{name: partial(along_one_axis, name) for name in ("cumsum", "cumsum_back", "prod_others")},
    "det": form("torch.linalg.det({0})"), "logdet": form("torch.linalg.slogdet({0})[1]"),
    "inv": form("torch.linalg.inv({0})"), "solve": form("torch.linalg.solve({0}, {1})"),
    "expm": form("torch.linalg.matrix_exp({0})"), "pinv": form("torch.linalg.pinv({0})"),
    **{name: partial(_helper, name) for name in ("cholesky", "eigvalsh", "eigh", "order", "take_along", "recurrence")},
    "put_along": put_along, "einsum": partial(einsum, "torch"),
}  # fmt: skip
TABLE = Table(
    ways=WAYS, number=number, truth=form("({0}).to(torch.float64)"), words=("&", "|", "~"),
    nonzero=form("{0} != 0", COMPARE, SUM), has_functions=True,
    named={"pi": "math.pi", "e": "math.e", "tau": "math.tau", "inf": "math.inf", "nan": "math.nan"}, cells=_Tensors,
)  # fmt: skip
CHECK = '''
def check():
    """Holds the gradients against finite differences, {where}: 0 if all agree, else 1."""
    at = [{values}]
    inputs = [torch.tensor(one, dtype=torch.float64, requires_grad=moves) for one, moves in at]
    try:
        torch.autograd.gradcheck({name}, inputs{eps})
    except RuntimeError as error:
        print("a gradient differs from finite differences:", " ".join(str(error).split()))
        return 1
    print("the gradients agree with finite differences")
    return 0
'''


def write(derivation: Derivation, name: str, dialect: str | None = None) -> str:
    """The program."""
    d, name = derivation, function_name(name)
    reserved = RESERVED | {"torch", "ctx", "inputs", "output", "upstream"}
    plan = with_free_names(
        lambda more: Plan(d, TABLE, Legal(reserved | more, is_ascii=False), squares=False),
        lambda plan: {*(one.name for one in functions(plan.expression, TABLE, reserved)), *plan.wants},
    )
    inputs = list(plan.inputs.values())
    given = "".join(f", {one}" for one in inputs)
    backward = list(plan.backward)
    upstream = "upstream"
    if backward and d.lines and backward[0].node == d.lines[0].symbol:
        upstream, backward = backward[0].name, backward[1:]
    again = _needed(plan, backward)
    used = _words([*(one.text for one in (*again, *backward)), *plan.gradient.values()])
    results = ", ".join(_result(plan, d, one.name) for one in d.parameters)
    kept = ", ".join(one if one in used else f"_{one}" for one in inputs)
    unpack = [f"        {kept}{',' * (len(inputs) == 1)} = ctx.saved_tensors"] if used & {*inputs} else []
    title_ = f"{name[0].upper()}{name[1:]}" if name[0].upper() != name[0] else f"{name}Function"
    body = "\n".join([
        f"class {title_}(torch.autograd.Function):", f'    """{d.name} with its own backward pass."""', "",
        "    generate_vmap_rule = True", "",
        "    @staticmethod", f"    def forward({', '.join(inputs)}):", *laid_out(plan.forward, indent=" " * 8),
        f"        return {_output(plan, d)}", "",
        "    @staticmethod", "    def setup_context(ctx, inputs, output):",
        "        ctx.save_for_backward(*inputs)", "",
        "    @staticmethod", f"    def backward(ctx, {upstream}):", *unpack,
        *(["        # the forward pass again: so the gradient can be differentiated too"] if again else []),
        *laid_out(again, indent=" " * 8),
        *(["", "        # backward pass"] if backward else []), *laid_out(backward, indent=" " * 8),
        f"        return {results}" if len(inputs) != 1 else f"        return ({results},)", "", "",
        f"def {name}({given[2:]}):", f'    """The value of {d.name}."""', f"    return {title_}.apply({given[2:]})",
    ])  # fmt: skip
    own = functions(plan.expression, TABLE, reserved, is_ascii=False, squares=False)
    helpers = [*(HELPERS[one].strip("\n") for one in plan.wants if one in HELPERS), *map(python_function, own)]
    values = ", ".join(
        f"({literal(one.value)}, {one.is_moved})"
        for one in d.parameters
    )
    largest = max((abs(float(entry)) for one in d.parameters for entry in _flat(one.value)), default=0.0)
    eps = f", eps={1e-6 * largest:.0e}" if largest > 1e3 else ""
    check = CHECK.format(eps=eps, values=values, name=name, where=where(d))
    check = check if any(one.is_moved for one in d.parameters) else NOTHING
    code = "\n\n\n".join([*helpers, body, check.strip("\n")])
    imports = "import math\n\nimport torch" if "math." in code else "import torch"
    return f'{about(plan)}\n\n{imports}\n\n\n{code}\n\n\nif __name__ == "__main__":\n    raise SystemExit(check())\n'


def _flat(value: Any) -> Any:
    return value.reshape(-1).tolist() if hasattr(value, "reshape") else [value]


def _words(texts: Iterable[str]) -> set[str]:
    """The names in texts."""
    return set(re.findall(r"\w+", " ".join(texts)))


def _needed(plan: Plan, backward: list[Statement]) -> list[Statement]:
    """The statements of the forward pass that the backward pass needs."""
    words = _words([*(one.text for one in backward), *plan.gradient.values()])
    found: list[Statement] = []
    for one in reversed(plan.forward):
        if one.name in words:
            found.append(one)
            words |= _words([one.text])
    return found[::-1]


def _output(plan: Plan, d: Derivation) -> str:
    """The value; an input that is handed on as it is is another tensor, and so is a number."""
    expression = plan.expression
    if isinstance(expression, _Tensors) and not expression.varies(d.output):
        return f"torch.as_tensor({plan.output}, dtype=torch.float64)"
    handed = {*plan.inputs.values()}
    is_input = plan.output in handed or any(one.name == plan.output and one.text in handed for one in plan.forward)
    return f"{plan.output}.clone()" if is_input else plan.output


def _result(plan: Plan, d: Derivation, name: str) -> str:
    node = d.gradient.get(name)
    if node is None or (node in d.graph.leaves and d.graph.number(node) is not None):
        return "None"
    return plan.gradient[name]
