"""The lectures' and textbooks' circuits, with the numbers that were published. The cases are data, in `cases/`."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from reference import same, untrue_formulas

from bpcalc import Report, gradient
from bpcalc.gate import CONVENTIONS

FOLDER = Path(__file__).parent / "cases"
FILES = {path.stem: tomllib.loads(path.read_text("utf-8")) for path in sorted(FOLDER.glob("*.toml"))}
CASES = [
    pytest.param(case, id=f"{stem}: {case['title']}") for stem, data in FILES.items() for case in data.get("case", ())
]
KINKS = [
    pytest.param(kink, convention, id=f"{kink['program']}-{convention}")
    for data in FILES.values()
    for kink in data.get("kink", ())
    for convention in CONVENTIONS
    if convention in kink
]


def agrees(found: float | None, published: float | str, decimals: int | None, slack: int) -> bool:
    """Is it the published number: to its decimals, or to `slack` last places of a double?"""
    assert found is not None
    expected = float(published)
    if decimals is not None and found == found:
        return abs(found - expected) <= 0.5001 * 10**-decimals
    return same(found, expected) or abs(found - expected) <= slack * 2.0**-52 * abs(expected)


def reported(case: dict[str, Any]) -> Report:
    return gradient(case["program"], case["values"], upstream=case.get("upstream", 1))


@pytest.mark.parametrize("case", CASES)
def test_the_output_and_its_gradient_are_those_published(case: dict[str, Any]) -> None:
    report = reported(case)
    decimals, slack = case.get("rounding"), case.get("slack", 1)
    assert agrees(report.value, case["value"], decimals, slack)
    assert case["gradient"]
    for name, published in case["gradient"].items():
        assert agrees(report.gradient[name], published, decimals, slack), name


@pytest.mark.parametrize("case", [case for case in CASES if "nodes" in case.values[0]])
def test_the_nodes_on_the_way_are_those_published(case: dict[str, Any]) -> None:
    report = reported(case)
    for name, (value, slope) in case["nodes"].items():
        assert agrees(report[name].value, value, case.get("node_rounding"), 1), name
        if not case.get("node_values_only"):
            assert agrees(report[name].gradient, slope, case.get("node_rounding"), 1), name


@pytest.mark.parametrize("case", CASES)
def test_the_formulas_give_the_numbers(case: dict[str, Any]) -> None:
    assert case.get("upstream", 1) != 1 or untrue_formulas(reported(case), case["values"]) == []


@pytest.mark.parametrize("case", [case for case in CASES if "first" in case.values[0]])
def test_the_first_node_that_is_no_number_is_named(case: dict[str, Any]) -> None:
    (warning,) = (w for w in reported(case).warnings if "first arises in the forward pass" in w.message)
    assert warning.kind == "nonfinite"
    assert warning.node == case["first"]["node"]
    assert case["first"]["expression"] in warning.message


@pytest.mark.parametrize(("kink", "convention"), KINKS)
def test_the_conventions_where_there_is_no_derivative(kink: dict[str, Any], convention: str) -> None:
    report = gradient(kink["program"], kink["values"], convention=convention)
    expected = {name: float(value) for name, value in kink[convention].items()}
    assert report.gradient.keys() == expected.keys()
    assert all(same(report.gradient[name], expected[name]) for name in expected), report.gradient


def test_mazurs_weights_after_one_step_are_as_published() -> None:
    """Each weight minus 0.5 times its gradient."""
    (case,) = (case for case in FILES["textbooks"]["case"] if "Mazur" in case["source"])
    slopes = gradient(case["program"], case["values"]).gradient
    updated = {name: case["values"][name] - 0.5 * slopes[name] for name in case["values"] if name.startswith("w")}
    published = {
        "w1": 0.149780716, "w2": 0.19956143, "w3": 0.24975114, "w4": 0.29950229,
        "w5": 0.35891648, "w6": 0.408666186, "w7": 0.511301270, "w8": 0.561370121,
    }  # fmt: skip
    assert updated == pytest.approx(published, rel=0, abs=6e-9)
