"""Jacobians as text: a table with a label for every row and column, plain lines, JSON.

May import errors, report, show, show.arraytext, show.grid, show.json_, show.numbers, rich inside the functions.
"""

from __future__ import annotations

import json as library
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from bpcalc.errors import BpcalcError
from bpcalc.report import JacobianReport, Structure
from bpcalc.show import Style
from bpcalc.show.arraytext import block, summary
from bpcalc.show.grid import GAP, cut, plain as lines_of, printed, ruled, total
from bpcalc.show.json_ import number
from bpcalc.show.numbers import aligned, exact, eye, is_array

if TYPE_CHECKING:
    from rich.text import Text

COLUMNS = 12  # a Jacobian with more columns, or with more rows, is shown by its corners
ROWS = 24
CORNER = 3  # rows and columns at each end of a large one
GAP_MARK = "…"
NOTHING = "·"  # a zero of a sparse Jacobian

Shape = tuple[int, ...]


def table(report: JacobianReport, style: Style) -> str:
    """What was computed, then a block for each input."""
    f, shape = report.output, _shape(report.value)
    lines = _heading(report, style)
    if shape:
        sides = ("entries of the input", f"entries of {f}")
        rows, columns = sides if report.layout == "denominator" else sides[::-1]
        lines += _wrapped(f"{report.layout} layout: ", f"rows = {rows}, columns = {columns}", style)
        each = f"entry of {f}" if report.mode == "reverse" else "entry of the inputs"
        passes = "1 pass" if report.passes == 1 else f"{report.passes:,} passes"
        lines.append(f"{passes} in {report.mode} mode, one for each {each}" if report.passes > 1 else f"{passes} in {report.mode} mode")
    for name in report.jacobian:
        lines += ["", *_block(report, name, style)]
    return "\n".join(cut(line, style.width) if not style.color else line for line in lines)
