r"""LaTeX to tokens with their places: `\frac`, `{`, `x`, `12`, `\mathrm{ReLU}`, `\begin{cases}`. Never an error.

Letters are tokens of their own, and so are digits where TeX takes one sign alone: `\frac12`, `x^2y`. What only moves
or sizes signs is dropped: blanks, `\,`, `\left`, `\label{…}`, `%` and the rest of its line.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from bpcalc.errors import Source, Span

TEXTS = ("operatorname", "mathrm", "text", "mathit", "textrm", "textit", "textbf", "texttt", "mathsf", "mathtt", "mbox",
         "textnormal")  # fmt: skip
# What has letters or a sign in one token. The content of \text{…} is taken up to its closing brace, however deep.
WORD = re.compile(rf"\\({'|'.join(TEXTS)})\*?\s*\{{")
ENVIRONMENT = re.compile(r"\\(begin|end)\s*\{\s*([A-Za-z]*)\*?\s*\}")
COMMAND = re.compile(r"\\(?:[A-Za-z]+\*?|\\\*?(?:\s*\[[^\]\n]*\])?|.|$)", re.DOTALL)
NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?|\.[0-9]+|[0-9]+\.(?![0-9])")
SIGN = re.compile(r":=|==|<=|>=|!=|\|\||\$\$|.", re.DOTALL)
ENTRIES = r"\text{ entry by entry}"  # what bpcalc itself writes behind cases of arrays
BRACE = re.compile(r"\s*\{")
COLUMNS = re.compile(r"\s*(?:\[[a-z]\])?\s*\{[^{}]*\}")  # of an array: {cc}
COMMENT = re.compile(r"%[^\n]*")
SIZE = re.compile(r"\\(left|right|middle|[bB]igg?[lrm]?)(?![A-Za-z])\s*(\\[A-Za-z]+|\\.|.|$)", re.DOTALL)
DROPPED = frozenset([
    r"\,", r"\;", r"\:", r"\!", r"\>", r"\quad", r"\qquad", r"\displaystyle", r"\textstyle", r"\scriptstyle",
    r"\limits", r"\nolimits", r"\boxed", r"\nonumber", r"\notag", r"\allowbreak", r"\hfill", r"\strut", r"\mathstrut",
    r"\enspace", r"\thinspace", r"\centering", r"\noindent", r"\/", r"\-"
]
) | {"\\ ", "\\\n", "\\\t"}  # fmt: skip
DROPPED_WITH_GROUP = frozenset((r"\label", r"\tag", r"\hspace", r"\vspace", r"\phantom", r"\color", r"\tag*"))
ALONE = re.compile(r"[\^_]|\\(?:[dtc]?frac|sqrt)(?![A-Za-z])")  # what takes one sign behind it, or two
OPENED = {"|": r"\lvert", r"\|": r"\lVert", r"\vert": r"\lvert", r"\Vert": r"\lVert", "||": r"\lVert"}
CLOSED = {"|": r"\rvert", r"\|": r"\rVert", r"\vert": r"\rvert", r"\Vert": r"\rVert", "||": r"\rVert"}
SAME = {
    "·": r"\cdot", "⋅": r"\cdot", "∗": "*", "×": r"\times", "÷": r"\div", "−": "-", "≤": r"\le", "≥": r"\ge",
    "≠": r"\ne", "∞": r"\infty", r"\lbrace": r"\{", r"\rbrace": r"\}", r"\lbrack": "[", r"\rbrack": "]",
    r"\vert": "|", r"\Vert": r"\|", "’": "'", "′": "'", r"\prime": "'", "‖": r"\|", "∑": r"\sum", "∏": r"\prod",
    "∂": r"\partial", "∇": r"\nabla", "∫": r"\int", "⊤": r"\top", "ᵀ": r"\top", "⊙": r"\odot", "√": r"\sqrt",
    "<=": r"\le", ">=": r"\ge", "!=": r"\ne", "==": "=", r"\leq": r"\le", r"\leqslant": r"\le", r"\geq": r"\ge",
    r"\geqslant": r"\ge", r"\neq": r"\ne", r"\lt": "<", r"\gt": ">", r"\dfrac": r"\frac", r"\tfrac": r"\frac",
    r"\cfrac": r"\frac", r"\ast": "*", r"\colon": ":", "∈": r"\in", "→": r"\to",
}  # fmt: skip


class Token(NamedTuple):
    text: str
    start: int
    end: int


def is_latex(source: Source) -> bool:
    r"""Is a text read as LaTeX: is that asked for, or has it a backslash that is no comment's and ends no line?"""
    text = source.text
    if source.notation:
        return source.notation == "latex"
    if "\\" not in text:
        return text.lstrip()[:1] == "$" and text.rstrip()[-1:] == "$" and len(text.strip()) > 2
    if "#" in text:
        text = re.sub(r"(?<!\\)#[^\n]*", "", text)
    return re.search(r"\\(?![ \t\r]*(?:\n|$))", text) is not None


@lru_cache(maxsize=8)
def tokenize(text: str) -> tuple[Token, ...]:
    """The tokens of a text."""
    found: list[Token] = []
    alone: list[int] = [0]  # for each open brace: how many signs are taken one by one
    at = 0
    while at < len(text):
        if text[at].isspace() or text[at] == "~":
            at += 1
            continue
        if text[at] == "%":
            at = COMMENT.match(text, at).end()  # type: ignore[union-attr]
            continue
        token, at = _next(text, at, alone)
        if token is not None:
            found.append(token)
    return tuple(found)


def _next(text: str, at: int, alone: list[int]) -> tuple[Token | None, int]:
    """The token at a place, or None for what is dropped; and where the next one may begin."""
    character = text[at]
    if character == "\\":
        return _command(text, at, alone)
    if character == "{":
        alone.append(0)
        return Token("{", at, at + 1), at + 1
    if character == "}":
        if len(alone) > 1:
            alone.pop()
        alone[-1] = max(0, alone[-1] - 1)
        return Token("}", at, at + 1), at + 1
    match = NUMBER.match(text, at) or SIGN.match(text, at)
    assert match
    end = at + 1 if alone[-1] and character.isdigit() else match.end()
    word = text[at:end]
    if word in ("^", "_"):
        alone[-1] += 1
    elif word != "[" or not alone[-1]:
        alone[-1] = max(0, alone[-1] - 1)
    return Token(SAME.get(word, word), at, end), end


def _command(text: str, at: int, alone: list[int]) -> tuple[Token | None, int]:
    """What begins with a backslash."""
    found = _word(text, at, alone) or _environment(text, at) or _sized(text, at)
    if found and found.text == ENTRIES:
        return None, found.end
    if found:
        return found, len(text) if found.text.startswith("\\") and found.text[1:] in TEXTS else found.end
    match = COMMAND.match(text, at)
    assert match
    name, end = match[0], match.end()
    if name.endswith("*") and name not in DROPPED_WITH_GROUP and name[1:2].isalpha():
        name, end = name[:-1], end - 1
    if name in DROPPED:
        return None, end
    if name in DROPPED_WITH_GROUP:
        group = BRACE.match(text, end)
        return None, (_closing(text, group.end()) or len(text)) if group else end
    if name[:2] == "\\\\":
        name = "\\\\"
    alone[-1] = max(0, alone[-1] - 1)
    if ALONE.fullmatch(name):
        alone[-1] += 2 if name.endswith("frac") else 1
    return Token(SAME.get(name, name), at, end), end


def _word(text: str, at: int, alone: list[int]) -> Token | None:
    """Text in braces; where these are never closed, its command alone."""
    word = WORD.match(text, at)
    if not word:
        return None
    end = _closing(text, word.end())
    if not end:
        return Token(rf"\{word[1]}", at, word.end())
    alone[-1] = max(0, alone[-1] - 1)
    kind = "operatorname" if word[1] == "operatorname" else "text"
    return Token(rf"\{kind}{{{text[word.end() : end - 1]}}}", at, end)


def _environment(text: str, at: int) -> Token | None:
    environment = ENVIRONMENT.match(text, at)
    if not environment:
        return None
    columns = COLUMNS.match(text, environment.end()) if environment.groups() == ("begin", "array") else None
    end = columns.end() if columns else environment.end()
    return Token(rf"\{environment[1]}{{{environment[2]}}}", at, end)


def _sized(text: str, at: int) -> Token | None:
    r"""A bracket behind \left, \bigr and the like, which also tell on which side a bar stands."""
    sized = SIZE.match(text, at)
    if not sized or sized[1] == "middle":
        return None
    sign = SAME.get(sized[2], sized[2])
    if sized[1] == "left" or sized[1][-1:] == "l":
        sign = OPENED.get(sign, sign)
    elif sized[1] == "right" or sized[1][-1:] == "r":
        sign = CLOSED.get(sign, sign)
    return Token(rf"\{sized[1]}." if sign in (".", "") else sign, at, sized.end())


def _closing(text: str, at: int) -> int:
    """Behind the brace that closes the one before a place; 0 where none does."""
    depth = 1
    for brace in re.compile(r"\\.|[{}]", re.DOTALL).finditer(text, at):
        depth += {"{": 1, "}": -1}.get(brace[0], 0)
        if not depth:
            return brace.end()
    return 0


def locate(source: Source, first: int, last: int | None = None) -> Span:
    """Where the tokens from `first` to `last` stand."""
    found = tokenize(source.text)
    last = first if last is None else last
    if first >= len(found):
        end = len(source.text.rstrip())
        return Span(source, end, end)
    return Span(source, found[first].start, found[min(max(first, last), len(found) - 1)].end)
