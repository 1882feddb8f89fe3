"""Long formulas as programs: parts that are used more than once get a name (`q = A@x - b`)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from bpcalc.gate import INPUT
from bpcalc.graph import Graph
from bpcalc.writing.unparse import numeral, unparse

LINE = 72  # characters that an answer may have without parts that are named
PART = 10  # characters that a part has at least to be worth a name
SAVED = 18  # characters that a name for a part saves, at least

# A way to write a node, where some nodes have names: `unparse`, `latex`, …
Notation = Callable[[Graph, int, Mapping[int, str]], str]


def defined(graph: Graph, roots: Sequence[int], given: Mapping[int, str], taken: Collection[str]) -> dict[int, str]:
    """The nodes that get a name, in their order; none where every root fits on a line without.

    given  names that the program has for nodes; taken: names that mean something else
    """
    uses = _uses(graph, roots)
    sizes: dict[int, int] = {}  # with names for parts; `whole`: without
    whole: dict[int, int] = {}
    chosen: list[int] = []
    for node in sorted(uses):
        whole[node] = min(10 * LINE, _size(graph, node, whole))
        size = _size(graph, node, sizes)
        saved = (uses[node] - 1) * size - 2 * uses[node]
        if graph.inputs[node] and uses[node] > 1 and size >= PART and saved >= SAVED:
            chosen.append(node)
            size = 2
        sizes[node] = size
    if all(whole[root] <= LINE for root in roots):
        return {}
    return dict(zip(chosen, _names(chosen, given, taken), strict=True))


def _uses(graph: Graph, roots: Iterable[int]) -> dict[int, int]:
    """How often each node is an operand, or an answer."""
    uses: dict[int, int] = {}
    stack = list(roots)
    while stack:
        node = stack.pop()
        if node not in uses:
            stack += graph.inputs[node]
        uses[node] = uses.get(node, 0) + 1
    return uses


def _size(graph: Graph, node: int, sizes: Mapping[int, int]) -> int:
    """About how many characters a node takes, from those of its inputs."""
    gate, inputs = graph.gates[node], graph.inputs[node]
    if not inputs:
        payload = graph.leaves.get(node, gate.name)
        return len(payload) if isinstance(payload, str) else len(numeral(payload))
    own = 3 if gate.infix or gate.prefix else 2 if gate.name == "transpose" else len(gate.name) + 2 * len(inputs)
    return own + sum(sizes[source] for source in inputs)


def _names(chosen: Sequence[int], given: Mapping[int, str], taken: Collection[str]) -> list[str]:
    """The program's own names, else q; or q1, q2, … where there are several."""
    known = {*taken, *given.values()}
    unnamed = sum(node not in given for node in chosen)
    count, names = 0, []
    for node in chosen:
        name = given.get(node, "")
        if not name and unnamed == 1 and "q" not in known:
            name = "q"
        while not name or (node not in given and name in known):
            count += 1
            name = f"q{count}"
        names.append(name)
    return names


def written(
    graph: Graph, roots: Sequence[int], names: Mapping[int, str], notation: Notation = unparse
) -> tuple[list[tuple[str, str]], list[str]]:
    """The definitions, each a name and its text, and the text of each root."""
    definitions = [(name, notation(graph, node, names)) for node, name in names.items()]
    return definitions, [names.get(root) or notation(graph, root, names) for root in roots]


def program(graph: Graph, root: int, given: Mapping[int, str], taken: Collection[str]) -> str:
    """One node as a program that stands alone: definitions first, if any."""
    names = defined(graph, [root], given, taken)
    names.pop(root, None)
    definitions, (text,) = written(graph, [root], names)
    return "; ".join([*(f"{name} = {part}" for name, part in definitions), text])


def variables(graph: Graph, root: int) -> list[str]:
    """The names of the inputs that a node is computed from."""
    return [str(graph.leaves[node]) for node in sorted(_uses(graph, [root])) if graph.gates[node] is INPUT]
