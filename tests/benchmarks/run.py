"""How long bpcalc takes against what is installed: `python tests/benchmarks/run.py [--quick] [--record] [NAME …]`.

Whole processes, run in turn (A B A B …); a ratio is the median of the ratios round by round, so that it holds on a
busy machine too. Each result is compared with what the other program printed: a wrong one ends in exit status 1, a
slow one never does. `--record` keeps the ratios under the commit, which `history.py` draws.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import math
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import NamedTuple

import history
import second
import texts
from measure import Command, Run, ratio, rounds, seconds

HERE = Path(__file__).parent
BPCALC = str(Path(sys.executable).with_name("bpcalc"))
SHOT = ("(x+y)*z", "x=-2", "y=5", "z=-4")
GRAD = (BPCALC, "grad", *SHOT)
MEMORY = 1024  # megabytes that the large cases may take at their peak
WIDTHS = (36, 16, 27, 16, 5, 10)  # columns of the printed table

LIBRARIES = {
    "sympy": "import sympy as s; x, y, z = s.symbols('x y z'); print(s.diff((x+y)*z, x).subs({x: -2, y: 5, z: -4}))",
    "torch": "import torch as t; x, y, z = (t.tensor(v, requires_grad=True) for v in (-2., 5., -4.)); "
    "((x+y)*z).backward(); print(x.grad.item())",
    "jax": "import jax; print(jax.grad(lambda x, y, z: (x+y)*z)(-2., 5., -4.))",
}


class Against(NamedTuple):
    """What bpcalc is compared with, and the ratio it must reach; None: only to be known."""

    name: str
    command: Command
    target: float | None = None


class Case(NamedTuple):
    """One row of the table or more. `right` says whether bpcalc's output agrees with the first other's."""

    name: str
    work: str
    ours: Command
    others: Sequence[Against]
    right: Callable[[Run, Run], bool]
    rounds: int = 15
    memory: float | None = None


def python(*words: str, terminal: bool = False) -> Command:
    return Command((sys.executable, *words), terminal=terminal)


def script(name: str, *words: str, terminal: bool = False) -> Command:
    return python(str(HERE / name), *words, terminal=terminal)


def starts() -> Iterator[Case]:
    """What a person waits for at the prompt."""
    click = Against("click prints the answer", script("click_answer.py", *SHOT), 1.25)
    bare = Against("python -c pass", python("-c", "pass"), 3.2)
    imports = Against("import click; print", python("-c", "import click; print(-4.0)"))
    libraries = [
        Against(name, python("-c", code)) for name, code in LIBRARIES.items() if importlib.util.find_spec(name)
    ]
    yield Case(
        "json", "one shot, -o json", Command((*GRAD, "-o", "json")), [click, imports, bare, *libraries],
        lambda ours, other: json.loads(ours.text())["gradient"]["x"] == float(other.text()),
    )  # fmt: skip
    yield Case(
        "get", "one shot, --get x", Command((*GRAD, "--get", "x")), [click, imports, bare],
        lambda ours, other: ours.text() == other.text(),
    )  # fmt: skip
    yield Case(
        "table", "one shot, table at a terminal", Command(GRAD, terminal=True),
        [
            Against("click prints a rich table", script("click_table.py", *SHOT, terminal=True), 1.2),
            bare._replace(target=6.0),
        ],
        lambda ours, other: all(word in ours.text() for word in ("x + y", "-12", "-4", "∂f/∂node")),
    )  # fmt: skip
    yield Case(
        "help", "--help", Command((BPCALC, "--help")), [click._replace(command=script("click_answer.py", "--help"))],
        lambda ours, other: "Usage: bpcalc" in ours.text() and "grad" in ours.text(),
    )  # fmt: skip
    yield Case(
        "grad-help", "grad --help", Command((BPCALC, "grad", "--help")),
        [click._replace(command=script("click_answer.py", "--help"))], lambda ours, other: "--format" in ours.text(),
    )  # fmt: skip
    tab = {"_BPCALC_COMPLETE": "bash_complete", "_BPCALC_LINE": 'bpcalc grad "(x+y)*z" x=1 ', "_BPCALC_BREAKS": "=:"}
    yield Case(
        "tab", "a completion (one TAB)", Command((BPCALC,), tab), [click, bare],
        lambda ours, other: "y=" in ours.text() and "z=" in ours.text(),
    )  # fmt: skip


def large(folder: Path) -> Iterator[Case]:
    """A million operations, and depths at which others end."""
    for name, work, size, target in (
        ("wide", "1,000,000 operations, 1 expression", 1_000_000, 0.9),
        ("chain", "333,333 statements", 1_000_000, 1.6),
        ("nested", "100,000 nested sin(sin(…))", 100_000, 2.5),
        ("parentheses", "200,000 parentheses", 200_000, 2.5),
    ):
        program, values = texts.write(folder, name, size)
        yield Case(
            name, work, from_files(program, values),
            [Against("the bare tape", script("tape.py", program, values), target)], same_numbers, 5, MEMORY,
        )  # fmt: skip


def from_files(program: str, values: str) -> Command:
    return Command((BPCALC, "grad", "-f", program, "--bindings", values, "-o", "plain"))


def engines() -> Iterator[Case]:
    for kind in ("sum", "product", "sines", "wide", "chain"):
        yield Case(
            f"engine-{kind}", f"the engine alone: {kind}, 1,000,000", engine("bpcalc", kind, 1_000_000),
            [Against("the bare tape's two loops", engine("tape", kind, 1_000_000), 1.6)],
            lambda ours, other: same_words(ours.text().split()[1:], other.text().split()[1:]), 5,
        )  # fmt: skip


def layers() -> Iterator[Case]:
    """Arrays, in memory; the chain has no target of its own, only linear time."""
    for kind, count, work, target in (
        ("layer", 1, "softmax loss of 2000x500 @ 500x100", 1.3),
        ("chain", 200, "200 layers of 100x100", None),
        ("chain", 400, "400 layers of 100x100", None),
    ):
        yield Case(
            f"engine-{kind}", work, script("layers.py", "bpcalc", kind, str(count)),
            [Against("NumPy by hand", script("layers.py", "numpy", kind, str(count)), target)],
            lambda ours, other: same_words(ours.text().split()[1:], other.text().split()[1:]), 5,
        )  # fmt: skip


def second_order(folder: Path) -> Iterator[Case]:
    """The Hessian times a vector, 10,000 inputs: in the engine alone and as a command, against one gradient."""
    count = 10_000
    for kind, work in (("array", "H v, 10,000 entries of an array"), ("numbers", "H v, 10,000 single numbers")):
        yield Case(
            f"engine-second-{kind}", f"the engine alone: {work}", script("second.py", "product", kind, str(count)),
            [Against("one gradient", script("second.py", "gradient", kind, str(count)), 5.0)],
            lambda ours, other: same_words(ours.text().split()[1:], other.text().split()[1:]), 5,
        )  # fmt: skip
        program, values = folder / f"second_{kind}.txt", folder / f"second_{kind}.json"
        program.write_text(second.program(kind, count), encoding="utf-8")
        given = second.numbers(count)
        named = {"x": given} if kind == "array" else dict(zip(second.names(count), given, strict=True))
        values.write_text(json.dumps(named), encoding="utf-8")
        read = ("-f", str(program), "--bindings", str(values), "-o", "plain")
        vector = [word for part in words_of(kind, second.direction(count)) for word in ("--vector", part)]
        yield Case(
            f"second-{kind}", f"the command: {work}",
            Command((BPCALC, "hessian", *read, *vector)),
            [Against("bpcalc grad", Command((BPCALC, "grad", *read)), 5.0)],
            lambda ours, other: near(str(sum_of(ours)), str(second.expected(10_000))), 5, MEMORY,
        )  # fmt: skip


def formulas(folder: Path) -> Iterator[Case]:
    """Derivatives without values, against SymPy, which does not simplify what it finds."""
    sympy = "import sympy as s, sys; x = s.Symbol('x'); print(s.diff(s.sympify(open(sys.argv[1]).read()), x))"
    for name, work, text in (
        ("diff", "diff of x^2*sin(x)", "x**2*sin(x)"),
        ("diff-sum", "diff of 1,000 terms", " + ".join(f"sin({k}*x)" for k in range(2, 1002))),
        ("diff-product", "diff of 300 factors", "*".join(f"(x + {k})" for k in range(1, 301))),
    ):
        program = folder / f"{name}.txt"
        program.write_text(text, encoding="utf-8")
        yield Case(
            name, work, Command((BPCALC, "diff", "-f", str(program), "-o", "plain")),
            [Against("sympy", python("-c", sympy, str(program)), 1.0)],
            lambda ours, other: ours.text().count("cos(") == other.text().count("cos("), 5,
        )  # fmt: skip


def words_of(kind: str, given: list[float]) -> list[str]:
    """The values as words of a command line."""
    if kind == "array":
        return [f"x={given}"]
    return [f"{name}={value}" for name, value in zip(second.names(len(given)), given, strict=True)]


def sum_of(run: Run) -> float:
    """The sum of all numbers behind the first line, which has the value."""
    lines = run.text().splitlines()[1:]
    return math.fsum(float(word) for line in lines for word in line.partition("\t")[2].strip("[]").split(","))


def engine(who: str, kind: str, count: int) -> Command:
    return script("engine.py", who, kind, str(count))


def same_numbers(ours: Run, other: Run) -> bool:
    """The same words in the same places, and numbers that differ in the last digits at most."""
    with ours.output.open(encoding="utf-8") as a, other.output.open(encoding="utf-8") as b:
        lines = [same_words(one.split(), two.split()) for one, two in zip_longest(a, b, fillvalue="")]
    return bool(lines) and all(lines)


def same_words(ours: list[str], other: list[str]) -> bool:
    return len(ours) == len(other) and all(a == b or near(a, b) for a, b in zip(ours, other, strict=True))


def near(a: str, b: str) -> bool:
    try:
        return math.isclose(float(a), float(b), rel_tol=1e-9)
    except ValueError:
        return False


def engine_seconds(runs: list[Run]) -> list[Run]:
    """The engine's runs with the time that it printed in place of the process's."""
    return [each._replace(seconds=float(each.text().split()[0])) for each in runs]


def show(*cells: str) -> None:
    print("  ".join(cell.ljust(width) for cell, width in zip(cells, WIDTHS, strict=True)).rstrip(), flush=True)


def amount(runs: Sequence[Run], memory: bool = True) -> str:
    time = seconds(runs)
    text = f"{time:.2f} s" if time >= 0.5 else f"{time * 1000:.1f} ms"
    return f"{text}, {max(each.megabytes for each in runs):.0f} MB" if memory else text


def measure(case: Case, count: int, folder: Path, ratios: dict[str, float]) -> bool:
    """Prints the rows of one case, and keeps its ratios; whether bpcalc's results are right."""
    runs = rounds({"": case.ours, **{other.name: other.command for other in case.others}}, count, folder)
    right = all(each.status == 0 for each in runs[""]) and case.right(runs[""][0], runs[case.others[0].name][0])
    if case.name.startswith("engine"):
        runs = {name: engine_seconds(each) for name, each in runs.items()}
    ours, work = runs[""], case.work
    for other in case.others:
        against = ratios[f"{case.name}: {other.name}"] = ratio(ours, runs[other.name])
        verdict = "" if other.target is None or against <= other.target else "ABOVE"
        show(
            work, amount(ours), other.name, amount(runs[other.name]), f"{against:.2f}",
            f"{other.target} {verdict}" if other.target else "",
        )  # fmt: skip
        work = ""
    if not right:
        show("", "WRONG RESULT", "", "", "", "")
    if case.memory and max(each.megabytes for each in ours) > case.memory:
        show("", f"ABOVE {case.memory} MB", "", "", "", "")
    return right


def growth(folder: Path, count: int, ratios: dict[str, float]) -> None:
    """The time an operation at 1,000,000 of them against 10,000, the start of the process not counted."""
    for kind in ("sum", "product", "sines"):
        commands = {str(size): engine("bpcalc", kind, size) for size in (10_000, 1_000_000)}
        small, great = map(engine_seconds, rounds(commands, count, folder).values())
        ratios[f"growth: engine-{kind}"] = show_growth(f"growth of the engine: {kind}", small, great)
    for kind in ("wide", "chain"):
        commands = {str(size): from_files(*texts.write(folder, kind, size)) for size in (3, 10_000, 1_000_000)}
        start, small, great = rounds(commands, count, folder).values()
        small, great = without(start, small), without(start, great)
        ratios[f"growth: {kind}"] = show_growth(f"growth of the process: {kind}", small, great)


def without(start: list[Run], runs: list[Run]) -> list[Run]:
    """The runs with the start of the process taken off their time."""
    least = min(each.seconds for each in start)
    return [each._replace(seconds=each.seconds - least) for each in runs]


def show_growth(work: str, small: list[Run], great: list[Run]) -> float:
    against = ratio(great, small) / 100
    show(
        work, f"{seconds(great):.2f} µs each", "the same at 10,000", f"{seconds(small) * 100:.2f} µs each",
        f"{against:.2f}", f"1.3{'' if against <= 1.3 else ' ABOVE'}",
    )  # fmt: skip
    return against


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer rounds, large cases only once")
    parser.add_argument("--record", action="store_true", help="keep the ratios, for history.py")
    parser.add_argument("names", nargs="*", metavar="NAME", help="only these cases")
    given = parser.parse_args()
    if not Path(BPCALC).exists():
        parser.error(f"there is no {BPCALC}: install bpcalc for this Python first")
    right, ratios = True, dict[str, float]()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        show("work", "bpcalc", "compared with", "", "ratio", "target")
        for cases in (starts(), large(folder), engines(), layers(), second_order(folder), formulas(folder)):
            for case in cases:
                if not given.names or case.name in given.names:
                    right &= measure(case, case.rounds // 5 if given.quick else case.rounds, folder, ratios)
        if not given.names or "growth" in given.names:
            growth(folder, 1 if given.quick else 5, ratios)
    if given.record:
        history.record(ratios)
    return 0 if right else 1


if __name__ == "__main__":
    sys.exit(main())
