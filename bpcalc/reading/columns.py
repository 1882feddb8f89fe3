"""The columns of a table by their headings: `x=@data.csv:price`, `--bindings data.csv`.

Only the columns that are asked for must be numbers: a table may hold names and dates beside them.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

from bpcalc.errors import BpcalcError, did_you_mean
from bpcalc.reading import cells as wrong
from bpcalc.reading.tables import Line, check_infinities, rows, separated


class Columns:
    """A table with a heading. `shown` names it in errors, and the `ending` of its name tells the separator.

    Raises BpcalcError for a table without a heading, and for rows of different lengths.
    """

    def __init__(self, shown: str, text: str, ending: str) -> None:
        self.shown = shown
        lines, self._separator = separated(text, ending)
        found = rows(shown, lines, self._separator)
        self.headings = [cell.strip() for cell in self._heading(found)]
        self._rows = list(found)
        size = len(self.headings)
        if uneven := next((line for line in self._rows if len(line.cells) != size), None):
            count = f"{len(uneven.cells)} cell{'s' if len(uneven.cells) > 1 else ''}"
            raise BpcalcError(f"{shown}, row {uneven.number}: {count}, where the heading has {size}")

    def _heading(self, found: Iterator[Line]) -> list[str]:
        line = next(found, Line(1, []))
        if not any(map(wrong.is_title, line.cells)) or any(map(wrong.is_number, line.cells)):
            raise BpcalcError(f"{self.shown} has no heading", hint="its first row would name the columns: x,y")
        return line.cells

    def numbers(self, heading: str) -> list[float]:
        """The numbers of a column. Raises BpcalcError where there is no such column, or a cell of it is no number."""
        places = [place for place, one in enumerate(self.headings) if one == heading]
        if len(places) > 1:
            raise BpcalcError(f'{self.shown} has {len(places)} columns that are called "{heading}"')
        if not places:
            known = f"its columns are {', '.join(filter(None, self.headings[:12]))}"
            hint = did_you_mean(heading, self.headings) or known
            raise BpcalcError(f'{self.shown} has no column "{heading}"', hint=hint)
        if not self._rows:
            raise BpcalcError(f"{self.shown} has no numbers in it")
        return [self._number(line, places[0]) for line in self._rows]

    def _number(self, line: Line, place: int) -> float:
        cell = line.cells[place]
        # what the others hold does not matter
        alone = Line(line.number, ["0"] * place + [cell] + ["0"] * (len(line.cells) - place - 1))
        try:
            number = wrong.number(cell)
        except ValueError:
            raise wrong.no_number(self.shown, line.number, alone.cells, self._separator, is_first=False) from None
        if number in (float("inf"), float("-inf")):
            check_infinities(self.shown, alone)
        return number


def split_column(path: str) -> tuple[str, str | None]:
    """`data.csv:price` as the file and the heading; a file that is called like that is the whole, None its column."""
    if ":" not in path or os.path.isfile(path):
        return path, None
    for place in range(len(path) - 1, 0, -1):
        if path[place] == ":" and (path[:place] == "-" or os.path.isfile(path[:place])):
            return path[:place], path[place + 1 :].strip()
    return path, None
