"""The circuits of the quiz, by topic, and values for them at which the common mistakes give different numbers."""

from __future__ import annotations

from random import Random
from typing import NamedTuple

from bpcalc.calculations.check.mistakes import candidates
from bpcalc.calculations.check.scene import Scene
from bpcalc.calculations.check.subgradients import is_kinked
from bpcalc.calculations.passes import prepare, run
from bpcalc.errors import BpcalcError, Source, did_you_mean
from bpcalc.reading.parser import parse
from bpcalc.reports.circuit import Circuit
from bpcalc.reports.names import Names
from bpcalc.reports.options import Options

TRIES = 12  # draws of values, of which the one is taken that tells the most mistakes apart
LARGEST = 5  # of the whole numbers that are drawn


class Template(NamedTuple):
    """A circuit, and the gates that it is about."""

    topic: str
    program: str


TEMPLATES = (
    Template("add", "q = x + y; f = q*z; f"),
    Template("add", "a = x + y; b = a - z; f = b^2; f"),
    Template("add", "s = w*x + b; f = 3*s; f"),
    Template("multiply", "p = x*y; f = p*z; f"),
    Template("multiply", "p = x*y; q = z + 1; f = p*q; f"),
    Template("multiply", "p = (x - y)*z; f = 2*p; f"),
    Template("max", "m = max(x, y); f = m*z; f"),
    Template("max", "p = x*y; m = max(p, z); f = 2*m; f"),
    Template("max", "h = relu(x*w + b); f = h*v; f"),
    Template("copy", "p = x*y; f = p + x; f"),
    Template("copy", "q = x + y; f = q*q + x; f"),
    Template("copy", "p = x*y; q = x + z; f = p*q; f"),
    Template("power", "d = w*x - y; f = d^2; f"),
    Template("power", "q = x + y; f = q^3; f"),
    Template("divide", "q = x + y; f = q/z; f"),
    Template("divide", "d = x*y; f = z/d; f"),
    Template("sigmoid", "s = w*x + b; f = sigmoid(s); f"),
    Template("sigmoid", "s = w*x; h = sigmoid(s); f = h*v; f"),
    Template("tanh", "s = w*x + b; f = tanh(s); f"),
    Template("exp", "q = x*y; f = exp(q/10); f"),
)
TOPICS = tuple(dict.fromkeys(template.topic for template in TEMPLATES))


class Exercise(NamedTuple):
    """A circuit at its values. `asked`: the names whose gradients are asked for, from the output on."""

    template: Template
    source: Source
    values: dict[str, float]
    circuit: Circuit
    names: Names
    asked: tuple[str, ...]


def choose(random: Random, topic: str | None, missed: list[str], before: list[Template]) -> Template:
    """The next circuit: of the topic, else one that was missed, else any; a new one as long as there are some."""
    wanted = topic or (missed.pop(0) if missed else None)
    every = [one for one in TEMPLATES if wanted is None or one.topic == wanted]
    return random.choice([one for one in every if one not in before] or every)


def check_topic(topic: str | None) -> None:
    """Raises BpcalcError for a topic that there is not."""
    if topic is not None and topic not in TOPICS:
        raise BpcalcError(f'no topic is called "{topic}"', hint=did_you_mean(topic, TOPICS) or
                          f"the topics are {', '.join(TOPICS)}")  # fmt: skip


def exercise(random: Random, template: Template) -> Exercise:
    """A circuit at the values that tell most mistakes apart."""
    drawn = [_drawn(random, template) for _ in range(TRIES)]
    return min(drawn, key=_alike)


def _drawn(random: Random, template: Template) -> Exercise:
    source = Source(template.program)
    numbers = [number for number in range(-LARGEST, LARGEST + 1) if number]
    names = parse(source).variables
    values = {name: float(value) for name, value in zip(names, random.sample(numbers, len(names)), strict=True)}
    if template.topic in ("sigmoid", "tanh"):  # where it is not flat
        values = {name: value / 4 for name, value in values.items()}
    m, program = prepare(source, values, Options())
    circuit = run(m, program, values, Options())
    inputs, known = [program.names[name] for name in names], Names(program, circuit.output)
    inner = {node for node in program.names.values() if node != circuit.output and node not in inputs}
    asked = (*sorted(inner, reverse=True), *inputs)
    return Exercise(template, source, values, circuit, known, tuple(known.labels[node] for node in asked))


def _alike(one: Exercise) -> tuple[bool, int, int]:
    """Whether a gate is at a kink, where more than one answer is right; how many mistakes give a right gradient; and
    how many kinds give the same number as another."""
    hidden = alike = 0
    for name in one.asked:
        scene = Scene(one.circuit, one.names, one.names.find(name))
        right = float(scene.true)
        found: dict[float, set[str]] = {}
        for candidate in candidates(scene):
            gives = candidate.at(scene)
            if gives is not None and gives == gives:
                found.setdefault(round(float(gives), 9), set()).add(candidate.kind)
        hidden += len(found.get(round(right, 9), ())) + (right == 0)
        alike += sum(len(kinds) - 1 for kinds in found.values())
    return is_kinked(one.circuit), hidden, alike
