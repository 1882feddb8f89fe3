"""An answer, and what is said of a mistake, does not depend on what was asked before."""

from __future__ import annotations

import gc
import json
import subprocess
import sys
from pathlib import Path

import pytest

from bpcalc import gradient
from bpcalc.errors import Source
from bpcalc.gates.arrays import GATES
from bpcalc.reading.parser import parse
from bpcalc.writing.unicode import between

# Programs without arrays that come near the words of arrays' gates, and others whose answers might be touched.
QUESTIONS = (
    "grad|sum x|x=1", "grad|2 norm x|x=1", "grad|1/sum x|x=1", "grad|sum^2(x)|x=1", "grad|sum²(x)|x=1", "diff|sum²(x)",
    "grad|sum + 1", "grad|mean(a, b) = (a + b)/2|a=1|b=2", "grad|sin(x) = 2|x=1", "grad|σ(x) = 2*x|x=1",
    "grad|x @ y|x=1|y=2", "grad|sigmoid(x)|x=1|--expand|sum", "grad|x*y|x=1|y=2|--expand|summ", "diff|t*r*(x + y)",
    "gates|@", "grad|max(x, y)|x=1|y=1",
)  # fmt: skip
# What loads and uses all that arrays need.
ARRAYS = "grad|sum([[1, 2], [3, 4]]@x) + sum(x[0]) + mean(x)|x=[1, 2]"
CODE = """
import json, sys
fresh, questions = sys.argv[1] == "fresh", json.load(sys.stdin)
answers = []
for question in questions:
    if fresh:
        for name in [name for name in sys.modules if name.partition(".")[0] in ("bpcalc", "commandline")]:
            del sys.modules[name]
    from commandline import call
    answers.append(call(question.split("|")))
print(json.dumps(answers))
"""


def answers(questions: list[str], how: str) -> dict[str, list[object]]:
    """What bpcalc answers to each question, in one process; `fresh`: with modules that have never been used."""
    done = subprocess.run(
        [sys.executable, "-c", CODE, how], input=json.dumps(questions), capture_output=True, text=True, check=True,
        cwd=Path(__file__).parents[1],
    )  # fmt: skip
    return dict(zip(questions, json.loads(done.stdout), strict=True))


def test_an_answer_does_not_depend_on_what_was_asked_before() -> None:
    alone = answers([*QUESTIONS], "fresh")
    after = answers([ARRAYS, *QUESTIONS], "after")
    backwards = answers([*reversed(QUESTIONS)], "after")
    for question in QUESTIONS:
        assert alone[question] == after[question] == backwards[question], question


def test_words_and_signs_mean_the_same_whatever_was_loaded_first() -> None:
    tables = "from bpcalc.reading.operators import *; print([*BINARY], [*FUNCTIONS], [*SIGNS])"
    use = "from bpcalc.api import gradient; gradient('sum([1, 2]@[x, 3])', x=1);"
    found = {
        subprocess.run([sys.executable, "-c", first + tables], capture_output=True, text=True, check=True).stdout
        for first in ("", "import bpcalc.gates.arrays;", "from bpcalc.reading.operators import BINARY;" + use)
    }
    assert len(found) == 1


@pytest.mark.parametrize("word", ["tr", "det", "σ", "ln", "sum"])
def test_letters_that_would_be_a_function_are_kept_from_a_bracket(word: str) -> None:
    assert between(word, "(x + y)", spelled=False) == "·"
    assert between(f"2{word[:-1]}q", "(x + y)", spelled=False) == ""


def test_a_bound_gate_lives_as_long_as_something_uses_it() -> None:
    gate = GATES["index"]
    bound = gate.bind({"key": (12_345,)})
    assert gate.bind({"key": (12_345,)}) is bound
    assert parse(Source("x[12345]")).graph.gates[-1] is bound
    other = bound.bind({"key": (12_346,)})
    assert other is gate.bind({"key": (12_346,)})
    assert other is not bound
    del bound
    gc.collect()
    assert gate._bound is not None
    assert not [one for one in gate._bound.values() if one.options["key"] == (12_345,)]


def test_different_slices_leave_no_gates_behind() -> None:
    x = [float(k) for k in range(300)]
    for k in range(5):
        gradient(f"sum(x[{k}:{k + 200}])", x=x)
    gc.collect()
    before = {name: len(gate._bound or ()) for name, gate in GATES.items()}
    for k in range(5, 60):
        assert gradient(f"sum(x[{k}:{k + 200}])", x=x).gradient["x"].sum() == 200
    gc.collect()
    assert {name: len(gate._bound or ()) for name, gate in GATES.items()} == before


@pytest.mark.parametrize("signs", [("-", ""), ("", "-")])
def test_choices_that_are_equal_and_not_the_same_stay_apart(signs: tuple[str, str]) -> None:
    """1/-0 is -inf and 1/0 is inf, whichever arange is read first."""
    for sign in signs:
        found = gradient(f"(1/arange({sign}0, 2))[0]").value
        assert found == float(f"{sign}inf")
    both = gradient(f"1/arange({signs[0]}0, 1) + 0*x + 0*sum(arange({signs[1]}0, 1))", x=1, upstream=[1.0])
    assert both.value[0] == float(f"{signs[0]}inf")
