"""`bpcalc gates` as people and scripts see it."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from bpcalc.calculations import catalogue
from bpcalc.errors import columns
from bpcalc.gates import GATES
from bpcalc.show import Style
from bpcalc.show.views import catalogue as show

CATALOGUE = catalogue.catalogue()
ENTRIES = CATALOGUE.entries


def bpcalc(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "FORCE_COLOR", "COLUMNS")}
    return subprocess.run(
        [sys.executable, "-m", "bpcalc", *words], capture_output=True, text=True, check=False, env=clean | environment
    )


TANH = """\
tanh(x)  hyperbolic

  formula        sinh(x)/cosh(x)
  ∂f/∂x          1 - tanh(x)^2
    computed as  (1/cosh(x))^2  (equal, and loses no digits)
  backward pass  scales the upstream by the local gradient
  with --expand  (exp(2*x) - 1)/(exp(2*x) + 1)
  example        bpcalc grad "tanh(x)" x=0.5
                 value 0.462117, ∂f/∂x 0.786448
"""
MULTIPLY = """\
multiply(a, b)  arithmetic

  also written   *  ·  ×  ⋅  ∙  ∗  ⊙  .*
  formula        a*b
  ∂f/∂a          b
  ∂f/∂b          a
  backward pass  swaps its inputs
  example        bpcalc grad "a*b" a=-2 b=5
                 value -10, ∂f/∂a 5, ∂f/∂b -2
"""
MAX = """\
max(a, b, …)  piecewise

  formula        largest input
  ∂f/∂a          a > b
  ∂f/∂b          b > a
                 (a comparison is 1 where it holds, else 0)
  backward pass  routes the gradient to the largest input
  of one array   a reduction: bpcalc gates amax
  kink           no derivative at a = 2, b = 2, for example; --convention chooses there:
    torch        0.5; 0.5  equal inputs share the gradient evenly
    first        1; 0      the first of the equal inputs takes all
    all          1; 1      each of the equal inputs takes all
    none         0; 0      none of the equal inputs takes any
                 (jax: as torch)
  example        bpcalc grad "max(a, b)" a=4 b=2
                 value 4, ∂f/∂a 1, ∂f/∂b 0

max(x, axis=None, keepdims=False)  reduction

  formula        the largest of the entries
  to x           where(x == max(x), ones(3)*g, 0)
                 (from the upstream g, for inputs of the example's shapes)
  backward pass  routes the gradient to the largest entry
  kink           no derivative at x = [0, 0, 0], for example; --convention chooses there:
    torch        [0.333333, 0.333333, 0.333333]  equal entries share the gradient evenly
    first        [1, 0, 0]                       the first of the equal entries takes all
    all          [1, 1, 1]                       each of the equal entries takes all
    none         [0, 0, 0]                       none of the equal entries takes any
                 (jax: as torch)
  example        bpcalc grad "max(x)" x="[1, 2, -3]"
                 value 2, ∂f/∂x [0, 1, 0]
"""
MATMUL = """\
matmul(a, b)  matrix

  also written   dot  @
  formula        the matrix product
  to a           g@b.T
  to b           a.T@g
                 (from the upstream g, for inputs of the example's shapes)
  backward pass  swaps its inputs, each transposed on its own side
  example        bpcalc grad "a@b" a="[[1, 2], [3, 4]]" b="[[0.5, -1], [2, 1]]" --upstream "[[1, 2], [3, 4]]"
                 value [[4.5, 1], [9.5, 1]], ∂f/∂a [[-1.5, 4], [-2.5, 10]], ∂f/∂b [[10, 14], [14, 20]]
"""


@pytest.mark.parametrize(("word", "text"), [("tanh", TANH), ("*", MULTIPLY), ("max", MAX), ("@", MATMUL)])
def test_one_gate_is_told_in_detail(word: str, text: str) -> None:
    done = bpcalc("gates", word)
    assert (done.returncode, done.stdout, done.stderr) == (0, text, "")


def test_an_unknown_gate_is_an_error_with_a_hint() -> None:
    done = bpcalc("gates", "tnah")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith('error: no gate is called "tnah"\n  did you mean ')
    assert bpcalc("gates", "--jsn").returncode == 2


def test_the_piped_table_is_plain_and_has_a_line_a_gate() -> None:
    done = bpcalc("gates")
    assert done.returncode == 0
    assert done.stderr == ""
    lines = done.stdout.splitlines()
    assert lines[0].split() == ["gate", "formula", "local", "gradient", "pattern"]
    places = [lines[0].index(word) for word in ("gate", "formula", "local", "pattern")]
    rows = [line for line in lines if "(" in line.split(" ")[0]]
    assert len(rows) == len(GATES)
    for row in rows:
        assert all(row[place] != " " and row[place - 2 : place] == "  " for place in places[1:])
    (clip,) = (row for row in rows if row.startswith("clip"))
    assert "(x >= lo)*(x <= hi); (x < lo)*(lo <= hi); max(x, lo) > hi" in clip
    assert [line for line in lines if line in catalogue.FAMILIES] == list(catalogue.FAMILIES)
    assert "\x1b" not in done.stdout


@pytest.mark.parametrize("boxes", [False, True])
@pytest.mark.parametrize("width", [20, 24, 40, 60, 80, 100, 120, 200])
def test_the_table_fits_every_width_and_names_stay_whole(width: int, boxes: bool) -> None:
    lines = show.table(CATALOGUE, Style(width=width, boxes=boxes)).splitlines()
    assert max(map(columns, lines)) <= width
    text = "\n".join(lines)
    for entry in ENTRIES:
        assert f"{entry.signature.partition('(')[0]}(" in text
        for word in (entry.operator, *entry.aliases):
            assert word is None or word in text


def test_at_80_columns_nothing_is_left_out() -> None:
    text = show.table(CATALOGUE, Style(width=80, boxes=True))
    headings = text.splitlines()[0].split()
    assert headings == ["gate", "formula", "local", "gradient", "pattern"]
    squeezed = "".join(text.split())
    for entry in ENTRIES:
        assert all(local is None or max(local.split(), key=len) in text for local in entry.local)
    assert "1-tanh(x)^2" in squeezed
    assert text.count("…") == sum((entry.signature + entry.formula).count("…") for entry in ENTRIES)


def test_colour_is_for_terminals_and_names_are_cyan() -> None:
    assert "\x1b[36mtanh(x)" in bpcalc("gates", FORCE_COLOR="1").stdout
    assert "\x1b[1;36mtanh(x)\x1b[0m" in bpcalc("gates", "tanh", FORCE_COLOR="1").stdout
    for words in (("gates",), ("gates", "tanh")):
        assert "\x1b" not in bpcalc(*words, FORCE_COLOR="1", NO_COLOR="1").stdout


def test_json_is_a_list_of_objects_with_all_that_scripts_need() -> None:
    listed = json.loads(bpcalc("gates", "-o", "json").stdout)
    assert [gate["name"] for gate in listed] == [gate.name for gate in catalogue.gates()]
    by_name = {gate["name"]: gate for gate in listed}
    assert by_name["multiply"]["local"] == ["b", "a"]
    assert by_name["multiply"]["operator"] == "*"
    assert by_name["multiply"]["pattern"] == "swaps"
    assert by_name["log"]["aliases"] == ["ln"]
    assert by_name["elu"]["defaults"] == {"alpha": 1.0}
    assert by_name["where"]["local"] == [None, "c != 0", "c == 0"]
    assert by_name["relu"]["kink"] == {"torch": "0", "all": "1"}
    assert by_name["sin"]["kink"] is None
    assert by_name["sqrt"]["example"] == 'bpcalc grad "sqrt(x)" x=4'
    assert (by_name["sqrt"]["value"], by_name["sqrt"]["gradient"]) == (2.0, {"x": 0.25})
    assert by_name["sum"]["options"] == {"axis": None, "keepdims": False}
    assert by_name["zeros"]["options"] == {"shape": "required"}
    assert by_name["matmul"]["downstream"] == ["g@b.T", "a.T@g"]
    assert by_name["matmul"]["local"] == [None, None]
    assert (by_name["max"]["reduction"], by_name["sum"]["reduction"]) == ("amax", None)
    assert by_name["transpose"]["gradient"] == {"x": [[1.0, 3.0, 5.0], [2.0, 4.0, 6.0]]}


def test_the_list_of_all_gates_needs_no_numpy() -> None:
    program = "import sys; from bpcalc.calculations import catalogue as c; [c.entry(g) for g in c.gates()]"
    program += "; print('numpy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_json_of_one_gate_is_a_list_of_one() -> None:
    (gate,) = json.loads(bpcalc("gates", "ln", "-o", "json").stdout)
    assert gate["name"] == "log"
    assert gate["parameters"] == ["x"]


def test_a_command_of_an_example_runs_in_a_shell() -> None:
    (gate,) = json.loads(bpcalc("gates", ">=", "-o", "json").stdout)
    command = gate["example"].replace("bpcalc", f"'{sys.executable}' -m bpcalc", 1)
    done = subprocess.run(["sh", "-c", f"{command} --get value"], capture_output=True, text=True, check=True)
    assert float(done.stdout) == gate["value"]
