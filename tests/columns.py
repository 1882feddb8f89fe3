"""What the tests of the column "as a formula" share: which of its formulas are not true."""

from __future__ import annotations

from typing import Any

import numpy as np

from bpcalc import gradient
from bpcalc.reports.report import Report

RELATIVE = 1e-8  # what (1 - f)*f may lose near f = 1 is 1e-9; reading it again rounds once more


def untrue(report: Report) -> list[str]:
    """The rows whose formula, with the values of the rows for their names, gives another number than their gradient."""
    known = {row.name: row.value for row in report.nodes}
    found = []
    for row in report.nodes:
        formula = row.brief
        if row.gradient is None or not formula or formula.endswith("…"):
            continue
        value = gradient(formula, known, symbolic=False, upstream=np.ones(np.shape(row.gradient))).value
        if np.shape(value) != np.shape(row.gradient) or not _close(value, row.gradient):
            found.append(f"{row.name}: {formula} gives {value!r}, the gradient is {row.gradient!r}")
    return found


def _close(a: Any, b: Any) -> bool:
    return bool(np.all(np.isclose(a, b, rtol=RELATIVE, atol=0, equal_nan=True)))
