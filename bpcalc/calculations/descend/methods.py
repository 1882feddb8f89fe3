"""The methods, as the textbooks have them. Each starts at a point, and shows every point that it comes to.

    x   where the inputs stand, g the gradient there, r the rate, t the number of the step, from 1

    gradient  x = x - r*g
    momentum  v = 0.9*v + g; x = x - r*v                                             (heavy ball, as PyTorch has it)
    adam      v = 0.9*v + 0.1*g; s = 0.999*s + 0.001*g*g
              x = x - r*(v/(1 - 0.9^t))/(sqrt(s/(1 - 0.999^t)) + 1e-8)              (Kingma and Ba 2015)
    newton    x = x - H^-1 g, halved until L does not go up
    lbfgs     SciPy's L-BFGS-B
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from bpcalc.calculations.descend.loss import At, Loss

METHODS = ("gradient", "momentum", "adam", "newton", "lbfgs")
RATED = ("gradient", "momentum", "adam")  # those that take a rate
FRICTION = 0.9
MEAN, SQUARES, EPSILON = 0.9, 0.999, 1e-8
HALVINGS = 60  # of a step of Newton's method


class Here(NamedTuple):
    """A point that a method has come to, with its value and gradient."""

    at: At
    value: float
    gradient: At


class Enough(Exception):  # noqa: N818 (as StopIteration, it is no error)
    """Raised by whoever looks on and has seen enough."""


Visit = Callable[[Here], None]
Update = Callable[[At, At], dict[str, Any]]


def gradient(rate: float, m: Any) -> Update:
    """The update of gradient descent."""
    return lambda at, g: {name: x - rate * g[name] for name, x in at.items()}


def momentum(rate: float, m: Any) -> Update:
    """The update that keeps nine tenths of its speed."""
    speed: dict[str, Any] = {}

    def update(at: At, g: At) -> dict[str, Any]:
        for name in at:
            speed[name] = FRICTION * speed.get(name, 0.0) + g[name]
        return {name: x - rate * speed[name] for name, x in at.items()}

    return update


def adam(rate: float, m: Any) -> Update:
    """The update in units of the gradient's own size."""
    means: dict[str, Any] = {}
    squares: dict[str, Any] = {}
    step = 0

    def update(at: At, g: At) -> dict[str, Any]:
        nonlocal step
        step += 1
        found = {}
        for name, x in at.items():
            mean = means[name] = MEAN * means.get(name, 0.0) + (1 - MEAN) * g[name]
            square = squares[name] = SQUARES * squares.get(name, 0.0) + (1 - SQUARES) * (g[name] * g[name])
            size = m.sqrt(square / (1 - SQUARES**step)) + EPSILON
            found[name] = x - rate * (mean / (1 - MEAN**step)) / size
        return found

    return update


UPDATES = {"gradient": gradient, "momentum": momentum, "adam": adam}


def follow(update: Update, loss: Loss, steps: int, visit: Visit) -> str:
    """So many steps, each along the gradient of all rows."""
    at: At = loss.begin()
    value, g = loss(at)
    for _ in range(steps):
        with loss.m.quiet():
            at = update(at, g)
        value, g = loss(at)
        visit(Here(at, value, g))
    return ""


def follow_batches(
    update: Update, loss: Loss, steps: int, batches: Iterator[tuple[Sequence[int], bool]],
    visit: Callable[[Here, int], None], began: Callable[[Here, Here], None],
) -> str:  # fmt: skip
    """So many steps, each along the gradient of one batch of rows.

    batches  the rows of each, and whether an epoch ends with it
    visit    is shown where each epoch ends, and the last step, over all rows; began: the first step
    """
    at: At = loss.begin()
    for step in range(1, steps + 1):
        rows, is_last = next(batches)
        before = Here(at, *loss(at, rows))
        with loss.m.quiet():
            at = update(at, before.gradient)
        if step == 1:
            began(before, Here(at, *loss.look(at, rows)))
        if is_last or step == steps:
            visit(Here(at, *loss.look(at)), step)
    return ""


def newton(loss: Loss, steps: int, visit: Visit) -> str:
    """Newton's method: each step goes to where the second-order model has no slope, or down along it."""
    from bpcalc.algebra.flat import are_finite, flat, newton_step, parted

    at: At = loss.begin()
    value, g = loss(at)
    shapes = [loss.m.shape(one) for one in at.values()]
    for step in range(steps):
        matrix, slopes = loss.hessian(at), flat([*g.values()])
        if not are_finite(matrix, slopes):
            return f"the Hessian is not finite at step {step}"
        move, _ = newton_step(matrix, slopes)
        here, part = flat([*at.values()]), 1.0
        for _ in range(HALVINGS):
            there = dict(zip(at, parted(here + part * move, shapes), strict=True))
            found, slope = loss(there)
            if found < value or (found == value and loss.norm(slope) < loss.norm(g)):
                break
            part /= 2
        else:
            return "no part of Newton's step goes further"
        at, value, g = there, found, slope
        visit(Here(at, value, g))
    return ""


def lbfgs(loss: Loss, steps: int, evaluations: int, visit: Visit) -> str:
    """SciPy's, with the settings that it has by default but for when it stops; what it says of its end, or what its
    line search met where it found no step."""
    from bpcalc.algebra.flat import are_finite, flat, parted
    from bpcalc.algebra.flat import lbfgs as library

    begin = loss.begin()
    shapes = [loss.m.shape(one) for one in begin.values()]
    last: Here | None = None
    before, met = flat([*begin.values()]), ""

    def evaluate(vector: Any) -> tuple[float, Any]:
        nonlocal last, met
        at = dict(zip(begin, parted(vector, shapes), strict=True))
        last = Here(at, *loss(at))
        slopes = flat([*last.gradient.values()])
        if not (math.isfinite(last.value) and are_finite(slopes)):
            met = "NaN" if math.isnan(last.value) else "an infinite number" if math.isinf(last.value) else "no slope"
        return last.value, slopes

    def seen(vector: Any) -> bool:
        nonlocal before, met
        if (vector == before).all():  # a step of length 0 is none
            return False
        before, met = vector, ""
        at = dict(zip(begin, parted(vector, shapes), strict=True))
        is_last = last is not None and bool((flat([*last.at.values()]) == vector).all())
        try:
            visit(last if last is not None and is_last else Here(at, *loss.look(at)))
        except Enough:
            return True
        return False

    said = library(evaluate, before, steps, evaluations, seen)
    return f"its line search met {met}, and found no step" if met else said
