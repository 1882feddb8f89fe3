"""Random sizes and numbers to try a formula with. The same text gets the same ones every time."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from random import Random

from bpcalc.reading.sizes import Size
from bpcalc.typed import Any

Shape = tuple[int, ...]

# What numbers are drawn from: few functions are defined on all of them, and few on none.
KINDS: dict[str, Callable[[Random], float]] = {
    "signed": lambda random: _either(random, 0.2, 1.5),
    "unit": lambda random: random.uniform(0.1, 0.9),  # probabilities, arcsines
    "above": lambda random: random.uniform(1.1, 2.0),  # arcosh
    "definite": lambda random: _either(random, 0.2, 1.5),  # square matrices: symmetric and positive definite
    "wide": lambda random: _either(random, 1.5, 8.0),
    "whole": lambda random: float(random.randrange(1, 3)),  # labels that are computed: y - 1
}
FIRST = ("signed", "unit", "above", "definite")  # all variables from the same
THEN = (*FIRST, "wide")  # each from any
LATE = 30  # draws: whole numbers, where many formulas have no value, come when others were of no use
# Sizes: the least, and how many. Larger ones are for x[7] with x:n; a size of 2 would hide itself among other twos.
SPANS = ((3, 4), (2, 7), (5, 12), (10, 24))
TRIES = 12  # draws from each span
NEAR = 0.25  # how far from a value that is given others are taken, relative to it


def _either(random: Random, low: float, high: float) -> float:
    return random.uniform(low, high) * random.choice((-1.0, 1.0))


def sizes(random: Random, names: Iterable[str]) -> Iterator[dict[str, int]]:
    """Different small numbers for the names of sizes, so that a product the wrong way round does not fit."""
    ordered = sorted(names)
    if not ordered:
        yield {}
        return
    for least, count in SPANS:
        for _ in range(TRIES):
            chosen = random.sample(range(least, least + max(count, len(ordered))), len(ordered))
            yield dict(zip(ordered, chosen, strict=True))


def known(shape: Iterable[int], sizes: Mapping[str, int]) -> Shape:
    """A shape with the numbers of its sizes. Some may be below 1, which no array has."""
    return tuple(size.at(sizes.__getitem__) if isinstance(size, Size) else size for size in shape)


def kinds(random: Random, draw: int, names: Iterable[str]) -> dict[str, str]:
    """From what each name's numbers come in the first, second, … draw."""
    choices = THEN if draw < LATE else tuple(KINDS)
    return {name: FIRST[draw] if draw < len(FIRST) else random.choice(choices) for name in names}


def numbers(random: Random, kind: str, shape: Shape) -> Any:
    """A number, or an array of a shape."""
    return _shaped([KINDS[kind](random) for _ in range(math.prod(shape))], shape, kind == "definite")


def labels(random: Random, classes: int, shape: Shape) -> Any:
    """Whole numbers from 0 to below `classes`."""
    return _shaped([float(random.randrange(max(classes, 1))) for _ in range(math.prod(shape))], shape)


def symmetric(value: Any) -> Any:
    """A matrix as one that equals its transpose; anything else as it is."""
    shape: Shape = getattr(value, "shape", ())
    return (value + value.T) / 2 if len(shape) == 2 and shape[0] == shape[1] else value


def near(random: Random, value: Any) -> Any:
    """A value that is given, each entry moved a little."""
    moves = numbers(random, "signed", getattr(value, "shape", ()))
    return value + NEAR * moves * (1 + abs(value))


def signs(random: Random, shape: Shape) -> Any:
    """1 or -1 for each entry."""
    return _shaped([random.choice((-1.0, 1.0)) for _ in range(math.prod(shape))], shape)


def _shaped(entries: list[float], shape: Shape, is_definite: bool = False) -> Any:
    if not shape:
        return entries[0]
    from bpcalc.algebra.arrays import ARRAYS

    array = ARRAYS.value(entries).reshape(shape)
    rows, *columns = shape
    if is_definite and columns == [rows]:
        return array @ array.T + ARRAYS.eye(rows)
    return array
