"""Arrays opened into their entries: each is a node of a graph of single numbers. What is written down of a program with
small arrays so that something computes it which knows single numbers only.

An entry of a gradient is None where nothing flows into it. Sums are taken in NumPy's order.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from bpcalc.algebra import along
from bpcalc.algebra.arrays import ARRAYS, key_of, labels_of
from bpcalc.algebra.operators import Operators
from bpcalc.algebra.protocol import Algebra
from bpcalc.algebra.symbols import Mixed, Switched, Symbol, Symbols
from bpcalc.gate import Gate
from bpcalc.gates import GATES
from bpcalc.gates.indexing import has_places

PAIRED = 128  # entries that NumPy adds up in eight sums side by side, before it halves
LANES = 8


class NotOpenedError(AttributeError):
    """A gate of arrays that is not put in terms of entries: its name."""


class Grid(Operators["Grid"]):
    """An array of symbols; `cells` is one of objects, without axes for a single number."""

    __slots__ = ("cells", "m")

    m: Grids

    def __init__(self, m: Grids, cells: Any) -> None:
        self.m = m
        self.cells = cells


class Grids(Algebra):
    """Arrays of numbers of `symbols`, an algebra of single ones. Label arrays stay what they are: NumPy's."""

    shaped = True

    def __init__(self, symbols: Symbols) -> None:
        self.symbols = symbols

    # Numbers

    def constant(self, payload: float | str) -> Grid:
        return self._boxed(self.symbols.constant(payload))

    def value(self, number: Any) -> Grid:
        return self._boxed(self._each(self.symbols.constant, np.asarray(number, dtype=float)))

    def input(self, made: Callable[[int], Symbol], shape: tuple[int, ...]) -> Grid:
        """A grid whose entries, numbered row by row, are `made`."""
        cells = np.empty(math.prod(shape), dtype=object)
        for place in range(cells.size):
            cells[place] = made(place)
        return Grid(self, cells.reshape(shape))

    def _boxed(self, found: Any) -> Grid:
        if isinstance(found, np.ndarray):
            return Grid(self, found)
        cells = np.empty((), dtype=object)
        cells[()] = found
        return Grid(self, cells)

    def _cells(self, x: Any) -> Any:
        return x.cells if isinstance(x, Grid) else np.asarray(x, dtype=object)

    def _each(self, function: Callable[..., Any], *inputs: Any) -> Any:
        """A function of entries, with NumPy's broadcasting."""
        return np.frompyfunc(function, len(inputs), 1)(*map(self._cells, inputs))

    def _of_entries(self, function: Callable[..., Any], *inputs: Any) -> Grid:
        return self._boxed(self._each(function, *inputs))

    def symbol(self, cell: Any) -> Symbol:
        """An entry as a node; 0 where nothing flows."""
        if cell is None:
            return self.symbols.constant(0.0)
        return cell if isinstance(cell, Symbol) else self.symbols.constant(float(cell))

    # Gates

    def function(self, gate: Gate) -> Any:
        if gate.of_arrays or gate.name in vars(Grids):
            return super().function(gate)

        def put(*cells: Any) -> Symbol:  # as it stands: the same gate of each entry
            return self.symbols.apply(gate, tuple(self.symbol(cell).node for cell in cells))

        return lambda *inputs: self._of_entries(put, *inputs)

    def __getattr__(self, name: str) -> Any:
        gate = GATES.get(name)
        if gate is None:  # a step of a gate that another algebra has a function for
            raise NotOpenedError(name)
        if gate.of_arrays and gate.forward is None:
            raise NotOpenedError(gate.spelling)
        if gate.of_arrays:
            return super().__getattr__(name)
        call = getattr(self.symbols, name)
        return lambda *inputs, **options: self._of_entries(lambda *cells: call(*cells, **options), *inputs)

    def add(self, a: Any, b: Any) -> Grid:
        return self._of_entries(_plus, a, b)

    def sum(self, x: Any, axis: Any = None, keepdims: bool = False) -> Grid:
        ndim = self._cells(x).ndim
        is_row = axis is None or axis in (-1, ndim - 1)
        return self._reduced(_paired if is_row else _in_order, x, axis, keepdims)

    def prod(self, x: Any, axis: Any = None, keepdims: bool = False) -> Grid:
        def product(row: Sequence[Any]) -> Any:
            found = row[0] if len(row) else 1.0
            for cell in row[1:]:
                found = found * cell
            return found

        return self._reduced(product, x, axis, keepdims)

    def amax(self, x: Any, axis: Any = None, keepdims: bool = False) -> Grid:
        return self._reduced(lambda row: self._extreme("max", row), x, axis, keepdims)

    def amin(self, x: Any, axis: Any = None, keepdims: bool = False) -> Grid:
        return self._reduced(lambda row: self._extreme("min", row), x, axis, keepdims)

    def _extreme(self, name: str, row: Sequence[Any]) -> Symbol:
        nodes = tuple(self.symbol(cell).node for cell in row)
        return self.symbols.apply(GATES[name], nodes) if len(nodes) > 1 else self.symbol(row[0])

    def _reduced(self, function: Callable[[Sequence[Any]], Any], x: Any, axis: Any, keepdims: bool) -> Grid:
        cells = self._cells(x)
        axes = range(cells.ndim) if axis is None or not cells.ndim else axis if isinstance(axis, tuple) else (axis,)
        gone = sorted(one % cells.ndim for one in axes)
        kept = [one for one in range(cells.ndim) if one not in gone]
        shape = tuple(cells.shape[one] for one in kept)
        rows = np.transpose(cells, [*kept, *gone]).reshape(math.prod(shape), -1)
        found = self.input(lambda place: self.symbol(function(list(rows[place]))), shape).cells
        if any(cell is None for cell in rows.flat):  # where nothing at all flows, nothing does
            flows = np.array([any(cell is not None for cell in row) for row in rows]).reshape(shape)
            found = np.where(flows, found, None)
        if keepdims:
            found = found.reshape([1 if one in gone else size for one, size in enumerate(cells.shape)])
        return self._boxed(found)

    def cumsum(self, x: Any, axis: Any) -> Grid:
        return self._boxed(along.cumsum(self._cells(x), axis))

    def cumsum_back(self, x: Any, axis: Any) -> Grid:
        return self._boxed(along.cumsum_back(self._cells(x), axis))

    def prod_others(self, x: Any, axis: Any) -> Grid:
        return self._boxed(along.prod_others(self._cells(x), axis))

    def matmul(self, a: Any, b: Any) -> Grid:
        return self._boxed(np.matmul(self._cells(a), self._cells(b)))

    def outer(self, a: Any, b: Any) -> Grid:
        return self._boxed(np.multiply.outer(self._cells(a), self._cells(b)))

    def trace(self, x: Any) -> Grid:
        return self._boxed(np.trace(self._cells(x), axis1=-2, axis2=-1))

    # Gates that only put entries elsewhere

    def ones(self, shape: tuple[int, ...]) -> Grid:
        return self.value(ARRAYS.ones(shape))

    def zeros(self, shape: tuple[int, ...]) -> Grid:
        return self.value(ARRAYS.zeros(shape))

    def eye(self, size: int, columns: int | None = None) -> Grid:
        return self.value(ARRAYS.eye(size, columns))

    def arange(self, first: float, last: float | None, step: float) -> Grid:
        return self.value(ARRAYS.arange(first, last, step))

    def linspace(self, first: float, last: float, count: int) -> Grid:
        return self.value(ARRAYS.linspace(first, last, count))

    def one_hot(self, labels: Any, size: int | None = None) -> Grid:
        return self.value(ARRAYS.one_hot(labels, size))

    def pick(self, scores: Any, labels: Any) -> Grid:
        cells = self._cells(scores)
        return self._boxed(np.take_along_axis(cells, labels_of(labels, cells)[..., None], axis=-1)[..., 0])

    def array(self, *entries: Any) -> Grid:
        return self._boxed(np.stack([self._cells(entry) for entry in entries]))

    def stack(self, *inputs: Any, axis: int) -> Grid:
        return self._boxed(np.stack([self._cells(one) for one in inputs], axis=axis))

    def concat(self, *inputs: Any, axis: int) -> Grid:
        return self._boxed(np.concatenate([self._cells(one) for one in inputs], axis=axis))

    def diag(self, x: Any) -> Grid:
        cells = self._cells(x)
        if cells.ndim != 1:
            return self._boxed(np.diag(cells).copy())
        size = len(cells)
        return self.scatter(self._boxed(cells), (size, size), (np.arange(size), np.arange(size)))

    def transpose(self, x: Any, axes: tuple[int, ...] | None) -> Grid:
        return self._boxed(np.transpose(self._cells(x), axes))

    def reshape(self, x: Any, shape: tuple[int, ...]) -> Grid:
        return self._boxed(np.reshape(self._cells(x), shape))

    def squeeze(self, x: Any, axis: Any) -> Grid:
        return self._boxed(np.squeeze(self._cells(x), axis=axis))

    def index(self, x: Any, key: tuple[Any, ...]) -> Grid:
        return self._boxed(self._cells(x)[key_of(key)])

    def scatter(self, x: Any, shape: tuple[int, ...], key: tuple[Any, ...]) -> Grid:
        whole = self.zeros(shape).cells
        if has_places(key):  # entries that are taken twice get the sum
            np.add.at(whole, key_of(key), self._cells(x)[()])
        else:
            whole[key_of(key)] = self._cells(x)[()]
        return self._boxed(whole)

    # What is true: of a formula, wherever its inputs lie

    def is_finite(self, x: Any) -> bool:
        return all(self.symbols.is_finite(cell) for cell in self._cells(x).flat)

    def holds(self, truth: Any) -> bool:
        return any(self.symbols.holds(cell) or self._counts_ties(cell) for cell in self._cells(truth).flat)

    def _counts_ties(self, cell: Any) -> bool:
        """Is it (a == y) + (b == y) + … > 1? The shares of ties are those of a single winner too, so it may hold."""
        graph = self.symbols.graph
        if not isinstance(cell, Symbol) or graph.gates[cell.node] is not GATES["greater"]:
            return False
        total, one = graph.inputs[cell.node]
        parts = [total]
        while parts:
            part = parts.pop()
            if graph.gates[part] is GATES["add"]:
                parts += graph.inputs[part]
            elif graph.gates[part] is not GATES["equal"]:
                return False
        return graph.number(one) == 1

    def everywhere(self, truth: Any) -> bool:
        return all(self.symbols.everywhere(cell) for cell in self._cells(truth).flat)

    def except_at(self, condition: Any, special: Any, usual: Any) -> Grid:
        return self._of_entries(self.symbols.except_at, condition, special, usual)

    # Shapes

    def shape(self, x: Any) -> tuple[int, ...]:
        return tuple(np.shape(x.cells if isinstance(x, Grid) else x))

    @property
    def entries(self) -> Symbols:
        return self.symbols

    def entry(self, x: Any, place: tuple[int, ...]) -> Symbol:
        return self.symbol(self._cells(x)[place])

    def spread(self, x: Any, like: Any) -> Grid:
        return self._boxed(np.broadcast_to(self._cells(x), self.shape(like)))

    # Gradients

    def scale(self, upstream: Any, local: Any) -> Grid:
        return self._of_entries(
            lambda cell, factor: None if cell is None else self.symbols.scale(self.symbol(cell), factor),
            upstream, local,
        )  # fmt: skip

    def route(self, upstream: Any, weight: Any) -> Grid | None:
        found = self._of_entries(
            lambda cell, share: None if cell is None else self.symbols.route(self.symbol(cell), share),
            upstream, weight,
        )  # fmt: skip
        return None if all(cell is None for cell in found.cells.flat) else found

    def dense(self, gradient: Any) -> Any:
        return self._of_entries(self.symbol, gradient)

    def is_switched(self, gradient: Any) -> bool:
        return any(cell is None or isinstance(cell, (Switched, Mixed)) for cell in self._cells(gradient).flat)

    def pull(self, rule: Any, upstream: Any, y: Any, inputs: list[Any]) -> Any:
        found = rule(self, self.dense(upstream), y, *inputs)
        if not self.is_switched(upstream):
            return found
        return [self._mixed(one) for one in found] if isinstance(found, list) else self._mixed(found)

    def _mixed(self, gradient: Any) -> Any:
        """What a gate has made of a switched gradient."""

        def mixed(cell: Any) -> Any:
            is_own = cell is None or isinstance(cell, Switched)
            return cell if is_own else Mixed(self.symbols, self.symbol(cell).node)

        return None if gradient is None else self._of_entries(mixed, gradient)


def _plus(a: Any, b: Any) -> Any:
    return b if a is None else a if b is None else a + b


def _in_order(row: Sequence[Any]) -> Any:
    found = row[0] if len(row) else 0.0
    for cell in row[1:]:
        found = _plus(found, cell)
    return found


def _paired(row: Sequence[Any]) -> Any:
    """A sum in the order of NumPy's pairwise summation of entries that stand side by side."""
    count = len(row)
    if count < LANES:
        return _in_order(row)
    if count > PAIRED:
        half = count // 2 - count // 2 % LANES
        return _plus(_paired(row[:half]), _paired(row[half:]))
    whole = count - count % LANES
    lanes = [_in_order(row[lane:whole:LANES]) for lane in range(LANES)]
    while len(lanes) > 1:
        lanes = [_plus(*lanes[place : place + 2]) for place in range(0, len(lanes), 2)]
    return _in_order([lanes[0], *row[whole:]])
