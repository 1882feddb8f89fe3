"""What `--get` picks out of a report."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple


class Picked(NamedTuple):
    """Names, each with what it calls: a number or an array of the number system `m`, a list of numbers, or a text."""

    m: Any
    found: Sequence[tuple[str, Any]]
