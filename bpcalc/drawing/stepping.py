"""What is told below a drawing in a terminal that fills step by step."""

from __future__ import annotations

from bpcalc.drawing.moments import Moment
from bpcalc.show import Style
from bpcalc.show.grid import wrapped
from bpcalc.show.trace import GRADIENT, VALUE, Page
from bpcalc.show.trace import told as equations


def told(moment: Moment, style: Style) -> list[str]:
    """The lines of a step's caption, in the width of the terminal."""
    title = wrapped(moment.title, style)
    if style.color:
        title = [f"\x1b[1m{line}\x1b[0m" for line in title]
    says = wrapped(moment.says, style) if moment.says else []
    if moment.phase == "end":
        return [*title, *says, *(part for line in moment.lines for part in wrapped(line, style))]
    color = VALUE if moment.phase == "forward" else GRADIENT
    return [*title, *says, *equations(moment.equations, color, Page.of(style))]
