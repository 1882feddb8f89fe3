"""Which tokens belong together, and their text: what the messages quote, and what they say to write instead."""

from __future__ import annotations

from bpcalc.errors import BpcalcError
from bpcalc.reading.lexer import END, ON_PAPER, SUPERSCRIPTS, TRANSPOSES, is_word, locate
from bpcalc.reading.state import State

DEPTH = {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}
LOOSER = frozenset(("=", ",", ";", "\n", "<", ">", "<=", ">=", "==", "!=", "≤", "≥", "≠", "?", ":", END))


def error_at(
    state: State, message: str, hint: str = "", first: int | None = None, last: int | None = None
) -> BpcalcError:
    first = state.place if first is None else first
    return BpcalcError(message, hint=hint, span=locate(state.source, first, last))


def text_of(state: State, first: int, last: int, most: int = 40) -> str:
    """The source from one token to another, blanks folded; long texts are cut."""
    if last < first:
        return ""
    span = locate(state.source, first, last)
    text = " ".join(state.source.text[span.start : span.end].split())
    return text if len(text) <= most else text[: most - 2] + "…"


def closing(state: State, opening: int) -> int:
    """The place of the bracket that closes the one at `opening`; the last token's place if none does."""
    depth = 0
    for at in range(opening, len(state.tokens)):
        depth += DEPTH.get(state.tokens[at], 0)
        if depth == 0:
            return at
    return len(state.tokens) - 2


def operand_start(tokens: list[str], last: int) -> int:
    """The first token of the operand that ends at the token `last`: a call's name, what an index or a dot is behind."""
    at = _part_start(tokens, last)
    while at > 1 and tokens[at - 1] == ".":
        at = _part_start(tokens, at - 2)
    return at


def _part_start(tokens: list[str], last: int) -> int:
    at = last
    while at > 0:
        token = tokens[at]
        if token in TRANSPOSES or token == "!" or token[:1] in (*SUPERSCRIPTS,):
            at -= 1
        elif DEPTH.get(token) == -1:
            depth = 0
            while at > 0:
                depth -= DEPTH.get(tokens[at], 0)
                if depth == 0:
                    break
                at -= 1
            behind = tokens[at - 1] if at else ""
            if at and tokens[at] == "(" and is_word(behind):
                return at - 1
            if not at or tokens[at] != "[" or not (is_word(behind) or DEPTH.get(behind) == -1 or behind in TRANSPOSES):
                return at
            at -= 1
        else:
            return at
    return at


def operand_end(state: State, first: int) -> int:
    """The last token of the operand that begins at the token `first`, with its signs, indices and powers."""
    tokens, at = state.tokens, _atom_end(state, first)
    while at + 2 < len(tokens):
        after = tokens[at + 1]
        if after == "[":
            at = closing(state, at + 1)
        elif after in TRANSPOSES or after == "!" or after[:1] in (*SUPERSCRIPTS,):
            at += 1
        elif after in ("^", "**", ".^"):
            at = _atom_end(state, at + 2)
        else:
            break
    return min(at, len(tokens) - 2)


def _atom_end(state: State, first: int) -> int:
    """The last token of a name, a number, a call or brackets, with the signs before it."""
    tokens, at = state.tokens, first
    while tokens[at] in ("-", "+", "−", "√"):
        at += 1
    if is_word(tokens[at]) and tokens[at + 1] == "(":
        at += 1
    return closing(state, at) if DEPTH.get(tokens[at]) == 1 else at


def start_of(tokens: list[str], place: int, stops: frozenset[str]) -> int:
    """The first token before `place` of what stands between the innermost open bracket, or one of `stops`, and it."""
    depth, at = 0, place
    while at > 0:
        before = tokens[at - 1]
        depth -= DEPTH.get(before, 0)
        if depth < 0 or (depth == 0 and before in stops):
            return at
        at -= 1
    return at


def end_of(tokens: list[str], place: int, stops: frozenset[str]) -> int:
    """The last token from `place` on of what stands before the innermost closing bracket, or one of `stops`."""
    depth, at = 0, place
    while at < len(tokens) - 1:
        depth += DEPTH.get(tokens[at], 0)
        if depth < 0 or (depth == 0 and tokens[at] in stops):
            return at - 1
        at += 1
    return at - 1


def entry_by_entry(factors: list[str]) -> str:
    """What to write for their product entry by entry: x'.*A, for x'*A is one of matrices in MATLAB."""
    return (".*" if any(factor.endswith(ON_PAPER) for factor in factors) else "*").join(factors)
