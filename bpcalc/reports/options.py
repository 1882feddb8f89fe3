"""What is asked of a calculation, beyond its expression and values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bpcalc.algebra.protocol import Algebra
from bpcalc.typed import Any, NamedTuple


class Options(NamedTuple):
    """The options that the commands share; each reads those that mean something to it.

    wrt         names that the gradient is taken for; none: every variable
    of          the node that is differentiated; None: the last statement
    upstream    the gradient that flows into it; None: 1, which only a single number can have
    convention  the rule at kinks, one of gate.CONVENTIONS
    expand      packed gates that are written out in elementary gates, by name
    nodes       the names of the nodes to make rows of; None: all
    symbolic    whether rows have symbolic gradients; None: where there are at most 200 of them
    all         whether a graph over 200 nodes has a row for each
    simplify    whether SymPy simplifies the symbolic gradients
    numbers     the number system; None: doubles, single ones or in arrays
    split       with bounds: into how many parts the box of the ranges is cut
    correlations  of uncertain values, by pairs of names
    monte_carlo  how many samples of uncertain values are taken; `seed`: of what they are drawn
    ulp         whether the report tells how far its doubles are from the truth
    trace       whether the report has the steps of a trace
    """

    wrt: Sequence[str] = ()
    of: str | None = None
    upstream: Any = None
    convention: str = "torch"
    expand: Sequence[str] = ()
    nodes: Sequence[str] | None = None
    all: bool = True
    symbolic: bool | None = None
    simplify: bool = False
    numbers: Algebra | None = None
    split: int = 1
    correlations: Mapping[tuple[str, str], float] = {}
    monte_carlo: int = 0
    seed: int = 0
    ulp: bool = False
    trace: bool = False


DEFAULTS = Options()
