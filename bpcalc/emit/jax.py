"""`--to jax`: a function with its own backward pass, by `jax.custom_vjp`."""

from __future__ import annotations

import re
from functools import partial

from bpcalc.emit.arraytable import ENTRYWISE, along_one_axis, cofactors, number, ways
from bpcalc.emit.expression import COMPARE, SUM, Table, Way, form
from bpcalc.emit.formulas import SCIPY
from bpcalc.emit.functions import functions
from bpcalc.emit.legal import Legal
from bpcalc.emit.plan import Plan
from bpcalc.emit.plan import planned as with_free_names
from bpcalc.emit.python import NOTHING, RESERVED, about, function_name, laid_out, literal, where
from bpcalc.emit.python import _function as python_function
from bpcalc.reports.derivation import Derivation

NAME = "f"
IMPORTS = (
    "import jax", "import jax.numpy as jnp", "from jax.test_util import check_grads", "",
    'jax.config.update("jax_enable_x64", True)',
)  # fmt: skip
SPECIAL = {"erf": "erf", "erfc": "erfc", "gamma": "gamma", "lgamma": "gammaln", "digamma": "digamma",
           "polygamma": "polygamma"}  # fmt: skip
OTHERS = '''
def prod_others(x, axis):
    """For each entry the product of the others, without dividing by what may be zero."""
    flat = jnp.reshape(x, -1) if axis is None else jnp.moveaxis(x, axis, -1)
    one = jnp.ones_like(flat[..., :1])
    before = jnp.cumprod(jnp.concatenate([one, flat[..., :-1]], -1), -1)
    after = jnp.flip(jnp.cumprod(jnp.concatenate([one, jnp.flip(flat, -1)[..., :-1]], -1), -1), -1)
    others = before * after
    return jnp.reshape(others, x.shape) if axis is None else jnp.moveaxis(others, -1, axis)
'''
LACKS = ("prod_others", "cofactors", "singular", "cumsum_back")
OF_MATRICES = {
    "det": "jnp.linalg.det({0})", "logdet": "jnp.linalg.slogdet({0})[1]", "inv": "jnp.linalg.inv({0})",
    "solve": "jnp.linalg.solve({0}, {1})", "expm": "jax.scipy.linalg.expm({0})", "pinv": "jnp.linalg.pinv({0})",
    "cholesky": "jnp.linalg.cholesky({0})", "eigvalsh": "jnp.linalg.eigvalsh({0})", "eigh": "jnp.linalg.eigh({0})[1]",
}  # fmt: skip


WAYS: dict[str, Way] = {
    "cofactors": cofactors,
    **{gate: way for gate, way in ways("jnp").items() if gate not in LACKS and gate not in ENTRYWISE},
    **{gate: form(f"jax.scipy.special.{name}({{0}})") for gate, name in SPECIAL.items() if gate != "polygamma"},
    "polygamma": form("jax.scipy.special.polygamma({0}, {1})"),
    **{gate: form(f"jax.scipy.special.{SCIPY[gate]}") for gate in ("beta", "erfinv", "expint", "normal_cdf",
                                                                   "normal_logcdf")},
    **{gate: form(text) for gate, text in OF_MATRICES.items()},
    "order": form("jnp.float64(jnp.argsort({0}, axis=-1, stable=True))"),
    "take_along": form("jnp.take_along_axis({0}, jnp.int64({1}), axis=-1)"),
    **{name: partial(along_one_axis, name) for name in ("cumsum_back", "prod_others")},
}  # fmt: skip
TABLE = Table(
    ways=WAYS, number=lambda value: number(value).replace("np.", "jnp."), truth=form("jnp.float64({0})"),
    words=("&", "|", "~"), nonzero=form("{0} != 0", COMPARE, SUM), has_functions=True,
    named={"pi": "jnp.pi", "e": "jnp.e", "inf": "jnp.inf", "nan": "jnp.nan"},
)  # fmt: skip
HELPERS = {
    "cofactors": '''
def cofactors(x):
    """det(x)*inv(x).T of 2 or 3 rows, from the minors."""
    if x.shape[-1] == 2:
        return jnp.flip(x, (-2, -1)) * jnp.array([[1.0, -1.0], [-1.0, 1.0]])
    return jnp.cross(jnp.roll(x, -1, -2), jnp.roll(x, -2, -2))
''',
    "prod_others": OTHERS,
    "put_along": '''
def put_along(x, places, size):
    """Rows of zeros with each x[i, j] added at places[i, j]."""
    rows = jnp.reshape(x, (-1, x.shape[-1]))
    at = jnp.int64(jnp.reshape(places, rows.shape))
    found = jnp.zeros((len(rows), size)).at[jnp.arange(len(rows))[:, None], at].add(rows)
    return jnp.reshape(found, (*x.shape[:-1], size))
''',
    "recurrence": '''
def recurrence(b, a):
    """y[k] = b[k] + a[k]*y[k - 1] along each row."""
    found = [b[..., 0]]
    for k in range(1, b.shape[-1]):
        found.append(b[..., k] + a[..., k] * found[-1])
    return jnp.stack(found, -1)
''',
    "scatter": '''
def scatter(x, shape, key):
    """Zeros of a shape with x at the place of an index."""
    return jnp.zeros(shape).at[key].set(x)
''',
    "gathered_back": '''
def gathered_back(x, shape, key):
    """Zeros of a shape to which x is added at the places of an index, each as often as it stands there."""
    return jnp.zeros(shape).at[key].add(x)
''',
    "pick": '''
def pick(scores, labels):
    """The score of the label of each row."""
    return jnp.take_along_axis(scores, jnp.int64(labels)[..., None], axis=-1)[..., 0]
''',
    "one_hot": '''
def one_hot(labels, size):
    """For each label a row with a 1 at its place."""
    return jnp.float64(jnp.asarray(labels)[..., None] == jnp.arange(size))
''',
    "cumsum_back": '''
def cumsum_back(x, axis):
    """The running sum from the end."""
    return jnp.flip(jnp.cumsum(jnp.flip(x, axis), axis), axis)
''',
}
CHECK = '''
def check():
    """Holds the gradients against finite differences, {where}: 0 if all agree, else 1."""
    at = [{values}]
    try:
        check_grads({called}, {moved}, order=1, modes=["rev"])
    except AssertionError as error:
        print("a gradient differs from finite differences:", " ".join(str(error).split()))
        return 1
    print("the gradients agree with finite differences")
    return 0
'''


def write(derivation: Derivation, name: str, dialect: str | None = None) -> str:
    """The program."""
    d, name = derivation, function_name(name)
    reserved = RESERVED | {"jax", "jnp", "kept", f"{name}_fwd", f"{name}_bwd", "check_grads"}
    plan = with_free_names(
        lambda more: Plan(d, TABLE, Legal(reserved | more, is_ascii=False), squares=False),
        lambda plan: {*(one.name for one in functions(plan.expression, TABLE, reserved)), *plan.wants},
    )
    inputs = list(plan.inputs.values())
    parameters = ", ".join(inputs)
    forward = laid_out(plan.forward)
    backward = list(plan.backward)
    upstream = "upstream"
    if backward and d.lines and backward[0].node == d.lines[0].symbol:
        upstream = backward[0].name
        backward = backward[1:]
    results = ", ".join(_result(plan, d, one.name, legal) for one, legal in zip(d.parameters, inputs, strict=True))
    text = "\n".join([*(one.text for one in backward), results])
    used = re.findall(r"\w+", text)
    kept = [one for one in dict.fromkeys((*inputs, *(one.name for one in plan.forward))) if one in used]
    one = "," * (len(kept) == 1)
    body = "\n".join([
        "@jax.custom_vjp", f"def {name}({parameters}):", f'    """The value of {d.name}."""',
        f"    return {name}_fwd({parameters})[0]", "", "",
        f"def {name}_fwd({parameters}):", '    """The forward pass: the value, and what the backward pass needs."""',
        *forward, f"    return {plan.output}, ({', '.join(kept)}{one})", "", "",
        f"def {name}_bwd(kept, {upstream}):", '    """The backward pass: the gradient of each input."""',
        *([f"    {', '.join(kept)}{one} = kept"] if kept else []), *laid_out(backward),
        f"    return {results or '()'}" if len(inputs) != 1 else f"    return ({results},)", "", "",
        f"{name}.defvjp({name}_fwd, {name}_bwd)",
    ])  # fmt: skip
    own = functions(plan.expression, TABLE, reserved, is_ascii=False, squares=False)
    helpers = [*(HELPERS[one].strip("\n") for one in plan.wants if one in HELPERS), *map(python_function, own)]
    head = "\n".join([about(plan), "", *IMPORTS])
    parts = [head, *helpers, body, _check(d, name).strip("\n")]
    return "\n\n\n".join(parts) + '\n\n\nif __name__ == "__main__":\n    raise SystemExit(check())\n'


def _result(plan: Plan, d: Derivation, name: str, legal: str) -> str:
    """The gradient of an input, in its shape; 0 where none was asked for."""
    node = d.gradient.get(name)
    if node is None or (node in d.graph.leaves and d.graph.number(node) is not None):
        return f"jnp.zeros_like({legal})"
    return plan.gradient[name]


def _check(d: Derivation, name: str) -> str:
    if not any(one.is_moved for one in d.parameters):
        return NOTHING
    values = ", ".join(f"jnp.array({literal(one.value).replace('math.', 'jnp.')})" for one in d.parameters)
    moved = [place for place, one in enumerate(d.parameters) if one.is_moved]
    places, names = ", ".join(map(str, moved)), ", ".join(f"x{place}" for place in moved)
    given = ", ".join(f"x{k}" if one.is_moved else f"at[{k}]" for k, one in enumerate(d.parameters))
    every = len(moved) == len(d.parameters)
    return CHECK.format(
        values=values, called=name if every else f"lambda {names}: {name}({given})",
        moved="at" if every else f"[at[place] for place in [{places}]]",
        where=where(d),
    )



