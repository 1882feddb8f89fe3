"""The pipeline of `bpcalc graph`: a calculation, or the structure alone; then a picture, in the format asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from bpcalc.drawing.folding import Fold, calls, statements
from bpcalc.drawing.picture import WORDS, Looks, Picture, picture
from bpcalc.errors import BpcalcError, Source
from bpcalc.reading.parser import parse
from bpcalc.reading.program import Program
from bpcalc.reports.check import Claim
from bpcalc.reports.names import Names
from bpcalc.reports.options import Options
from bpcalc.reports.report import Report
from bpcalc.show import Style

if TYPE_CHECKING:
    from bpcalc.drawing.moments import Moment
    from bpcalc.show.gutter import Stage

MOST = 300  # boxes: nobody sees more in one picture, and undoing crossings takes the square of it


class Wish(NamedTuple):
    """What is to be drawn.

    stepped    the steps of both passes, for frames
    symbols    gradients as formulas; locals: local gradients too; values: numbers, where there are any
    opened     the program's functions that are not drawn as one box; "all": none is
    closed     those that are though the steps are gone through, where all are open else
    constants  numbers as boxes of their own; highlight: the node whose paths to the output are marked
    wrong      a claimed gradient that stands beside the right one, on a wire that is marked
    """

    stepped: bool = False
    symbols: bool = False
    locals: bool = False
    values: bool = True
    constants: bool = False
    highlight: str | None = None
    theme: str = "auto"
    opened: tuple[str, ...] = ()
    closed: tuple[str, ...] = ()
    wrong: Claim | None = None


class Drawing:
    """A program that can be drawn in every format.

    report  what was calculated; None for the structure alone
    again   `again(closed, gates)`: the same with these functions closed, and these packed gates open
    gates   the packed gates that are open
    """

    def __init__(
        self, program: Program, names: Names, report: Report | None, wish: Wish, formulas: Any,
        gates: tuple[str, ...] = (), again: Callable[[Sequence[str], Sequence[str]], Drawing] | None = None,
    ) -> None:  # fmt: skip
        self.program, self.names, self.report, self.wish, self.formulas = program, names, report, wish, formulas
        self.gates, self.again = gates, again
        self.folds = _folds(program, names, wish)

    def picture(self, precision: int | None) -> Picture:
        """The picture with numbers of so many digits."""
        circuit = self.report.circuit if self.report and self.wish.values else None
        if self.wish.locals and circuit is None:
            raise BpcalcError("there are no local gradients without values", hint="give the variables values: x=1")
        looks = Looks(precision, self.wish.locals, self.wish.constants, self.formulas, self.folds)
        found = picture(self.program, self.names, circuit, looks, self._highlight())
        if self.wish.wrong is None:
            return found
        from bpcalc.drawing.claimed import claimed

        return claimed(found, self.wish.wrong, self.names, self.folds, precision)

    def _highlight(self) -> int | None:
        """The node whose paths are marked. Raises BpcalcError where the program has none of that name."""
        return None if self.wish.highlight is None else self.names.find(self.wish.highlight)

    def text(self, form: str, style: Style) -> str:
        """The drawing in a format of text, without the line break at its end."""
        if form == "text":
            return "\n".join(self._lines(style))
        pictured = self.picture(style.precision)
        if form == "svg":
            from bpcalc.drawing.svg import svg

            return svg(pictured, self.wish.theme).rstrip("\n")
        if form == "html":
            from bpcalc.drawing.html import html
            from bpcalc.drawing.opening import views

            found = views(self, pictured, style.precision)
            return html(found, style.precision, self.formulas is not None).rstrip("\n")
        if form == "json":
            import json

            from bpcalc.drawing.json import document

            circuit = self.report.circuit if self.report and self.wish.values else None
            return json.dumps(document(pictured, circuit, self.folds), ensure_ascii=False, allow_nan=False)
        from importlib import import_module

        text: str = getattr(import_module(f"bpcalc.drawing.{form}"), form)(pictured)
        return text.rstrip("\n")

    def moments(self, picture: Picture, precision: int | None) -> list[Moment]:
        """The steps of both passes. Raises BpcalcError where there are no numbers to step through."""
        from bpcalc.drawing.moments import moments

        if self.report is None or not picture.valued:
            raise BpcalcError("there are no steps without values", hint="give the variables values: x=1")
        return moments(picture, self.report, precision)

    def steps(self, style: Style) -> Iterator[list[str]]:
        """For a terminal: the drawing after each step of both passes, and what is told of the step below it.

        Raises BpcalcError where there are no numbers to step through.
        """
        from bpcalc.drawing.stepping import told
        from bpcalc.drawing.text import arts
        from bpcalc.show import gutter

        pictured = self.picture(style.precision)
        moments = self.moments(pictured, style.precision)
        assert self.report is not None  # it has the steps
        found = arts(pictured, style.width, style.color, moments)
        for place, moment in enumerate(moments):
            if found is None:
                lines = gutter.beside(self.report, style, _stage(pictured, moment), self._highlight())
            else:
                lines = found[place]
            yield [*lines, "", *told(moment, style)]

    def _lines(self, style: Style) -> list[str]:
        """For a terminal: the drawing where it fits, else the list with a gutter."""
        from bpcalc.drawing.text import art
        from bpcalc.show import gutter
        from bpcalc.show.grid import cut
        from bpcalc.show.heading import headline

        if self.report and self.wish.values:
            told = headline(self.report, style)
        else:
            told = [cut(self.names.expression(), style.width)]
        lines = art(self.picture(style.precision), style.width, style.color)
        if lines is None and self.wish.wrong:
            raise BpcalcError("the circuit cannot be drawn in characters", hint="save an .svg")
        if lines is None and self.report and self.wish.values:
            lines = gutter.beside(self.report, style, highlight=self._highlight())
        elif lines is None:
            lines = gutter.structure(self.program, self.names, style, self._highlight())
        return [*told, "", *lines]


def drawn(source: Source, values: Mapping[str, Any], options: Options, wish: Wish) -> Drawing:
    """The drawing of an expression: with its numbers, or where no variable has a value the structure alone.

    Raises BpcalcError for anything that is wrong with the text, a name or a value, and for more than `MOST` nodes.
    """
    from bpcalc.calculations.structure import gradients, structure

    given = options, wish
    options, wish = _opened(source, values, options, wish)
    if not values:
        program, names = structure(source, options)
        if program.variables:
            _folds(program, names, wish)  # refuses what is too large before formulas are made
            formulas = gradients(program, names, options) if wish.symbols else None
            return Drawing(program, names, None, wish, formulas)
    from bpcalc.calculations.gradient import describe
    from bpcalc.calculations.passes import prepare, run

    chosen = options._replace(nodes=None if wish.symbols else (), symbolic=wish.symbols, trace=wish.stepped)
    m, program = prepare(source, values, chosen)
    with m.quiet():
        circuit = run(m, program, values, chosen)
        _folds(program, Names(program, circuit.output), wish)
        report = describe(circuit, values)
    found = report.formulas
    formulas = {node: found.brief(node) for node in found.nodes} if found is not None and wish.symbols else None

    def again(closed: Sequence[str], gates: Sequence[str]) -> Drawing:
        return drawn(source, values, given[0]._replace(expand=tuple(gates)), given[1]._replace(closed=tuple(closed)))

    return Drawing(report.circuit.program, report.names, report, wish, formulas, tuple(options.expand), again)


def _opened(source: Source, values: Mapping[str, Any], options: Options, wish: Wish) -> tuple[Options, Wish]:
    """The words of `--expand`: the program's functions are the drawing's, packed gates the calculation's."""
    if not options.expand:
        return options, wish
    own = parse(source, values).functions
    opened = tuple(word for word in options.expand if word in own or word == "all")
    gates = tuple(word for word in options.expand if word not in own)
    return options._replace(expand=gates), wish._replace(opened=wish.opened + opened)


def _stage(picture: Picture, moment: Moment) -> Stage:
    """A moment by nodes."""
    from bpcalc.show.gutter import Stage

    def nodes(places: Iterable[int]) -> frozenset[int]:
        return frozenset(picture.boxes[place].node for place in places)

    active = picture.boxes[moment.active].node if moment.active >= 0 else -1
    return Stage(active, nodes(moment.values), nodes(moment.gradients))


def _folds(program: Program, names: Names, wish: Wish) -> dict[int, Fold]:
    """What is drawn as one box: calls of functions; in a large circuit whole statements.

    Where the passes are gone through step by step, all is open but what is closed there. Raises BpcalcError where too
    much is left.
    """
    opened = {name for name, *_ in program.calls} - {*wish.closed} if wish.stepped else wish.opened
    found = calls(program, names, opened)
    count = _count(program, names, found)
    if count > MOST and not wish.stepped:
        found = statements(program, names, WORDS)
        count = _count(program, names, found)
    if count > MOST:
        hint = "draw a part of it with --of NAME, open fewer gates with --expand, or list it: bpcalc grad"
        raise BpcalcError(f"a picture of {count:,} nodes is too large to look at: {MOST} at most", hint=hint)
    return found


def _count(program: Program, names: Names, folds: Mapping[int, Fold]) -> int:
    """How many nodes are drawn."""
    inside = {node for result, fold in folds.items() for node in fold.nodes if node != result}
    wanted = program.graph.ancestors(names.node)
    return sum(node in names.labels and node not in inside for node, one in enumerate(wanted) if one)
