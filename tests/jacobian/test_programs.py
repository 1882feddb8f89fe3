"""The Jacobians of the lectures, written down by hand, and of whole programs against central differences."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from bpcalc.algebra.arrays import ARRAYS
from bpcalc.calculations.jacobian import jacobian
from bpcalc.engine.forward import forward
from bpcalc.errors import BpcalcError, Source
from bpcalc.gate import LAYOUTS
from bpcalc.reading.parser import parse
from bpcalc.reports.jacobian import JacobianReport, Structure
from bpcalc.reports.options import Options

X = np.array([[2.0, 1, -3], [-3, 4, 2]])
W = np.array([[3.0, 2, 1, -1], [2, 1, 3, 2], [3, 2, 1, -2]])


def run(text: str, values: dict[str, Any], layout: str = "denominator", **options: Any) -> JacobianReport:
    bound = {name: x if isinstance(x, float) else np.array(x, dtype=float) for name, x in values.items()}
    return jacobian(Source(text), bound, Options(**options), layout)


def test_relu_has_the_diagonal_jacobian_of_the_lecture() -> None:
    report = run("relu(x)", {"x": [1, -2, 3, -1]})
    assert report.value.tolist() == [1, 0, 3, 0]
    assert report.jacobian["x"].tolist() == [[1, 0, 0, 0], [0, 0, 0, 0], [0, 0, 1, 0], [0, 0, 0, 0]]
    assert report.structure["x"] == Structure("diagonal", 2, 16)


def test_the_matrix_product_has_the_jacobian_that_the_lecture_never_forms() -> None:
    report = run("y = x@w; y", {"x": X, "w": W})
    assert report.value.tolist() == [[-1, -1, 2, 6], [5, 2, 11, 7]]
    # an entry x[i,k] reaches only row i of y, by row k of w
    by_x = report.jacobian["x"]
    assert by_x.shape == (2, 3, 2, 4)
    assert by_x[0, 0].tolist() == [[3, 2, 1, -1], [0, 0, 0, 0]]
    assert by_x[0, 1].tolist() == [[2, 1, 3, 2], [0, 0, 0, 0]]
    assert by_x[0, 2].tolist() == [[3, 2, 1, -2], [0, 0, 0, 0]]
    assert by_x[1, 0].tolist() == [[0, 0, 0, 0], [3, 2, 1, -1]]
    assert by_x[1, 1].tolist() == [[0, 0, 0, 0], [2, 1, 3, 2]]
    assert by_x[1, 2].tolist() == [[0, 0, 0, 0], [3, 2, 1, -2]]
    assert report.structure["x"] == Structure("block diagonal", 24, 48, (2, 3, 4))
    # an entry w[k,j] reaches only column j of y, by column k of x
    by_w = report.jacobian["w"]
    assert by_w.shape == (3, 4, 2, 4)
    assert by_w[0, 0].tolist() == [[2, 0, 0, 0], [-3, 0, 0, 0]]
    assert by_w[1, 2].tolist() == [[0, 0, 1, 0], [0, 0, 4, 0]]
    assert by_w[2, 3].tolist() == [[0, 0, 0, -3], [0, 0, 0, 2]]
    assert report.structure["w"] == Structure("", 24, 96)


def test_the_jacobian_times_the_upstream_is_the_gradient_of_the_lecture() -> None:
    upstream = np.array([[2.0, 3, -3, 9], [-8, 1, 4, 6]])
    report = run("x@w", {"x": X, "w": W})
    assert np.tensordot(report.jacobian["x"], upstream, 2).tolist() == [[0, 16, -9], [-24, 9, -30]]
    assert np.tensordot(report.jacobian["w"], upstream, 2).tolist() == [
        [28, 3, -18, 0], [-30, 7, 13, 33], [-22, -7, 17, -15],
    ]  # fmt: skip


def test_polar_coordinates_in_both_layouts() -> None:
    """The textbook's [[cos t, -r sin t], [sin t, r cos t]], here a column an input."""
    values = {"p": [2.0, 0.0]}
    text = "[p[0]*cos(p[1]), p[0]*sin(p[1])]"
    assert run(text, values, "numerator").jacobian["p"].tolist() == [[1, 0], [0, 2]]
    text = "[p[0]^2*p[1], 5*p[0] + sin(p[1])]"
    assert run(text, values, "numerator").jacobian["p"].tolist() == [[0, 4], [5, 1]]
    assert run(text, values, "denominator").jacobian["p"].tolist() == [[0, 5], [4, 1]]


def test_layouts_put_the_axes_of_the_input_first_or_last() -> None:
    shapes = {layout: run("x@w", {"x": X, "w": W}, layout).jacobian["w"].shape for layout in LAYOUTS}
    assert shapes == {"denominator": (3, 4, 2, 4), "numerator": (2, 4, 3, 4)}
    rows = run("x@w", {"x": X, "w": W}, "numerator").jacobian["w"]
    assert rows[1, 2].tolist() == [[0, 0, -3, 0], [0, 0, 4, 0], [0, 0, 2, 0]]


def test_the_numerator_layout_of_a_vector_and_a_matrix() -> None:
    found = run("outer(a, b)", {"a": [1, 2], "b": [3, 4, 5]}, "numerator").jacobian
    assert found["a"].tolist() == [[[3, 0], [4, 0], [5, 0]], [[0, 3], [0, 4], [0, 5]]]
    assert found["b"].tolist() == [
        [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
        [[2, 0, 0], [0, 2, 0], [0, 0, 2]],
    ]


def test_of_a_single_number_it_is_the_gradient() -> None:
    report = run("norm(X@v)^2", {"X": [[1, 2], [3, 4]], "v": [1, -1]})
    assert report.value == pytest.approx(2)
    np.testing.assert_allclose(report.jacobian["X"], [[-2, 2], [-2, 2]])
    np.testing.assert_allclose(report.jacobian["v"], [-8, -12])
    assert run("x*y + z", {"x": 2.0, "y": 3.0, "z": 1.0}).jacobian == {"x": 3.0, "y": 2.0, "z": 1.0}


def test_labels_have_no_jacobian_unless_it_is_asked_for() -> None:
    values = {"S": [[3.0, 1], [0, 2]], "y": [0, 1]}
    assert list(run("softmax_loss(S, y, reduction=none)", values).jacobian) == ["S"]
    report = run("softmax_loss(S, y, reduction=none)", values, wrt=("y",))
    assert report.jacobian["y"].tolist() == [[0, 0], [0, 0]]
    assert report.structure["y"].kind == "zero"


def test_an_intermediate_node_may_be_the_input_or_the_output() -> None:
    text = "q = x^2; p = q*[1, 10]; sum(p)"
    report = run(text, {"x": [1, 3]}, wrt=("q", "x"), of="p")
    assert report.output == "p"
    assert report.jacobian["q"].tolist() == [[1, 0], [0, 10]]
    assert report.jacobian["x"].tolist() == [[2, 0], [0, 60]]
    assert run(text, {"x": [1, 3]}, wrt=("p",), of="p").structure["p"].kind == "identity"


@pytest.mark.parametrize(
    ("text", "values", "layout", "expected"),
    [
        ("x + b", {"x": [1, 2, 3]}, "denominator", Structure("identity", 3, 9)),
        ("x*0", {"x": [1, 2]}, "denominator", Structure("zero", 0, 4)),
        ("3x", {"x": [1, 2]}, "denominator", Structure("diagonal", 2, 4)),
        ("cumsum(x)", {"x": [1, 2, 3]}, "denominator", Structure("upper triangular", 6, 9)),
        ("cumsum(x)", {"x": [1, 2, 3]}, "numerator", Structure("lower triangular", 6, 9)),
        ("A@x", {"x": [1, 2]}, "denominator", Structure("symmetric", 4, 4)),
        ("x[::-1]", {"x": [1, 2]}, "denominator", Structure("symmetric", 2, 4)),
        ("x[1:]", {"x": [1, 2, 3]}, "denominator", Structure("", 2, 6)),
        ("sum(x)*[1, 1]", {"x": [1, 2, 3]}, "denominator", Structure("", 6, 6)),
        ("softmax(x)", {"x": [[0, 1], [2, 0]]}, "denominator", Structure("block diagonal", 8, 16, (2, 2, 2))),
        ("sum(x^2, axis=1)", {"x": [[5, 1], [2, 3]]}, "denominator", Structure("block diagonal", 4, 8, (2, 2, 1))),
        ("x@w", {"x": X, "w": W}, "numerator", Structure("block diagonal", 24, 48, (2, 4, 3))),
        ("softmax(x)", {"x": np.arange(12).reshape(2, 2, 3) % 5}, "denominator",
         Structure("block diagonal", 36, 144, (4, 3, 3))),
        ("x[:, 1:]", {"x": [[1, 2, 3]]}, "denominator", Structure("", 2, 6)),
        ("x^2", {"x": [[5, 1], [2, 3]]}, "denominator", Structure("diagonal", 4, 16)),
        ("x*2", {"x": np.zeros(0)}, "denominator", Structure("empty", 0, 0)),
        ("x*y", {"x": 2.0, "y": 3.0}, "denominator", Structure("", 1, 1)),
    ],
)  # fmt: skip
def test_the_structure_is_recognised(text: str, values: dict[str, Any], layout: str, expected: Structure) -> None:
    values = {"b": 1.0, "A": [[2, 1], [1, 3]], **values}
    assert run(text, values, layout, wrt=("x",)).structure["x"] == expected


SEQUENCE = np.array([[0.1, -0.4], [0.7, 0.2], [-0.3, 0.5]])
WHOLE: list[tuple[str, dict[str, Any]]] = [
    ("tanh(A@x + b)", {"A": [[1, 2, -1], [0.5, -1, 0.2]], "x": [0.3, -0.1, 0.6], "b": [0.1, -0.2]}),
    ("relu(X@W + b)", {"X": X / 5, "W": W / 3, "b": [0.1, -0.2, 0.3, 0.4]}),
    ("x/norm(x)", {"x": [3, 4, -1]}),
    ("softmax(x)", {"x": [1, -2, 0]}),
    ("m = mean(x, axis=1, keepdims=1); g*(x - m)/sqrt(var(x, axis=1, keepdims=1) + 0.01) + b",
     {"x": X, "g": [1, 0.5, 2], "b": [0.1, 0.2, 0.3]}),
    ("softmax(Q@K.T/sqrt(2))@V", {"Q": SEQUENCE, "K": SEQUENCE[::-1] * 2, "V": SEQUENCE + 1}),
    ("h1 = tanh(W@x[0] + U@h); h2 = tanh(W@x[1] + U@h1); [h1, h2]",
     {"W": [[0.5, -0.2], [0.1, 0.4]], "U": [[0.3, 0.1], [-0.6, 0.2]], "x": SEQUENCE[:2], "h": [0.1, -0.1]}),
    ("[r*sin(t)*cos(p), r*sin(t)*sin(p), r*cos(t)]", {"r": 2.0, "t": 0.7, "p": -1.2}),
    ("100*(x[1:] - x[:-1]^2)^2 + (1 - x[:-1])^2", {"x": [0.3, -0.2, 0.8, 1.1]}),
    ("inv(A)@b", {"A": [[2, 1], [0.5, 3]], "b": [1, -2]}),
    ("solve(A, b)*logdet(A)", {"A": [[2, 1], [0.5, 3]], "b": [1, -2]}),
    ("where(abs(x) <= 1, x^2/2, abs(x) - 0.5)", {"x": [0.5, -2, 3, -0.9]}),
    ("softmax_loss(X@W, y, reduction=none)", {"X": X / 3, "W": W / 3, "y": [1, 3]}),
    ("svm_loss(relu(X@W), y, reduction=none)", {"X": X / 3, "W": W / 3, "y": [1, 3]}),
    ("outer(a, b)@a[:2]", {"a": [1, 2, 3], "b": [0.5, -1]}),
    ("x*[[1], [10]] + y", {"x": [1, 2], "y": 3.0}),
    ("concat(x^2, [sum(x), prod(x)])", {"x": [1.5, 2, -3]}),
    ("A@x@[1, 2] * x", {"A": [[1, 2], [3, 4]], "x": [[1, -1], [2, 0.5]]}),
    ("logsumexp(x, axis=0) - max(x, axis=0)", {"x": X}),
    ("s = sigmoid(z); t*log(s) + (1 - t)*log(1 - s)", {"z": [0.3, -1.2], "t": [1, 0]}),
    ("p(u) = u^3 - 2u; p(p(x))", {"x": [0.4, -1.1]}),
    ("erf(x)*gelu(y) + cumsum(x)", {"x": [0.2, -0.7], "y": [1.1, 0.3]}),
]  # fmt: skip


def value(text: str, values: dict[str, Any]) -> Any:
    program = parse(Source(text), values)
    bound = {name: ARRAYS.value(values[name]) for name in program.variables}
    return np.asarray(forward(ARRAYS, program.graph, bound, [program.output])[program.output])


@pytest.mark.parametrize(("text", "values"), WHOLE, ids=[text for text, _ in WHOLE])
def test_the_jacobian_is_that_of_central_differences(text: str, values: dict[str, Any]) -> None:
    h = 1e-5
    report = run(text, values)
    for name, found in report.jacobian.items():
        x = np.array(values[name], dtype=float)
        for place in np.ndindex(*x.shape):
            step = np.zeros_like(x)
            step[place] = h
            ends = [value(text, {**values, name: x + move}) for move in (step, -step)]
            np.testing.assert_allclose(found[place], (ends[0] - ends[1]) / (2 * h), rtol=1e-6, atol=2e-8)


def test_a_jacobian_that_no_memory_should_hold_is_refused_with_its_size() -> None:
    with pytest.raises(BpcalcError) as error:
        run("X@W", {"X": np.zeros((300, 200)), "W": np.zeros((200, 100))})
    assert "∂f/∂X has 60,000 x 30,000 = 1,800,000,000 entries: more than 100,000,000 are not formed" in str(error.value)
    assert "--upstream" in error.value.hint
    with pytest.raises(BpcalcError, match="and with those of the other inputs 128,000,000"):
        run("x + y", {"x": np.zeros(8000), "y": np.zeros(8000)})
