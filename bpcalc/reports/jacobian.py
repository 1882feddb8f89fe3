"""What `bpcalc jacobian` found."""

from __future__ import annotations

from bpcalc.reports.answer import Answer
from bpcalc.reports.circuit import Circuit
from bpcalc.reports.names import Names
from bpcalc.reports.warning import Warning
from bpcalc.typed import Any, NamedTuple


class Structure(NamedTuple):
    """What a Jacobian looks like as a matrix of input entries by output entries (or the other way round).

    kind      "zero", "identity", "diagonal", "block diagonal", "upper triangular", "lower triangular", "symmetric",
              "empty", or nothing
    nonzero   how many of its `entries` are not zero
    blocks    of a block diagonal one: how many blocks, and their rows and columns
    """

    kind: str
    nonzero: int
    entries: int
    blocks: tuple[int, ...] = ()


class Joint(NamedTuple):
    """The one matrix of several inputs that are single numbers, and of an output with axes.

    matrix  a row an input and a column an entry of the output; the other way round in the numerator layout
    """

    matrix: Any
    structure: Structure


class _JacobianReport(NamedTuple):
    circuit: Circuit
    names: Names
    layout: str
    jacobian: dict[str, Any]
    structure: dict[str, Structure]
    mode: str
    passes: int
    warnings: tuple[Warning, ...] = ()
    joint: Joint | None = None


class JacobianReport(_JacobianReport, Answer):
    """The Jacobian of an output for each input asked for.

    circuit    the graph with the numbers of both passes; `names`: what the nodes are called
    layout     "denominator": the axes of the input first, then of the output; "numerator": the other way round
    jacobian   by input; `structure`: what each Jacobian looks like
    joint      all of them as one matrix, where several inputs are single numbers
    mode       "reverse" or "forward", and how many `passes` it took
    """

    __slots__ = ()
