"""The Python API: the pipeline as one function.

May import everything but show and cli.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bpcalc.calculate import Options, calculate
from bpcalc.errors import BpcalcError, Source
from bpcalc.gate import CONVENTIONS
from bpcalc.lexer import canonical, is_name
from bpcalc.report import Report


def gradient(
    program: str,
    values: Mapping[str, float] | None = None,
    /,
    *,
    wrt: Sequence[str] | str = (),
    of: str | None = None,
    upstream: float = 1.0,
    convention: str = "torch",
    symbolic: bool | None = None,
    **variables: float,
) -> Report:
    """The value and the gradient of every node of a program of bpcalc's language.

    program    for example "(x+y)*z"
    values     values by name, for names that are no Python keyword arguments (`wrt`, `lambda`); `variables`: the others
    wrt        the names that the gradient is taken for, as a list or "x,y"; default: every variable
    of         the node that is differentiated; default: the last statement
    upstream   the gradient that flows into it
    convention the rule where there is no derivative: "torch", "jax", "first", "all" or "none"
    symbolic   whether the nodes have their gradient as a formula; None: in graphs of up to 200 nodes

    Raises BpcalcError, with a message that shows the place, for anything that is wrong with the program or a value.
    """
    given: dict[str, float] = {}
    for name, value in [*(values or {}).items(), *variables.items()]:
        if not is_name(name):
            raise BpcalcError(f'"{name}" is no name of a variable')
        if canonical(name) in given:
            raise BpcalcError(f'"{name}" is given two values')
        try:
            given[canonical(name)] = float(value)
        except (TypeError, ValueError, OverflowError):
            raise BpcalcError(f'the value of "{name}" is {value!r}, not a number') from None
    if convention not in CONVENTIONS:
        raise BpcalcError(f'no convention is called "{convention}"', hint=f"choose from {', '.join(CONVENTIONS)}")
    names = tuple(wrt.replace(",", " ").split()) if isinstance(wrt, str) else tuple(wrt)
    options = Options(wrt=names, of=of, upstream=float(upstream), convention=convention, symbolic=symbolic)
    return calculate(Source(program), given, options)
