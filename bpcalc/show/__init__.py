"""Reports to text: tables, traces, and what scripts read.

Comes in:  a report, and a style: digits, width, colours
Goes out:  text
May use:   errors, gate, gates, graph, reading, writing, reports, telling

`views/` has a module for each kind of report, `formats/` one for each format that is made from data; `render` brings
the two together. Renderers name neither engines nor algebras: what they show they ask of the report. Only this room and
`cli` may name rich.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any, NamedTuple

# Each kind of report, and its view.
VIEWS = {
    "Report": "gradient", "JvpReport": "jvp", "JacobianReport": "jacobian", "HessianReport": "hessian",
    "DiffReport": "derivatives", "Catalogue": "catalogue", "CheckReport": "check",
}  # fmt: skip
# What the formats for the eye are with --trace. A document has the steps in it.
TRACES = {"table": "trace", "markdown": "trace_markdown"}
DOCUMENT, PAIRS, ROWS, ASSIGNMENTS = "document", "pairs", "rows", "assignments"


class Style(NamedTuple):
    """How a report is shown.

    precision  significant digits for people; None: the shortest text that reads back to the same double
    width      columns of the terminal; None: not to a terminal, so nothing is cut
    boxes      whether to draw lines; color: whether to colour
    """

    precision: int | None = 6
    width: int | None = None
    boxes: bool = False
    color: bool = False


class Form:
    """A format of a kind of report.

    view   of that kind
    name   as `-o` takes it
    shape  what it takes of the view: data for scripts, or its own name where the view writes it for the eye
    """

    __slots__ = ("name", "shape", "view")

    def __init__(self, view: str, name: str, shape: str) -> None:
        self.view = view
        self.name = name
        self.shape = shape

    @property
    def is_for_the_eye(self) -> bool:
        """Rounded numbers and shortened formulas, not data?"""
        return self.shape == self.name

    @property
    def needs_rows(self) -> bool:
        """Does it show every node, and not only the result?"""
        return self.shape not in (PAIRS, ASSIGNMENTS)

    @property
    def traced(self) -> str:
        """What tells the steps in this format, for `render`; "" where nothing does."""
        if self.shape == DOCUMENT:
            return self.name
        trace = TRACES.get(self.name, "")
        return trace if hasattr(_view(self.view), trace) else ""


def form(view: str, name: str) -> Form | None:
    """The format of that name, where the view has what it takes. Nothing but the two is loaded."""
    found = _view(view)
    if name in found.FORMATS and hasattr(found, name):
        return Form(view, name, name)
    made = _format(name)
    return Form(view, name, made.SHAPE) if made and hasattr(found, made.SHAPE) else None


def forms(view: str) -> list[Form]:
    """Every format of a view: those that it puts in order, the first of which is the default, then all others."""
    from pkgutil import iter_modules

    listed = _view(view).FORMATS
    found = sorted(module.name for module in iter_modules(import_module("bpcalc.show.formats").__path__))
    every = [form(view, name) for name in (*listed, *(name for name in found if name not in listed))]
    return [one for one in every if one]


def default(view: str) -> str:
    """The name of a view's first format."""
    name: str = _view(view).FORMATS[0]
    return name


def render(report: Any, form: str, style: Style) -> str:
    """The text of a report in a format of its view, or as its "trace"."""
    view = _view(VIEWS[type(report).__name__])
    if hasattr(view, form):
        own: str = getattr(view, form)(report, style)
        return own
    made = _format(form)
    text: str = made.write(getattr(view, made.SHAPE)(report, style), style)
    return text


def picked(report: Any, names: tuple[str, ...]) -> str:
    """The bare numbers of a report that are called by these names, one a line."""
    from bpcalc.writing.numerals import exact, nested

    find = _view(VIEWS[type(report).__name__]).find
    m, found = report.circuit.m, (find(report, name) for name in names)
    return "\n".join(nested(one, m.entries.exact) if isinstance(one, list) else exact(m, one) for one in found)


def _view(name: str) -> Any:
    return import_module(f"bpcalc.show.views.{name}")


def _format(name: str) -> Any:
    """The module of a format that is made from data; None where there is none."""
    if not name.isidentifier() or name.startswith("_"):
        return None
    try:
        return import_module(f"bpcalc.show.formats.{name}")
    except ModuleNotFoundError as error:
        if error.name != f"bpcalc.show.formats.{name}":
            raise
        return None
