"""Shapes alone say what NumPy says, fits or not, for every gate and many shapes and options; also where sizes have
names; and without NumPy."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from itertools import chain, repeat
from random import Random
from typing import Any

import numpy as np
from every import several

from bpcalc.algebra.arrays import ARRAYS
from bpcalc.algebra.shapes import SHAPES, Shaped
from bpcalc.gate import Gate
from bpcalc.gates import GATES
from bpcalc.reading.sizes import Size

CASES = 250  # for each gate
# NumPy takes some matrices that are not square, by accident: without entries, or of one row.
SQUARE = ("cofactors", "singular")
EVERY_GATE = several("gate", GATES.values(), called=lambda gate: gate.name)

Shape = tuple[int, ...]


def key(random: Random) -> tuple[Any, ...]:
    def part() -> Any:
        if random.random() < 0.4:
            return random.randint(-3, 3)
        start, stop = random.choices((None, None, -4, -2, -1, 0, 1, 2, 5), k=2)
        return start, stop, random.choice((None, 1, 2, -1, -2))

    return tuple(part() for _ in range(random.randint(1, 3)))


def option(random: Random, gate: Gate, name: str, sizes: Shape) -> Any:
    """A value that the parser lets through."""
    several = tuple(random.randint(-3, 3) for _ in range(random.randint(1, 3)))
    if name == "axis":
        choices = [random.randint(-3, 3), several, *[None] * (gate.options[name] is None)]
        return choices[0] if gate.variadic else random.choice(choices)
    shape = tuple(random.choices(sizes, k=random.randint(0, 3)))
    order = tuple(random.sample(range(len(several)), len(several)))
    return {
        "keepdims": random.random() < 0.5,
        "reduction": random.choice(("sum", "mean", "none")),
        "key": key(random),
        "axes": random.choice((None, order, several)),
        "shape": (*shape, *[-1] * random.randint(0, 2)) if gate.name == "reshape" else shape,
        "columns": random.choice((None, *sizes)),
        "size": random.choice(sizes),
        "count": random.choice(sizes),
        "first": random.choice((-1.0, 0.5, 2.0, 3.0)),
        "last": random.choice((-1.0, 0.5, 2.0, 3.0)),
        "step": random.choice((-1.0, 0.5, 2.0, 1.0) if gate.name == "arange" else (1, 2, 0)),
        "ddof": random.choice((0, 1)), "k": random.randint(-2, 2), "n": random.randint(-2, 3), "length": sizes[-1],
        "shift": random.choice((several, 1, -2)), "value": random.choice((0.0, 1.5)), "q": random.random(),
        "widths": random.choice((1, (1, 2), ((0, 1), (2, 0)))), "counts": tuple(map(abs, several)),
        "order": random.choice((None, 1, 2, float("inf"), 3, "fro", "nuc")),
        "stride": random.choice((1, 2, (1, 2))), "padding": random.choice((0, 1, (0, 1))), "groups": 1,
        "dilation": random.choice((1, 2)), "kernel_size": random.choice((1, 2, (2, 1))),
        "ceil_mode": random.random() < 0.5, "count_include_pad": random.random() < 0.5,
        "equation": random.choice(("ij,jk->ik", "i,i", "ii,i->i", "ij,ij", "i,j,j->i")),
    }[name]


def varied(random: Random, shape: Shape, sizes: Shape) -> Shape:
    """A shape like another: the same, with an axis less, or with another size."""
    choice = random.random()
    if choice < 0.35 or not shape:
        return shape
    if choice < 0.65:
        return shape[1:] if choice < 0.5 else shape[:-1]
    place = random.randrange(len(shape))
    return (*shape[:place], random.choice(sizes), *shape[place + 1 :])


def cases(gate: Gate, sizes: Shape) -> Iterator[tuple[dict[str, Any], list[Shape]]]:
    """Options and shapes of inputs, of which about half fit."""
    random = Random(f"shapes of {gate.name}")
    for _ in range(CASES):
        options = {name: option(random, gate, name, sizes) for name in gate.options}
        first = tuple(random.choices(sizes, k=random.choice((0, 1, 1, 2, 2, 3, 4))))
        count = random.randint(1 + bool(gate.alone), 3) if gate.variadic else len(gate.parameters)
        shapes = [first, *(varied(random, first, sizes) for _ in range(count - 1))][:count]
        if random.random() < 0.3:  # square matrices
            shapes = [(*shape[:-2], shape[-1], shape[-1]) if len(shape) > 1 else shape for shape in shapes]
        yield options, shapes


def by_numpy(gate: Gate, shapes: list[Shape]) -> Shape | None:
    """The shape of the gate's result on arrays of these shapes; None where they do not fit."""
    names = chain(gate.parameters, repeat("x"))
    whole = ("y", "places")
    inputs = [np.full(one, 0.0 if name in whole else 0.3)[()] for one, name in zip(shapes, names, strict=False)]
    try:
        with np.errstate(all="ignore"):
            return np.shape(ARRAYS.function(gate)(*inputs))
    except (ValueError, IndexError, ArithmeticError):
        return None


def by_shapes(gate: Gate, shapes: list[Shape]) -> Shape | None:
    try:
        found: Shape = SHAPES.function(gate)(*map(Shaped, shapes)).shape
    except ValueError:
        return None
    return found


def is_by_accident(gate: Gate, shapes: list[Shape]) -> bool:
    return gate.name in SQUARE and shapes[0][-1:] != shapes[0][-2:-1]


@EVERY_GATE
def test_shapes_alone_fit_where_numpy_s_do_and_give_the_same(gate: Gate) -> None:
    outcomes = set()
    for options, shapes in cases(gate, (0, 1, 1, 2, 2, 2, 3, 3)):
        chosen = gate.bind(options) if options else gate
        if not is_by_accident(gate, shapes):
            expected = by_numpy(chosen, shapes)
            assert by_shapes(chosen, shapes) == expected, (shapes, options)
            outcomes.add(expected is None)
    if len(gate.parameters) > 1 and not gate.name.startswith("conv"):  # kernels fit by no accident
        assert outcomes == {True, False}, "some fit, some do not"


VALUES = {"m": 11, "n": 13}  # a size without a value counts as longer than any slice asks for
SIZES = (1, 2, *VALUES.values())
# What fits may not be known without values: a diagonal's length, every second of n entries, which is in the middle.
UNKNOWN = (
    "diag", "index", "scatter", "windows", "windows_back", "max_pool2d", "avg_pool2d", "median", "quantile", "svdvals",
    "norm",
)  # fmt: skip


def named(value: Any) -> Any:
    """The same with names for the sizes that have one."""
    if isinstance(value, tuple):
        return tuple(map(named, value))
    return next((Size(name) for name, size in VALUES.items() if size == value), value)


def evaluated(shape: Shape) -> Shape:
    return tuple(size.at(VALUES.__getitem__) if isinstance(size, Size) else size for size in shape)


@EVERY_GATE
def test_names_of_sizes_give_the_shape_that_their_values_give(gate: Gate) -> None:
    for options, shapes in cases(gate, SIZES):
        symbolic = {name: named(value) if name in ("shape", "size", "columns", "count") else value
                    for name, value in options.items()}  # fmt: skip
        chosen, with_names = (gate.bind(one) if options else gate for one in (options, symbolic))
        expected = by_shapes(chosen, shapes)
        found = by_shapes(with_names, [named(shape) for shape in shapes])
        if found is not None:
            assert evaluated(found) == expected, (shapes, options)
        elif gate.name not in UNKNOWN:
            assert expected is None, (shapes, options)


PROGRAM = """
import sys
from bpcalc.algebra.shapes import SHAPES, Shaped
from bpcalc.reading.declarations import read_shapes
from bpcalc.engine.forward import forward
from bpcalc.errors import Source
from bpcalc.reading.parser import parse
from bpcalc.reading.sizes import Size
shapes = read_shapes(["A:m,n", "x:n", "b:m"])
bound = {name: Shaped(shape) for name, shape in shapes.items()}
program = parse(Source("concat(inv(A.T@A + 3*eye(n))@x, cumsum(A@x - b))[1:]"), bound | {"n": Size("n")})
values = forward(SHAPES, program.graph, bound | {"n": Shaped(())}, [program.output])
print(values[program.output].shape)
print(sorted({"numpy", "sympy", "mpmath", "rich", "click"} & set(sys.modules)))
"""


def test_shapes_alone_load_no_numpy() -> None:
    result = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    assert result.stdout == "(m + n - 1,)\n[]\n"
