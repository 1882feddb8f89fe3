"""Reports as data: what the command prints, and frames of whichever library is there."""

from __future__ import annotations

import json
import sys
from types import ModuleType
from typing import Any

import pytest
from commandline import call

import bpcalc
from bpcalc import BpcalcError
from bpcalc.show import frames

PAIRS: list[tuple[Any, list[str]]] = [
    (lambda: bpcalc.gradient("x^2*y", x=2, y=3), ["grad", "x^2*y", "x=2", "y=3"]),
    (lambda: bpcalc.gradient("sum(W@x)", W=[[1, 2]], x=[3, 4]), ["grad", "sum(W@x)", "W=[[1,2]]", "x=[3,4]"]),
    (lambda: bpcalc.jvp("x^2*y", x=2, y=3, tangent={"x": 1}), ["jvp", "x^2*y", "x=2", "y=3", "--tangent", "x=1"]),
    (lambda: bpcalc.jacobian("[x, x*y]", x=2, y=3), ["jacobian", "[x, x*y]", "x=2", "y=3"]),
    (lambda: bpcalc.hessian("x^2*y", x="1/3", y=3), ["hessian", "x^2*y", "x=1/3", "y=3"]),
    (lambda: bpcalc.diff("x^2*y"), ["diff", "x^2*y"]),
    (lambda: bpcalc.descend("x^2 + y^2", x=1, y=2, rate=0.25, steps=3),
     ["descend", "x^2 + y^2", "x=1", "y=2", "--rate", "0.25", "--steps", "3"]),
    (lambda: bpcalc.descend("sum(x^2)", x=[1, 2], method="adam,lbfgs", steps=3),
     ["descend", "sum(x^2)", "x=[1,2]", "--method", "adam,lbfgs", "--steps", "3"]),
]


@pytest.mark.parametrize(("report", "words"), PAIRS, ids=[" ".join(words) for _, words in PAIRS])
def test_a_report_is_what_the_command_prints(report: Any, words: list[str]) -> None:
    printed = call([*words, "-o", "json"]).out
    assert report().to_json() + "\n" == printed
    assert report().to_dict() == json.loads(printed)


NAN = pytest.approx(float("nan"), nan_ok=True)
COLUMNS: list[tuple[Any, dict[str, list[Any]]]] = [
    (
        lambda: bpcalc.gradient("x*y", x=2, y=float("nan")),
        {"name": ["x", "y", "f"], "value": [2.0, NAN, NAN], "role": ["input", "input", "output"]},
    ),
    (lambda: bpcalc.gradient("sum(x)", x=[1, 2]), {"value": [[1.0, 2.0], 3.0], "gradient": [[1.0, 1.0], 1.0]}),
    (lambda: bpcalc.jvp("x^2", x=3), {"name": ["x", "f"], "tangent": [1.0, 6.0]}),
    (
        lambda: bpcalc.jacobian("[x, 2*x]", x=3),
        {"output": ["f[0]", "f[1]"], "input": ["x", "x"], "derivative": [1.0, 2.0]},
    ),
    (lambda: bpcalc.hessian("x^2*y", x=2, y=3), {"row": ["x", "x", "y", "y"], "derivative": [6.0, 4.0, 4.0, 0.0]}),
    (lambda: bpcalc.descend("x^2", x=1, rate=0.25, steps=2), {"step": [0, 1, 2], "x": [1.0, 0.5, 0.25]}),
    (lambda: bpcalc.descend("sum(x^2)", x=[2, 4], rate=0.25, steps=1), {"x": [[2.0, 4.0], [1.0, 2.0]]}),
    (lambda: bpcalc.diff("x^2*y"), {"name": ["x", "y"], "derivative": ["2*x*y", "x^2"]}),
]  # fmt: skip


@pytest.mark.parametrize(("report", "wanted"), COLUMNS)
@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_a_frame_has_the_rows(report: Any, wanted: dict[str, list[Any]], library: str, monkeypatch: Any) -> None:
    """With a library of the same shape where the real one is not installed."""
    if frames.util.find_spec(library) is None:
        stub = ModuleType(library)
        stub.__spec__ = frames.util.spec_from_loader(library, None)
        stub.DataFrame = dict  # type: ignore[attr-defined]
        stub.Series = lambda name, values, dtype: values  # type: ignore[attr-defined]
        stub.Object = None  # type: ignore[attr-defined]
        monkeypatch.setitem(sys.modules, library, stub)
    found = report().to_frame(library)
    for name, column in wanted.items():
        assert list(found[name]) == column


def test_where_there_is_no_library_it_is_named(monkeypatch: Any) -> None:
    monkeypatch.setattr(frames.util, "find_spec", lambda name: None)
    with pytest.raises(BpcalcError, match="a frame needs pandas or Polars, which is not installed"):
        bpcalc.gradient("x", x=1).to_frame()
    with pytest.raises(BpcalcError, match="a frame needs polars"):
        bpcalc.gradient("x", x=1).to_frame("polars")
    with pytest.raises(BpcalcError, match='no library of frames is called "numpy"'):
        bpcalc.gradient("x", x=1).to_frame("numpy")


def test_the_order_0_of_a_program_is_itself() -> None:
    assert bpcalc.diff("(x + 1)^2 - 1", order=0)["value"] == "x^2 + 2*x"
    assert bpcalc.diff("x^2")["x"] == bpcalc.diff("x^2", order=None)["x"] == bpcalc.diff("x^2", order=1)["x"] == "2*x"


def test_in_a_loop_nothing_is_kept_and_texts_are_values() -> None:
    x = 1.0
    for _ in range(50):
        report = bpcalc.gradient("x^2 - 2", x=x)
        x -= report.value / report.gradient["x"]
    assert x == pytest.approx(2**0.5, abs=1e-15)
    assert bpcalc.gradient("x^2", x="1/4").value == 0.0625
