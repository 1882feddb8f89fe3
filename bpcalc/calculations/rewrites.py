"""Other forms of a formula that keep the digits which it loses: written as one writes them, and each tried before it is
offered, at many digits for being the same and in doubles for being better."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from copy import copy
from itertools import permutations
from typing import Any

from bpcalc.algebra.protocol import UndecidedError
from bpcalc.calculations.rebuild import rebuilt
from bpcalc.engine.forward import MISFITS, ShapeError, forward
from bpcalc.errors import BpcalcError, Source
from bpcalc.gate import CONSTANT, INPUT
from bpcalc.graph import Graph
from bpcalc.reading.parser import parse
from bpcalc.reading.program import Program
from bpcalc.reports.accuracy import Rewritten
from bpcalc.reports.circuit import Circuit
from bpcalc.reports.names import Names
from bpcalc.writing.unparse import unparse

# What loses digits, or overflows, and what to write for it.
FORMS = (
    ("log(1 + exp(a))", "softplus(a)"), ("log(exp(a) + exp(b))", "max(a, b) + log1p(exp(-abs(a - b)))"),
    ("log(sum(exp(a)))", "logsumexp(a)"), ("exp(a)/sum(exp(a))", "softmax(a)"), ("log(softmax(a))", "log_softmax(a)"),
    ("1 - cos(a)", "2*sin(a/2)^2"), ("cos(a) - 1", "-2*sin(a/2)^2"), ("1 - cos(a)^2", "sin(a)^2"),
    ("1 - sin(a)^2", "cos(a)^2"), ("exp(a) - 1", "expm1(a)"), ("1 - exp(a)", "-expm1(a)"), ("-1 + exp(a)", "expm1(a)"),
    ("log(1 + a)", "log1p(a)"), ("log(1 - a)", "log1p(-a)"), ("log(a) - log(b)", "log(a/b)"),
    ("1/(1 + exp(-a))", "sigmoid(a)"), ("1/(1 + exp(a))", "sigmoid(-a)"), ("exp(a)/(1 + exp(a))", "sigmoid(a)"),
    ("exp(a)/(exp(a) + 1)", "sigmoid(a)"), ("1 - sigmoid(a)", "sigmoid(-a)"), ("log(sigmoid(a))", "-softplus(-a)"),
    ("log(1 - sigmoid(a))", "-softplus(a)"), ("1 - tanh(a)^2", "1/cosh(a)^2"), ("1 - tanh(a)", "2*sigmoid(-2*a)"),
    ("(exp(a) - exp(-a))/2", "sinh(a)"), ("exp(a) - exp(-a)", "2*sinh(a)"), ("exp(a) - exp(b)", "exp(b)*expm1(a - b)"),
    ("(exp(2*a) - 1)/(exp(2*a) + 1)", "tanh(a)"), ("(exp(a) - exp(-a))/(exp(a) + exp(-a))", "tanh(a)"),
    ("sqrt(a^2 + b^2)", "hypot(a, b)"), ("sqrt(a*a + b*b)", "hypot(a, b)"), ("sqrt(sum(a^2))", "norm(a)"),
    ("sqrt(1 + a) - 1", "a/(sqrt(1 + a) + 1)"), ("1 - sqrt(1 - a)", "a/(1 + sqrt(1 - a))"),
    ("sqrt(a + b) - sqrt(a)", "b/(sqrt(a + b) + sqrt(a))"), ("sqrt(a^2 + b) - a", "b/(sqrt(a^2 + b) + a)"),
    ("a - sqrt(a^2 - b)", "b/(a + sqrt(a^2 - b))"), ("sqrt(a) - sqrt(b)", "(a - b)/(sqrt(a) + sqrt(b))"),
    ("a^2 - b^2", "(a - b)*(a + b)"), ("a*a - b*b", "(a - b)*(a + b)"), ("1 - a^2", "(1 - a)*(1 + a)"),
    ("1/(a + b) - 1/a", "-b/(a*(a + b))"), ("1/a - 1/(a + b)", "b/(a*(a + b))"), ("1/a - 1/b", "(b - a)/(a*b)"),
    ("a/(1 + a) - 1", "-1/(1 + a)"), ("a + b - a", "b"), ("sin(a + b) - sin(a)", "2*cos(a + b/2)*sin(b/2)"),
    ("cos(a + b) - cos(a)", "-2*sin(a + b/2)*sin(b/2)"), ("tan(a) - sin(a)", "2*tan(a)*sin(a/2)^2"),
    ("1 - erf(a)", "erfc(a)"), ("erf(a) - 1", "-erfc(a)"), ("gamma(a)/gamma(b)", "exp(lgamma(a) - lgamma(b))"),
    ("log(gamma(a))", "lgamma(a)"), ("log(prod(a))", "sum(log(a))"), ("log(det(a))", "logdet(a)"),
    ("mean(a^2) - mean(a)^2", "var(a)"), ("(a + b)^c - a^c", "a^c*expm1(c*log1p(b/a))"), ("a^b - 1", "expm1(b*log(a))"),
    ("-a + sqrt(a^2 - b)", "-b/(a + sqrt(a^2 - b))"), ("-a - sqrt(a^2 - b)", "b/(sqrt(a^2 - b) - a)"),
    ("sqrt(a^2 - b) - a", "-b/(sqrt(a^2 - b) + a)"), ("hypot(a, b) - a", "b^2/(hypot(a, b) + a)"),
    ("(1 + a)^b - 1", "expm1(b*log1p(a))"), ("(1 + a)^b", "exp(b*log1p(a))"), ("cos(a)^2 - sin(a)^2", "cos(2*a)"),
    ("log(a) - log(b)", "log1p((a - b)/b)"), ("log(a + sqrt(a^2 + 1))", "asinh(a)"),
    ("log((1 + a)/(1 - a))", "2*atanh(a)"), ("exp(a^2)*erfc(a)", "erfcx(a)"),
    ("log(normal_cdf(a))", "normal_logcdf(a)"),
    ("acos(1 - a)", "2*asin(sqrt(a/2))"), ("atan(a) - atan(b)", "atan((a - b)/(1 + a*b))"),
)  # fmt: skip
COMMUTATIVE = ("add", "multiply")
MOST = 40  # forms that are tried
BETTER = 2  # times as near to the truth
RIGHT = 4.0  # ulps that are near enough
CLOSE = 1e-18  # relative differences of numbers that are the same
BESIDE = (1 + 2.0**-10, 1 - 2.0**-9)  # factors of the points that they are tried at

Errors = Callable[[Graph, int], tuple[float, float]]


def rewrites(
    circuit: Circuit, names: Names, errors: Errors, same: Callable[[Graph, int], bool]
) -> tuple[Rewritten, ...]:
    """The forms that bring the output, or its gradient, nearer to the truth, the best first, one for each part.

    errors  of the output and its gradient in doubles, in ulps, of another graph and its output
    same    whether another graph has the same output
    """
    program = copy(circuit.program)
    program.output = circuit.output
    before = errors(program.graph, program.output)
    best: dict[int, Rewritten] = {}
    tried = 0
    for node, form, bound in _found(program):
        tried += 1
        if tried > MOST:
            break
        try:
            graph, output, place = _put(program, node, form, bound)
            after = errors(graph, output)
            if not _is_better(after, before) or not same(graph, output):
                continue
        except (BpcalcError, UndecidedError, ShapeError, *MISFITS):
            continue
        given = {one: label for one, label in names.given.items() if one != node}
        labels = {at: name for name, at in graph.variables.items()}
        one = Rewritten(node, unparse(program.graph, node, given), unparse(graph, place, labels), *after)
        # of two that are right the first, which overflows nowhere
        if node not in best or RIGHT < max(best[node][3:]) > BETTER * max(after):
            best[node] = one
    return tuple(sorted(best.values(), key=lambda one: (one.value, one.gradient)))


def _is_better(after: tuple[float, float], before: tuple[float, float]) -> bool:
    pairs = list(zip(after, before, strict=True))
    return any(new * BETTER < old and old > BETTER for new, old in pairs) and all(
        new <= max(old, BETTER) for new, old in pairs
    )


def _found(program: Program) -> Iterator[tuple[int, Program, dict[str, int]]]:
    """The nodes that have a form which loses digits, what they can be put as, and what its letters stand for."""
    graph, parsed = program.graph, [(parse(Source(was)), parse(Source(now))) for was, now in FORMS]
    met = graph.ancestors(program.output)
    for node in range(program.output, -1, -1):
        for was, now in parsed:
            if met[node] and graph.gates[node].name == was.graph.gates[was.output].name:
                bound = next(_matches(was.graph, was.output, graph, node, {}), None)
                if bound is not None:
                    yield node, now, bound


def _matches(
    pattern: Graph, at: int, graph: Graph, node: int, bound: dict[str, int]
) -> Iterator[dict[str, int]]:
    """What the letters of a pattern may stand for, so that it is the node. It goes as deep as the pattern is."""
    gate, own = pattern.gates[at], graph.gates[node]
    if gate is INPUT:
        letter = str(pattern.leaves[at])
        if bound.get(letter, node) == node:
            yield {**bound, letter: node}
        return
    if gate is CONSTANT:
        if own is CONSTANT and pattern.leaves[at] == graph.leaves[node]:
            yield bound
        return
    if gate.name != own.name or dict(gate.options) != dict(own.options):
        return
    inputs = pattern.inputs[at]
    orders = permutations(graph.inputs[node]) if gate.name in COMMUTATIVE else [graph.inputs[node]]
    for order in orders:
        if len(order) == len(inputs):
            found = [bound]
            for part, source in zip(inputs, order, strict=True):
                found = [more for one in found for more in _matches(pattern, part, graph, source, one)]
            yield from found


def _put(program: Program, node: int, form: Program, bound: Mapping[str, int]) -> tuple[Graph, int, int]:
    """The program's graph with a form in the place of a node, its output, and where the form stands."""
    graph, old, placed = Graph(), program.graph, dict[int, int]()
    titles = {program.names[name]: name for name in program.constants}

    def copied(one: int) -> int:
        if one in placed:
            return placed[one]
        payload = old.leaves[one]
        if old.gates[one] is INPUT:
            return graph.variable(str(payload))
        return graph.constant(payload, titles.get(one, ""))

    def operation(one: int, inputs: tuple[int, ...]) -> int:
        placed[one] = _built(graph, form, bound, copied) if one == node else graph.apply(old.gates[one], inputs)
        return placed[one]

    output = rebuilt(program, graph, operation).output
    return graph, output, placed[node]


def _built(graph: Graph, form: Program, bound: Mapping[str, int], copied: Callable[[int], int]) -> int:
    """A form put on copies of what its letters stand for."""
    nodes: list[int] = []
    for gate, inputs, at in zip(form.graph.gates, form.graph.inputs, range(len(form.graph)), strict=True):
        if gate is INPUT:
            nodes.append(copied(bound[str(form.graph.leaves[at])]))
        elif gate is CONSTANT:
            nodes.append(graph.constant(form.graph.leaves[at]))
        else:
            nodes.append(graph.apply(gate, tuple([nodes[source] for source in inputs])))
    return nodes[form.output]


def is_same(m: Any, one: tuple[Graph, int], other: tuple[Graph, int], given: Mapping[str, Any]) -> bool:
    """Are the outputs of two graphs the same number at many digits: at the values given, and a little beside them?"""

    def apart(factor: float) -> bool:
        bound = {name: m.value(factor * value) for name, value in given.items()}
        a, b = (forward(m, graph, bound, [output] if m.shaped else ())[output] for graph, output in (one, other))
        return not m.everywhere(m.close(a, b, CLOSE))

    if apart(1.0):
        return False
    for factor in BESIDE:
        try:
            if apart(factor):
                return False
        except (BpcalcError, UndecidedError, ShapeError):  # beside the point it may end
            continue
    return True
