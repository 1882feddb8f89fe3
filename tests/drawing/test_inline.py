"""`graph --inline`: pictures within a terminal, decoded again by what its protocols say."""

from __future__ import annotations

import re
import struct
import zlib
from base64 import b64decode

import pytest
from commandline import call

from bpcalc.drawing.inline import inline, protocol
from bpcalc.errors import BpcalcError

# a PNG of 5 x 7 dots, each row with another filter of RFC 2083; red above, then blue, white in the last column
WIDTH, HEIGHT = 5, 7


def dot(x: int, y: int) -> tuple[int, int, int, int]:
    return (255, 255, 255, 255) if x == WIDTH - 1 else (255, 0, 0, 255) if y < 3 else (0, 0, 255, 255)


def filtered(kind: int, row: bytes, above: bytes) -> bytes:
    out = bytearray([kind])
    for place, one in enumerate(row):
        left, corner = (row[place - 4], above[place - 4]) if place > 3 else (0, 0)
        up = above[place]
        nearest = min((left, up, corner), key=lambda guess: abs(left + up - corner - guess))
        guess = (0, left, up, (left + up) // 2, nearest)[kind]
        out.append((one - guess) & 255)
    return bytes(out)


def png() -> bytes:
    rows = [bytes(part for x in range(WIDTH) for part in dot(x, y)) for y in range(HEIGHT)]
    blank = bytes(4 * WIDTH)
    raw = b"".join(filtered(y % 5, row, rows[y - 1] if y else blank) for y, row in enumerate(rows))

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 6, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(raw)) + chunk(b"IEND", b"")


def test_kitty_gets_the_png_in_chunks() -> None:
    picture = png() + bytes(10_000)
    text = inline(picture, "kitty")
    pieces = re.findall(r"\x1b_G([^;]*);([^\x1b]*)\x1b\\", text)
    assert pieces[0][0] == "a=T,f=100,m=1"
    assert [keys for keys, _ in pieces[1:]] == [*["m=1"] * (len(pieces) - 2), "m=0"]
    assert all(len(data) <= 4096 for _, data in pieces)
    assert b64decode("".join(data for _, data in pieces)) == picture


def test_iterm_gets_the_png_in_one() -> None:
    found = re.fullmatch(r"\x1b\]1337;File=inline=1;size=(\d+):(.*)\a", inline(png(), "iterm"))
    assert found is not None
    assert b64decode(found[2]) == png()
    assert int(found[1]) == len(png())


def test_sixels_have_the_dots_of_the_picture() -> None:
    text = inline(png(), "sixel")
    found = re.fullmatch(r'\x1bPq"1;1;(\d+);(\d+)(.*)\x1b\\', text)
    assert found is not None
    assert (int(found[1]), int(found[2])) == (WIDTH, HEIGHT)
    palette = {one: (r, g, b) for one, r, g, b in re.findall(r"#(\d+);2;(\d+);(\d+);(\d+)", found[3])}
    dots: dict[tuple[int, int], tuple[str, ...]] = {}
    body = re.sub(r"#\d+;2;\d+;\d+;\d+", "", found[3])
    for band, line in enumerate(body.split("-")):
        for colour, runs in re.findall(r"#(\d+)([^$#]*)\$", line):
            x = 0
            for count, sign in re.findall(r"(?:!(\d+))?([?-~])", runs):
                for _ in range(int(count or 1)):
                    for row in range(6):
                        if (ord(sign) - 63) >> row & 1:
                            dots[x, 6 * band + row] = palette[colour]
                    x += 1
    expected = {
        (x, y): tuple(str(part * 100 // 255) for part in dot(x, y)[:3]) for x in range(WIDTH) for y in range(HEIGHT)
    }
    assert dots == expected


@pytest.mark.parametrize(
    ("environment", "how"),
    [
        ({"TERM": "xterm-kitty"}, "kitty"), ({"TERM": "xterm-256color", "KITTY_WINDOW_ID": "1"}, "kitty"),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "iTerm.app"}, "iterm"), ({"TERM_PROGRAM": "WezTerm"}, "iterm"),
        ({"TERM": "foot"}, "sixel"), ({"TERM": "xterm-sixel"}, "sixel"),
    ],
)  # fmt: skip
def test_the_terminal_is_known_by_its_environment(environment: dict[str, str], how: str) -> None:
    assert protocol("auto", environment) == how
    assert protocol("sixel", environment) == "sixel"


@pytest.mark.parametrize("environment", [{}, {"TERM": "xterm"}, {"TERM": "tmux-256color", "KITTY_WINDOW_ID": "1"}])
def test_a_terminal_that_is_not_known_is_told(environment: dict[str, str]) -> None:
    with pytest.raises(BpcalcError, match="not known to show pictures"):
        protocol("auto", environment)


def test_the_command() -> None:
    words = ["graph", "x*y", "x=1", "y=2"]
    assert call([*words, "--inline"])[2].startswith("error: pictures are shown in a terminal")
    assert "no protocol is called" in call([*words, "--inline=foo"])[2]
    status, out, err = call([*words, "--inline=kitty"])
    try:
        import resvg_py  # noqa: F401
    except ImportError:
        assert status == 2
        assert "PNG needs the package resvg-py" in err
    else:
        assert out.startswith("\x1b_Ga=T,f=100,")
