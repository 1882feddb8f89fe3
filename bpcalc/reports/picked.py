"""What `--get` picks out of a report."""

from __future__ import annotations

from collections.abc import Sequence

from bpcalc.typed import Any, NamedTuple


class Picked(NamedTuple):
    """Names, each with what it calls: a number or an array of the number system `m`, a list of numbers, or a text.

    derivative  what a shell's variables for derivatives begin with: "d", or "Hv" for a product with a vector
    """

    m: Any
    found: Sequence[tuple[str, Any]]
    derivative: str = "d"
