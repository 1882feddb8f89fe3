"""Where NaN or infinity first arose: a NaN out of numbers, or an infinity out of finite numbers, entry by entry."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bpcalc.engine.findings import Places, Run
from bpcalc.engine.reach import active, back, onward, origins
from bpcalc.engine.reverse import edges
from bpcalc.gate import Gate
from bpcalc.typed import Any, NamedTuple

Test = Callable[[Any], Any]


def is_bad(m: Any) -> Test:
    """The test for entries that are NaN or infinite."""
    return lambda x: m.is_finite(x) == 0


class Arose(NamedTuple):
    """What was the first to be NaN or infinite.

    when    "start" (it was given so), "forward", "tangents", "backward", or "derivatives" of a Jacobian or a Hessian
    source  in the backward pass the input of `node` whose gradient it was; the node itself where finite branch
            gradients add up to it
    places  the entries where: of the source, else of the node
    """

    when: str
    node: int
    source: int | None
    nan: bool
    places: Places


def given(run: Run, node: int) -> Arose | None:
    """An input that is NaN from the start: max and relu pass no gradient to it, so it may not show."""
    m, value = run.m, run.values[node]
    at = m.is_nan(value)
    return Arose("start", node, None, True, Places(*m.marked(at))) if m.holds(at) else None


def arose_in(m: Any, node: int, block: Any) -> Arose | None:
    """A block of derivatives by a node that is NaN or infinite somewhere."""
    if m.all_finite(block):
        return None
    return Arose("derivatives", node, None, m.holds(m.is_nan(block)), Places(*m.marked(is_bad(m)(block))))


def arose_forward(run: Run) -> Arose | None:
    """The first node, of those that the output is computed from, whose value is NaN or infinite without a cause."""
    m, graph, values = run.m, run.graph, run.values
    if all(map(m.all_finite, [value for value in values if value is not None] if m.shaped else values)):
        return None
    bad = is_bad(m)
    met = active(m, graph, values, run.output)
    for node, value in enumerate(values[: run.output + 1]):
        inputs = graph.inputs[node]
        if met[node] is False or not inputs or m.all_finite(value):
            continue
        xs, gate = [values[source] for source in inputs], graph.gates[node]
        at = met[node] & bad(value) & (_led(m, gate, xs, value, m.is_nan) == 0)
        if m.holds(at):
            at = at & (m.is_nan(value) | (_led(m, gate, xs, value, bad) == 0))
        if m.holds(at):
            return Arose("forward", node, None, m.holds(at & m.is_nan(value)), Places(*m.marked(at)))
    return None


def _marks(m: Any, xs: Sequence[Any], test: Test) -> list[Any]:
    """The entries of each that the test finds; False where it finds none, and of what is not there."""
    return [False if x is None or m.all_finite(x) else test(x) for x in xs]


def _led(m: Any, gate: Gate, xs: Sequence[Any], y: Any, test: Test) -> Any:
    """The entries of a gate's result that an entry of an input goes into which the test finds."""
    return onward(m, gate, xs, y, _marks(m, xs, test)) if m.shaped else any(map(test, xs))


def arose_backward(run: Run) -> Arose | None:
    """The first gate from the output on that made a finite upstream NaN or infinite, and the input it went to.

    What comes of a NaN in the forward pass did not arise here.
    """
    m, graph, values, gradients = run.m, run.graph, run.values, run.gradients
    if all(map(m.all_finite, [gradient for gradient in gradients if gradient is not None])):
        return None
    bad = is_bad(m)
    told: dict[int, Any] = {run.output: True}  # the entries of a gradient that are known to be bad, and why
    for node in range(len(gradients) - 1, -1, -1):
        if gradients[node] is None:
            continue
        upstream, inputs, gate = m.dense(gradients[node]), graph.inputs[node], graph.gates[node]
        added = bad(upstream) & (told.get(node, False) == 0)
        if m.holds(added):
            return Arose("backward", node, node, m.holds(added & m.is_nan(upstream)), Places(*m.marked(added)))
        if not inputs:
            continue
        xs = [values[source] for source in inputs]
        # what came in as NaN, or was one in the forward pass
        nan = m.is_nan(upstream) | m.is_nan(values[node]) | _led(m, gate, xs, values[node], m.is_nan)
        if not m.holds(nan == 0):
            told |= dict.fromkeys(inputs, True)
            continue
        shares = edges(m, graph, values, node, gradients[node], run.needed, run.convention)
        for place, (source, (_, handed)) in enumerate(zip(inputs, shares, strict=True)):
            if handed is None or m.all_finite(handed):
                continue
            share = m.dense(handed)
            at = bad(share) & (back(m, gate, xs, values[node], nan)[place] == 0)
            if m.holds(at):
                at = at & (m.is_nan(share) | (back(m, gate, xs, values[node], bad(upstream))[place] == 0))
            if m.holds(at):
                is_nan = m.holds(at & m.is_nan(m.dense(gradients[source])))
                return Arose("backward", node, source, is_nan, Places(*m.marked(at)))
            told[source] = told.get(source, False) | bad(share)
    return None


def arose_in_tangents(run: Run, tangents: Sequence[Any]) -> Arose | None:
    """The first node where the NaN or infinity in the output's tangent arose; an input, where it was given so."""
    m, graph, values, found = run.m, run.graph, run.values, None
    if tangents[run.output] is None or m.all_finite(tangents[run.output]):
        return None
    bad = is_bad(m)
    marks = {run.output: bad(m.dense(tangents[run.output]))}
    for node in range(run.output, -1, -1):
        at = marks.pop(node, False)
        if not m.holds(at):
            continue
        inputs, gate, y, t = graph.inputs[node], graph.gates[node], values[node], m.dense(tangents[node])
        if inputs:
            xs = [values[source] for source in inputs]
            ts = [None if tangents[source] is None else m.dense(tangents[source]) for source in inputs]
            parts = origins(m, gate, xs, y, at)
            wrong, nan = ([a & b for a, b in zip(_marks(m, ts, test), parts, strict=True)] for test in (bad, m.is_nan))
            for source, mark in zip(inputs, wrong, strict=True):
                marks[source] = marks.get(source, False) | mark
            at = at & (m.is_nan(y) == 0) & (_led(m, gate, xs, y, m.is_nan) == 0)
            at = at & (onward(m, gate, xs, y, nan) == 0) & (m.is_nan(t) | (onward(m, gate, xs, y, wrong) == 0))
        if m.holds(at):
            found = Arose("tangents", node, None, m.holds(at & m.is_nan(t)), Places(*m.marked(at)))
    return found
