"""The Python API: the pipeline as one function.

May import everything but show and cli.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bpcalc.calculate import Options, calculate
from bpcalc.errors import BpcalcError, Source
from bpcalc.gate import CONVENTIONS
from bpcalc.lexer import canonical, is_name
from bpcalc.report import Report


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
    given: dict[str, Any] = {}
    for name, value in [*(values or {}).items(), *variables.items()]:
        if not is_name(name):
            raise BpcalcError(f'"{name}" is no name of a variable')
        if canonical(name) in given:
            raise BpcalcError(f'"{name}" is given two values')
        try:
            given[canonical(name)] = _value(value)
        except (TypeError, ValueError, OverflowError):
            raise BpcalcError(f'the value of "{name}" is {value!r}, not a number') from None
    if convention not in CONVENTIONS:
        raise BpcalcError(f'no convention is called "{convention}"', hint=f"choose from {', '.join(CONVENTIONS)}")
    names = tuple(wrt.replace(",", " ").split()) if isinstance(wrt, str) else tuple(wrt)
    options = Options(
        wrt=names,
        of=of,
        upstream=None if upstream is None else _value(upstream),
        convention=convention,
        symbolic=symbolic,
    )
    return calculate(Source(program), given, options)


def _value(value: Any) -> Any:
    """A number as a float, anything with entries as an array."""
    if isinstance(value, (list, tuple)) or bool(getattr(value, "shape", False)):
        from bpcalc.algebra.arrays import ARRAYS

        return ARRAYS.value(value)
    return float(value)
