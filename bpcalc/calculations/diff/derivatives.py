"""Derivatives without values: both passes with formulas in the place of numbers.

The derivatives of a number by all variables are one backward pass, that of an array by a number is one forward-mode
pass; a vector by a vector is the matrix of a forward-mode pass.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bpcalc.algebra.shapes import SHAPES, Shaped
from bpcalc.algebra.textbook.algebra import Textbook
from bpcalc.algebra.textbook.collect import collected
from bpcalc.algebra.textbook.entries import entries, entry, is_scattered
from bpcalc.algebra.textbook.linear import Linear, NoMatrixError
from bpcalc.algebra.textbook.matrices import transpose
from bpcalc.algebra.textbook.terms import Terms, gradient
from bpcalc.calculations.diff.given import Closed, closed, meanings, size_names, weighted
from bpcalc.calculations.diff.high_orders import (
    HighOrders,
    ManyFunctionsError,
    TooLongError,
    prefixes,
    shortest,
    too_long,
)
from bpcalc.calculations.diff.request import Request
from bpcalc.calculations.inner_gradients import derive
from bpcalc.calculations.inverses import inverted
from bpcalc.calculations.passes import label_inputs, note_powers
from bpcalc.calculations.rebuild import rebuilt
from bpcalc.calculations.taught import has_decimals
from bpcalc.engine.forward import ShapeError, forward
from bpcalc.engine.orders import held
from bpcalc.engine.reverse import backpropagate
from bpcalc.engine.tangent import tangents
from bpcalc.errors import BpcalcError, Source, did_you_mean
from bpcalc.gate import LESSON
from bpcalc.gates import GATES
from bpcalc.graph import CONSTANTS, Graph
from bpcalc.reading.parser import parse
from bpcalc.reading.program import Program
from bpcalc.reading.sizes import Size
from bpcalc.reports.names import Names, fresh
from bpcalc.telling import misfits
from bpcalc.telling.orders import check_orders
from bpcalc.typed import Any, NamedTuple
from bpcalc.writing.definitions import program
from bpcalc.writing.unparse import shortened

Shape = tuple[int, ...]
QUOTED = 40  # characters of an expression in a hint
LONG = 1_000  # characters of a formula from which on it may be shorter multiplied out
SHORT = 3_000  # characters of a formula up to which its derivative is taken by both passes anyway
LONGEST = 50_000  # characters of a formula beyond which no derivative of it is taken
ENTRIES = 36  # of a vector or a Jacobian that are written out one by one


class NoFormulaError(BpcalcError):
    """The derivative has more axes than matrix notation has."""


class Formula(NamedTuple):
    """A node of a graph of formulas, with its shape.

    is_jacobian  whether its rows and columns are two vectors' entries
    terms        what the node was written for, of a derivative that is found multiplied out
    """

    graph: Graph
    node: int
    shape: Shape
    is_jacobian: bool = False
    terms: Terms | None = None

    @property
    def length(self) -> int:
        """The characters of its text."""
        return len(program(self.graph, self.node, {}, ()))


class Differentiator:
    """A program, and its derivatives so far, by the names that it was differentiated by."""

    def __init__(self, source: Source, declared: Mapping[str, Shape], values: Mapping[str, Source], request: Request):
        sizes = size_names(declared)
        self.declared = declared
        self.request = request
        self.values = {name: closed(value) for name, value in values.items()}
        self.bound = meanings(declared, self.values)
        program = parse(source, self.bound, request.asked())
        self.of, extra = request.of, frozenset[str]()
        if request.upstream is not None:
            shapes = {**declared, **{name: one.shape for name, one in self.values.items()}}
            one = weighted(program, request.of, request.upstream, self.bound, request.asked(), shapes)
            program, self.of, extra = one
        self.shapes: dict[str, Shape] = {
            name: self.values[name].shape if name in self.values else declared.get(name, ())
            for name in program.variables
        }
        self.program = self.derived(program)
        self.output = self.program.output
        if self.of is not None:
            self.output = Names(self.program, self.output).find(self.of)
        self.names = Names(self.program, self.output)
        self._check()
        self._check_symmetric()
        self._open([name for group in request.wrt for name in group])
        self.decimals = any(map(has_decimals, (self.program.graph, *(one.graph for one in self.values.values()))))
        self.found: dict[tuple[str, ...], Formula] = {}
        self.best: dict[tuple[str, ...], Formula] = {}  # the shortest known
        self._high: HighOrders | None = None
        labels = label_inputs(self.program)
        others = sizes | (extra - request.asked())
        self.variables = [
            name for name in self.program.variables if self.program.names[name] not in labels and name not in others
        ]

    def derived(self, program: Program) -> Program:
        """The program with what ⁻¹ means in it, its gates opened, and the gradients inside it written out."""
        shaped = {name: Shaped(shape) for name, shape in self.shapes.items()}
        program = self._opened(inverted(program, shaped))
        # the gradient of a gate may have packed ones in it
        return self._opened(derive(program, shaped, SHAPES, "torch"))

    def _opened(self, program: Program) -> Program:
        """The program with the packed gates opened that `--expand` names."""
        if not self.request.expand:
            return program
        from bpcalc.calculations.expand import expand

        return expand(program, self.request.expand)

    def _check(self) -> None:
        """Raises BpcalcError where shapes do not fit, or names are unknown."""
        bound = {name: Shaped(shape) for name, shape in self.shapes.items()}
        try:
            shaped = forward(SHAPES, self.program.graph, bound, self._all())
        except ShapeError as error:
            wrong = misfits.misfit(self.program, error)
            bare = [name for name in self.program.variables if name not in self.declared and name not in self.values]
            if bare and not wrong.hint:
                words = " ".join(f"{name}:…" for name in bare)
                wrong.hint = f"a variable without a shape is a single number; declare others: {words}, as in A:m,n x:n"
            raise wrong from error
        note_powers(self.program, lambda node: SHAPES.shape(shaped[node]))

    def _all(self) -> list[int]:
        """The output, and the other nodes whose shapes are looked at."""
        return [self.output, *self.program.names.values(), *self.program.shaped]

    def _check_symmetric(self) -> None:
        """Raises BpcalcError for what is called symmetric and is no square matrix."""
        for name in self.request.symmetric:
            if name not in self.shapes:
                hint = did_you_mean(name, self.program.variables)
                raise BpcalcError(f'--symmetric: no variable is called "{name}"', hint=hint)
            shape = self.shapes[name]
            if len(shape) != 2 or shape[0] != shape[1]:
                raise BpcalcError(
                    f'--symmetric: "{name}" is no square matrix', hint=f"declare one, for example {name}:n,n"
                )

    def _open(self, asked: Sequence[str]) -> None:
        """Makes variables of the intermediate nodes that are asked for; their formulas are put in afterwards."""
        program = self.program
        names = [name for name in dict.fromkeys(asked) if program.graph.inputs[program.names.get(name, 0)]]
        names = [name for name in names if name in program.names]
        if not names:
            return
        bound = {name: Shaped(shape) for name, shape in self.shapes.items()}
        shaped = forward(SHAPES, program.graph, bound, [program.names[name] for name in names])
        for name in names:
            self.shapes[name] = shaped[program.names[name]].shape
            self.values[name] = Closed(program.graph, program.names[name], self.shapes[name])
        self.program = opened(program, names)
        self.output = self.program.names.get(self.of or "", self.program.output)

    @property
    def has_arrays(self) -> bool:
        return any(self.shapes.values()) or any(gate.of_arrays for gate in self.program.graph.kinds)

    def textbook(self) -> Textbook:
        return Textbook(Graph(), frozenset(self.request.symmetric), self.decimals)

    def _forward(self, m: Textbook, graph: Graph, output: int) -> list[Any]:
        bound = {name: m.variable(name, self.shapes.get(name, ())) for name in graph.variables}
        return forward(m, graph, bound, [output])

    def check_name(self, name: str) -> None:
        """Raises BpcalcError for a name that nothing can be differentiated by."""
        if name in self.variables:
            return
        known = self.program.variables
        if name in known:
            is_order = self.program.names[name] in held(self.program.graph)
            what = "stands in orders only" if is_order else "is a size or a label"
            raise BpcalcError(f'"{name}" {what}, so nothing can be differentiated by it')
        if name in self.declared or not known:
            return  # the program does not depend on it
        if name in CONSTANTS:
            raise BpcalcError(f'"{name}" is a constant', hint=f"declare it, and it is a variable: {name}:")
        hint = did_you_mean(name, self.variables) or f"the variables here are {', '.join(self.variables)}"
        raise BpcalcError(f'no variable is called "{name}"', hint=hint)

    def check_orders(self, name: str) -> None:
        """Raises BpcalcError where a name moves the order of a gate: there is no derivative by it."""
        graph = self.program.graph
        if name in graph.variables:
            check_orders(self.program, self.output, graph.carries([graph.variables[name]], self.output))

    def derivative(self, over: tuple[str, ...]) -> Formula:
        """The formula differentiated by these names, one after the other: by both passes, or multiplied out where that
        is shorter.

        Raises TooLongError, with the size that it would have; BpcalcError where one of the names moves an order.
        """
        if over not in self.best:
            for name in dict.fromkeys(over):
                self.check_orders(name)
            found = self._by_passes(over, LONGEST if self.has_arrays else SHORT)
            if not self.has_arrays and len(over) > 1 and (found is None or found.length > LONG):
                try:
                    other = self._multiplied_out(over)
                    found = other if found is None else min(other, found, key=lambda one: one.length)
                except ManyFunctionsError:
                    found = found or self._by_passes(over, LONGEST)
                except TooLongError:
                    if found is None:
                        raise
            if found is None:
                lengths = [one.length for one in map(self._by_passes, prefixes(over)) if one is not None]
                raise too_long(len(over), lengths, "characters")
            self.best[over] = found
        return self.best[over]

    def _by_passes(self, over: tuple[str, ...], most: int = LONGEST) -> Formula | None:
        """The derivative by both passes over the one below, and so on; None where one of those has over `most`
        characters."""
        found = Formula(self.program.graph, self.output, ())
        for one in prefixes(over):
            if one not in self.found:
                if len(one) > 1 and found.length > most:
                    return None
                self._differentiate(one[:-1], one[-1])
            found = self.found[one]
        return found

    def _multiplied_out(self, over: tuple[str, ...]) -> Formula:
        """Raises TooLongError."""
        if self._high is None:
            m, graph = self.textbook(), self.program.graph
            self._high = HighOrders(m, self._forward(m, graph, self.output)[self.output])
        terms, m = self._high.derivative(over), self._high.m
        return Formula(m.graph, m.node(shortest(m, terms)), (), terms=terms)

    def _differentiate(self, before: tuple[str, ...], name: str) -> None:
        """Adds the derivative by `name`; of a number those by all variables, which come out of one pass."""
        source = self.found.get(before, Formula(self.program.graph, self.output, ()))
        graph, output = source.graph, source.node
        m = self.textbook()
        values = self._forward(m, graph, output)
        if values[output].shape != () or name not in self.variables:
            self.found[*before, name] = self._of_array(m, graph, values, output, name, bool(before))
            return
        asked = {one for group in self.request.wrt for one in group} or {*self.variables}
        wanted = [one for one in self.variables if one in graph.variables and one in asked]
        places = [graph.variables[one] for one in wanted]
        needed = graph.carries(places, output)
        seed = gradient(m.lift(1))
        flows = backpropagate(m, graph, values, output, seed, needed, LESSON)
        reached = {one: flows[place] for one, place in zip(wanted, places, strict=True) if place <= output}
        for one in filter(asked.__contains__, self.variables):
            self.found[*before, one] = formula(m, reached.get(one) or m.zeros(self.shapes[one]))

    def itself(self) -> Formula:
        """The program, which is its own derivative of order 0."""
        bound = {name: Shaped(shape) for name, shape in self.shapes.items()}
        shape = forward(SHAPES, self.program.graph, bound, [self.output])[self.output].shape
        return Formula(self.program.graph, self.output, shape)

    def put_in(self, m: Textbook, graph: Graph) -> dict[str, Terms]:
        """The variables of a graph as formulas: those with a value by their value."""
        found: dict[str, Terms] = {}
        for name in graph.variables:
            if name in self.values:
                one = self.values[name]
                inner = self.put_in(m, one.graph) if one.graph.variables else {}
                found[name] = forward(m, one.graph, inner, [one.output])[one.output]
            else:
                found[name] = m.variable(name, self.shapes.get(name, ()))
        return found

    def named(self, m: Textbook) -> dict[int, str]:
        """The program's own names for nodes of the formulas in `m`."""
        named = {node: name for name, node in self.program.names.items() if self.program.graph.inputs[node]}
        if not named or self.values:
            return {}
        bound = {name: m.variable(name, self.shapes.get(name, ())) for name in self.program.graph.variables}
        values = forward(m, self.program.graph, bound, named)
        return {m.node(values[node]): name for node, name in named.items()}

    def _of_array(self, m: Textbook, graph: Graph, values: list[Any], output: int, name: str, hessian: bool) -> Formula:
        """The derivative of an array by a number, or of a vector by a vector."""
        shape, y = self.shapes.get(name, self.declared.get(name, ())), values[output]
        if name not in graph.variables:
            return formula(m, m.zeros((*y.shape, *shape)))
        turned = not hessian and self.request.layout == "denominator"
        direction = m.variable(fresh("δ", graph.variables), shape) if shape else m.lift(1)
        node = graph.variables[name]
        tangent = tangents(m, graph, values, {node: direction}, output, LESSON)[output]
        if tangent is None:
            return formula(m, m.zeros((*y.shape, *shape)))
        if not shape:
            return formula(m, m.spread(tangent, y))
        if len(shape) == len(y.shape) == 1:
            try:
                matrix = Linear(m, next(iter(direction.parts))[0][0]).matrix(tangent)
            except NoMatrixError:
                if isinstance(shape[0], Size) or isinstance(y.shape[0], Size) or shape[0] * y.shape[0] > ENTRIES:
                    raise self._no_matrix(y.shape, name) from None
                return self._by_entries(graph, output, name, turned)
            return formula(m, transpose(m, matrix, None) if turned else matrix, is_jacobian=True)
        raise self._no_matrix(y.shape, name)

    def _by_entries(self, graph: Graph, output: int, name: str, turned: bool) -> Formula:
        """The Jacobian of a short vector by a short vector, each entry a formula of its own."""
        m = self.textbook()
        values, columns = self._forward(m, graph, output), []
        (size,) = self.shapes[name]
        for place in range(size):
            unit = m.array(*(float(one == place) for one in range(size)))
            tangent = tangents(m, graph, values, {graph.variables[name]: unit}, output, LESSON)[output]
            columns.append([collected(m, entry(m, tangent, row)) for row in range(values[output].shape[0])])
        rows = columns if turned else [list(row) for row in zip(*columns, strict=True)]
        return formula(m, m.array(*(m.array(*row) for row in rows)), is_jacobian=True)

    def _with_upstream(self, shape: Shape) -> str:
        """`write sum(G*(X@W)), with an upstream gradient G:m,n`: what has a formula for an array."""
        graph, names = self.program.graph, self.names.given
        text = names.get(self.output) or shortened(graph, self.output, names, QUOTED)
        product = text if text.isidentifier() else f"({text})"
        letter = next(one for one in ("G", "U", "upstream") if one not in self.program.names)
        return f"write sum({letter}*{product}), with an upstream gradient {letter}:{','.join(map(str, shape))}"

    def _no_matrix(self, shape: Shape, name: str) -> NoFormulaError:
        by = f"{name} of shape {self.shapes[name]}"
        mixed = next((group for group in self.request.wrt if len(set(group)) > 1), ())
        hint = "give numbers: bpcalc hessian"
        is_first = (self.request.order or 1) == 1 and all(len(group) == 1 for group in self.request.wrt)
        if is_first:  # else the array is a derivative, which has no name to be written with
            hint = f"{self._with_upstream(shape)}; or give numbers: bpcalc jacobian, bpcalc hessian"
        if mixed:
            hint = f"--wrt {','.join(mixed)} is one mixed derivative; for each: {' '.join(f'--wrt {x}' for x in mixed)}"
        return NoFormulaError(
            f"the derivative of an array of shape {shape} with respect to {by} has no formula in matrix notation here",
            hint=hint,
        )


def formula(m: Textbook, terms: Terms, is_jacobian: bool = False) -> Formula:
    """The shortest way to write it; a short vector whose entries have their own formulas as a list of these."""
    if is_scattered(m, terms) and not isinstance(terms.shape[0], Size) and terms.shape[0] <= ENTRIES:
        return Formula(m.graph, m.node(m.array(*(collected(m, one) for one in entries(m, terms)))), terms.shape)
    if is_jacobian:  # a number added to a matrix is read as a multiple of the unit matrix
        ones = ((m.apply(GATES["ones"].bind({"shape": terms.shape})), 1),)
        parts = {(ones + p if m.product_shape(p) == () else p): c for p, c in collected(m, terms).parts.items()}
        return Formula(m.graph, m.node(Terms(m, terms.shape, parts)), terms.shape, is_jacobian)
    return Formula(m.graph, m.node(collected(m, terms)), terms.shape)


def opened(program: Program, names: Sequence[str]) -> Program:
    """The program with these intermediate nodes as variables of their own."""
    graph = Graph()
    gates, cut = program.graph.gates, {program.names[name]: name for name in names}
    return rebuilt(
        program, graph,
        lambda node, inputs: graph.variable(cut[node]) if node in cut else graph.apply(gates[node], inputs),
    )  # fmt: skip
