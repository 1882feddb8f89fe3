"""What `bpcalc grad --sweep` finds: the value and the gradient along a range of one input."""

from __future__ import annotations

from typing import NamedTuple

from bpcalc.reports.names import Names
from bpcalc.reports.shown import Shown
from bpcalc.reports.warning import Warning


class Break(NamedTuple):
    """A place of the range where the derivative is broken.

    kind  "kink": the slope jumps; "jump": the value does; "pole": the value is beyond all bounds; "end": on one side
          there is no value; "hole": there is none at this one point
    """

    at: float
    kind: str


class _Sweep(NamedTuple):
    name: str
    names: Names
    points: list[float]
    values: list[float]
    gradients: dict[str, list[float]]
    breaks: list[Break]
    left_out: tuple[str, ...] = ()
    warnings: tuple[Warning, ...] = ()


class Sweep(_Sweep, Shown):
    """The values of the output and its gradients at points of a range.

    name       the input that moves; points: its values
    values     the output's; gradients: for each input that is a single number, the output's gradient
    breaks     where the derivative along the range does not exist, found between the points too
    left_out   the inputs whose gradients are arrays
    """

    __slots__ = ()

    def __repr__(self) -> str:
        return f"Sweep({self.names.expression()} along {self.name} from {self.points[0]!r} to {self.points[-1]!r})"
