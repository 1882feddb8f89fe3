"""How far the doubles of a calculation are from the truth: what `--ulp` found. Plain data."""

from __future__ import annotations

from collections.abc import Mapping

from bpcalc.typed import NamedTuple


class Cancelled(NamedTuple):
    """A sum or difference whose terms cancel: so many digits of `of` that a double has, and its terms were rounded."""

    node: int
    digits: int
    of: int


class Grown(NamedTuple):
    """A gate that makes a relative error so many times as large as that of its inputs."""

    node: int
    times: float


class Beyond(NamedTuple):
    """A gate whose result no double can be: too large, or too small, which is 0."""

    node: int
    is_large: bool


class Rewritten(NamedTuple):
    """Another form of a part, which is the same number: checked at many digits.

    node, part  the part, and its expression; instead: what to write for it
    value, gradient  how far the output, and the worst gradient, are from the truth with it, in ulps
    """

    node: int
    part: str
    instead: str
    value: float
    gradient: float


class Accuracy(NamedTuple):
    """Errors in units in the last place (ulp) of the double nearest to the truth, of arrays the worst entry's.

    truth      what the output really is, to 17 digits; "" for an array
    values, gradients  by node; a node that was not calculated, or whose gradient was not asked for, is not there
    roundings  by how many ulps of the output the rounding of each node moves it; empty where the output is an array
    """

    truth: str
    values: Mapping[int, float]
    gradients: Mapping[int, float]
    roundings: Mapping[int, float]
    lost: tuple[Cancelled | Grown | Beyond, ...] = ()
    rewrites: tuple[Rewritten, ...] = ()

    @property
    def worst(self) -> int | None:
        """The node whose rounding moves the output most; None where none does."""
        node = max(self.roundings, key=lambda one: self.roundings[one], default=None)
        return node if node is not None and self.roundings[node] > 0 else None
