"""Text to tokens, and a token's place back in the text.

Tokens are bare strings: a place is looked up by scanning again, only when an error needs it, so that a million tokens
cost no positions.
"""

from __future__ import annotations

import re

from bpcalc.errors import INVISIBLE, BpcalcError, Source, Span, is_visible

SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹⁻"
NUMBER = r"(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
# What stands in quotes is an option's value: elsewhere a quote is the transpose, as in x'*A*x'.
QUOTED = r"(?:\A|(?<=[=(,])|(?<=[=(,]\s))'[^'\n]*'"
REST = rf"[-+/()\[\],;@^\n]|\*\*?|[<>=!]=?|\.T\b|\.[*/^']|\"[^\"\n]*\"|{QUOTED}|\S"
# One pattern a kind of text: the ASCII one is the faster by a third, and the other one takes long to compile.
ASCII_TOKEN = re.compile(rf"[A-Za-z_][A-Za-z0-9_]*|{NUMBER}|{REST}")
UNICODE_TOKEN = rf"[^\W0-9{SUPERSCRIPTS}ᵀ][^\W{SUPERSCRIPTS}ᵀ]*|{NUMBER}|[{SUPERSCRIPTS}]+|{REST}"
COMMENT = r"#[^\n]*"

END = ""  # the token after the last one
STOPS = frozenset((END, ";", "\n"))  # what ends a statement
FROM_SUPERSCRIPT = str.maketrans(SUPERSCRIPTS, "0123456789-")

# What people paste from lectures, in the language's own spelling.
SAME = {
    "**": "^", "·": "*", "×": "*", "⋅": "*", "∗": "*", "÷": "/", "∕": "/", "−": "-", "≤": "<=", "≥": ">=", "≠": "!=",
    ".*": "*", "./": "/", ".^": "^",
}  # fmt: skip
TRANSPOSES = frozenset((".T", "ᵀ", "'", ".'", "’", "′", "⊤"))  # what stands for it behind an array


def tokenize(source: Source) -> list[str]:
    """The tokens of a text and an `END` after them. Blanks and comments are dropped; a newline is a token."""
    text = without_comments(source.text)
    if not text.isascii():
        for character in filter(text.__contains__, INVISIBLE):  # they count as letters
            at = text.index(character)
            raise strange(character, Span(source, at, at + 1))
    tokens: list[str] = _pattern(text).findall(text)
    tokens.append(END)
    return tokens


def without_comments(text: str) -> str:
    """The text with each comment blanked out, so that all places stay."""
    return re.sub(COMMENT, lambda match: " " * len(match.group()), text) if "#" in text else text


def _pattern(text: str) -> re.Pattern[str]:
    """The pattern of the tokens of a text."""
    return ASCII_TOKEN if text.isascii() else re.compile(UNICODE_TOKEN)


def locate(source: Source, first: int, last: int | None = None) -> Span:
    """Where the tokens `first` to `last` (a place in the list of tokens; default: `first` alone) stand."""
    text = without_comments(source.text)
    last = first if last is None else last
    start = end = len(text.rstrip())
    for place, match in enumerate(_pattern(text).finditer(text)):
        if place == first:
            start, end = match.span()
        elif first < place <= last:
            end = match.end()
        elif place > last:
            break
    return Span(source, start, end)


def starts_of(text: str) -> list[int]:
    """Where each token starts."""
    text = without_comments(text)
    return [match.start() for match in _pattern(text).finditer(text)]


def canonical(name: str) -> str:
    """A name as it is compared: `w₀` is `w0`, and `π` is `pi`."""
    if name.isascii():
        return name
    from unicodedata import normalize

    normal = normalize("NFKC", name)
    return {"π": "pi", "τ": "tau"}.get(normal, normal)


def is_word(token: str) -> bool:
    """Is this token of a text a name?"""
    return (token[:1].isalpha() and token != "ᵀ") or token[:1] == "_"


def is_name(word: str) -> bool:
    """Is a word, taken from anywhere, one name of the language?"""
    if word.isascii():
        return word.isidentifier()
    is_one = is_word(word) and _pattern(word).fullmatch(word) is not None and all(map(is_visible, word))
    return is_one and canonical(word).isidentifier()


# What to do about a character that the language does not have.
HINTS = {
    "=": "a name is given at the start of a statement (q = x + y); to compare, write ==",
    "&": "conditions are numbers: write c1*c2 for both, max(c1, c2) for either",
    "|": "abs(x) is the absolute value; max(c1, c2) holds where either condition does",
    "!": "gamma(n + 1) is n!",
    "%": "x - y*floor(x/y) is the remainder; x/100 is a percentage",
    "$": "a name has no $; the shell puts its own variables in only between double quotes",
    ":": "a name is given with =, at the start of a statement",
    "{": "use round brackets",
    "}": "use round brackets",
    "\\": "LaTeX is not read: write exp(x), sqrt(x), …",
    "@": "@ stands between two matrices: A @ B; a file is read with x=@FILE",
    ".T": ".T stands behind a matrix: A.T",
    "ᵀ": "ᵀ stands behind a matrix: Aᵀ",
    "∞": "write inf",
    "∑": "write sum(x), of all entries of an array",
    "∏": "write prod(x), of all entries of an array",
    "∫": "there are no integrals here: write the antiderivative",
    "∇": "write grad(f, x) for the gradient of f by x",
    "∈": "a variable needs no set: leave it out",
    "→": "a name is given with =",
    "±": "a number that is uncertain is the value of a variable: x=5±0.3",
    "½": "write 1/2",
    "′": "a name is letters, digits and _: write dx or x2",
} | dict.fromkeys("‐‑‒–—―", "write -")  # fmt: skip


def strange(token: str, span: Span) -> BpcalcError:
    """The error for a character that the language does not have."""
    if token[0] in "\"'" and len(token) > 1:
        return BpcalcError("a text in quotes has no value here", span=span, hint="leave the quotes out")
    if token.isascii() and token.isprintable():
        return BpcalcError(f'unexpected "{token}"', span=span, hint=HINTS.get(token, ""))
    from unicodedata import category, name, normalize

    character, span = token[0], Span(span.source, span.start, span.start + 1)
    title = name(character, "").lower()
    kind = category(character)
    shown = f'"{character}" ' if is_visible(character) and kind[0] != "M" else ""
    hint, same = HINTS.get(character, ""), normalize("NFKC", character).replace("⁄", "/")
    if kind == "Cs":
        hint = "the text is not valid UTF-8"
    elif not is_visible(character):
        hint = "it cannot be seen: delete it"
    elif not hint and same.isascii() and (len(same) == 1 or "/" in same):
        hint = f"write {same}"
    code = f"U+{ord(character):04X}{' ' + title if title else ''}"
    return BpcalcError(f"unexpected character {shown}({code})", span=span, hint=hint)
