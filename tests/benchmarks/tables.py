"""How long a table takes: `python tests/benchmarks/tables.py [ROWS]` (3,000,000), with Polars installed.

`sigmoid((x+y)*z)` with its value and 3 gradients for every row, against what one would write by hand: a loop with the
csv module, and a script for Polars with a sigmoid of the same accuracy. Whole processes in turn; ratios are medians.
Then the peak memory at a third of the rows and at three times as many.
"""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from measure import Command, Run, ratio, rounds, seconds

ROOT = Path(__file__).parents[2]
PROGRAM = "sigmoid((x+y)*z)"
LOOP = """
import csv, math, sys
def f(x, y, z):
    q = x + y
    s = q*z
    p = 1/(1 + math.exp(-s)) if s >= 0 else math.exp(s)/(1 + math.exp(s))
    ds = p*(1 - p)
    return p, ds*z, ds*z, ds*q
with open(sys.argv[1], newline="") as read, open(sys.argv[2], "w", newline="") as file:
    rows, out = csv.reader(read), csv.writer(file, lineterminator="\\n")
    out.writerow(next(rows) + ["value", "d_x", "d_y", "d_z"])
    for row in rows:
        out.writerow(row + list(f(float(row[1]), float(row[2]), float(row[3]))))
"""
POLARS = """
import polars as pl, sys
from polars import col
frame = (pl.scan_csv if sys.argv[1].endswith("csv") else pl.scan_parquet)(sys.argv[1])
frame = frame.with_columns(q=col.x + col.y).with_columns(s=col.q*col.z).with_columns(e=(-col.s.abs()).exp())
frame = frame.with_columns(value=pl.when(col.s >= 0).then(1/(1 + col.e)).otherwise(col.e/(1 + col.e)))
frame = frame.with_columns(ds=col.value*(1 - col.value)).with_columns(d_x=col.ds*col.z, d_z=col.ds*col.q)
frame = frame.with_columns(d_y=col.d_x).select("id", "x", "y", "z", "value", "d_x", "d_y", "d_z")
(frame.sink_csv if sys.argv[2].endswith("csv") else frame.sink_parquet)(sys.argv[2])
"""
MAKE = """
import polars as pl, sys
size = int(sys.argv[1])
index = pl.int_range(size, eager=True).alias("id")
frame = pl.DataFrame({"id": index}).with_columns(
    ((pl.col("id").hash(seed) % 8000001).cast(pl.Float64)/1e6 - 4).alias(name) for seed, name in enumerate("xyz")
)
frame.write_csv(sys.argv[2] + ".csv")
frame.write_parquet(sys.argv[2] + ".parquet")
"""


def made(rows: int, folder: Path) -> str:
    """A table with so many rows, as CSV and as Parquet; its name without an ending."""
    name = str(folder / f"t{rows}")
    rounds({"made": Command([sys.executable, "-c", MAKE, str(rows), name])}, 1, folder)
    return name


def ours(read: str, written: str, engine: str) -> Command:
    words = [sys.executable, "-m", "bpcalc", "batch", PROGRAM, read, "--save", written, "--engine", engine]
    return Command(words, {"PYTHONPATH": str(ROOT)})


def main(rows: int) -> int:
    """Prints the ratios, and the memory."""
    failed = 0
    with TemporaryDirectory() as temporary:
        folder = Path(temporary)
        table = made(rows, folder)
        ways = {
            "csv, Python": (f"{table}.csv", "csv", "python", LOOP, 1.0),
            "csv, Polars": (f"{table}.csv", "csv", "polars", POLARS, 1.2),
            "Parquet": (f"{table}.parquet", "parquet", "polars", POLARS, 1.2),
        }
        for title, (read, ending, engine, script, target) in ways.items():
            by_hand = Command([sys.executable, "-c", script, read, str(folder / f"b.{ending}")])
            commands = {"ours": ours(read, str(folder / f"a.{ending}"), engine), "by hand": by_hand}
            runs = rounds(commands, 3 if engine == "python" else 7, folder)
            failed += any(run.status for every in runs.values() for run in every)
            found = ratio(runs["ours"], runs["by hand"])
            times = ", ".join(f"{name} {seconds(every):.2f} s" for name, every in runs.items())
            print(f"{title:12}  {found:.2f} of by hand (to be reached: {target})  {times}")
        for size in (rows // 3, rows * 3):
            large = made(size, folder)
            peaks = []
            for kind, engine in (("csv", "python"), ("csv", "polars"), ("parquet", "polars")):
                command = ours(f"{large}.{kind}", str(folder / f"a.{kind}"), engine)
                done: Run = rounds({"ours": command}, 1, folder)["ours"][0]
                peaks.append(f"{kind} {engine} {done.megabytes:.0f} MB")
            print(f"{size:,} rows  {', '.join(peaks)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 3_000_000))
