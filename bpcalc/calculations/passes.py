"""What calculations with numbers begin with: the program of a text, opened and with its inner gradients written out,
then both passes over it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from bpcalc.algebra.choice import algebra_for
from bpcalc.algebra.protocol import Algebra, UndecidedError
from bpcalc.engine.forward import ShapeError, forward
from bpcalc.engine.orders import has_orders, held
from bpcalc.engine.reverse import backpropagate
from bpcalc.errors import BpcalcError, Source
from bpcalc.gate import GRAD, INPUT
from bpcalc.gates import GATES
from bpcalc.reading import bindings
from bpcalc.reading.operators import INVERTED
from bpcalc.reading.parser import parse
from bpcalc.reading.program import Program
from bpcalc.reports.circuit import Circuit
from bpcalc.reports.names import Names
from bpcalc.reports.options import DEFAULTS, Options
from bpcalc.reports.warning import Warning
from bpcalc.telling.warnings import warnings
from bpcalc.typed import TYPE_CHECKING, Any
from bpcalc.writing.unparse import unparse

if TYPE_CHECKING:
    from bpcalc.reading.parts import Part


def evaluate(program: Program, numbers: Algebra | None = None) -> Any:
    """The value of a program without variables, as a binding has it: a float, an array, or one of other `numbers`."""
    if INVERTED in program.graph.kinds:
        from bpcalc.calculations.inverses import inverted

        program = inverted(program, {})
    m = algebra_for(program.graph.kinds, (), numbers)
    if GRAD in program.graph.kinds:
        program = _derived(m, program, {}, DEFAULTS.convention)
    with m.quiet():
        try:
            computed = forward(m, program.graph, {}, [program.output, *program.shaped])
        except ShapeError as error:
            raise _misfit(program, error) from error
    if m.shaped:
        note_powers(program, lambda node: m.shape(computed[node]))
    return computed[program.output]


def typed(program: Program) -> Any:
    """The value of a program without variables, which number systems that ask for it calculate anew."""
    from bpcalc.algebra.typed import typed as kept

    return kept(evaluate(program), lambda m: evaluate(program, m))


def prepare(source: Source, values: Mapping[str, Any], options: Options) -> tuple[Algebra, Program]:
    """The program of a text, its packed gates opened where that is asked for, and the algebra to run it on."""
    program = parse(source, values)
    if INVERTED in program.graph.kinds:
        from bpcalc.calculations.inverses import inverted

        program = inverted(program, bindings.used(program, values))
    m = algebra_for(program.graph.kinds, bindings.used(program, values).values(), options.numbers)
    if options.expand:
        from bpcalc.calculations.expand import expand

        program = expand(program, options.expand)
    if GRAD in program.graph.kinds:
        program = _derived(m, program, values, options.convention)
        if options.expand:  # the gradient of a packed gate may have others in it
            program = expand(program, options.expand)
    return m, program


def _derived(m: Algebra, program: Program, values: Mapping[str, Any], convention: str) -> Program:
    """The program with the gradients inside it written out."""
    from bpcalc.calculations.inner_gradients import derive

    bound = bindings.complete(program, values)
    with m.quiet():
        return m.settled(lambda: derive(program, bound, m, convention), lambda program: ())


def run(
    m: Algebra, program: Program, values: Mapping[str, Any], options: Options, takes_parts: bool = False
) -> Circuit:
    """Both passes, on the numbers of the algebra `m`.

    takes_parts  whether the names asked for may be parts of arrays, `x[0,0]`
    """
    graph = program.graph
    output = Names(program, program.output).find(options.of) if options.of else program.output
    ordered = has_orders(graph)
    labels = label_inputs(program) if m.shaped or ordered else frozenset()
    parts: dict[str, Part] = {}
    if options.wrt:
        names = Names(program, output)
        parts = _parts(options.wrt, takes_parts)
        bases = {(parts[word].name if word in parts else word): word for word in options.wrt}
        wrt = {name: names.find(parts[word].base if word in parts else word) for name, word in bases.items()}
        parts = {part.name: part for part in parts.values()}
        for name in filter(program.sizes.__contains__, wrt):
            hint = "use another name for the number that is not a size"
            raise BpcalcError(f'"{name}" is a size of arrays, so nothing can be differentiated by it', hint=hint)
    else:  # the variables but for labels; where there are none the numbers that the program names
        wrt = {name: program.names[name] for name in program.variables or program.constants}
        wrt = {name: node for name, node in wrt.items() if node not in labels} if labels else wrt
    bound = bindings.complete(program, values)
    if m.shaped or options.numbers is not None:  # floats are what they are
        bound = {name: m.value(value) for name, value in bound.items()}
    try:
        computed = forward(m, graph, bound, (output, *program.names.values(), *program.shaped) if m.shaped else ())
    except ShapeError as error:
        raise _misfit(program, error) from error
    except UndecidedError as error:
        error.place = lambda: _first_open(m, program, bound)
        raise
    if m.shaped:
        note_powers(program, lambda node: m.shape(computed[node]))
    seed = _seed(m, program, output, computed[output], options.upstream)
    needed = graph.carries(wrt.values(), output)
    if ordered:
        from bpcalc.telling.orders import check_orders

        check_orders(program, output, needed)
    gradients = backpropagate(m, graph, computed, output, seed, needed, options.convention)
    for name, part in parts.items():
        part.of(computed[wrt[name]])  # is there such a part?
    return Circuit(m, program, output, computed, seed, gradients, needed, wrt, labels, options, parts)


def _parts(names: Sequence[str], taken: bool) -> dict[str, Part]:
    """Those of the names that are parts of arrays, `x[0,0]`. Raises BpcalcError for one that is not `taken`."""
    if not any("[" in name for name in names):
        return {}
    from bpcalc.reading.parts import part_of

    parts = {name: part for name in names if (part := part_of(name)) is not None}
    if parts and not taken:
        name, part = next(iter(parts.items()))
        hint = f"bpcalc grad, jacobian and hessian take parts; here --wrt {part.base} asks for the whole"
        raise BpcalcError(f"only whole inputs are taken here, not {name}", hint=hint)
    return parts


def numbers_of(circuit: Circuit) -> Iterator[Any]:
    """The value and the gradient of every node."""
    yield from (value for value in circuit.values if value is not None)
    yield from (circuit.m.dense(gradient) for gradient in circuit.gradients if gradient is not None)


def note_powers(program: Program, shape: Callable[[int], tuple[int, ...]]) -> None:
    """Adds what is to be told of powers and norms of matrices to the program's remarks.

    Raises BpcalcError for `A^-1`, `|A|` and `w·x`, which have two readings.
    """
    if program.dots:
        from bpcalc.telling.dots import check_dots

        check_dots(program, shape)
    if program.bars:
        from bpcalc.telling.between_bars import check_bars

        program.remarks = [*program.remarks, *check_bars(program, shape)]
    if GATES["power"] in program.graph.kinds:
        from bpcalc.telling.matrix_powers import check_powers

        program.remarks = [*program.remarks, *check_powers(program, shape)]


def _misfit(program: Program, error: ShapeError) -> BpcalcError:
    from bpcalc.telling.misfits import misfit  # loaded for a mistake only

    return misfit(program, error)


def warnings_of(
    circuit: Circuit, names: Names, values: Mapping[str, Any], tangents: Sequence[Any] | None = None, order: int = 1,
    vector: Mapping[int, Any] | None = None,
) -> tuple[Warning, ...]:
    """What deserves a warning: bindings without a use, kinks, NaN and infinities."""
    return warnings(circuit, names, bindings.remarks(circuit.program, values), tangents, order, vector)


def _first_open(m: Algebra, program: Program, bound: Mapping[str, Any]) -> str:
    """The first node whose value cannot be told, for an error: `n2 = max(n1, 1)`."""
    labels, graph, values = Names(program, program.output).labels, program.graph, list[Any]()
    for node, (gate, inputs) in enumerate(zip(graph.gates, graph.inputs, strict=True)):
        try:
            if node in graph.leaves:
                payload = graph.leaves[node]
                values.append(bound[str(payload)] if gate is INPUT else m.constant(payload))
            else:
                values.append(m.function(gate)(*[values[source] for source in inputs]))
        except UndecidedError:
            text = unparse(graph, node, labels)
            return f"{labels[node]} = {text}" if node in labels else text
    return ""


def _seed(m: Algebra, program: Program, output: int, value: Any, upstream: Any) -> Any:
    """The gradient that flows into the output."""
    shape, given = m.shape(value), getattr(upstream, "shape", ())
    if upstream is None:
        if shape:
            name = Names(program, output).output
            ones = "x".join(map(str, shape))
            raise BpcalcError(
                f"the output {name} is no single number: its shape is {shape}",
                hint=f"give the upstream gradient ({ones}) with --upstream, or sum(...) the output, "
                "or ask for bpcalc jacobian",
            )
        return m.one
    if given not in (shape, ()):
        name = Names(program, output).output
        hint = "give it the output's shape, or one number for all entries" if shape else ""
        raise BpcalcError(f"the upstream gradient has the shape {given}, the output {name} has {shape}", hint=hint)
    return m.spread(m.value(upstream), value)


def label_inputs(program: Program) -> frozenset[int]:
    """The inputs that are used as labels or as orders only, or that are sizes: they carry no gradient."""
    labels: set[int] = set()
    others: set[int] = set()
    for gate, inputs in zip(program.graph.gates, program.graph.inputs, strict=True):
        is_beside = isinstance(gate.pullback, tuple) and any(gate.pullback)  # places, or labels, beside entries
        rules = gate.pullback if is_beside or gate.family == "loss" else [True] * len(inputs)
        for source, rule in zip(inputs, rules, strict=True):
            (labels if rule is None else others).add(source)
    sizes = {program.names[name] for name in program.sizes if name in program.names}
    return frozenset(labels - others | sizes) | held(program.graph)
