"""What the commands other than `grad` found: plain frozen data that their renderers take.

Apart from `report`, so that `grad` does not wait for their definitions.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from bpcalc.reports.warning import Warning


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


class Spectrum(NamedTuple):
    """The eigenvalues of a Hessian, the smallest first.

    kind   "positive definite", "indefinite", …: what their signs say; "" where one is NaN
    point  what kind of point it is, where the gradient is 0: "a local minimum", …; "" elsewhere
    """

    eigenvalues: tuple[float, ...]
    kind: str = ""
    point: str = ""


class HessianReport(NamedTuple):
    """The second derivatives of an output: the whole matrix, or with a `vector` its product with that.

    inputs     the shape of each input
    hessian    by input and input, the axes of the first, then of the second; empty with a vector
    structure  what each of these blocks looks like; `whole`: the one matrix over inputs that are single numbers
    vector     the tangents that were given, by input, and `product` by input; None without a vector
    passes     backward passes on dual numbers
    """

    expression: str
    output: str
    value: Any
    gradient: dict[str, Any]
    inputs: dict[str, tuple[int, ...]]
    hessian: Mapping[str, Mapping[str, Any]] = {}
    structure: Mapping[str, Mapping[str, Structure]] = {}
    whole: Structure | None = None
    spectrum: Spectrum | None = None
    vector: Mapping[str, Any] | None = None
    product: Mapping[str, Any] = {}
    passes: int = 0
    warnings: tuple[Warning, ...] = ()


class Derivative(NamedTuple):
    """One derivative as a formula.

    over     the names that it is differentiated by, one after the other
    text     in the notation that was asked for; parts that are shared have names (DiffReport.definitions)
    program  in the language, standing alone: its definitions first, if any
    """

    over: tuple[str, ...]
    text: str
    program: str
    shape: tuple[int, ...] = ()


class Check(NamedTuple):
    """How far a derivative was found to be from differences of the function at random numbers.

    points      at which it was compared; 0 where it could not be
    sizes       the numbers that were taken for sizes
    difference  the largest one, relative to the largest entry; NaN where there is none
    reason      why it does not hold, where that is no matter of numbers
    undefined   at how many other points the formula gave NaN or infinity, although there is a derivative
    """

    points: int
    sizes: Mapping[str, int]
    difference: float
    holds: bool
    reason: str = ""
    undefined: int = 0


class DiffReport(NamedTuple):
    """Derivatives as formulas.

    notation     "plain" (the language), "latex" or "unicode"
    names        of variables and parts in that notation, where it writes them otherwise
    definitions  the parts that have a name: each name with its text in that notation
    derivatives  by title: "x", or "x,y" for a mixed one
    point        of a Taylor polynomial, the variable and its value; "" for derivatives
    layout       of vectors by vectors: "denominator" or "numerator"; "" where there are none
    """

    expression: str
    output: str
    notation: str
    definitions: tuple[tuple[str, str], ...]
    derivatives: dict[str, Derivative]
    point: str = ""
    layout: str = ""
    checks: Mapping[str, Check] = {}
    warnings: tuple[Warning, ...] = ()
    names: Mapping[str, str] = {}

    def __getitem__(self, title: str) -> str:  # type: ignore[override]
        """The derivative of a title as a program: a report is asked by name, never by place."""
        return self.derivatives[title].program
