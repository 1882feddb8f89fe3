"""Graph to text: the language itself, with no more brackets than needed, and LaTeX.

May import gate, graph. Nothing recurses: a node's text is put together on an explicit stack, and how long it will be
is known before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from bpcalc.gate import ATOM, CONSTANT, INPUT, POWER, PRODUCT, UNARY, Gate
from bpcalc.graph import Graph

Namer = Mapping[int, str]
Numeral = Callable[[float], str]


def numeral(value: float) -> str:
    """The shortest text that reads back to the same double, whole numbers without a point."""
    if value != value:
        return "(inf - inf)"
    text = repr(value)
    return text[:-2] if text.endswith(".0") else text


def unparse(graph: Graph, node: int, names: Namer, number: Numeral = numeral) -> str:
    """The expression of a node in the language; nodes in `names` appear by name, but not `node` itself."""
    return "".join(_pieces(graph, node, names, number))


def _pieces(graph: Graph, root: int, names: Namer, number: Numeral) -> Iterable[str]:
    # The stack holds texts, and (node, the binding that its place asks for).
    stack: list[str | tuple[int, int]] = [(root, 0)]
    while stack:
        item = stack.pop()
        if isinstance(item, str):
            yield item
            continue
        node, place = item
        atom = _atom(graph, node, names, number, node == root)
        if atom is not None:
            negative = atom.startswith("-")
            yield f"({atom})" if negative and place > UNARY else atom
            continue
        parts, own = _parts(graph, node, names)
        if own < place:
            parts = ["(", *parts, ")"]
        stack.extend(reversed(parts))


def _atom(graph: Graph, node: int, names: Namer, number: Numeral, is_root: bool) -> str | None:
    """The text of a leaf or of a node that has a name; None for an operation to be written out."""
    gate = graph.gates[node]
    if node in names and not (is_root and graph.inputs[node]) and not (is_root and gate is CONSTANT):
        return names[node]
    if gate is not CONSTANT and gate is not INPUT:
        return None
    payload = graph.leaves[node]
    return payload if isinstance(payload, str) else number(payload)


# A sign in front of a right operand gets brackets (`z*(-x)`): it reads better, and asks for more than any operator.
SIGN_FREE = UNARY + 1


def _parts(graph: Graph, node: int, names: Namer) -> tuple[list[str | tuple[int, int]], int]:
    """What an operation is written as, and how tightly the whole binds."""
    gate, inputs = graph.gates[node], graph.inputs[node]
    if gate.infix:
        symbol, binding = gate.infix
        a, b = inputs
        shown = f" {symbol} " if binding < PRODUCT else symbol
        if binding == POWER:
            return [(a, ATOM), shown, (b, UNARY + 1 if _is_signed(graph, b, names) else POWER)], POWER
        right = SIGN_FREE if _is_signed(graph, b, names) else binding + 1
        return [(a, binding), shown, (b, right)], binding
    if gate.prefix:
        (a,) = inputs
        # -x*y reads (-x)*y, which is the same double as -(x*y)
        below = graph.gates[a]
        plain = a in names or not below.infix or below.infix[1] != PRODUCT or _leads_with_sign(graph, a, names)
        return [gate.prefix, (a, UNARY + 1 if plain else PRODUCT)], UNARY if plain else PRODUCT
    parts: list[str | tuple[int, int]] = [f"{gate.name}("]
    for position, source in enumerate(_given(graph, gate, inputs)):
        parts += [", "] * bool(position) + [(source, 0)]
    return [*parts, ")"], ATOM


def _given(graph: Graph, gate: Gate, inputs: tuple[int, ...]) -> tuple[int, ...]:
    """The inputs but for those that are at their default."""
    if gate.defaults:
        last = gate.parameters[-1]
        if graph.number(inputs[-1]) == gate.defaults.get(last):
            return inputs[:-1]
    return inputs


def _is_signed(graph: Graph, node: int, names: Namer) -> bool:
    """Does the text of the node begin with a sign?"""
    if node in names:
        return names[node].startswith("-")
    number = graph.leaves.get(node) if graph.gates[node] is CONSTANT else None
    return bool(graph.gates[node].prefix) or (isinstance(number, float) and (number < 0 or str(number) == "-0.0"))


def _leads_with_sign(graph: Graph, node: int, names: Namer) -> bool:
    """Does the first factor of a product begin with a sign, or a bracket-free power of a sign?"""
    while node not in names:
        gate = graph.gates[node]
        if not gate.infix or gate.infix[1] < PRODUCT:
            break
        node = graph.inputs[node][0]
    return _is_signed(graph, node, names)


def lengths(graph: Graph, names: Namer, stop: int, most: int = 10**9) -> list[int]:
    """About how many characters each node's text takes when only the nodes in `names` are named."""
    found: list[int] = []
    for node, inputs in enumerate(graph.inputs[:stop]):
        if node in names:
            found.append(len(names[node]))
        elif not inputs:
            payload = graph.leaves[node]
            found.append(len(payload) if isinstance(payload, str) else len(numeral(payload)))
        else:
            gate = graph.gates[node]
            own = 3 if gate.infix or gate.prefix else len(gate.name) + 2 * len(inputs)
            found.append(min(most, own + sum(found[source] for source in inputs)))
    return found


def program_text(graph: Graph, output: int, definitions: Mapping[int, str], names: Namer) -> str:
    """A program whose last statement is `output`: the definitions that it needs, in order, then the expression."""
    wanted, stack = set(), [output]
    while stack:
        for source in graph.inputs[stack.pop()]:
            if source not in wanted and (source not in names or source in definitions):
                wanted.add(source)
                stack.append(source)
    lines = [f"{definitions[node]} = {unparse(graph, node, names)}" for node in sorted(wanted & definitions.keys())]
    return "; ".join([*lines, unparse(graph, output, names)])
