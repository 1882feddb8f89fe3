"""Functions of functions: local gradients at the wrong place, products and compositions taken for each other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bpcalc.calculations.check.scene import Candidate, Edge, Scene, Use, rule
from bpcalc.gate import LESSON
from bpcalc.gates import GATES

INSIDE = 3  # nodes below a gate's input that its local gradient is tried at


def candidates(scene: Scene) -> Iterator[Candidate]:
    for edge in scene.edges:
        gate = scene.graph.gates[edge[0]]
        if not gate.pullback and not gate.variadic and edge[1] == 0 and _is_function(scene, edge):
            yield from _places(scene, edge)
            yield from _nesting(scene, edge)
            yield from _as_product(scene, edge)
        if gate in (GATES["multiply"], GATES["divide"]) and edge[1] == 0:
            yield from _products(scene, edge[0])


def _is_function(scene: Scene, edge: Edge) -> bool:
    """Has the gate one input, or is it a power with a constant exponent?"""
    gate, inputs = scene.graph.gates[edge[0]], scene.graph.inputs[edge[0]]
    linear = gate in (GATES["negate"],)
    return (len(inputs) == 1 and not linear) or (gate is GATES["power"] and scene.graph.number(inputs[1]) is not None)


def _outer(scene: Scene, node: int, x: Any, y: Any = None, convention: str = "torch") -> Any:
    """The local gradient of a gate at another place."""
    m, gate, rest = scene.m, scene.graph.gates[node], [scene.values[one] for one in scene.graph.inputs[node][1:]]
    local = rule(scene, node, 0, convention)
    return local(m, m.function(gate)(x, *rest) if y is None else y, x, *rest)


def _value(scene: Scene, node: int, x: Any) -> Any:
    rest = [scene.values[one] for one in scene.graph.inputs[node][1:]]
    return scene.m.function(scene.graph.gates[node])(x, *rest)


def _places(scene: Scene, edge: Edge) -> Iterator[Candidate]:
    node, source = edge[0], scene.source(edge)
    here, x = scene.said(node), scene.named(source)

    def at_output(use: Use) -> Any:
        return use.scene.m.scale(use.upstream, _outer(use.scene, node, use.y))

    def of_input(use: Use) -> Any:
        return use.scene.m.scale(use.upstream, _outer(use.scene, node, use.x, use.x, LESSON))

    yield Candidate("place", f"the local gradient of {here} is taken at its output, not at {x}", 4.1,
                    lambda s: s.found({edge: at_output}))  # fmt: skip
    if scene.graph.gates[node] is not GATES["power"]:
        yield Candidate("place", f"the local gradient of {here} is written with its output, and was given {x}", 4.1,
                        lambda s: s.found({edge: of_input}))  # fmt: skip
    if source == scene.target:
        return
    for inside in _inside(scene, source):
        at = scene.named(inside)

        def taken(use: Use, inside: int = inside) -> Any:
            return use.scene.m.scale(use.upstream, _outer(use.scene, node, use.scene.values[inside]))

        yield Candidate("place", f"the local gradient of {here} is taken at {at}, not at {x}", 4.2,
                        lambda s, f=taken: s.found({edge: f}))  # fmt: skip
    if scene.is_elementwise(source, node):
        slope = f"∂{x}/∂{scene.named(scene.target)}"
        yield Candidate("place", f"the local gradient of {here} is taken at {slope}, not at {x}", 4.3,
                        lambda s: _at_slope(s, edge, chained=False))  # fmt: skip
        yield Candidate("place", f"the local gradient of {here} is taken at {slope}, not at {x}", 4.4,
                        lambda s: _at_slope(s, edge, chained=True))  # fmt: skip
        for inside in _inside(scene, source):
            yield Candidate(
                "place", f"the local gradient of {here} is taken at {scene.named(inside)}, and not multiplied by "
                f"{slope}", 4.5, lambda s, one=inside: s.instead(
                    node, s.upstream(node) * _outer(s, node, s.values[one])),
            )  # fmt: skip


def _inside(scene: Scene, node: int) -> list[int]:
    """The nodes that a gate's input is made of, of the same shape, the target among them."""
    found, stack = dict[int, None](), [node]
    while stack and len(found) < INSIDE:
        for one in scene.graph.inputs[stack.pop(0)]:
            if scene.path[one] and one not in found:
                found[one] = None
                stack.append(one)
    found[scene.target] = None
    shape = scene.m.shape
    return [one for one in found if shape(scene.values[one]) == shape(scene.values[node])]


def _at_slope(s: Scene, edge: Edge, chained: bool) -> Any:
    node, slope = edge[0], s.inner(s.source(edge))
    local = _outer(s, node, slope) * (slope if chained else 1.0)
    return s.instead(node, s.upstream(node) * local)


def _nesting(scene: Scene, edge: Edge) -> Iterator[Candidate]:
    """g(a*u) read as a*g(u)."""
    node, source = edge[0], scene.source(edge)
    if scene.graph.gates[source] not in (GATES["multiply"], GATES["divide"]):
        return
    for place, inner in enumerate(scene.graph.inputs[source]):
        other = scene.graph.inputs[source][1 - place]
        if not scene.path[inner] or scene.path[other]:
            continue
        if scene.graph.gates[source] is GATES["divide"] and place:
            continue

        def outside(use: Use, inner: int = inner) -> Any:
            return use.scene.m.scale(use.upstream, _outer(use.scene, node, use.scene.values[inner]))

        factor, x = scene.named(other), scene.named(inner)
        yield Candidate("nesting", f"in {scene.said(node)} the factor {factor} was taken out of the bracket: "
                        f"the local gradient is at {x}", 4, lambda s, f=outside: s.found({edge: f}))  # fmt: skip


def _as_product(scene: Scene, edge: Edge) -> Iterator[Candidate]:
    """g(h(x)) read as g(x)*h(x)."""
    node, source = edge[0], scene.source(edge)
    if source == scene.target or not scene.is_elementwise(source, node):
        return
    gate, h, x = scene.graph.gates[node], scene.named(source), scene.named(scene.target)
    outer = f"the {gate.name}" if gate.infix else f"{gate.spelling}({x})"

    def by_product_rule(s: Scene) -> Any:
        t = s.values[s.target]
        part = _outer(s, node, t) * s.values[source] + _value(s, node, t) * s.inner(source)
        return s.instead(node, s.upstream(node) * part)

    def of_both(s: Scene) -> Any:
        part = _outer(s, node, s.values[s.target]) * s.inner(source)
        return s.instead(node, s.upstream(node) * part)

    yield Candidate("composition-as-product", f"{scene.said(node)} is read as a product of {outer} and {h}, and the "
                    "product rule used", 4.2, by_product_rule)  # fmt: skip
    yield Candidate("composition-as-product", f"{scene.said(node)} is read as a product of {outer} and {h}: their "
                    f"derivatives at {x} are multiplied", 4.25, of_both)  # fmt: skip


def _partial(scene: Scene, node: int, inner: int, other: int) -> Iterator[Candidate]:
    """u(x)*v(y) by x: u'*v', where v is a constant for x."""
    below = scene.graph.ancestors(other)
    names = [name for name, one in scene.graph.variables.items() if below[one]]
    if len(names) != 1 or not scene.is_elementwise(inner, other, node) or not scene.graph.inputs[other]:
        return
    by = scene.graph.variables[names[0]]

    def product(s: Scene) -> Any:
        part = s.inner(inner) * Scene(s.circuit, s.names, by).inner(other)
        return s.instead(node, s.upstream(node) * part)

    said = f"in {scene.said(node)} the factor {scene.named(other)} is differentiated too, by {names[0]}"
    yield Candidate("product-of-derivatives", said, 3.9, product)


def _products(scene: Scene, node: int) -> Iterator[Candidate]:
    """u*v with both depending on the target: u'*v', or u' + v'."""
    a, b = scene.graph.inputs[node]
    if scene.path[a] != scene.path[b] and scene.graph.gates[node] is GATES["multiply"]:
        yield from _partial(scene, node, *((a, b) if scene.path[a] else (b, a)))
    if not (scene.path[a] and scene.path[b]) or not scene.is_elementwise(a, b, node):
        return
    here, divides = scene.said(node), scene.graph.gates[node] is GATES["divide"]

    def product(s: Scene) -> Any:
        u, v = s.inner(a), s.inner(b)
        return s.instead(node, s.upstream(node) * (s.m.divide(u, v) if divides else u * v))

    def added(s: Scene) -> Any:
        return s.instead(node, s.upstream(node) * (s.inner(a) + s.inner(b)))

    what = "quotient" if divides else "product"
    yield Candidate("product-of-derivatives", f"the derivative of {here} is no {what} of the derivatives", 3.8, product)
    if not divides:
        yield Candidate("product-of-derivatives", f"the derivative of {here} is no sum of the derivatives", 3.9, added)
