"""Indices by arrays, None and `...`: NumPy's values, gradients that add where an entry is taken twice."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from commandline import call

from bpcalc import diff, gradient, jacobian
from bpcalc.errors import BpcalcError

X = np.arange(24.0).reshape(2, 3, 4) - 7.5
i = np.array([2.0, 0.0, 2.0])
KEYS: list[tuple[str, Callable[[Any], Any]]] = [
    ("[[0, 1, 0]]", lambda x: x[[0, 1, 0]]), ("[:, [2, 0, 2]]", lambda x: x[:, [2, 0, 2]]),
    ("[..., [3, -1]]", lambda x: x[..., [3, -1]]), ("[[0, 1], [2, 0]]", lambda x: x[[0, 1], [2, 0]]),
    ("[[0, 1], :, [2, 0]]", lambda x: x[[0, 1], :, [2, 0]]), ("[0, :, [2, 0]]", lambda x: x[0, :, [2, 0]]),
    ("[:, 0, [2, 0]]", lambda x: x[:, 0, [2, 0]]), ("[[[0, 1], [1, 1]]]", lambda x: x[[[0, 1], [1, 1]]]),
    ("[None]", lambda x: x[None]), ("[:, None, 1:]", lambda x: x[:, None, 1:]), ("[..., None]", lambda x: x[..., None]),
    ("[1, ..., ::-2]", lambda x: x[1, ..., ::-2]), ("[...]", lambda x: x[...]), ("[:, i]", lambda x: x[:, [2, 0, 2]]),
    ("[arange(2), 1]", lambda x: x[np.arange(2), 1]), ("[:, range(0, 3, 2)]", lambda x: x[:, range(0, 3, 2)]),
    ("[np.newaxis, :, k]", lambda x: x[np.newaxis, :, 1]), ("[:, [0, 2], None, 1]", lambda x: x[:, [0, 2], None, 1]),
    ("[[0, 1], None, [2, 0]]", lambda x: x[[0, 1], None, [2, 0]]),
]  # fmt: skip


@pytest.mark.parametrize(("key", "taken"), KEYS, ids=[key for key, _ in KEYS])
def test_an_index_takes_what_it_takes_in_numpy_and_its_gradient_adds(key: str, taken: Callable[[Any], Any]) -> None:
    given = {"X": X} | ({"i": i} if "i]" in key else {}) | ({"k": 1} if "k]" in key else {})
    value = taken(X)
    weights = np.arange(value.size, dtype=float).reshape(value.shape) + 1
    report = gradient(f"sum(W*X{key})", W=weights, wrt=["X"], **given)
    assert report.value == pytest.approx(np.sum(weights * value))
    expected, places = np.zeros(X.size), taken(np.arange(X.size).reshape(X.shape))
    np.add.at(expected, places.ravel(), weights.ravel())
    np.testing.assert_allclose(report.gradient["X"], expected.reshape(X.shape))


def test_what_is_shown_is_read_again() -> None:
    for key, _ in KEYS:
        report = gradient(f"sum(X{key})", X=X, **({"i": i} if "i]" in key else {}), **({"k": 1} if "k]" in key else {}))
        again = gradient(report.expression, X=X, **({"i": i} if "i]" in report.expression else {}))
        assert again.value == report.value
        formula = next(row.symbolic for row in report.nodes if row.name == "X")
        np.testing.assert_allclose(gradient(formula, X=X, i=i, upstream=1.0).value, report.gradient["X"])


def test_labels_of_rows_are_an_input_of_their_own() -> None:
    S, y = np.array([[3.2, 5.1, -1.7], [1.3, 4.9, 2.0]]), np.array([0.0, 2.0])
    for text in ("S[arange(2), y]", "S[np.arange(S.shape[0]), y]", "S[range(len(y)), y]", "pick(S, y)"):
        report = gradient(f"sum({text}*[1, 2])", S=S, y=y)
        assert report.value == 3.2 + 2 * 2.0
        assert np.array_equal(report.gradient["S"], [[1, 0, 0], [0, 0, 2]])
    more = np.vstack([S, S])
    assert np.array_equal(gradient("sum(S[range(2), y])", S=more, y=y).gradient["S"][2:], np.zeros((2, 3)))
    for text in ("S[range(3), y]", "S[range(1), y]"):
        with pytest.raises(BpcalcError):
            gradient(f"sum({text})", S=S, y=y)


def test_commands_that_write_formulas_take_them() -> None:
    x = np.array([1.0, -2.0, 3.0])
    assert diff("sum(x[[0, 0, 2]]^2)", {"x": (3,)}, wrt="x").derivatives["x"]
    assert np.array_equal(jacobian("x[[2, 0, 2]]", x=x).jacobian["x"], [[0, 1, 0], [0, 0, 0], [1, 0, 1]])
    hessian = json.loads(call(["hessian", "sum(x[[0, 0, 2]]^3)", "x=[1,-2,3]", "-o", "json"]).out)["hessian"]["x"]["x"]
    assert hessian == [[12.0, 0.0, 0.0], [0.0, 0.0, 0.0], [0.0, 0.0, 18.0]]
    for target in ("python", "numpy", "module"):
        program = call(["code", "sum(x[[0, 0, 2]]^2) + sum(x[:, None][..., 0])", "x=[1,-2,3]", "--to", target])
        scope: dict[str, Any] = {"__name__": "written"}
        exec(program.out, scope)
        if target != "module":
            value, gradients = scope["f"](x)
            assert value == 1 + 1 + 9 + 2
            np.testing.assert_allclose(gradients["x"], [5.0, 1.0, 7.0])


@pytest.mark.parametrize(
    "key",
    ["[x > 0]", "[[0, 1.5]]", "[[]]", "[[[0], [0, 1]]]", "[..., ...]", "[[5]]", "[[-4]]", "[range(10000000000)]",
     "[None, 0, 0]", "[[0, 1], [0, 1]]", "[j]", "[f]"],
)  # fmt: skip
def test_what_is_no_index_is_refused(key: str) -> None:
    with pytest.raises(BpcalcError):
        gradient(f"sum(x{key})", x=[1.0, 2.0, 3.0], f=[0.5, 1.0])
