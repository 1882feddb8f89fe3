"""What the commands other than `grad` found: plain frozen data that their renderers take. May import report.

Apart from `report`, so that `grad` does not wait for their definitions.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from bpcalc.report import Warning


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


class JacobianReport(NamedTuple):
    """The Jacobian of an output for each input asked for.

    layout     "denominator": the axes of the input first, then of the output; "numerator": the other way round
    jacobian   by input; `inputs` has their shapes, `structure` what each Jacobian looks like
    mode       "reverse" or "forward", and how many `passes` it took
    """

    expression: str
    output: str
    value: Any
    layout: str
    jacobian: dict[str, Any]
    inputs: dict[str, tuple[int, ...]]
    structure: dict[str, Structure]
    mode: str
    passes: int
    warnings: tuple[Warning, ...] = ()
