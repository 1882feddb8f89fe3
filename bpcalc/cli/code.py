"""`bpcalc code`: the forward and the backward pass as a program."""

from __future__ import annotations

from collections.abc import Sequence

from bpcalc.cli.declaring import OneOf, command, option
from bpcalc.cli.options import CONVENTION, DECLARES, EXPAND, OF, SAVE, UPSTREAM, WARNINGS, WRT
from bpcalc.typed import Any

EXAMPLES = """\b
Examples:
  bpcalc code "L = sigmoid(w*x + b)" w=2 x=-1 b=0.5
  bpcalc code "(x+y)*z" x=-2 y=5 z=-4 --to module --save circuit.py
  bpcalc code "softmax_loss(X@W + b, y)" X:4,3 W:3,5 b:5 y:4 --to numpy
  bpcalc code "sigmoid(w*x + b)" --to c --name neuron
  bpcalc code "(p - t)^2" --to sql --name predictions
"""


class Target(OneOf):
    """A language that programs are written in."""

    def __init__(self) -> None:
        super().__init__("target", ())

    def choices(self) -> Sequence[str]:
        from bpcalc.emit import TARGETS

        return TARGETS


class Dialect(OneOf):
    """A database whose SQL is asked for."""

    def __init__(self) -> None:
        super().__init__("dialect", ())

    def choices(self) -> Sequence[str]:
        from bpcalc.emit import DIALECTS

        return DIALECTS


@command(EXAMPLES, summary="Both passes as a program, in Python or another language.")
@DECLARES
@option("--to", "target", kind=Target(), default="python", help="The language (default python).")
@option("--name", metavar="NAME", help="The name of the function (default f); for sql, of the table.")
@SAVE
@WRT
@OF
@UPSTREAM
@EXPAND
@CONVENTION
@option("--dialect", kind=Dialect(), help="For sql: the database, where one text does not serve all.")
@WARNINGS
def code(expression: str | None, words: tuple[str, ...], **given: Any) -> int:
    """The forward and the backward pass of EXPRESSION as a complete program.

    A file of Python, C, Rust or JavaScript holds its gradients against finite differences when it is run, at the values
    given, else at random ones: a variable without a value is a single number unless NAME:SIZES declares an array.
    """
    from bpcalc.calculations.code import derivation
    from bpcalc.calculations.passes import evaluate
    from bpcalc.cli import inputs, results
    from bpcalc.emit import written
    from bpcalc.reports.options import Options

    source, shapes, values = inputs.read_shaped(expression, words, given)
    options = Options(
        wrt=inputs.joined(given["wrt"]),
        of=inputs.node(given),
        upstream=None if given["upstream"] is None else inputs.read_upstream(given["upstream"], evaluate),
        convention=given["convention"],
        expand=inputs.joined(given["expand"]),
    )
    found = derivation(source, shapes, values, options)
    text = written(found, given["target"], given["name"], given["dialect"])
    if given["save"] is None:
        results.write(text.removesuffix("\n"))
    else:
        from bpcalc.show.saving import save

        save(given["save"], text.encode())
    return results.conclude(found, given)
