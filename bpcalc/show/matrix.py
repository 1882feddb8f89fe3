"""What commands that show a matrix share: its labels, and the matrix in full or its corners."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

from bpcalc.errors import columns
from bpcalc.show import Style
from bpcalc.show.grid import Grid, breadth, plain, ruled, total, wrapped
from bpcalc.typed import TYPE_CHECKING, Any, NamedTuple
from bpcalc.writing.numerals import aligned, extent, eye, fitted

if TYPE_CHECKING:
    from bpcalc.reports.jacobian import Structure

WIDE, TALL = 12, 24  # columns and rows, beyond which only the corners are shown
CORNERS = (3, 2, 1)  # rows and columns at each end: the most that fit the width
FEWER = (4, 3, 2)  # digits, where the corners with all digits do not fit
ZERO = "·"  # a zero where most entries are
GAP = -1  # stands for the rows or columns that are left out

Shape = tuple[int, ...]


class Side(NamedTuple):
    """The rows of a matrix, or its columns: how many, and the label of each."""

    size: int
    label: Callable[[int], str]


def entries_of(name: str, shape: Shape) -> Side:
    """The entries of an array by their places, `x[0]`, `W[1,2]`; the name alone where it is one number."""
    return Side(math.prod(shape), lambda place: _label(name, shape, place))


def is_exact(m: Any, value: Any, precision: int | None) -> bool:
    """Do the digits that are shown give every number exactly?"""
    entries = (m.entry(value, place) for place in m.places(m.shape(value)))
    return all(m.entries.shows(x, m.entries.text(x, precision)) for x in entries)


def numbers(m: Any, values: Mapping[str, Any], style: Style) -> list[str]:
    """Single numbers by their titles: `∂f/∂x = -4` a line."""
    cells = aligned([eye(m, value, style.precision) for value in values.values()])
    wide = max(map(columns, values), default=0)
    signs = ["=" if is_exact(m, value, style.precision) else "≈" for value in values.values()]
    return [
        f"{name}{' ' * (wide - columns(name))} {sign} {cell}".rstrip()
        for name, sign, cell in zip(values, signs, cells, strict=True)
    ]


def by(shape: Shape) -> str:
    return " x ".join(map(str, shape)) or "1"


def listed(m: Any, titled: Mapping[str, Any], style: Style) -> list[str]:
    """Numbers and arrays under their titles; of very many numbers their extent."""
    singles = {title: value for title, value in titled.items() if not m.shape(value)}
    if len(singles) > TALL:
        first, values = next(iter(singles)), list(singles.values())
        told = extent_of(m.entries, values, style)
        lines = wrapped(f"{first} and {len(values) - 1:,} more numbers: {told}", style)
    else:
        lines = numbers(m, singles, style)
    for title, value in titled.items():
        if m.shape(value):
            lines += [f"{title}  {by(m.shape(value))}", *fitted(m, value, style.precision, style.width)]
    return lines


def extent_of(m: Any, values: Sequence[Any], style: Style) -> str:
    """The norm and the extremes of many single numbers."""
    return extent(m, m.sqrt(sum((x * x for x in values), start=m.zero)), min(values), max(values), style.precision)


def words_of(structure: Structure) -> list[str]:
    """`diagonal`, `2 of 16 entries non-zero`"""
    kind, nonzero, entries, blocks = structure
    if kind == "block diagonal":
        kind = f"block diagonal ({blocks[0]} blocks of {blocks[1]} x {blocks[2]})"
    counted = f"{nonzero:,} of {entries:,} entries non-zero"
    return [kind] * bool(kind) + [counted] * (nonzero < entries and kind not in ("zero", "identity", "empty"))


def is_sparse(structure: Structure) -> bool:
    return structure.kind.endswith(("diagonal", "triangular", "identity")) or 2 * structure.nonzero <= structure.entries


def drawn(
    m: Any, entry: Callable[[int, int], Any], rows: Side, across: Side, sparse: bool, extent: str, style: Style
) -> list[str]:
    """The matrix of numbers of `m` with its labels: in full, or where it is large its `extent` and its corners."""
    precision = style.precision
    ways = [(corner, precision) for corner in ([across.size, *CORNERS] if across.size <= WIDE else CORNERS)]
    for corner, digits in (*ways, *((CORNERS[-1], min(precision or few, few)) for few in FEWER)):
        down = _ends(rows.size, corner=rows.size if rows.size <= TALL else CORNERS[0])
        places = _ends(across.size, corner)
        fewer = style._replace(precision=digits)
        grid = _grid(m, entry, (rows, down), (across, places), sparse, fewer)
        if style.width is None or total(grid) <= style.width:
            break
    lines = wrapped(extent, style) if GAP in (*down, *places) else []
    if style.width is not None and total(grid) > style.width:
        return [*lines, *_listed(m, entry, (rows, down), (across, places), fewer)]
    if digits != precision:
        lines += wrapped(f"rounded to {digits} digits to fit", style)
    return [*lines, *(_ruled(grid, style) if style.boxes else plain(grid))]


def _listed(
    m: Any, entry: Callable[[int, int], Any], rows: tuple[Side, list[int]], across: tuple[Side, list[int]], style: Style
) -> list[str]:
    """The entries one by one, where the columns of a matrix have no room beside each other."""
    (beside, down), (above, places) = rows, across
    lines = []
    for row in down:
        lines.append("…" if row == GAP else beside.label(row))
        for place in places if row != GAP else ():
            shown = "…" if place == GAP else f"{above.label(place)}  {eye(m, entry(row, place), style.precision)}"
            lines += wrapped(f"  {shown}", style)
    return lines


def _ends(count: int, corner: int) -> list[int]:
    """The first and last few of `count` places, with a gap between; all where nothing would be left out."""
    if count <= 2 * corner + 1:
        return list(range(count))
    return [*range(corner), GAP, *range(count - corner, count)]


def _grid(
    m: Any, entry: Callable[[int, int], Any], rows: tuple[Side, list[int]], across: tuple[Side, list[int]],
    sparse: bool, style: Style,
) -> Grid:  # fmt: skip
    """The cells by column, a label first; the first column has the labels of the rows."""
    (beside, down), (above, places) = rows, across
    grid = {"label": ["", *("…" if row == GAP else beside.label(row) for row in down)]}
    for at, place in enumerate(places):
        shown = ["…" if GAP in (place, row) else _cell(m, entry(row, place), sparse, style) for row in down]
        cells = aligned(shown) if place != GAP else shown
        label = "…" if place == GAP else above.label(place)
        wide = max(breadth(cells), columns(label))
        grid[str(at)] = [text.rjust(wide) for text in (label, *cells)]
    return grid


def _cell(m: Any, value: Any, sparse: bool, style: Style) -> str:
    return ZERO if sparse and m.is_zero(value) else eye(m, value, style.precision)


def _label(name: str, shape: Shape, place: int) -> str:
    """`x[0]`, `W[1,2]`: an entry by its place among all; the name alone where it is one number."""
    if not shape:
        return name
    index = []
    for size in reversed(shape):
        place, at = divmod(place, size)
        index.append(str(at))
    return f"{name}[{','.join(reversed(index))}]"


def _ruled(grid: Grid, style: Style) -> list[str]:
    rows = [
        [(text, "dim" if text.strip() in (ZERO, "…") else "red" if at else "bold cyan") for at, text in enumerate(row)]
        for row in list(zip(*grid.values(), strict=True))[1:]
    ]
    return ruled([cells[0] for cells in grid.values()], rows, style)
