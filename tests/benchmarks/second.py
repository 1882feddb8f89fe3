"""Second derivatives against one gradient of the same function, both by bpcalc, in memory.

`python second.py product|gradient array|numbers N` prints the seconds of one pass (the median) and the sum of the
entries of H v: computed for `product`, for `gradient` by the formula that stands here. The function is the sum of
sin(a)*exp(b) over neighbours of N numbers: the entries of one array, or variables of their own.
"""

from __future__ import annotations

import gc
import math
import statistics
import sys
import time
from itertools import pairwise
from typing import Any


def names(count: int) -> list[str]:
    return [f"x{place}" for place in range(count)]


def numbers(count: int) -> list[float]:
    return [(place % 13 - 6) / 8 for place in range(count)]


def direction(count: int) -> list[float]:
    return [(place % 7 - 2) / 4 for place in range(count)]


def program(kind: str, count: int) -> str:
    if kind == "array":
        return "sum(sin(x[:-1])*exp(x[1:]))"
    return " + ".join(f"sin({a})*exp({b})" for a, b in pairwise(names(count)))


def by_name(kind: str, given: list[float]) -> dict[str, Any]:
    if kind == "array":
        import numpy as np

        return {"x": np.array(given)}
    return dict(zip(names(len(given)), given, strict=True))


def expected(count: int) -> float:
    """The sum of the entries of H v."""
    terms = zip(pairwise(numbers(count)), pairwise(direction(count)), strict=True)
    return math.fsum(
        math.exp(b) * (s * (math.cos(a) - math.sin(a)) + t * (math.cos(a) + math.sin(a))) for (a, b), (s, t) in terms
    )


def main(what: str, kind: str, count: int) -> None:
    from bpcalc.algebra.choice import algebra_for
    from bpcalc.algebra.duals import Duals
    from bpcalc.calculations.passes import run
    from bpcalc.engine.forward import forward
    from bpcalc.engine.reverse import backpropagate
    from bpcalc.engine.second import hessian_vector
    from bpcalc.engine.tangent import pusher
    from bpcalc.errors import Source
    from bpcalc.reading.parser import parse
    from bpcalc.reports.options import Options

    gc.disable()  # as in the command
    parsed, values = parse(Source(program(kind, count))), by_name(kind, numbers(count))
    calculation = run(algebra_for(parsed.graph.kinds, values.values()), parsed, values, Options())
    m, graph, output, needed = calculation.m, calculation.program.graph, calculation.output, calculation.needed
    bound = by_name(kind, numbers(count))
    vector = {calculation.wrt[name]: t for name, t in by_name(kind, direction(count)).items()}
    times, found = [], expected(count)
    for _ in range(max(5, 200_000 // count)):
        start = time.perf_counter()
        values = forward(m, graph, bound, [output])
        if what == "gradient":
            backpropagate(m, graph, values, output, m.value(1.0), needed, "torch")
        else:
            changes = hessian_vector(Duals(m, pusher), graph, values, output, vector, needed)
        times.append(time.perf_counter() - start)
    if what == "product":
        parts = [changes[node] for node in calculation.wrt.values()]
        found = math.fsum(parts[0].tolist() if kind == "array" else parts)
    print(statistics.median(times), found)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
