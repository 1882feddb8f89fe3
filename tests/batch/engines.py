"""The engines that are installed here, and a table through one of them."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Any

from commandline import Result, call

from bpcalc.batch.running import PACKAGES

OTHERS = [one for one, package in PACKAGES.items() if find_spec(package)]
ENGINES = ["python", *OTHERS]


def batch(folder: Path, text: str | bytes, *arguments: str, name: str = "t.csv") -> Result:
    """What `bpcalc batch` prints of a table with this text; `FILE` in the arguments is the table."""
    (folder / name).write_bytes(text.encode() if isinstance(text, str) else text)
    return call(["batch", *(name if word == "FILE" else word for word in arguments)], folder=folder)


def columns(text: str) -> dict[str, list[str]]:
    """A CSV by its columns."""
    import csv
    from io import StringIO

    heading, *rows = csv.reader(StringIO(text))
    return {name: [row[place] for row in rows] for place, name in enumerate(heading)}


def unified(text: str) -> str:
    """A table with numbers as Python writes them: other engines write 1e-7, which reads back to the same."""
    import re

    return re.sub(r"(?<=,)-?[0-9.]+e-?[0-9]+(?=[,\n])", lambda m: repr(float(m[0])), text)


def same(a: Any, b: Any) -> bool:
    """Equal as doubles, NaN to NaN and -0 to 0."""
    return bool(a == b or (a != a and b != b))
