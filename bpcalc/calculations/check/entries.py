"""Backprop held against the other ways: entry by entry where there are few, else in random directions first."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from random import Random
from typing import Any, NamedTuple

from bpcalc.calculations.check import judging, ways
from bpcalc.calculations.verify import draws
from bpcalc.engine.findings import at_edges, kinks
from bpcalc.gates import GATES
from bpcalc.reports.check import AGREES, DIFFERS, KINK, UNDECIDED, WAYS, Check
from bpcalc.reports.circuit import Circuit
from bpcalc.telling.sentences import looked_at

ENTRIES = 64  # of one input that are held against differences one by one
WORK = 1_000_000  # gates that may be computed for all of them, at about STEPS each
STEPS = 40
DIRECTIONS = 4
FOUND = 8  # entries of many that are looked for, where a direction differs

Place = tuple[int, ...]


class Unit(NamedTuple):
    """One entry of a node that is differentiated by."""

    node: int
    place: Place


class Comparison:
    """A circuit at its point, each of its derivatives ready to be compared."""

    def __init__(self, circuit: Circuit) -> None:
        self.circuit = circuit
        self.m = circuit.m
        run = looked_at(circuit)
        self.is_kinked = next(iter([*kinks(run), *at_edges(run)]), None) is not None
        self.is_held = GATES["stop_gradient"] in circuit.program.graph.kinds
        self.digits = ways.ManyDigits(circuit)

    def checks(self) -> Iterator[Check]:
        """A row for each name that is differentiated by."""
        circuit, m = self.circuit, self.m
        sizes = {name: math.prod(m.shape(circuit.values[node])) for name, node in circuit.wrt.items()}
        few = [name for name, size in sizes.items() if size <= ENTRIES]
        if STEPS * len(circuit.program.graph) * sum(sizes[name] for name in few) > WORK:
            few = few if len(few) == 1 else []
        many = [name for name in sizes if name not in few]
        verdicts = self.together({name: circuit.wrt[name] for name in many}) if many else {}
        found = [self.by_entry(name) if name in few else verdicts[name] for name in circuit.wrt]
        yield from self.held_together(found)

    def held_together(self, checks: list[Check]) -> list[Check]:
        """Subgradients one by one may be none together: both inputs of a tie cannot take all."""
        circuit, m = self.circuit, self.m
        variables = set(circuit.program.graph.variables.values())
        bent = [check for check in checks if check.verdict == KINK and circuit.wrt[check.name] in variables]
        if not bent:
            return checks
        nodes = [circuit.wrt[check.name] for check in bent]
        direction = {node: m.spread(m.one, circuit.values[node]) for node in nodes}
        left, right = ways.ruled_sides(circuit, direction)
        along = sum(float(m.sum(self.gradient(node))) if m.shaped else self.gradient(node) for node in nodes)
        slack = judging.FINE * (abs(left) + abs(right))
        if not math.isfinite(left + right) or min(left, right) - slack <= along <= max(left, right) + slack:
            return checks
        said = f"in the direction where all grow alike it is {left:.6g} to {right:.6g}, backprop adds up to {along:.6g}"
        if left == right:
            said = said.replace(f"{left:.6g} to {right:.6g}", f"{left:.6g}")
        return [
            check._replace(verdict=DIFFERS, message=f"no subgradient together with the others: {said}")
            if any(check is one for one in bent) else check for check in checks
        ]  # fmt: skip

    def gradient(self, node: int) -> Any:
        return self.m.value(self.circuit.gradient(node))

    # Few entries

    def by_entry(self, name: str) -> Check:
        """Every entry of one input by every way; the worst is told."""
        circuit, m, node = self.circuit, self.m, self.circuit.wrt[name]
        shape, gradient = m.shape(circuit.values[node]), self.gradient(node)
        written = ways.formula(circuit, name)
        complex_step, moving = ways.ComplexStep(circuit, [node]), ways.along(circuit, [node])
        found: dict[Place, judging.Verdict] = {}
        for place in m.places(shape):
            direction = {node: m.unit(shape, place)}
            others = {
                "complex_step": complex_step(direction),
                "forward": ways.forward_mode(circuit, direction),
                "formula": None if written is None else float(m.entry(written, place)),
                "digits": None if shape else self.digits(node),
            }
            line, number = ways.Line(circuit, direction, moving), float(m.entry(gradient, place))
            found[place] = judging.judge(number, line, others, self.sides(direction), self.is_held)
        if not found:
            none: dict[str, Any] = dict.fromkeys(WAYS)
            return Check(name, circuit.values[node], gradient, none, (), 0.0, AGREES, "it has no entries")
        worst = max(found, key=lambda place: _badness(found[place]))
        verdict = found[worst]
        columns = {way: self.whole([one.ways.get(way) for one in found.values()], shape) for way in WAYS}
        message = verdict.message
        if shape and message:
            count = sum(one.verdict == verdict.verdict for one in found.values())
            message += f" ({count} of {len(found)} entries)" if count > 1 else ""
        return Check(name, circuit.values[node], gradient, columns, worst, verdict.relative_error, verdict.verdict,
                     message)  # fmt: skip

    def sides(self, direction: ways.Direction) -> tuple[float, float] | None:
        return ways.ruled_sides(self.circuit, direction) if self.is_kinked else None

    def whole(self, entries: Sequence[float | None], shape: Place) -> Any:
        """The entries by one way in the shape of the input; None where the way has no answer for one of them."""
        if not shape:
            return entries[0]
        if all(entry is None for entry in entries):
            return None
        m = self.m
        return m.reshape(m.value([math.nan if entry is None else entry for entry in entries]), shape=shape)

    # Many entries

    def together(self, nodes: dict[str, int]) -> dict[str, Check]:
        """Many entries, in random directions; those that differ are then looked for by halves."""
        circuit, m = self.circuit, self.m
        units = [Unit(node, place) for node in nodes.values() for place in m.places(m.shape(circuit.values[node]))]
        random = Random(circuit.program.source.text)
        first = [self.along(units, random) for _ in range(DIRECTIONS)]
        worst = max(first, key=_badness)
        wrong = list(self.search(units, random)) if worst.verdict == DIFFERS else []
        at = {unit.node: (unit, verdict) for unit, verdict in reversed(wrong)}
        return {name: self.row(name, node, worst, at.get(node), bool(wrong)) for name, node in nodes.items()}

    def row(
        self, name: str, node: int, worst: judging.Verdict, found: tuple[Unit, judging.Verdict] | None, located: bool
    ) -> Check:
        told = f"in {DIRECTIONS} random directions of all entries together"
        if found is not None:
            unit, verdict = found
        else:
            unit, verdict = Unit(node, ()), worst
            if worst.verdict == DIFFERS and located:
                verdict = worst._replace(verdict=AGREES, message="", relative_error=None)
        # along a direction the ways have one number for all entries, which is none of the entries' own
        message = f"{verdict.message}; {told}".removeprefix("; ")
        return Check(name, self.circuit.values[node], self.gradient(node), dict.fromkeys(WAYS), unit.place,
                     verdict.relative_error, verdict.verdict, message)  # fmt: skip

    def along(self, units: Sequence[Unit], random: Random) -> judging.Verdict:
        """These entries moved together, by 1 or -1 each."""
        circuit, m = self.circuit, self.m
        direction: dict[int, Any] = {}
        if len(units) == 1:
            ((node, place),) = units
            direction[node] = m.unit(m.shape(circuit.values[node]), place)
        else:
            for node in dict.fromkeys(unit.node for unit in units):
                direction[node] = draws.signs(random, m.shape(circuit.values[node]))
            for node, way in direction.items():
                shape = m.shape(way)
                if shape:
                    kept = m.value(0.0 * way)
                    for unit in (unit for unit in units if unit.node == node):
                        kept[unit.place] = way[unit.place]
                    direction[node] = kept
        backprop = 0.0
        for node, way in direction.items():
            product = self.gradient(node) * way
            backprop += float(m.sum(product)) if m.shaped else float(product)
        others = {
            "complex_step": ways.ComplexStep(circuit, list(direction))(direction),
            "forward": ways.forward_mode(circuit, direction),
        }
        line = ways.Line(circuit, direction)
        return judging.judge(backprop, line, others, self.sides(direction), self.is_held)

    def search(self, units: list[Unit], random: Random) -> Iterator[tuple[Unit, judging.Verdict]]:
        """The entries that differ, by halves: at most so many."""
        stack, count = [units], 0
        while stack and count < FOUND:
            some = stack.pop()
            verdict = self.along(some, random)
            if verdict.verdict != DIFFERS:
                continue
            if len(some) == 1:
                count += 1
                yield some[0], verdict
            else:
                half = len(some) // 2
                stack += [some[half:], some[:half]]


def _badness(verdict: judging.Verdict | Check) -> tuple[int, float]:
    order = (AGREES, KINK, UNDECIDED, DIFFERS)
    return order.index(verdict.verdict), verdict.relative_error or 0.0


def worst(checks: Sequence[Check]) -> Check:
    """Of one name at several points, the one to be told."""
    return max(checks, key=_badness)
