"""Reports to text: tables, traces, and what scripts read.

Comes in:  a report, and a style: digits, width, colours
Goes out:  text
May use:   errors, version, gate, gates, graph, reading, writing, reports, telling

`views/` has a module for each kind of report, `formats/` one for each format that is made from data; `render` brings
the two together. Renderers name neither engines nor algebras: what they show they ask of the report. Only this room may
name rich, which prints reports; a table of a command has its look, drawn in a fifth of the time that its import takes.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from importlib import import_module

from bpcalc.errors import BpcalcError
from bpcalc.typed import Any, NamedTuple

# Each kind of report, and its view.
VIEWS = {
    "Report": "gradient", "JvpReport": "jvp", "JacobianReport": "jacobian", "HessianReport": "hessian",
    "DiffReport": "derivatives", "Catalogue": "catalogue", "CheckReport": "check", "Picked": "picked",
    "Sweep": "sweep", "DescentReport": "descent", "Total": "total", "Excerpt": "excerpt",
}  # fmt: skip
SCHEMA = 1  # of documents: a field that is added leaves it as it is, one that changes its meaning would not
# What the formats for the eye are with --trace. A document has the steps in it.
TRACES = {"table": "trace", "markdown": "trace_markdown"}
DOCUMENT, PAIRS, ROWS, ASSIGNMENTS = "document", "pairs", "rows", "assignments"


class Style(NamedTuple):
    """How a report is shown.

    precision  significant digits for people; None: the shortest text that reads back to the same double
    width      columns of the terminal; None: not to a terminal, so nothing is cut
    boxes      whether to draw lines; color: whether to colour
    gutter     whether a table has the wires of the circuit beside it
    number     the form of numbers for scripts, as printf has it: "%.3f"; "": the shortest that reads back
    prefix     what the names of a shell's variables begin with
    part       of what is shown in LaTeX: "table", "formula", or "" for both
    """

    precision: int | None = 6
    width: int | None = None
    boxes: bool = False
    color: bool = False
    gutter: bool = False
    number: str = ""
    prefix: str = ""
    part: str = ""


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
    def picks(self) -> str:
        """The format that --get has where this one is asked for; "" where it has none: one for the eye, which was
        asked for in so many words."""
        if self.name == default(self.view):
            return "plain"
        return "" if self.is_for_the_eye else self.name

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
    listed = _view(view).FORMATS
    every = [form(view, name) for name in (*listed, *(name for name in _names() if name not in listed))]
    return [one for one in every if one]


def _names() -> list[str]:
    """The modules in `formats/`."""
    folders = import_module("bpcalc.show.formats").__path__
    try:
        files = [file for folder in folders for file in os.listdir(folder)]
    except OSError:  # it stands in an archive; else this would import half of the standard library at a TAB
        from pkgutil import iter_modules

        return sorted(module.name for module in iter_modules(folders))
    return sorted(file.removesuffix(".py") for file in files if file.endswith(".py") and file[0] != "_")


def default(view: str) -> str:
    """The name of a view's first format."""
    name: str = _view(view).FORMATS[0]
    return name


def render(report: Any, form: str, style: Style) -> str:
    """The text of a report in a format of its view, or as its "trace"."""
    return "".join(pieces(report, form, style))


def pieces(report: Any, form: str, style: Style) -> Iterable[str]:
    """The same in pieces, each made when it is asked for: the text of a million nodes is larger than their numbers."""
    view = _view(VIEWS[type(report).__name__])
    if hasattr(view, form):
        return (getattr(view, form)(report, style),)
    made = _format(form)
    if made.SHAPE == DOCUMENT:
        data = (_document if getattr(made, "LAZY", False) else as_document)(report, style)
    else:
        data = getattr(view, made.SHAPE)(report, style)
    text: str | Iterable[str] = made.write(data, style)
    return (text,) if isinstance(text, str) else text


def as_json(report: Any) -> str:
    """A report as JSON."""
    return render(report, "json", Style())


def as_document(report: Any, style: Style = Style()) -> Any:  # noqa: B008
    """All of a report, as JSON has it: first which command it is of, in which version; the schema only grows.

    A list has that in each of its objects.
    """
    found = _document(report, style)
    if not isinstance(found, dict):
        return found
    return {name: [*part] if isinstance(part, Iterator) else part for name, part in found.items()}


def _document(report: Any, style: Style) -> Any:
    """The same, where a long list may be an iterator."""
    view = _view(VIEWS[type(report).__name__])
    found = view.document(report, style)
    if not hasattr(view, "COMMAND"):
        return found
    from bpcalc.version import __version__

    first = {"command": view.COMMAND, "version": __version__, "schema": SCHEMA}
    return [{**first, **one} for one in found] if isinstance(found, list) else {**first, **found}


def picked(report: Any, names: Sequence[str], form: str = "plain", style: Style = Style()) -> str:  # noqa: B008
    """What of a report is called by these names, in a format for scripts: bare, one a line; one object; one row."""
    from bpcalc.reports.picked import Picked
    from bpcalc.show.numbers import algebra

    m = algebra(report, style.number) if hasattr(report, "circuit") else None  # what has none holds texts
    derivative = getattr(_view(VIEWS[type(report).__name__]), "derivative", lambda report: "d")
    return render(Picked(m, [(name, _called(report, name)) for name in names], derivative(report)), form, style)


def _called(report: Any, name: str) -> Any:
    """What of a report has a name. Every one with numbers has the value of every node, `q.value`; of an array
    `x[0,0]` and `q[1:].value` are parts."""
    if "[" in name and hasattr(report, "circuit"):
        return _part(report, name)
    label, _, part = name.rpartition(".")
    if label and part == "value" and hasattr(report, "circuit") and "value" not in report.circuit.program.names:
        return report.circuit.values[report.names.find(label)]
    return _view(VIEWS[type(report).__name__]).find(report, name)


def _part(report: Any, name: str) -> Any:
    """What of a report is called `x[0,0]`, `q[1:].value` or `x[0].y[1]`."""
    from bpcalc.reading.parts import part_of

    words = name.split(".")
    parts = {word: part for word in words if (part := part_of(word)) is not None}
    if words[-1] != "value" and all(part.name in report.circuit.parts for part in parts.values()):
        whole = ".".join(parts[word].name if word in parts else word for word in words)
        return _view(VIEWS[type(report).__name__]).find(report, whole)
    first, *others = words
    if first not in parts or len(parts) > 1:
        raise BpcalcError(f'--get takes NAME[INDEX], NAME[INDEX].value or NAME[INDEX].grad, not "{name}"')
    array = _called(report, ".".join([parts[first].base, *others]))
    # a Jacobian of the numerator layout has the axes of the output first
    is_behind = getattr(report, "layout", "") == "numerator" and others != ["value"] and parts[first].base != "value"
    return parts[first].of(array, len(report.circuit.m.shape(report.value)) if is_behind else 0)


def as_frame(report: Any, library: str | None) -> Any:
    """A report as a data frame."""
    from bpcalc.show import frames

    view = _view(VIEWS[type(report).__name__])
    if hasattr(view, "frame"):
        return frames.frame(view.frame(report), library)
    if hasattr(view, "HEADER"):
        return frames.frame(frames.of_nodes(report, view.HEADER), library)
    return frames.frame(frames.of_rows(view.rows(report, Style()), is_text=not hasattr(report, "circuit")), library)


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
