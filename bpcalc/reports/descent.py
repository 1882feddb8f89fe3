"""What `bpcalc descend` found: the path of each method, and how it ended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bpcalc.reports.answer import Answer
from bpcalc.reports.circuit import Circuit
from bpcalc.reports.names import Names
from bpcalc.reports.warning import Warning
from bpcalc.typed import Any, NamedTuple

ENDS = ("converged", "steps", "oscillating", "diverged", "nan")
FAILED = ("diverged", "nan")


class Point(NamedTuple):
    """A point of a path.

    step         how many steps have led to it, of `evaluations` of the gradient
    value, norm  of the output, and of its gradient, over all rows of the data
    at           the inputs that move, by name; of many numbers, on a path that is not whole, at its end only
    epoch        how often all rows of the data have been seen; None without batches
    """

    step: int
    evaluations: int
    value: float
    norm: float
    at: Mapping[str, Any]
    epoch: int | None = None


class First(NamedTuple):
    """What the first step was made of, by name: where the inputs stood, their gradients, where they then stand; and
    the output there, of the first batch alone where there are batches."""

    before: Mapping[str, Any]
    gradient: Mapping[str, Any]
    after: Mapping[str, Any]
    value: float
    then: float


class Bound(NamedTuple):
    """The rate below which a step from the start falls.

    searched   along the ray that the gradient points down: inf where it falls at every rate, None where at none
    curvature  what the second derivative along the gradient would say of a parabola; None where it curves down
    """

    searched: float | None
    curvature: float | None


class Descent(NamedTuple):
    """One method's way down.

    title     the method's name, and its rate where it stands there with several
    rate      None for a method that finds the length of its steps
    path      its points in order, the start first and the end last; of a long one only some, unless all were asked for
    bound     of a method whose first step is along the gradient, where the trace asks for it
    ended     one of ENDS, told by `message`; remarks: what else a teacher would say
    """

    title: str
    method: str
    rate: float | None
    path: Sequence[Point]
    ended: str
    message: str
    remarks: tuple[str, ...]
    first: First | None
    bound: Bound | None = None

    @property
    def end(self) -> Point:
        return self.path[-1]


class Surface(NamedTuple):
    """The output over a rectangle of the two numbers that move: `values[row][column]` at `ys[row]`, `xs[column]`."""

    labels: tuple[str, str]
    xs: Sequence[float]
    ys: Sequence[float]
    values: Sequence[Sequence[float]]


class _DescentReport(NamedTuple):
    circuit: Circuit
    names: Names
    descents: Sequence[Descent]
    moving: tuple[str, ...]
    maximize: bool
    traced: bool = False
    batch: tuple[int, int, int] | None = None
    surface: Surface | None = None
    warnings: tuple[Warning, ...] = ()


class DescentReport(_DescentReport, Answer):
    """The paths of one or more methods from the same start.

    circuit   the graph where the first method ended
    moving    the inputs that move
    batch     rows a batch, rows of the data, and the seed; None where every step sees all rows
    surface   of two numbers that move, where a picture was asked for
    """

    __slots__ = ()

    @property
    def only(self) -> Descent:
        """The first method's descent."""
        return self.descents[0]

    @property
    def final(self) -> Mapping[str, Any]:
        """Where the first method ended, by name."""
        return self.only.end.at

    @property
    def ended(self) -> str:
        """How the first method ended, one of ENDS."""
        return self.only.ended

    @property
    def message(self) -> str:
        return self.only.message

    @property
    def failed(self) -> bool:
        """Did a method diverge, or meet NaN?"""
        return any(one.ended in FAILED for one in self.descents)

    def __repr__(self) -> str:
        ends = ", ".join(f"{one.method} {one.ended} at step {one.end.step}: {one.end.value!r}" for one in self.descents)
        return f"DescentReport({ends})"


def numbers(at: Mapping[str, Any]) -> list[tuple[str, float]]:
    """The single numbers of some values, entry by entry: `x`, `w[0]`, `W[1, 0]`."""
    found: list[tuple[str, float]] = []
    for name, value in at.items():
        shape = getattr(value, "shape", ())
        if not shape:
            found.append((name, float(value)))
            continue
        places: list[tuple[int, ...]] = [()]
        for size in shape:
            places = [(*place, one) for place in places for one in range(size)]
        found += [(f"{name}[{', '.join(map(str, place))}]", float(value[place])) for place in places]
    return found
