"""A gate is one record: in a copy of the package one for numbers and one for arrays are added, each to its family."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import bpcalc

SOFTSIGN = '''
gate(
    "bent", "x", (lambda m, y, x: m.power(1 + m.abs(x), -2.0),), forward=lambda m, x: m.divide(x, 1 + m.abs(x)),
    formula="x/(1 + |x|)", samples=((0.5,), (-3.0,)),
)
'''
# The record alone: its forward rule in primitives gives values, shapes, formulas; its pullback no quotient, so that
# the gradient is right at 0 too.
RUNNING = '''
def _prefixes(m, x, axis):
    flat, size = in_a_row(m, x, axis), count_of(m, x, axis)
    upto = m.cumsum(m.eye(size=size), axis=0)
    return m.where(upto, m.reshape(flat, shape=(*m.shape(flat)[:-1], 1, size)), 1.0), upto


def _running(m, x, axis):
    products = m.prod(_prefixes(m, x, axis)[0], axis=-1, keepdims=False)
    return products if axis is None else out_of_row(m, products, x, axis)


def _running_back(m, g, y, x, axis):
    (rows, upto), upstream = _prefixes(m, x, axis), g if axis is None else in_a_row(m, g, axis)
    along = m.reshape(upstream, shape=(*m.shape(upstream)[:-1], count_of(m, x, axis), 1))
    return out_of_row(m, m.sum(along * m.prod_others(rows, axis=-1) * upto, axis=-2, keepdims=False), x, axis)


def _running_ahead(m, t, y, x, axis):
    (rows, upto), flat = _prefixes(m, x, axis), in_a_row(m, t, axis)
    along = m.reshape(flat, shape=(*m.shape(flat)[:-1], 1, count_of(m, x, axis)))
    products = m.sum(along * m.prod_others(rows, axis=-1) * upto, axis=-1, keepdims=False)
    return products if axis is None else out_of_row(m, products, x, axis)


gate(
    "running", "x", shape=reduces, pullback=(_running_back,), pushforward=(_running_ahead,), forward=_running,
    options={"axis": None}, formula="the running product of the entries", samples=VECTORS, says="scales by products",
)
'''

@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a package with two gates more: two files are touched."""
    root = tmp_path_factory.mktemp("copy")
    shutil.copytree(Path(bpcalc.__file__).parent, root / "bpcalc", ignore=shutil.ignore_patterns("__pycache__"))
    for family, text in (("activation", SOFTSIGN), ("reduction", RUNNING)):
        with open(root / "bpcalc" / "gates" / f"{family}.py", "a", encoding="utf-8") as file:
            file.write(text)
    return root


def call(copy: Path, *words: str) -> str:
    run = subprocess.run(
        [sys.executable, "-m", "bpcalc", *words], cwd=copy, capture_output=True, text=True, check=False
    )
    assert run.stderr == ""
    return run.stdout.strip()


def test_a_gate_is_one_record_in_one_file(copy: Path) -> None:
    found = json.loads(call(copy, "grad", "bent(x)", "x=-3", "-o", "json"))
    assert (found["value"], found["gradient"]["x"]) == (-0.75, 0.0625)
    assert call(copy, "diff", "bent(x)", "-o", "plain") == "1/(1 + abs(x))^2"
    assert "x/(1 + |x|)" in call(copy, "gates", "bent")


def test_a_gate_for_arrays_too(copy: Path) -> None:
    # the running products of 2, 0, 4 are 2, 0, 0; weighed with 1, 2, 3
    found = json.loads(call(copy, "grad", "sum(running(x)*[1,2,3])", "x=[2,0,4]", "-o", "json"))
    assert (found["value"], found["gradient"]["x"]) == (2.0, [1.0, 2 * 2 + 3 * 2 * 4, 0.0])
    rows = call(copy, "grad", "sum(running(X, axis=1))", "X=[[1,2,3],[0,5,6]]", "--get", "X")
    assert json.loads(rows) == [[1 + 2 + 6, 1 + 3, 2], [1 + 5 + 30, 0, 0]]
    assert call(copy, "jvp", "sum(running(x))", "x=[2,0,4]", "--tangent", "x=[1,1,1]", "--get", "tangent") == "11.0"
    second = json.loads(call(copy, "hessian", "sum(running(x))", "x=[2,0,4]", "-o", "json"))["hessian"]["x"]["x"]
    assert second == [[0, 5, 0], [5, 0, 2], [0, 2, 0]]
    formula = call(copy, "diff", "sum(running(x))", "x:3", "--wrt", "x", "-o", "plain")
    assert json.loads(call(copy, "grad", formula, "x=[2,0,4]", "--get", "value")) == [1.0, 2 + 2 * 4, 0.0]
