"""Lines of NumPy and PyTorch are read right, or refused with their place: values from those libraries."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bpcalc import gradient
from bpcalc.errors import BpcalcError, Source
from bpcalc.reading.parser import parse

DATA = tomllib.loads(Path(__file__).with_name("lines_of_python.toml").read_text("utf-8"))
VALUES: dict[str, Any] = {
    name: np.array(value, dtype=float) if isinstance(value, list) else value for name, value in DATA["values"].items()
}


@pytest.mark.parametrize("line", DATA["line"], ids=[line["text"][:40] for line in DATA["line"]])
def test_a_line_has_the_value_and_the_gradient_of_its_library(line: dict[str, Any]) -> None:
    report = gradient(line["text"], **{name: VALUES[name] for name in line["given"]})
    assert report.value == pytest.approx(line["value"], rel=1e-9, abs=1e-12)
    for name, expected in line.get("gradient", {}).items():
        np.testing.assert_allclose(report.gradient[name], expected, rtol=1e-6, atol=line["tolerance"])


@pytest.mark.parametrize("refused", DATA["refused"], ids=[refused["text"][:40] for refused in DATA["refused"]])
def test_what_is_not_read_is_refused_at_its_place(refused: dict[str, str]) -> None:
    with pytest.raises(BpcalcError) as told:
        parse(Source(refused["text"]), VALUES)
    span = told.value.span
    assert span is not None
    assert refused["text"][span.start : span.end] == refused["place"]


def test_there_are_many_of_them() -> None:
    assert len(DATA["line"]) >= 60
    assert len(DATA["refused"]) >= 30
