"""Array programs: their values and gradients are PyTorch's, and the lectures'.

`programs.json` holds the programs and PyTorch's numbers; `generate.py` writes it.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from every import several

from bpcalc import gradient
from bpcalc.reports.report import Report

PROGRAMS = json.loads(Path(__file__).with_name("programs.json").read_text(encoding="utf-8"))
PUBLISHED = [record for record in PROGRAMS if "published" in record]


def names(records: list[dict[str, Any]]) -> list[str]:
    return [record["name"] for record in records]


def run(record: dict[str, Any]) -> Report:
    return gradient(record["program"], record["bindings"], upstream=record.get("upstream", 1.0))


def close(ours: Any, theirs: Any, relative: float, absolute: float) -> None:
    """The same shape and nearly the same numbers."""
    ours, theirs = np.asarray(ours, dtype=float), np.asarray(theirs, dtype=float)
    assert ours.shape == theirs.shape
    np.testing.assert_allclose(ours, theirs, rtol=relative, atol=absolute)


@several("record", PROGRAMS, called=lambda record: record["name"])
def test_value_and_gradients_are_those_of_pytorch(record: dict[str, Any]) -> None:
    report = run(record)
    close(report.value, record["value"], 1e-10, 1e-12)
    for name, expected in record["gradient"].items():
        close(report.gradient[name], expected, 1e-10, 1e-12)


@pytest.mark.parametrize("record", PUBLISHED, ids=names(PUBLISHED))
def test_the_numbers_of_the_lectures(record: dict[str, Any]) -> None:
    """As far as they are printed."""
    report, published = run(record), record["published"]
    if "value" in published:
        close(report.value, published["value"], 0.0, published["tolerance"])
    for name, expected in published.get("gradient", {}).items():
        close(report.gradient[name], expected, 0.0, published["tolerance"])
