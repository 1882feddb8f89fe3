"""Random programs on random tables: every engine that is installed has the numbers of `grad`."""

from __future__ import annotations

import math
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from engines import ENGINES, batch, columns, same
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bpcalc import gradient

NUMBERS = st.sampled_from([0.0, -0.0, 1.0, -1.0, 2.5, 1e-300, 1e300, math.inf, -math.inf, math.nan]) | st.floats(-9, 9)
ROWS = st.lists(st.tuples(NUMBERS, NUMBERS), min_size=1, max_size=5)
LEAVES = st.sampled_from(["x", "y", "2", "0.1", "b"])
EXACT = ("({} + {})", "({} - {})", "({} * {})", "({} / {})", "max({}, {})", "min({}, {})", "where({} < 1, x, {})")
ONE = ("relu({})", "abs({})", "(-{})", "sqrt({})", "({})^2", "floor({})")
NOTES = st.text(st.characters(codec="utf-8", exclude_characters="\x00\r\n\","), max_size=6)


def grown(parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    two = st.builds(lambda form, a, b: form.format(a, b), st.sampled_from(EXACT), parts, parts)
    return two | st.builds(lambda form, a: form.format(a), st.sampled_from(ONE), parts)


# Only what IEEE rounds in one way: so the engines have to agree in the last digit.
PROGRAMS = st.recursive(LEAVES, grown, max_leaves=8).map(lambda text: f"x + 0*y + b + {text}")


@pytest.mark.parametrize("engine", ENGINES)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(PROGRAMS, ROWS, st.data())
def test_random_tables_have_the_numbers_of_grad(
    engine: str, text: str, rows: list[tuple[float, float]], data: st.DataObject
) -> None:
    notes = [data.draw(NOTES) for _ in rows]
    table = "note,y,x\n" + "".join(f"{note}.,{y!r},{x!r}\n" for (x, y), note in zip(rows, notes, strict=True))
    with TemporaryDirectory() as folder:
        found = batch(Path(folder), table, text, "FILE", "b=0.5", "-q", "--engine", engine)
    assert (found.status, found.err) == (0, "")
    results = columns(found.out)
    assert results["note"] == [f"{note}." for note in notes]
    for place, (x, y) in enumerate(rows):
        report = gradient(text, x=x, y=y, b=0.5)
        assert same(float(results["value"][place]), float(report.value)), (x, y)
        for name in "xyb":
            assert same(float(results[f"d_{name}"][place]), float(report.gradient[name])), (name, x, y)
