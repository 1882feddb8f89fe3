"""`bpcalc graph`: the circuit, drawn."""

from __future__ import annotations

from collections.abc import Iterator

from bpcalc.cli.declaring import OneOf, command, option
from bpcalc.cli.options import CONVENTION, EXPAND, OF, READS, UPSTREAM, WARNINGS, WIDTH, WRT, offered, precision
from bpcalc.drawing import DIGITS
from bpcalc.errors import BpcalcError, ExitStatus
from bpcalc.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bpcalc.drawing.draw import Drawing

FORMATS = ("text", "svg", "dot", "mermaid", "tikz", "html", "json")
PROTOCOLS = ("auto", "kitty", "iterm", "sixel")
THEMES = ("auto", "light", "dark")
EXAMPLES = """\b
Examples:
  bpcalc graph "(x+y)*z" x=-2 y=5 z=-4
  bpcalc graph "1/(1+exp(-(w*x+b)))" w=2 x=-1 b=0.5 --save neuron.svg --save neuron.html
  bpcalc graph "sigmoid(w*x+b)" --symbols -o svg > structure.svg
  bpcalc graph "h = relu(w*x); h^2 + w" w=1 x=2 --highlight w -o dot | dot -Tpdf > circuit.pdf
"""


@command(EXAMPLES, summary="The circuit, drawn as the lectures draw it.")
@READS
@WRT
@OF
@UPSTREAM
@option("-o", "--format", "form", kind=OneOf("format", FORMATS), default="text", help="How to draw it.")
@option("--save", metavar="FILE", multiple=True, complete=offered("files"),
              help="Write a file, by its ending: .svg .png .html .dot .mmd .tex .json .txt. May repeat.")  # fmt: skip
@option("--frames", metavar="FOLDER|FILE.tex", complete=offered("files"),
              help="Write a numbered SVG for each step of both passes; FILE.tex: slides of beamer.")  # fmt: skip
@option("--inline", metavar="[=PROTOCOL]", kind=OneOf("protocol", PROTOCOLS), bare="auto",
              help="Show the picture itself in a terminal that can: kitty, iterm, sixel.")  # fmt: skip
@option("--step", is_flag=True, help="Fill the circuit step by step, and wait for Enter after each.")
@option("--symbols", is_flag=True, help="Write the gradients on the wires as formulas.")
@option("--locals", is_flag=True, help="Write the local gradients where the wires enter the gates: ×3.")
@option("--values/--no-values", default=True, help="Draw the numbers, or the structure alone.")
@option("--constants", is_flag=True, help="Draw numbers as boxes of their own, not within their gates.")
@option("--highlight", metavar="NAME", help="Mark the paths from this node to the output.",
              complete=offered("names"))  # fmt: skip
@option("--theme", kind=OneOf("theme", THEMES), default=THEMES[0], help="Colours of SVG and PNG.")
@EXPAND
@CONVENTION
@precision(DIGITS)
@WIDTH
@WARNINGS
def graph(expression: str | None, words: tuple[str, ...], **given: Any) -> int:
    """Draw the circuit of EXPRESSION: values above the wires, gradients below.

    Without values for its variables the structure is drawn. Inputs stand at the left, the output at the right; a node
    that is used more than once has a branch for each use. A dashed wire hands a gradient of 0 on, a dotted one none.
    """
    from bpcalc.cli import inputs, results
    from bpcalc.drawing.draw import Wish, drawn
    from bpcalc.drawing.files import save, save_frames

    if given["step"] and given["form"] != "text":
        hint = f"leave out -o {given['form']}; -o html steps in a browser, --frames writes a picture a step"
        raise BpcalcError("--step fills the circuit in the terminal", hint=hint)
    source, values = inputs.read(expression, words, given)
    wish = Wish(
        stepped=_steps(given), symbols=given["symbols"], locals=given["locals"],
        values=given["values"], constants=given["constants"], highlight=given["highlight"], theme=given["theme"],
    )  # fmt: skip
    drawing = drawn(source, values, inputs.shared(given), wish)
    if given["save"]:
        save(drawing, given["save"], results.style_of(given))
    if given["frames"] is not None:
        save_frames(drawing, given["frames"], results.style_of(given))
    if given["inline"] is not None:
        _show(drawing, given)
    elif given["step"]:
        _step(drawing.steps(results.style_of(given)))
    elif not given["save"] and given["frames"] is None:
        results.write(drawing.text(given["form"], results.style_of(given)))
    return results.conclude(drawing.report, given) if drawing.report else ExitStatus.OK


def _steps(given: dict[str, Any]) -> bool:
    """Does a format that is asked for have the steps of both passes in it?"""
    pages = given["form"] == "html" or any(path.lower().endswith((".html", ".htm")) for path in given["save"])
    return pages or given["step"] or given["frames"] is not None


def _show(drawing: Drawing, given: dict[str, Any]) -> None:
    """The picture itself, within the terminal."""
    import os
    import sys

    from bpcalc.cli import results
    from bpcalc.drawing.inline import inline, protocol
    from bpcalc.drawing.png import ZOOM, png

    if given["inline"] == "auto" and not sys.stdout.isatty():
        raise BpcalcError("pictures are shown in a terminal", hint="--save circuit.png writes one")
    how = protocol(given["inline"], os.environ)
    picture = drawing.picture(results.style_of(given).precision)
    results.write(inline(png(picture, drawing.wish.theme, 1 if how == "sixel" else ZOOM), how))


def _step(pictures: Iterator[list[str]]) -> None:
    """At a terminal they take each other's place, else they follow each other."""
    from bpcalc.cli import results, stepping

    if stepping.is_interactive():
        stepping.in_place(pictures)
    else:
        results.write("\n\n".join("\n".join(lines) for lines in pictures))
