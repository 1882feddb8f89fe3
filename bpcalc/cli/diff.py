"""`bpcalc diff`: derivatives as formulas, no values needed."""

from __future__ import annotations

from collections.abc import Collection

from bpcalc.cli.declaring import command, option
from bpcalc.cli.options import DECLARES, EXPAND, OF, PREFIX, WARNINGS, WIDTH, Whole, formats, get, layout, names, wrt
from bpcalc.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bpcalc.reports.derivatives import DiffReport

EXAMPLES = """\b
Examples:
  bpcalc diff "x^2*sin(x)"
  bpcalc diff "norm(A@x - b)^2" A:m,n x:n b:m --wrt x
  bpcalc diff "log(1+x)" --order 6
  bpcalc diff "x^2*y^3" --wrt x,y
  bpcalc diff "x@A@x" A:n,n x:n --wrt x --order 2 --verify
  bpcalc diff "softmax(W@x)" W:m,n x:n --wrt x
  bpcalc diff "exp(x)*sin(x)" x=0 --taylor 5
  bpcalc diff "sigmoid(x)" --equals "sigmoid(x)*(1 - sigmoid(x))"
  bpcalc diff "(x+1)^2 - 1" --order 0
"""


@command(EXAMPLES)
@DECLARES
@wrt("Differentiate by this name; by several one after the other (x,y: mixed). May be repeated.")
@option("--order", kind=Whole(0, 100), metavar="N", help="Differentiate N times; 0: the function itself.")
@OF
@option("--upstream", metavar="FORMULA",
        help="The gradient that flows into the output: a declared name, or a formula (default 1).")  # fmt: skip
@formats("derivatives")
@get("Print only the derivative by this name, as a program: x; x,y of a mixed one.", "variables")
@option("--taylor", kind=Whole(0, 100), metavar="N",
              help="The Taylor polynomial of order N about the variable's value.")  # fmt: skip
@option("--simplify", is_flag=True, help="Simplify with SymPy too (single numbers), and check that it is equal.")
@EXPAND
@names("--symmetric", "These matrices equal their transpose.")
@layout("Of a vector by a vector. Rows: the entries of the input (denominator), or of the output (numerator).")
@option(
    "--verify",
    is_flag=True,
    help="Compare each derivative with finite differences at random numbers. Status 1 unless all agree.",
)
@option(
    "--equals",
    metavar="FORMULA",
    help="Is the derivative this formula? Proved, or tried at random points. Status 1 unless it is.",
)
@PREFIX
@WIDTH
@WARNINGS
def diff(expression: str | None, words: tuple[str, ...], **given: Any) -> int:
    """The derivatives of EXPRESSION as formulas.

    No values are needed. A variable is a single number unless NAME:SIZES declares a vector or a matrix: x:n, A:m,n,
    W:3,4. A name with a value, NAME=VALUE, is put in, and is not differentiated by unless --wrt asks for it. Formulas
    hold where the derivative exists and nothing in them divides by zero.
    """
    from bpcalc.calculations.diff.pipeline import differentiate
    from bpcalc.calculations.diff.request import Request
    from bpcalc.cli import inputs, results
    from bpcalc.errors import BpcalcError, ExitStatus

    source, declared, values = inputs.read_declared(expression, words, given)
    form = given["form"]
    inputs.check_style(given)
    request = Request(
        wrt=given["wrt"],
        order=given["order"],
        of=inputs.node(given),
        layout=given["layout"],
        symmetric=inputs.joined(given["symmetric"]),
        simplify=given["simplify"],
        taylor=given["taylor"],
        programs=bool(given["verify"] or given["get"] or given["equals"] or not form.is_for_the_eye),
        upstream=inputs.upstream_formula(given["upstream"]),
        expand=inputs.joined(given["expand"]),
        notation=form.name if form.name in ("latex", "unicode") else "plain",
    )
    if given["show_reading"]:
        from bpcalc.calculations.diff.given import closed, meanings

        bound = meanings(declared, {name: closed(value) for name, value in values.items()})
        inputs.show_reading(source, bound, given, request.asked())
    if given["verify"] and given["order"] == 0:
        raise BpcalcError("--verify compares derivatives, and --order 0 is the function itself")
    report = differentiate(source, declared, values, request)
    given["get"] = _titles(given["get"], report.derivatives)
    if given["verify"]:
        from bpcalc.calculations.verify.pipeline import verify

        report = verify(report, source, declared, values, request)
    if given["equals"] is not None:
        from bpcalc.calculations.verify.equality import compare

        report = compare(report, source, declared, values, request, given["equals"])
    results.show(report, given)
    differs = _say_differences(report, given)
    status = results.conclude(report, given)
    return ExitStatus.FAILED if differs else status


def _say_differences(report: DiffReport, given: dict[str, Any]) -> bool:
    """Says what --verify and --equals found to differ, where the format has no place for it. Did anything?"""
    failed = [title for title, check in report.checks.items() if not check.holds]
    is_other = report.equality is not None and not report.equality.holds
    has_place = given["form"].shape in ("text", "unicode", "document") and not given["get"]
    if not has_place and not given["quiet"]:
        from bpcalc.cli.saying import say
        from bpcalc.show.views.derivatives import checked, compared

        for title in failed:
            say("warning", checked(report, title))
        if is_other:
            say("warning", compared(report))
    return bool(failed) or is_other


def _titles(picked: tuple[str, ...], known: Collection[str]) -> tuple[str, ...]:
    """What `--get` asks for: `x,y` is a mixed derivative where there is one, else two."""
    return (",".join(picked),) if ",".join(picked) in known else picked
