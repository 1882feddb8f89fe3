"""Laws over random programs of arrays and random products: LaTeX is read again, a reading is a fixed point.

More of them: `grown(random.Random(seed), …)` in a loop; 20,000 were tried when this was written.
"""

from __future__ import annotations

import random
from collections.abc import Callable

import numpy as np
import pytest
from test_latex_again import again

import bpcalc
from bpcalc.calculations.understood import understood
from bpcalc.errors import BpcalcError, Source
from bpcalc.reading.products import splits

VALUES = {"x": np.array([0.3, 1.2]), "y": np.array([0.7, -0.4]), "A": np.array([[1.0, 0.5], [-0.3, 2.0]]),
          "B": np.array([[0.2, 1.0], [0.4, -1.0]]), "a": 0.5, "b": 1.5}  # fmt: skip
# Of each kind: what it begins with, and how more is made: n, v, m stand for a number, a vector, a matrix.
LEAVES = {"n": ("a", "b", "2", "0.5"), "v": ("x", "y"), "m": ("A", "B")}
FORMS = {
    "n": ("(n + n)", "n*n", "(n)/(n)", "sum(v)", "(v)@(v)", "sum(m)", "norm(v)", "trace(m)", "det(m)", "max(v)",
          "(v)[0]", "(m)[1, 0]", "exp(n)", "-(n)", "(n)^2", "abs(n)", "prod(v)", "logsumexp(v)", "where(n > n, n, n)"),
    "v": ("(v + v)", "(v - v)", "(v)*(v)", "(m)@(v)", "n*(v)", "sigmoid(v)", "softmax(v)", "sum(m, axis=0)", "-(v)",
          "sum(m, axis=1)", "[n, n]", "(m)[1]", "(v)^2", "diag(m)", "(v)@(m)", "max(v, 0)", "(v)/(n)",
          "where(v > 0, v, v)"),
    "m": ("(m + m)", "(m)@(m)", "(m).T", "(m)*(m)", "outer(v, v)", "n*(m)", "softmax(m, axis=0)", "diag(v)", "[v, v]",
          "exp(m)", "(m) + (v)", "(m) - n", "stack(v, v, axis=1)", "(m)^2"),
}  # fmt: skip


def grown(draw: random.Random, kind: str, depth: int) -> str:
    """A random program whose value is of a kind."""
    if depth == 0 or draw.random() < 0.1:
        return draw.choice(LEAVES[kind])
    parts = draw.choice(FORMS[kind])
    text, at = "", 0
    while at < len(parts):
        is_kind = parts[at] in FORMS and not (parts[at - 1 : at].isalpha() or parts[at + 1 : at + 2].isalpha())
        text += grown(draw, parts[at], depth - 1) if is_kind else parts[at]
        at += 1
    return text


@pytest.mark.parametrize("seed", range(4))
def test_random_programs_of_arrays_are_read_as_they_are_written(seed: int) -> None:
    draw = random.Random(seed)
    for _ in range(60):
        text = grown(draw, draw.choice("nvm"), draw.choice((2, 3, 4)))
        one, written, found = again(text, VALUES, shaped=True)
        if found != one:  # exp(x) and e^x are one text, and so are the products of matrices in another order
            values = [bpcalc.jacobian(each, VALUES).value for each in (one, f"${written}$")]
            np.testing.assert_allclose(*values, rtol=1e-9, err_msg=f"{text}: {written}")


def test_the_reading_of_random_programs_is_a_fixed_point() -> None:
    draw = random.Random(5)
    for _ in range(200):
        shown = understood(Source(grown(draw, draw.choice("nvm"), 4)), VALUES).text
        assert understood(Source(shown), VALUES).text == shown


def ways(name: str, known: Callable[[str], bool]) -> list[list[str]]:
    """All ways to part a name into known ones, by trying each."""
    if not name:
        return [[]]
    return [[name[:stop], *rest] for stop in range(1, len(name) + 1) if known(name[:stop])
            for rest in ways(name[stop:], known)]  # fmt: skip


def test_a_product_without_signs_is_read_where_it_has_one_reading() -> None:
    draw = random.Random(14)
    count = 0
    for _ in range(2000):
        names = {draw.choice(("x", "y", "w", "w0", "w1", "xy", "a", "ab", "b", "b1", "x1"))
                 for _ in range(draw.randrange(1, 6))}  # fmt: skip
        values = {name: draw.choice((2.0, 3.0, 5.0, 7.0)) + place / 16 for place, name in enumerate(sorted(names))}
        text = "".join(draw.choice(sorted(names)) for _ in range(draw.randrange(2, 4)))
        found = [way for way in ways(text, values.__contains__) if len(way) > 1]
        assert sorted(splits(text, values.__contains__)) == sorted(found) or len(found) > 2
        if text in values:
            continue
        number = draw.choice(("", "2", "3 "))
        if len(found) != 1:
            with pytest.raises(BpcalcError):
                bpcalc.gradient(number + text, {**values})
            continue
        count += 1
        right = float(number or 1) * np.prod([values[name] for name in found[0]])
        assert bpcalc.gradient(number + text, {**values}).value == pytest.approx(right), (text, values)
    assert count > 500


@pytest.mark.parametrize(
    ("text", "right"),
    [
        (r"x \odot A y", lambda x, y, A: x * (A @ y)), (r"A y \odot x", lambda x, y, A: (A @ y) * x),
        (r"A^T \odot A B", lambda x, y, A: A.T * (A @ VALUES["B"])), (r"A \odot 2 A", lambda x, y, A: 2 * A * A),
        (r"A \circ 0.5 A x", lambda x, y, A: None), (r"(x \odot y)^T A", lambda x, y, A: (x * y) @ A),
        (r"\sum_i x_i \odot y_i", lambda x, y, A: x @ y),
    ],
)  # fmt: skip
def test_what_stands_side_by_side_binds_more_tightly_than_entries(text: str, right: Callable[..., object]) -> None:
    expected = right(VALUES["x"], VALUES["y"], VALUES["A"])
    if expected is None:
        expected = VALUES["A"] * (0.5 * VALUES["A"] @ VALUES["x"])
    np.testing.assert_allclose(bpcalc.jacobian(text, VALUES).value, expected)  # type: ignore[arg-type]


def test_a_star_in_front_of_a_product_of_matrices_has_two_readings() -> None:
    with pytest.raises(BpcalcError, match="two ways"):
        bpcalc.jacobian(r"\mathbf{x} * A y", {"x": VALUES["x"], "A": VALUES["A"], "y": VALUES["y"]})
    assert bpcalc.jacobian(r"2 * A x \cdot 1", VALUES).value.tolist() == (2 * VALUES["A"] @ VALUES["x"]).tolist()  # type: ignore[operator]
