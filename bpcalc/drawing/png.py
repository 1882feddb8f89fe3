"""The circuit as PNG: the SVG, drawn by resvg with a font that comes with bpcalc."""

from __future__ import annotations

from pathlib import Path

from bpcalc.drawing.picture import Picture
from bpcalc.drawing.svg import svg
from bpcalc.errors import BpcalcError

FONTS = Path(__file__).parent / "fonts"
ZOOM = 2  # dots for each unit: sharp on screens of today


def png(picture: Picture, theme: str, zoom: int = ZOOM) -> bytes:
    """The bytes of a PNG, `zoom` dots for each unit; without a theme of its own it is light.

    Raises BpcalcError where resvg-py is not installed.
    """
    try:
        from resvg_py import svg_to_bytes
    except ImportError as error:
        hint = "pip install 'bpcalc[png]', or save an .svg"
        raise BpcalcError("PNG needs the package resvg-py", hint=hint) from error
    text = svg(picture, "light" if theme == "auto" else theme)
    fonts = sorted(str(path) for path in FONTS.glob("*.ttf"))
    return bytes(svg_to_bytes(svg_string=text, zoom=zoom, font_files=fonts, font_family="DejaVu Sans", dpi=96))
