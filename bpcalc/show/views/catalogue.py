"""What `bpcalc gates` found: all gates in a table, or one in detail."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bpcalc.errors import columns
from bpcalc.show import Style
from bpcalc.show.document import by_name, number
from bpcalc.show.grid import GAP, Grid, ends_of, plain, ruled
from bpcalc.typed import TYPE_CHECKING
from bpcalc.writing.numerals import eye

if TYPE_CHECKING:
    from bpcalc.reports.catalogue import Catalogue, Corner, Entry

COMMAND = "gates"
FORMATS = ("table", "json", "csv", "tsv", "markdown")
HEADINGS = {"gate": "gate", "formula": "formula", "local": "local gradient", "pattern": "pattern"}
DROPPED = ("formula", "pattern", "local")  # what goes, in this order, where the terminal is too narrow
STYLES = {"gate": "cyan", "formula": "", "local": "red", "pattern": ""}

FOOTER = (
    "A comparison is 1 where it holds, else 0. Where entries mix, the gradient that goes on stands in the place of a "
    "local gradient, from the upstream g. More about one gate: bpcalc gates NAME"
)
LONG = 60  # columns: a longer gradient is told in words

Row = dict[str, str]


def table(report: Catalogue, style: Style) -> str:
    """One row a gate, by family; or all of the gates that were asked for."""
    if report.in_detail:
        return "\n\n".join(detail(entry, style) for entry in report.entries)
    from textwrap import wrap

    entries = report.entries
    rows = [{"gate": _gate(e), "formula": e.formula, "local": _local(e), "pattern": e.pattern} for e in entries]
    widths = _widths([HEADINGS, *rows], style.width)
    # the lines of the table and what each is: a family's name, or a line of a gate of that family
    lines: list[tuple[str, str, list[str]]] = []
    for entry, row in zip(entries, rows, strict=True):
        if not lines or lines[-1][0] != entry.family:
            lines.append((entry.family, "family", [entry.family, *[""] * (len(widths) - 1)]))
        lines += [(entry.family, "gate", cells) for cells in _folded(row, widths)]
    drawn = _ruled(lines, widths, style) if style.boxes else _plain(lines, widths)
    return "\n".join([*drawn, "", *(wrap(FOOTER, style.width) if style.width else [FOOTER])])


def _gate(entry: Entry) -> str:
    return ", ".join([entry.signature, *filter(None, [entry.operator]), *entry.aliases])


def _local(entry: Entry) -> str:
    if any(entry.downstream):
        text = "; ".join(one or "none" for one in entry.downstream)
        return text if columns(text) <= LONG else entry.backward
    if not any(entry.local):
        return "none"
    return "; ".join(local or "none" for local in entry.local)


def _widths(rows: Sequence[Row], width: int | None) -> dict[str, int]:
    """The columns' widths: cells are folded at blanks where they must be, so that the table is as short as can be."""
    natural = {column: max(columns(row[column]) for row in rows) for column in HEADINGS}
    if width is None:
        return natural
    least = {column: max(columns(word) for row in rows for word in row[column].split()) for column in HEADINGS}
    # where there is no other way, what is between the brackets of a call is broken anywhere
    least["gate"] = max(columns(row["gate"].partition(",")[0]) for row in rows)
    for gone in range(len(DROPPED) + 1):
        kept = [column for column in HEADINGS if column not in DROPPED[:gone]]
        room = width - len(GAP) * (len(kept) - 1)
        if sum(least[column] for column in kept) <= room:
            break
    ways = [{column: size for column, size in natural.items() if column in kept}]
    for column in ("gate", "formula"):  # the local gradient takes what these two leave
        if column in kept:
            ways = [way | {column: size} for way in ways for size in range(least[column], natural[column] + 1)]
    if "local" in kept:
        for way in ways:
            others = sum(size for column, size in way.items() if column != "local")
            way["local"] = min(natural["local"], room - others)
        ways = [way for way in ways if way["local"] >= least["local"]]
    ways = [way for way in ways if sum(way.values()) <= room]
    return min(ways, key=lambda way: _height(rows, way)) if ways else {"gate": least["gate"]}


def _height(rows: Sequence[Row], widths: dict[str, int]) -> int:
    """About how many lines the table takes."""
    return sum(max(-(-len(row[column]) // size) for column, size in widths.items()) for row in rows)


def _folded(row: Row, widths: dict[str, int]) -> Iterator[list[str]]:
    """The lines that a row takes."""
    cells = [_fold(row[column], size, "  " * (column == "gate")) for column, size in widths.items()]
    for line in range(max(map(len, cells))):
        yield [cell[line] if line < len(cell) else "" for cell in cells]


def _fold(text: str, width: int, indent: str = "") -> list[str]:
    """The text in lines: the local gradients one a line where not all fit in one, else broken at blanks."""
    from textwrap import wrap

    parts = [text] if columns(text) <= width else text.replace("; ", ";\n").split("\n")
    return [line for part in parts for line in wrap(part, width, subsequent_indent=indent, break_on_hyphens=False)]


def _plain(lines: list[tuple[str, str, list[str]]], widths: dict[str, int]) -> list[str]:
    cells = [[HEADINGS[column] for column in widths]]
    for _, kind, line in lines:
        cells += [[""] * len(widths), line] if kind == "family" else [line]
    grid: Grid = {column: [line[place] for line in cells] for place, column in enumerate(widths)}
    return plain(grid)


def _ruled(lines: list[tuple[str, str, list[str]]], widths: dict[str, int], style: Style) -> list[str]:
    rows = [
        [(cell, "bold" if kind == "family" else STYLES[column]) for cell, column in zip(cells, widths, strict=True)]
        for _, kind, cells in lines
    ]
    return ruled([HEADINGS[column] for column in widths], rows, style, ends_of([family for family, _, _ in lines]))


# One gate


def detail(entry: Entry, style: Style) -> str:
    """All that is known of a gate."""
    from textwrap import wrap

    told = list(_told(entry))
    label = max(columns(name) for name, _, _ in told)
    lines = []
    for name, text, kind in told:
        room = max(20, style.width - label - 2 * len(GAP)) if style.width else 10_000
        folded = [text] if kind == "command" else wrap(text, room, break_on_hyphens=False) or [""]
        for place, part in enumerate(folded):
            margin = GAP + (name if not place else "").ljust(label) + GAP
            lines.append(margin.rstrip() if not part else margin + _painted(part, kind, style))
    return "\n".join([f"{_painted(entry.signature, 'name', style)}  {entry.family}", "", *lines])


def _painted(text: str, kind: str, style: Style) -> str:
    code = {"name": "1;36", "local": "31", "command": "36"}.get(kind, "")
    return f"\x1b[{code}m{text}\x1b[0m" if code and style.color else text


def _told(entry: Entry) -> Iterator[tuple[str, str, str]]:
    """Label, text and kind of each fact."""
    if entry.spellings:
        yield "also written", "  ".join(entry.spellings), ""
    yield "formula", entry.formula, ""
    for parameter, downstream in zip(entry.parameters, entry.downstream, strict=False):
        yield f"to {parameter}", downstream or "none: no gradient flows to it", "local"
    if any(entry.downstream):
        yield "", "(from the upstream g, for inputs of the example's shapes)", ""
    locals_ = () if entry.downstream else zip(entry.parameters, entry.local, entry.computed, strict=True)
    for parameter, local, computed in locals_:
        yield f"∂f/∂{parameter}", local or "none: no gradient flows to it", "local"
        if computed:
            yield "  computed as", f"{computed}  (equal, and loses no digits)", ""
    if any(sign in (local or "") for local in entry.local for sign in "<>=") and not entry.downstream:
        yield "", "(a comparison is 1 where it holds, else 0)", ""
    yield "backward pass", entry.backward, ""
    if entry.reduction:
        yield "of one array", f"a reduction: bpcalc gates {entry.reduction}", ""
    if entry.packed:
        yield "with --expand", entry.packed, ""
    if entry.corner and entry.kink:
        yield from _at_kink(entry, entry.kink, entry.corner)
    if entry.example:
        m, gradient = entry.example.m, entry.example.gradient
        yield "example", entry.example.command, "command"
        found = [("value", entry.example.value), *((f"∂f/∂{x}", g) for x, g in gradient.items())]
        yield "", ", ".join(f"{name} {eye(m, value, 6)}" for name, value in found), ""


def _at_kink(entry: Entry, rules: dict[str, str], corner: Corner) -> Iterator[tuple[str, str, str]]:
    """What the conventions do at a point without a derivative."""
    m = corner.m
    point = ", ".join(f"{name} = {eye(m, value, 6)}" for name, value in corner.point.items())
    if len(rules) == 1:
        yield "kink", f"no derivative at {point}, for example; the rule there: {rules['torch']}", ""
        return
    yield "kink", f"no derivative at {point}, for example; --convention chooses there:", ""
    shown = {name: "; ".join("none" if g is None else eye(m, g, 6) for g in corner.local[name]) for name in rules}
    many = sum(local is not None for local in entry.local) > 1 or len(entry.downstream) == 1
    size = max(map(len, shown.values()))
    for convention, rule in rules.items():
        yield f"  {convention}", f"{shown[convention].ljust(size)}  {rule}" if many else rule, ""
    others = [name for name in corner.local if name not in rules]
    if others:
        yield "", f"({', '.join(others)}: as torch)", ""


def rows(report: Catalogue, style: Style) -> Iterator[tuple[str, ...]]:
    """A row a gate."""
    yield "name", "family", "signature", "formula", "local", "pattern"
    for entry in report.entries:
        yield entry.name, entry.family, _gate(entry), entry.formula, _local(entry), entry.pattern


def markdown(report: Catalogue, style: Style) -> str:
    """The rows as a table, formulas as code."""
    from bpcalc.show.markup import code

    heading, *lines = rows(report, style)
    cells = [[name, family, *map(code, (signature, formula, local)), pattern.replace("|", r"\|")]
             for name, family, signature, formula, local, pattern in lines]  # fmt: skip
    return "\n".join(f"| {' | '.join(line)} |" for line in (heading, ["---"] * len(heading), *cells))


def document(report: Catalogue, style: Style) -> list[dict[str, object]]:
    """An object for each gate. The schema only grows."""
    return [_object(entry) for entry in report.entries]


def _object(entry: Entry) -> dict[str, object]:
    example = entry.example
    return {
        "name": entry.name, "family": entry.family, "signature": entry.signature,
        "parameters": list(entry.parameters), "defaults": entry.defaults,
        "options": {name: "required" if value is ... else value for name, value in entry.options.items()},
        "variadic": entry.variadic,
        "aliases": list(entry.aliases), "operator": entry.operator, "formula": entry.formula,
        "local": list(entry.local), "computed": list(entry.computed), "downstream": list(entry.downstream),
        "reduction": entry.reduction, "pattern": entry.pattern,
        "backward": entry.backward, "kink": entry.kink, "packed": entry.packed,
        "example": example and example.command, "value": example and number(example.m, example.value),
        "gradient": example and by_name(example.m, example.gradient),
    }  # fmt: skip
