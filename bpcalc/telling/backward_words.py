"""The backward pass in words: where the gradient begins, what each gate makes of it, where branches meet.

Every equation is true. Of a gate of single numbers it puts the numbers into `upstream * local`; of one with arrays it
is the formula of what flows downstream, with the shapes that meet in it, and the numbers below.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bpcalc.reports.edges import Edge
from bpcalc.reports.steps import Step
from bpcalc.telling.equation import added, factor, left_factor, plain_factor, share, true_equation
from bpcalc.telling.lines import Line, Told, sentence
from bpcalc.telling.one_gate import OneGate
from bpcalc.telling.shape_words import copies, jacobian, pattern, shape_of, tuple_text
from bpcalc.telling.vocabulary import Vocabulary

LONG = 70  # columns of a formula, beyond which its shared part gets a name
NAMED = 8  # nodes that no gradient reaches, which are told by name
TERMS = 8  # branch gradients that are added by name


def seed(words: Vocabulary, step: Step) -> Told:
    """The gradient that flows into the output: `∂f/∂f = 1`."""
    label, gradient, shape = words.labels[step.node], step.gradient, shape_of(step.gradient)
    start = words.partial(step.node)
    line = Line(f"{start} = {words.number(gradient)}")
    if shape:
        start += ", the upstream gradient that was given"
        line = words.shown(start, gradient, tuple_text(shape), is_equation=False)
    return Told(step.phase, 0, label, "seed", (line,), upstream=gradient, downstream={label: gradient})


def gate(words: Vocabulary, step: Step) -> Told | None:
    """What a gate hands to its inputs, each in a line. Nothing, where the gradient was asked for only up to here."""
    node, label = step.node, words.labels[step.node]
    one = OneGate(words.circuit, words.texts, node)
    title, edges = one.expression(one.names), [edge for edge in step.edges if edge.source in words.labels]
    single, downstream = words.is_single(node), dict[str, Any]()
    lines, said = (_of_numbers if single else _of_arrays)(words, one, edges)
    for edge in edges:
        if edge.carries:
            name, amount = words.labels[edge.source], _amount(words, edge)
            downstream[name] = downstream[name] + amount if name in downstream else amount
    if step.still:
        lines.append(sentence(f"from here on the gradient is 0: for {_listed(words, step.still)}"))
    if one.gate.differentiable and not (lines if single else downstream):
        return None
    return Told(
        step.phase, step.number, label, one.gate.name, tuple(lines), title, said, upstream=step.gradient,
        downstream=downstream,
    )  # fmt: skip


def _listed(words: Vocabulary, nodes: Sequence[int]) -> str:
    """`n1, w and x`; of many the first."""
    names = [words.labels[node] for node in nodes]
    if len(names) > NAMED:
        return f"{', '.join(names[:NAMED])} and {len(names) - NAMED} more"
    return " and ".join([*[", ".join(names[:-1])] * (len(names) > 1), names[-1]])


def copy(words: Vocabulary, step: Step) -> Told:
    """Where the branches of a node meet: a copy gate, whose gradients add."""
    label, total, start = words.labels[step.node], step.gradient, words.partial(step.node)
    if shape_of(total):
        names = list(map(words.branch, step.edges))
        terms = " + ".join(f"({name})" if "," in name else name for name in names)
        few = len(names) <= TERMS
        start += f" = {terms}" if few else f", the sum of the {len(names)} branch gradients"
        line = words.shown(start, total, tuple_text(shape_of(total)), is_equation=few)
    else:
        amounts = [_amount(words, edge) for edge in step.edges]
        m, numbers = words.circuit.m, lambda digits: added(m, amounts, digits)
        line = Line(true_equation(m, start, numbers, total, words.digits))
    said = f"copy: used {len(step.edges)} times, so its branch gradients add"
    return Told(step.phase, 0, label, "copy", (line,), pattern=said, downstream={label: _not_minus_zero(total)})


def _amount(words: Vocabulary, edge: Edge) -> Any:
    """What goes downstream: 0 from a router that blocks it."""
    if edge.downstream is None:
        return words.circuit.m.zero_like(words.circuit.values[edge.source])
    return _not_minus_zero(edge.downstream)


def _not_minus_zero(number: Any) -> Any:
    return number if shape_of(number) else number + 0.0


def _unfed(words: Vocabulary, one: OneGate, edge: Edge) -> Iterator[Line]:
    """What is said of an input that gets no gradient by its gate's rule."""
    if not one.gate.variadic and one.gate.rules(one.convention)[edge.place] is None:
        name = words.labels[edge.source]
        if one.gate.family == "loss":
            yield sentence(f"{name}: labels carry no gradient")
        elif words.graph.inputs[edge.source]:
            yield sentence(f"{name}: no gradient flows to it")


# Gates of single numbers


def _of_numbers(words: Vocabulary, one: OneGate, edges: Sequence[Edge]) -> tuple[list[Line], str]:
    """`∂f/∂q = ∂f/∂f * z = 1*(-4) = -4`, and what the gate does."""
    lines: list[Line] = []
    locals_: list[str] = []
    for edge in edges:
        if edge.carries:
            formula = one.local(edge.place, edge.local)
            locals_.append(share(one.m, edge.local) if formula is None else one.text(formula))
            lines.append(_product(words, one, edge, formula))
        else:
            lines += _unfed(words, one, edge)
    return lines, pattern(one.gate, one.inputs, (), locals_)


def _product(words: Vocabulary, one: OneGate, edge: Edge, formula: int | None) -> Line:
    """The upstream gradient times the local one, which is a formula or a plain number."""
    name = words.branch(edge)
    if one.gate.routes and not edge.local and not one.m.is_finite(edge.upstream):
        return Line(f"{name} = 0 (the gate blocks the gradient, whatever it is)")

    def local(digits: int | None, names: Mapping[int, str]) -> str:
        return plain_factor(one.m, edge.local, digits) if formula is None else factor(one.graph, formula, names)

    start = f"{name} = {words.partial(edge.node)} * {local(None, one.names)}"
    numbers = lambda digits: f"{left_factor(one.m.text(edge.upstream, digits))}*{local(digits, one.numbers(digits))}"
    return Line(true_equation(one.m, start, numbers, _amount(words, edge), words.digits))


# Gates with arrays


def _of_arrays(words: Vocabulary, one: OneGate, edges: Sequence[Edge]) -> tuple[list[Line], str]:
    """`∂f/∂W = X.T @ ∂f/∂Q   (3,2)@(2,4) -> (3,4)` and the numbers, and what the gate does."""
    fed = {edge.place for edge in edges if edge.carries}
    needed = [place in fed for place in range(len(one.places))]
    formulas: list[int | None] = []
    if fed:
        formulas = one.downstream(edges[0].upstream, words.partial(edges[0].node), needed)
    lines: list[Line] = []
    for edge in edges:
        if edge.carries and (formulas[edge.place] is not None or edge.downstream is not None):
            lines += _pulled(words, one, edge, formulas[edge.place])
            lines += map(sentence, _remarks(words, one, edge))
        else:
            lines += _unfed(words, one, edge)
    return lines, pattern(one.gate, one.inputs, shape_of(one.values[one.places[0]]))


def _pulled(words: Vocabulary, one: OneGate, edge: Edge, formula: int | None) -> Iterator[Line]:
    """What goes downstream as a formula, and its numbers."""
    name, number = words.branch(edge), _amount(words, edge)
    if formula is None:
        yield sentence(f"{name}: no gradient flows to it")
        return
    if len(one.text(formula)) > LONG and (shared := one.shared(formula)) is not None:
        part = words.part()
        yield words.shown(f"{part} = {one.text(shared)}", one.values[shared], one.signature(shared))
        one.names[shared] = part
    text, shapes, value = one.text(formula), one.signature(formula), one.values[formula]
    if one.agree(value, number):
        yield words.shown(f"{name} = {text}", number, shapes)
        return
    # where a router further on let nothing through, an infinite local gradient makes no NaN
    upstream = edge.upstream
    if shape_of(upstream) == shape_of(number) and one.agree(one.m.where(upstream != 0, value, 0.0), number):
        yield words.shown(f"{name} = where({words.partial(edge.node)} != 0, {text}, 0)", number, shapes)
    else:
        yield words.shown(f"{name}, where something flows, is {text}:", number, shapes, sign="")


def _remarks(words: Vocabulary, one: OneGate, edge: Edge) -> Iterator[str]:
    """How broadcasting copied the input, and the Jacobian that was not formed."""
    y, local, name = one.values[one.output], edge.local, words.labels[edge.source]
    x = shape_of(one.values[one.places[edge.place]])
    if told := copies(one.gate, x, shape_of(y)):
        yield f"{name} {told}"
    if not one.gate.pullback and x == shape_of(y) and shape_of(local):
        local = one.m.spread(local, y)
    if told := jacobian(one.gate, (words.labels[edge.node], name), x, shape_of(y), local):
        yield told
