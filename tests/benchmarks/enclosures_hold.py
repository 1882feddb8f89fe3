"""Do enclosures hold, and how long do they take? `python tests/benchmarks/enclosures_hold.py [BOXES] [GATE …]`

For each gate random boxes, with the truth at random points of them by mpmath: how many values and slopes were missed,
and second derivatives in a tenth of the boxes; how many boxes had an answer, and the time. The tests try a few boxes;
this tries as many as are asked for.
"""

from __future__ import annotations

import sys
import time
from fractions import Fraction
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parents[2]))

from enclosures import GATES, boxes, missed, missed_bends

from bpcalc.algebra.bounds.algebra import Intervals

POINTS = 4  # of each box


def main() -> None:
    count, names = int(sys.argv[1]) if len(sys.argv) > 1 else 100, sys.argv[2:]
    print(f"{'gate':14} {'missed':>6} {'known':>6} {'seconds':>8}   of {count} boxes, {POINTS} points each")
    for gate in GATES:
        if names and gate.name not in names:
            continue
        start, m = time.perf_counter(), Intervals()
        found = [*missed(gate, count, POINTS, seed=1), *missed_bends(gate, max(count // 10, 1), POINTS, seed=1)]
        spent = time.perf_counter() - start
        values = (
            m.function(gate)(*(m.between_ends(m.value(Fraction(lo)), m.value(Fraction(hi))) for lo, hi in box))
            for box in boxes(gate, count, 1)
        )
        print(f"{gate.name:14} {len(found):6} {sum(map(m.is_finite, values)):6} {spent:8.2f}")
        for line in found[:3]:
            print(f"    {line}")


if __name__ == "__main__":
    main()
