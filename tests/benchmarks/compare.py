"""Is it slower than before? `python tests/benchmarks/compare.py OLD NEW [--rounds N] [NAME …]` compares two checkouts.

Both are run in turn by this Python (OLD NEW OLD NEW …), each with its own files; nothing has to be installed but what
bpcalc needs. Printed are the median times and the ratio NEW/OLD, round by round: its median, least and greatest. The
engine's times are those that it prints itself; of other processes it is the processor's time, which hardly depends on
what else the machine does. Ends in exit status 1 where a command fails, never where one is slow.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import texts
from measure import Command, Run, rounds, run

SHOT = ("grad", "(x+y)*z", "x=-2", "y=5", "z=-4")
MANY, FEW = 21, 5
WIDTHS = (16, 38, 11, 11, 7, 13, 20)


class Case(NamedTuple):
    """`command` makes what is run of a checkout."""

    name: str
    work: str
    command: Callable[[Path], Command]
    rounds: int


def program(*words: str, terminal: bool = False) -> Callable[[Path], Command]:
    """bpcalc with these words."""
    return lambda checkout: of(checkout, "-m", "bpcalc", *words, terminal=terminal)


def script(name: str, *words: str) -> Callable[[Path], Command]:
    """One of the checkout's own benchmarks, which know where its modules are."""
    return lambda checkout: of(checkout, str(checkout / "tests" / "benchmarks" / name), *words)


def of(checkout: Path, *words: str, terminal: bool = False) -> Command:
    """Python on a checkout's files, whatever folder this is run from."""
    return Command((sys.executable, *words), {"PYTHONPATH": str(checkout), "PYTHONSAFEPATH": "1"}, terminal)


def cases(folder: Path, wanted: Callable[[str], bool]) -> Iterator[Case]:
    yield Case("json", "one shot, -o json", program(*SHOT, "-o", "json"), MANY)
    yield Case("get", "one shot, --get x", program(*SHOT, "--get", "x"), MANY)
    yield Case("table", "one shot, table at a terminal", program(*SHOT, terminal=True), MANY)
    yield Case("trace", "one shot, --trace", program(*SHOT, "--trace"), MANY)
    yield Case("help", "--help", program("--help"), MANY)
    yield Case("diff", "diff of x^2*sin(x)", program("diff", "x^2*sin(x)"), MANY)
    for kind, work in (("wide", "1,000,000 operations, 1 expression"), ("chain", "333,333 statements")):
        if wanted(kind):  # it is a large file
            text, values = texts.write(folder, kind, 1_000_000)
            yield Case(kind, work, program("grad", "-f", text, "--bindings", values, "-o", "plain"), FEW)
    for kind in ("sum", "product", "sines"):
        work = f"the engine alone: {kind}, 1,000,000"
        yield Case(f"engine-{kind}", work, script("engine.py", "bpcalc", kind, "1000000"), FEW)
    for kind, count, work in (("layer", "1", "softmax loss of 2000x500 @ 500x100"), ("layers", "200", "200 layers")):
        words = ("bpcalc", kind.replace("layers", "chain"), count)
        yield Case(f"engine-{kind}", work, script("layers.py", *words), FEW)


def times(case: Case, runs: Sequence[Run]) -> list[float]:
    if case.name.startswith("engine"):
        return [float(each.text().split()[0]) for each in runs]
    return [each.processor for each in runs]


def amount(seconds: float) -> str:
    return f"{seconds:.2f} s" if seconds >= 0.5 else f"{seconds * 1000:.1f} ms"


def show(*cells: str) -> None:
    print("  ".join(cell.ljust(width) for cell, width in zip(cells, WIDTHS, strict=True)).rstrip(), flush=True)


def measure(case: Case, old: Path, new: Path, count: int, folder: Path) -> bool:
    """Prints the row of one case; whether all went well."""
    before, after = rounds({"old": case.command(old), "new": case.command(new)}, count, folder).values()
    if any(each.status for each in (*before, *after)):
        show(case.name, case.work, "FAILED", "", "", "", "")
        return False
    a, b = times(case, before), times(case, after)
    ratios = [y / x for x, y in zip(a, b, strict=True)]
    same = case.name.startswith("engine") or before[0].text() == after[0].text()
    show(
        case.name, case.work, amount(statistics.median(a)), amount(statistics.median(b)),
        f"{statistics.median(ratios):.3f}", f"{min(ratios):.3f}..{max(ratios):.3f}",
        "" if same else "prints something else",
    )  # fmt: skip
    return True


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("old", type=Path, help="a checkout")
    parser.add_argument("new", type=Path, help="another")
    parser.add_argument("names", nargs="*", metavar="NAME", help="only these cases")
    parser.add_argument("--rounds", type=int, help=f"instead of {MANY}, and {FEW} of what takes long")
    given = parser.parse_args()
    old, new = given.old.resolve(), given.new.resolve()
    right = True
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for checkout in (old, new):
            where = run(of(checkout, "-c", "import bpcalc; print(bpcalc.__file__)"), folder / "where").text().strip()
            if not Path(where).is_relative_to(checkout):
                parser.error(f"there is no bpcalc in {checkout}")
        show("name", "work", "old", "new", "ratio", "least..most", "")
        wanted = lambda name: not given.names or name in given.names
        for case in cases(folder, wanted):
            if wanted(case.name):
                right &= measure(case, old, new, given.rounds or case.rounds, folder)
    return 0 if right else 1


if __name__ == "__main__":
    sys.exit(main())
