"""`bpcalc grad --sweep x=-3:3`: reading the range, and what is done with the curves."""

from __future__ import annotations

from bpcalc.errors import BpcalcError, Source
from bpcalc.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bpcalc.reading.bindings import Values

WRITE = "write --sweep x=-3:3"


def sweep(source: Source, values: Values, given: dict[str, Any]) -> int:
    """Shows the curves in the format that is asked for, or writes them to files."""
    from bpcalc.calculations import sweep as pipeline
    from bpcalc.cli import inputs, results
    from bpcalc.show import form, forms, render

    for option in ("get", "trace", "step", "gutter", "simplify"):
        if given[option]:
            word = {"gutter": "graph"}.get(option, option)
            raise BpcalcError(f"--{word} is for one point, and --sweep has many")
    shown = form("sweep", given["form"].name)
    if shown is None:
        names = ", ".join(one.name for one in forms("sweep"))
        raise BpcalcError(f'a sweep has no format "{given["form"].name}"', hint=f"its formats are {names}")
    report = pipeline.sweep(source, values, inputs.shared(given), *_range(given["sweep"]))
    style = results.style_of(given)
    if given["save"]:
        _save(report, given["save"])
    else:
        results.write(render(report, shown.name, style))
    return results.conclude(report, given)


def _range(text: str) -> tuple[str, float, float]:
    """`x=-3:3`, both ends constant expressions."""
    from bpcalc.calculations.passes import evaluate
    from bpcalc.reading.bindings import read_value
    from bpcalc.reading.lexer import canonical

    name, equals, span = text.partition("=")
    low, colon, high = span.partition(":")
    if not (equals and colon and name.strip() and low.strip() and high.strip()) or ":" in high:
        raise BpcalcError(f'--sweep takes an input and a range, not "{text}"', hint=WRITE)
    shown = Source(f"--sweep {text}")
    start = len("--sweep ") + len(name) + 1
    ends = [read_value(low, evaluate, shown, start), read_value(high, evaluate, shown, start + len(low) + 1)]
    if any(getattr(one, "shape", ()) for one in ends):
        raise BpcalcError("the ends of a range are single numbers", hint=WRITE)
    return canonical(name.strip()), float(ends[0]), float(ends[1])


def _save(report: Any, paths: tuple[str, ...]) -> None:
    from bpcalc.drawing.curves import curves
    from bpcalc.show.saving import save

    for path in paths:
        if not path.lower().endswith(".svg"):
            raise BpcalcError(f'"{path}" has no ending of a drawing', hint="curves are written as .svg")
    content = curves(report).encode()
    for path in paths:
        save(path, content)
