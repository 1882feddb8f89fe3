"""`bpcalc quiz`: practice at the terminal."""

from __future__ import annotations

import sys

from bpcalc.cli.declaring import OneOf, argument, command, option
from bpcalc.cli.options import Whole
from bpcalc.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bpcalc.calculations.quiz.session import Round, Session

EXAMPLES = """\b
Examples:
  bpcalc quiz
  bpcalc quiz copy --seed 7
  bpcalc quiz --print 3 > exercises.md
"""
SHEETS = ("markdown", "latex")


@command(EXAMPLES, summary="Practise backpropagation, step by step.")
@argument("topic", required=False)
@option("--seed", kind=Whole(0, 10**9), metavar="N", help="The same exercises for the same number.")
@option("--count", kind=Whole(1, 100), default="5", metavar="N", help="How many exercises (default 5).")
@option("--print", "sheet", kind=Whole(1, 100), metavar="N", help="Print N exercises with solutions instead.")
@option("-o", "--format", "form", kind=OneOf("format", SHEETS), default=SHEETS[0], help="How to print them.")
def quiz(topic: str | None, **given: Any) -> int:
    """Practise backpropagation: a small circuit, its forward pass, and every gradient in turn.

    Answer with a number or a formula; there are two tries. The first exercise is worked, then more and more is asked;
    what is missed comes back. TOPIC is one of add, multiply, max, copy, power, divide, sigmoid, tanh, exp. An empty
    line, or the end of the input, ends the quiz.
    """
    from bpcalc.calculations.quiz.session import Session
    from bpcalc.errors import ExitStatus

    seed = given["seed"]
    if seed is None:
        from random import SystemRandom

        seed = SystemRandom().randrange(10**6)
    session = Session(topic, seed, given["sheet"] or given["count"])
    if given["sheet"]:
        _say(*_sheet(session, given["form"]))
        return ExitStatus.OK
    _play(session, seed)
    return ExitStatus.OK


def _say(*lines: str) -> None:
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    sys.stdout.flush()


def _play(session: Session, seed: int) -> None:
    exercises = f"{session.count} exercise{'s' * (session.count != 1)}"
    _say(f"{exercises} (the same again: --seed {seed}). Answer with a number or a formula.")
    for _ in range(session.count):
        one = session.next()
        _say("", *_shown(one))
        if not all(_ask(one, name) for name in one.names):
            break
    _say("", f"{session.points:g} of {session.asked} points")


def _shown(one: Round) -> list[str]:
    """The exercise, its forward pass, and the gradients that are given."""
    values = " ".join(f"{name}={value:g}" for name, value in one.exercise.values.items())
    lines = [f"Exercise {one.number}: {one.exercise.names.expression()}", f"  {values}", "", "Forward pass"]
    lines += [f"  {line}" for line in one.forward]
    lines += ["", "Backward pass", *(f"  {one.line(name)}" for name in one.shown)]
    return lines


def _ask(one: Round, name: str) -> bool:
    """Asks for a gradient until it is over; False where the person has ended the quiz."""
    f = one.exercise.names.output
    while True:
        sys.stdout.write(f"  ∂{f}/∂{name} = ")
        sys.stdout.flush()
        answer = sys.stdin.readline()
        if not sys.stdin.isatty():
            _say(answer.rstrip("\n"))
        if not answer.strip():
            return False
        reply = one.answer(name, answer.strip())
        _say(*(f"    {line}" for line in reply.text.split("\n")))
        if reply.is_over:
            return True


def _sheet(session: Session, form: str) -> list[str]:
    """Exercises, then their solutions."""
    from bpcalc.calculations.gradient import calculate
    from bpcalc.show import Style, render

    tasks, solutions = [], []
    for _ in range(session.count):
        one = session.next()
        exercise = one.exercise
        values = ", ".join(f"{name} = {value:g}" for name, value in exercise.values.items())
        report = calculate(exercise.source, exercise.values)
        task = f"{exercise.names.expression()}; at {values}"
        tasks.append(f"{one.number}. `{task}`" if form == "markdown" else rf"\item \verb|{task}|")
        title = f"### {one.number}" if form == "markdown" else rf"\paragraph{{{one.number}}}"
        solutions += [title, "", render(report, form, Style()), ""]
    head = "The gradient of the output with respect to every node:"
    if form == "markdown":
        return ["## Exercises", "", head, "", *tasks, "", "## Solutions", "", *solutions]
    return [r"\section*{Exercises}", head, r"\begin{enumerate}", *tasks, r"\end{enumerate}", r"\section*{Solutions}",
            *solutions]  # fmt: skip
