"""Conditions that several switches share: a tree of them as one chain, each branch as short as it would be alone.

where(c, a, 0) + where(c <= b, d, 0) and the like become where(c, …, …): inside of a branch it is known which conditions
hold, however deep they stand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from bpcalc.algebra.textbook.terms import ONE, Operations, Product, Terms
from bpcalc.gates.arrays import GATES
from bpcalc.typed import Any

WHERE = GATES["where"]
# How each comparison of a with b reads as one of two, of which of the inputs, and whether it denies that.
READ = {
    GATES["greater"]: ("greater", False, False), GATES["less_equal"]: ("greater", False, True),
    GATES["less"]: ("greater", True, False), GATES["greater_equal"]: ("greater", True, True),
    GATES["equal"]: ("equal", False, False), GATES["not_equal"]: ("equal", False, True),
}  # fmt: skip
MOST = 100  # nodes that are looked at for a condition
SPLITS = 12  # conditions that switches are joined by
DEEP = 6  # branches within branches that are made short

Key = tuple[Any, ...]
Shorten = Callable[[Operations, Terms, int], Terms]


# What is a number wherever its inputs are numbers: a comparison of these holds, or its opposite does.
WORDS = """
add subtract multiply negate abs sign floor ceil round max min relu sin cos atan exp expm1 sinh cosh tanh asinh sigmoid
softplus silu erf erfc gelu cbrt hypot clip where stop_gradient constant input sum mean amax amin norm transpose reshape
index array stack concat matmul outer diag trace scatter ones zeros eye one_hot
"""
TOTAL = frozenset(WORDS.split())


def may_be_nan(m: Operations, *nodes: int) -> bool:
    """May one of these be NaN where the variables are numbers? Then neither a > b nor a <= b holds."""
    stack, seen = [*nodes], set[int]()
    while stack:
        node = stack.pop()
        if node in seen:
            continue
        seen.add(node)
        gate, inputs = m.graph.gates[node], m.graph.inputs[node]
        below = m.graph.number(inputs[1]) if len(inputs) > 1 else None
        is_whole_power = gate.name == "power" and below is not None and below >= 0 and below % 1 == 0
        if is_whole_power or (gate.name == "divide" and below):
            stack.append(inputs[0])
        elif gate.name in TOTAL or gate in READ:
            stack += inputs
        else:
            return True
    return False


def present(m: Operations) -> bool:
    """Is there a `where` among the formulas?"""
    return WHERE in m.graph.kinds


def read(m: Operations, node: int) -> tuple[Key, bool]:
    """What a condition says, and whether it affirms that: a > b and b < a say the same, a <= b denies it."""
    gate, inputs = m.graph.gates[node], m.graph.inputs[node]
    if gate not in READ or (READ[gate][2] and may_be_nan(m, *inputs)):
        return (node,), True
    name, turned, denied = READ[gate]
    a, b = inputs[::-1] if turned else inputs
    return (name, *(sorted((a, b)) if name == "equal" else (a, b))), not denied


def _reach(m: Operations, product: Product, mixes: bool) -> list[int]:
    """The nodes that a product is made of, entry by entry or `mixes` in any way; none where there are too many."""
    found: set[int] = set()
    stack = [base for base, _ in product]
    stack += [base for _, one in product if isinstance(one, Terms) for inner in one.parts for base, _ in inner]
    while stack and len(found) <= MOST:
        node = stack.pop()
        if node not in found:
            found.add(node)
            stack += m.graph.inputs[node] if mixes or not m.graph.gates[node].of_arrays else ()
    return [] if stack else sorted(found)


def given(m: Operations, x: Terms, condition: int, holds: bool) -> Terms:
    """A formula where it is known whether a condition holds: all switches by it are their branches."""
    if not present(m):
        return x
    total = m.zeros(x.shape)
    for product, coefficient in x.parts.items():
        total = total + m.times(coefficient, _given(m, Terms(m, x.shape, {product: 1}), condition, holds))
    return total


def _given(m: Operations, x: Terms, condition: int, holds: bool) -> Terms:
    (product,) = x.parts
    key, affirms = read(m, condition)
    known: dict[int, Terms] = {}
    mixes = m.shapes[condition] == ()
    for node in _reach(m, product, mixes):
        gate, inputs = m.graph.gates[node], m.graph.inputs[node]
        if gate is WHERE and read(m, inputs[0])[0] == key:
            taken = inputs[1] if (read(m, inputs[0])[1] == affirms) == holds else inputs[2]
            known[node] = m.in_shape(known[taken] if taken in known else m.written(taken), m.shapes[node])
        elif any(source in known for source in inputs) and (mixes or not gate.of_arrays):
            xs = [known[source] if source in known else m.written(source) for source in inputs]
            known[node] = m.function(gate)(*xs)
    if not known:
        return x
    total = Terms(m, x.shape, {ONE: 1})
    for base, exponent in product:
        total = total * m.power(known[base] if base in known else m.atom(base), _exponent(m, exponent, known))
    return total


def _exponent(m: Operations, exponent: Any, known: dict[int, Terms]) -> Any:
    if not isinstance(exponent, Terms):
        return exponent
    total = m.zeros(exponent.shape)
    for product, coefficient in exponent.parts.items():
        one = m.lift(coefficient)
        for base, power in product:
            one = one * m.power(known[base] if base in known else m.atom(base), power)
        total = total + one
    return total


def chained(m: Operations, terms: Terms, shorten: Shorten, depth: int = DEEP) -> Terms:
    """A sum with the switches of each condition that several have joined, and with short branches."""
    if not present(m) or not depth:
        return terms
    for _ in range(SPLITS):
        condition = _shared(m, terms)
        if condition is None:
            break
        key = read(m, condition)[0]
        group = {product for product in terms.parts if key in {one for one, _ in _conditions(m, terms, product)}}
        rest = {product: number for product, number in terms.parts.items() if product not in group}
        both = Terms(m, terms.shape, {product: terms.parts[product] for product in group_in_order(terms, group)})
        yes, no = (shorten(m, given(m, both, condition, holds), depth - 1) for holds in (True, False))
        terms = Terms(m, terms.shape, rest) + _switch(m, condition, yes, no)
    total = m.zeros(terms.shape)
    for product, coefficient in terms.parts.items():
        total = total + _short_branches(m, Terms(m, terms.shape, {product: coefficient}), shorten, depth)
    return total


def group_in_order(terms: Terms, group: set[Product]) -> Iterator[Product]:
    """The products of a group as they came."""
    return (product for product in terms.parts if product in group)


def _switch(m: Operations, condition: int, yes: Terms, no: Terms) -> Terms:
    return m.where(m.atom(condition), yes, no)


def _conditions(m: Operations, terms: Terms, product: Product) -> Iterator[tuple[Key, int]]:
    """The conditions of the switches in a product, each with its node: those that hold for all of it, or entry by
    entry."""
    for node in _reach(m, product, False):
        if m.graph.gates[node] is WHERE:
            yield read(m, m.graph.inputs[node][0])[0], m.graph.inputs[node][0]


def _shared(m: Operations, terms: Terms) -> int | None:
    """A condition by which one part of a sum is a switch, and which stands in another part too; or one within both."""
    found: dict[Key, set[Product]] = {}
    deeper: dict[Key, int] = {}
    for product in terms.parts:
        for key, condition in _conditions(m, terms, product):
            deeper.setdefault(key, condition)
            found.setdefault(key, set()).add(product)
    for product in terms.parts:
        for base, exponent in product:
            if m.graph.gates[base] is WHERE and exponent == 1:
                condition = m.graph.inputs[base][0]
                if len(found.get(read(m, condition)[0], ())) > 1:
                    return condition
    return next((condition for key, condition in deeper.items() if len(found[key]) > 1), None)


def _short_branches(m: Operations, one: Terms, shorten: Shorten, depth: int) -> Terms:
    """A part that is a switch with each branch as short as it is alone."""
    coefficient, product = one.single or (0, ONE)
    switches = [base for base, exponent in product if m.graph.gates[base] is WHERE and exponent == 1]
    if not switches:
        return one
    condition, *branches = m.graph.inputs[switches[0]]
    rest = tuple(factor for factor in product if factor[0] != switches[0])
    factor = Terms(m, m.product_shape(rest), {rest: coefficient})
    short = [
        shorten(m, m.multiply(factor, m.in_shape(m.written(branch), m.shapes[switches[0]])), depth - 1)
        for branch in branches
    ]
    return m.in_shape(_switch(m, condition, *short), one.shape)
