"""The output as a function of the inputs that move: what every method asks for its value and gradient."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bpcalc.calculations.hessian import check_output, hessian
from bpcalc.calculations.passes import prepare, run
from bpcalc.errors import Source
from bpcalc.gate import GRAD
from bpcalc.gates import GATES
from bpcalc.reading import bindings
from bpcalc.reports.circuit import Circuit
from bpcalc.reports.options import Options

SMALLEST = 1e-200  # a sum of squares below which some may have been lost
LARGEST_COMPILED = 20_000  # nodes: compiling a larger graph takes longer than its steps would

At = Mapping[str, Any]
Compiler = Callable[[Source, Mapping[str, Any], Options], Callable[[Mapping[str, Any]], tuple[Any, dict[str, Any]]]]


class Loss:
    """L, or with `maximize` -L, and its gradient where the moving inputs stand.

    m            the algebra of the numbers
    moving       the inputs that move, by name; rows: those of which batches take some rows
    evaluations  how often a method has asked for a gradient
    compiler     makes a faster function of the program, with the same numbers; None: both passes run over the graph
    """

    def __init__(
        self, source: Source, values: Mapping[str, Any], options: Options, sign: float, compiler: Compiler | None
    ) -> None:  # fmt: skip
        self._source, self._values, self._options = source, values, options
        self.sign, self.evaluations = sign, 0
        self.rows: Sequence[str] = ()
        first = self._prepared = prepare(source, values, options)
        self.m, self.program = first
        self._prepares_each = GRAD in self.program.graph.kinds
        with self.m.quiet():
            self.start = run(self.m, self.program, values, options._replace(upstream=1.0))
        check_output(self.start)
        self.moving: tuple[str, ...] = tuple(self.start.wrt)
        self._options = options._replace(wrt=self.moving)
        self._fixed = {
            name: self.m.value(value) for name, value in bindings.used(self.program, values).items()
            if name not in self.moving
        }  # fmt: skip
        # its gradient where it is singular is a formula of its own, which is chosen at each point
        chosen = self._prepares_each or GATES["det"] in self.program.graph.kinds
        self._compiler = None if chosen or len(self.program.graph) > LARGEST_COMPILED else compiler
        self._compiled: dict[int, Any] = {}  # by how many rows of the data there are, 0 for all

    def __call__(self, at: At, rows: Sequence[int] | None = None) -> tuple[float, dict[str, Any]]:
        """The value and the gradient that a step is made of; `rows`: of these rows of the data alone."""
        self.evaluations += 1
        return self.look(at, rows)

    def look(self, at: At, rows: Sequence[int] | None = None) -> tuple[float, dict[str, Any]]:
        """The same, for whoever only looks on."""
        fixed = self._fixed
        if rows is not None:
            fixed = {name: value[rows] if name in self.rows else value for name, value in fixed.items()}
        with self.m.quiet():
            value, gradient = self._passes({**fixed, **at}, len(rows or ()))
        if self.sign < 0:
            return -value, {name: -one for name, one in gradient.items()}
        return value, gradient

    def _passes(self, values: dict[str, Any], rows: int) -> tuple[float, dict[str, Any]]:
        if self._compiler is not None:
            if rows not in self._compiled:
                self._compiled[rows] = self._compiler(self._source, values, self._options)
            value, found = self._compiled[rows](values)
            return float(value), {
                name: found[name] if name in found else self.m.zero_like(values[name]) for name in self.moving
            }
        circuit = self._run(values)
        gradient = {name: circuit.gradient(node) for name, node in circuit.wrt.items()}
        return float(circuit.values[circuit.output]), gradient

    def _run(self, values: Mapping[str, Any]) -> Circuit:
        if self._prepares_each:  # gradients inside the program are written out for a point
            self._prepared = prepare(self._source, values, self._options)
        m, program = self._prepared
        with m.quiet():
            return run(m, program, values, self._options)

    def values(self, at: At) -> dict[str, Any]:
        """All values of the program's variables, where the moving ones stand `at`."""
        return {**self._fixed, **at}

    def circuit(self, at: At) -> Circuit:
        """Both passes, with all that can be told of them."""
        return self._run(self.values(at))

    def hessian(self, at: At) -> Any:
        """The matrix of second derivatives over all moving numbers, as one of doubles; it counts a gradient each row.

        Raises BpcalcError for one that no memory should hold.
        """
        from bpcalc.algebra.linear import joined

        report = hessian(self._source, self.values(at), self._options)
        sizes = [math.prod(report.inputs[name]) for name in report.hessian]
        self.evaluations += sum(sizes)
        return self.sign * joined([list(row.values()) for row in report.hessian.values()], sizes)

    def curvature(self, at: At, direction: At) -> float:
        """The second derivative along a direction, per square of its length; NaN where that is not known."""
        report = hessian(self._source, self.values(at), self._options, vector=direction)
        with self.m.quiet():
            return self.sign * product(self.m, direction, report.product) / product(self.m, direction, direction)

    def norm(self, gradient: At) -> float:
        """The length of a gradient over all moving inputs."""
        m = self.m
        with m.quiet():
            return math.hypot(*(_length(m, one) if m.shape(one) else float(one) for one in gradient.values()))

    def begin(self) -> dict[str, Any]:
        """Where the moving inputs stand at first."""
        circuit = self.start
        return {name: self.m.value(circuit.values[node]) for name, node in circuit.wrt.items()}


def _length(m: Any, array: Any) -> float:
    """The 2-norm of an array: in one pass, where no square is too large or too small for that."""
    array = m.dense(array)
    square = float((array * array).sum())
    if not array.any():  # of an empty one too
        return 0.0
    return math.sqrt(square) if SMALLEST < square < math.inf else float(m.norm(array))


def product(m: Any, a: At, b: At) -> float:
    """The sum of the products of all entries."""
    parts = [float(m.sum(a[name] * b[name])) if m.shape(a[name]) else float(a[name] * b[name]) for name in a]
    return math.fsum(parts) if all(map(math.isfinite, parts)) else math.nan
