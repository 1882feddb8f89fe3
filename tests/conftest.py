"""What all tests share: an import path, the same examples from hypothesis every time, and which tests are quick."""

from __future__ import annotations

import atexit
import gc
import os
import shutil
import sys
import tempfile
from collections.abc import Generator
from importlib.util import find_spec
from itertools import chain
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.internal.conjecture import providers

from bpcalc.calculations.simplify import process

settings.register_profile(
    "repeatable", derandomize=True, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("repeatable")
# Newer versions also draw the numbers that stand in whatever modules are loaded: examples would depend on which tests
# run, in which order. None are looked for.
providers._get_local_constants = lambda: providers._local_constants

# Compiling these takes seconds, and importing them is all that most processes do with them.
LARGE = ("mpmath", "numpy", "scipy", "sympy")


def bytecode() -> str:
    """A folder for what is compiled, which has what is there already of the large libraries: links to it."""
    folder = tempfile.mkdtemp(prefix="bpcalc-tests-")
    specs = (find_spec(name) for name in LARGE)
    sources = [place for spec in specs if spec for place in spec.submodule_search_locations or ()]
    for place, folders, files in chain.from_iterable(map(os.walk, sources)):
        folders[:] = [name for name in folders if name != "tests"]
        if os.path.basename(place) == "__pycache__" and os.name == "posix":
            mirrored = folder + os.path.dirname(place)
            os.makedirs(mirrored, exist_ok=True)
            for name in files:
                os.symlink(os.path.join(place, name), os.path.join(mirrored, name))
    return folder


# Where nothing compiled may be written beside the sources, each of the many processes that tests start would compile
# all of bpcalc anew: they share it in a folder of their own, which goes with this process.
if sys.dont_write_bytecode and "PYTHONPYCACHEPREFIX" not in os.environ:
    os.environ["PYTHONPYCACHEPREFIX"] = bytecode()
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    atexit.register(shutil.rmtree, os.environ["PYTHONPYCACHEPREFIX"], ignore_errors=True)

# SymPy's clock is for a person who waits. How busy a machine is decides no test: one that is about it sets its own.
process.SECONDS, process.TOGETHER = 60, 600

# How many cases of each test are quick, spread over them, by the beginnings of names: the longest that fits counts.
# A new test needs nothing; one that takes long goes in here with 0. Random examples are for where ALL are quick, and
# of cases that stand together in one test (`several` of every.py) the first one has enough.
ALL, SOME = 1_000_000, 3
QUICK = {
    "": SOME,
    "structure": ALL,
    "lecture": ALL,
    "golden": ALL,
    "errors": ALL,
    "algebra/test_order": 0,
    "arrayerrors/test_array_errors.py::test_what_is_nested_deeply": 0,
    "arraylaws/test_laws.py::test_each_gradient_is_that_of_the_definition": 25,
    "batch/test_bad_rows.py::test_of_very_many": 0,
    "batch/test_engines_agree.py::test_a_graph_of_500_nodes": 0,
    "batch/test_polars.py::test_odd_rows": 0,
    "bounds/test_bounds_of_gates.py::test_boxes": 0,
    "calculus/test_language.py::test_a_gradient_of_a_hundred_thousand_nodes": 0,
    "check/test_check_command.py::test_what_is_right_at_random": 0,
    "check/test_mistakes.py::test_a_claim_that_is_wrong": 0,
    "check/test_mistakes.py::test_a_formula_that_is_wrong": 0,
    "check/test_ways.py::test_ten_thousand": 0,
    "code": 0,
    "code/test_function.py::test_by_place": ALL,
    "code/test_texts.py::test_mistakes": ALL,
    "code/test_texts.py::test_python_is_the_lectures_listing": ALL,
    "code/test_texts.py::test_the_lectures_circuits": ALL,
    "completions/test_in_": 0,
    "descend/test_contours.py::test_a_picture": 0,
    "diff/test_equality.py::test_the_terminal": 0,
    "diff/test_formula_laws.py::test_derivatives_of_random": 0,
    "diff/test_formula_laws.py::test_second_derivatives_of_random": 0,
    "diff/test_high_orders": 0,
    "diff/test_large": 0,
    "diff/test_notations.py::test_long_formulas": 0,
    "diff/test_random_polynomials": 0,
    "diff/test_short.py::test_random": 0,
    "diff/test_simplified": 0,
    "diff/test_simplified.py::test_a_formula_that_differs": SOME,
    "diff/test_simplified.py::test_what_is_equal_but": SOME,
    "diff/test_simplified.py::test_what_is_equal_is_used": 1,
    "diff/test_ties.py::test_deep": 0,
    "diff/test_verify.py::test_it_is_the_same_every_time": 0,
    "drawing/test_drawing_formats.py::test_pdflatex": 0,
    "drawing/test_drawing_formats.py::test_what_is_too_large": 0,
    "drawing/test_page.py::test_boxes_open": 0,
    "drawing/test_page.py::test_small_arrays": 0,
    "drawing/test_page.py::test_the_page_steps": 0,
    "drawing/test_recomputed.py::test_of_every_gate": 0,
    "errors/test_endings.py::test_an_interrupt_at_any_time": 0,
    "files/test_npy.py::test_a_number_beyond": 1,
    "findings/test_nonfinite.py::test_the_work_grows": 0,
    "findings/test_sides.py::test_where_nothing_is_told": 0,
    "findings/test_twins.py::test_numbers_and_arrays_of_one_entry": 0,
    "gates/test_gates_command.py::test_json": 0,
    "gates/test_gates_command.py::test_the_table_fits": 0,
    "hostile": 2,
    "hostile/test_second_attack.py::test_a_circuit_of_many": 0,
    "jvp/test_jvp_command.py::test_a_chain_of_a_hundred_thousand_nodes": 0,
    "laws/test_accuracy.py::test_a_report_has_the_same": ALL,
    "laws/test_accuracy.py::test_the_local_gradients_are_within": ALL,
    "laws/test_ieee.py::test_the_value": ALL,
    "laws/test_kinks.py::test_the_gradient_at_a_kink": ALL,
    "laws/test_symbolic.py::test_at_its_sample_points": ALL,
    "quiz/test_quiz.py::test_no_exercise": 0,
    "random": 0,
    "reading/test_bars.py::test_deep": 0,
    "reading/test_conditions.py::test_deep": 0,
    "reading/test_grammar.py::test_the_grammar_makes": 0,
    "reading/test_orders": 0,
    "readme": 0,
    "scripts": 0,
    "series": 2,
    "series/test_series_numbers.py::test_nothing_recurses": 0,
    "shell/test_every_format.py::test_the_catalogue": 0,
    "sizes/test_size_programs.py::test_an_option_of_a_hundred_thousand": 0,
    "structure/test_additions.py::test_a_": 0,
    "structure/test_additions.py::test_a_view": ALL,
    "structure/test_architecture.py::test_every_module_can_be_imported_alone": 0,
    "structure/test_gates_added": 0,
    "structure/test_imports.py::test_simplify": 0,
    "structure/test_shared_parts": 12,
    "structure/test_size": 0,
    "trace/test_step": 0,
}


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None]:
    """Collecting makes a million objects that stay: nothing in them is garbage, and looking for it takes as long again.

    What has been collected is left alone from then on, at the end of the session too.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    cases: dict[str, list[pytest.Item]] = {}
    for item in items:
        cases.setdefault(item.nodeid.partition("[")[0], []).append(item)
    for same_test in cases.values():
        count = quick_cases(same_test[0])
        last = len(same_test) - 1
        places = range(last + 1) if count > last else {round(k * last / max(count - 1, 1)) for k in range(count)}
        for place in places:
            same_test[place].add_marker("quick")


def quick_cases(item: pytest.Item) -> int:
    """How many cases of a test are quick."""
    name = f"{item.path.relative_to(Path(__file__).parent).as_posix()}::{item.name}"
    count = QUICK[max((begin for begin in QUICK if name.startswith(begin)), key=len)]
    test = getattr(item, "obj", None)
    if getattr(test, "is_hypothesis_test", False) and count < ALL:
        return 0
    return min(count, 1) if getattr(test, "holds_several", False) and count < ALL else count
