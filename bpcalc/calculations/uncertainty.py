"""Uncertain values: what they make of the output, by the GUM's law of propagation, and whether that can be trusted.

The gradient has the sensitivities. Second derivatives, steps of one uncertainty, kinks within a few of them and
samples tell where a tangent is not enough.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from bpcalc.algebra.duals import Duals
from bpcalc.algebra.protocol import Algebra
from bpcalc.calculations.passes import run
from bpcalc.engine.forward import forward
from bpcalc.engine.reverse import local_gradients
from bpcalc.engine.second import hessian_vector
from bpcalc.engine.tangent import pusher
from bpcalc.errors import BpcalcError, did_you_mean
from bpcalc.gate import COMPARISON, Gate
from bpcalc.reading import bindings
from bpcalc.reading.inexact import uncertainty_of
from bpcalc.reading.program import Program
from bpcalc.reports.circuit import Circuit
from bpcalc.reports.names import Names
from bpcalc.reports.options import Options
from bpcalc.reports.uncertainty import Contribution, Near, Sampled, Uncertainty

STEPS = 3  # uncertainties around a value within which a kink matters
MOST = 400  # uncertain numbers up to which second derivatives are taken
ROUNDING = 1e-12  # by which a correlation matrix may miss being one
LIKE_STEPS = frozenset(("hypot", "norm", "std", "power", "atan2"))  # kinks at one point, where steps tell enough


class Source(NamedTuple):
    """One uncertain number: of which variable, at which place, and as what it is known."""

    name: str
    variable: str
    place: tuple[int, ...]
    value: float
    uncertainty: float


def sources(program: Program, values: Mapping[str, Any]) -> list[Source]:
    """The uncertain numbers that the program uses."""
    found = []
    for variable, value in bindings.used(program, values).items():
        spread = uncertainty_of(value)
        if spread is None:
            continue
        if not getattr(value, "shape", ()):
            found.append(Source(variable, variable, (), float(value), float(spread)))
            continue
        from bpcalc.algebra.samples import entries

        for place, number, one in entries(value):
            found.append(Source(f"{variable}[{', '.join(map(str, place))}]", variable, place, number, one))
    return found


def propagated(circuit: Circuit, values: Mapping[str, Any]) -> Uncertainty | None:
    """The uncertainty of the output; None where no value is uncertain.

    Raises BpcalcError for an output that is no single number, and for correlations that cannot be.
    """
    options, program = circuit.options, circuit.program
    known = sources(program, values)
    if not known:
        if options.correlations or options.monte_carlo:
            what = "--correlation" if options.correlations else "--monte-carlo"
            raise BpcalcError(f"{what} is of uncertain values, and all are exact", hint="an uncertain value is x=5±0.3")
        return None
    names = Names(program, circuit.output)
    if circuit.m.shape(circuit.value):
        hint = "bpcalc tells it of one: sum(...) the output, or take an entry"
        raise BpcalcError(f"the output {names.output} is no single number, and has no single uncertainty", hint=hint)
    plain = bindings.exact(values)
    wrt = tuple(dict.fromkeys(one.variable for one in known))
    run_of = run(circuit.m, program, plain, options._replace(wrt=wrt, upstream=None))
    slopes = [_entry(run_of, run_of.gradient(program.names[one.variable]), one.place) for one in known]
    matrix = _correlated(known, options.correlations)
    parts = [slope * one.uncertainty if one.uncertainty else 0.0 for slope, one in zip(slopes, known, strict=True)]
    variance = _quadratic(matrix, parts)
    output = float(run_of.value)
    second, bias = _second_order(run_of, known, matrix, variance)
    return Uncertainty(
        output,
        math.sqrt(max(variance, 0.0)) if variance == variance else math.nan,
        tuple(
            Contribution(one.name, one.value, one.uncertainty, slope, part, _share(matrix, parts, at, variance))
            for at, (one, slope, part) in enumerate(zip(known, slopes, parts, strict=True))
        ),
        options.correlations,
        second,
        bias,
        _by_steps(run_of, known, matrix, output),
        tuple(_near(run_of, known)),
        _sampled(run_of, known, matrix, options),
    )


def _entry(circuit: Circuit, gradient: Any, place: tuple[int, ...]) -> float:
    return float(circuit.m.entry(gradient, place))


# First order


def _correlated(known: Sequence[Source], given: Mapping[tuple[str, str], float]) -> list[list[float]]:
    """The matrix of correlations. Raises BpcalcError for a name that is not uncertain, and where there can be none."""
    places = {one.name: at for at, one in enumerate(known)}
    matrix = [[float(row == column) for column in range(len(known))] for row in range(len(known))]
    for pair, correlation in given.items():
        for name in pair:
            if name not in places:
                hint = did_you_mean(name, places) or f"uncertain are {', '.join([*places][:8])}"
                raise BpcalcError(f'--correlation: "{name}" is no uncertain value', hint=hint)
        row, column = (places[name] for name in pair)
        matrix[row][column] = matrix[column][row] = correlation
    if given:
        from bpcalc.algebra.samples import least_eigenvalue

        least = least_eigenvalue(matrix)
        if least < -ROUNDING * len(known):
            raise BpcalcError(
                "no numbers are correlated like this: the matrix of the correlations has the eigenvalue "
                f"{least:.3g}, and none may be below 0",
                hint="correlations that are closer to 0 can be; those not given are 0",
            )
    return matrix


def _quadratic(matrix: Sequence[Sequence[float]], parts: Sequence[float]) -> float:
    """The variance of a sum with these parts."""
    return sum(
        part * other * correlation
        for part, row in zip(parts, matrix, strict=True)
        for other, correlation in zip(parts, row, strict=True)
        if correlation
    )


def _share(matrix: Sequence[Sequence[float]], parts: Sequence[float], at: int, variance: float) -> float:
    if not variance > 0 or variance == math.inf:
        return math.nan if parts[at] else 0.0
    mixed = sum(other * correlation for other, correlation in zip(parts, matrix[at], strict=True) if correlation)
    return parts[at] * mixed / variance


# What speaks against it


def _second_order(
    circuit: Circuit, known: Sequence[Source], matrix: Sequence[Sequence[float]], variance: float
) -> tuple[float, float]:
    """The uncertainty with second derivatives, and the bias: those of a quadratic function of normal numbers.

    The variance of the quadratic part is tr((H C)^2)/2, its mean tr(H C)/2, with the covariances C.
    """
    if len(known) > MOST:
        return math.nan, math.nan
    m, program, output = circuit.m, circuit.program, circuit.output
    duals = Duals(m, pusher, circuit.options.convention)
    rows = []
    for one in known:
        node = program.names[one.variable]
        unit = m.unit(m.shape(circuit.values[node]), one.place) if one.place else m.one
        found = hessian_vector(duals, program.graph, circuit.values, output, {node: unit}, circuit.needed)
        row = []
        for other in known:
            place = program.names[other.variable]
            change = found[place] if place <= output else None
            entry = 0.0 if change is None else _entry(circuit, change, other.place)
            row.append(entry * one.uncertainty * other.uncertainty)
        rows.append(row)
    size = range(len(known))
    mixed = [[sum(rows[i][k] * matrix[k][j] for k in size) for j in size] for i in size]
    bias = sum(mixed[k][k] for k in size) / 2
    quadratic = sum(mixed[i][j] * mixed[j][i] for i in size for j in size) / 2
    whole = variance + quadratic
    return (math.sqrt(max(whole, 0.0)) if whole == whole else math.nan), bias


def _by_steps(circuit: Circuit, known: Sequence[Source], matrix: Sequence[Sequence[float]], value: float) -> float:
    """The uncertainty if each input moves the output as one uncertainty up and down does."""
    parts = []
    for one in known:
        up, down = (_output(circuit, {one: one.value + way * one.uncertainty}) for way in (1, -1))
        parts.append((up - down) / 2)
    found = _quadratic(matrix, parts)
    return math.sqrt(max(found, 0.0)) if found == found else math.nan


def _moved(circuit: Circuit, to: Mapping[Source, float]) -> list[Any]:
    """The values of all nodes where some inputs are others."""
    m, program = circuit.m, circuit.program
    bound = {name: circuit.values[program.names[name]] for name in program.variables}
    for one, number in to.items():
        if not one.place:
            bound[one.variable] = m.value(number)
        else:
            array = bound[one.variable].copy()
            array[one.place] = number
            bound[one.variable] = array
    return forward(m, program.graph, bound, (circuit.output,) if m.shaped else ())


def _output(circuit: Circuit, to: Mapping[Source, float]) -> float:
    return float(_moved(circuit, to)[circuit.output])


def _near(circuit: Circuit, known: Sequence[Source]) -> Iterator[Near]:
    """The gates that go another way when an input moves by up to `STEPS` uncertainties; for each the nearest input."""
    graph, output = circuit.program.graph, circuit.output
    kinked = [node for node, gate in enumerate(graph.gates[: output + 1]) if _goes_ways(gate)]
    reached = graph.ancestors(output)
    kinked = [node for node in kinked if reached[node]]
    if not kinked:
        return
    here = [_way(circuit.m, graph, circuit.values, node, circuit.options.convention) for node in kinked]
    found: dict[int, Near] = {}
    for steps in range(1, STEPS + 1):
        for one in known:
            if not one.uncertainty:
                continue
            for way in (steps, -steps):
                values = _moved(circuit, {one: one.value + way * one.uncertainty})
                for node, before in zip(kinked, here, strict=True):
                    if node not in found and _way(circuit.m, graph, values, node, circuit.options.convention) != before:
                        found[node] = Near(node, one.name, steps)
    yield from found.values()


def _goes_ways(gate: Gate) -> bool:
    return (gate.kink is not None and gate.name not in LIKE_STEPS) or (
        gate.infix is not None and gate.infix[1] == COMPARISON
    )


def _way(m: Algebra, graph: Any, values: Sequence[Any], node: int, convention: str) -> str:
    """What tells the pieces of a gate apart: its local gradients, or its value where it jumps."""
    gate, y, xs = graph.gates[node], values[node], [values[source] for source in graph.inputs[node]]
    if y is None:
        return ""
    if gate.kink is None or gate.kink.limit is not None:
        return str(m.lists(y) if m.shaped else y)
    if gate.pullback:
        weights = gate.rules(convention)[0](m, m.ones(shape=m.shape(y)), y, *xs)
        return str(None if weights is None else m.lists(m.not_equal(m.dense(weights), 0)))
    if gate.name == "elu":
        return str(m.lists(xs[0] > 0) if m.shaped else xs[0] > 0)
    slopes = [None if one is None else m.value(one) for one in local_gradients(m, gate, y, xs[:], convention)]
    if gate.name in ("abs", "relu"):
        return str([m.lists(one) if m.shaped else one for one in slopes])
    told = [None if one is None else m.not_equal(one, 0) for one in slopes]
    if gate.name == "leaky_relu":
        told = [m.greater(xs[0], 0)]
    return str([m.lists(one) if m.shaped and one is not None else one for one in told])


# Samples


def _sampled(
    circuit: Circuit, known: Sequence[Source], matrix: Sequence[Sequence[float]], options: Options
) -> Sampled | None:
    """The output at normal samples of the inputs."""
    if not options.monte_carlo:
        return None
    from bpcalc.algebra.samples import sampled

    found = sampled(
        lambda draws: _at_samples(circuit, known, draws), [one.value for one in known],
        [one.uncertainty for one in known], matrix, options.monte_carlo, options.seed,
    )  # fmt: skip
    return Sampled(
        options.monte_carlo, options.seed, found.lost, found.mean, found.deviation, found.low, found.high
    )


def _at_samples(circuit: Circuit, known: Sequence[Source], draws: Any) -> Any:
    """The output for each row of samples: all at once where the program has single numbers only."""
    if circuit.m.shaped:
        return [_output(circuit, dict(zip(known, map(float, row), strict=True))) for row in draws]
    from bpcalc.algebra.arrays import ARRAYS

    program = circuit.program
    bound = {name: ARRAYS.value(circuit.values[program.names[name]]) for name in program.variables}
    bound |= {one.variable: draws[:, at] for at, one in enumerate(known)}
    with ARRAYS.quiet():
        values = forward(ARRAYS, program.graph, bound, (circuit.output,))
    return values[circuit.output]
