"""`--to sql`: the query is run by SQLite, and gives what `grad` gives to 1e-13, row by row."""

from __future__ import annotations

import math
import sqlite3

import numpy as np
import pytest
from tried import Case, close, scalars

from bpcalc.emit import CannotSayError, _write, written
from bpcalc.errors import BpcalcError


def connection() -> sqlite3.Connection:
    found = sqlite3.connect(":memory:")
    try:
        found.execute("SELECT exp(1), tanh(1)")
    except sqlite3.OperationalError:
        pytest.skip("this SQLite has no mathematics")
    return found


@pytest.mark.parametrize("part", range(4))
def test_every_program_gives_what_grad_gives(part: int) -> None:
    count = 0
    for case in scalars()[part::4]:
        derivation = case.derived()
        base = connection()
        names = [one.name for one in derivation.parameters]
        try:
            query = _write(derivation, "sql")
        except CannotSayError:
            continue
        columns = [f"{name}_" if f"* {name}_ AS" in query else name for name in names]
        base.execute(f"CREATE TABLE data (id, {', '.join(columns)})")
        base.execute(f"INSERT INTO data VALUES (7, {', '.join('?' * len(names))})", [case.values[one] for one in names])
        cursor = base.execute(query)
        (row,) = cursor.fetchall()
        found = dict(zip((one[0] for one in cursor.description), row, strict=True))
        value, gradients = case.expected()
        every = [value, *gradients.values()]
        if not all(math.isfinite(one) for one in every):
            continue
        count += 1
        assert found["id"] == 7
        assert close(found["value"], value, 2e-13), (case, query)
        for name, one in gradients.items():
            column = columns[names.index(name)]
            assert close(found[f"d_{column}"], one, 2e-13), (case, name, query)
    assert count > 40


def test_integers_and_null() -> None:
    base = connection()
    base.execute("CREATE TABLE data (x, y)")
    base.executemany("INSERT INTO data VALUES (?, ?)", [(1, 3), (None, 2), (2, None)])
    cursor = base.execute(written(Case("relu(x/y) + max(x, y)", {"x": 1.0, "y": 2.0}).derived(), "sql"))
    rows, names = cursor.fetchall(), [one[0] for one in cursor.description]
    places = [names.index(one) for one in ("value", "d_x", "d_y")]
    assert [rows[0][place] for place in places] == [1 / 3 + 3, 1 / 3, 1 - 1 / 9]
    assert all(row[place] is None for row in rows[1:] for place in places)


def test_what_it_cannot_say_is_refused_with_the_targets_that_can() -> None:
    with pytest.raises(BpcalcError, match='sql cannot say "erf"') as caught:
        written(Case("erf(x)", {"x": 1.0}).derived(), "sql")
    assert "--to python" in str(caught.value.hint)
    assert "--to c" in str(caught.value.hint)
    with pytest.raises(BpcalcError, match="sql cannot say arrays"):
        written(Case("sum(x)", {"x": np.ones(2)}).derived(), "sql")


@pytest.mark.parametrize(
    ("dialect", "words"),
    [
        ("sqlite", ("CAST(x AS REAL)", "AS MATERIALIZED (")),
        ("duckdb", ("CAST(x AS DOUBLE)", "AS (")),
        ("postgresql", ("CAST(x AS DOUBLE PRECISION)", "AS MATERIALIZED (", "< -7.08e2")),
        ("spark", ("CAST(x AS DOUBLE)", "AS (")),
    ],
)
def test_dialects(dialect: str, words: tuple[str, ...]) -> None:
    case = Case("exp(x)*sigmoid(x)", {"x": 0.5})
    query = written(case.derived(), "sql", None, dialect)
    assert all(word in query for word in words)
    if dialect == "sqlite":
        base = connection()
        base.execute("CREATE TABLE data (x)")
        base.execute("INSERT INTO data VALUES (0.5)")
        assert close(base.execute(query).fetchone()[-2:], [case.expected()[0], case.expected()[1]["x"]], 2e-13)


def test_a_deep_program_is_no_trouble_for_sqlite() -> None:
    """Without MATERIALIZED each layer would be put into the next, twice."""
    lines = ["a0 = x*y", *(f"a{k} = a{k - 1}*y + a{k - 1}" for k in range(1, 60))]
    case = Case("; ".join([*lines, "a59*x"]), {"x": 0.9, "y": 0.01})
    base = connection()
    base.execute("CREATE TABLE data (x, y)")
    base.execute("INSERT INTO data VALUES (0.9, 0.01)")
    query = written(case.derived(), "sql")
    assert "Spark does without it" in query
    value, gradients = case.expected()
    assert close(base.execute(query).fetchone()[-3:], [value, *gradients.values()], 2e-13)
