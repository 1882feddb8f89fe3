"""What the local gradients of a gate come to on single numbers, found by running each rule once on marks.

Most gates of a large program are sums, products, or one function of one input whose local gradient is another function
of it (sin: cos) or the output itself (exp). The loop of the backward pass knows these few shapes, and need not call
the rules of such gates. The rules stay where they are: with the gates.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache

from bpcalc.typed import Any

HANDS = "hands"  # two inputs, and both local gradients are 1
SWAPS = "swaps"  # two inputs, each the local gradient of the other
PAIR = "pair"  # two inputs, each with a rule
OUTPUT = "output"  # one input, and the local gradient is the gate's output
CALL = "call"  # one input, and the local gradient is one function of it
SINGLE = "single"  # one input with a rule


class _Mark:
    """Stands for a number: a rule that calculates with it has no shorter form (TypeError)."""

    def __init__(self, called: str = "") -> None:
        self.called = called  # the name of the function whose result on the input it is


class _Marks:
    """Stands for the algebra: its functions make marks of marks."""

    def __init__(self, x: _Mark) -> None:
        self.x = x

    def __getattr__(self, name: str) -> Callable[..., _Mark]:
        return lambda *inputs: _Mark(name if len(inputs) == 1 and inputs[0] is self.x else "")


@cache
def shape(rules: tuple[Any, ...]) -> tuple[str, str]:
    """The shape of the one or two rules of a gate, and the name of the function of a `CALL`."""
    if rules == (1, 1):
        return HANDS, ""
    x, other, y = _Mark(), _Mark(), _Mark()
    found = [_run(rule, x, y, (x, other)[: len(rules)]) for rule in rules]
    if len(rules) == 2:
        return (SWAPS if found == [other, x] else PAIR), ""
    if found == [y]:
        return OUTPUT, ""
    called = found[0].called if found[0] else ""
    return (CALL if called else SINGLE), called


def _run(rule: Any, x: _Mark, y: _Mark, inputs: Sequence[_Mark]) -> _Mark | None:
    """What a rule makes of marks; None for a number, for no rule, and for one that does more than a call."""
    if not callable(rule):
        return None
    try:
        found = rule(_Marks(x), y, *inputs)
    except TypeError:
        return None
    return found if isinstance(found, _Mark) else None
