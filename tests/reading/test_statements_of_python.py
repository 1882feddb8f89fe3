"""Whole lines of Python: imports, augmented assignment, functions, continued lines."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from bpcalc import gradient
from bpcalc.errors import BpcalcError, Source
from bpcalc.reading.parser import parse

READ = [
    ("loss = 0\nloss += x**2\nloss += 3*x\nloss *= 2", 20.0, 14.0),
    ("x *= 2; x**2", 16.0, 16.0),
    ("y = 1\ny -= x\ny /= x\ny **= 2", 0.25, 2*(1/2 - 1)*(-1/4)),
    ("def f(a):\n    return a**2\n\nf(x) + f(3)", 13.0, 4.0),
    ("def f(a):\n    h = np.exp(a)  # of the parameter\n    h *= 2\n    return h*x\nf(1)*1", 4*np.e, 2*np.e),
    ("f = lambda a: a**2\nf(x)*2", 8.0, 8.0),
    ("f = lambda x, w: x*w", 6.0, 3.0),
    ("def f(x): return x**2", 4.0, 4.0),
    ("y = x + \\\n  3*x\ny", 8.0, 4.0),
    ("y = x + \\ \r\n  3*x\ny", 8.0, 4.0),
    ("np.sum(np.logical_and(x > 1, x < 3))*x + np.logical_or(x > 5, 0)", 2.0, 1.0),
    ("np.diff([x, 3*x, 1]) @ [1, 2]", -6.0, -4.0),
    ("y = (x +\n  3*x)\ny;", 8.0, 4.0),
    ("import numpy as xp\nxp.exp(x)", np.exp(2), np.exp(2)),
    ("import numpy as np, math\nnp.exp(0*x) + math.sqrt(x)", 1 + np.sqrt(2), 1/np.sqrt(8)),
    ("from math import exp, log as ln2\nexp(x) + ln2(x)", np.exp(2) + np.log(2), np.exp(2) + 0.5),
    ("from numpy import (maximum,\n  square)\nmaximum(x, 0) + square(x)", 6.0, 5.0),
    ("import torch.nn.functional as G\nG.relu(x)", 2.0, 1.0),
    ("from torch import nn\nnn.functional.relu(-x)", 0.0, 0.0),
    ("import os\nx", 2.0, 1.0),
    ("N, D = np.ones((2, 3)).shape\nN*x + D", 7.0, 2.0),
    ("a, b = [x, 3]\na*b", 6.0, 3.0),
    ("a, b = x, 3\na*b", 6.0, 3.0),
    ("a, b, c = (x*x, max(x, 1), [1, 2])\na*b + c[1]", 10.0, 12.0),
    ("a, b = (1 + x)*(3), 4\na*b", 36.0, 12.0),
    ("N = np.ones((2, 3)).shape[0]\nnp.sum(np.ones((N, 3)))*x/N", 6.0, 3.0),
    ("N = 2\nM = N - 1\n[x, 3*x][N - M]*np.sum(np.ones(N))", 12.0, 6.0),
    ("N = 2\ny = [0, 1]\nS = [[x, 1], [1, x*x]]\nnp.sum(S[np.arange(N), y])/N", 3.0, 2.5),
    ("S = [[x, 1], [1, x*x]]\ny = [0, 1]\nS[list(range(len(y))), y].sum()", 6.0, 5.0),
    ("a = Value(2.0)\n(a*x).relu()", 4.0, 2.0),
    ('def f(a):\n    """The square.\n\n    Args: a, a number # here\n    """\n    return a**2\nf(x)', 4.0, 4.0),
    ("'''A file.'''\nx**2", 4.0, 4.0),
    ("b = 1\nb += x\nf(a) = a + b\nf(x)", 5.0, 2.0),
    ("F = x; F*F", 4.0, 4.0),
    ("for_ = x; for_*2", 4.0, 2.0),
]  # fmt: skip


@pytest.mark.parametrize(("text", "value", "slope"), READ, ids=[text[:40] for text, _, _ in READ])
def test_lines_of_python_are_read(text: str, value: float, slope: float) -> None:
    given: dict[str, Any] = {"x": 2.0} | ({"w": 3.0} if "w" in text else {})
    report = gradient(text, **given)
    assert report.value == pytest.approx(value, rel=1e-12)
    assert report.gradient["x"] == pytest.approx(slope, rel=1e-12)


def test_what_is_given_anew_has_a_name_of_its_own() -> None:
    report = gradient("loss = x**2\nloss_2 = 5*x\nloss += 1\nloss *= loss_2", x=2.0)
    assert [row.name for row in report.nodes] == ["x", "loss", "loss_2", "loss_3", "loss_4"]
    assert report.output == "loss_4"
    assert report.value == 50.0
    assert gradient(report.expression, x=2.0).gradient == report.gradient


def test_a_name_with_a_value_is_no_module() -> None:
    assert gradient("F*np", F=2.0, np=3.0).gradient == {"F": 3.0, "np": 2.0}
    assert gradient("np.sum()", np=np.array([1.0, 2.0])).value == 3.0
    with pytest.raises(BpcalcError, match=r'there is no "F.foo" here'):
        gradient("F.foo(2)", F=1.0)


def test_labels_may_be_said_to_be_whole() -> None:
    S, y = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([0.0, 1.0])
    value = gradient("F.cross_entropy(S, y.long())", S=S, y=y).value
    assert value == pytest.approx(np.mean(np.log(np.exp(S).sum(axis=1)) - [1.0, 4.0]))
    with pytest.raises(BpcalcError, match="would change the numbers"):
        gradient("x.long()", x=1.5)


def test_numbers_follow_the_library_that_is_named() -> None:
    x = np.array([1.0, 2.0, 4.0])
    assert gradient("np.std(x)", x=x).value == pytest.approx(np.std(x))
    assert gradient("y = np.exp(0); x.std()", x=x).value == pytest.approx(np.std(x))
    for text in ("x.std()", "x.var()", "x.max(axis=0)[0]", "A.transpose(0, 1)"):
        with pytest.raises(BpcalcError):
            gradient(text, x=x, A=np.ones((2, 3)))
    assert parse(Source("np.sum(A.transpose(0, 1)*A)"), {"A": np.ones((2, 3))})  # the order of the axes
    assert gradient("torch.sum(A.transpose(0, 1)[2])", A=np.arange(6.0).reshape(2, 3)).value == 7.0


def test_a_size_that_the_program_gives_has_no_gradient() -> None:
    assert gradient("x = 2; n = 3; sum(x*ones(n))/n").gradient == {"x": 1.0}
    assert gradient("x = 2; n = 3; x*n").gradient == {"x": 3.0, "n": 2.0}


def test_several_names_are_used() -> None:
    assert gradient("N, D = X.shape\nsum(X)/D", X=np.ones((2, 3))).warnings == ()
    with pytest.raises(BpcalcError, match="3 names need as many values, here are 2"):
        parse(Source("a, b, c = 1, 2"))
