"""The rows of a report: its nodes one by one, as they are asked for. What a row says is read off the circuit."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property

from bpcalc.engine.reverse import local_gradients
from bpcalc.gate import CONSTANT, INPUT
from bpcalc.reports.circuit import Circuit
from bpcalc.reports.formulas import FULL, Formulas
from bpcalc.reports.names import Names
from bpcalc.typed import TYPE_CHECKING, Any, Generic, TypeVar
from bpcalc.writing.numerals import ENTRIES, count, exact, eye
from bpcalc.writing.unparse import Unparser, lengths_of_others

if TYPE_CHECKING:
    from typing import overload

    from bpcalc.reports.edges import Edge

INPUTS = {"input": "input", "label": "input, no gradient"}  # what is said of a row that is no operation, by its role


class Row:
    """One node of a report: an input, an intermediate node, a named constant or the output.

    node  its id in the circuit's graph
    """

    __slots__ = ("_rows", "node")

    def __init__(self, rows: Rows[Any], node: int) -> None:
        self._rows = rows
        self.node = node

    @property
    def name(self) -> str:
        return self._rows.labels[self.node]

    @property
    def gate(self) -> str:
        """The name of the gate that makes the node."""
        return self._rows.circuit.program.graph.gates[self.node].name

    @property
    def role(self) -> str:
        """ "input", "label" (an input that carries no gradient), "constant", "node" or "output"."""
        circuit = self._rows.circuit
        gate = circuit.program.graph.gates[self.node]
        if gate is INPUT:
            return "label" if self.node in circuit.labels and not circuit.options.wrt else "input"
        return "output" if self.node == circuit.output else "constant" if gate is CONSTANT else "node"

    @property
    def sources(self) -> tuple[int, ...]:
        """The nodes that feed it."""
        return self._rows.circuit.program.graph.inputs[self.node]

    @property
    def inputs(self) -> tuple[str, ...]:
        """The same by name; a part without a variable as it is written."""
        return tuple(map(self._rows.unparser.operand, self.sources))

    def source_value(self, place: int) -> Any:
        """The value of an input."""
        return self._rows.circuit.values[self.sources[place]]

    @property
    def expression(self) -> str:
        """Its gate on named nodes, in the language: `x + y`, `n1*z`."""
        is_input = self._rows.circuit.program.graph.gates[self.node] is INPUT
        return self.name if is_input else self._rows.unparser.expression(self.node)

    @property
    def value(self) -> Any:
        return self._rows.circuit.values[self.node]

    @property
    def gradient(self) -> Any:
        """∂output/∂node; None where it was not asked for."""
        return self._rows.circuit.gradient(self.node)

    @property
    def local(self) -> tuple[Any, ...]:
        """∂node/∂input for each input, in the shape of the value; None where no gradient flows or the entries mix."""
        circuit, sources = self._rows.circuit, self.sources
        if not sources:
            return ()
        m, y, needed = circuit.m, self.value, [circuit.needed[source] for source in sources]
        gate, xs = circuit.program.graph.gates[self.node], [circuit.values[source] for source in sources]
        with m.quiet():
            factors = local_gradients(m, gate, y, xs, circuit.options.convention, needed)
            if not m.shaped:
                return tuple([None if factor is None else m.value(factor) for factor in factors])
            return tuple(_shaped(m, f, y) if want else None for f, want in zip(factors, needed, strict=True))

    @property
    def edges(self) -> tuple[Edge, ...]:
        """Every use of an input: what comes from upstream, the local gradient, what goes downstream."""
        return self._rows.circuit.edges(self.node)

    @property
    def symbolic(self) -> str:
        """The gradient as a program of the language that stands alone; "" where no formulas were asked for."""
        formulas = self._rows.formulas
        if formulas is None:
            return ""
        return formulas.program(self.node) if self.node in formulas.nodes else self._zeros()

    @property
    def brief(self) -> str:
        """The same for the eye: a long one in terms of other rows."""
        formulas = self._rows.formulas
        if formulas is None:
            return ""
        return formulas.brief(self.node) if self.node in formulas.nodes else self._zeros()

    def _zeros(self) -> str:
        """The formula of a gradient of zeros."""
        if self.gradient is None:
            return ""
        shape = self._rows.circuit.m.shape(self.value)
        return f"zeros({', '.join(map(str, shape))})" if shape else "0"

    def __repr__(self) -> str:
        fields = ("name", "role", "gate", "expression", "inputs", "value", "gradient", "local", "symbolic")
        return f"Row({', '.join(f'{name}={getattr(self, name)!r}' for name in fields)})"


def _shaped(m: Any, factor: Any, y: Any) -> Any:
    """A local gradient where it has the shape of the node's value, else None."""
    if factor is None:
        return None
    factor, shape = m.value(factor), m.shape(y)
    if m.shape(factor) == shape:
        return factor
    return None if m.shape(factor) else m.spread(factor, y)


R = TypeVar("R", bound=Row)


class Rows(Sequence[R], Generic[R]):
    """The nodes `listed` of a circuit, in their order.

    formulas  the gradients as formulas; None where these were not asked for
    """

    row: Callable[[Rows[R], int], R] = Row  # type: ignore[assignment]

    def __init__(
        self, circuit: Circuit, names: Names, listed: Sequence[int] = (), formulas: Formulas | None = None
    ) -> None:
        self.circuit = circuit
        self.names = names
        self.listed = listed
        self.formulas = formulas

    @cached_property
    def labels(self) -> Mapping[int, str]:
        """The names of the nodes, and for parts without a variable that are long to write out, their numbers."""
        return readable(self.circuit, self.names)

    @cached_property
    def unparser(self) -> Unparser:
        return Unparser(self.circuit.program.graph, self.labels)

    @property
    def derivatives(self) -> Sequence[Any]:
        """By node what a row tells beside the value; None where nothing flows."""
        return self.circuit.gradients

    def __len__(self) -> int:
        return len(self.listed)

    if TYPE_CHECKING:

        @overload
        def __getitem__(self, place: int) -> R: ...

        @overload
        def __getitem__(self, place: slice) -> tuple[R, ...]: ...

    def __getitem__(self, place: int | slice) -> R | tuple[R, ...]:
        if isinstance(place, slice):
            return tuple(type(self).row(self, node) for node in self.listed[place])
        return type(self).row(self, self.listed[place])

    def __iter__(self) -> Iterator[R]:
        return (type(self).row(self, node) for node in self.listed)

    def called(self, name: str) -> R:
        """The row called `name`. Raises KeyError where none is."""
        for row in self:
            if row.name == name:
                return row
        raise KeyError(name)

    def __repr__(self) -> str:
        return f"[{', '.join(map(repr, self))}]"


def readable(circuit: Circuit, names: Names) -> dict[int, str]:
    """The names of the nodes, and for parts without a variable that are long to write out, their numbers."""
    found, m = {}, circuit.m
    for node, length in lengths_of_others(circuit.program.graph, names.labels, circuit.output + 1).items():
        value = circuit.values[node]
        if length > FULL and value is not None:
            if not m.shape(value):
                found[node] = "(inf - inf)" if m.is_nan(value) else exact(m, value).removesuffix(".0")
            elif count(m, value) <= ENTRIES:
                found[node] = eye(m, value, None)
    return {**names.labels, **found} if found else names.labels
