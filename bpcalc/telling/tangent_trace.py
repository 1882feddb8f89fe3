"""The trace of forward mode, from left to right: each node's value and tangent together, as dual numbers have them.

Every line with an equals sign is true, as in `trace`: what puts numbers into a formula is computed again from its own
printed text.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple
from unicodedata import normalize

from bpcalc.engine.onesided import directional
from bpcalc.engine.reverse import local_gradients
from bpcalc.gate import POWER
from bpcalc.gates import GATES
from bpcalc.reports.circuit import Circuit
from bpcalc.reports.names import Names
from bpcalc.reports.report import Step
from bpcalc.telling.equation import product, true_equation
from bpcalc.telling.trace import Teller, changes, letter, times
from bpcalc.writing.numerals import eye
from bpcalc.writing.unparse import unparse

DOT, DOT_BEHIND = "\N{COMBINING DOT ABOVE}", "\N{DOT ABOVE}"
ABOUT = " ≈ "
STILL = 12  # inputs that stay still are told one by one up to here
NAMED = 3  # inputs that move are named in the meaning up to here
NEGATE, DIVIDE, MULTIPLY = GATES["negate"], GATES["divide"], GATES["multiply"]


def dotted(name: str, taken: object = ()) -> str:
    """What the tangent of `name` is called: ẋ, or ẋ1 as textbooks write it; behind a longer name the dot is `theta˙`.

    An i or j has its dot already, an accent leaves no room for one, and a name of the program may be ẋ itself.
    """
    first, rest = name[:1], name[1:].lstrip("_")
    is_letter = first.isalpha() and first not in "ij" and len(normalize("NFD", first)) == 1
    above = normalize("NFC", first + DOT) + name[1:]
    if is_letter and (not rest or rest.isdigit()) and above not in taken:  # type: ignore[operator]
        return above
    return name + DOT_BEHIND


class Term(NamedTuple):
    """What one input adds to a tangent: local*tangent.

    negative  whether it is subtracted
    formula   the local gradient without that sign, as a node of the graph or a number
    below     the x of a local gradient 1/x, which is written ẋ/x
    weighed   whether a local gradient of 1 is written out, as the weight of a router is
    leads     whether the tangent stands first: q̇*z + q*ż
    """

    source: int
    negative: bool
    formula: int | float
    below: int | None
    weighed: bool
    leads: bool


class TangentTeller:
    """Tells the forward pass over a scalar program with its tangents."""

    def __init__(
        self, circuit: Circuit, names: Names, direction: Mapping[str, Any], tangents: list[Any]
    ) -> None:
        self.circuit = circuit
        self.teller = self.primal(circuit, names)
        self.graph, self.precision = circuit.program.graph, self.teller.precision
        self.output = names.output
        self.moving = {circuit.program.names[name]: tangent for name, tangent in direction.items()}
        self.tangents = tangents
        labels = self.teller.labels
        taken = set(labels.values())
        self.dots = {node: dotted(label, taken) for node, label in labels.items()}
        self._texts: dict[int | None, dict[int, str]] = {}

    def primal(self, circuit: Circuit, names: Names) -> Teller:
        """Who tells of the values."""
        return Teller(circuit, names)

    def steps(self) -> tuple[Step, ...]:
        return (self.start(), *map(self.step, self.teller.order), self.meaning())

    def start(self) -> Step:
        """The inputs in their order: all that move, and the first few that stay still."""
        program = self.circuit.program
        wanted = self.graph.ancestors(self.circuit.output)
        inputs = [program.names[name] for name in program.variables or program.constants]
        nodes = [node for node in dict.fromkeys((*inputs, *self.moving)) if wanted[node] or node in self.moving]
        left_out = set([node for node in nodes if node not in self.moving][STILL:])
        lines = [
            f"a dot marks a tangent: {self.dots[node]} is how fast {self.teller.labels[node]} moves"
            for node in (*self.moving, *nodes)[:1]
        ]
        lines += [line for node in nodes if node not in left_out for line in self.input(node)]
        if left_out:
            lines.append(f"… and {len(left_out)} more that stay still")
        return Step("forward", 0, "", "", "", "", tuple(lines))

    def input(self, node: int) -> list[str]:
        value, tangent = self.circuit.values[node], self.moving.get(node, 0.0)
        told = f"{self.teller.labels[node]} = {eye(value, self.precision)}"
        return [f"{told}, {self.dots[node]} = {eye(tangent, self.precision)}"]

    def step(self, node: int) -> Step:
        told = self.teller.forward(node)
        tangent = self.tangents[node]
        return told._replace(lines=(*told.lines, *self.lines(node)), tangent=0.0 if tangent is None else tangent)

    # A gate

    def lines(self, node: int) -> list[str]:
        """`ḟ = q̇*z + q*ż = 1*(-4) + 3*0 = -4`"""
        gate, dot = self.graph.gates[node], self.dots[node]
        if not gate.differentiable:
            return [f"{dot} = 0 (the gate {gate.says})"]
        taught = self.equation(node, list(self.terms(node, taught=True)))
        if ABOUT not in taught:
            return [taught]
        # as it was computed, where the form of the lectures differs in the last digits
        exact = self.equation(node, list(self.terms(node, taught=False)))
        return [taught if ABOUT in exact else exact]

    def equation(self, node: int, terms: list[Term]) -> str:
        """A tangent as the sum of its terms, with names and with numbers."""
        dot, number, near, teller = self.dots[node], self.number(node), self.teller.near, self.teller
        if not terms:
            return f"{dot} = {eye(number, self.precision)}"
        return true_equation(
            f"{dot} = {self.added(terms, near(node, teller.labels), self.dots, None)}",
            lambda digits: self.added(terms, near(node, teller.numbers.at(digits)), self.texts(digits), digits),
            number, self.precision,
        )  # fmt: skip

    def number(self, node: int) -> float:
        """A node's tangent: 0 where nothing moves it."""
        tangent = self.tangents[node] if node < len(self.tangents) else None
        return 0.0 if tangent is None else float(self.circuit.m.dense(tangent))

    def texts(self, digits: int | None) -> dict[int, str]:
        """The tangents' numbers as texts, in the place of their names."""
        if digits not in self._texts:
            self._texts[digits] = {
                node: eye(self.number(node), digits)
                for node in self.dots
                if not getattr(self.circuit.values[node], "shape", ())
            }
        return self._texts[digits]

    def terms(self, node: int, taught: bool) -> Iterator[Term]:
        """What each input adds. One at rest adds 0, and is left out only where its local gradient is infinite."""
        circuit, gate, inputs = self.circuit, self.graph.gates[node], self.graph.inputs[node]
        xs = [circuit.values[source] for source in inputs]
        wanted = [source in self.dots for source in inputs]
        locals_ = local_gradients(
            circuit.m, gate, circuit.values[node], xs, circuit.options.convention, wanted
        )
        for place, (source, local) in enumerate(zip(inputs, locals_, strict=True)):
            if local is None or not wanted[place]:
                continue
            slope = float(local)
            blocked = gate.routes and not slope and not math.isfinite(self.number(source))
            if blocked or (self.tangents[source] is None and not math.isfinite(slope)):
                continue
            formula, negative = self.without_sign(self.teller.formula(node, gate, place, slope, taught))
            below = self.denominator(formula) if taught else None
            yield Term(source, negative, formula, below, gate.routes, place == 0 and gate is MULTIPLY)

    def without_sign(self, formula: int | float) -> tuple[int | float, bool]:
        """The local gradient without its sign, and whether it had one: -(u*t) is the same number as (-u)*t."""
        if isinstance(formula, float):
            return abs(formula), formula < 0
        negative = False
        while self.graph.gates[formula] is NEGATE and formula not in self.teller.labels:
            (formula,) = self.graph.inputs[formula]
            negative = not negative
        return formula, negative

    def added(self, terms: list[Term], names: Mapping[int, str], dots: Mapping[int, str], digits: int | None) -> str:
        """The terms added up, with names or with numbers."""
        text = ""
        for term in terms:
            sign = (" - " if term.negative else " + ") if text else "-" * term.negative
            text += sign + self.written(term, names, dots, digits, bare=not text and not sign)
        return text

    def written(
        self, term: Term, names: Mapping[int, str], dots: Mapping[int, str], digits: int | None, bare: bool
    ) -> str:
        """One term; `bare`: a sign at its start needs no brackets."""
        tangent, formula = dots[term.source], term.formula
        closed = f"({tangent})" if tangent.startswith("-") else tangent
        if formula == 1.0 and isinstance(formula, float) and not term.weighed:
            return tangent if bare else closed
        if term.below is not None:
            return f"{tangent if bare else closed}/{self.divisor(term.below, names)}"
        local = product(self.graph, formula, names, digits)
        if term.leads:
            return f"{tangent if bare else closed}*{local}"
        if bare and isinstance(formula, int) and names.get(formula, "").startswith("-"):
            local = names[formula]
        return f"{local}*{closed}"

    def denominator(self, formula: int | float) -> int | None:
        """The x of a local gradient 1/x."""
        if isinstance(formula, float) or formula in self.teller.labels or self.graph.gates[formula] is not DIVIDE:
            return None
        above, below = self.graph.inputs[formula]
        return below if self.graph.number(above) == 1 else None

    def divisor(self, node: int, names: Mapping[int, str]) -> str:
        """What stands behind a division sign, in brackets where it needs them."""
        text = names.get(node) or unparse(self.graph, node, names)
        gate = self.graph.gates[node]
        closed = node in names or not (gate.infix or gate.prefix) or (gate.infix and gate.infix[1] == POWER)
        return text if closed and not text.startswith("-") else f"({text})"

    # Meaning

    def meaning(self) -> Step:
        return Step("meaning", 0, "", "", "", "", (self.mean(),))

    def moves(self, h: str) -> str:
        """`x grows by a small h`, or what moves how far."""
        names, tangents = [self.teller.labels[node] for node in self.moving], list(self.moving.values())
        if len(names) == 1 and not getattr(tangents[0], "shape", ()) and tangents[0] == 1:
            return f"{names[0]} grows by a small {h}"
        if len(names) > NAMED or any(getattr(tangent, "shape", ()) for tangent in tangents):
            return f"the inputs move a small step {h} along the direction"
        ways = [f"{name} by {times(tangent, h, self.precision)}" for name, tangent in zip(names, tangents, strict=True)]
        return f"a small step {h} moves {' and '.join(ways)}"

    def mean(self) -> str:
        """What the tangent of the output says; at a kink, what the output does on either side."""
        circuit, output, f = self.circuit, self.circuit.output, self.output
        h, rate = letter(self.teller.labels.values()), self.number(output)
        moving = {node: tangent for node, tangent in self.moving.items() if tangent and node <= output}
        if not moving:
            return f"nothing that {f} depends on moves, so {f} stays as it is"
        left = right = rate
        if self.teller.kinked:
            run = circuit.m, self.graph, circuit.values, output
            right = directional(*run, moving)
            left = -directional(*run, {node: -tangent for node, tangent in moving.items()})
        if any(number != number for number in (circuit.values[output], rate, left, right)):
            return f"at this point, {f} has no rate of change in this direction"
        start = f"if {self.moves(h)}, {f}"
        used = f"the tangent by the rule used is {eye(rate, self.precision)}"
        if math.isclose(left, right) and math.isclose(rate, right):
            return f"{start} {changes(rate, h, self.precision)}"
        if math.isclose(left, right):
            return f"{start} {changes(right, h, self.precision)}; {used}"
        falls = changes(-left, h, self.precision)
        return f"{start} {changes(right, h, self.precision)}; the other way, {f} {falls}; {used}"
