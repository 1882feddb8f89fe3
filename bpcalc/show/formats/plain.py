"""`NAME<TAB>NUMBER` a line; what is alone has no name."""

from __future__ import annotations

from collections.abc import Iterable

from bpcalc.show import Style

SHAPE = "pairs"


def write(pairs: Iterable[tuple[str, str]], style: Style) -> str:
    return "\n".join(f"{name}\t{text}" if name else text for name, text in pairs)
