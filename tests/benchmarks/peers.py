"""Does bpcalc say what its peers say? `python tests/benchmarks/peers.py [--seed N] [--show KIND] [NAME …]`.

The kinds of cases that other programs test themselves with, and their answers: PyTorch's samples for its operations,
HIPS autograd's checks, the derivatives in SymPy's tests, formulas of the Matrix Cookbook, random programs. Torch,
autograd and SymPy have to be installed, each for its own cases; `tests/benchmarks/against/` has a module a peer.

A row counts the cases of a peer: those with the same answers (value, gradients, directional and second derivatives,
formulas), those that the language has no words for, those where the answers differ and bpcalc warns of the place (there
is no derivative, or NaN arises), those that it refuses, with the reasons below, and those where it is wrong or ends in
a traceback. Ends in exit status 1 where there is one of the last two, or where a library is missing.
"""

from __future__ import annotations

import argparse
import importlib
import re
import sys
import time
from collections import Counter
from typing import NamedTuple

from against.case import REFUSED, TRACEBACK, UNSAID, VERDICTS, WRONG, Outcome, brief, judge


class Peer(NamedTuple):
    """`module` in the folder `against`; `title` is what its row is called; `needs`: what pip installs for it."""

    module: str
    title: str
    needs: str


PEERS = {
    "torch": Peer("pytorch", "PyTorch's OpInfo", "torch expecttest"),
    "autograd": Peer("hips", "HIPS autograd's checks", "autograd scipy"),
    "sympy": Peer("sympy_tests", "SymPy's tests", "sympy pytest"),
    "cookbook": Peer("cookbook", "the Matrix Cookbook", "numpy"),
    "random": Peer("random_programs", "random programs, torch", "torch"),
}
WIDTHS = (24, 6, 6, 9, 7, 8, 6, 10, 6)  # columns of the printed table


def reason(told: str) -> str:
    """A refusal without its numbers and names, so that the like are counted together."""
    return re.sub(r'"[^"]*"|`[^`]*`', "…", re.sub(r"\([\d, ]*\)|\d+(\.\d+)?(e[+-]?\d+)?", "N", told.splitlines()[0]))


def row(*cells: object) -> None:
    texts = (str(cell).ljust(width) for cell, width in zip(cells, WIDTHS, strict=True))
    print("  ".join(texts).rstrip(), flush=True)


def show(outcome: Outcome) -> None:
    case = outcome.case
    print(f"    {outcome.verdict}: {case.name}: {case.program}")
    print(f"      {outcome.told}")
    print("      at " + ", ".join(f"{name}={brief(value)}" for name, value in case.values.items()), flush=True)


def run(peer: Peer, seed: int, shown: set[str]) -> bool:
    """Prints a peer's row, the reasons under it and what is wrong; whether nothing is."""
    start, counts, reasons, faults = time.perf_counter(), Counter[str](), Counter[tuple[str, str]](), []
    try:
        cases = importlib.import_module(f"against.{peer.module}").cases(seed)
    except ModuleNotFoundError as error:
        row(peer.title, *[""] * (len(VERDICTS) + 2))
        print(f"    there is no {error.name}: pip install {peer.needs}")
        return False
    for case in cases:
        outcome = judge(case)
        counts[outcome.verdict] += 1
        if outcome.verdict in (UNSAID, REFUSED):
            reasons[outcome.verdict, reason(outcome.told)] += 1
        if outcome.verdict in (WRONG, TRACEBACK) or outcome.verdict in shown:
            faults.append(outcome)
    seconds = f"{time.perf_counter() - start:.0f} s"
    row(peer.title, counts.total(), *(counts[verdict] for verdict in VERDICTS), seconds)
    for (verdict, why), count in reasons.most_common():
        print(f"    {count:5} {verdict}: {why}")
    for outcome in faults:
        show(outcome)
    return not counts[WRONG] and not counts[TRACEBACK]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"only these: {', '.join(PEERS)}")
    parser.add_argument("--seed", type=int, default=1, help="of the random numbers")
    parser.add_argument("--show", nargs="+", default=[], metavar="KIND", help="also show the cases of a column")
    given = parser.parse_args()
    unknown = [name for name in given.names if name not in PEERS]
    if unknown:
        parser.error(f"there is no {unknown[0]}: the peers are {', '.join(PEERS)}")
    row("peer", "cases", *VERDICTS, "time")
    right = True
    for name in given.names or PEERS:
        right &= run(PEERS[name], given.seed, set(given.show))
    return 0 if right else 1


if __name__ == "__main__":
    sys.exit(main())
