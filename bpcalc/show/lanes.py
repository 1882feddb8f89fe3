"""The circuit as a gutter beside a list, as `git log --graph` draws it: a line a node, and a lane a value in use."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from bpcalc.show.lines import SIGNS

SIGN = {(False, False): "○", (True, False): "●", (False, True): "◎", (True, True): "◉"}  # by gate, and by mark


class Lane(NamedTuple):
    """A line of the gutter: the node's own row, and what goes on beside further lines of it."""

    row: str
    below: str


def lanes(
    nodes: Sequence[int], inputs: Mapping[int, Sequence[int]], marked: Collection[int] = frozenset()
) -> list[Lane]:
    """The gutter beside `nodes`, each behind its inputs. ○ is an input, ● a gate; a wire that passes stays straight.

    marked  nodes with signs of their own, ◎ and ◉, whose wires are heavy
    """
    last = {source: place for place, node in enumerate(nodes) for source in inputs[node]}
    open_: list[int | None] = []  # the node whose value is in each lane
    lines = []
    for place, node in enumerate(nodes):
        sources = {open_.index(source) for source in dict.fromkeys(inputs[node])}
        ending = [lane for lane in sorted(sources) if last[open_[lane]] == place]  # type: ignore[index]
        own = ending[0] if ending else next((lane for lane, one in enumerate(open_) if one is None), len(open_))
        if own == len(open_):
            open_.append(None)
        sign = SIGN[bool(inputs[node]), node in marked]
        heavy = {lane for lane, one in enumerate(open_) if one in marked}
        row = _row(open_, own, sign, sources, set(ending), heavy)
        for lane in ending:
            open_[lane] = None
        open_[own] = node if node in last else None
        while open_ and open_[-1] is None:
            open_.pop()
        below = (" " if one is None else "┃" if one in marked else "│" for one in open_)
        lines.append(Lane(row, " ".join(below).rstrip()))
    return lines


def _row(
    open_: Sequence[int | None], own: int, sign: str, sources: set[int], ending: set[int], heavy: set[int]
) -> str:
    """The row of a node in lane `own`: its sources are joined to it, other lanes pass.

    heavy  the lanes whose wires are
    """
    joined = sources & heavy
    low, high = min({own, *sources}), max({own, *sources})
    thick_low, thick_high = min({own, *joined}), max({own, *joined})
    characters = []
    for lane, node in enumerate(open_):
        ways = "l" * (low < lane <= high) + "r" * (low <= lane < high)
        thick = "l" * (thick_low < lane <= thick_high) + "r" * (thick_low <= lane < thick_high)
        if node is not None and (lane in sources or not ways):
            upright = "u" + "d" * (lane not in ending)
            ways, thick = ways + upright, thick + upright * (lane in heavy)
        elif node is not None:  # it passes in front
            ways, thick = "ud", "ud" * (lane in heavy)
        between = "━" if thick_low <= lane < thick_high else "─" if low <= lane < high else " "
        shown = SIGNS.get((frozenset(ways), frozenset(thick)), " ")
        characters.append((sign if lane == own else shown) + between)
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
