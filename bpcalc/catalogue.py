"""The gates as a reader wants them: formula, local gradients, pattern, kink, an example that runs.

May import algebra, calculate, engine, errors, gate, graph, lexer, parse, unparse. Nothing here is written down twice:
every text comes from a gate's record, most by running its rules on symbols.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import bpcalc.gates  # noqa: F401 (fills GATES)
from bpcalc.algebra.floats import FLOATS
from bpcalc.algebra.symbols import Symbol, Symbols
from bpcalc.engine.reverse import local_gradients
from bpcalc.errors import BpcalcError, Source, did_you_mean
from bpcalc.gate import CONVENTIONS, GATES, Gate
from bpcalc.graph import Graph
from bpcalc.lexer import canonical
from bpcalc.parse import BINARY, FUNCTIONS, SIGNS, SQRT
from bpcalc.unparse import numeral, unparse

# The families as they are taught; one that is not listed comes last.
FAMILIES = ("arithmetic", "powers", "exponential", "trigonometry", "hyperbolic", "piecewise", "activation", "special")
SCALES = "scales the upstream by the local gradient"


@dataclass(frozen=True, slots=True)
class Example:
    """A command that runs, and what it gives."""

    command: str
    value: float
    gradient: dict[str, float]


@dataclass(frozen=True, slots=True)
class Corner:
    """A point without a derivative, and by convention the local gradients there (None: no gradient flows)."""

    point: dict[str, float]
    local: dict[str, tuple[float | None, ...]]


@dataclass(frozen=True, slots=True)
class Entry:
    """One gate, as texts of the language.

    signature   `tanh(x)`, `elu(x, alpha=1)`, `max(a, b, …)`
    operator    how it is written between or before its inputs, if it is
    spellings   every other spelling that the language reads
    local       for each input the local gradient as the lectures write it; None: no gradient flows to it
    computed    for each input the formula that bpcalc computes with, where that is another one; else None
    backward    what it does in the backward pass: its pattern, and the pattern in a clause
    kink        what is done where it has no derivative, by convention
    packed      the gate in elementary gates, where --expand opens it
    """

    name: str
    family: str
    signature: str
    parameters: tuple[str, ...]
    defaults: dict[str, float]
    variadic: bool
    aliases: tuple[str, ...]
    operator: str | None
    spellings: tuple[str, ...]
    formula: str
    local: tuple[str | None, ...]
    computed: tuple[str | None, ...]
    pattern: str
    backward: str
    kink: dict[str, str] | None
    packed: str | None
    corner: Corner | None = None
    example: Example | None = None


def words() -> dict[str, tuple[Gate, ...]]:
    """Every word and sign that stands for a gate; `-` for two."""
    found = {word: (gate,) for word, gate in FUNCTIONS.items()}
    for table in (BINARY, SIGNS):
        for sign, operator in table.items():
            if operator.gate is not None:
                found[sign] = (*found.get(sign, ()), operator.gate)
    return {**found, "√": (SQRT,)}


def find(word: str) -> tuple[Gate, ...]:
    """The gate that a word or sign stands for. Raises BpcalcError for one that stands for none."""
    known = words()
    gates = known.get(word) or known.get(canonical(word))
    if gates is None:
        hint = did_you_mean(word, known) or "bpcalc gates lists them all"
        raise BpcalcError(f'no gate is called "{word}"', hint=hint)
    return gates


def gates() -> list[Gate]:
    """The whole catalogue, by family."""
    order = {family: place for place, family in enumerate(FAMILIES)}
    return sorted(GATES.values(), key=lambda gate: order.get(gate.family, len(order)))


def entry(gate: Gate, *, whole: bool = False) -> Entry:
    """A gate's entry; with an example and the corner only if it is to be the `whole` one."""
    exact, lesson, packed = _formulas(gate)
    also = [word for word, meant in words().items() if gate in meant and word != gate.name]
    return Entry(
        name=gate.name,
        family=gate.family,
        signature=_signature(gate),
        parameters=gate.parameters,
        defaults=gate.defaults,
        variadic=gate.variadic,
        aliases=gate.aliases,
        operator=gate.infix[0] if gate.infix else gate.prefix or None,
        spellings=tuple(also),
        formula=gate.formula,
        local=lesson,
        computed=tuple(text if text != taught else None for text, taught in zip(exact, lesson, strict=True)),
        pattern=gate.pattern,
        backward=_backward(gate),
        kink=dict(gate.kink.rule) if gate.kink else None,
        packed=packed,
        corner=corner(gate) if whole else None,
        example=example(gate) if whole else None,
    )


def _signature(gate: Gate) -> str:
    defaults = {name: f"={numeral(value)}" for name, value in gate.defaults.items()}
    inputs = [name + defaults.get(name, "") for name in gate.parameters]
    return f"{gate.name}({', '.join([*inputs, *['…'] * gate.variadic])})"


def _backward(gate: Gate) -> str:
    if not gate.says:
        return SCALES if SCALES.startswith(gate.pattern) else gate.pattern
    return gate.says if gate.says.startswith(gate.pattern) else f"{gate.pattern}: {gate.says}"


def _formulas(gate: Gate) -> tuple[tuple[str | None, ...], tuple[str | None, ...], str | None]:
    """The local gradients as computed and as taught, and the packed gate: the record's rules, run on symbols.

    Without values a rule gives its usual formula, not the one for an exceptional point.
    """
    m = Symbols(Graph())
    inputs = [m.symbol(m.graph.variable(name)) for name in gate.parameters]
    y = m.apply(gate, tuple(x.node for x in inputs))

    def text(found: Any) -> str | None:
        if found is None:
            return None
        return unparse(m.graph, found.node, {}) if isinstance(found, Symbol) else numeral(float(found))

    exact = [text(found) for found in local_gradients(m, gate, y, inputs, "torch")]
    taught = [text(rule(m, y, *inputs)) if rule else None for rule in gate.lesson or [None] * len(exact)]
    lesson = [one or other for one, other in zip(taught, exact, strict=True)]
    return tuple(exact), tuple(lesson), text(gate.packed(m, *inputs)) if gate.packed else None


def call(gate: Gate) -> str:
    """The gate on its parameters: `tanh(x)`, `a*b`."""
    graph = Graph()
    return unparse(graph, graph.apply(gate, tuple(graph.variable(name) for name in gate.parameters)), {})


def _samples(gate: Gate) -> list[tuple[float, ...]]:
    return [sample for sample in gate.samples if len(sample) == len(gate.parameters)]


def example(gate: Gate) -> Example:
    """The gate at the first of its samples where all is finite, by the pipeline."""
    from bpcalc.calculate import Options, calculate

    examples = []
    for sample in _samples(gate):
        values = dict(zip(gate.parameters, sample, strict=True))
        report = calculate(Source(call(gate)), values, Options(nodes=()))
        bindings = " ".join(f"{name}={numeral(value)}" for name, value in values.items())
        examples.append(Example(f'bpcalc grad "{call(gate)}" {bindings}', report.value, report.gradient))
        if not report.warnings and all(map(math.isfinite, (report.value, *report.gradient.values()))):
            return examples[-1]
    return examples[0]


def corner(gate: Gate) -> Corner | None:
    """A point at the gate's kink near one of its samples, and what the conventions do there."""
    if gate.kink is None:
        return None
    for point in _near(gate):
        if gate.kink.touched(*point):
            y = FLOATS.function(gate)(*point)
            local = {
                convention: tuple(
                    None if found is None else float(found)
                    for found in local_gradients(FLOATS, gate, y, point, convention)
                )
                for convention in CONVENTIONS
            }
            return Corner(dict(zip(gate.parameters, point, strict=True)), local)
    return None


def _near(gate: Gate) -> Iterator[tuple[float, ...]]:
    """The samples with one input moved to 0 or to another input, then the origin."""
    for sample in _samples(gate):
        for place in range(len(sample)):
            for value in (0.0, *sample):
                yield (*sample[:place], value, *sample[place + 1 :])
    yield (0.0,) * len(gate.parameters)
