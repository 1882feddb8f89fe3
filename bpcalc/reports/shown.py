"""What every report can be asked for as data, in the words of the command line's JSON.

The rooms that write documents and draw stand above this one, so they are handed in: `bpcalc.api` does, whose functions
make the reports that people hold.
"""

from __future__ import annotations

from bpcalc.typed import Any, ClassVar, Protocol


class Writer(Protocol):
    """What makes documents, texts and frames of reports."""

    def as_document(self, report: Any) -> dict[str, Any]: ...
    def as_json(self, report: Any) -> str: ...
    def as_frame(self, report: Any, library: str | None) -> Any: ...


class Notebook(Protocol):
    """What a notebook shows of reports, and rich prints; None where there is nothing of the kind."""

    def as_html(self, report: Any) -> str: ...
    def as_svg(self, report: Any) -> str | None: ...
    def as_latex(self, report: Any) -> str | None: ...
    def as_rich(self, report: Any) -> Any: ...


class Shown:
    """A report that becomes data, and that a notebook shows."""

    __slots__ = ()
    writer: ClassVar[Writer]
    notebook: ClassVar[Notebook]

    def to_dict(self) -> dict[str, Any]:
        """The report as the command's `-o json` has it: plain dicts, lists, numbers and texts."""
        return self.writer.as_document(self)

    def to_json(self) -> str:
        """The text that the command prints with `-o json`."""
        return self.writer.as_json(self)

    def to_frame(self, library: str | None = None) -> Any:
        """The rows as a data frame, of a `library`: "pandas" or "polars"; None: the first of these that is installed.

        A row a node; of a Jacobian or a Hessian a row an entry; of `diff` a row a derivative. Raises BpcalcError where
        no such library is installed.
        """
        return self.writer.as_frame(self, library)

    def _repr_html_(self) -> str:
        """For a notebook: the table, and the drawing of a gradient's circuit."""
        return self.notebook.as_html(self)

    def _repr_svg_(self) -> str | None:
        return self.notebook.as_svg(self)

    def _repr_latex_(self) -> str | None:
        return self.notebook.as_latex(self)

    def __rich__(self) -> Any:
        return self.notebook.as_rich(self)
