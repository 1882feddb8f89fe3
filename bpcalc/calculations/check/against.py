"""`--against FILE.py[:NAME]`: a person's own backward pass beside the right one.

It runs in a process of its own, with a time limit, because the person named the file. It is called on the same inputs
with two different random upstreams, and with the first of them again: so an upstream that is ignored, sums that grow
from call to call, and inputs that are changed are told apart from a wrong formula. Calls at other inputs tell which.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from math import inf
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from bpcalc.calculations.check import subgradients
from bpcalc.calculations.check.claims import by
from bpcalc.calculations.check.diagnosis import fitting
from bpcalc.calculations.check.forms import Form
from bpcalc.calculations.check.points import circuits, inputs
from bpcalc.calculations.check.scene import Scene
from bpcalc.calculations.passes import run
from bpcalc.calculations.verify import draws
from bpcalc.engine.differences import largest
from bpcalc.errors import BpcalcError, visible
from bpcalc.reports.check import RIGHT, WRONG, Claim, Mistake
from bpcalc.reports.circuit import Circuit
from bpcalc.reports.names import Names
from bpcalc.writing.numerals import eye

SECONDS = 20
ELSEWHERE = 3  # random points at which it is called too: one alone seldom tells mistakes apart
START = """
import json, sys
sys.path[:] = json.loads(sys.stdin.readline())
from bpcalc.calculations.check.runner import main
main()
"""
CLOSE = 1e-6  # relative: what doubles may lose in someone's formula

IGNORED = Mistake("local", "the upstream is ignored: the gradient is the same whatever flows in")
GROWS = Mistake("accumulated", "the gradient adds up from call to call: it is not set to 0 before the backward pass")
CHANGED = Mistake("mutated", "the call changes its input in place")
FORWARD = Mistake("forward", "the forward pass gives another value than the program")


class Run(NamedTuple):
    """One call of both passes: the circuit with the same upstream, and what came back."""

    circuit: Circuit
    value: Any
    gradients: Mapping[str, Any]
    changed: Sequence[str]


def against(circuit: Circuit, values: Mapping[str, Any], target: str) -> tuple[Claim, ...]:
    """Each gradient that the file's backward pass returns, judged. Raises BpcalcError where it cannot be run."""
    path, name = _split(target)
    m, names = circuit.m, Names(circuit.program, circuit.output)
    asked = [one for one in circuit.program.variables if circuit.program.names[one] in circuit.wrt.values()]
    random, shape = Random(circuit.program.source.text), m.shape(circuit.values[circuit.output])
    first, second, *others = (draws.numbers(random, "wide", shape) for _ in range(2 + ELSEWHERE))
    elsewhere = list(circuits(circuit.program.source, values, circuit.options._replace(wrt=()), ELSEWHERE, near=True))
    calls = [(circuit, first), (circuit, second), (circuit, first), *zip(elsewhere, others, strict=False)]
    answer = _called(path, name, asked, calls)
    if not answer["takes_upstream"]:
        if shape:
            raise BpcalcError(f"{path}: {answer['called']} takes no upstream, and the output has the shape {shape}",
                              hint="give it a parameter upstream, or check the sum of the output")  # fmt: skip
        calls = [(at, 1.0) for at, _ in calls]
    runs = []
    for (at, upstream), one in zip(calls, answer["runs"], strict=True):
        if one is not None:
            here = inputs(at)
            under = run(m, at.program, here, circuit.options._replace(upstream=upstream, wrt=()))
            runs.append(Run(under, one["value"], one["gradients"], one["changed"]))
    text = visible(f"{os.path.basename(path)}:{answer['called']}")
    judged = {names.find(one): _judged(names, one, runs, text) for one in asked if one in runs[0].gradients}
    if not judged:
        raise BpcalcError(f"{path}: {answer['called']} returns no gradient of {', '.join(asked)}")
    right = {node: claim for node, claim in judged.items() if claim.verdict == RIGHT}
    return tuple((judged | subgradients.held_together(runs[0].circuit, right)).values())


def _split(target: str) -> tuple[str, str]:
    """FILE.py:NAME as file and name. Raises BpcalcError where there is no such file."""
    path, colon, name = target.rpartition(":")
    if not colon or not name.isidentifier() or Path(target).is_file():
        path, name = target, ""
    if not Path(path).is_file():
        raise BpcalcError(f"--against: there is no file {path}", hint="write --against FILE.py or FILE.py:NAME")
    return path, name


def _called(path: str, name: str, asked: Sequence[str], calls: Sequence[tuple[Circuit, Any]]) -> dict[str, Any]:
    """What the runner says. Raises BpcalcError for what goes wrong in the file, and where it takes too long."""
    circuit, m = calls[0][0], calls[0][0].m
    labels = [one for one in circuit.program.variables if circuit.program.names[one] in circuit.labels]
    written = [
        {"inputs": {one: m.lists(value) for one, value in inputs(at).items()}, "upstream": m.lists(m.value(upstream))}
        for at, upstream in calls
    ]
    sent = {"file": os.path.abspath(path), "name": name, "labels": labels, "asked": asked, "must": 3, "calls": written}
    lines = "\n".join(map(json.dumps, ([one for one in sys.path if isinstance(one, str)], sent)))
    try:
        done = subprocess.run([sys.executable, "-c", START], input=lines.encode(), stdout=subprocess.PIPE,
                              timeout=SECONDS, check=False)  # fmt: skip
    except subprocess.TimeoutExpired:
        raise BpcalcError(f"{path}: it does not end within {SECONDS} seconds") from None
    try:
        answer: dict[str, Any] = json.loads(done.stdout)
    except ValueError:
        raise BpcalcError(f"{path}: its process ended with status {done.returncode}, without an answer") from None
    if "error" in answer:
        raise BpcalcError(f"{path}: {answer['error']}")
    return answer


def _judged(names: Names, name: str, runs: Sequence[Run], text: str) -> Claim:
    """One gradient of all calls."""
    circuit = runs[0].circuit
    m, node = circuit.m, circuit.program.names[name]
    found = [_value(m, one.gradients.get(name)) for one in runs]
    right = [m.value(one.circuit.gradient(node)) for one in runs]
    mistakes: list[Mistake] = []
    same = [_same(m, a, b) for a, b in zip(found, right, strict=True)]
    other = [(one.circuit, a, b) for one, a, b, is_same in zip(runs, found, right, same, strict=True) if not is_same]
    why = _subgradient(m, node, other)
    if other and not why:
        mistakes = _wrong(names, node, runs, found, right)
        message = _told(m, runs[0].gradients[name], found[0], right[0], mistakes)
    elif name in runs[0].changed:
        mistakes, message = [CHANGED], f"the gradient is right, but {CHANGED.sentence}"
    else:
        upstreams = "2 random upstreams" if runs[0].circuit.seed is not runs[1].circuit.seed else "the upstream 1"
        how, told = why or f"the same numbers with {upstreams}", _value_told(m, runs[0])
        beside = () if _has_value(m, runs[0]) else (FORWARD,)
        return Claim(None, name, text, found[0], right[0], RIGHT, how, beside, told, m)
    return Claim(None, name, text, found[0], right[0], WRONG, "", tuple(mistakes), message, m)


def _value(m: Any, returned: Any) -> Any:
    try:
        return m.value(returned)
    except (TypeError, ValueError):
        return None


def _same(m: Any, a: Any, b: Any) -> bool:
    if a is None or m.shape(a) != m.shape(b):
        return False
    size = max((one for one in (largest(a), largest(b)) if one < inf), default=0.0)
    return bool(m.everywhere((abs(a - b) <= CLOSE * size) | (a == b)))


def _sizes(returned: Any) -> tuple[int, ...] | None:
    """The shape of nested lists of numbers; None where they are none, or are ragged."""
    sizes: list[int] = []
    level = [returned]
    while level and isinstance(level[0], list):
        lengths = {len(one) if isinstance(one, list) else -1 for one in level}
        if len(lengths) > 1:
            return None
        sizes += lengths
        level = [entry for one in level for entry in one]
    return tuple(sizes) if all(isinstance(one, float) for one in level) else None


def _subgradient(m: Any, node: int, differing: Sequence[tuple[Circuit, Any, Any]]) -> str:
    """Why what is not backprop's is right: it is a subgradient, at a kink; "" where it is not, at one of the points."""
    why = ""
    for circuit, found, right in differing:
        is_number = found is not None and m.shape(found) == m.shape(right) and m.all_finite(found)
        why = subgradients.how(circuit, node, found) if is_number and subgradients.is_kinked(circuit) else ""
        if not why:
            return ""
    return why


def _wrong(names: Names, node: int, runs: Sequence[Run], found: list[Any], right: list[Any]) -> list[Mistake]:
    """Which mistakes give what the calls returned."""
    m, name = runs[0].circuit.m, names.labels.get(node, "")
    mistakes = []
    if any(one is None or largest(one) != largest(one) for one in found):
        return []
    if any(name in one.changed for one in runs):
        mistakes.append(CHANGED)
    other = not _same(m, right[0], right[1])
    if other and all(_same(m, found[0], one) for one in found[1:3]):
        mistakes.append(IGNORED)
    if _same(m, found[0], right[0]) and _same(m, found[1], right[0] + right[1]):
        return [*mistakes, GROWS]
    if not _same(m, found[0], found[2]):
        return [*mistakes, GROWS._replace(sentence="the same call gives another gradient the second time")]
    scenes = [Scene(one.circuit, names, node) for one in runs]
    usable = list(zip(scenes, found, strict=True))
    form = Form("", None, {}, found[0], CLOSE * largest(found[0]))
    return [*mistakes, *fitting(scenes[0], form, usable)]


def _told(m: Any, returned: Any, found: Any, right: Any, mistakes: Sequence[Mistake]) -> str:
    """What is said of a wrong gradient."""
    sizes = _sizes(returned)
    if sizes is None:
        return "what it returns is no array of numbers"
    if sizes != m.shape(right):
        told = [f"its shape is {by(sizes)}, that of the input {by(m.shape(right))}"]
    elif _same(m, found, right):
        told = ["the gradient is right at these inputs, but not at others"]
    elif not m.all_finite(found) and m.all_finite(right):
        what = "NaN" if largest(found) != largest(found) else "an infinity"
        return f"it returns {what}; the right gradient is {eye(m, right, 6)}"
    else:
        told = [f"the right gradient is {eye(m, right, 6)}"]
    if not mistakes:
        is_right = sizes == m.shape(right) and _same(m, found, right)
        return "; ".join([*told, *["no common mistake explains this"] * (not is_right)])
    first = "; ".join([*told, mistakes[0].sentence])
    return "; or it may be that ".join([first, *(one.sentence for one in mistakes[1:3])])


def _value_told(m: Any, one: Run) -> str:
    """What is to be said of a right gradient: the forward pass has another value, or the upstream was changed."""
    if "the upstream" in one.changed:
        return "the gradient is right, but the call changes the upstream in place"
    if _has_value(m, one):
        return ""
    right = one.circuit.values[one.circuit.output]
    value = eye(m, _value(m, one.value), 6)
    return f"the gradient is right, but the forward pass gives {value}, the program {eye(m, right, 6)}"


def _has_value(m: Any, one: Run) -> bool:
    """Is what a forward pass gave the value of the program, as far as it gave any?"""
    value = None if one.value is None else _value(m, one.value)
    return value is None or _same(m, value, one.circuit.values[one.circuit.output])
