"""The Python API: each pipeline as one function."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from bpcalc import show
from bpcalc.algebra import systems
from bpcalc.algebra.typed import typed as as_typed
from bpcalc.calculations.gradient import calculate
from bpcalc.calculations.passes import evaluate, typed
from bpcalc.drawing import notebook
from bpcalc.errors import BpcalcError
from bpcalc.gate import CONVENTIONS, LAYOUTS
from bpcalc.reading import objects
from bpcalc.reports.options import Options
from bpcalc.reports.report import Report
from bpcalc.reports.shown import Shown

if TYPE_CHECKING:
    from bpcalc.algebra.protocol import Algebra
    from bpcalc.reports.derivatives import DiffReport
    from bpcalc.reports.descent import DescentReport
    from bpcalc.reports.hessian import HessianReport
    from bpcalc.reports.jacobian import JacobianReport
    from bpcalc.reports.tangents import JvpReport

LARGEST_ORDER = 100  # of a derivative
Shown.writer = show  # what makes documents and frames of the reports that these functions return
Shown.notebook = notebook


def gradient(
    program: str,
    values: Mapping[str, Any] | None = None,
    /,
    *,
    wrt: Sequence[str] | str = (),
    of: str | None = None,
    upstream: Any = None,
    convention: str = "torch",
    symbolic: bool | None = None,
    ulp: bool = False,
    digits: int | None = None,
    exact: bool = False,
    bounds: bool = False,
    split: int = 1,
    correlations: Mapping[tuple[str, str], float] | None = None,
    monte_carlo: int = 0,
    seed: int = 0,
    numbers: Algebra | None = None,
    **variables: Any,
) -> Report:
    """The value and the gradient of every node of a program of bpcalc's language.

    program    for example "(x+y)*z"
    values     values by name, for names that are no Python keyword arguments (`wrt`, `lambda`); `variables`: the others
    wrt        the names that the gradient is taken for, as a list or "x,y"; default: every variable
    of         the node that is differentiated, or a formula of nodes; default: the last statement
    upstream   the gradient that flows into it, in its shape; default 1, which only a single number can have
    convention the rule where there is no derivative: "torch", "jax", "first", "all" or "none"
    symbolic   whether the nodes have their gradient as a formula; None: in graphs of up to 200 nodes
    ulp        whether `accuracy` of the report tells how far its doubles are from the truth
    digits     how many digits of every number are certainly right; None: doubles
    exact      whether fractions stay fractions, and roots, pi and the like symbols
    bounds     whether every number is two ends that it certainly lies between; a value may be a range, "[4.7..5.3]"
    split      into how many parts the ranges are cut then, for narrower bounds
    correlations  of uncertain values, which are texts, "5±0.3": {("x", "y"): 0.5}
    monte_carlo   with how many samples their `uncertainty` is checked; `seed`: what these are drawn from
    numbers    another number system than these: an algebra, see bpcalc.algebra

    Numbers of `digits` and `exact` have `.fraction()` and `.mpmath()`; for them 0.1 is the decimal that Python prints.
    A value is a number, a NumPy array, nested lists of numbers, or a constant expression of the language as a text.
    Raises BpcalcError, with a message that shows the place, for anything that is wrong with the program or a value.
    """
    numbers = _system(numbers, digits, exact, bounds)
    if objects.read_truth("ulp", ulp) and numbers is not None:
        raise BpcalcError("ulp is for doubles", hint="leave digits, exact, bounds and numbers out")
    above = None if upstream is None else _values("upstream gradient", {"L": upstream}, numbers)["L"]
    shown = False if bounds else None if symbolic is None else objects.read_truth("symbolic", symbolic)
    options = _options(convention, of, wrt, numbers, split)._replace(upstream=above, symbolic=shown, ulp=ulp)
    options = _of_inexact(options, correlations, monte_carlo, seed)
    return calculate(objects.read_program(program, of), _values("value", values, numbers, variables, True), options)


def jacobian(
    program: str,
    values: Mapping[str, Any] | None = None,
    /,
    *,
    wrt: Sequence[str] | str = (),
    of: str | None = None,
    convention: str = "torch",
    layout: str = "denominator",
    digits: int | None = None,
    exact: bool = False,
    bounds: bool = False,
    split: int = 1,
    numbers: Algebra | None = None,
    **variables: Any,
) -> JacobianReport:
    """The derivative of every entry of the output with respect to every entry of each input, as `jacobian` by name.

    layout  "denominator": the axes of the input first, then those of the output; "numerator": the other way round

    The other arguments are those of `gradient`. Raises BpcalcError likewise.
    """
    from bpcalc.calculations.jacobian import jacobian as calculate_jacobian

    layout, numbers = objects.read_word("layout", layout, LAYOUTS), _system(numbers, digits, exact, bounds)
    given, options = _values("value", values, numbers, variables), _options(convention, of, wrt, numbers, split)
    return calculate_jacobian(objects.read_program(program, of), given, options, layout)


def diff(
    program: str,
    shapes: Mapping[str, str | Sequence[int]] | None = None,
    /,
    *,
    wrt: Sequence[str] | str = (),
    order: int | None = None,
    of: str | None = None,
    layout: str = "denominator",
    symmetric: Sequence[str] | str = (),
    upstream: str | None = None,
) -> DiffReport:
    """The derivatives of a program as formulas, no values needed: `diff("x^2")["x"]` is "2*x".

    shapes     of the variables that are no single numbers: {"A": "m,n", "x": (3,)}
    wrt        "x", or "x,y" to differentiate by x and then by y; several in a list; default: every variable
    order      how often to differentiate; 0: the function itself, simplified
    layout     of a vector by a vector: "denominator" (rows: entries of the input) or "numerator"
    symmetric  the matrices that equal their transpose
    upstream   the gradient that flows into the output, a variable among the shapes or a formula: "G"; default: 1

    Raises BpcalcError, with a message that shows the place, for anything that is wrong with the program or a shape.
    """
    from bpcalc.calculations.diff.pipeline import differentiate
    from bpcalc.calculations.diff.request import Request
    from bpcalc.reading.declarations import read_shapes

    texts = [f"{name}:{_sizes(name, one)}" for name, one in objects.read_mapping("shapes", shapes).items()]
    groups = [wrt] if isinstance(wrt, str) and wrt else objects.read_names("wrt", wrt)
    request = Request(
        wrt=[objects.read_names("wrt", group) for group in groups],
        order=None if order is None else objects.read_whole("order", order, 0, LARGEST_ORDER),
        of=objects.read_output("of", of),
        layout=objects.read_word("layout", layout, LAYOUTS),
        symmetric=objects.read_names("symmetric", symmetric),
        upstream=None if upstream is None else objects.read_program(upstream),
    )
    return differentiate(objects.read_program(program, of), read_shapes(texts), {}, request)


def jvp(
    program: str,
    values: Mapping[str, Any] | None = None,
    /,
    *,
    tangent: Mapping[str, Any] | None = None,
    of: str | None = None,
    convention: str = "torch",
    digits: int | None = None,
    exact: bool = False,
    bounds: bool = False,
    split: int = 1,
    numbers: Algebra | None = None,
    **variables: Any,
) -> JvpReport:
    """The value of every node and its derivative along a direction, in forward mode: a Jacobian-vector product.

    tangent    how fast inputs move, by name: {"x": 1, "y": [0, 1]}. What is not named stays still; one number is for
               all entries of an array. A program of a single number needs none: it moves by 1.

    The other arguments are those of `gradient`. Raises BpcalcError likewise.
    """
    from bpcalc.calculations.jvp import jvp as calculate_jvp

    numbers = _system(numbers, digits, exact, bounds)
    given, direction = _values("value", values, numbers, variables), _values("tangent", tangent, numbers)
    options = _options(convention, of, (), numbers, split)
    return calculate_jvp(objects.read_program(program, of), given, direction, options)


def hessian(
    program: str,
    values: Mapping[str, Any] | None = None,
    /,
    *,
    wrt: Sequence[str] | str = (),
    vector: Mapping[str, Any] | None = None,
    of: str | None = None,
    convention: str = "torch",
    eigenvalues: bool = False,
    digits: int | None = None,
    exact: bool = False,
    bounds: bool = False,
    split: int = 1,
    numbers: Algebra | None = None,
    **variables: Any,
) -> HessianReport:
    """The second derivatives of a program whose output is a single number.

    vector       by name, as the tangents of `jvp`: only the matrix times this vector is computed, as `product`, and the
                 matrix is never formed; without one `hessian` has a block for each pair of inputs
    eigenvalues  whether to find those of the whole matrix, as `spectrum`

    The other arguments are those of `gradient`. Raises BpcalcError likewise.
    """
    from bpcalc.calculations.hessian import hessian as calculate_hessian

    numbers = _system(numbers, digits, exact, bounds)
    direction = None if vector is None else _values("tangent", vector, numbers)
    if objects.read_truth("eigenvalues", eigenvalues) and numbers is not None and numbers.anew:
        raise BpcalcError("eigenvalues are for doubles", hint="leave digits, exact and bounds out")
    if eigenvalues and direction is not None:
        raise BpcalcError("a product with a vector never forms the matrix, and its eigenvalues need it")
    given, options = _values("value", values, numbers, variables), _options(convention, of, wrt, numbers, split)
    return calculate_hessian(objects.read_program(program, of), given, options, direction, eigenvalues)


def descend(
    program: str,
    values: Mapping[str, Any] | None = None,
    /,
    *,
    wrt: Sequence[str] | str = (),
    method: Sequence[str] | str = "gradient",
    rate: float | Sequence[float] | None = None,
    steps: int = 100,
    until: float | None = None,
    maximize: bool = False,
    batch: int | None = None,
    seed: int = 0,
    of: str | None = None,
    convention: str = "torch",
    **variables: Any,
) -> DescentReport:
    """Follows the gradient from the given values: gradient descent. The report has the `path`, `final`, `ended`.

    wrt       the names of the inputs that move; default: every variable that carries a gradient
    method    "gradient", "momentum", "adam", "newton" or "lbfgs"; several run side by side, with equal numbers of
              gradients
    rate      of the steps, 0.1 where none is given; or a list of one for each method that takes one
    until     the norm of the gradient at which to stop; None: all `steps` are made
    maximize  whether to go up instead
    batch     rows a step, of the arrays that stay, in an order that depends on the `seed`; None: all rows

    The other arguments are those of `gradient`. Raises BpcalcError likewise.
    """
    from bpcalc.calculations.descend.pipeline import MOST_STEPS, Request
    from bpcalc.calculations.descend.pipeline import descend as run_descent
    from bpcalc.emit.compiled import compiled

    rates = () if rate is None else rate if isinstance(rate, Sequence) and not isinstance(rate, str) else (rate,)
    request = Request(
        methods=objects.read_names("method", method),
        rates=tuple(_number("a rate", one) for one in rates),
        steps=objects.read_whole("steps", steps, 0, MOST_STEPS),
        until=None if until is None else _number("until", until),
        maximize=objects.read_truth("maximize", maximize),
        batch=None if batch is None else objects.read_whole("batch", batch, 1, MOST_STEPS),
        seed=objects.read_whole("seed", seed, 0, MOST_STEPS),
    )
    given, options = _values("value", values, None, variables), _options(convention, of, wrt)
    return run_descent(objects.read_program(program, of), given, options, request, compiled)


def _number(title: str, value: Any) -> float:
    """A single number."""
    found = objects.read_number(title, value, _value, evaluate)
    if getattr(found, "shape", ()):
        raise BpcalcError(f"{title} is a single number, not an array")
    return float(found)


def _system(
    numbers: Algebra | None, digits: int | None, exact: bool, bounds: bool
) -> Algebra | None:
    """The number system that is asked for; None: doubles."""
    truths = [objects.read_truth(name, one) for name, one in (("exact", exact), ("bounds", bounds))]
    if sum([digits is not None, *truths, numbers is not None]) > 1:
        raise BpcalcError("digits, exact, bounds and numbers are each a number system", hint="give one of them")
    if bounds:
        return systems.bounded()
    if digits is not None:
        return systems.with_digits(objects.read_whole("digits", digits, 1, systems.LARGEST))
    return systems.exact() if exact else numbers


def _parts(split: int, numbers: Algebra | None) -> int:
    """Into how many parts ranges are cut."""
    parts = objects.read_whole("split", split, 1, 100_000)
    if parts > 1 and (numbers is None or not numbers.encloses):
        raise BpcalcError("split is of bounds", hint="add bounds=True")
    return parts


def _of_inexact(
    options: Options, correlations: Mapping[tuple[str, str], float] | None, samples: int, seed: int
) -> Options:
    """The options, with what is asked of ranges and of uncertain values."""
    return options._replace(
        correlations=objects.read_pairs("correlations", correlations),
        monte_carlo=objects.read_whole("monte_carlo", samples, 0, 100_000_000),
        seed=objects.read_whole("seed", seed, 0, 2**63),
    )


def _options(
    convention: str, of: str | None, wrt: Sequence[str] | str = (), numbers: Algebra | None = None, split: int = 1
) -> Options:
    """The options that all calculations with numbers share."""
    return Options(
        wrt=objects.read_names("wrt", wrt),
        of=objects.read_output("of", of),
        convention=objects.read_word("convention", convention, CONVENTIONS),
        numbers=numbers,
        split=_parts(split, numbers),
    )


def _values(
    what: str, given: Mapping[str, Any] | None, numbers: Algebra | None, more: Mapping[str, Any] | None = None,
    uncertain: bool = False,
) -> dict[str, Any]:
    """Values or tangents by name, each a number or an array; or a range where `numbers` have bounds, or uncertain."""
    found = _read_values(what, given, numbers, more)
    for name, value in found.items():
        if getattr(value, "ranged", False) and (numbers is None or not numbers.encloses):
            raise BpcalcError(f'the {what} of "{name}" is a range', hint="gradient(…, bounds=True) takes ranges")
        if getattr(value, "uncertainty", None) is not None and not (uncertain and numbers is None):
            hint = "gradient with doubles tells what uncertainties do"
            raise BpcalcError(f'the {what} of "{name}" is uncertain, and here values are exact', hint=hint)
    return found


def _read_values(
    what: str, given: Mapping[str, Any] | None, numbers: Algebra | None, more: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    pairs = [*objects.read_mapping(f"{what}s", given).items(), *(more or {}).items()]
    if numbers is not None and not (hasattr(numbers, "value") and hasattr(numbers, "constant")):
        raise BpcalcError(f"numbers is an algebra, not {numbers!r}", hint="see bpcalc.algebra.protocol")
    if numbers is not None and numbers.anew:
        return objects.read_values(what, pairs, _kept, typed)
    read = _value if numbers is None else numbers.value
    return objects.read_values(what, pairs, read, lambda program: evaluate(program, numbers))


def _kept(value: Any) -> Any:
    """A number, or anything with entries, as doubles that remember what was given."""
    if isinstance(value, (list, tuple)) or bool(getattr(value, "shape", False)):
        from bpcalc.algebra.arrays import nearest

        doubles = nearest(value)
    elif isinstance(value, (bytes, bytearray)):
        raise TypeError
    else:
        doubles = float(value)
    return as_typed(doubles, lambda m: m.value(value))


def _sizes(name: object, sizes: object) -> str:
    """The sizes of a shape as a word has them: `m,n`."""
    if isinstance(sizes, str):
        return sizes
    if isinstance(sizes, Sequence):
        return ",".join(map(str, sizes))
    raise BpcalcError(f'the shape of "{name}" is {sizes!r}, not sizes', hint='for example {"A": "m,n", "x": (3,)}')


def _value(value: Any) -> Any:
    """A number as a float, anything with entries as an array of its own. Raises ValueError or TypeError for others."""
    if isinstance(value, (list, tuple)) or bool(getattr(value, "shape", False)):
        from bpcalc.algebra.arrays import own

        return own(value)
    if isinstance(value, (bytes, bytearray)):  # which float would read as a text
        raise TypeError
    return float(value)
