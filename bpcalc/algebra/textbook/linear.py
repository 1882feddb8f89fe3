"""Derivatives of vectors by vectors: the matrix of a formula that is linear in a vector.

From the tangent A@t + v*t of forward mode it reads the Jacobian A + diag(v).
"""

from __future__ import annotations

from bpcalc.algebra.textbook import matrices
from bpcalc.algebra.textbook.terms import Operations, Product, Terms
from bpcalc.gates.arrays import GATES


class NoMatrixError(Exception):
    """The formula has no matrix that can be written in the language."""


class Linear:
    """Reads the matrices of formulas that are linear in the variable `node`, a vector."""

    def __init__(self, m: Operations, node: int) -> None:
        self.m = m
        self.node = node
        self.depends = bytearray()

    def matrix(self, terms: Terms) -> Terms:
        """The M of a vector M@t. Raises NoMatrixError."""
        m = self.m
        if terms.shape == m.shapes[self.node] and self._is_entrywise(terms):
            return m.diag(self._weights(terms))
        total = m.zeros((*terms.shape, *m.shapes[self.node]))
        for product, coefficient in terms.parts.items():
            scalars, weights, linear = self._split(product)
            if m.shapes[linear] == ():
                weight = Terms(m, terms.shape, {weights: 1})
                found = matrices.outer(m, weight, self.row(m.known(linear)))
            elif weights and linear in m.meanings:
                found = self.matrix(self._distributed(Terms(m, terms.shape, {weights: 1}), m.meanings[linear]))
            elif m.shapes[linear] != terms.shape:
                raise NoMatrixError  # one entry that is broadcast
            else:
                found = self._of_node(linear)
                if weights:
                    found = matrices.matmul(m, m.diag(Terms(m, terms.shape, {weights: 1})), found)
            total = total + Terms(m, (), {scalars: coefficient}) * found
        return total

    def _is_entrywise(self, terms: Terms) -> bool:
        """Is a formula that has a switch w*t, entry by entry?"""
        m = self.m
        switches = False
        stack = [terms]
        while stack:
            for product in stack.pop().parts:
                linear = [base for base, _ in product if self._depends(base)]
                gate = m.graph.gates[linear[0]] if len(linear) == 1 and dict(product)[linear[0]] == 1 else None
                if gate is GATES["where"] and not self._depends(m.graph.inputs[linear[0]][0]):
                    stack += [m.written(branch) for branch in m.graph.inputs[linear[0]][1:]]
                    switches = True
                elif linear and linear[0] in m.meanings and gate is not None:
                    stack.append(m.meanings[linear[0]])
                elif linear != [self.node]:
                    return False
        return switches

    def _weights(self, terms: Terms) -> Terms:
        """The w of w*t."""
        m = self.m
        total = m.zeros(terms.shape)
        for product, coefficient in terms.parts.items():
            (linear,) = (base for base, _ in product if self._depends(base))
            rest = Terms(m, terms.shape, {tuple(factor for factor in product if factor[0] != linear): coefficient})
            if linear == self.node:
                inner = m.lift(1)
            elif linear in m.meanings:
                inner = self._weights(m.meanings[linear])
            else:
                condition, a, b = m.graph.inputs[linear]
                truth = m.atom(condition)
                first, second = self._weights(m.written(a)), self._weights(m.written(b))
                is_truth = first.number == 1 and not second.parts and truth.shape == terms.shape
                inner = truth if is_truth else m.where(truth, first, second)
            total = total + rest * inner
        return total

    def _distributed(self, weight: Terms, whole: Terms) -> Terms:
        """weight*(A@t + v*t), part by part."""
        m = self.m
        total = m.zeros(weight.shape)
        for product, coefficient in whole.parts.items():
            total = total + weight * Terms(m, whole.shape, {product: coefficient})
        return total

    def row(self, terms: Terms) -> Terms:
        """The r of a number r@t. Raises NoMatrixError."""
        m = self.m
        total = m.zeros(m.shapes[self.node])
        for product, coefficient in terms.parts.items():
            scalars, weights, linear = self._split(product)
            if weights or m.shapes[linear] != ():
                raise NoMatrixError
            total = total + Terms(m, (), {scalars: coefficient}) * self._row_of(linear)
        return total

    def _split(self, product: Product) -> tuple[Product, Product, int]:
        """The factors that are numbers, the vectors, and the one that depends on t."""
        m = self.m
        linear = [base for base, exponent in product if self._depends(base)]
        if len(linear) != 1 or dict(product)[linear[0]] != 1:
            raise NoMatrixError
        rest = [factor for factor in product if factor[0] != linear[0]]
        scalars = tuple(factor for factor in rest if m.factor_shape(factor) == ())
        return scalars, tuple(factor for factor in rest if factor not in scalars), linear[0]

    def _depends(self, node: int) -> bool:
        graph = self.m.graph
        for one in range(len(self.depends), len(graph)):
            self.depends.append(one == self.node or any(self.depends[source] for source in graph.inputs[one]))
        return bool(self.depends[node])

    def _of_node(self, node: int) -> Terms:
        """The matrix of one factor."""
        m = self.m
        if node == self.node:
            return m.atom(m.apply(GATES["eye"].bind({"size": m.shapes[node][0]})))
        if node in m.meanings:
            return self.matrix(m.meanings[node])
        links = matrices.links(m, node)
        if len(links) > 1 and not any(self._depends(link) for link in links[:-1]):
            return matrices.matmul(m, matrices.chain(m, links[:-1]), self._vector(links[-1]))
        if len(links) > 1:
            return self.matrix(self._opened(links))
        if m.graph.gates[node] is GATES["where"]:
            return self._of_where(node)
        if m.graph.gates[node] is GATES["solve"] and not self._depends(m.graph.inputs[node][0]):
            matrix, vector = m.graph.inputs[node]
            return m.call("solve", m.atom(matrix), self._vector(vector))
        raise NoMatrixError

    def _opened(self, links: matrices.Links) -> Terms:
        """(outer(t, x) + outer(x, t))@a, part by part."""
        m = self.m
        place = next(at for at, link in enumerate(links) if self._depends(link))
        meaning = m.written(links[place])
        if len(meaning.parts) < 2 or any(self._depends(link) for link in links[place + 1 :]):
            raise NoMatrixError
        total: Terms | None = None
        for product, coefficient in meaning.parts.items():
            one = Terms(m, meaning.shape, {product: coefficient})
            one = matrices.matmul(m, matrices.chain(m, links[:place]), one) if place else one
            one = matrices.matmul(m, one, matrices.chain(m, links[place + 1 :])) if links[place + 1 :] else one
            total = one if total is None else total + one
        assert total is not None
        return total

    def _vector(self, node: int) -> Terms:
        """The matrix of a vector that stands as a node: what it means may have been written out."""
        m = self.m
        return self._of_node(node) if node in m.meanings or node == self.node else self.matrix(m.written(node))

    def _of_where(self, node: int) -> Terms:
        """where(c, A@t, 0) is diag(c)@A@t for a vector c of zeros and ones."""
        m = self.m
        condition, flow, other = m.graph.inputs[node]
        if self._depends(condition) or m.known(other).parts:
            raise NoMatrixError
        inner = self.matrix(m.written(flow))
        return matrices.matmul(m, m.diag(m.spread(m.atom(condition), m.atom(node))), inner)

    def _row_of(self, node: int) -> Terms:
        m = self.m
        links = matrices.links(m, node)
        if len(links) > 1:
            if self._depends(links[0]) and not any(self._depends(link) for link in links[1:]):
                links = matrices.transposed(m, links)
            if not any(self._depends(link) for link in links[:-1]):
                ahead = matrices.chain(m, matrices.transposed(m, links[:-1]))
                inner = self._vector(links[-1])
                return matrices.matmul(m, matrices.transpose(m, inner, None), ahead)
            return self.row(self._opened(links))
        if m.graph.gates[node].name == "sum" and len(m.shapes[m.graph.inputs[node][0]]) == 1:
            return self._summed(m.written(m.graph.inputs[node][0]))
        raise NoMatrixError

    def _summed(self, terms: Terms) -> Terms:
        """The row of sum(v*t): v itself."""
        m = self.m
        total = m.zeros(m.shapes[self.node])
        for product, coefficient in terms.parts.items():
            scalars, weights, linear = self._split(product)
            weight = Terms(m, terms.shape, {weights: 1})
            if m.shapes[linear] not in ((), terms.shape):
                raise NoMatrixError  # one entry that is broadcast
            if m.shapes[linear] == ():
                row = m.sum(weight) * self.row(m.known(linear))
            elif linear == self.node:
                row = weight
            else:
                row = matrices.matmul(m, matrices.transpose(m, self._of_node(linear), None), weight)
            total = total + Terms(m, (), {scalars: coefficient}) * row
        return total
