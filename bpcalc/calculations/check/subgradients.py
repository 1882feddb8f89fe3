"""Where there is no derivative: is a gradient between what the one-sided derivatives allow?

A subgradient is what Clarke's generalized gradient has ("Optimization and Nonsmooth Analysis", 1983, 2.5.1): it is
spanned by the gradients at the points nearby where there is one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

from bpcalc.calculations.check import ways
from bpcalc.calculations.check.points import inputs
from bpcalc.calculations.passes import run
from bpcalc.calculations.verify import draws
from bpcalc.engine.differences import largest
from bpcalc.engine.findings import at_edges, kinks
from bpcalc.engine.reverse import backpropagate
from bpcalc.reports.check import WRONG, Claim, Mistake
from bpcalc.reports.circuit import Circuit
from bpcalc.telling.sentences import looked_at

MOST = 256  # entries that may differ from backprop's
RANDOM = 2  # directions in which several entries are looked at together, beside the telling ones
NEAR = 1e-6  # how near a point beside another is
SLACK, ROUGH = 1e-7, 1e-4  # relative, of one-sided derivatives, and of gradients at points nearby
SUBGRADIENT = "a subgradient"
WHOLE = "the derivative of the whole, where the rules of its parts give another number"
TOGETHER = "one by one they are subgradients, together they are none"
TIES = Mistake("ties", "every one of the equal inputs takes all of the gradient")

Entry = tuple[int, tuple[int, ...]]  # a node, and the place of an entry; () of a single number


def is_kinked(circuit: Circuit) -> bool:
    """Does a gate of the circuit stand at its kink, or at the edge of a condition?"""
    read = looked_at(circuit)
    return bool([*kinks(read), *at_edges(read)])


def how(circuit: Circuit, node: int, claimed: Any, slack: Any = 0.0) -> str:
    """Why a gradient that is not backprop's is right at a kink; "" where it is not: every subgradient is.

    slack  how far it may be off, entry by entry
    """
    m, shape = circuit.m, circuit.m.shape(claimed)
    own = circuit.gradient(node)
    if node == circuit.output or own is None or not largest(claimed) < float("inf"):
        return ""
    off = m.value(m.dense(own)) != claimed
    units = {place: m.unit(shape, place) for place in m.places(shape)} if shape else {(): m.one}
    units = {place: way for place, way in units.items() if not shape or m.entry(off, place)}
    if len(units) > MOST:
        return ""
    bent = []
    for place, way in units.items():
        left, right = ways.ruled_sides(circuit, {node: way})
        along = float(m.sum(claimed * way)) if m.shaped else claimed
        room = SLACK * (abs(left) + abs(right)) if left < float("inf") > right else 0.0
        room += float(m.sum(way * slack)) if m.shaped else slack
        if not min(left, right) - room <= along <= max(left, right) + room:
            return ""
        bent += [(node, place)] * (left != right)
    if not bent:  # the parts have kinks, the whole has none
        return WHOLE
    if shape and not _are_one(circuit, {node: claimed}, bent, slack):
        return ""
    return f"{SUBGRADIENT} (convention {circuit.options.convention} has another)"


def of_the_whole(circuit: Circuit, node: int) -> Any:
    """The derivative by a node, where the parts stand at kinks, the whole does not, and backprop, by the rules of the
    parts, has another number; None elsewhere."""
    m = circuit.m
    own = m.value(m.dense(circuit.gradient(node)))
    shape = m.shape(own)
    places = _places(m, own)
    if node == circuit.output or len(places) > MOST or not largest(own) < float("inf"):
        return None
    found, differs = [], False
    for place in places:
        left, right = ways.ruled_sides(circuit, {node: m.unit(shape, place) if shape else m.one})
        entry = float(m.entry(own, place)) if shape else float(own)
        if not abs(left - right) <= SLACK * (abs(left) + abs(right)) < float("inf"):
            return None
        differs = differs or not abs(entry - right) <= SLACK * (abs(entry) + abs(right))
        found.append(right)
    if not differs:
        return None
    return m.reshape(m.value(found), shape=shape) if shape else m.value(found[0])


def held_together(circuit: Circuit, claims: Mapping[int, Claim]) -> dict[int, Claim]:
    """Of claims about inputs that are right one by one, those that are none together: both inputs of a tie cannot
    take all."""
    m = circuit.m
    bent = [node for node, claim in claims.items() if claim.how.startswith(SUBGRADIENT)]
    if not bent or len(claims) < 2:
        return {}
    entries: list[Entry] = [(node, place) for node in bent for place in _places(m, claims[node].claimed)]
    claimed = {node: claim.claimed for node, claim in claims.items()}
    if _are_one(circuit, claimed, entries[:MOST], 1e-2 * max(map(largest, claimed.values()))):
        return {}
    greedy = run(m, circuit.program, inputs(circuit), circuit.options._replace(convention="all", wrt=()))
    mistakes = (TIES,) * all(_is_near(m, claimed[node], greedy.gradient(node)) for node in bent)
    message = "; ".join([TOGETHER, *(mistake.sentence for mistake in mistakes)])
    return {
        node: claims[node]._replace(verdict=WRONG, how="", mistakes=mistakes, message=message) for node in bent
    }


def _places(m: Any, value: Any) -> Sequence[tuple[int, ...]]:
    shape = m.shape(value)
    return list(m.places(shape)) if shape else [()]


def _is_near(m: Any, one: Any, other: Any) -> bool:
    return other is not None and largest(one - m.value(m.dense(other))) <= 1e-2 * largest(one)


def _are_one(circuit: Circuit, claimed: Mapping[int, Any], bent: Sequence[Entry], slack: Any) -> bool:
    """Is what is claimed of several entries one subgradient? In each of some directions it must lie between the least
    and the largest of the gradients nearby."""
    m, random = circuit.m, Random(circuit.program.source.text)
    own = {node: circuit.gradient(node) for node in claimed}
    directions = [
        {node: m.spread(m.one, one) for node, one in claimed.items()},
        {node: m.sign(one) for node, one in claimed.items()},  # where what all take adds up
        {node: m.sign(one - m.value(m.dense(own[node]))) for node, one in claimed.items() if own[node] is not None},
        *({node: m.value(draws.signs(random, m.shape(one))) for node, one in claimed.items()} for _ in range(RANDOM)),
    ]
    for way in directions:
        along = _along(m, claimed, way)
        room = sum(float(m.sum(abs(one) * slack)) if m.shaped else abs(one) * slack for one in way.values())
        for side in (1.0, -1.0):
            reach = _reach(circuit, {node: side * one for node, one in way.items()}, bent, random)
            if side * along > reach + ROUGH * abs(reach) + room:
                return False
    return True


def _along(m: Any, gradients: Mapping[int, Any], way: Mapping[int, Any]) -> float:
    return float(sum(m.sum(gradients[node] * one) if m.shaped else gradients[node] * one for node, one in way.items()))


def _reach(circuit: Circuit, way: Mapping[int, Any], bent: Sequence[Entry], random: Random) -> float:
    """How large the gradients at points nearby are in a direction: entry after entry is moved to the other side where
    that makes them larger."""
    m = circuit.m
    moved = {node: m.value(draws.numbers(random, "wide", m.shape(one))) for node, one in way.items()}

    def found(moved: Mapping[int, Any]) -> float:
        return _along(m, _gradients(circuit, moved), way)

    best = found(moved)
    for node, place in bent:
        turned = 1.0 - 2.0 * m.unit(m.shape(way[node]), place) if place else -1.0
        other = {**moved, node: moved[node] * turned}
        here = found(other)
        if here > best or best != best:
            moved, best = other, here
    return best if best == best else float("inf")  # nothing is known there


def _gradients(circuit: Circuit, moved: Mapping[int, Any]) -> dict[int, Any]:
    """The gradients of nodes where they are moved by a little."""
    m, graph = circuit.m, circuit.program.graph
    values, moves = list(circuit.values), bytearray(circuit.output + 1)
    for node, way in moved.items():
        values[node] = values[node] + NEAR * (largest(values[node]) or 1.0) * way
        moves[node] = 1
    for node in range(min(moved), circuit.output + 1):
        sources = graph.inputs[node]
        if node not in moved and values[node] is not None and any(moves[source] for source in sources):
            values[node] = m.function(graph.gates[node])(*(values[source] for source in sources))
            moves[node] = 1
    found = backpropagate(m, graph, values, circuit.output, circuit.seed, circuit.needed, circuit.options.convention)
    return {
        node: m.zero_like(values[node]) if found[node] is None else m.value(m.dense(found[node])) for node in moved
    }
