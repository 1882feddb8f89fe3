"""The circuit as a gutter beside a list, as `git log --graph` draws it: a line a node, and a lane a value in use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple


class Lane(NamedTuple):
    """A line of the gutter: the node's own row, and what goes on beside further lines of it."""

    row: str
    below: str


def lanes(nodes: Sequence[int], inputs: Mapping[int, Sequence[int]]) -> list[Lane]:
    """The gutter beside `nodes`, each behind its inputs. ○ is an input, ● a gate; a wire that passes stays straight."""
    last = {source: place for place, node in enumerate(nodes) for source in inputs[node]}
    open_: list[int | None] = []  # the node whose value is in each lane
    lines = []
    for place, node in enumerate(nodes):
        sources = {open_.index(source) for source in dict.fromkeys(inputs[node])}
        ending = [lane for lane in sorted(sources) if last[open_[lane]] == place]  # type: ignore[index]
        own = ending[0] if ending else next((lane for lane, one in enumerate(open_) if one is None), len(open_))
        if own == len(open_):
            open_.append(None)
        row = _row(open_, own, sources, set(ending), bool(inputs[node]))
        for lane in ending:
            open_[lane] = None
        open_[own] = node if node in last else None
        while open_ and open_[-1] is None:
            open_.pop()
        lines.append(Lane(row, " ".join("│" if one is not None else " " for one in open_).rstrip()))
    return lines


def _row(open_: Sequence[int | None], own: int, sources: set[int], ending: set[int], is_gate: bool) -> str:
    """The row of a node in lane `own`: its sources are joined to it, other lanes pass."""
    span = {own, *sources}
    low, high = min(span), max(span)
    characters = []
    for lane, node in enumerate(open_):
        if lane == own:
            sign = "●" if is_gate else "○"
        elif lane in sources:
            left, right = lane > low, lane < high
            goes_on = lane not in ending
            sign = {
                (True, True): "┼" if goes_on else "┴", (True, False): "┤" if goes_on else "╯",
                (False, True): "├" if goes_on else "╰",
            }[left, right]  # fmt: skip
        elif node is not None:
            sign = "│"
        else:
            sign = "─" if low < lane < high else " "
        characters.append(sign + ("─" if low <= lane < high else " "))
    return "".join(characters).rstrip()


def in_few_lanes(output: int, inputs: Mapping[int, Sequence[int]]) -> list[int]:
    """The nodes in an order that needs few lanes: each input just before its first use, the wider operand first.

    Sethi and Ullman, "The generation of optimal code for arithmetic expressions" (1970), of a tree.
    """
    need: dict[int, int] = {}
    order, seen, stack = list[int](), set[int](), [output]
    while stack:  # behind all inputs
        node = stack[-1]
        waiting = [source for source in inputs[node] if source not in need]
        if waiting:
            stack.extend(waiting)
            continue
        stack.pop()
        wide = sorted((need[source] for source in dict.fromkeys(inputs[node])), reverse=True)
        need[node] = max((lanes_ + place for place, lanes_ in enumerate(wide)), default=1)
    stack = [output]
    while stack:
        node = stack.pop()
        if node < 0:
            order.append(-node - 1)
        elif node not in seen:
            seen.add(node)
            stack.append(-node - 1)
            # the widest comes first; of equals the first operand
            stack.extend(sorted(dict.fromkeys(reversed(inputs[node])), key=lambda one: need[one]))
    return order
