"""The one pipeline: parse -> bind -> forward -> backprop -> Report.

May import everything before it: errors, gate, gates, graph, parse, bindings, algebra, engine, report and the modules
that describe a calculation (names, notices, rows, shapes); the traces inside functions.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from bpcalc import bindings, notices, rows, shapes
from bpcalc.algebra import Algebra
from bpcalc.algebra.floats import FLOATS
from bpcalc.engine.forward import ShapeError, forward
from bpcalc.engine.reverse import backpropagate
from bpcalc.errors import BpcalcError, Source
from bpcalc.gate import GRAD
from bpcalc.names import Names, fresh
from bpcalc.parse import Program, parse
from bpcalc.report import Report, Step


class Options(NamedTuple):
    """What is asked of a calculation, beyond its expression and values.

    wrt         names that the gradient is taken for; none: every variable
    of          the node that is differentiated; None: the last statement
    upstream    the gradient that flows into it; None: 1, which only a single number can have
    convention  the rule at kinks, one of gate.CONVENTIONS
    expand      packed gates that are written out in elementary gates, by name
    nodes       the names of the nodes to make rows of; None: all
    symbolic    whether rows have symbolic gradients; None: where there are at most rows.SHOWN of them
    all         whether a graph over rows.SHOWN nodes has a row for each
    simplify    whether SymPy simplifies those
    trace       significant digits of the trace's steps; 0: no trace; None: all digits
    """

    wrt: Sequence[str] = ()
    of: str | None = None
    upstream: Any = None
    convention: str = "torch"
    expand: Sequence[str] = ()
    nodes: Sequence[str] | None = None
    all: bool = True
    symbolic: bool | None = None
    simplify: bool = False
    trace: int | None = 0


DEFAULTS = Options()


class Calculation(NamedTuple):
    """Both passes over a program: what a Report is made from.

    m          the algebra: floats, or arrays
    seed       the gradient that flows into the output
    gradients  ∂output/∂node by node; None where nothing flows
    needed     for each node, whether its gradient was asked for
    wrt        the names that the gradient is taken for, and their nodes
    """

    m: Algebra
    program: Program
    output: int
    values: list[Any]
    seed: Any
    gradients: list[Any]
    needed: bytearray
    wrt: dict[str, int]
    options: Options

    def of(self, names: Names) -> str:
        """What the gradients are of: the output; under another upstream than 1, a loss behind it."""
        upstream = self.options.upstream
        plain = upstream is None or (not getattr(upstream, "shape", ()) and upstream == 1)
        return names.output if plain else fresh("L", names.labels.values())

    def gradient(self, node: int) -> Any:
        """∂output/∂node: 0 where nothing flows, None where it was not asked for."""
        if node == self.output:
            return self.seed
        reached = self.gradients[node] if node < self.output else None
        if reached is None and (self.needed[node] or node in self.wrt.values()):
            return self.m.value(self.m.zeros(shape=self.m.shape(self.values[node]))) if self.m.shaped else 0.0
        return None if reached is None else self.m.dense(reached)


def algebra_for(program: Program, values: Iterable[Any]) -> Algebra:
    """Floats for a program of single numbers; arrays, and with them NumPy, for any other."""
    if any(gate.of_arrays for gate in program.graph.kinds) or any(getattr(value, "shape", ()) for value in values):
        from bpcalc.algebra.arrays import ARRAYS

        return ARRAYS
    return FLOATS


def evaluate(program: Program) -> Any:
    """The value of a program without variables, as a binding has it: a float or an array."""
    if GRAD in program.graph.kinds:
        program = _derived(program, {}, DEFAULTS.convention)
    m = algebra_for(program, ())
    with m.quiet():
        try:
            return forward(m, program.graph, {}, [program.output])[program.output]
        except ShapeError as error:
            raise shapes.misfit(program, error) from error


def calculate(source: Source, values: Mapping[str, float], options: Options = DEFAULTS) -> Report:
    """The report of an expression at the values of its variables.

    Raises BpcalcError for anything that is wrong with the text, a name, a value or an option.
    """
    m, program = prepare(source, values, options)
    with m.quiet():
        calculation = run(program, values, options)
        return describe(calculation, bindings.unused(program, values))


def prepare(source: Source, values: Mapping[str, Any], options: Options) -> tuple[Algebra, Program]:
    """The program of a text, its packed gates opened where that is asked for, and the algebra to run it on."""
    program = parse(source, values)
    if options.expand:
        from bpcalc.expand import expand

        program = expand(program, options.expand)
    if GRAD in program.graph.kinds:
        program = _derived(program, values, options.convention)
        if options.expand:  # the gradient of a packed gate may have others in it
            program = expand(program, options.expand)
    return algebra_for(program, values.values()), program


def _derived(program: Program, values: Mapping[str, Any], convention: str) -> Program:
    """The program with the gradients inside it written out."""
    from bpcalc.derive import derive

    m = algebra_for(program, values.values())
    with m.quiet():
        return derive(program, bindings.complete(program, values), m, convention)


def run(program: Program, values: Mapping[str, float], options: Options) -> Calculation:
    """Both passes."""
    graph, m = program.graph, algebra_for(program, values.values())
    output = Names(program, program.output).find(options.of) if options.of else program.output
    if options.wrt:
        names = Names(program, output)
        wrt = {name: names.find(name) for name in options.wrt}
        for name in filter(program.sizes.__contains__, wrt):
            hint = "use another name for the number that is not a size"
            raise BpcalcError(f'"{name}" is a size of arrays, so nothing can be differentiated by it', hint=hint)
    else:  # the variables but for labels; where there are none the numbers that the program names
        labels = label_inputs(program) if m.shaped else ()
        wrt = {name: program.names[name] for name in program.variables or program.constants}
        wrt = {name: node for name, node in wrt.items() if node not in labels} if labels else wrt
    bound = bindings.complete(program, values)
    if m.shaped:
        bound = {name: m.value(value) for name, value in bound.items()}
    try:
        computed = forward(m, graph, bound, (output, *program.names.values()) if m.shaped else ())
    except ShapeError as error:
        raise shapes.misfit(program, error) from error
    seed = _seed(m, program, output, computed[output], options.upstream)
    needed = graph.carries(wrt.values(), output)
    gradients = backpropagate(m, graph, computed, output, seed, needed, options.convention)
    return Calculation(m, program, output, computed, seed, gradients, needed, wrt, options)


def _seed(m: Algebra, program: Program, output: int, value: Any, upstream: Any) -> Any:
    """The gradient that flows into the output."""
    if not m.shaped and not getattr(upstream, "shape", ()):
        return 1.0 if upstream is None else upstream
    name = Names(program, output).output
    shape = m.shape(value) if m.shaped else ()
    if upstream is None:
        if shape:
            ones = "x".join(map(str, shape))
            raise BpcalcError(
                f"the output {name} is no single number: its shape is {shape}",
                hint=f"give the upstream gradient ({ones}) with --upstream, or sum(...) the output, "
                "or ask for bpcalc jacobian",
            )
        return m.value(1.0)
    given = getattr(upstream, "shape", ())
    if given not in (shape, ()):
        hint = "give it the output's shape, or one number for all entries" if shape else ""
        raise BpcalcError(f"the upstream gradient has the shape {given}, the output {name} has {shape}", hint=hint)
    return m.spread(m.value(upstream), value) if shape else upstream


def label_inputs(program: Program) -> set[int]:
    """The inputs that are used as labels only, or that are sizes: they carry no gradient."""
    labels: set[int] = set()
    others: set[int] = set()
    for gate, inputs in zip(program.graph.gates, program.graph.inputs, strict=True):
        rules = gate.pullback if gate.family == "loss" else [True] * len(inputs)
        for source, rule in zip(inputs, rules, strict=True):
            (labels if rule is None else others).add(source)
    sizes = {program.names[name] for name in program.sizes if name in program.variables}
    return labels - others | sizes


def describe(calculation: Calculation, unused: list[tuple[str, str]]) -> Report:
    """The report of a calculation."""
    options = calculation.options
    names = Names(calculation.program, calculation.output)
    whole = options.nodes is None
    if whole:
        listed, hidden = rows.order(calculation, names)
    else:
        listed, hidden = [names.find(name) for name in options.nodes or () if name != "value"], 0
    warnings = notices.notices(calculation, names, unused)
    return Report(
        expression=names.expression() if whole else calculation.program.source.text,
        output=names.output,
        of=calculation.of(names),
        value=calculation.values[calculation.output],
        gradient={name: calculation.gradient(node) for name, node in calculation.wrt.items()},
        nodes=rows.rows(calculation, names, listed) if listed else (),
        hidden=hidden,
        steps=_steps(calculation, names),
        warnings=warnings,
    )


def _steps(calculation: Calculation, names: Names) -> tuple[Step, ...]:
    if calculation.options.trace == 0:
        return ()
    if calculation.m.shaped:
        from bpcalc.arraytrace import ArrayTeller

        return ArrayTeller(calculation, names).steps()
    from bpcalc.trace import Teller

    return Teller(calculation, names).steps()
