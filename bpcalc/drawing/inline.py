"""The drawing within a terminal that can show pictures: by kitty's protocol, iTerm's, or as sixels."""

from __future__ import annotations

import zlib
from base64 import b64encode
from collections.abc import Iterator, Mapping

from bpcalc.errors import BpcalcError

CHUNK = 4096  # characters of a piece in kitty's protocol
LEVELS = 6  # of each of red, green and blue in sixels
BAND = 6  # rows of a sixel


def protocol(chosen: str, environment: Mapping[str, str]) -> str:
    """The protocol that is asked for, or the one that a terminal of that environment knows.

    Raises BpcalcError where it is not known to show pictures.
    """
    if chosen != "auto":
        return chosen
    term, program = environment.get("TERM", ""), environment.get("TERM_PROGRAM", "")
    if "TMUX" not in environment and not term.startswith(("screen", "tmux")):
        if "KITTY_WINDOW_ID" in environment or term in ("xterm-kitty", "xterm-ghostty") or program == "ghostty":
            return "kitty"
        if program in ("iTerm.app", "WezTerm") or "LC_TERMINAL" in environment:
            return "iterm"
        if "sixel" in term or term.startswith(("foot", "mlterm", "contour", "yaft")):
            return "sixel"
    hint = "say how, if it does: --inline=kitty, --inline=iterm, --inline=sixel; or --save circuit.png"
    raise BpcalcError("this terminal is not known to show pictures", hint=hint)


def inline(png: bytes, how: str) -> str:
    """A picture as the characters that make the terminal show it."""
    if how == "kitty":
        return _kitty(png)
    if how == "iterm":
        return f"\x1b]1337;File=inline=1;size={len(png)}:{b64encode(png).decode()}\a"
    return _sixel(*_pixels(png))


def _kitty(png: bytes) -> str:
    """https://sw.kovidgoyal.net/kitty/graphics-protocol: PNG, shown at once, in chunks."""
    text = b64encode(png).decode()
    chunks = [text[start : start + CHUNK] for start in range(0, len(text), CHUNK)]
    parts = []
    for place, chunk in enumerate(chunks):
        first = "a=T,f=100," if not place else ""
        parts.append(f"\x1b_G{first}m={int(place + 1 < len(chunks))};{chunk}\x1b\\")
    return "".join(parts)


def _sixel(width: int, rows: list[bytes]) -> str:
    """DEC's sixels: six rows at a time, a pass over them for each colour."""
    parts = [f'\x1bPq"1;1;{width};{len(rows)}']
    used = sorted({colour for row in rows for colour in row})
    for colour in used:
        levels = colour // (LEVELS * LEVELS), colour // LEVELS % LEVELS, colour % LEVELS
        parts.append(f"#{colour};2;" + ";".join(str(level * 100 // (LEVELS - 1)) for level in levels))
    for top in range(0, len(rows), BAND):
        band = rows[top : top + BAND]
        for colour in sorted({one for row in band for one in row}):
            bits = [sum((row[x] == colour) << place for place, row in enumerate(band)) for x in range(width)]
            parts.append(f"#{colour}{''.join(_runs(bits))}$")
        parts.append("-")
    return "".join([*parts, "\x1b\\"])


def _runs(bits: list[int]) -> Iterator[str]:
    """The characters of a row, more than three equal ones as their count."""
    start = 0
    for place in range(1, len(bits) + 1):
        if place == len(bits) or bits[place] != bits[start]:
            count, sign = place - start, chr(63 + bits[start])
            yield f"!{count}{sign}" if count > 3 else sign * count
            start = place


def _pixels(png: bytes) -> tuple[int, list[bytes]]:
    """The width, and the rows of a PNG of 8 bits with red, green, blue and alpha, as places in a cube of colours."""
    width, height = int.from_bytes(png[16:20], "big"), int.from_bytes(png[20:24], "big")
    data, place = b"", 8
    while place < len(png):
        size = int.from_bytes(png[place : place + 4], "big")
        if png[place + 4 : place + 8] == b"IDAT":
            data += png[place + 8 : place + 8 + size]
        place += size + 12
    raw, long = zlib.decompress(data), 4 * width
    before, rows = bytearray(long), []
    level = [round(value * (LEVELS - 1) / 255) for value in range(256)]
    red = [one * LEVELS * LEVELS for one in level]
    green = [one * LEVELS for one in level]
    for row in range(height):
        start = row * (long + 1)
        before = _unfiltered(raw[start], bytearray(raw[start + 1 : start + 1 + long]), before)
        colours = zip(before[::4], before[1::4], before[2::4], strict=True)
        rows.append(bytes(red[r] + green[g] + level[b] for r, g, b in colours))
    return width, rows


def _unfiltered(kind: int, row: bytearray, above: bytearray) -> bytearray:
    """A row of a PNG without its filter (RFC 2083, 6)."""
    for place in range(len(row)) if kind else ():
        left = row[place - 4] if place > 3 else 0
        up = above[place]
        if kind == 1:
            guess = left
        elif kind == 2:
            guess = up
        elif kind == 3:
            guess = (left + up) // 2
        else:
            corner = above[place - 4] if place > 3 else 0
            guess = min((left, up, corner), key=lambda one: abs(left + up - corner - one))
        row[place] = (row[place] + guess) & 255
    return row
