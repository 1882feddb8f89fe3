"""Cells of a table that are no numbers: which of them are names, and what to write instead of the others."""

from __future__ import annotations

import re
from math import inf, nan
from unicodedata import normalize

from bpcalc.errors import BpcalcError
from bpcalc.graph import literal

# JSON has them as texts, TOML's parser hands its own words on.
SPECIAL = {
    "NaN": nan, "Infinity": inf, "-Infinity": -inf, "nan": nan, "+nan": nan,
    "-nan": nan, "inf": inf, "+inf": inf, "-inf": -inf,
}  # fmt: skip
LONG = 40  # characters of a cell that a message shows
# What programs that write tables have for no value. "Na" is left out: it may head a column of sodium.
MISSING = {
    "", "na", "n/a", "n.a.", "n.d.", "<na>", "nat", "null", "none", "nil", "undefined", "unknown", "missing", "tbd",
    "-", "--", "---", "−", "–", "—", "?", ".", "..", "...", "…", "*",
}  # fmt: skip
FAULTS = ("#N/A", "#NA", "#DIV/0!", "#VALUE!", "#REF!", "#NUM!", "#NAME?", "#NULL!")  # of a spreadsheet
TRUTH = {"true": "1", "false": "0"}
CURRENCY = r"(?:[a-z]{0,3}[$€£¥₹₽₩]|usd|eur|gbp|chf|jpy|cny|inr|aud|cad|sek|nok|dkk|rs\.?|kr\.?)"
AMOUNT = re.compile(rf"{CURRENCY}\s*[-+]?\.?[0-9]", re.IGNORECASE)
NUMBER = r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?"
# How numbers are written elsewhere, and as a file of data has them. The first that gives a number is offered.
SPELLINGS = (
    (r"([-+]?)([0-9]{1,3}(?:[ ,'_][0-9]{3})+(?:\.[0-9]+)?)", lambda m: m[1] + re.sub("[ ,'_]", "", m[2])),
    (r"([-+]?)([0-9]{1,3}(?:[. ][0-9]{3})+),([0-9]+)", lambda m: f"{m[1]}{re.sub('[. ]', '', m[2])}.{m[3]}"),
    (r"([-+]?[0-9]*),([0-9]+(?:[eE][-+]?[0-9]+)?)", lambda m: f"{m[1]}.{m[2]}"),
    (r"([-+]?[0-9]+(?:_[0-9]+)+(?:\.[0-9]+)?)", lambda m: m[1].replace("_", "")),
    (r"([-+]?[0-9]*\.?[0-9]+)[dDqQ]([-+]?[0-9]+)", lambda m: f"{m[1]}e{m[2]}"),
    (r"([-+]?[0-9]*\.?[0-9]+) ?[x×·*] ?10\^?([-+]?[0-9]+)", lambda m: f"{m[1]}e{m[2]}"),
    (r"([-+]?)0([xXbBoO][0-9a-fA-F_]+)", lambda m: m[1] + str(int("0" + m[2], 0))),
    (rf"({NUMBER}) ?(?:%|percent|pct)", lambda m: repr(float(m[1]) / 100)),
    (r"([-+]?[0-9]+) ?[/⁄] ?([0-9]+)", lambda m: repr(int(m[1]) / int(m[2]))),
    (rf"\(({NUMBER})\)", lambda m: f"-{m[1]}"),
    (rf"([-+]?) ?{CURRENCY} ?({NUMBER})", lambda m: m[1] + m[2]),
    (rf"[=']({NUMBER})", lambda m: m[1]),
    (r"([-+]?)∞", lambda m: f"{m[1]}inf"),
    (r"([-+]?)1\.#inf0*", lambda m: f"{m[1]}inf"),
    (r"[-+]?(?:1\.#(?:ind|[qs]?nan)0*|nan\(.*\))", lambda m: "nan"),
    (rf"({NUMBER}) ?(?:[^\W0-9_]|[°$€£¥₹₽₩\"'′″]).*", lambda m: m[1]),
)  # fmt: skip


def number(cell: str) -> float:
    """The number of a cell. Raises ValueError for what is none: Python's underscores and wide digits are not."""
    cell = cell.strip()
    if not cell.isascii() or "_" in cell:
        raise ValueError
    found = float(cell)
    return literal(cell) if found - found == 0 else found


def is_number(cell: str) -> bool:
    """Is the cell a number?"""
    try:
        number(cell)
    except ValueError:
        return False
    return True


def is_comment(line: str) -> bool:
    """Does the line begin with `#`, and not with what a spreadsheet writes for a value that it does not have?"""
    return line.lstrip()[:1] == "#" and re.split(r"[,;\s]", line.lstrip(), maxsplit=1)[0] not in FAULTS


def is_title(cell: str) -> bool:
    """May the cell head a column? Not if it begins as a number or an amount does, or stands for a missing value."""
    if _is_missing(cell) or cell.strip().casefold() in TRUTH or is_number(cell):
        return False
    letters = re.sub(r"^[\W_]+", "", cell)
    return letters[:1].isalpha() and letters[:4].lower() != "nan(" and not AMOUNT.match(cell.strip())


def _is_missing(cell: str) -> bool:
    cell = cell.strip()
    return cell in FAULTS or (cell.casefold() in MISSING and cell != "Na")


def no_number(shown: str, row: int, cells: list[str], separator: str | None, *, is_first: bool) -> BpcalcError:
    """The error for a line with a cell that is no number; in the `is_first` line names would have been a heading."""
    cells = [cell.strip() for cell in cells]
    places = [place for place, cell in enumerate(cells) if not is_number(cell)]
    may_head = is_first and len(places) == len(cells)
    if may_head:
        places = [place for place in places if not is_title(cells[place])] or places
    place = places[0]
    cell, at = cells[place], f", column {place + 1}" if len(cells) > 1 else ""
    if not cell:
        is_index = place == 0 and is_first and all(map(is_title, cells[1:])) and len(cells) > 1
        return BpcalcError(f"{shown}, row {row}, column {place + 1} is empty", hint=INDEX if is_index else NOTHING)
    quoted = cell if len(cell) <= LONG else f"{cell[: LONG - 1]}…"
    hint = _hint(cells, cell, separator)
    if may_head and (not hint or (hint != NOTHING and any(map(str.isalpha, cell)))):
        hint += f"{'; ' if hint else ''}a name in a heading begins with a letter"
    return BpcalcError(f'{shown}, row {row}{at}: "{quoted}" is not a number', hint=hint)


NOTHING = "write nan where there is no number, or leave its row out"
INDEX = "each column needs a name, or none has one; pandas leaves its row numbers out with to_csv(…, index=False)"
SEPARATED = {",": "commas", "\t": "tabs", None: "blanks, tabs or commas"}


def _hint(cells: list[str], cell: str, separator: str | None) -> str:
    """What to write instead of a cell, or of its whole line where the separators are at fault."""
    if _is_missing(cell):
        return NOTHING
    line = (separator or " ").join(cells)
    if ";" in cell and (hint := _separators(line.split(";"), separator)):
        return hint
    if meant := instead(cell):
        point = f", or {cell.replace(',', '.')} if the comma is a decimal point"
        return f"write {meant}{point if re.fullmatch('[-+]?[0-9]{1,3},[0-9]{3}', cell) else ''}"
    return _separators(re.split(r"[\s|]+", line), separator)


def _separators(parts: list[str], separator: str | None) -> str:
    """What to say of a line that other separators cut into numbers; nothing if they do not."""
    points = [part.strip().replace(",", ".") for part in parts]
    if len(parts) == 1 or not all(map(is_number, points)):
        return ""
    has_decimals = any("," in part for part in parts)
    about = f"the columns are separated by {SEPARATED[separator]}{', and decimals have points' if has_decimals else ''}"
    row = (separator or " ").join(points)
    return f"{about}: write {row}" if len(row) <= LONG and row.isprintable() else about


def instead(cell: str) -> str:
    """The number that a cell may mean, as a file of data has it; nothing where it is not known."""
    if len(cell) > LONG:
        return ""
    if cell.casefold() in TRUTH:
        return TRUTH[cell.casefold()]
    text = normalize("NFKC", cell).translate(dict.fromkeys(map(ord, "−‐‑‒–—"), "-")).strip()
    text = "".join(str(int(c)) if c.isdecimal() and not c.isascii() else c for c in text)
    if is_number(text):
        return text
    for pattern, write in SPELLINGS:
        if match := re.fullmatch(pattern, text, re.IGNORECASE):
            try:
                found = write(match)
            except (ValueError, ArithmeticError):
                continue
            if is_number(found):
                return found
    return ""


def quotes(message: str) -> str:
    """What Python's reader of CSV says, in our words."""
    if "limit" in message:
        return "a cell has over 131,072 characters"
    return "a quotation mark is never closed" if "end of data" in message else "text stands behind a cell in quotes"
