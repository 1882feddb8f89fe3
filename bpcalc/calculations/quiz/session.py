"""A quiz: exercises one after the other, two tries for each gradient, and the score."""

from __future__ import annotations

from functools import cached_property
from random import Random
from typing import NamedTuple

from bpcalc.calculations.check import claims, trace_lines
from bpcalc.calculations.quiz.circuits import Exercise, Template, check_topic, choose, exercise
from bpcalc.errors import BpcalcError
from bpcalc.reports.check import RIGHT
from bpcalc.telling.lines import Told

FIRST, SECOND = 1.0, 0.5  # points for a right answer, by the try


class Reply(NamedTuple):
    """What is said of an answer. `is_over`: the gradient is right, or there is no try left."""

    is_right: bool
    is_over: bool
    text: str


class Session:
    """A quiz of some exercises, the same for the same seed. Raises BpcalcError for a topic that there is not."""

    def __init__(self, topic: str | None, seed: int, count: int) -> None:
        check_topic(topic)
        self.topic = topic
        self.random = Random(seed)
        self.count = count
        self.points = 0.0
        self.asked = 0
        self.missed: list[str] = []
        self.before: list[Template] = []

    def next(self) -> Round:
        """The next exercise. The first one is worked, but for the last gradients; then more and more is asked."""
        template = choose(self.random, self.topic, self.missed, self.before)
        self.before.append(template)
        return Round(self, exercise(self.random, template), len(self.before))


class Round:
    """One exercise: what is shown of its gradients, and what is asked for."""

    def __init__(self, session: Session, one: Exercise, number: int) -> None:
        self.session = session
        self.exercise = one
        self.number = number
        inner = sum(bool(one.circuit.program.graph.inputs[one.names.find(name)]) for name in one.asked)
        given = max(len(one.asked) - 1, inner) if number == 1 else inner if number == 2 else 0
        self.shown, self.names = one.asked[:given], one.asked[given:]
        self.tries = 0

    @cached_property
    def trace(self) -> tuple[Told, ...]:
        return trace_lines.told(self.exercise.circuit, self.exercise.values)

    @property
    def forward(self) -> list[str]:
        """The lines of the forward pass."""
        return [line.text for step in self.trace if step.phase == "forward" for line in step.lines]

    def line(self, name: str) -> str:
        """The line of the trace that gives a gradient."""
        return trace_lines.line(self.trace, name)

    def answer(self, name: str, text: str) -> Reply:
        """Judges an answer: a number or a formula."""
        one = self.exercise
        try:
            ((claim, _),) = claims.judge(one.circuit, one.source, one.values, [(name, text)])
        except BpcalcError as error:
            return Reply(False, False, f"{error.render()}")
        self.tries += 1
        if claim.verdict == RIGHT:
            self._end(FIRST if self.tries == 1 else SECOND)
            return Reply(True, True, f"right: {self.line(name)}")
        explained = claim.mistakes[0].sentence if claim.mistakes else "no common mistake explains this"
        if self.tries == 1:
            return Reply(False, False, f"not yet: {explained}. Try again")
        self.session.missed.append(one.template.topic)
        self._end(0.0)
        return Reply(False, True, f"no: {self.line(name)}")

    def _end(self, points: float) -> None:
        self.session.points += points
        self.session.asked += 1
        self.tries = 0
