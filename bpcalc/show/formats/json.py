"""JSON: one object. NaN and infinity are the strings "NaN", "Infinity", "-Infinity", for JSON has no such numbers."""

from __future__ import annotations

from typing import Any

from bpcalc.show import Style

SHAPE = "document"


def write(document: Any, style: Style) -> str:
    import json as library

    return library.dumps(document, ensure_ascii=False, allow_nan=False)
