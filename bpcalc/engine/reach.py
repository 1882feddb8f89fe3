"""Which entries go into which: marks on entries, carried through one gate or back from the output.

A mark is True (every entry), False (none), or the algebra's truth by entry in the shape of the node.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bpcalc.gate import Gate
from bpcalc.gates import GATES
from bpcalc.graph import Graph
from bpcalc.typed import Any

WHERE = GATES["where"]
SUMS = ("linear", "joint")  # gates that are their own pushforward


def onward(m: Any, gate: Gate, xs: Sequence[Any], y: Any, marks: Sequence[Any]) -> Any:
    """The entries of a gate's result `y` that a marked entry of an input goes into."""
    found: Any = False
    for place, mark in enumerate(marks):
        if mark is False or found is True:
            continue
        if mark is True or not m.shaped:
            found = found | mark
        elif m.holds(mark):
            found = found | (_mixed_onward(m, gate, xs, y, place, mark) if gate.pullback else fitted(m, mark, y))
    return found


def _mixed_onward(m: Any, gate: Gate, xs: Sequence[Any], y: Any, place: int, mark: Any) -> Any:
    ones = m.where(mark, 1.0, 0.0)
    if gate.pushforward in SUMS:
        return m.function(gate)(*_others(m, gate, xs, place, ones)) != 0
    if "axis" not in gate.options:
        return True
    if "keepdims" not in gate.options and m.shape(y) != m.shape(xs[place]):
        return True
    if m.shape(y) == m.shape(xs[place]):
        return fitted(m, m.sum(ones, axis=gate.options["axis"], keepdims=True) > 0, y)
    return m.sum(ones, axis=gate.options["axis"], keepdims=gate.options["keepdims"]) > 0


def _others(m: Any, gate: Gate, xs: Sequence[Any], place: int, ones: Any) -> list[Any]:
    """The inputs of a linear gate to see how far one of them reaches: ones where its others are factors."""
    if gate.pushforward == "joint":
        return [ones if at == place else m.zeros(shape=m.shape(x)) for at, x in enumerate(xs)]
    rules = [True] * len(xs) if gate.variadic else gate.pullback
    return [
        ones if at == place else x if rules[at] is None else m.ones(shape=m.shape(x)) for at, x in enumerate(xs)
    ]


class Spread:
    """For each node the entries that marked entries go into, found as far as it is asked for."""

    def __init__(self, m: Any, graph: Graph, values: Sequence[Any], marks: Mapping[int, Any]) -> None:
        self._m = m
        self._graph = graph
        self._values = values
        self._marks = dict(marks)
        self._next = min(marks) + 1

    def __getitem__(self, node: int) -> Any:
        m, marks, values = self._m, self._marks, self._values
        for one in range(self._next, node + 1):
            inputs = self._graph.inputs[one]
            if one not in marks and values[one] is not None and any(source in marks for source in inputs):
                xs, before = [values[source] for source in inputs], [marks.get(source, False) for source in inputs]
                mark = onward(m, self._graph.gates[one], xs, values[one], before)
                if m.holds(mark):
                    marks[one] = fitted(m, mark, values[one])
        self._next = max(self._next, node + 1)
        return marks.get(node, False)


def back(m: Any, gate: Gate, xs: Sequence[Any], y: Any, mark: Any) -> list[Any]:
    """For each input of a gate: its entries that go into a marked entry of the result `y`."""
    if not m.shaped:
        return [mark] * len(xs)
    if not m.holds(mark):
        return [False] * len(xs)
    if not gate.pullback:
        return [mark if mark is True else _settled(m, mark, y, x) for x in xs]
    if gate.pushforward in SUMS:
        if mark is True and "axis" in gate.options:
            return [True] * len(xs)
        ones = m.where(mark, m.ones(shape=m.shape(y)), 0.0)
        if gate.variadic:
            others = [m.ones(shape=m.shape(x)) for x in xs]
            return [part != 0 for part in m.pull(gate.pullback, ones, y, others)]
        return [
            rule is not None and _met(m, m.pull(rule, ones, y, _others(m, gate, xs, place, x)), x)
            for place, (rule, x) in enumerate(zip(gate.pullback, xs, strict=True))
        ]
    if mark is True or "axis" not in gate.options or ("keepdims" not in gate.options and m.shape(y) != m.shape(xs[0])):
        return [True] * len(xs)
    (x,) = xs
    ones = m.where(mark, 1.0, 0.0)
    if m.shape(y) == m.shape(x):
        return [fitted(m, m.sum(ones, axis=gate.options["axis"], keepdims=True) > 0, x)]
    total = GATES["sum"].bind({name: gate.options[name] for name in ("axis", "keepdims")})
    return [m.pull(total.pullback[0], ones, y, [x]) != 0]


def _met(m: Any, flow: Any, x: Any) -> Any:
    """Where something flows back to an input. A stack of matrices times one copies that: what its copies get meets."""
    flow = m.dense(flow)
    return (m.settle(flow, x) if len(m.shape(flow)) > len(m.shape(x)) else flow) != 0


def fitted(m: Any, mark: Any, like: Any) -> Any:
    """A mark in the shape of `like`, to which it broadcasts."""
    return mark if mark is True or m.shape(mark) == m.shape(like) else m.spread(mark, like)


def _settled(m: Any, mark: Any, y: Any, x: Any) -> Any:
    """A mark on the result of a gate that works entry by entry, on an input that broadcasting may have copied."""
    mark = fitted(m, mark, y)
    return mark if m.shape(mark) == m.shape(x) else m.settle(m.where(mark, 1.0, 0.0), x) > 0


def active(m: Any, graph: Graph, values: Sequence[Any], output: int) -> list[Any]:
    """For each node the entries that the output was computed from, not counting branches that were not taken."""
    marks: list[Any] = [False] * len(graph)
    marks[output] = True
    for node in range(output, -1, -1):
        mark, inputs, gate = marks[node], graph.inputs[node], graph.gates[node]
        if mark is False or not inputs:
            continue
        xs = [values[source] for source in inputs]
        for source, share in zip(inputs, origins(m, gate, xs, values[node], mark), strict=True):
            if share is True or marks[source] is True:
                marks[source] = True
            elif m.holds(share):
                marks[source] = marks[source] | share
    return marks


def origins(m: Any, gate: Gate, xs: Sequence[Any], y: Any, mark: Any) -> list[Any]:
    """The same as `back`, but of a `where` only the branch that was taken."""
    if gate is not WHERE:
        return back(m, gate, xs, y, mark)
    taken = (True, xs[0] != 0, xs[0] == 0)
    marks = [mark if one is True else mark & one for one in taken]
    return [one if one is True or not m.shaped else _settled(m, one, y, x) for one, x in zip(marks, xs, strict=True)]
