"""How far rounding may have moved a gradient and its second derivatives: both are calculated again, a few times, with
every intermediate result rounded otherwise."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from bpcalc.algebra.duals import Duals
from bpcalc.algebra.shaken import ROUNDING, Shaken
from bpcalc.engine.forward import forward
from bpcalc.engine.onesided import whole
from bpcalc.engine.reverse import backpropagate
from bpcalc.engine.tangent import pusher
from bpcalc.graph import Graph
from bpcalc.typed import Any

TIMES = 3  # that all is calculated again
CAUTION = 8  # how many times the largest difference that is seen the error may be


def shaken_again(
    m: Any, graph: Graph, values: Sequence[Any], output: int, wrt: Sequence[int], needed: Sequence[int],
    convention: str, second: Callable[[Duals, Sequence[Any]], Any],
) -> list[tuple[dict[int, Any], Any]]:  # fmt: skip
    """The gradient by node, and what `second` makes of dual numbers and the nodes' values, each time anew."""
    found = []
    for seed in range(TIMES):
        shaken: Any = Shaken(m, seed)
        bound = {name: shaken.leaf(values[node]) for name, node in graph.variables.items()}
        again = forward(shaken, graph, bound, [output, *wrt])
        gradients = backpropagate(shaken, graph, again, output, shaken.one, needed, convention)
        gradient = {
            node: whole(m, gradients[node] if node <= output else None, values[node]) for node in dict.fromkeys(wrt)
        }
        found.append((gradient, second(Duals(shaken, pusher, convention), again)))
    return found


def is_exact(m: Any, graph: Graph, values: Sequence[Any], output: int) -> bool:
    """Is everything that the output is computed from a whole number, so that sums round nothing either?"""
    met, shaken = graph.ancestors(output), Shaken(m, 0)
    return all(shaken.are_whole(value) for value, one in zip(values, met, strict=True) if one and value is not None)


def errors_of(m: Any, found: Mapping[Any, Any], others: Sequence[Mapping[Any, Any]], exact: bool) -> dict[Any, Any]:
    """About the largest rounding errors of numbers, by entry, from what they were in other calculations. Unless all is
    `exact`, it is at least that of a sum, whose small terms may have been lost."""
    errors = {}
    for key, x in found.items():
        error = m.zero_like(x) if exact else ROUNDING * abs(x)
        for other in others:
            error = m.max(error, abs(other[key] - x))
        errors[key] = CAUTION * error
    return errors
