"""The Python API: each pipeline as one function."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from bpcalc.calculations.gradient import calculate
from bpcalc.errors import BpcalcError, Source
from bpcalc.gate import CONVENTIONS, LAYOUTS
from bpcalc.reading.lexer import canonical, is_name
from bpcalc.reports.options import Options
from bpcalc.reports.report import Report

if TYPE_CHECKING:
    from bpcalc.reports.others import DiffReport, HessianReport, JacobianReport
    from bpcalc.reports.tangents import JvpReport


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
    **variables: Any,
) -> Report:
    """The value and the gradient of every node of a program of bpcalc's language.

    program    for example "(x+y)*z"
    values     values by name, for names that are no Python keyword arguments (`wrt`, `lambda`); `variables`: the others
    wrt        the names that the gradient is taken for, as a list or "x,y"; default: every variable
    of         the node that is differentiated; default: the last statement
    upstream   the gradient that flows into it, in its shape; default 1, which only a single number can have
    convention the rule where there is no derivative: "torch", "jax", "first", "all" or "none"
    symbolic   whether the nodes have their gradient as a formula; None: in graphs of up to 200 nodes

    A value is a number, a NumPy array or nested lists of numbers.
    Raises BpcalcError, with a message that shows the place, for anything that is wrong with the program or a value.
    """
    given = _named("value", [*(values or {}).items(), *variables.items()])
    _known(convention)
    options = Options(
        wrt=_names(wrt),
        of=of,
        upstream=None if upstream is None else _value(upstream),
        convention=convention,
        symbolic=symbolic,
    )
    return calculate(Source(program), given, options)


def jacobian(
    program: str,
    values: Mapping[str, Any] | None = None,
    /,
    *,
    wrt: Sequence[str] | str = (),
    of: str | None = None,
    convention: str = "torch",
    layout: str = "denominator",
    **variables: Any,
) -> JacobianReport:
    """The derivative of every entry of the output with respect to every entry of each input, as `jacobian` by name.

    layout  "denominator": the axes of the input first, then those of the output; "numerator": the other way round

    The other arguments are those of `gradient`. Raises BpcalcError likewise.
    """
    from bpcalc.calculations.jacobian import jacobian as calculate_jacobian

    given = _named("value", [*(values or {}).items(), *variables.items()])
    _known(convention)
    _layout(layout)
    return calculate_jacobian(Source(program), given, Options(wrt=_names(wrt), of=of, convention=convention), layout)


def diff(
    program: str,
    shapes: Mapping[str, str | Sequence[int]] | None = None,
    /,
    *,
    wrt: Sequence[str] | str = (),
    order: int = 0,
    of: str | None = None,
    layout: str = "denominator",
    symmetric: Sequence[str] | str = (),
) -> DiffReport:
    """The derivatives of a program as formulas, no values needed: `diff("x^2")["x"]` is "2*x".

    shapes     of the variables that are no single numbers: {"A": "m,n", "x": (3,)}
    wrt        "x", or "x,y" to differentiate by x and then by y; several in a list; default: every variable
    order      how often to differentiate
    layout     of a vector by a vector: "denominator" (rows: entries of the input) or "numerator"
    symmetric  the matrices that equal their transpose

    Raises BpcalcError, with a message that shows the place, for anything that is wrong with the program or a shape.
    """
    from bpcalc.calculations.diff.derivatives import Request
    from bpcalc.calculations.diff.pipeline import differentiate
    from bpcalc.reading.declarations import read_shapes

    _layout(layout)
    texts = {name: one if isinstance(one, str) else ",".join(map(str, one)) for name, one in (shapes or {}).items()}
    groups = [wrt] if isinstance(wrt, str) and wrt else list(wrt)
    request = Request(
        wrt=[_names(group) for group in groups], order=order, of=of, layout=layout, symmetric=_names(symmetric)
    )
    return differentiate(Source(program), read_shapes(f"{name}:{text}" for name, text in texts.items()), {}, request)


def jvp(
    program: str,
    values: Mapping[str, Any] | None = None,
    /,
    *,
    tangent: Mapping[str, Any] | None = None,
    of: str | None = None,
    convention: str = "torch",
    **variables: Any,
) -> JvpReport:
    """The value of every node and its derivative along a direction, in forward mode: a Jacobian-vector product.

    tangent    how fast inputs move, by name: {"x": 1, "y": [0, 1]}. What is not named stays still; one number is for
               all entries of an array. A program of a single number needs none: it moves by 1.

    The other arguments are those of `gradient`. Raises BpcalcError likewise.
    """
    from bpcalc.calculations.jvp import jvp as calculate_jvp

    given = _named("value", [*(values or {}).items(), *variables.items()])
    direction = _named("tangent", list((tangent or {}).items()))
    _known(convention)
    return calculate_jvp(Source(program), given, direction, Options(of=of, convention=convention))


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
    **variables: Any,
) -> HessianReport:
    """The second derivatives of a program whose output is a single number.

    vector       by name, as the tangents of `jvp`: only the matrix times this vector is computed, as `product`, and the
                 matrix is never formed; without one `hessian` has a block for each pair of inputs
    eigenvalues  whether to find those of the whole matrix, as `spectrum`

    The other arguments are those of `gradient`. Raises BpcalcError likewise.
    """
    from bpcalc.calculations.hessian import hessian as calculate_hessian

    given = _named("value", [*(values or {}).items(), *variables.items()])
    direction = None if vector is None else _named("tangent", list(vector.items()))
    _known(convention)
    if direction is not None and eigenvalues:
        raise BpcalcError("a product with a vector never forms the matrix, and its eigenvalues need it")
    options = Options(wrt=_names(wrt), of=of, convention=convention)
    return calculate_hessian(Source(program), given, options, direction, eigenvalues)


def _names(wrt: Sequence[str] | str) -> tuple[str, ...]:
    return tuple(wrt.replace(",", " ").split()) if isinstance(wrt, str) else tuple(wrt)


def _named(what: str, pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    """Values or tangents by name, each a number or an array."""
    given: dict[str, Any] = {}
    for name, value in pairs:
        if not is_name(name):
            raise BpcalcError(f'"{name}" is no name of a variable')
        if canonical(name) in given:
            raise BpcalcError(f'"{name}" is given two {what}s')
        try:
            given[canonical(name)] = _value(value)
        except (TypeError, ValueError, OverflowError):
            raise BpcalcError(f'the {what} of "{name}" is {value!r}, not a number') from None
    return given


def _known(convention: str) -> None:
    if convention not in CONVENTIONS:
        raise BpcalcError(f'no convention is called "{convention}"', hint=f"choose from {', '.join(CONVENTIONS)}")


def _layout(layout: str) -> None:
    if layout not in LAYOUTS:
        raise BpcalcError(f'no layout is called "{layout}"', hint=f"choose from {', '.join(LAYOUTS)}")


def _value(value: Any) -> Any:
    """A number as a float, anything with entries as an array."""
    if isinstance(value, (list, tuple)) or bool(getattr(value, "shape", False)):
        from bpcalc.algebra.arrays import ARRAYS

        return ARRAYS.value(value)
    return float(value)
