"""The local gradient of one gate taken for that of another: sin for cos, 1 - σ for σ(1 - σ), the power rule on 2^x."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from bpcalc.calculations.check.scene import Candidate, Edge, Otherwise, Scene, Use
from bpcalc.gates import GATES

Rule = Callable[..., Any]  # (m, y, x) of a gate with one input, (m, y, a, b) of one with two


class Wrong(NamedTuple):
    """A local gradient that is taken for the right one, and the text of it."""

    text: str
    local: Rule
    kind: str = "function"


def _square(x: Any) -> Any:
    return x * x


def _inverse(m: Any, x: Any) -> Any:
    return m.divide(1.0, x)


# By gate. In the texts x is the gate's input, y its output.
UNARY: dict[str, tuple[Wrong, ...]] = {
    "sin": (Wrong("sin(x) for cos(x)", lambda m, y, x: y), Wrong("-sin(x) for cos(x)", lambda m, y, x: -y)),
    "cos": (Wrong("cos(x) for -sin(x)", lambda m, y, x: y), Wrong("-cos(x) for -sin(x)", lambda m, y, x: -y)),
    "tan": (
        Wrong("1/cos(x) for 1/cos(x)^2", lambda m, y, x: _inverse(m, m.cos(x))),
        Wrong("1/sin(x)^2 for 1/cos(x)^2", lambda m, y, x: _inverse(m, _square(m.sin(x)))),
        Wrong("1 - tan(x)^2 for 1 + tan(x)^2", lambda m, y, x: 1 - y * y),
        Wrong("1/(1 + x^2) for 1/cos(x)^2", lambda m, y, x: _inverse(m, 1 + x * x)),
        Wrong("tan(x)/cos(x) for 1/cos(x)^2", lambda m, y, x: m.divide(y, m.cos(x))),
    ),
    "exp": (
        Wrong("x*e^(x-1) for e^x: that is the power rule", lambda m, y, x: x * m.exp(x - 1), "power-rule"),
        Wrong("e^(x-1) for e^x", lambda m, y, x: m.exp(x - 1), "power-rule"),
        Wrong("1/x for e^x", lambda m, y, x: _inverse(m, x)),
    ),
    "log": (
        Wrong("1/x^2 for 1/x", lambda m, y, x: _inverse(m, x * x)),
        Wrong("-1/x^2 for 1/x", lambda m, y, x: -_inverse(m, x * x)),
        Wrong("e^x for 1/x", lambda m, y, x: m.exp(x)),
        Wrong("x for 1/x", lambda m, y, x: x),
    ),
    "sqrt": (
        Wrong("1/sqrt(x) for 1/(2 sqrt(x))", lambda m, y, x: _inverse(m, y), "factor"),
        Wrong("2/sqrt(x) for 1/(2 sqrt(x))", lambda m, y, x: m.divide(2.0, y), "factor"),
        Wrong("sqrt(x)/2 for 1/(2 sqrt(x))", lambda m, y, x: y / 2),
        Wrong("2 sqrt(x) for 1/(2 sqrt(x))", lambda m, y, x: 2 * y),
        Wrong("1/(2x) for 1/(2 sqrt(x))", lambda m, y, x: m.divide(0.5, x)),
    ),
    "sigmoid": (
        Wrong("1 - σ for (1 - σ)σ", lambda m, y, x: 1 - y),
        Wrong("(1 + σ)σ for (1 - σ)σ", lambda m, y, x: (1 + y) * y),
        Wrong("1 - σ^2 for (1 - σ)σ, which is tanh's rule", lambda m, y, x: 1 - y * y),
        Wrong("σ^2 for (1 - σ)σ", lambda m, y, x: y * y),
        Wrong("(1 - σ)^2 for (1 - σ)σ", lambda m, y, x: (1 - y) * (1 - y)),
    ),
    "tanh": (
        Wrong("1 - tanh for 1 - tanh^2", lambda m, y, x: 1 - y),
        Wrong("1 + tanh^2 for 1 - tanh^2", lambda m, y, x: 1 + y * y),
        Wrong("(1 - tanh)tanh for 1 - tanh^2, which is the sigmoid's rule", lambda m, y, x: (1 - y) * y),
        Wrong("1/cosh for 1/cosh^2", lambda m, y, x: _inverse(m, m.cosh(x))),
        Wrong("tanh^2 for 1 - tanh^2", lambda m, y, x: y * y),
    ),
    "relu": (
        Wrong("1 everywhere, but relu lets through only what is above 0", lambda m, y, x: 0 * x + 1),
        Wrong("x for 1 where x is above 0", lambda m, y, x: y),
        Wrong("x for 1 or 0", lambda m, y, x: x),
        Wrong("1 on the wrong side: relu lets through what is above 0", lambda m, y, x: m.where(x > 0, 0.0, 1.0)),
        Wrong("σ(x), which is softplus's rule", lambda m, y, x: m.sigmoid(x)),
    ),
    "softplus": (
        Wrong("σ(1 - σ) for σ", lambda m, y, x: m.sigmoid(x) * m.sigmoid(-x)),
        Wrong("1 - σ for σ", lambda m, y, x: m.sigmoid(-x)),
    ),
    "silu": (
        Wrong("σ(x), without the second term", lambda m, y, x: m.sigmoid(x)),
        Wrong("σ(1 - σ), the sigmoid's rule", lambda m, y, x: m.sigmoid(x) * m.sigmoid(-x)),
    ),
    "abs": (
        Wrong("1 everywhere, but abs turns the sign below 0", lambda m, y, x: 0 * x + 1),
        Wrong("x for the sign of x", lambda m, y, x: x),
    ),
    "sinh": (Wrong("-cosh(x) for cosh(x)", lambda m, y, x: -m.cosh(x)),),
    "cosh": (Wrong("-sinh(x) for sinh(x)", lambda m, y, x: -m.sinh(x)),),
    "asin": (
        Wrong("1/(1 - x^2) for 1/sqrt(1 - x^2)", lambda m, y, x: _inverse(m, 1 - x * x)),
        Wrong("1/sqrt(1 + x^2) for 1/sqrt(1 - x^2)", lambda m, y, x: _inverse(m, m.sqrt(1 + x * x))),
        Wrong("1/cos(x): the inverse is no reciprocal", lambda m, y, x: _inverse(m, m.cos(x))),
    ),
    "acos": (Wrong("1/(1 - x^2) for -1/sqrt(1 - x^2)", lambda m, y, x: _inverse(m, 1 - x * x)),),
    "atan": (
        Wrong("1/(1 - x^2) for 1/(1 + x^2)", lambda m, y, x: _inverse(m, 1 - x * x)),
        Wrong("1/sqrt(1 + x^2) for 1/(1 + x^2)", lambda m, y, x: _inverse(m, m.sqrt(1 + x * x))),
        Wrong("1/(1 + x) for 1/(1 + x^2)", lambda m, y, x: _inverse(m, 1 + x)),
        Wrong("cos(x)^2: the inverse is no reciprocal", lambda m, y, x: _square(m.cos(x))),
    ),
}
for _base in ("log2", "log10"):
    UNARY[_base] = (Wrong("1/x, which is the natural logarithm's rule", lambda m, y, x: _inverse(m, x)),)
# Of a power by its base a, the exponent b; then by the exponent.
BASE = (
    Wrong("b*a^b: the exponent does not go down by one", lambda m, y, a, b: b * y, "power-rule"),
    Wrong("a^(b-1): the exponent is missing as a factor", lambda m, y, a, b: m.power(a, b - 1), "factor"),
    Wrong("(b-1)*a^(b-1) for b*a^(b-1)", lambda m, y, a, b: (b - 1) * m.power(a, b - 1), "power-rule"),
    Wrong("b*a^(b-2) for b*a^(b-1)", lambda m, y, a, b: b * m.power(a, b - 2), "power-rule"),
    Wrong("b*a^(b+1) for b*a^(b-1)", lambda m, y, a, b: b * m.power(a, b + 1), "power-rule"),
    Wrong("a^b*log(a), which is the exponent's rule", lambda m, y, a, b: y * m.log(a), "power-rule"),
)
EXPONENT = (
    Wrong("b*a^(b-1) for a^b*log(a): the power rule is for the base", lambda m, y, a, b: b * m.power(a, b - 1),
          "power-rule"),
    Wrong("a^(b-1) for a^b*log(a)", lambda m, y, a, b: m.power(a, b - 1), "power-rule"),
    Wrong("a^b for a^b*log(a): that holds for the base e only", lambda m, y, a, b: y),
    Wrong("a^b*a for a^b*log(a)", lambda m, y, a, b: y * a),
    Wrong("a^b/log(a) for a^b*log(a)", lambda m, y, a, b: m.divide(y, m.log(a)), "integrated"),
)  # fmt: skip
BELOW = (
    Wrong("1/b: the denominator is taken for a factor", lambda m, y, a, b: _inverse(m, b)),
    Wrong("-1/b^2: the numerator is missing", lambda m, y, a, b: -_inverse(m, b * b)),
    Wrong("-a/b for -a/b^2", lambda m, y, a, b: -y),
    Wrong("a: the fraction is taken for a product", lambda m, y, a, b: a),
    Wrong("a*log(b)", lambda m, y, a, b: a * m.log(m.abs(b)), "integrated"),
)
# Antiderivatives of gates with one input.
INTEGRALS: dict[str, Rule] = {
    "sin": lambda m, y, x: -m.cos(x), "cos": lambda m, y, x: m.sin(x), "log": lambda m, y, x: x * y - x,
    "sqrt": lambda m, y, x: x * y * (2 / 3), "exp": lambda m, y, x: y, "sinh": lambda m, y, x: m.cosh(x),
    "cosh": lambda m, y, x: m.sinh(x), "tanh": lambda m, y, x: m.log(m.cosh(x)),
    "tan": lambda m, y, x: -m.log(m.abs(m.cos(x))), "sigmoid": lambda m, y, x: m.softplus(x),
}  # fmt: skip


def candidates(scene: Scene) -> Iterator[Candidate]:
    for edge in scene.edges:
        node, place = edge
        gate, here = scene.graph.gates[node], scene.said(node)
        if gate is GATES["power"]:
            wrong: tuple[Wrong, ...] = BASE if place == 0 else EXPONENT
            if scene.graph.number(scene.graph.inputs[node][1]) == 2:  # where b - 1 is no factor
                wrong = tuple(one for one in wrong if not one.text.startswith("(b-1)"))
        elif gate is GATES["divide"] and place == 1:
            wrong = BELOW
        else:
            wrong = UNARY.get(gate.name, ())
        for one in wrong:
            rank = {"factor": 2.3, "power-rule": 3.5}.get(one.kind, 3.7)
            yield Candidate(one.kind, f"at {here} the local gradient is {one.text}", rank, _with(edge, one.local))
        if len(gate.parameters) == 1 and not gate.pullback:
            yield Candidate("function", f"at {here} the gate's output stands for its local gradient", 5.5,
                            _with(edge, lambda m, y, x: y))  # fmt: skip
        yield from _integrated(scene, edge, here)
        if gate.name in ("softmax_loss", "bce_logits_loss") and place == 0:
            yield from _of_loss(scene, edge, here)
        if gate.name == "svm_loss" and place == 0:
            yield Candidate("branch", f"at {here} the score of the right class gets no gradient: it is in every margin",
                            3.5, lambda s, e=edge: s.found({e: _others}))  # fmt: skip
        if gate is GATES["divide"] and place == 0 and scene.path[scene.graph.inputs[node][1]]:
            whole = {edge: _as_numerator, (node, 1): _as_denominator}
            said = f"at {here} the denominator is not squared in the quotient rule"
            yield Candidate("function", said, 3.7, lambda s, w=whole: s.found(w))


def _with(edge: Edge, local: Rule) -> Callable[[Scene], Any]:
    def otherwise(use: Use) -> Any:
        m = use.scene.m
        return m.scale(use.upstream, local(m, use.y, *use.xs))

    return lambda s: s.found({edge: otherwise})


def _integrated(scene: Scene, edge: Edge, here: str) -> Iterator[Candidate]:
    gate, place = scene.graph.gates[edge[0]], edge[1]
    text = f"{here} is integrated, not differentiated"
    if gate is GATES["power"] and place == 0:
        local: Rule = lambda m, y, a, b: m.divide(m.power(a, b + 1), b + 1)
        yield Candidate("integrated", text, 5.2, _with(edge, local))
        yield Candidate("integrated", f"{text} (and not divided by the new exponent)", 5.3,
                        _with(edge, lambda m, y, a, b: m.power(a, b + 1)))  # fmt: skip
    elif gate is GATES["multiply"]:
        yield Candidate("integrated", text, 5.2, _with(edge, _half_square(place)))
    elif gate.name in INTEGRALS:
        yield Candidate("integrated", text, 5.2, _with(edge, INTEGRALS[gate.name]))


def _half_square(place: int) -> Rule:
    return lambda m, y, a, b: b * a * a / 2 if place == 0 else a * b * b / 2


def _as_numerator(use: Use) -> Any:
    return use.scene.m.dense(use.upstream)


def _as_denominator(use: Use) -> Any:
    return -use.scene.m.dense(use.upstream) * use.y


def _others(use: Use) -> Any:
    """A gradient of scores without that of the right class."""
    m, (scores, labels, *_) = use.scene.m, use.xs
    return m.dense(use.downstream()) * (1 - m.one_hot(labels, size=m.shape(scores)[-1]))


def _of_loss(scene: Scene, edge: Edge, here: str) -> Iterator[Candidate]:
    """The scores' gradient is the probabilities less the labels: without the labels."""
    is_softmax = scene.graph.gates[edge[0]].name == "softmax_loss"

    def probabilities(use: Use) -> Any:
        m, scores = use.scene.m, use.xs[0]
        return m.dense(use.upstream) * (m.softmax(scores, axis=-1) if is_softmax else m.sigmoid(scores))

    otherwise: dict[Edge, Otherwise] = {edge: probabilities}
    yield Candidate("branch", f"at {here} the 1 is not subtracted from the probability of the right class", 3.5,
                    lambda s: s.found(otherwise))  # fmt: skip
