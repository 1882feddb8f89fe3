"""Looking on while a method goes down: what is kept of its path, and when there is nothing more to see."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable
from typing import NamedTuple

from bpcalc.calculations.descend.loss import At, Loss, product
from bpcalc.calculations.descend.methods import Enough, Here
from bpcalc.reports.descent import First, Point

KEPT = 2000  # points of a path that is not asked for as a whole; then every tenth of them
TENTH = 10
SMALL = 64  # numbers that move, up to which the points between keep them
RECENT = 40  # steps that tell how a path ends
TURN = -0.5  # a step turns back where the cosine of its angle to the one before is less


class Step(NamedTuple):
    """What a step did: the signed value that it led to, and whether it turned back."""

    value: float
    turns: bool


class Watch:
    """The path of a method, in constant memory unless all of it is kept.

    begin     the start; here: the last point, before: the one in front of it; first: what the first step was made of
    risen     the point before the first step that went up, and the value above; None where all went down
    recent    the last steps
    step      how many steps there were
    """

    def __init__(
        self, loss: Loss, steps: int, until: float, whole: bool, progress: Callable[[int], None] | None = None,
        budget: float = math.inf, epochs: bool = False, rests: bool = False,
    ) -> None:  # fmt: skip
        """
        steps   how many there will be
        until   the norm of the gradient that is small enough
        budget  how many evaluations of the gradient there may be
        epochs  whether the points are the ends of epochs
        rests   whether the method stays where the gradient is 0
        """
        self._steps, self._rests = steps, rests and not epochs
        self._loss, self._until, self._whole, self._progress = loss, until, whole, progress
        self._budget, self._stride, self._epochs = budget, 1, epochs
        self._points: list[Point] = []
        at = loss.begin()
        self.begin = self.before = self.here = Here(at, *loss.look(at))
        self.step = self._count = 0
        self._is_small = sum(math.prod(getattr(one, "shape", ())) for one in at.values()) <= SMALL
        self.recent: deque[Step] = deque(maxlen=RECENT)
        self.risen: tuple[Here, float, int] | None = None
        self.first: First | None = None
        self._move: At | None = None
        self.last = self._point(self.begin, 0 if epochs else None)
        self.begin_norm = self.last.norm
        self._points.append(self.last)

    def _point(self, here: Here, epoch: int | None) -> Point:
        norm = self._loss.norm(here.gradient)
        # what it took to come here, without the gradient here itself
        spent = self._loss.evaluations if self._epochs else max(self._loss.evaluations - 1, 0)
        return Point(self.step, spent, self._loss.sign * here.value, norm, here.at, epoch)

    def check(self) -> None:
        """Raises Enough where the last point is the end: little slope is left, or something is not finite."""
        if not (math.isfinite(self.here.value) and math.isfinite(self.last.norm)) or self.last.norm <= self._until:
            raise Enough
        if self.last.norm == 0 and (self._rests or not self.step):
            raise Enough

    def __call__(self, here: Here, step: int | None = None, epoch: int | None = None) -> None:
        """The next point. Raises Enough where it is the end."""
        before, self.here = self.here, here
        self.step = self.step + 1 if step is None else step
        if self.first is None:
            self.began(before, here)
        self.before = before
        if self.risen is None and here.value > before.value and not self._epochs:
            self.risen = before, here.value, self.step - 1
        self._turned(before)
        self.last = self._point(here, epoch)
        self._keep()
        if self._progress is not None:
            self._progress(self.step)
        self.check()
        if self.last.evaluations >= self._budget:
            raise Enough

    def began(self, before: Here, after: Here) -> None:
        """What the first step was."""
        sign, m = self._loss.sign, self._loss.m
        slopes = before.gradient if sign > 0 else {name: -g for name, g in before.gradient.items()}
        plain = {name: m.value(m.dense(g)) for name, g in slopes.items()}
        self.first = First(before.at, plain, after.at, sign * before.value, sign * after.value)

    def _keep(self) -> None:
        self._count += 1
        if self._whole or self._count % self._stride == 0:
            self._points.append(self.last if self._whole or self._is_small else self.last._replace(at={}))
        if not self._whole and len(self._points) > KEPT:
            self._stride *= TENTH
            self._points = self._points[::TENTH]

    def _turned(self, before: Here) -> None:
        """Adds what the last step did to the recent ones; whether it turned back is looked at near the end only."""
        m = self._loss.m
        if self.step < self._steps - RECENT - 1 and not self._epochs:
            self.recent.append(Step(self.here.value, turns=False))
            return
        with m.quiet():
            move = {name: x - before.at[name] for name, x in self.here.at.items()}
            turns = False
            if self._move is not None:
                sizes = self._loss.norm(move) * self._loss.norm(self._move)
                turns = sizes > 0 and product(m, move, self._move) < TURN * sizes
        self.recent.append(Step(self.here.value, turns))
        self._move = move

    def path(self) -> list[Point]:
        """The points that were kept, and the last."""
        if self._points[-1].step == self.last.step:
            return [*self._points[:-1], self.last]
        return [*self._points, self.last]
