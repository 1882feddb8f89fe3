"""`--head` and `--sample`: some rows, as a table to look at or as any other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from engines import ENGINES, batch, columns

from bpcalc.batch import choosing, running
from bpcalc.batch.tables import Rows


def test_the_first_rows(tmp_path: Path) -> None:
    table = "id,x,note\n" + "".join(f"{k:03},{k},n{k}\n" for k in range(50))
    found = batch(tmp_path, table, "x/3", "FILE", "--head=2")
    assert found.out.splitlines() == [
        "x/3", "", "row  id   x  note  value     d_x", "2    000  0  n0    0         0.333333",
        "3    001  1  n1    0.333333  0.333333",
    ]  # fmt: skip
    assert batch(tmp_path, table, "x/3", "FILE", "--head").out.count("\n") == 13
    assert batch(tmp_path, table, "x", "FILE", "--head=1", "-o", "jsonl").out == (
        '{"id": "000", "x": 0, "note": "n0", "value": 0.0, "d_x": 1.0}\n'
    )
    assert batch(tmp_path, table, "x", "FILE", "--head=3", "--reduce", "sum", "--get", "value").out == "3.0\n"


@pytest.mark.parametrize("width", [30, 60])
def test_a_look_fits_its_width(width: int, tmp_path: Path) -> None:
    table = "id,x,y,z,note\n1,0.123456789,-2,3," + "long " * 20 + "\n"
    lines = batch(tmp_path, table, "x*y*z", "FILE", "--head", "--width", str(width)).out.splitlines()
    assert max(map(len, lines)) <= width
    assert "no room for the columns id, note" in " ".join(" ".join(lines).split())
    assert any("d_z" in line for line in lines)


def test_a_hostile_table_says_nothing_to_the_terminal(tmp_path: Path) -> None:
    found = batch(tmp_path, "\x1b[31mk,x\n\x1b]0;t\x07\u202e,1\n", "x", "FILE", "--head")
    assert found.status == 0
    assert not {"\x1b", "\x07", "\u202e"} & {*found.out}


def test_no_rows(tmp_path: Path) -> None:
    assert "the table has no rows" in batch(tmp_path, "x\n", "x", "FILE", "--head").out


def test_a_sample_is_the_same_each_time_and_in_order(tmp_path: Path) -> None:
    table = "x\n" + "".join(f"{k}\n" for k in range(40_000))
    first, again = (batch(tmp_path, table, "x", "FILE", "--sample", "20", "-o", "csv").out for _ in range(2))
    assert first == again
    rows = [*map(int, columns(first)["x"])]
    assert rows == sorted({*rows})
    assert len(rows) == 20
    assert rows[-1] > 20_000
    assert len(columns(batch(tmp_path, "x\n1\n2\n", "x", "FILE", "--sample", "5", "-o", "csv").out)["x"]) == 2


def blocks(size: int, total: int) -> Iterator[Rows]:
    for start in range(0, total, size):
        numbers = range(start, min(start + size, total))
        yield Rows(numbers, [*map(str, numbers)], [*numbers], {}, True)


def test_every_row_is_as_likely(monkeypatch: pytest.MonkeyPatch) -> None:
    """2,000 samples of 5 out of 40 rows: each row is expected 250 times, with a deviation of 14.8."""
    from random import Random

    seeds = iter(range(2000))
    monkeypatch.setattr(choosing, "Random", lambda seed: Random(next(seeds)))
    drawn = Counter(one for _ in range(2000) for rows in choosing.sample(5)(blocks(7, 40)) for one in rows.numbers)
    assert [*sorted(drawn)] == [*range(40)]
    assert all(abs(count - 250) < 4.5 * 14.8 for count in drawn.values())


WAYS = [
    ["--head=3"], ["--head=3", "-o", "csv"], ["--head=90", "--get", "value"], ["--sample", "4"],
    ["--sample", "4", "-o", "jsonl", "--number", "%.2f"], ["--sample", "3", "--reduce", "mean", "-o", "json"],
    ["--sample", "90", "-o", "csv"], ["--number", "%.3f"], ["--number", "%d", "-o", "tsv"],
]  # fmt: skip


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("words", WAYS, ids=" ".join)
def test_every_engine_shows_the_same(words: list[str], engine: str, tmp_path: Path) -> None:
    table = "id,x,note\n" + "".join(f"{k:03},{k}.5,n{k}\n" for k in range(50))
    python, found = (batch(tmp_path, table, "x^2/8", "FILE", *words, "--engine", one) for one in ("python", engine))
    assert (found.status, found.err) == (0, "")
    assert found.out == python.out


@pytest.mark.parametrize("engine", ENGINES)
def test_it_is_that_engine_which_shows_it(engine: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """None of these looks is left to the engine of single rows."""
    if engine != "python":
        monkeypatch.delattr(running.Run, "_streaming")
    for words in WAYS:
        assert batch(tmp_path, "id,x\n" + "1,2\n" * 20, "x^2", "FILE", *words, "--engine", engine).status == 0


@pytest.mark.parametrize(("count", "size"), [(1, 1), (3, 2), (3, 3), (3, 4), (5, 10_000)])
def test_a_sample_of_places_is_that_of_rows(count: int, size: int) -> None:
    rows = [one for found in choosing.sample(count)(blocks(7, size)) for one in found.numbers]
    assert choosing.drawn(count, size) == rows
