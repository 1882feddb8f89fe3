"""How a path ended, and why: as far as the numbers tell, and no further."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from bpcalc.calculations.descend.critical import kind_of_point
from bpcalc.calculations.descend.lessons import crossed
from bpcalc.calculations.descend.loss import Loss
from bpcalc.calculations.descend.methods import RATED, Here
from bpcalc.calculations.descend.rays import falling_rate
from bpcalc.calculations.descend.watching import Step, Watch
from bpcalc.calculations.passes import warnings_of
from bpcalc.reports.names import Names
from bpcalc.telling.descent_words import number

FEWEST = 4  # steps before a path can be told to oscillate
STILL = 1e-3  # a fall of the lowest value that is less than this part of the ups and downs is none
GROWN = 1e-6  # a growth that is less than this part of the output may be rounding
FLAT = 1e-4  # of the output: how much it may change in a step as long as the inputs, on a plateau
LATELY = 5  # steps that tell whether it still falls
DAMPED = 0.9  # ups and downs that become smaller by this come to an end


class Verdict(NamedTuple):
    """How a path ended, one of reports.descent.ENDS, the sentence that tells it, and what belongs to it."""

    ended: str
    message: str
    remarks: tuple[str, ...] = ()


def verdict(watch: Watch, loss: Loss, method: str, rate: float | None, enough: float, said: str) -> Verdict:
    """How the path ended.

    enough  the norm of the gradient below which it has converged
    said    what the method itself said of its end, if it found no further step
    """
    start, end = watch.begin.value, watch.here.value
    norm = watch.last.norm
    if math.isnan(end) or math.isnan(norm) or (watch.step == 0 and math.isinf(end)):
        return _nan(watch, loss, method, rate)
    has_grown = end - start > GROWN * max(abs(start), abs(end))
    if math.isinf(end) or (has_grown and watch.step and (norm > watch.begin_norm or _is_highest(watch))):
        return _diverged(watch, loss, method, rate)
    if math.isinf(norm):
        return _nan(watch, loss, method, rate)
    if norm <= enough:
        return _converged(watch, loss, enough)
    if watch.step >= FEWEST and _oscillates(watch):
        return _oscillating(watch, loss, method, rate)
    return Verdict("steps", _unfinished(watch, loss, said), _plateau(watch, loss))


def _is_highest(watch: Watch) -> bool:
    return watch.here.value >= max(step.value for step in watch.recent)


def _l(loss: Loss) -> str:
    return Names(loss.program, loss.start.output).output


def _steps(count: int) -> str:
    return f"{count} step{'s' * (count != 1)}"


def _worse(loss: Loss) -> tuple[str, str]:
    """What a step does that goes the wrong way, and the right one."""
    return ("grew", "fall") if loss.sign > 0 else ("fell", "rise")


def _nan(watch: Watch, loss: Loss, method: str, rate: float | None) -> Verdict:
    """NaN or an infinite slope, and the node where it arose."""
    circuit = loss.circuit(watch.here.at)
    names = Names(circuit.program, circuit.output)
    found = [one for one in warnings_of(circuit, names, loss.values(watch.here.at)) if one.kind == "nonfinite"]
    f = names.output
    if math.isnan(watch.here.value):
        what = f"{f} is NaN"
    elif math.isinf(watch.here.value):
        what = f"{f} is {number(loss.sign * watch.here.value)}"
    else:
        what = f"the gradient is {'NaN' if math.isnan(watch.last.norm) else 'infinite'}"
    why = f": {found[0].fact}" if found else ""
    remark = ""
    if watch.step and method == "gradient" and rate is not None and not loss.rows:
        remark = _largest(loss, watch.before, rate, f"at step {watch.step - 1}, before it,")
    return Verdict("nan", f"{what} at step {watch.step}{why}", (remark,) if remark else ())


def _diverged(watch: Watch, loss: Loss, method: str, rate: float | None) -> Verdict:
    f, grew = _l(loss), _worse(loss)[0]
    start, end = (number(loss.sign * one.value) for one in (watch.begin, watch.here))
    if watch.here.value == -math.inf:
        way = "falls" if loss.sign > 0 else "rises"
        return Verdict("diverged", f"{f} {way} without bound: it is {end} at step {watch.step}")
    remarks: list[str] = []
    if watch.risen and method == "gradient" and rate is not None:
        at, _, step = watch.risen
        where = "from the start" if step == 0 else f"at step {step}, before the first step the wrong way,"
        remarks = [told] if (told := _largest(loss, at, rate, where)) else []
    elif rate is not None:
        where = f" {method}" if method != "gradient" else ""
        remarks = [f"the rate {number(rate)} is too large for{where or ' the batches'} here: try a tenth of it"]
    return Verdict("diverged", f"{f} {grew} from {start} to {end} in {_steps(watch.step)}", tuple(remarks))


def _largest(loss: Loss, here: Here, rate: float, where: str) -> str:
    """`from the start any rate below 0.5 would still fall`"""
    fall = _worse(loss)[1]
    found = falling_rate(loss, here.at, here.value, here.gradient, rate)
    if found is None:
        return f"{where} no rate makes {_l(loss)} {fall}: what the gradient tells is rounding there, or a kink"
    if math.isinf(found) or found > rate:
        return ""
    return f"{where} any rate below {number(found, 3)} would still {fall}"


def _converged(watch: Watch, loss: Loss, enough: float) -> Verdict:
    norm = watch.last.norm
    f = _l(loss)
    kind, remark = kind_of_point(loss, watch.here)
    if watch.step == 0:
        head = "the gradient is 0 at the start, so nothing moves"
        if norm:
            head = f"the gradient's norm is {number(norm)} at the start, no more than {number(enough)}: no step is made"
        return Verdict("converged", f"{head}{kind and f'; {kind}'}", remark)
    left = "the gradient is 0" if norm == 0 else f"the gradient's norm is {number(norm)}, below {number(enough)}"
    return Verdict("converged", f"{f} = {number(loss.sign * watch.here.value)} at step {watch.step}: {left}"
                   f"{kind and f'; {kind}'}", remark)  # fmt: skip


def _lately(watch: Watch) -> list[Step]:
    """The last steps, of a short path no more than its second half."""
    return [*watch.recent][-max(FEWEST, watch.step // 2) :]


def _halves(steps: Sequence[Step]) -> tuple[list[float], list[float]]:
    values = [step.value for step in steps]
    return values[: len(values) // 2], values[len(values) // 2 :]


def _oscillates(watch: Watch) -> bool:
    """Do the last steps go back and forth, and lead no further down?"""
    steps = _lately(watch)
    before, after = _halves(steps)
    turns = sum(step.turns for step in steps)
    values = [*before, *after]
    rises = sum(b > a for a, b in pairwise(values))
    spread, later = max(before) - min(before), max(after) - min(after)
    is_lower = min(after) < min(before) - STILL * spread or later < DAMPED * spread or max(after) < min(before)
    return not is_lower and (2 * turns >= len(values) or 4 * rises >= len(values))


def _oscillating(watch: Watch, loss: Loss, method: str, rate: float | None) -> Verdict:
    values = [loss.sign * step.value for step in _lately(watch)]
    f, low, high = _l(loss), number(min(values)), number(max(values))
    between = f"stays at {low}" if low == high else f"goes up and down between {low} and {high}"
    message = f"the steps jump back and forth: {f} {between} in the last {len(values)}"
    remarks = [*crossed(watch, loss)]
    if method == "gradient" and rate is not None:
        told = _largest(loss, watch.here, rate, "from where it ended")
        remarks += [told] if told else []
    if method in RATED and not remarks:
        remarks.append(f"a smaller rate than {number(rate or 0)} would come closer")
    return Verdict("oscillating", message, tuple(remarks))


def _unfinished(watch: Watch, loss: Loss, said: str) -> str:
    f, falling = _l(loss), "falling" if loss.sign > 0 else "rising"
    now = f"{f} = {number(loss.sign * watch.here.value, 6)} after {_steps(watch.step)}"
    slope = f"the gradient's norm is {number(watch.last.norm)}"
    start, end = watch.begin.value, watch.here.value
    if end - start > GROWN * max(abs(start), abs(end)):
        now += f" ({'more' if loss.sign > 0 else 'less'} than the {number(loss.sign * start)} of the start)"
    if why := _plain(said):
        return f"{now}: {why}; {slope}"
    values = [watch.begin.value, *(step.value for step in watch.recent)][-LATELY:]
    if len(values) > 1 and values[-1] < min(values[:-1]):
        return f"{now}, and still {falling}: {slope}"
    if end == start:
        return f"{now}, as at the start: {slope}"
    return f"{now}: {slope}"


def _plateau(watch: Watch, loss: Loss) -> tuple[str, ...]:
    """That there is hardly a slope, and never was: the output stands where it was, at this scale of the inputs."""
    start, end, norm = watch.begin.value, watch.here.value, watch.last.norm
    size, reach = max(abs(start), abs(end)), loss.norm(watch.here.at)
    if abs(end - start) > GROWN * size or norm * max(1.0, reach) > FLAT * size:
        return ()
    kind, remarks = kind_of_point(loss, watch.here)
    told = f"a plateau: the gradient is nearly 0, and {_l(loss)} stays as it is{kind and f'; {kind}'}"
    return (told, *remarks)


def _plain(said: str) -> str:
    """What SciPy says, in a sentence; nothing where all steps were made."""
    if not said or "ITERATIONS" in said:
        return ""
    if "ABNORMAL" in said:
        return "no step that goes down is left (rounding, or a kink)"
    if "EVALUATIONS" in said:
        return "no evaluations are left"
    return said if said[:1].islower() or said.startswith("no ") else "it makes no further step"
