"""Mini-batches: every epoch sees each row once, in an order that depends on the seed alone; the steps are NumPy's."""

from __future__ import annotations

from itertools import islice

import numpy as np
import pytest

from bpcalc import BpcalcError, descend
from bpcalc.calculations.descend.batches import batches


@pytest.mark.parametrize(("count", "size"), [(10, 3), (10, 5), (7, 1), (4, 4), (1, 1)])
def test_an_epoch_sees_every_row_once(count: int, size: int) -> None:
    per = -(-count // size)
    found = [*islice(batches(count, size, 0), 3 * per)]
    for epoch in range(3):
        part = found[epoch * per : (epoch + 1) * per]
        assert sorted(row for rows, _ in part for row in rows) == [*range(count)]
        assert [is_last for _, is_last in part] == [False] * (per - 1) + [True]


def test_the_order_is_the_same_everywhere() -> None:
    """Of a generator that Python promises: the Mersenne twister's random() from a seed."""
    assert [rows for rows, _ in islice(batches(6, 2, 0), 3)] == ORDER
    assert [rows for rows, _ in islice(batches(6, 2, 1), 3)] != ORDER


# By hand: random() of seed 0 begins 0.844, 0.758, 0.421, 0.259, 0.511, so 5 stays, 4 and 3, 3 and 1, 2 and 0 change.
ORDER = [[2, 4], [0, 1], [3, 5]]


def test_every_order_is_about_as_frequent() -> None:
    from collections import Counter

    seen = Counter(tuple(rows) for rows, _ in islice(batches(3, 3, 5), 6000))
    assert len(seen) == 6
    assert all(800 < times < 1200 for times in seen.values())


def test_the_steps_are_those_of_a_loop_in_numpy() -> None:
    generator = np.random.default_rng(1)
    x, y = generator.normal(size=20), generator.normal(size=20)
    values = {"x": x, "y": y, "w": 0.5, "b": 0.0}
    report = descend("r = w*x + b - y; mean(r*r)", values, wrt="w,b", batch=8, seed=7, rate=0.1, steps=12)
    w, b = 0.5, 0.0
    for step, (rows, _) in enumerate(islice(batches(20, 8, 7), 12), 1):
        r = w * x[rows] + b - y[rows]
        w, b = w - 0.1 * np.sum(2 * r / len(rows) * x[rows]), b - 0.1 * np.sum(2 * r / len(rows))
        for point in report.only.path:
            if point.step == step:
                assert (point.at["w"], point.at["b"]) == (pytest.approx(w, rel=1e-12), pytest.approx(b, rel=1e-12))
                r = w * x + b - y
                assert point.value == pytest.approx(np.mean(r * r), rel=1e-12)
    assert report.only.path[-1].step == 12


def test_one_batch_of_all_rows_is_the_whole_gradient() -> None:
    values = {"x": [1.0, 2.0, 3.0], "y": [1.0, 3.0, 2.0], "w": 0.0}
    whole = descend("sum((w*x - y)^2)", values, wrt="w", rate=0.01, steps=5)
    batch = descend("sum((w*x - y)^2)", values, wrt="w", rate=0.01, steps=5, batch=100)
    assert [p.at["w"] for p in batch.only.path] == pytest.approx([p.at["w"] for p in whole.only.path], rel=1e-12)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"w": 1.0, "x": 2.0}, "no array stays fixed"),
        ({"w": 1.0, "x": [1.0, 2.0], "c": [1.0, 2.0, 3.0]}, "different numbers of rows: x has 2, c has 3"),
    ],
)
def test_what_rows_there_are(given: dict[str, object], message: str) -> None:
    text = "sum(w*x)" + " + sum(c)" * ("c" in given)
    with pytest.raises(BpcalcError, match=message):
        descend(text, given, wrt="w", batch=2)
    with pytest.raises(BpcalcError, match="lbfgs needs the gradient of all rows"):
        descend("sum(w*x)", w=1.0, x=[1.0, 2.0], wrt="w", batch=1, method="adam,lbfgs")
