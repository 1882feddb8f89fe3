"""One case: a program with its numbers, what a peer says of it, and whether bpcalc says the same."""

from __future__ import annotations

import re
import traceback
import warnings
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np

from bpcalc import BpcalcError, diff, gradient, hessian, jvp

RIGHT = 1e-9  # the largest difference, relative to the largest entry
ROUNDING = 1e-4  # times that: what may be left where all is 0 in exact arithmetic
VERDICTS = EQUAL, UNSAID, WARNED, REFUSED, WRONG, TRACEBACK = (
    "equal", "not said", "warned", "refused", "wrong", "traceback",
)  # fmt: skip

Key = tuple[str, ...]  # ("value",), ("jvp",), ("gradient", x), ("hessian", x, y), ("formula", x) or ("formula", x, y)
Numbers = Mapping[str, Any]
Answers = tuple[Mapping[Key, Any], bool]  # and whether a warning stands beside them


class UnsaidError(Exception):
    """The language has no words for what the peer computes, or the peer has no answer to compare with."""


class Case(NamedTuple):
    """What a peer says of a program.

    program   statements, the last of which is an expression; "" where there is none, for the reason `unsaid`
    values    of its variables
    expected  the peer's answers
    upstream  what flows into an output that is no single number
    tangents  the direction of the jvp
    error     how far the answers may be apart, relative to the largest entry
    """

    name: str
    program: str
    values: Numbers = MappingProxyType({})
    expected: Mapping[Key, Any] = MappingProxyType({})
    upstream: Any = None
    tangents: Numbers | None = None
    error: float = RIGHT
    unsaid: str = ""


class Outcome(NamedTuple):
    """`verdict` on a case; `told` is the reason of a refusal, the difference or the traceback."""

    case: Case
    verdict: str
    told: str = ""


def judge(case: Case) -> Outcome:
    """Asks bpcalc all that the peer has answered. The worst of what comes out counts."""
    if case.unsaid:
        return Outcome(case, UNSAID, case.unsaid)
    outcomes = [Outcome(case, EQUAL)]
    for kind in QUESTIONS:
        keys = [key for key in case.expected if key[0] == kind]
        outcomes += [answered(case, kind, keys)] if keys else []
    return max(outcomes, key=lambda outcome: VERDICTS.index(outcome.verdict))


def answered(case: Case, kind: str, keys: Sequence[Key]) -> Outcome:
    """One question to bpcalc. A warning of NumPy would be seen by a user too: it counts as a traceback."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            answers, warned = QUESTIONS[kind](case, keys)
        except BpcalcError as error:
            return Outcome(case, REFUSED, f"{kind}: {error.message}")
        except Exception:  # whatever it is: no program may end in it
            return Outcome(case, TRACEBACK, f"{kind}: {traceback.format_exc()}")
    for key in keys:
        if not same(answers[key], case.expected[key], case.error):
            told = f"{' '.join(key)}: got {brief(answers[key])}, right is {brief(case.expected[key])}"
            told += difference(answers[key], case.expected[key])
            return Outcome(case, WARNED if warned else WRONG, told)
    return Outcome(case, EQUAL)


def of_value(case: Case, keys: Sequence[Key]) -> Answers:
    return {("value",): value_of(case.program, case.values, case.expected["value",])}, False


def of_reverse(case: Case, keys: Sequence[Key]) -> Answers:
    wrt = [key[1] for key in keys]
    report = gradient(case.program, case.values, wrt=wrt, upstream=case.upstream, symbolic=False)
    return {("gradient", name): report.gradient[name] for name in wrt}, bool(report.warnings)


def of_forward(case: Case, keys: Sequence[Key]) -> Answers:
    report = jvp(case.program, case.values, tangent=case.tangents)
    return {("jvp",): report.tangent}, bool(report.warnings)


def of_second(case: Case, keys: Sequence[Key]) -> Answers:
    program, values = weighted(case)
    names = list(dict.fromkeys(key[1] for key in keys))
    report = hessian(program, values, wrt=names)
    return {key: report.hessian[key[1]][key[2]] for key in keys}, bool(report.warnings)


def of_formulas(case: Case, keys: Sequence[Key]) -> Answers:
    program, values = weighted(case)
    shapes = {name: np.shape(value) for name, value in values.items() if np.ndim(value)}
    answers = {}
    for key in keys:
        formula = next(iter(diff(program, shapes, wrt=",".join(key[1:])).derivatives.values())).program
        names = set(re.findall(r"[^\W\d]\w*", formula))
        known = {name: value for name, value in values.items() if name in names}
        answers[key] = value_of(formula, known, case.expected[key])
    return answers, bool(gradient(program, values, symbolic=False).warnings)


# What can be asked, in the order in which it is.
QUESTIONS: dict[str, Callable[[Case, Sequence[Key]], Answers]] = {
    "value": of_value,
    "gradient": of_reverse,
    "jvp": of_forward,
    "hessian": of_second,
    "formula": of_formulas,
}


def value_of(program: str, values: Numbers, like: Any) -> Any:
    """A program's value, in the shape that is expected."""
    return gradient(program, values, upstream=np.ones(np.shape(like)), symbolic=False).value


def weighted(case: Case) -> tuple[str, Numbers]:
    """The program of a single number whose gradients are those under the upstream."""
    if case.upstream is None:
        return case.program, case.values
    *statements, output = case.program.split(";")
    return ";".join([*statements, f"sum(upstream_*({output}))"]), {**case.values, "upstream_": case.upstream}


def same(got: Any, right: Any, error: float = RIGHT) -> bool:
    """Equal shapes and numbers, where NaN is NaN."""
    got, right = np.asarray(got, dtype=float), np.asarray(right, dtype=float)
    if got.shape != right.shape:
        return False
    finite = np.abs(right[np.isfinite(right)])
    return np.allclose(got, right, rtol=error, atol=error * finite.max(initial=ROUNDING), equal_nan=True)


def difference(got: Any, right: Any) -> str:
    """Where two arrays are most different."""
    got, right = np.asarray(got, dtype=float), np.asarray(right, dtype=float)
    if got.shape != right.shape:
        return f"; of shape {got.shape}, right is {right.shape}"
    with np.errstate(invalid="ignore"):
        away = np.where(np.isnan(got) & np.isnan(right), 0, np.nan_to_num(np.abs(got - right), nan=np.inf))
    most = tuple(map(int, np.unravel_index(np.argmax(away), away.shape)))
    return f"; at {most} {got[most]!r}, right is {right[most]!r}" if most else ""


def brief(numbers: Any) -> str:
    text = np.array2string(np.asarray(numbers), precision=12, threshold=30, separator=", ").replace("\n", "")
    return text if len(text) < 400 else text[:400] + "…"
