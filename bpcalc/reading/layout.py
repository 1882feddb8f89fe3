"""Where blanks stand in a text, which tokens do not tell. Asked only where blanks may part the entries of an array."""

from __future__ import annotations

import re

from bpcalc.reading.lexer import starts_of

SIGN_APART = re.compile(r"[^\s,;=({\[+*/^@<>-][ \t]+[-+−](?=[^\s+-])")  # [1 -2]


class Layout:
    """Where blanks stand in a text.

    apart   the tokens with a blank or a line break before them
    signs   for an opening bracket: a sign inside it, with a blank before and none behind (the last of such)
    commas  for an opening bracket: the commas inside it
    """

    def __init__(self, text: str, tokens: list[str]) -> None:
        starts = starts_of(text)
        self.apart = {at for at, start in enumerate(starts) if start and text[start - 1].isspace()}
        self.signs: dict[int, int] = {}
        self.commas: dict[int, list[int]] = {}
        apart = {match.end() - 1 for match in SIGN_APART.finditer(text)}
        signs = {at for at, start in enumerate(starts) if start in apart}
        stack: list[int] = []
        for at, token in enumerate(tokens):
            if token in ("(", "[", "{"):
                stack.append(at)
            elif token in (")", "]", "}"):
                stack[-1:] = []
            elif token == "," and stack:
                self.commas.setdefault(stack[-1], []).append(at)
            elif at in signs and stack:
                self.signs[stack[-1]] = at
