"""The gates as a reader wants them: formula, local gradients, pattern, kink, an example that runs.

Nothing here is written down twice: every text comes from a gate's record, most by running its rules on symbols. NumPy
is loaded for examples only.
"""

from __future__ import annotations

from bpcalc.algebra.shapes import SHAPES, Shaped
from bpcalc.algebra.symbols import Symbol, Symbols
from bpcalc.calculations.samples import as_shown, corner, example, samples, shape_of
from bpcalc.engine.reverse import local_gradients
from bpcalc.errors import BpcalcError, did_you_mean
from bpcalc.gate import GRAD, LESSON, Gate
from bpcalc.gates.arrays import GATES, SPELLINGS
from bpcalc.graph import Graph
from bpcalc.reading.lexer import canonical
from bpcalc.reading.operators import BINARY, DOTTED, FUNCTIONS, SIGNS, SQRT
from bpcalc.reports.catalogue import Catalogue, Entry
from bpcalc.typed import Any
from bpcalc.writing.unparse import numeral, unparse

# The families as they are taught; one that is not listed comes last.
FAMILIES = (
    "arithmetic", "powers", "exponential", "trigonometry", "hyperbolic", "piecewise", "activation", "special",
    "normal", "bessel", "integral", "reduction", "matrix", "shape", "loss",
)  # fmt: skip
SCALES = "scales the upstream by the local gradient"


def catalogue(word: str | None = None, *, whole: bool = False) -> Catalogue:
    """Every gate, or those that a word or sign stands for. Whole entries have an example and the corner.

    Raises BpcalcError for a word that stands for none.
    """
    found = gates() if word is None else find(word)
    return Catalogue(tuple(entry(gate, whole=whole or word is not None) for gate in found), word is not None)


def words() -> dict[str, tuple[Gate, ...]]:
    """Every word and sign that stands for a gate; `-` for two."""
    found: dict[str, tuple[Gate, ...]] = {
        word: (gate, GATES[gate.alone]) if gate.alone else (gate,) for word, gate in (FUNCTIONS | SPELLINGS).items()
    }
    found |= {"@": (GATES["matmul"],), ".T": (GATES["transpose"],), "[]": (GATES["index"], GATES["array"])}
    for table in (BINARY, SIGNS):
        for sign, operator in table.items():
            gate = GATES["multiply"] if operator.gate is DOTTED else operator.gate
            if gate is not None and GATES.get(gate.name) is gate:  # `and`, `or` are none of the catalogue
                found[sign] = tuple(dict.fromkeys((*found.get(sign, ()), gate)))
    return {**found, "√": (SQRT,)}


def find(word: str) -> tuple[Gate, ...]:
    """The gate that a word or sign stands for. Raises BpcalcError for one that stands for none."""
    known = words()
    gates = known.get(word) or known.get(canonical(word))
    if gates is None and word == GRAD.name:
        message = "grad is no gate: grad(L, w) in a program is the gradient of L with respect to w"
        raise BpcalcError(message, hint='for example: bpcalc grad "grad(x^3, x)" x=2')
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
    also = [word for word, meant in words().items() if gate in meant and word not in (gate.name, gate.spelling)]
    return Entry(
        name=gate.name,
        family=gate.family,
        signature=_signature(gate),
        parameters=gate.parameters,
        defaults=gate.defaults,
        options=gate.options,
        variadic=gate.variadic,
        aliases=gate.aliases,
        operator=gate.infix[0] if gate.infix else gate.prefix or None,
        spellings=tuple(also),
        formula=gate.formula,
        local=lesson,
        computed=tuple(text if text != taught else None for text, taught in zip(exact, lesson, strict=True)),
        downstream=_downstream(gate),
        reduction=gate.alone or None,
        pattern=gate.pattern,
        backward=_backward(gate),
        kink=dict(gate.kink.rule) if gate.kink else None,
        packed=packed,
        corner=corner(gate) if whole else None,
        example=example(gate) if whole else None,
    )


def _signature(gate: Gate) -> str:
    return f"{gate.spelling}({', '.join(gate.takes())})"


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

    def text(found: Any) -> str | None:
        if found is None:
            return None
        return unparse(m.graph, found.node, {}) if isinstance(found, Symbol) else numeral(float(found))

    packed = text(as_shown(gate).packed(m, *inputs)) if gate.packed else None
    if gate.pullback or not gate.parameters:
        return (None,) * len(gate.parameters), (None,) * len(gate.parameters), packed
    y = m.apply(gate, tuple(x.node for x in inputs))
    exact = [text(found) for found in local_gradients(m, gate, y, inputs, "torch")]
    taught = [text(rule(m, y, *inputs)) if rule else None for rule in gate.lesson or [None] * len(exact)]
    lesson = [one or other for one, other in zip(taught, exact, strict=True)]
    return tuple(exact), tuple(lesson), packed


def _downstream(gate: Gate) -> tuple[str | None, ...]:
    """The pullbacks of a gate as the lectures have them, run on symbols that have the shapes of its first sample."""
    if not gate.pullback:
        return ()
    bound, graph = as_shown(gate), Graph()
    rules = bound.rules(LESSON)
    values: list[Any] = []
    m = Symbols(graph, values, SHAPES)
    inputs = [m.symbol(graph.variable(name)) for name in gate.parameters]
    values += [Shaped(shape_of(one)) for one in samples(gate)[0]]
    y = m.apply(bound, tuple(x.node for x in inputs))
    upstream = m.symbol(graph.variable("g"))
    values.append(Shaped(m.shape(y)))
    if gate.variadic:
        found = m.pull(rules, upstream, y, inputs)
    else:
        found = [rule and m.pull(rule, upstream, y, inputs) for rule in rules]
    settled: list[Symbol | None] = [one and m.settle(one, x) for one, x in zip(found, inputs, strict=True)]
    return tuple(None if one is None else unparse(graph, one.node, {}) for one in settled)
