"""The passes step by step: which numbers of a picture are there already, and what the teller says of the step."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from bpcalc.drawing.folding import PART
from bpcalc.drawing.picture import Box, Picture, handed_back, uses
from bpcalc.reports.report import Report
from bpcalc.telling.lines import Line, Told, sentence
from bpcalc.telling.teller import tell

PLAIN = ("seed", "copy")  # steps of the backward pass that are of no gate


class Moment(NamedTuple):
    """A picture after a step. A number is absent until it has arrived.

    phase      "start", "forward", "backward" or "end"
    active     the box whose step it is, -1 at the start and the end; fed: the wires that it hands gradients back on
    values     the boxes whose values are there; gradients: likewise
    branches   the wires of nodes with several uses whose gradients are there
    title      what the step is about: `q = x + y`; says: the pattern of the gate, as a clause
    equations  of the step, numbers put in
    """

    phase: str
    active: int
    fed: tuple[int, ...]
    values: frozenset[int]
    gradients: frozenset[int]
    branches: frozenset[int]
    title: str
    says: str
    equations: tuple[Line, ...]

    @property
    def lines(self) -> tuple[str, ...]:
        """The equations as texts, with the rows of arrays behind them."""
        return tuple(
            text
            for line in self.equations
            for text in (line.text + f"   {line.shapes}" * bool(line.shapes), *line.rows)
        )

    def shows(self, kind: str, box: int, wire: int) -> bool:
        """Is a label of the picture there: of this kind, on the wire of a box or on a branch?"""
        if wire >= 0:
            return wire in self.branches
        return box in (self.gradients if kind == "gradient" else self.values)


def moments(picture: Picture, report: Report, precision: int | None) -> list[Moment]:
    """The moments of both passes of a report that has its steps."""
    return [*_Passes(picture, report, precision).moments()]


class _Passes:
    def __init__(self, picture: Picture, report: Report, precision: int | None) -> None:
        self.picture, self.report = picture, report
        self.told = tell(report, precision)
        # a number that is drawn at each of its uses has no step
        self.at = {box.node: place for place, box in enumerate(picture.boxes) if box.label}
        self.values = {place for place, box in enumerate(picture.boxes) if box.kind != "gate"}
        self.gradients: set[int] = set()
        self.branches: set[int] = set()
        self.copied = {step.node for step in report.steps if step.kind == "copy"}

    def moments(self) -> Iterator[Moment]:
        yield self._moment("start", -1, (), "The inputs have their values", "", ())
        words = {(told.phase, told.gate if told.gate in PLAIN else "gate", told.node): told for told in self.told}
        for step in self.report.steps:
            place = self.at.get(step.node)
            if place is None or step.kind in ("rate", "way"):
                continue
            fed: tuple[int, ...] = ()
            if step.phase == "forward":
                self.values.add(place)
            elif step.kind == "gate":
                fed = self._hand_back(place)
            else:
                self.gradients.add(place)
            told = words.get((step.phase, step.kind, self.picture.boxes[place].label))
            box = self.picture.boxes[place]
            if box.gate == PART:
                yield self._moment(step.phase, place, fed, *self._of_part(box, step.phase, fed))
            elif told is not None:  # a gate that hands nothing back has nothing to tell
                yield self._moment(step.phase, place, fed, *_words(told))
        yield self._moment("end", -1, (), "Every gradient is there", "", self._meanings())

    def _of_part(self, box: Box, phase: str, fed: Sequence[int]) -> tuple[str, str, Sequence[Line]]:
        """What is told of a part that is one box: its own steps are told where it is open."""
        if phase == "forward":
            return box.label, "forward: a box, and what is in it", [sentence(f"{box.label} is {box.expression}")]
        lines = []
        used = uses(self.picture)
        for place in fed:
            wire = self.picture.wires[place]
            first, *rest = handed_back(self.picture, wire, used)
            lines.append(Line(f"to {self.picture.boxes[wire.source].label or 'a part'}: {first}", "", tuple(rest),
                              is_equation=False))  # fmt: skip
        return f"{box.label} = {box.expression}", "a box: all that its gates hand back on each input", lines

    def _hand_back(self, gate: int) -> tuple[int, ...]:
        """The gradients of a gate's inputs, or of the branches that they come on, are there from now on."""
        wires = self.picture.wires
        fed = tuple(place for place, wire in enumerate(wires) if wire.target == gate and wire.state != "still")
        for place in fed:
            source = wires[place].source
            uses = [one for one, wire in enumerate(wires) if wire.source == source]
            if len(uses) > 1:
                self.branches.add(place)
            carrying = {one for one in uses if wires[one].state != "still"}
            done = len(uses) == 1 or carrying <= self.branches
            if done and self.picture.boxes[source].node not in self.copied:
                self.gradients.add(source)
        return fed

    def _moment(
        self, phase: str, active: int, fed: tuple[int, ...], title: str, says: str, lines: Sequence[Line]
    ) -> Moment:
        if phase == "end":  # all values, and the gradients of inputs that none reaches: they are 0
            self.values |= {*range(len(self.picture.boxes))}
            self.gradients |= {place for place, box in enumerate(self.picture.boxes) if box.gradient}
            self.branches |= {place for place, wire in enumerate(self.picture.wires) if wire.gradient}
        shown = frozenset(self.values), frozenset(self.gradients), frozenset(self.branches)
        return Moment(phase, active, fed, *shown, title, says, tuple(lines))

    def _meanings(self) -> list[Line]:
        return [line for told in self.told if told.phase == "meaning" for line in told.lines]


def _words(told: Told) -> tuple[str, str, Sequence[Line]]:
    title = f"{told.node} = {told.title}" if told.title else told.node
    if told.phase == "forward":
        return told.node, f"forward: {told.gate}", told.lines
    return title, told.pattern, told.lines
