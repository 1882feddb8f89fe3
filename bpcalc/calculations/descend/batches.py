"""Rows of the data in batches: each epoch sees all rows, in an order of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from random import Random
from typing import Any

from bpcalc.errors import BpcalcError


def batches(count: int, size: int, seed: int) -> Iterator[tuple[list[int], bool]]:
    """Batches of `size` of `count` rows without end, and whether an epoch ends with it. The last of one may be smaller.

    The order depends on the seed alone: of Python's generator only `random()` promises to be the same in every version.
    """
    generator = Random(seed)
    while True:
        rows = [*range(count)]
        for place in range(count - 1, 0, -1):  # Fisher and Yates
            other = int(generator.random() * (place + 1))
            rows[place], rows[other] = rows[other], rows[place]
        for start in range(0, count, size):
            yield rows[start : start + size], start + size >= count


def rows_of(values: Mapping[str, Any], moving: Sequence[str], columns: Sequence[str]) -> tuple[list[str], int]:
    """The inputs whose first axis is the rows of the data, and how many rows there are.

    columns  those that come from a table. Without any the rows are those of every array that does not move
    Raises BpcalcError where there is no such array, or they differ.
    """
    shapes = {name: getattr(one, "shape", ()) for name, one in values.items() if name not in moving}
    still: dict[str, tuple[int, ...]] = {name: shape for name, shape in shapes.items() if shape}
    if not still:
        hint = "--data FILE gives columns; with --wrt W,b the arrays that are not named stay"
        raise BpcalcError("--batch takes some rows of the data at a time, and no array stays fixed", hint=hint)
    counts = {still[name][0] for name in columns if name in still} or {shape[0] for shape in still.values()}
    if len(counts) > 1:
        told = ", ".join(f"{name} has {shape[0]}" for name, shape in still.items())
        hint = "write an array that is no data into the program: c = [1, 2]"
        raise BpcalcError(f"the arrays that stay fixed have different numbers of rows: {told}", hint=hint)
    (count,) = counts
    return [name for name, shape in still.items() if shape[0] == count], count
