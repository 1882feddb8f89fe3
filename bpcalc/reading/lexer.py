"""Text to tokens, and a token's place back in the text.

Tokens are bare strings: a place is looked up by scanning again, only when an error needs it, so that a million tokens
cost no positions.
"""

from __future__ import annotations

from bpcalc.errors import INVISIBLE, BpcalcError, Source, Span, is_visible
from bpcalc.typed import TYPE_CHECKING

if TYPE_CHECKING:
    import re
    from types import ModuleType

SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹⁻"
FRACTIONS = {
    "½": (1, 2), "⅓": (1, 3), "⅔": (2, 3), "¼": (1, 4), "¾": (3, 4), "⅕": (1, 5), "⅖": (2, 5), "⅗": (3, 5), "⅘": (4, 5),
    "⅙": (1, 6), "⅚": (5, 6), "⅐": (1, 7), "⅛": (1, 8), "⅜": (3, 8), "⅝": (5, 8), "⅞": (7, 8), "⅑": (1, 9),
    "⅒": (1, 10),
}  # fmt: skip
# Letters that Unicode has raised and lowered; as plain ones 2ˣ would be 2*x, and xᵢ the name xi.
RAISED = "ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᵅᵝᵞᵟᵋᶿᶥᵠᵡ"
LOWERED = "ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵧᵨᵩᵪ"
# what Unicode counts as letters and digits, and is no part of a name
APART = f"{SUPERSCRIPTS}{''.join(FRACTIONS)}ᵀ{RAISED}{LOWERED}"
ACCENTS = "\u0300-\u034e\u0350-\u036f\u20d0-\u20dc"  # that stand behind their letter: é as macOS writes it, x̂, v⃗
NUMBER = r"(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
# What stands in quotes is an option's value: elsewhere a quote is the transpose, as in x'*A*x'.
QUOTED = r"(?:\A|(?<=[=(,])|(?<=[=(,]\s))'[^'\n]*'"
REST = rf"[-+/()\[\],;@^\n]|\*\*?|[<>=!]=?|\|\|?|&&?|\.T\b|\.[*/^']|\"[^\"\n]*\"|{QUOTED}|\S"
# One pattern a kind of text: the simpler it is the faster (the first one takes two thirds of the time of the second),
# and the others take long to compile.
INDEX = r"(?:(?<=_)\{\w+\})?"  # of x_{12}, as LaTeX has it: the name is x_12
RARE = ("{", '"', "'")  # what only the others know
PLAIN_TOKEN = (
    r"[A-Za-z_][A-Za-z0-9_]*|[-+/()\[\],;@^\n]|[0-9]+\.?[0-9]*(?:[eE][+-]?[0-9]+)?|\.[0-9]+(?:[eE][+-]?[0-9]+)?"
    r"|\*\*?|[<>=!]=?|\|\|?|&&?|\.T\b|\.[*/^]|\S"
)
ASCII_TOKEN = rf"[A-Za-z_][A-Za-z0-9_]*{INDEX}|{NUMBER}|{REST}"
UNICODE_TOKEN = rf"[^\W0-9{APART}][^\W{APART}]*(?:[{ACCENTS}]+[^\W{APART}]*)*{INDEX}|{NUMBER}|[{SUPERSCRIPTS}]+|{REST}"
# What a short text is mostly made of: signs that are a token each wherever they stand, but for ** and ==.
SIGNS = "+-*/^=()[],;@\n"
SPACED = str.maketrans({sign: f" {sign} " for sign in SIGNS} | {"\t": " "})
SINGLE = frozenset(SIGNS)
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_"
SHORT = 1000  # characters
COMMENT = r"#[^\n]*"
TOLD = r"""(?ms)^[ \t]*(\"{3}|'{3}).*?\1"""  # what a function of Python, or a file, tells of itself
CONTINUED = r"\\[ \t\r]*\n"  # a line that ends with a backslash
# What a session of Python or IPython, or a text in Markdown, has at the beginning of its lines.
PROMPT = r"(?m)^[ \t]*(?:>>>|\.\.\.(?=[ \t]|$)|In \[[0-9]*\]:|\.\.\.:|```\w*[ \t]*$)"
SESSION = r"[ \t]*(?:>>>|In \[[0-9]*\]:)"
PROMPTS = (">>>", "In [", "```")
MARKS = ("#", "\\", '"""', "'''", *PROMPTS)  # at least one of these stands in a text with any of the four

# What is typed with an East Asian keyboard: the signs and digits from ！ to ～ that are as wide as a character there.
FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F) if not chr(code).isalpha()}
END = ""  # the token after the last one
STOPS = frozenset((END, ";", "\n"))  # what ends a statement
FROM_SUPERSCRIPT = str.maketrans(SUPERSCRIPTS, "0123456789-")

# What people paste from lectures, in the language's own spelling.
SAME = {
    "**": "^", "·": "*", "×": "*", "⋅": "*", "∙": "*", "∗": "*", "⊙": "*", "÷": "/", "∕": "/", "−": "-", "≤": "<=",
    "≥": ">=", "≠": "!=", ".*": "*", "./": "/", ".^": "^",
}  # fmt: skip
ON_PAPER = ("'", "’", "′", "ᵀ", "⊤", "^T", "**T", "^{T}")  # transposes that no library has
TRANSPOSES = frozenset((".T", "ᵀ", "'", ".'", "’", "′", "⊤"))  # what stands for it behind an array


def tokenize(source: Source) -> list[str]:
    """The tokens of a text and an `END` after them. Blanks and comments are dropped; a newline is a token."""
    if (latex := _latex(source)) is not None:
        return [token.text for token in latex.tokenize(source.text)] + [END]
    text = without_comments(source.text)
    if not text.isascii():
        for character in filter(text.__contains__, f"{INVISIBLE}{RAISED}{LOWERED}"):  # they count as letters
            at = text.index(character)
            raise strange(character, Span(source, at, at + 1))
    tokens = _simple(text) if len(text) < SHORT else None
    if tokens is None:
        tokens = _pattern(text).findall(text)
    tokens.append(END)
    return tokens


def _simple(text: str) -> list[str] | None:
    """The tokens of a short text that has nothing but ASCII names, numbers and single signs, as the pattern finds them;
    None for any other. Importing `re` takes longer than all else that a small calculation imports and does."""
    if not text.isascii() or "**" in text or "==" in text:
        return None
    found: list[str] = []
    for word in filter(None, text.translate(SPACED).split(" ")):
        if word in SINGLE or word.isdigit() or word.isidentifier():
            found.append(word)
            continue
        number = word.rstrip(LETTERS)  # 2x is 2 and x, but 2e5 one number
        name = word[len(number) :]
        whole, dot, decimals = number.partition(".")
        if not whole.isdigit() or (dot and not decimals.isdigit()) or name[:1] in ("e", "E"):
            return None
        found.extend((number, name) if name else (number,))
    return found


def without_comments(text: str) -> str:
    """The text with comments, texts in triple quotes, prompts and line breaks behind a backslash blanked out, and
    plain characters for full-width ones, so that all places stay."""
    if not text.isascii():
        text = text.translate(FULL_WIDTH)
    if not any(mark in text for mark in MARKS):
        return text
    import re

    text = re.sub(TOLD, lambda match: re.sub(r"[^\n]", " ", match.group()), text)
    if any(mark in text for mark in PROMPTS):
        text = _without_prompts(text)
    text = re.sub(COMMENT, lambda match: " " * len(match.group()), text)
    return re.sub(CONTINUED, lambda match: " " * len(match.group()), text)


def _without_prompts(text: str) -> str:
    """A session with Python has what was typed behind prompts; other lines behind the first are what it answered."""
    import re

    lines, is_session = text.split("\n"), False
    for place, line in enumerate(lines):
        is_session = is_session or re.match(SESSION, line) is not None
        typed = re.sub(PROMPT, lambda match: " " * len(match.group()), line)
        lines[place] = " " * len(line) if is_session and typed == line else typed
    return "\n".join(lines)


def _latex(source: Source) -> ModuleType | None:
    """What makes the tokens of a text of LaTeX, and nothing for any other text."""
    if not source.notation and "\\" not in source.text and source.text.lstrip()[:1] != "$":
        return None
    from bpcalc.reading.latex import tokens

    return tokens if tokens.is_latex(source) else None


def is_latex(source: Source) -> bool:
    """Is the text read as LaTeX?"""
    return _latex(source) is not None


def _pattern(text: str) -> re.Pattern[str]:
    """The pattern of the tokens of a text."""
    import re

    if not text.isascii():
        return re.compile(UNICODE_TOKEN)
    return re.compile(ASCII_TOKEN if any(map(text.__contains__, RARE)) else PLAIN_TOKEN)


def locate(source: Source, first: int, last: int | None = None) -> Span:
    """Where the tokens `first` to `last` (a place in the list of tokens; default: `first` alone) stand."""
    if (latex := _latex(source)) is not None:
        return latex.locate(source, first, last)  # type: ignore[no-any-return]
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


def signed_numbers(text: str) -> list[str]:
    """The numbers in a text, each with its sign, without blanks and without zeros in front."""
    import re

    found = re.findall(rf"[-−]?\s*{NUMBER}", text)
    return [re.sub("^(-?)0+(?=[0-9])", r"\1", one.replace(" ", "")) for one in found]


def canonical(name: str) -> str:
    """A name as it is compared: `w₀` is `w0`, `π` is `pi`, and `x_{12}` is `x_12`."""
    if name[-1:] == "}":
        name = name.replace("{", "").replace("}", "")
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
    if word.isascii() and word[-1:] != "}":
        return word.isidentifier()
    is_one = is_word(word) and _pattern(word).fullmatch(word) is not None and all(map(is_visible, word))
    return is_one and canonical(word).isidentifier()


# What to do about a character that the language does not have.
HINTS = {
    "=": "a name is given at the start of a statement (q = x + y); to compare, write ==",
    "&": "conditions are numbers: write c1*c2 for both, max(c1, c2) for either",
    "|": "abs(x) is the absolute value; max(c1, c2) holds where either condition does",
    "!": "n! is the factorial; != compares",
    "%": "x % y is the remainder; x/100 is a percentage",
    "$": "a name has no $; the shell puts its own variables in only between double quotes",
    ":": "a name is given with =, at the start of a statement",
    "{": "use round brackets",
    "}": "use round brackets",
    "\\": "a backslash stands before a command of LaTeX: \\frac{1}{2}",
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
    "∛": "write cbrt(x)",
    "∘": "write x*y for the product entry by entry",
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
    if character in RAISED:
        hint = f"write ^{same}, or ^(…) around a longer exponent"
    elif character in LOWERED:
        hint = f"write _{same} for a part of the name, [{same}] for an entry of an array"
    elif kind == "Cs":
        hint = "the text is not valid UTF-8"
    elif not is_visible(character):
        hint = "it cannot be seen: delete it"
    elif not hint and same.isascii() and (len(same) == 1 or "/" in same):
        hint = f"write {same}"
    code = f"U+{ord(character):04X}{' ' + title if title else ''}"
    return BpcalcError(f"unexpected character {shown}({code})", span=span, hint=hint)
