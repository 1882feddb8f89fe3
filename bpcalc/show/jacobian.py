"""Jacobians as text: a table with a label for every row and column, plain lines, JSON.

May import errors, reports, show and its parts for numbers, arrays and grids; rich inside the functions.
"""

from __future__ import annotations

import json as library
import math
from typing import TYPE_CHECKING, Any

from bpcalc.errors import BpcalcError, columns
from bpcalc.numerals import ENTRIES, aligned, block, exact, eye, is_array, summary
from bpcalc.reports import JacobianReport, Structure
from bpcalc.show import Style
from bpcalc.show.grid import Grid, breadth, cut, printed, ruled, total
from bpcalc.show.grid import plain as aligned_lines
from bpcalc.show.json_ import number

if TYPE_CHECKING:
    from rich.text import Text

WIDE, TALL = 12, 24  # columns and rows, beyond which only the corners are shown
CORNERS = (3, 2, 1)  # rows and columns at each end: the most that fit the width
ZERO = "·"  # a zero where most entries are
GAP = -1  # stands for the rows or columns that are left out

Shape = tuple[int, ...]


def table(report: JacobianReport, style: Style) -> str:
    """What was computed and how, then a block for each input."""
    lines = _heading(report, style)
    if not report.jacobian:
        return "\n".join(lines)
    lines += [part for line in _layout(report) for part in _wrapped(line, style)]
    if not is_array(report.value) and not any(report.inputs.values()):
        return "\n".join([*lines, "", *_numbers(report, style)])
    for name in report.jacobian:
        lines += ["", *_block(report, name, style)]
    return "\n".join(lines)


def _heading(report: JacobianReport, style: Style) -> list[str]:
    """`f = relu(x) = [1, 0, 3, 0]`; a value that does not fit the line has lines of its own."""
    text, f, value, precision = report.expression, report.output, report.value, style.precision
    start = "" if "; " in text or text == f or text.startswith(f"{f} = ") else f"{f} = "
    if is_array(value) and value.size > ENTRIES:
        return [cut(start + text, style.width), *_wrapped(f"{f} is {summary(value, precision)}", style)]
    shown = eye(value, precision)
    behind = f" {'=' if _is_exact(value, precision) else '≈'} {shown}"
    room = style.width or 100
    if is_array(value) and columns(start + text + behind) > room and columns(behind) > room // 2:
        return [cut(line, style.width) for line in (start + text, *(f"  {line}" for line in block(value, precision)))]
    return [cut(start + text + behind, style.width, keep=len(behind))]


def _wrapped(line: str, style: Style) -> list[str]:
    """A line of words in the width of a terminal."""
    if style.width is None or columns(line) <= style.width:
        return [line]
    from textwrap import wrap

    return wrap(line, style.width, subsequent_indent="  ")


def _is_exact(value: Any, precision: int | None) -> bool:
    """Do the digits that are shown give every number exactly?"""
    entries = value.reshape(-1).tolist() if is_array(value) else [value]
    return all(x != x or float(eye(x, precision)) == x for x in entries)


def _layout(report: JacobianReport) -> list[str]:
    """What the rows and columns are, and what it took."""
    f, passes = report.output, f"{report.passes:,} pass{'es' if report.passes != 1 else ''} in {report.mode} mode"
    if not is_array(report.value):
        return [passes] if any(report.inputs.values()) else []
    sides = ("entries of the input", f"entries of {f}")
    rows, across = sides if report.layout == "denominator" else sides[::-1]
    entry = f"each entry of {f}" if report.mode == "reverse" else "each entry of the inputs"
    return [
        f"{report.layout} layout: rows = {rows}, columns = {across}",
        passes + (f", one for {entry}" if report.passes > 1 else ""),
    ]


def _numbers(report: JacobianReport, style: Style) -> list[str]:
    """Of single numbers: `∂f/∂x = -4` a line."""
    cells = aligned([eye(value, style.precision) for value in report.jacobian.values()])
    names = [f"∂{report.output}/∂{name}" for name in report.jacobian]
    wide = max(map(columns, names))
    signs = ["=" if _is_exact(value, style.precision) else "≈" for value in report.jacobian.values()]
    return [
        f"{name}{' ' * (wide - columns(name))} {sign} {cell}".rstrip()
        for name, sign, cell in zip(names, signs, cells, strict=True)
    ]


def _block(report: JacobianReport, name: str, style: Style) -> list[str]:
    """One input's Jacobian under its title."""
    array, size, shape = report.jacobian[name], report.inputs[name], _shape(report.value)
    title = f"∂{report.output}/∂{name}"
    if not shape:
        if not size:
            sign = "=" if _is_exact(array, style.precision) else "≈"
            return [f"{title} {sign} {eye(array, style.precision)}"]
        lines = [f"{title}  {_by(size)}: the gradient, in the shape of {name}", *block(array, style.precision)]
        return [cut(line, style.width) for line in lines]
    sides = ((name, size), (report.output, shape))
    rows, across = sides if report.layout == "denominator" else sides[::-1]
    long = len(rows[1]) > 1 or len(across[1]) > 1
    sizes = f"({_by(rows[1])}) x ({_by(across[1])})" if long else f"{_by(rows[1])} x {_by(across[1])}"
    structure = report.structure[name]
    lines = _wrapped(f"{title}  {', '.join([sizes, *_words(structure)])}", style)
    if structure.kind in ("zero", "empty"):
        return lines
    matrix = array.reshape(math.prod(rows[1]), math.prod(across[1]))
    return lines + _matrix(matrix, rows, across, _is_sparse(structure), style)


def _shape(value: Any) -> Shape:
    return tuple(getattr(value, "shape", ()))


def _by(shape: Shape) -> str:
    return " x ".join(map(str, shape)) or "1"


def _words(structure: Structure) -> list[str]:
    """`diagonal`, `2 of 16 entries non-zero`"""
    kind, nonzero, entries, blocks = structure
    if kind == "block diagonal":
        kind = f"block diagonal ({blocks[0]} blocks of {blocks[1]} x {blocks[2]})"
    counted = f"{nonzero:,} of {entries:,} entries non-zero"
    return [kind] * bool(kind) + [counted] * (nonzero < entries and kind not in ("zero", "identity", "empty"))


def _is_sparse(structure: Structure) -> bool:
    return structure.kind.endswith(("diagonal", "triangular", "identity")) or 2 * structure.nonzero <= structure.entries


def _matrix(matrix: Any, rows: tuple[str, Shape], across: tuple[str, Shape], sparse: bool, style: Style) -> list[str]:
    """The matrix with its labels: in full, or where it is large its size and its corners."""
    height, width = matrix.shape
    for corner in [width, *CORNERS] if width <= WIDE else CORNERS:
        down = _ends(height, corner=height if height <= TALL else CORNERS[0])
        places = _ends(width, corner)
        grid = _grid(matrix, (rows, down), (across, places), sparse, style)
        if style.width is None or total(grid) <= style.width:
            break
    size = summary(matrix, style.precision).partition(", ")[2]
    lines = _wrapped(size, style) if GAP in (*down, *places) else []
    drawn = _rich(grid, style) if style.boxes else aligned_lines(grid)
    return [*lines, *(drawn if style.boxes else (cut(line, style.width) for line in drawn))]


def _ends(count: int, corner: int) -> list[int]:
    """The first and last few of `count` places, with a gap between; all where nothing would be left out."""
    if count <= 2 * corner + 1:
        return list(range(count))
    return [*range(corner), GAP, *range(count - corner, count)]


def _grid(
    matrix: Any, rows: tuple[tuple[str, Shape], list[int]], across: tuple[tuple[str, Shape], list[int]], sparse: bool,
    style: Style,
) -> Grid:  # fmt: skip
    """The cells by column, a label first; the first column has the labels of the rows."""
    (named, down), (over, places) = rows, across
    grid = {"label": ["", *(_label(*named, place) for place in down)]}
    for at, place in enumerate(places):
        numbers = ["…" if GAP in (place, row) else _cell(float(matrix[row, place]), sparse, style) for row in down]
        cells = aligned(numbers) if place != GAP else numbers
        label = _label(*over, place)
        wide = max(breadth(cells), columns(label))
        grid[str(at)] = [text.rjust(wide) for text in (label, *cells)]
    return grid


def _cell(value: float, sparse: bool, style: Style) -> str:
    return ZERO if sparse and value == 0 else eye(value, style.precision)


def _label(name: str, shape: Shape, place: int) -> str:
    """`x[0]`, `W[1,2]`: an entry by its place among all; the name alone where it is one number."""
    if place == GAP or not shape:
        return "…" if place == GAP else name
    index = []
    for size in reversed(shape):
        place, at = divmod(place, size)
        index.append(str(at))
    return f"{name}[{','.join(reversed(index))}]"


def _rich(grid: Grid, style: Style) -> list[str]:
    drawn = ruled([cells[0] for cells in grid.values()])
    for row in list(zip(*grid.values(), strict=True))[1:]:
        drawn.add_row(*(_colored(text, "red" if at else "bold cyan") for at, text in enumerate(row)))
    return printed(drawn, style)


def _colored(text: str, style: str) -> Text:
    from rich.text import Text

    return Text(text, style="dim" if text.strip() in (ZERO, "…") else style)


def plain(report: JacobianReport, style: Style) -> str:
    """`NAME<TAB>NESTED LISTS` a line, the output first as `value`."""
    lines = [f"{name}\t{exact(array)}" for name, array in report.jacobian.items()]
    return "\n".join([f"value\t{exact(report.value)}", *lines])


def json(report: JacobianReport, style: Style) -> str:
    """The whole report. The schema only grows."""
    document = {
        "expression": report.expression,
        "output": report.output,
        "value": number(report.value),
        "layout": report.layout,
        "jacobian": {name: number(array) for name, array in report.jacobian.items()},
        "mode": report.mode,
        "passes": report.passes,
        "warnings": [{"kind": w.kind, "node": w.node, "message": w.message} for w in report.warnings],
    }
    return library.dumps(document, ensure_ascii=False, allow_nan=False)


def picked(report: JacobianReport, names: tuple[str, ...]) -> str:
    """The bare Jacobians that `--get` asks for, one a line."""
    return "\n".join(exact(_pick(report, name)) for name in names)


def _pick(report: JacobianReport, name: str) -> Any:
    if name == "value":
        return report.value
    if name not in report.jacobian:
        raise BpcalcError(f'the Jacobian for "{name}" was not asked for', hint=f"add it: --wrt {name}")
    return report.jacobian[name]
