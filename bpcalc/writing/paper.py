"""Formulas as a paper has them: 2x sin(x), 2Aᵀ(Ax − b). `unicode` and `latex` say what the signs look like.

It knows the shape of each node: a product of numbers or of matrices has no sign, one entry by entry has; a vector that
stands in front is transposed. What has no sign binds as tightly as UNARY, so that 2x/3, x ⊙ Ay and −Ax need no
brackets.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any, NamedTuple

from bpcalc.gate import ATOM, COMPARISON, CONSTANT, POWER, PRODUCT, UNARY
from bpcalc.gates import GATES
from bpcalc.graph import Graph
from bpcalc.writing.templates import Templates, called, templated
from bpcalc.writing.unparse import Namer, Parts, is_signed, leads_with_sign

# Unicode's invisible times stands between factors until their texts are known: 2x, but 2·3.
TIMES = "\u2062"
CONTEXT = 64  # characters before a factor that tell what stands in front of it
SQUARED = ("sin", "cos", "tan", "sinh", "cosh", "tanh")  # sin²(x) for sin(x)²
Shapes = Sequence[tuple[int, ...]]
Written = tuple[Parts, int]


class Signs(NamedTuple):
    """What a notation looks like where a paper departs from the templates.

    templates   how gates are called; other: what every other gate is written as
    entrywise   between arrays that are multiplied entry by entry
    power       around the exponent of a matrix whose entries are raised one by one
    entries     behind cases that are told apart entry by entry
    fraction    before, between and behind; without a text before them the operands need brackets
    iverson     around a comparison, which is 1 where it holds
    transposed, inverse, both     behind a matrix
    one, zero   arrays of ones and zeros; unit: the unit matrix, from its size
    raised      what stands behind a base: from the exponent's node, or None where it cannot be raised
    number      the text of a number, and minus a sign
    """

    templates: Templates
    other: Callable[[Graph, int, Namer], Written]
    entrywise: str
    entries: str
    power: tuple[str, str]
    fraction: tuple[str, str, str]
    iverson: tuple[str, str]
    transposed: str
    inverse: str
    both: str
    one: str
    zero: str
    unit: Callable[[Any], str]
    raised: Callable[[Graph, int, Namer], Parts | None]
    number: Callable[[float], str]
    minus: str


class Paper(NamedTuple):
    """The parts of operations, for a dialect.

    shapes  of the nodes, as far as they are arrays; taken: the names in use, which e and I must not be
    """

    signs: Signs
    shapes: Shapes
    taken: Collection[str]

    def parts(self, graph: Graph, node: int, names: Namer) -> Written:
        """What an operation is written as, and how tightly the whole binds."""
        gate = graph.gates[node]
        rule = _comparison if gate.infix and gate.infix[1] == COMPARISON else RULES.get(gate.name)
        found = rule(self, graph, node, names) if rule else None
        return found or self.signs.other(graph, node, names)

    def axes(self, node: int) -> int:
        return len(self.shapes[node]) if node < len(self.shapes) else 0

    def call(self, graph: Graph, node: int) -> Written:
        return called(graph, node, self.signs.templates)


def joined(text: str, sign: Callable[[str, str], str]) -> str:
    """The text with what stands between its factors: `sign(left, right)` of what stands before, and what follows."""
    left, *factors = text.split(TIMES)
    pieces = [left]
    for right in factors:
        pieces += [sign(left, right), right]
        left = left[-CONTEXT:] + pieces[-2] + right
    return "".join(pieces)


def _multiply(paper: Paper, graph: Graph, node: int, names: Namer) -> Written:
    a, b = graph.inputs[node]
    if paper.axes(a) and paper.axes(b):
        scaled = _scaled(paper, graph, a, b, names) or _scaled(paper, graph, b, a, names)
        if scaled:
            return scaled, UNARY
        left = PRODUCT if _is(graph, a, names, "multiply") else UNARY
        right = POWER if leads_with_sign(graph, b, names) else UNARY
        return [(a, left), paper.signs.entrywise, (b, right)], PRODUCT
    # numbers go anywhere in a product of matrices: 2(AB) is 2AB
    joins = not paper.axes(a) and _is(graph, b, names, "matmul", "outer") and not leads_with_sign(graph, b, names)
    return [(a, _left(paper, graph, a, names)), TIMES, (b, UNARY if joins else POWER)], UNARY


def _scaled(paper: Paper, graph: Graph, matrix: int, vector: int, names: Namer) -> Parts:
    """A diag(v) for a matrix whose columns are scaled by the entries of a vector, 𝟏vᵀ for ones; else nothing."""
    if paper.axes(matrix) != 2 or paper.axes(vector) != 1 or paper.shapes[matrix][1] != paper.shapes[vector][0]:
        return []
    if _is(graph, matrix, names, "ones"):
        return [paper.signs.one, TIMES, *_transposed(paper, graph, vector, names)]
    before, behind = paper.signs.templates.brackets
    place = POWER if leads_with_sign(graph, matrix, names) else _left(paper, graph, matrix, names)
    return [(matrix, place), TIMES, paper.signs.templates.called(GATES["diag"]) + before, (vector, 0), behind]


def _left(paper: Paper, graph: Graph, a: int, names: Namer) -> int:
    """The place in front of a factor. A number that is a product of vectors gets brackets there: (xᵀy)z."""
    last = graph.inputs[a][1] if _is(graph, a, names, "multiply") else a
    return POWER if _is(graph, last, names, "matmul") and not paper.axes(last) else UNARY


def _is(graph: Graph, node: int, names: Namer, *gates: str) -> bool:
    """Is the node written out, and one of these gates?"""
    return node not in names and graph.gates[node].name in gates


def _negate(paper: Paper, graph: Graph, node: int, names: Namer) -> Written:
    """A product needs no brackets behind a sign: −Ax."""
    (a,) = graph.inputs[node]
    loose = _is(graph, a, names, "divide") and not paper.signs.fraction[0]
    loose = loose or (_is(graph, a, names, "multiply") and all(map(paper.axes, graph.inputs[a])))
    loose = loose or _is(graph, a, names, "sum")  # what stands behind it can be a part of it
    place = POWER if leads_with_sign(graph, a, names) else PRODUCT
    return [paper.signs.minus, (a, place)], PRODUCT if loose and place == PRODUCT else UNARY


def _divide(paper: Paper, graph: Graph, node: int, names: Namer) -> Written:
    a, b = graph.inputs[node]
    before, between, behind = paper.signs.fraction
    if not before:
        return [(a, UNARY), between, (b, POWER)], PRODUCT
    above, sign = _without_sign(paper, graph, a, names) if leads_with_sign(graph, a, names) else ([(a, 0)], "")
    return [sign + before, *above, between, (b, 0), behind], UNARY if sign else POWER


def _without_sign(paper: Paper, graph: Graph, node: int, names: Namer) -> tuple[Parts, str]:
    """A product without the sign of the number in front, and that sign: -2*x is 2x with a minus before it."""
    factors: Parts = []
    first = node
    while _is(graph, first, names, "multiply") and not all(map(paper.axes, graph.inputs[first])):
        first, last = graph.inputs[first]
        factors += [(last, POWER), TIMES]
    number = graph.number(first) if graph.gates[first] is CONSTANT else None
    if number is None or not is_signed(graph, first, names) or number != number:
        return [(node, 0)], ""
    return [paper.signs.number(-number), *reversed(factors)], paper.signs.minus


def _matmul(paper: Paper, graph: Graph, node: int, names: Namer) -> Written:
    a, b = graph.inputs[node]
    if paper.axes(a) == paper.axes(b) == 1:
        return [*_row(paper, graph, a, names), TIMES, (b, POWER)], UNARY
    if paper.axes(a) == 1 and paper.axes(b) == 2:
        # the result stands as a column, as all vectors do
        return [*_turned(paper, graph, b, names)[0], TIMES, (a, POWER)], UNARY
    if paper.axes(a) == 1:
        return paper.call(graph, node)
    joins = _is(graph, b, names, "outer", "ones") and not leads_with_sign(graph, b, names)
    return [(a, _left(paper, graph, a, names)), TIMES, (b, UNARY if joins else POWER)], UNARY


def _row(paper: Paper, graph: Graph, node: int, names: Namer) -> Parts:
    """A vector that stands in front: xᵀ, 2xᵀ, and xᵀAᵀ for (Ax)ᵀ."""
    ahead: Parts = []
    behind: list[Parts] = []  # the last one first
    is_turned = False
    while _is(graph, node, names, "multiply", "matmul"):
        left, right = graph.inputs[node]
        if graph.gates[node].name == "multiply":
            if paper.axes(left) or (is_turned and leads_with_sign(graph, left, names)):
                break
            ahead += [(left, _left(paper, graph, left, names)), TIMES]
            node = right
        elif paper.axes(left) == 1:
            behind.append([TIMES, (right, POWER)])
            node = left
        else:
            spine = []
            while _is(graph, left, names, "matmul"):
                left, last = graph.inputs[left]
                spine.append(last)
            behind += [[TIMES, *_turned(paper, graph, matrix, names)[0]] for matrix in (left, *reversed(spine))]
            node, is_turned = right, True
    return [*ahead, (node, ATOM), paper.signs.transposed, *(part for parts in reversed(behind) for part in parts)]


def _outer(paper: Paper, graph: Graph, node: int, names: Namer) -> Written:
    a, b = graph.inputs[node]
    left = POWER if leads_with_sign(graph, a, names) else _left(paper, graph, a, names)
    return [(a, left), TIMES, *_transposed(paper, graph, b, names)], UNARY


def _transposed(paper: Paper, graph: Graph, vector: int, names: Namer) -> Parts:
    """A vector as a row behind another factor: a sign stands in brackets."""
    if leads_with_sign(graph, vector, names):
        return [(vector, ATOM), paper.signs.transposed]
    return _row(paper, graph, vector, names)


def _turned(paper: Paper, graph: Graph, node: int, names: Namer) -> Written:
    """A matrix transposed: Aᵀ; of Aᵀ it is A, of A⁻¹ A⁻ᵀ."""
    if _is(graph, node, names, "transpose") and paper.axes(node) == 2:
        return [(graph.inputs[node][0], ATOM)], POWER
    if _is(graph, node, names, "inv"):
        return [(graph.inputs[node][0], ATOM), paper.signs.both], POWER
    return [(node, ATOM), paper.signs.transposed], POWER


def _transpose(paper: Paper, graph: Graph, node: int, names: Namer) -> Written:
    if graph.gates[node].options["axes"] is not None or paper.axes(node) != 2:
        return paper.call(graph, node)
    return _turned(paper, graph, graph.inputs[node][0], names)


def _inverse(paper: Paper, graph: Graph, node: int, names: Namer) -> Written:
    (x,) = graph.inputs[node]
    if _is(graph, x, names, "transpose"):
        return [(graph.inputs[x][0], ATOM), paper.signs.both], POWER
    return [(x, ATOM), paper.signs.inverse], POWER


def _power(paper: Paper, graph: Graph, node: int, names: Namer) -> Written:
    x, n = graph.inputs[node]
    raised = paper.signs.raised(graph, n, names)
    if raised and _is(graph, x, names, *SQUARED) and graph.number(n) in range(2, 10):
        name, *inside = paper.call(graph, x)[0]
        opening = paper.signs.templates.brackets[0]
        return [str(name).removesuffix(opening), *raised, opening, *inside], POWER
    if paper.axes(x) >= 2:  # X² would be XX
        before, behind = paper.signs.power
        return [(x, ATOM), before, (n, ATOM), behind], POWER
    return [(x, ATOM), *(raised or ["^", (n, ATOM)])], POWER


def _exp(paper: Paper, graph: Graph, node: int, names: Namer) -> Written:
    """e^x. Of an array it is exp(x): no one should take it for the exponential of a matrix."""
    (x,) = graph.inputs[node]
    raised = None if paper.axes(x) or "e" in paper.taken else paper.signs.raised(graph, x, names)
    return (["e", *raised], POWER) if raised else paper.call(graph, node)


def _abs(paper: Paper, graph: Graph, node: int, names: Namer) -> Written | None:
    """|x|. Of an array it is abs(x): |x| would be a length, |X| a determinant."""
    return paper.call(graph, node) if paper.axes(node) else None


def _comparison(paper: Paper, graph: Graph, node: int, names: Namer) -> Written:
    before, behind = paper.signs.iverson
    return [before, *templated(graph, node, names, paper.signs.templates)[0], behind], ATOM


def _where(paper: Paper, graph: Graph, node: int, names: Namer) -> Written:
    """The cases, where a comparison says when: it needs no brackets there."""
    condition = graph.inputs[node][0]
    parts, own = templated(graph, node, names, paper.signs.templates)
    if paper.axes(node) and paper.signs.entries:
        parts = [*parts, paper.signs.entries]
    infix = graph.gates[condition].infix
    if condition in names or infix is None or infix[1] != COMPARISON:
        return parts, own
    said = templated(graph, condition, names, paper.signs.templates)[0]
    return [one for part in parts for one in (said if part == (condition, 0) else [part])], own


def _ones(paper: Paper, graph: Graph, node: int, names: Namer) -> Written:
    one, axes = paper.signs.one, len(graph.gates[node].options["shape"])
    if axes == 2:
        return [one, TIMES, one, paper.signs.transposed], UNARY
    return ([one], ATOM) if axes == 1 else paper.call(graph, node)


def _zeros(paper: Paper, graph: Graph, node: int, names: Namer) -> Written:
    return [paper.signs.zero], ATOM


def _eye(paper: Paper, graph: Graph, node: int, names: Namer) -> Written:
    size, columns = graph.gates[node].options.values()
    if columns not in (None, size) or "I" in paper.taken:
        return paper.call(graph, node)
    return [paper.signs.unit(size)], ATOM


RULES: dict[str, Callable[[Paper, Graph, int, Namer], Written | None]] = {
    "negate": _negate, "multiply": _multiply, "divide": _divide, "matmul": _matmul, "outer": _outer,
    "transpose": _transpose, "inv": _inverse, "power": _power, "exp": _exp, "abs": _abs, "where": _where,
    "ones": _ones, "zeros": _zeros, "eye": _eye,
}  # fmt: skip
