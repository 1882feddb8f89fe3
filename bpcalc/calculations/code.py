"""The pipeline of `bpcalc code`: parse -> a point to check at -> backprop on symbols that hold everywhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from bpcalc.algebra.everywhere import Everywhere
from bpcalc.algebra.shapes import SHAPES, Shaped
from bpcalc.algebra.symbols import Symbol, standing_for
from bpcalc.calculations.check.moving import Moving
from bpcalc.calculations.diff.request import Request
from bpcalc.calculations.inner_gradients import derive
from bpcalc.calculations.passes import prepare, run, warnings_of
from bpcalc.calculations.verify.trials import Trials, fitting
from bpcalc.engine.forward import ShapeError
from bpcalc.engine.reverse import edges, local_gradients
from bpcalc.errors import BpcalcError, Source
from bpcalc.gate import GRAD, LESSON
from bpcalc.graph import Graph
from bpcalc.reading.bindings import remarks
from bpcalc.reading.parser import parse
from bpcalc.reports.circuit import Circuit
from bpcalc.reports.derivation import Derivation, Line, Parameter
from bpcalc.reports.names import Names
from bpcalc.reports.options import Options
from bpcalc.reports.warning import Warning

POINTS = 40  # that are looked at for one where the program is smooth
LARGEST = 2_000  # entries of the inputs, up to which finite differences are tried here too
ROUNDED = 3  # digits behind the point of numbers that are drawn
STEP = 6e-6  # of a central difference, relative: the cube root of the rounding error
NEAR = 1e-5  # how far a difference may be off, relative; the rest is what rounding makes of it
DIGITS = 1e-15  # to which a lecture's form of a local gradient agrees with the exact one, to be written in its place


def derivation(
    source: Source, declared: Mapping[str, tuple[int, ...]], values: Mapping[str, Any], options: Options,
    lessons: bool = True,
) -> Derivation:  # fmt: skip
    """A program and its backward pass as nodes of one graph.

    declared  the shapes of variables without a value; others without one are single numbers
    lessons   whether packed gates have the local gradient of the lectures, (1 - y)*y, where it has all its digits
    Raises BpcalcError for anything that is wrong with the text, a name, a value, a shape or an option.
    """
    circuit, check, told = _circuits(source, declared, values, options)
    names = Names(circuit.program, circuit.output)
    graph = circuit.program.graph.copy()
    shapes = None
    if circuit.m.shaped:
        shapes = [Shaped(getattr(value, "shape", ())) for value in circuit.values]
    m = Everywhere(graph, shapes, is_singular=_is_singular(circuit))
    writer = _Writer(circuit, names, m, _in_lecture_form(circuit) if lessons else set())
    writer.write()
    gradient = {name: writer.gradient(node) for name, node in circuit.wrt.items()}
    wanted, leaves = circuit.program.graph.ancestors(circuit.output), _leaves(circuit)
    operations = [
        node for node in range(circuit.output + 1)
        if wanted[node] and (graph.inputs[node] or graph.gates[node].options) and node not in leaves
    ]  # fmt: skip
    return Derivation(
        # what is endless to write would be told as it was typed, and no person's text gets into a program
        names.expression() if names.statements() is not None else "",
        graph, names.labels, names.given, circuit.output, operations, writer.lines, gradient,
        _parameters(circuit, leaves, check), m.values, circuit.seed,
        is_bound=check is circuit and {*circuit.program.variables} <= values.keys(), convention=options.convention,
        is_singular=m.is_singular, lectures=frozenset(writer.lectures),
        circuit=circuit, is_given={*circuit.program.variables} <= values.keys(), warnings=tuple(told),
    )  # fmt: skip


def _is_singular(circuit: Circuit) -> bool:
    """Is a matrix without an inverse at the point? Then its determinant's gradient is written with cofactors."""
    graph, m = circuit.program.graph, circuit.m
    matrices = [graph.inputs[node][0] for node, gate in enumerate(graph.gates) if gate.name == "det"]
    return any(circuit.values[node] is not None and m.holds(m.singular(circuit.values[node])) for node in matrices)


def _leaves(circuit: Circuit) -> dict[int, str]:
    """The nodes that are inputs of the function: variables; in a program without any its named numbers."""
    program = circuit.program
    names = {program.names[name]: name for name in program.variables}
    if not names:
        names = {node: name for name, node in circuit.wrt.items() if node in program.graph.named}
    return names


def _parameters(circuit: Circuit, leaves: Mapping[int, str], check: Circuit) -> list[Parameter]:
    """The inputs: those that a gradient is asked for in that order, then the others in the program's.

    check  the point that finite differences are taken at
    """
    graph, output = circuit.program.graph, circuit.output
    wanted = graph.ancestors(output)
    stops = [source for node in range(output + 1) if wanted[node] for source in _stopped(graph, node)]
    stopped = graph.ancestors(*stops) if stops else bytearray(len(graph))
    asked = [node for node in circuit.wrt.values() if node in leaves]
    nodes = dict.fromkeys((*asked, *(node for node in leaves if wanted[node])))
    return [
        Parameter(
            leaves[node], node, circuit.m.shape(circuit.values[node]), check.values[node], node in circuit.labels,
            node in asked and node <= output and not stopped[node], circuit.values[node],
        )
        for node in nodes
    ]  # fmt: skip


def _stopped(graph: Graph, node: int) -> list[int]:
    """The inputs of a gate that it changes with, but hands no gradient on to."""
    gate, inputs = graph.gates[node], graph.inputs[node]
    return [*inputs] if gate.name == "stop_gradient" else [inputs[place] for place in gate.orders]


# The point that the program is checked at


def _circuits(
    source: Source, declared: Mapping[str, tuple[int, ...]], values: Mapping[str, Any], options: Options
) -> tuple[Circuit, Circuit, list[Warning]]:
    """Both passes at the values that were given, and at a point where finite differences can tell, which may be that.

    Where not all values were given, both are at numbers that were drawn.
    """
    given = {name: value for name, value in values.items() if name not in declared}
    program = parse(source, {**given, **{name: Shaped(shape) for name, shape in declared.items()}})
    shapes = {name: declared.get(name, ()) for name in program.variables if name not in given}
    told = [Warning(kind, name, None, message) for kind, name, message in remarks(program, {**given, **declared})]
    first: Circuit | None = None
    for point in islice(_points(source, shapes, given, program.variables), POINTS):
        m, ready = prepare(source, point, options)
        if GRAD in parse(source, point).graph.kinds:
            ready = _derived(source, point, options)
        with m.quiet():
            circuit = run(m, ready, point, options)
            if _is_smooth(circuit, point):
                return (first if first and not shapes else circuit), circuit, told
        first = first or circuit
    if first is None:
        raise BpcalcError("the shapes do not fit together, whatever the sizes are")
    return first, first, told


def _derived(source: Source, point: Mapping[str, Any], options: Options) -> Any:
    """The program with the gradients inside it written out, as they hold everywhere."""
    from bpcalc.calculations.expand import expand

    program = parse(source, point)
    program = expand(program, options.expand) if options.expand else program
    shapes = {name: Shaped(getattr(point[name], "shape", ())) for name in program.variables}
    program = derive(program, shapes, SHAPES, options.convention, Everywhere)
    return expand(program, options.expand) if options.expand else program


def _points(
    source: Source, shapes: Mapping[str, Any], given: Mapping[str, Any], variables: Sequence[str]
) -> Iterator[dict[str, Any]]:
    """What is given, then others near it, then any."""
    if not shapes:
        yield {name: given[name] for name in given if name in variables}
    known = {name: value for name, value in given.items() if name in variables}
    arrays = [getattr(value, "shape", ()) for value in known.values()]
    near = fitting(source, Request(), variables, shapes, known) if not any(0 in shape for shape in arrays) else iter(())
    trials = next(near, None)
    if trials is None and shapes:
        try:
            trials = Trials(source, Request(), variables, known, {}, shapes)
        except ShapeError as error:
            from bpcalc.telling.misfits import misfit

            raise misfit(parse(source, {**known, **{k: Shaped(v) for k, v in shapes.items()}}), error) from error
    if trials is None:
        return
    moves = bool(known) and not shapes
    for here, around in islice(trials.points(source.text, (), moves=moves), POINTS // 2):
        kept = known if shapes else {name: value for name, value in known.items() if name in trials.classes}
        yield _rounded((around if moves else here).values) | kept
    if known:
        free = {**shapes, **{name: getattr(value, "shape", ()) for name, value in known.items()}}
        for trials in islice(fitting(source, Request(), variables, free, {}), 1):
            yield from (_rounded(here.values) for here, _ in trials.points(source.text, (), moves=False))


def _rounded(values: Mapping[str, Any]) -> dict[str, Any]:
    """Numbers that were drawn with few digits, for they are written out."""
    return {
        name: value.round(ROUNDED) if hasattr(value, "round") else round(value, ROUNDED)
        for name, value in values.items()
    }


def _is_smooth(circuit: Circuit, point: Mapping[str, Any]) -> bool:
    """Are all numbers finite, is no kink touched, and do central differences agree with the gradients?"""
    names = Names(circuit.program, circuit.output)
    if any(one.kind in ("kink", "nonfinite") for one in warnings_of(circuit, names, point)):
        return False
    m, seed = circuit.m, circuit.seed
    moved = [parameter for parameter in _parameters(circuit, _leaves(circuit), circuit) if parameter.is_moved]
    entries = sum(len(list(m.places(parameter.shape))) for parameter in moved)
    if entries > LARGEST or len(circuit.program.graph) * entries > 100 * LARGEST:
        return True
    for parameter in moved:
        if parameter.name not in circuit.program.variables:
            continue
        moving = Moving(m, circuit.program.graph, circuit.values, circuit.output, seed, [parameter.node])
        gradient = circuit.gradient(parameter.node)
        for place in m.places(parameter.shape):
            entry, x = m.entry(gradient, place), float(m.entry(parameter.value, place))
            h = STEP * max(1.0, abs(x))
            step = m.unit(parameter.shape, place) * h
            ahead, behind = (float(moving({parameter.node: parameter.value + move})) for move in (step, -step))
            found = (ahead - behind) / (2 * h)
            if not abs(found - entry) <= 0.1 * allowed(found, entry, ahead, h):
                return False
    return True


def allowed(found: float, entry: float, value: float, h: float) -> float:
    """How far a central difference may be from the gradient: what generated programs allow too."""
    return NEAR * max(abs(found), abs(entry), 1e-3) + 1e-14 * abs(value) / h


def _in_lecture_form(circuit: Circuit) -> set[int]:
    """The nodes of packed gates whose local gradient, as the lectures write it, has all its digits at the point."""
    m, graph, found = circuit.m, circuit.program.graph, set()
    for node, gate in enumerate(graph.gates[: circuit.output + 1]):
        if gate.lesson and gate.packed and circuit.values[node] is not None:
            xs = [circuit.values[source] for source in graph.inputs[node]]
            exact, taught = (
                local_gradients(m, gate, circuit.values[node], xs, convention)[0] for convention in ("torch", LESSON)
            )
            if m.everywhere(m.close(m.value(exact), m.value(taught), DIGITS)):
                found.add(node)
    return found


# The backward pass


class _Writer:
    """Backprop with a line for each gradient that deserves one: those behind it are put in terms of its name."""

    def __init__(self, circuit: Circuit, names: Names, m: Everywhere, lectures: set[int]) -> None:
        self.circuit = circuit
        self.names = names
        self.m = m
        self.lectures = lectures
        self.graph = circuit.program.graph
        self.lines: list[Line] = []
        self.upstream: dict[int, Any] = {}
        self.branches: dict[int, int] = {}  # how many were added up so far
        self.chain: dict[int, tuple[str, ...]] = {}  # the gates since the last line
        self.leaves = _leaves(circuit)
        self.shown = {*self.leaves, *circuit.wrt.values(), *names.given}
        self.rules: dict[int, list[int]] = {}  # the inputs that each gate hands a gradient on to
        self.last: dict[int, int] = {}  # the gate that adds the last branch of a gradient

    def write(self) -> None:
        """Fills `lines`."""
        circuit, m, output = self.circuit, self.m, self.circuit.output
        self._plan()
        nodes = [m.symbol(node) for node in range(output + 1)]
        self._line(output, self._seed(), "the output's own gradient", output)
        for node in range(output, -1, -1):
            if node not in self.rules or node not in self.upstream:
                continue
            convention = LESSON if node in self.lectures else circuit.options.convention
            found = edges(m, m.graph, nodes, node, self.upstream[node], circuit.needed, convention)
            for source, (local, downstream) in zip(self.graph.inputs[node], found, strict=True):
                if downstream is None:
                    continue
                share = self._flat(self.upstream[node], local) if node in self.lectures else downstream
                before = self.upstream.get(source)
                self.upstream[source] = share if before is None else before + share
                self.branches[source] = self.branches.get(source, 0) + 1
            done = [one for one in dict.fromkeys(self.rules[node]) if self.last[one] == node and one in self.upstream]
            for source in sorted(done, key=lambda one: bool(self.graph.inputs[one])):
                self._finish(source, node)

    def _plan(self) -> None:
        """Which edges carry a gradient."""
        graph, needed, reached = self.graph, self.circuit.needed, {self.circuit.output}
        for node in range(self.circuit.output, -1, -1):
            inputs, gate = graph.inputs[node], graph.gates[node]
            if node not in reached or not inputs or node in self.leaves:
                continue
            rules = [True] * len(inputs) if gate.variadic else gate.rules(self.circuit.options.convention)
            carried = [one for one, rule in zip(inputs, rules, strict=True) if rule is not None and needed[one]]
            if carried:
                self.rules[node] = carried
                reached |= {*carried}
                self.last |= dict.fromkeys(carried, node)

    def _seed(self) -> Symbol:
        seed = self.circuit.seed
        if not getattr(seed, "shape", ()):
            return self.m.constant(float(seed))
        first = float(seed.reshape(-1)[0]) if seed.size else 1.0
        if (seed == first).all():
            spread: Symbol = self.m.spread(self.m.constant(first), self.m.symbol(self.circuit.output))
            return spread
        literal: Symbol = self.m.value(seed)
        return literal

    def _note(self, gate: int) -> str:
        """The gate that hands a gradient down, and its pattern; those before it that have no line of their own too."""
        record, before = self.graph.gates[gate], self.chain.get(gate, ())
        if before:
            return f"{', '.join((*before, record.title))}: their local gradients, multiplied"
        return f"{record.title}: {record.says or 'scales by its local gradient'}"

    def _flat(self, upstream: Any, local: Any) -> Any:
        """upstream * a * b for a local gradient a*b, as the lectures write it."""
        m = self.m
        if isinstance(local, Symbol) and m.graph.gates[local.node].name == "multiply":
            a, b = (m.symbol(one) for one in m.graph.inputs[local.node])
            return m.scale(m.scale(upstream, a), b)
        return m.scale(upstream, local)

    def _finish(self, source: int, gate: int) -> None:
        """A gradient to which all branches have been added: it gets a line, or is put into the next one."""
        total, branches = self.upstream[source], self.branches[source]
        is_plain = not self.m.graph.inputs[total.node]
        carries = self.rules.get(source, [])
        mixes = bool(carries) and (self.graph.gates[source].pullback or len(carries) > 1)
        if source in self.shown or (not is_plain and mixes) or branches > 1:
            note = self._note(gate)
            if branches > 1:
                label = self.names.labels.get(source, "it")
                note = f"{label} is used {branches} times: the gradients of its branches add"
            self._line(source, total, note, gate)
        elif not is_plain:
            self.chain[source] = (*self.chain.get(gate, ()), self.graph.gates[gate].title)

    def _line(self, of: int, total: Any, note: str, gate: int) -> None:
        """A gradient gets its name."""
        symbol = self.m.placeholder(f"gradient of {of}", self.m.shape(total))
        self.lines.append(Line(of, total.node, symbol.node, note, gate))
        self.upstream[of] = standing_for(total, symbol)

    def gradient(self, node: int) -> int:
        """The node that has the gradient of a node: zeros where nothing flows."""
        for line in self.lines:
            if line.of == node:
                return line.symbol
        shape = self.circuit.m.shape(self.circuit.values[node])
        return (self.m.zeros(shape=shape) if shape else self.m.constant(0.0)).node
