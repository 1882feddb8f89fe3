"""Each row of a table has the value and the gradients that `bpcalc grad` has at its numbers, bit for bit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from commandline import call
from engines import batch, columns, same
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bpcalc import gradient

# Every way that rows are computed: generated code, with bound numbers among the parameters, kinks, gradients inside,
# an opened gate, arrays that are bound, and nodes that are asked for.
PROGRAMS: dict[str, Sequence[str]] = {
    "(x + y)*z": (), "sigmoid((x + y)*z)": (), "b*x + y^2 + z": ("b=0.5",), "relu(x)*y + abs(z)": (),
    "max(x, y, z)*min(x, y)": (), "where(x < y, log(x), 1/z)": (), "atan2(y, x)*clip(z, -1, 1)": (),
    "sqrt(x)^y + tanh(z)": (), "q = x*y; q^2 + exp(q)*z": (), "grad(x^2*y, x)*z": (), "erf(x)*floor(y) + z*y": (),
    "lgamma(x)*digamma(y) + gamma(z)": (), "elu(x)*leaky_relu(y) + log1p(z)": (), "x^3 - y^-2 + z^0.5": (),
    "sum([x, y, z]*W)": ("W=[1, 2, -3]",), "x + 0*y + 0*z + lgamma(y)": (),
}  # fmt: skip
NUMBERS = st.sampled_from([0.0, -0.0, 1.0, -1.0, 0.1, 2.5, -3.75, 1e-300, 1e300, float("inf"), float("nan")])
ROWS = st.lists(st.tuples(*[NUMBERS | st.floats(-100, 100)] * 3), min_size=1, max_size=6)


def values(words: Sequence[str]) -> Mapping[str, str]:
    return dict(word.split("=") for word in words)


@pytest.mark.parametrize("text", PROGRAMS)
@settings(max_examples=10)
@example([(1.0, 2.0, 3.0)])
@example([(0.0, 0.0, 0.0), (-2.0, 5.0, -4.0)])
@given(ROWS)
def test_a_row_has_the_numbers_of_grad(text: str, rows: list[tuple[float, float, float]]) -> None:
    table = "x,y,z\n" + "".join(f"{','.join(map(repr, row))}\n" for row in rows)
    with TemporaryDirectory() as folder:
        found = batch(Path(folder), table, text, "FILE", *PROGRAMS[text], "-q")
    assert found.status == 0
    results = columns(found.out)
    for place, (x, y, z) in enumerate(rows):
        report = gradient(text, x=x, y=y, z=z, **values(PROGRAMS[text]))
        assert same(float(results["value"][place]), float(report.value))
        for name in "xyz":
            assert same(float(results[f"d_{name}"][place]), float(report.gradient[name])), (name, x, y, z)


OPTIONS = [["--expand", "sigmoid"], ["--upstream", "-2.5"], ["--of", "s"], ["--convention", "jax"]]


@pytest.mark.parametrize("options", OPTIONS)
def test_options_mean_what_they_mean_in_grad(options: list[str], tmp_path: Path) -> None:
    text = "s = sigmoid(x*y); relu(s - 0.5)*y"
    found = columns(batch(tmp_path, "x,y\n0,3\n1,-2\n", text, "FILE", *options).out)
    for place, (x, y) in enumerate(((0, 3), (1, -2))):
        single = call(["grad", text, f"x={x}", f"y={y}", *options, "--get", "value,x,y"], folder=tmp_path)
        assert [float(found[name][place]) for name in ("value", "d_x", "d_y")] == [*map(float, single.out.split())]


def test_any_node_is_a_column(tmp_path: Path) -> None:
    picks = "q.value,q.grad,n1.value,value,q,x"
    found = batch(tmp_path, "x,y\n2,3\n", "q = x*y; sin(q)*q", "FILE", "--get", picks.replace(",q,x", ",x"))
    from math import cos, sin

    (row,) = [[*map(float, line.split(","))] for line in found.out.splitlines()[1:]]
    slope = cos(6) * 6 + sin(6)
    assert found.out.startswith("x,y,q,d_q,n1,value,d_x\n")
    assert row == [2, 3, 6, slope, sin(6), sin(6) * 6, slope * 3]


def test_a_gradient_of_an_array_has_no_room_in_a_cell(tmp_path: Path) -> None:
    found = batch(tmp_path, "x\n1\n", "sum(W*x)", "FILE", "W=[1,2]", "--wrt", "W")
    assert (found.status, found.out) == (2, "")
    assert "the gradient of W has the shape (2,)" in found.err


def test_a_graph_of_500_nodes(tmp_path: Path) -> None:
    text = "y0 = x; " + "; ".join(f"y{k + 1} = sin(y{k}) + x*y{k}" for k in range(166)) + "; y166"
    found = columns(batch(tmp_path, "x\n0.3\n-0.7\n", text, "FILE").out)
    for place, x in enumerate((0.3, -0.7)):
        report = gradient(text, x=x)
        assert (float(found["value"][place]), float(found["d_x"][place])) == (report.value, report.gradient["x"])
