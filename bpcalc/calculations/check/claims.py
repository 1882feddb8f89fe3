"""Claimed gradients: right, following from a claim that is wrong, or wrong, and by which mistake."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple

from bpcalc.calculations.check import forms, proofs, subgradients, trace_lines
from bpcalc.calculations.check.diagnosis import LARGE, explained
from bpcalc.calculations.check.forms import Form
from bpcalc.calculations.check.points import circuits
from bpcalc.calculations.check.rounding import sizes
from bpcalc.calculations.check.scene import Scene
from bpcalc.calculations.passes import run
from bpcalc.errors import BpcalcError, Source
from bpcalc.graph import Graph
from bpcalc.reports.check import FOLLOWS, RIGHT, WRONG, Claim, Mistake
from bpcalc.reports.circuit import Circuit
from bpcalc.reports.names import Names
from bpcalc.telling.lines import Told
from bpcalc.writing.numerals import eye

POINTS = 16  # at which a formula is compared
SLACK = 1e-7
NONE = "no common mistake explains this"


def judge(
    circuit: Circuit, source: Source, values: Mapping[str, Any], claims: Sequence[tuple[str, str]],
    exercise: str | None = None,
) -> list[Judged]:  # fmt: skip
    """The claims in the order given, judged from the output on: a wrong one is taken for given by those behind it.

    Raises BpcalcError for a name that is no node, or has no gradient, and for a form that is none.
    """
    judge = Judge(circuit, source, values, exercise)
    nodes = [judge.node(name) for name, _ in claims]
    read = [
        (node, name, forms.read(form, judge.circuit, judge.names, node))
        for node, (name, form) in zip(nodes, claims, strict=True)
    ]
    twice = [name for place, (node, name, _) in enumerate(read) if node in [one[0] for one in read[:place]]]
    if twice:
        raise BpcalcError(f'"{twice[0]}" is claimed twice')
    found = {}
    for node, name, form in sorted(read, key=lambda one: -one[0]):
        found[node] = judge.claim(node, name, form)
    judge.hold_together(found)
    return [Judged(found[node], judge.unproved.get(node)) for node, _, _ in read]


def proved(judged: Sequence[Judged]) -> tuple[Claim, ...]:
    """The claims, after SymPy was asked for those that are right at random points only, all together."""
    asked = [one.difference for one in judged if one.difference is not None]
    if not asked:
        return tuple(one.claim for one in judged)
    from bpcalc.calculations.simplify.proof import are_zero

    answers = iter(are_zero(asked))
    return tuple(
        _as_proved(claim) if difference is not None and next(answers) else claim for claim, difference in judged
    )


def _as_proved(claim: Claim) -> Claim:
    """With the proof in the place of random points; what is said of its number here stays."""
    return claim._replace(how=proofs.EQUAL + "".join(claim.how.partition(";")[1:]))


class Judged(NamedTuple):
    """A claim, and what SymPy is to find to be 0 if it is right as a formula; None where nothing is left to prove."""

    claim: Claim
    difference: tuple[Graph, int] | None


class Judge:
    """A program with its numbers; the wrong claims so far."""

    def __init__(self, circuit: Circuit, source: Source, values: Mapping[str, Any], exercise: str | None) -> None:
        options = circuit.options._replace(wrt=())
        self.source = source
        self.given = values
        self.options = options
        self.circuit = run(circuit.m, circuit.program, values, options)
        self.m = circuit.m
        self.names = Names(circuit.program, circuit.output)
        self.exercise = exercise
        self.wrong: dict[int, Form] = {}
        self.right: list[int] = []
        self.unproved: dict[int, tuple[Graph, int] | None] = {}
        self.is_kinked = subgradients.is_kinked(self.circuit)

    @cached_property
    def points(self) -> list[Circuit]:
        """Random points, of both signs, and near the values that are given."""
        return list(circuits(self.source, self.given, self.options, POINTS, near=True))

    def node(self, name: str) -> int:
        """The node that a gradient is claimed for. Raises BpcalcError where it is none, or has no gradient."""
        node = self.names.find(name)
        if self.circuit.gradient(node) is None:
            raise BpcalcError(f'"{name}" has no gradient: nothing that varies gets through it')
        return node

    def claim(self, node: int, name: str, form: Form) -> Claim:
        """One claim, judged. One that is wrong is kept for those behind it."""
        (gradient, is_other), claimed = self.right_gradient(node), forms.evaluated(form, self.circuit)
        if claimed is None:
            told = "it is an array, and the gradient is a single number"
            return Claim(self.exercise, name, form.text, None, gradient, WRONG, "", (), told, self.m)
        how = self.how(node, form, claimed, gradient)
        how = subgradients.WHOLE if how and is_other else how
        verdict, mistakes, message = (RIGHT if how else WRONG), list[Mistake](), ""
        if how:
            self.right.append(node)
        else:
            follows = self.follows(node, form)
            if follows:
                verdict, how, message = FOLLOWS, "right, given your wrong claim", follows
            elif is_other and self.is_own(node, form, claimed):
                right = eye(self.m, gradient, 6)
                message = f"the rules for kinks of its parts give this number, the derivative of the whole is {right}"
            else:
                how, mistakes, message = self.explain(node, form, claimed, gradient, is_other)
            if self.m.shape(claimed) == self.m.shape(gradient):
                self.wrong[node] = form
        return Claim(self.exercise, name, form.text, claimed, gradient, verdict, how, tuple(mistakes), message, self.m)

    def right_gradient(self, node: int) -> tuple[Any, bool]:
        """That of backprop; or the derivative of the whole, where that is another at kinks of its parts. And is it?"""
        whole = subgradients.of_the_whole(self.circuit, node) if self.is_kinked else None
        return (self.m.value(self.circuit.gradient(node)), False) if whole is None else (whole, True)

    # Right

    def how(self, node: int, form: Form, claimed: Any, gradient: Any) -> str:
        """Why a claim is right; "" where it is not."""
        m = self.m
        if m.shape(claimed) != m.shape(gradient):
            return ""
        here = forms.is_same(m, form, claimed, gradient, sizes(self.circuit)[node])
        if form.is_formula:
            return self.how_formula(node, form, here)
        if here:
            return "to all digits" if not m.holds(abs(claimed - gradient) > SLACK * abs(gradient)) else (
                "to the digits written")  # fmt: skip
        return subgradients.how(self.circuit, node, claimed, form.slack) if self.is_kinked else ""

    def how_formula(self, node: int, form: Form, here: bool) -> str:
        same, behind = self.same_at(node, form), ""
        if not here:
            behind = self.behind(node, form)
        if not all(same) or not (here or behind):
            return ""
        proof = proofs.proved(self.circuit, form, node)
        if proof:
            return proof + behind
        if same:
            self.unproved[node] = proofs.difference(self.circuit, form, node)
            return f"equal at {len(same)} random points{behind}"
        return "equal at the point given" if here else ""

    def behind(self, node: int, form: Form) -> str:
        """What a formula that is right elsewhere is here, where it has another number; "" if that is wrong."""
        claimed = forms.evaluated(form, self.circuit)
        if not self.m.all_finite(claimed):
            return "; here it has no finite value"
        why = subgradients.how(self.circuit, node, claimed) if self.is_kinked else ""
        return why and f"; here {why}"

    def same_at(self, node: int, form: Form) -> list[bool]:
        """At each random point where both have a value: is it the same?"""
        found = []
        for circuit in self.points:
            claimed, gradient = forms.evaluated(form, circuit), self.m.value(circuit.gradient(node))
            if self.m.all_finite(claimed):
                found.append(forms.is_same(self.m, form, claimed, gradient, sizes(circuit)[node]))
        return found

    def hold_together(self, found: dict[int, Claim]) -> None:
        """Subgradients that are right one by one may be none together: both inputs of a tie cannot take all."""
        inputs = set(self.circuit.program.graph.variables.values())
        right = [node for node, claim in found.items() if node in inputs and claim.verdict == RIGHT]
        found |= subgradients.held_together(self.circuit, {node: found[node] for node in right})

    # Follows

    def follows(self, node: int, form: Form) -> str:
        """Is it right, if the wrong claims nearer to the output are taken for right? Which ones, then."""
        wrong = {one: claim for one, claim in self.wrong.items() if one > node}
        if not wrong:
            return ""
        path = Scene(self.circuit, self.names, node).path
        wrong = {one: claim for one, claim in wrong.items() if path[one]}
        if not wrong:
            return ""
        everywhere = form.is_formula and all(claim.is_formula for claim in wrong.values())
        for circuit in [self.circuit, *(self.points if everywhere else [])]:
            scene = Scene(circuit, self.names, node)
            given = {one: claim.value(circuit) for one, claim in wrong.items()}
            found, claimed = scene.of(scene.passed({}, given=given)), form.value(circuit)
            if not self.m.all_finite(claimed) and circuit is not self.circuit:
                continue
            if not forms.is_same(self.m, form, claimed, found, sizes(circuit)[node]):
                return ""
        return f"it follows from your claim for {self.names.labels.get(min(wrong), 'a node')}, which is wrong"

    # Wrong

    def is_own(self, node: int, form: Form, claimed: Any) -> bool:
        """Is it what backprop has?"""
        own = self.m.value(self.circuit.gradient(node))
        return forms.is_same(self.m, form, claimed, own, sizes(self.circuit)[node])

    def explain(
        self, node: int, form: Form, claimed: Any, gradient: Any, is_other: bool
    ) -> tuple[str, list[Mistake], str]:
        m = self.m
        right = eye(m, gradient, 6)
        points = self.points if form.is_formula else []
        mistakes = explained(Scene(self.circuit, self.names, node), form, points)
        told = []
        if m.shape(claimed) != m.shape(gradient):
            told.append(f"its shape is {by(m.shape(claimed))}, that of the gradient {by(m.shape(gradient))}")
        elif form.is_formula and forms.is_same(m, form, claimed, gradient, sizes(self.circuit)[node]):
            told.append("it is right at these values, but not at others")
        else:
            line = "" if is_other else self.trace_line(node)
            told.append(f"right is {line}" if line else f"the right gradient is {right}")
        path = Scene(self.circuit, self.names, node).path
        before = [self.names.labels.get(one, "") for one in self.right if path[one] and one > node]
        if before and not self.wrong:
            told.insert(0, f"your ∂{self.names.output}/∂{before[-1]} is right, the mistake enters here")
        if not mistakes:
            is_large = len(Scene(self.circuit, self.names, node).edges) > LARGE
            why = "the circuit is too large for a search of the mistake" if is_large else NONE
            return "", [], "; ".join([*told, why])
        told.append(mistakes[0].sentence)
        others = [mistake.sentence for mistake in mistakes[1:4]]
        if others:
            told.append(f"it may also be that {'; or '.join(others)}")
        if len({mistake.kind for mistake in mistakes}) > 1 and not form.is_formula:
            told.append("claim a formula, or numbers at another point, to tell which")
        return "", mistakes, "; ".join(told)

    def trace_line(self, node: int) -> str:
        """The line of the trace that the gradient comes from, where it is one short line."""
        if self.m.shaped or len(self.circuit.program.graph) > trace_lines.LARGE:
            return ""
        line = trace_lines.line(self.trace, self.names.labels.get(node, ""))
        return line if len(line) <= trace_lines.LONG else ""

    @cached_property
    def trace(self) -> tuple[Told, ...]:
        return trace_lines.told(self.circuit, self.given)


def by(shape: tuple[int, ...]) -> str:
    """A shape in words."""
    return " x ".join(map(str, shape)) if shape else "a single number"
