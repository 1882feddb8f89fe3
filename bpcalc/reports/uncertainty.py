"""What uncertain inputs make of the output: the budget of the GUM, and what speaks against it. Plain data.

GUM: JCGM 100:2008, Evaluation of measurement data. Guide to the expression of uncertainty in measurement.
"""

from __future__ import annotations

from collections.abc import Mapping

from bpcalc.typed import NamedTuple


class Contribution(NamedTuple):
    """What one input adds.

    uncertainty   its standard uncertainty
    sensitivity   ∂output/∂input
    contribution  both multiplied: by how much it alone moves the output, with its sign
    share         of the output's variance; with correlations it may be less than 0. They add up to 1
    """

    name: str
    value: float
    uncertainty: float
    sensitivity: float
    contribution: float
    share: float


class Sampled(NamedTuple):
    """The output at normal samples of the inputs.

    lost  how many samples gave no finite number, and are left out
    low, high  where the middle 95 % of the others lie
    """

    samples: int
    seed: int
    lost: int
    mean: float
    uncertainty: float
    low: float
    high: float


class Near(NamedTuple):
    """A gate that bends or jumps when an input moves by so many of its uncertainties."""

    node: int
    name: str
    steps: int


class Uncertainty(NamedTuple):
    """The uncertainty of the output.

    value         the output at the inputs' values
    uncertainty   by first order, the law of propagation (GUM 5.1.2 and 5.2.2)
    second        the same with the second derivatives (GUM 5.1.2, note), and bias: by how much they move the mean.
                  NaN where there are none
    secant        the uncertainty if inputs move the output as steps of one uncertainty do, and not as tangents
    correlations  by pairs of inputs
    """

    value: float
    uncertainty: float
    contributions: tuple[Contribution, ...]
    correlations: Mapping[tuple[str, str], float]
    second: float
    bias: float
    secant: float
    near: tuple[Near, ...] = ()
    sampled: Sampled | None = None
