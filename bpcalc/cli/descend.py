"""`bpcalc descend`: gradient descent from the given values."""

from __future__ import annotations

from bpcalc.cli.declaring import command, option
from bpcalc.cli.options import (
    CONVENTION,
    DATA,
    EXPAND,
    NUMERALS,
    OF,
    READS,
    WARNINGS,
    WIDTH,
    Names,
    Whole,
    formats,
    get,
    offered,
    wrt,
)  # fmt: skip
from bpcalc.errors import BpcalcError, ExitStatus, Source
from bpcalc.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bpcalc.calculations.descend.pipeline import Request
    from bpcalc.reading.bindings import Values

EXAMPLES = """\b
Examples:
  bpcalc descend "(w - 3)^2" w=0 --rate 0.1
  bpcalc descend "x^2 + y^2/10" x=4 y=5 --method gradient,momentum,adam --rate 0.5
  bpcalc descend "(1-x)^2 + 100*(y-x^2)^2" x=-1 y=2 --method newton,lbfgs
  bpcalc descend "(x^2+y-11)^2 + (x+y^2-7)^2" x=0 y=0 --rate 0.01 --trace
  bpcalc descend "mean((X@w - y)^2)" "X=[[1,0],[1,1],[1,2]]" "y=[1,3,5]" "w=[0,0]" --wrt w
  bpcalc descend "x^2 - y^2" x=1 y=0
  w=$(bpcalc descend "(w - 3)^2" w=0 --until 1e-8 --get w)
"""


@command(EXAMPLES, summary="Gradient descent from given values, and how it ended.")
@READS
@wrt("Move these inputs only (default: every variable that carries a gradient).")
@OF
@option("--method", metavar="NAME,…", kind=Names(), default="gradient", complete=offered("methods"),
              help="gradient (default), momentum, adam, newton or lbfgs; several run side by side.")  # fmt: skip
@option("--rate", metavar="R,…", help="How far a step goes, in gradients (default 0.1); or one for each method.")
@option("--steps", kind=Whole(0, 100_000_000), metavar="N", default=100,
              help="How many steps to make (default 100); of several methods, for how many gradients.")  # fmt: skip
@option("--until", metavar="NORM", help="Stop where the gradient's norm is no more than this.")
@option("--maximize", is_flag=True, help="Go up instead.")
@DATA
@option("--batch", kind=Whole(1, 100_000_000), metavar="N",
              help="Take N rows of the data a step, in shuffled order: stochastic descent.")  # fmt: skip
@option("--seed", kind=Whole(0, 100_000_000), metavar="N", default=0, help="Decides their order.")
@formats("descent")
@get("Print only this of the end: x, value, gradient_norm, steps, ended, message, q.value.")
@option("--trace", is_flag=True, help="Tell the first step with its numbers.")
@option("--save", metavar="FILE", multiple=True, complete=offered("files"),
              help="Draw the path as .svg too: over contours where two numbers move, else f by step.")  # fmt: skip
@EXPAND
@CONVENTION
@NUMERALS
@WIDTH
@WARNINGS
def descend(expression: str | None, words: tuple[str, ...], **given: Any) -> int:
    """Gradient descent: follow the gradient of EXPRESSION down from the given values.

    A step is x = x - rate*∂f/∂x. EXPRESSION, read as by bpcalc grad, is a single number. The result tells whether it
    converged, still falls, oscillates, diverged or met NaN, and why; the exit status is 1 for the last two.
    """
    from bpcalc.calculations.descend.pipeline import descend as run
    from bpcalc.cli import inputs, results
    from bpcalc.cli.progress import Progress
    from bpcalc.emit.compiled import compiled

    for path in given["save"]:
        if not path.lower().endswith(".svg"):
            raise BpcalcError(f'"{path}" has no ending of a drawing', hint="a path is drawn as .svg")
    options = inputs.asked(given)._replace(wrt=inputs.joined(given["wrt"]))
    source, values = inputs.read(expression, words, given)
    columns: tuple[str, ...] = ()
    if given["data"] is not None:
        values, columns = _with_columns(source, values, given["data"])
    with Progress(given["steps"]) as progress:
        report = run(source, values, options, _request(given, columns), compiled, progress)
    results.show(report, given)
    if given["save"]:
        _save(report, given["save"])
    return max(results.conclude(report, given), ExitStatus.FAILED if report.failed else ExitStatus.OK)


def _request(given: dict[str, Any], columns: tuple[str, ...]) -> Request:
    from bpcalc.calculations.descend.pipeline import Request

    is_shown = given["form"].is_for_the_eye or given["get"]
    return Request(
        methods=given["method"], rates=() if given["rate"] is None else tuple(_numbers("--rate", given["rate"])),
        steps=given["steps"], until=_one("--until", given["until"]), maximize=given["maximize"], batch=given["batch"],
        seed=given["seed"], columns=columns, is_whole=not is_shown, draws=bool(given["save"]),
    )  # fmt: skip


def _numbers(option: str, text: str) -> list[float]:
    """`0.1,0.01`: constant expressions."""
    from bpcalc.calculations.passes import evaluate
    from bpcalc.reading.bindings import read_value

    shown, start, found = Source(f"{option} {text}"), len(option) + 1, []
    for part in text.split(","):
        if not part.strip():
            raise BpcalcError(f'{option} takes numbers, not "{text}"', hint=f"write {option} 0.1")
        value = read_value(part, evaluate, shown, start)
        if getattr(value, "shape", ()):
            raise BpcalcError(f"{option} takes single numbers", hint=f"write {option} 0.1,0.01")
        found.append(float(value))
        start += len(part) + 1
    return found


def _one(option: str, text: str | None) -> float | None:
    if text is None:
        return None
    found = _numbers(option, text)
    if len(found) > 1 or not found[0] >= 0:
        raise BpcalcError(f'{option} takes a number that is not negative, not "{text}"', hint=f"write {option} 1e-8")
    return found[0]


def _with_columns(source: Source, values: Values, path: str) -> tuple[Values, tuple[str, ...]]:
    """The values with those columns of a table that the program names and no word gives."""
    from bpcalc.reading.bindings import Values
    from bpcalc.reading.named_files import read_table
    from bpcalc.reading.parser import parse
    from bpcalc.reading.streams import read_text, titled

    table = read_table(path, read_text(path))
    program = parse(source, {**table, **values})
    used = {name: one for name, one in table.items() if name in program.variables and name not in values}
    if not used:
        free = [name for name in program.variables if name not in values]
        hint = f"its columns are {', '.join([*table][:12])}" + (f"; without a value: {', '.join(free)}" if free else "")
        raise BpcalcError(f"the program uses no column of {titled(path)}", hint=hint)
    return Values({**used, **values}, values.remarks), tuple(used)


def _save(report: Any, paths: tuple[str, ...]) -> None:
    from bpcalc.drawing.contours import picture
    from bpcalc.show.saving import save

    content = picture(report).encode()
    for path in paths:
        save(path, content)
