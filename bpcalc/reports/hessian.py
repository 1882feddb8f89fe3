"""What `bpcalc hessian` found."""

from __future__ import annotations

from collections.abc import Mapping

from bpcalc.reports.answer import Answer
from bpcalc.reports.circuit import Circuit
from bpcalc.reports.jacobian import Structure
from bpcalc.reports.names import Names
from bpcalc.reports.warning import Warning
from bpcalc.typed import Any, NamedTuple


class Spectrum(NamedTuple):
    """The eigenvalues of a Hessian, the smallest first.

    kind   "positive definite", "indefinite", …: what their signs say; "" where one is NaN, or they say nothing
    point  what kind of point it is, where the gradient is 0: "a local minimum", …; "" elsewhere
    """

    eigenvalues: tuple[float, ...]
    kind: str = ""
    point: str = ""


class Judged(NamedTuple):
    """How well it is known what a spectrum says.

    rest         how the gradient is known to be 0: "0", "0 but for rounding"; "undecided" where it may be; "" elsewhere
    is_doubtful  whether second derivatives do not exist here, or may be others: then nothing is said of the point
    """

    rest: str = ""
    is_doubtful: bool = False

    @property
    def undecided(self) -> str:
        """What could not be decided, as a sentence; "" where nothing is left open."""
        if self.is_doubtful:
            rules = "the rules of the parts do not give the second derivatives here (see the warnings)"
            return f"{rules}: nothing is told of the point"
        if self.rest == "undecided":
            return "whether the gradient is 0 here is not decided: what there is of it may be rounding"
        return ""


class _HessianReport(NamedTuple):
    circuit: Circuit
    names: Names
    gradient: dict[str, Any]
    hessian: Mapping[str, Mapping[str, Any]] = {}
    structure: Mapping[str, Mapping[str, Structure]] = {}
    whole: Structure | None = None
    spectrum: Spectrum | None = None
    judged: Judged = Judged()
    vector: Mapping[str, Any] | None = None
    product: Mapping[str, Any] = {}
    passes: int = 0
    warnings: tuple[Warning, ...] = ()


class HessianReport(_HessianReport, Answer):
    """The second derivatives of an output: the whole matrix, or with a `vector` its product with that.

    hessian    by input and input, the axes of the first, then of the second; empty with a vector
    structure  what each of these blocks looks like; `whole`: the one matrix over inputs that are single numbers
    vector     the tangents that were given, by input, and `product` by input; None without a vector
    judged     how well it is known what the spectrum says
    passes     backward passes on dual numbers
    """

    __slots__ = ()
