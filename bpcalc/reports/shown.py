"""What every report can be asked for as data, in the words of the command line's JSON.

The room that writes documents stands above this one, so it is handed in: `bpcalc.api` does, whose functions make the
reports that people hold.
"""

from __future__ import annotations

from typing import Any, ClassVar, Protocol


class Writer(Protocol):
    """What makes documents, texts and frames of reports."""

    def as_document(self, report: Any) -> dict[str, Any]: ...
    def as_json(self, report: Any) -> str: ...
    def as_frame(self, report: Any, library: str | None) -> Any: ...


class Shown:
    """A report that becomes data."""

    __slots__ = ()
    writer: ClassVar[Writer]

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
