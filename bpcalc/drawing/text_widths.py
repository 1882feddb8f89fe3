"""How wide text is, in a font that is as wide as any that it may be shown in: DejaVu Sans."""

from __future__ import annotations

from unicodedata import combining, east_asian_width

# Advance widths in twentieths of the font's size, rounded up; measured from the font.
_ADVANCES = {
    6: "'IJijl", 7: " ,./:;\\|ι·", 8: "()-[]ftᵀ", 9: "!r¹²³⁰₀₁₂₃", 10: '"*_`‖', 11: "?cszεζ∂⁻",
    12: "FLkvxyγκλνξυχΓ", 13: "$0123456789EPSTYabdeghnopqu{}βδηθμπρστΞΣ√", 14: "ABCKRVXZαφψΔΛ∇∑", 15: "NU",
    16: "&DGHOQΘΠΦΨΩ", 17: "#+<=>^w~ω∞×−≤≥≠±", 18: "M", 20: "%@Wm…",
}  # fmt: skip
_WIDTHS = {character: width / 20 for width, characters in _ADVANCES.items() for character in characters}
_OTHER = 0.85


def width(text: str, size: float) -> float:
    """The width of a line of text in a font of that size."""
    return size * sum(map(_advance, text))


def wrapped(text: str, size: float, room: float) -> list[str]:
    """The text in lines of at most that width, broken between words."""
    lines: list[str] = []
    for word in text.split():
        if lines and width(f"{lines[-1]} {word}", size) <= room:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def _advance(character: str) -> float:
    known = _WIDTHS.get(character)
    if known is not None:
        return known
    if combining(character):
        return 0
    return 1.2 if east_asian_width(character) in "WF" else _OTHER
