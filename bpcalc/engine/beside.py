"""Second derivatives from either side: what they tend to as a direction is followed back to the point.

The rules of gates tell second derivatives at the point itself, and where a part has a kink there, or a condition is at
its edge, nobody can tell from these whether the function has any. Just beside the point it is smooth. So value,
gradient and second derivatives are looked at ever nearer, from both sides, and extrapolated to the point (Richardson).
One mechanism for every algebra; of arrays all is decided entry by entry.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

from bpcalc.engine.onesided import whole
from bpcalc.engine.second import dual_gradients
from bpcalc.graph import Graph
from bpcalc.typed import Any, NamedTuple

FIRST, LAST = 1, 26  # powers of 2: the longest step beside the larger of 1 and the point, the shortest to the smaller
NEAR = 2.0**-12  # steps are made at least up to this one: another kink may be near
IN_A_ROW = 3  # steps that must tell the same
COLUMNS = 7  # of the tableau: powers of the step that are taken out
ENOUGH = 1e-10  # a relative error that no other step needs to better
SETTLED = 1e-5  # a larger one means that there is no limit to be seen
ALIKE = 1e-7  # how closely two limits must agree to be one
CAUTION = 16  # how many times its estimate an error may be


class Limit(NamedTuple):
    """What something tends to, by entry, about how far that may be off, and how large it is on the way."""

    value: Any
    error: Any
    size: Any


class Side(NamedTuple):
    """The limits on one side: of the output, and by input of the gradient and of its change in the direction."""

    output: Limit
    gradient: dict[int, Limit]
    change: dict[int, Limit]


class _Tableau:
    """Extrapolation of one quantity to a step of 0, each step half of the one before (Neville's scheme).

    The function may be another one farther away, behind the next kink, and rounding hides it very near: a limit is
    what several steps in a row tell, and of two such the one that is told nearer to the point.

    seen  what the last steps tell, with `told`: by how many in a row
    best  what was told last by enough of them
    """

    def __init__(self, m: Any) -> None:
        self.m = m
        self.row: list[Any] = []
        self.seen: Limit | None = None
        self.told: Any = 0.0
        self.best: Limit | None = None

    def add(self, value: Any) -> None:
        m, before, row = self.m, self.row, [value]
        for power in range(1, min(len(before) + 1, COLUMNS)):
            row.append(row[-1] + m.divide(row[-1] - before[power - 1], 2**power - 1))
        self.row = row
        if len(before) < 2:
            self.best = self.best or Limit(m.zero_like(value), m.zero_like(value) + math.inf, abs(value))
            return
        now = Limit(value, m.zero_like(value) + math.inf, abs(value))
        for power in range(1, min(len(row), len(before))):
            error = m.max(abs(row[power] - before[power]), abs(row[power] - row[power - 1]))
            now = _either(m, error < now.error, Limit(row[power], error, m.max(abs(row[power]), abs(value))), now)
        self.settle(now)

    def settle(self, now: Limit) -> None:
        """Takes in what the last step tells."""
        m, settled = self.m, is_settled(self.m, now)
        seen = self.seen or now
        goes_on = settled & (self.told > 0) & is_same(m, now, seen.value, seen.error)
        self.told = m.where(goes_on, self.told + 1, m.where(settled, 1.0, 0.0))
        self.seen = _either(m, goes_on & (seen.error < now.error), seen, now)
        best = self.best or now
        is_new = (self.told >= IN_A_ROW) & ((self.seen.error < best.error) | (is_same(m, self.seen, best.value) == 0))
        self.best = _either(m, is_new, self.seen, best)

    @property
    def is_enough(self) -> bool:
        m, seen, best = self.m, self.seen, self.best
        if seen is None or best is None:
            return False
        enough = (best.error <= ENOUGH * best.size) & (self.told >= IN_A_ROW) & is_same(m, best, seen.value, seen.error)
        return bool(m.everywhere(enough))

    def limit(self) -> Limit:
        m, best = self.m, self.best
        assert best is not None
        noise = m.max(CAUTION * best.error, ALIKE * ALIKE * best.size)
        return best._replace(value=m.where(abs(best.value) <= noise, m.zero_like(best.value), best.value))


def _either(m: Any, condition: Any, a: Limit, b: Limit) -> Limit:
    """By entry the one limit or the other."""
    return Limit(*(m.where(condition, one, other) for one, other in zip(a, b, strict=True)))


def is_settled(m: Any, limit: Limit) -> Any:
    """Is there a limit? By entry."""
    return limit.error <= m.max(SETTLED * limit.size, 0.0)


def is_same(m: Any, limit: Limit, value: Any, error: Any = 0.0) -> Any:
    """Is a limit this value, as far as can be told? By entry."""
    near = ALIKE * m.max(limit.size, m.max(abs(limit.value), abs(value))) + CAUTION * (limit.error + error)
    return abs(limit.value - value) <= near


class Beside:
    """A graph about a point.

    duals   dual numbers over the algebra that the values come from
    wrt     the inputs by which the second derivatives are taken
    needed  for each node, whether its gradient is wanted
    """

    def __init__(
        self, duals: Any, graph: Graph, values: Sequence[Any], output: int, wrt: Sequence[int], needed: Sequence[int]
    ) -> None:
        self.duals = duals
        self.m = duals.real
        self.graph = graph
        self.values = values
        self.output = output
        self.wrt = list(dict.fromkeys(node for node in wrt if node <= output))
        self.needed = needed

    def here(self, direction: Mapping[int, Any]) -> dict[int, Any]:
        """By input the change of the gradient in a direction, as the rules of the gates have it at the point."""
        return self._looked(self.values, direction)[2]

    def side(self, direction: Mapping[int, Any], way: int) -> Side:
        """The limits ahead (`way` 1) or behind (-1) in a direction. Raises one of `forward.MISFITS` where a gate
        cannot be followed there."""
        m = self.m
        parts: list[_Tableau] = []
        for length in self._lengths(direction):
            moved = self._moved({node: self.values[node] + way * length * m.dense(t) for node, t in direction.items()})
            output, gradient, change = self._looked(moved, direction)
            found = [output, *gradient.values(), *change.values()]
            parts = parts or [_Tableau(m) for _ in found]
            for part, value in zip(parts, found, strict=True):
                part.add(value)
            if length <= NEAR and all(part.is_enough for part in parts):
                break
        limits, count = [part.limit() for part in parts], len(self.wrt)
        gradients, changes = limits[1 : count + 1], limits[count + 1 :]
        return Side(
            limits[0], dict(zip(self.wrt, gradients, strict=True)), dict(zip(self.wrt, changes, strict=True))
        )

    def _lengths(self, direction: Mapping[int, Any]) -> Iterator[float]:
        m = self.m
        moving = [(self.values[node], m.dense(t)) for node, t in direction.items()]
        sizes = [
            m.entries.size(m.entry(x, place)) for x, t in moving for place in m.places(m.shape(x))
            if m.entries.size(m.entry(t, place))
        ]  # fmt: skip
        size = max(sizes, default=0.0) or 1.0
        longest = math.frexp(max(size, 1.0))[1] - FIRST
        shortest = max(math.frexp(min(size, 1.0))[1] - LAST, math.frexp(size)[1] - 2 * LAST + FIRST)
        for power in range(longest, shortest - 1, -1):
            yield 2.0**power

    def _moved(self, places: Mapping[int, Any]) -> list[Any]:
        """The values of all nodes where these stand elsewhere."""
        graph, found, changed = self.graph, [*self.values], bytearray(self.output + 1)
        for node, value in places.items():
            found[node], changed[node] = value, 1
        functions = {gate: self.m.function(gate) for gate in graph.kinds if gate.parameters}
        for node in range(min(places) + 1, self.output + 1):
            inputs = graph.inputs[node]
            if node not in places and found[node] is not None and any(changed[source] for source in inputs):
                found[node] = functions[graph.gates[node]](*[found[source] for source in inputs])
                changed[node] = 1
        return found

    def _looked(
        self, values: Sequence[Any], direction: Mapping[int, Any]
    ) -> tuple[Any, dict[int, Any], dict[int, Any]]:
        """The output, and by input the gradient and its change in the direction."""
        m = self.m
        found = dual_gradients(self.duals, self.graph, values, self.output, direction, self.needed)
        gradient = {node: whole(m, self.duals.base(found[node]), values[node]) for node in self.wrt}
        change = {node: whole(m, self.duals.change(found[node]), values[node]) for node in self.wrt}
        return values[self.output], gradient, change
