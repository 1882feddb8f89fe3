"""The whole gradient times something: its sign, a factor, a number of entries."""

from __future__ import annotations

from collections.abc import Iterator

from bpcalc.calculations.check.scene import Candidate, Scene
from bpcalc.gates import GATES

MOST = 6  # different sizes that are tried


def candidates(scene: Scene) -> Iterator[Candidate]:
    yield Candidate("sign", "the sign is turned", 1, lambda s: -s.true)
    yield Candidate("factor", "there is a factor of 2 too much", 2, lambda s: 2 * s.true)
    yield Candidate("factor", "a factor of 2 is missing", 2, lambda s: s.true / 2)
    for exponent in _exponents(scene):
        if exponent != 2:
            yield Candidate("factor", f"the exponent {exponent:g} is missing as a factor", 2.1,
                            lambda s, n=exponent: s.true / n)  # fmt: skip
            yield Candidate("factor", f"the exponent {exponent:g} is a factor too much", 2.2,
                            lambda s, n=exponent: s.true * n)  # fmt: skip
    averages = any(scene.graph.gates[node].name == "mean" for node, _ in scene.edges)
    for n in _sizes(scene):
        missing, extra = f"1/{n} is missing: a mean over {n} entries", f"1/{n} is too much: it is a sum, not a mean"
        yield Candidate("mean", missing, 1.9 if averages else 2.5, lambda s, n=n: s.true * n)
        yield Candidate("mean", extra, 2.5 if averages else 2.4, lambda s, n=n: s.true / n)


def _exponents(scene: Scene) -> list[float]:
    """The constant exponents on the way, which come down as factors."""
    found: dict[float, None] = {}
    for node, place in scene.edges:
        if scene.graph.gates[node] is GATES["power"] and place == 0:
            number = scene.graph.number(scene.graph.inputs[node][1])
            if number is not None and abs(number) not in (0.0, 1.0):
                found[number] = None
    return list(found)


def _sizes(scene: Scene) -> list[int]:
    """The numbers of entries along the axes of arrays, and of whole arrays; and the divisors that are whole numbers."""
    m, found = scene.m, dict[int, None]()
    for node in range(scene.output + 1):
        value = scene.values[node]
        shape = m.shape(value) if value is not None else ()
        if shape:
            count = 1
            for size in shape:
                found[size], count = None, count * size
            found[count] = None
    for node, _ in scene.edges:
        if scene.graph.gates[node] is GATES["divide"]:
            number = scene.graph.number(scene.graph.inputs[node][1])
            if number is not None and number % 1 == 0 and abs(number) < 10**6:
                found[int(number)] = None
    return [size for size in found if size > 1][:MOST]
