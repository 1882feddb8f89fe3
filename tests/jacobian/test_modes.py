"""Forward mode, reverse mode and central differences give one Jacobian, for every gate of arrays."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from every import several

from bpcalc.algebra.arrays import ARRAYS
from bpcalc.calculations.gradient import calculate
from bpcalc.calculations.jacobian import jacobian
from bpcalc.engine.forward import forward
from bpcalc.engine.reverse import backpropagate
from bpcalc.engine.tangent import tangents
from bpcalc.errors import Source
from bpcalc.gate import CONVENTIONS
from bpcalc.gates.arrays import GATES
from bpcalc.graph import Graph
from bpcalc.reading.parser import parse
from bpcalc.reports.options import Options

RANDOM = np.random.default_rng(3)
v2, v3, v4 = (RANDOM.normal(size=n) for n in (2, 3, 4))
m23, m34, m42 = (RANDOM.normal(size=shape) for shape in ((2, 3), (3, 4), (4, 2)))
t234 = RANDOM.normal(size=(2, 3, 4))
square = RANDOM.normal(size=(3, 3)) + 3 * np.eye(3)
squares = RANDOM.normal(size=(2, 3, 3)) + 3 * np.eye(3)
shares = np.array([[0.2, 0.7, 0.4], [0.9, 0.3, 0.6]])
labels = np.array([2.0, 0.0])

REDUCTIONS = ("sum", "mean", "prod", "max", "min", "var", "std", "norm", "logsumexp")
ALONG = ("", ", axis=0", ", axis=-1, keepdims=1", ", axis=[0, 2]", ", keepdims=1")
PROGRAMS: list[tuple[str, dict[str, Any]]] = [
    *((f"{name}(x{along})", {"x": t234}) for name in REDUCTIONS for along in ALONG),
    *(
        (f"{name}(x{along})", {"x": m34})
        for name in ("softmax", "log_softmax", "cumsum", "cumsum_back")
        for along in ("", ", axis=0")
    ),
    *((f"{name}(x{along})", {"x": m34}) for name in ("prod_others", "centered") for along in ("", ", axis=1")),
    ("a @ b", {"a": m23, "b": m34}),
    ("a @ b", {"a": v3, "b": m34}),
    ("a @ b", {"a": m23, "b": v3}),
    ("a @ b", {"a": v3, "b": v3[::-1].copy()}),
    ("a @ b", {"a": t234, "b": m42}),
    ("a @ b", {"a": m23, "b": t234}),
    ("a @ b", {"a": t234, "b": v4}),
    ("a @ b", {"a": v3, "b": t234}),
    ("outer(a, b)", {"a": v3, "b": v2}),
    *((f"{name}(x)", {"x": x}) for name in ("trace", "det", "logdet", "inv", "cofactors") for x in (square, squares)),
    ("solve(a, b)", {"a": square, "b": v3}),
    ("solve(a, b)", {"a": square, "b": m34}),
    ("solve(a, b)", {"a": squares, "b": t234}),
    ("[a, b, a*b]", {"a": 2.0, "b": -3.0}),
    ("[a, sum(a)*b]", {"a": v3, "b": v3[::-1].copy()}),
    ("x[0, 1:]*x[-1, :2]", {"x": t234}),
    ("x.T @ x", {"x": m23}),
    ("transpose(x, axes=[1, 2, 0])^2", {"x": t234}),
    ("reshape(x, 4, 3) @ x", {"x": m34}),
    ("concat(a, b, a)", {"a": v3, "b": v2}),
    ("concat(a, b, axis=1)", {"a": m23, "b": m23[:, :1]}),
    ("stack(a, b, axis=1)", {"a": v3, "b": v3[::-1].copy()}),
    ("diag(x)", {"x": v3}),
    ("diag(x)", {"x": square}),
    ("pick(S, y)", {"S": m23, "y": labels}),
    *(
        (f"{name}(S, y, reduction={how})", {"S": m23, "y": labels})
        for name in ("softmax_loss", "svm_loss")
        for how in ("sum", "mean", "none")
    ),
    ("svm_loss(S, y, margin)", {"S": m23, "y": labels, "margin": 1.5}),
    ("mse_loss(p, t, reduction=none)", {"p": m23, "t": v3}),
    ("mse_loss(p, t)", {"p": m23, "t": m23 / 2}),
    ("bce_loss(p, t, reduction=none)", {"p": shares, "t": shares / 2}),
    ("bce_loss(p, t)", {"p": shares, "t": shares / 3}),
    *((f"{name}(x{along})", {"x": m34}) for name in ("cumprod", "sort") for along in ("", ", axis=0")),
    *((f"{name}(x, 0.3{along})", {"x": t234}) for name in ("quantile",) for along in ALONG[:4]),
    *((f"median(x{along})", {"x": t234}) for along in ALONG),
    ("recurrence(b, a)", {"b": m23, "a": m23[::-1].copy()}),
    ("put_along(x, y, size=3)", {"x": v2, "y": labels}),
    ("take_along(x, y)", {"x": v3, "y": labels}),
    *(
        (text, {"x": m34})
        for text in (
            "flip(x, axis=1)", "roll(x, 1)", "pad(x, 1)", "repeat(x, 2, axis=0)", "tile(x, 2)", "tril(x)", "triu(x, 1)",
            "windows(x, axis=1, size=2, step=2)", "pinv(x)", "svdvals(x)",
        )
    ),
    ("windows_back(x, axis=0, length=5, size=4)", {"x": m42.T[:, [0, 1, 1, 0]]}),
    ('einsum("ij,jk,k->i", a, b, c)', {"a": m23, "b": m34, "c": v4}),
    ('einsum("iij,j->i", a, b)', {"a": squares.T, "b": v2}),
    ("kron(a, b)", {"a": m23, "b": m42}),
    ("cross(a, b)", {"a": m23, "b": v3}),
    ("matrix_power(x, 3)", {"x": square}),
    *((f"{name}(x)", {"x": square @ square.T / 4}) for name in ("expm", "cholesky", "eigvalsh", "eigh")),
    ("conv1d(x, w, b, padding=1)", {"x": m23, "w": t234[:, :2, :2], "b": v2}),
    ("conv2d(x, w, b, stride=2)", {"x": t234, "w": squares[None, :, :2, :2], "b": v2[:1]}),
    ("max_pool2d(x, 2, stride=1)", {"x": t234}),
    ("avg_pool2d(x, 2, padding=1)", {"x": t234}),
    ("norm(x, order=1, axis=1) + norm(x, order=inf)", {"x": m34}),
    ("norm(x, order=nuc)*var(x, axis=0, ddof=1)", {"x": m34}),
    ("bce_logits_loss(z, t, reduction=none)", {"z": m23, "t": shares}),
    ("huber_loss(p, t, d)", {"p": m23, "t": v3, "d": 0.7}),
    ("nll_loss(S, y)", {"S": m23, "y": labels}),
    ("kl_div(q, p, reduction=batchmean)", {"q": -shares, "p": shares}),
    # elementwise gates under broadcasting
    ("a*b + a/b - hypot(a, b)", {"a": t234, "b": m34}),
    ("where(a > b, a^2, max(a, b))", {"a": m23, "b": v3}),
    ("cumsum(x + b)", {"x": v3, "b": 2.0}),
    ("clip(a, -0.3, b)*sigmoid(a)", {"a": m23, "b": 0.4}),
]  # fmt: skip
EACH_PROGRAM = several("text, values", PROGRAMS)


def both(text: str, values: Mapping[str, Any], convention: str = "torch") -> tuple[dict[str, Any], dict[str, Any]]:
    reports = [
        jacobian(Source(text), values, Options(convention=convention), mode=mode) for mode in ("forward", "reverse")
    ]
    assert [report.mode for report in reports] == ["forward", "reverse"]
    return reports[0].jacobian, reports[1].jacobian


def value(text: str, values: Mapping[str, Any]) -> Any:
    program = parse(Source(text), values)
    bound = {name: ARRAYS.value(values[name]) for name in program.variables}
    with ARRAYS.quiet():
        return forward(ARRAYS, program.graph, bound, [program.output])[program.output]


def differences(text: str, values: Mapping[str, Any], name: str) -> Any:
    """The Jacobian by central differences, the input's axes first."""
    x, h = np.asarray(values[name], dtype=float), 1e-5
    columns = []
    for place in np.ndindex(*x.shape):
        ends = []
        for step in (h, -h):
            moved = x.copy()
            moved[place] += step
            ends.append(np.asarray(value(text, {**values, name: moved})))
        columns.append((ends[0] - ends[1]) / (2 * h))
    return np.array(columns).reshape((*x.shape, *columns[0].shape))


@EACH_PROGRAM
def test_forward_and_reverse_mode_give_the_jacobian_of_central_differences(text: str, values: dict[str, Any]) -> None:
    pushed, pulled = both(text, values)
    assert list(pushed) == list(pulled) == [name for name in values if name != "y"]
    for name in pushed:
        expected = differences(text, values, name)
        assert np.shape(pushed[name]) == np.shape(pulled[name]) == expected.shape
        np.testing.assert_allclose(pushed[name], pulled[name], rtol=1e-11, atol=1e-13)
        np.testing.assert_allclose(pulled[name], expected, rtol=1e-6, atol=1e-7)


@EACH_PROGRAM
def test_a_direction_pushed_forward_meets_an_upstream_pulled_back(text: str, values: dict[str, Any]) -> None:
    """<Jv, u> = <v, Jᵀu>, with a direction of all inputs at once."""
    random = np.random.default_rng(11)
    program = parse(Source(text), values)
    graph, output = program.graph, program.output
    computed = forward(ARRAYS, graph, {name: ARRAYS.value(x) for name, x in values.items()}, [output])
    nodes = [program.names[name] for name in values if name != "y"]
    directions = {node: ARRAYS.value(random.normal(size=np.shape(computed[node]))) for node in nodes}
    upstream = ARRAYS.value(random.normal(size=np.shape(computed[output])))
    pushed = ARRAYS.dense(tangents(ARRAYS, graph, computed, directions, output, "torch")[output])
    assert np.shape(pushed) == np.shape(computed[output])
    pulled = backpropagate(ARRAYS, graph, computed, output, upstream, graph.carries(nodes, output), "torch")
    assert np.sum(pushed * upstream) == pytest.approx(
        sum(np.sum(ARRAYS.dense(pulled[node]) * direction) for node, direction in directions.items()), rel=1e-11
    )


def test_every_gate_of_arrays_is_among_the_programs() -> None:
    used = {gate.name for text, values in PROGRAMS for gate in parse(Source(text), values).graph.gates}
    taken = {gate.name for gate in GATES.values() if gate.of_arrays and gate.parameters and gate.differentiable}
    assert taken - used == {"scatter"}  # it has no spelling of its own: the next test


def test_scatter_pushes_a_tangent_to_its_place() -> None:
    graph = Graph()
    x = graph.variable("x")
    output = graph.apply(GATES["scatter"].bind({"shape": (2, 3), "key": (1, (0, 2, None))}), (x,))
    computed = forward(ARRAYS, graph, {"x": np.array([5.0, 7.0])}, [output])
    pushed = tangents(ARRAYS, graph, computed, {x: np.array([1.0, -2.0])}, output, "torch")[output]
    assert ARRAYS.dense(pushed).tolist() == [[0, 0, 0], [1, -2, 0]]


@pytest.mark.parametrize("convention", CONVENTIONS)
@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("max(x)*[1, 2]", {"x": [2.0, 1.0, 2.0]}),
        ("min(x, axis=1)", {"x": [[1.0, 1.0], [3.0, 2.0]]}),
        ("max(x, y)", {"x": [1.0, 2.0], "y": [1.0, 3.0]}),
        ("relu(x)", {"x": [0.0, 1.0]}),
        ("abs(x)", {"x": [0.0, -1.0]}),
        ("clip(x, 0, 1)", {"x": [0.0, 1.0, 2.0]}),
        ("norm(x)*[1, 2]", {"x": [0.0, 0.0]}),
        ("std(x)*[1, 2]", {"x": [3.0, 3.0]}),
        ("median(x)*[1, 2]", {"x": [2.0, 3.0, 2.0, 2.0, 1.0]}),
        ("quantile(x, 0.4)*[1, 2]", {"x": [3.0, 3.0, 1.0]}),
        ("norm(x, order=inf)*[1, 2]", {"x": [3.0, -3.0, 1.0]}),
        ("max_pool2d(reshape(x, 1, 2, 3), 2, stride=1)[0, 0]", {"x": [3.0, 3.0, 1.0, 3.0, 0.0, 1.0]}),
    ],
)
def test_both_modes_follow_the_convention_at_a_kink(convention: str, text: str, values: dict[str, Any]) -> None:
    values = {name: np.array(x) for name, x in values.items()}
    pushed, pulled = both(text, values, convention)
    for name in values:
        np.testing.assert_array_equal(pushed[name], pulled[name])
    # the sum of the Jacobian's columns is the gradient of the sum
    report = calculate(Source(f"sum({text})"), values, Options(convention=convention))
    for name in values:
        gradient = np.sum(pulled[name], axis=-1)
        np.testing.assert_array_equal(gradient, report.gradient[name])


@pytest.mark.parametrize(
    ("text", "x", "expected"),
    [
        ("sqrt(x)", [0.0, 4.0], [[np.inf, 0], [0, 0.25]]),
        ("[sqrt(x[0]), x[1]^2]", [0.0, 4.0], [[np.inf, 0], [0, 8]]),
        ("[1, 2]*max(sqrt(x))", [0.0, 4.0], [[0, 0], [0.25, 0.5]]),
        ("where(x > 0, sqrt(x), 0)", [-1.0, 4.0], [[0, 0], [0, 0.25]]),
        ("concat(sqrt(x[:1]), x[1:])", [0.0, 4.0], [[np.inf, 0], [0, 1]]),
    ],
)
def test_an_infinite_local_gradient_makes_no_nan_of_the_entries_beside_it(
    text: str, x: list[float], expected: list[list[float]]
) -> None:
    for found in both(text, {"x": np.array(x)}):
        assert found["x"].tolist() == expected


def test_the_mode_with_fewer_passes_is_chosen() -> None:
    def chosen(text: str, wrt: tuple[str, ...] = (), **values: Any) -> tuple[str, int]:
        report = jacobian(Source(text), {name: np.array(x) for name, x in values.items()}, Options(wrt=wrt))
        return report.mode, report.passes

    assert chosen("sum(x)", x=[1, 2, 3]) == ("reverse", 1)
    assert chosen("[x, x^2, x^3]", x=2) == ("forward", 1)
    assert chosen("x^2", x=[1, 2, 3]) == ("reverse", 3)
    assert chosen("outer(x, y)", x=[1, 2], y=[3, 4]) == ("reverse", 4)
    assert chosen("outer(x, y)", x=[1, 2], y=[3, 4, 5]) == ("forward", 5)
    # two names of one node are one input
    assert chosen("q = x; [q, x^2]", ("x", "q"), x=2) == ("forward", 1)
