"""Every engine that is installed has the numbers of the one that needs no package, and of `grad`."""

from __future__ import annotations

import itertools
import math
import random
from pathlib import Path

import pytest
from engines import OTHERS, batch, columns, same
from test_rows import PROGRAMS

from bpcalc import gradient

SPECIAL = (0.0, -0.0, 1.0, -1.0, 0.1, 2.5, -3.75, 1e-300, 1e300, math.inf, -math.inf, math.nan)
DRAWN = random.Random(3)
ROWS = [*itertools.product(SPECIAL, repeat=3), *(tuple(DRAWN.uniform(-9, 9) for _ in range(3)) for _ in range(200))]
SQL = ("duckdb", "spark")
# Functions that come from another library here: their last digit may differ. Java has exp and log of its own, too.
JAVA = {"sigmoid((x + y)*z)", "where(x < y, log(x), 1/z)", "q = x*y; q^2 + exp(q)*z"}
ROUNDED = {"atan2(y, x)*clip(z, -1, 1)", "sqrt(x)^y + tanh(z)", "elu(x)*leaky_relu(y) + log1p(z)", "x^3 - y^-2 + z^0.5",
           "lgamma(x)*digamma(y) + gamma(z)"}  # fmt: skip
# Where what is far out, or infinite, does not bear to be squared, or divided and rounded down
FAR = ("mod(x, y) + z", "asinh(x)*y + z", "hypot(x, y)*z", "acosh(x) + atanh(y) + z")
PLAIN = [*(text for text, words in PROGRAMS.items() if "[" not in "".join(words)), *FAR]


@pytest.mark.parametrize("engine", OTHERS)
@pytest.mark.parametrize("text", PLAIN)
def test_all_special_numbers_in_each_column(engine: str, text: str, tmp_path: Path) -> None:
    if engine in SQL and any(gate in text for gate in ("gamma", "erf")):
        pytest.skip("it does not have it, and says so")
    table = "x,y,z\n" + "".join(f"{x!r},{y!r},{z!r}\n" for x, y, z in ROWS)
    words = [text, "FILE", *PROGRAMS.get(text, ()), "--engine"]
    found = [batch(tmp_path, table, *words, one) for one in ("python", engine)]
    assert found[0].err == found[1].err
    ours, theirs = (columns(one.out) for one in found)
    is_rounded = text in ROUNDED or text in FAR[1:] or (engine == "spark" and text in JAVA)
    for name in ("value", "d_x", "d_y", "d_z"):
        for row, a, b in zip(ROWS, map(float, ours[name]), map(float, theirs[name]), strict=True):
            close = is_rounded and math.isclose(a, b, rel_tol=1e-14, abs_tol=1e-15)
            assert close or same(a, b), (name, row)


@pytest.mark.parametrize("engine", OTHERS)
def test_a_graph_of_500_nodes(engine: str, tmp_path: Path) -> None:
    text = "y0 = x; " + "; ".join(f"y{k + 1} = sin(y{k}) + x*y{k}" for k in range(166)) + "; y166"
    found = columns(batch(tmp_path, "x\n0.3\n-0.7\n", text, "FILE", "--engine", engine).out)
    for place, x in enumerate((0.3, -0.7)):
        report = gradient(text, x=x)
        assert float(found["value"][place]) == pytest.approx(report.value, rel=1e-12)
        assert float(found["d_x"][place]) == pytest.approx(report.gradient["x"], rel=1e-12)
