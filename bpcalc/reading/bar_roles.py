"""What each bar of a text is: it opens, closes, or stands for "or". Found for a whole text in one pass over its tokens.

It hangs on what stands before a bar, and on the bars that are open. `bars` reads them.
"""

from __future__ import annotations

from bpcalc.reading.lexer import STOPS, SUPERSCRIPTS, TRANSPOSES, is_word
from bpcalc.reading.operators import BARS
from bpcalc.typed import NamedTuple

OPENS, CLOSES, BOTH, JOINS, STRAY = "opens", "closes", "closes, opens", "or", "stray"
CONDITION = frozenset(("<", ">", "<=", ">=", "==", "!=", "≤", "≥", "≠", "and", "or", "not", "∧", "∨", "¬", "&", "&&"))
OPERATORS = frozenset(("and", "or", "not"))


class Written(NamedTuple):
    """An operand that stands between bars.

    order  "abs", or that of a norm: "", "1", …
    first, last  the tokens of the bars
    """

    order: str
    first: int
    last: int


class _Open:
    """A bracket or a bar that is open: its place and sign, and whether a condition stands in it."""

    __slots__ = ("holds_condition", "place", "sign")

    def __init__(self, place: int, sign: str) -> None:
        self.place = place
        self.sign = sign
        self.holds_condition = False


class Bars:
    """What each bar of a text is.

    roles  for the place of a bar: it opens, closes, closes and opens another, is an or, or is astray
    twice  the double bars that are two single ones
    ends   the place of the bar that closes it, for one that opens
    """

    def __init__(self, tokens: list[str]) -> None:
        self.tokens = tokens
        self.roles: dict[int, str] = {}
        self.twice: set[int] = set()
        self.ends: dict[int, int] = {}
        self.stack: list[_Open] = []
        self.is_condition = False  # is the group that closed last one?
        before = ""
        for place, token in enumerate(tokens):
            if token in BARS:
                role = self.roles[place] = self._role(place, token, self._is_operand(before, place))
                before = ")" if role == CLOSES else "("
                continue
            if token in ("(", "[", "{"):
                self.stack.append(_Open(place, token))
            elif token in (")", "]", "}"):
                self._close_bracket()
            elif token in CONDITION and self.stack:
                self.stack[-1].holds_condition = True
            elif token in STOPS:
                if token == "\n" and self.stack:
                    continue
                if all(one.sign in BARS for one in self.stack):
                    self.stack.clear()
            before = token

    def _is_operand(self, token: str, place: int) -> bool:
        """Does an operand end with the token?"""
        if is_word(token):
            return token not in OPERATORS
        ends = token in (")", "]", "}", "!") or token in TRANSPOSES
        return ends or _is_number(token) or (bool(token) and token[0] in SUPERSCRIPTS)

    def _close_bracket(self) -> None:
        while self.stack:
            closed = self.stack.pop()
            if closed.sign not in BARS:
                self.is_condition = closed.holds_condition
                break

    def _close(self, place: int) -> str:
        closed = self.stack.pop()
        self.ends[closed.place] = place
        self.is_condition = closed.holds_condition
        return CLOSES

    def _role(self, place: int, token: str, behind: bool) -> str:
        top = self.stack[-1].sign if self.stack else ""
        if not behind:
            self.stack.append(_Open(place, token))
            return OPENS
        if token == "|" and top == "||" and self.stack[-1].place not in self.twice:
            opened = self.stack[-1]
            self.twice.add(opened.place)  # ||x| - 1|
            opened.sign = "|"
            return CLOSES
        if top == token:
            return self._close(place)
        if token == "||" and top == "|":
            after = self.tokens[place + 1]
            if after not in OPERATORS and (is_word(after) or after[:1].isdigit() or after in ("(", "[", "{", "√")):
                self.twice.add(place)
                self._close(place)
                self.stack.append(_Open(place, "|"))
                return BOTH  # |x||y|
            if len(self.stack) > 1 and self.stack[-2].sign == "|":
                self.twice.add(place)
                self._close(place)
                return self._close(place)  # |1 - |x||
            return STRAY
        before = self.tokens[place - 1]
        is_factor = _is_number(before) or before[:1] in (*SUPERSCRIPTS,) or before in (")", "]", "}", *BARS)
        if token in ("|", "||") and (not is_factor or (self.is_condition and before in (")", "}"))):
            return JOINS
        self.stack.append(_Open(place, token))
        return OPENS if is_factor or is_word(before) else STRAY


def _is_number(token: str) -> bool:
    return token[:1].isdigit() or (token[:1] == "." and token[1:2].isdigit())
