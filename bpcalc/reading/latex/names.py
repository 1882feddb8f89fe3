r"""What is one name in LaTeX, and how it is spelled in bindings and tables: `\hat{y}_i` is y_hat_i, `w^{(1)}` is w_1.

Each has several spellings; the one that has a value is meant, and else the first. An index in digits is x1 or x_1, one
in letters x_ij or xij. What stands over a letter is a word of the name, a font is not.
"""

from __future__ import annotations

from typing import NamedTuple

from bpcalc.gates.arrays import SPELLINGS
from bpcalc.reading.latex.commands import (
    ACCENTS,
    BOTH,
    CHARACTERS,
    CONDITIONS,
    EITHER,
    FONTS,
    FUNCTIONS,
    GREEK,
    LETTERS,
    OTHERWISE,
    SYMBOLS,
)
from bpcalc.reading.latex.scene import Scene
from bpcalc.reading.lexer import END, is_name

LIKE = {"varepsilon": "epsilon", "varphi": "phi", "vartheta": "theta", "varrho": "rho", "varsigma": "sigma"}
PLAIN_WORDS = CONDITIONS | OTHERWISE | BOTH | EITHER  # no names
INDICES = frozenset("ijklmn")  # letters that stand for indices more often than for factors
MOST = 12  # letters that stand side by side: more are no product, but a word
SIGNS = {"-": "minus", "+": "plus", "*": "star", "'": "prime", r"\star": "star", r"\max": "max", r"\min": "min",
         r"\infty": "inf", r"\dagger": "dagger", r"\exp": "exp", r"\log": "log", r"\top": "T"}  # fmt: skip
SILENT = frozenset(("_", "^", "(", ")"))  # in an index that is spelled
DEPTH = {"(": 1, "{": 1, ")": -1, "}": -1}

Parts = tuple[tuple[str, ...], ...]
Spans = tuple[tuple[int, int], ...]


class Name(NamedTuple):
    """A name as it is written.

    bases   the spellings of what carries the index
    parts   of the index, what stands between its commas: tokens each, without braces; spans: where these stand
    upper   the texts of an index above, w^{(1)}, which stands at `above`; after: primes and stars
    stop    the token behind it; below: the token behind the index
    font    the fonts of the letter
    """

    bases: tuple[str, ...]
    parts: Parts
    upper: str
    after: str
    start: int
    stop: int
    font: str
    spans: Spans = ()
    above: tuple[int, int] = (0, 0)

    def spellings(self, parts: tuple[str, ...] | None = None) -> list[str]:
        """The names that it may be in a binding, the first one first; `parts` with numbers for indices."""
        texts = tuple(_word(part) for part in self.parts) if parts is None else parts
        found = [*self.bases]
        if texts:
            joined, apart = "".join(texts), "_".join(texts)
            below = [f"_{joined}", joined, f"_{apart}"] + [f"_{'_'.join(joined)}"] * (1 < len(joined) < 4)
            if joined.isdigit():
                below = [joined, f"_{joined}"] if len(texts) == 1 else [f"_{apart}", joined, f"_{joined}"]
            found = [base + end for end in below for base in self.bases]
        if self.upper:
            found = [name + end for end in (f"_{self.upper}", self.upper) for name in found]
        return list(dict.fromkeys(name + self.after for name in found))

    def key(self) -> str:
        """What it looks like, the same for all ways to write it; a font counts where no index stands."""
        return f"{self.font if not self.parts else ''} {self.bases[0]} {self.parts} {self.upper} {self.after}"


def starts_name(token: str) -> bool:
    """May a name start with this token?"""
    if token[:1] != "\\":
        return len(token) == 1 and token.isalpha()
    word = token[1:]
    return word in ACCENTS or word in FONTS or word in GREEK or word in SYMBOLS or token.startswith(r"\text{")


def read(scene: Scene, place: int, strict: bool = True) -> Name | None:
    """The name that stands at a place. None where none does; where `strict`, a name that is none is an error."""
    tokens, start, stop = scene.tokens, place, scene.stop
    accents, fonts, closers = list[str](), list[str](), 0
    while place < stop and (tokens[place][1:] in ACCENTS or tokens[place][1:] in FONTS) and tokens[place][0] == "\\":
        (accents if tokens[place][1:] in ACCENTS else fonts).append(tokens[place][1:])
        place += 1
        if place < stop and tokens[place] == "{":
            closers, place = closers + 1, place + 1
        if len(accents) + len(fonts) > MOST:
            return None
    base = _base(tokens[place] if place < stop else END)
    if not base:
        return None
    letters = 1
    if not closers and base[0] == tokens[place] and len(tokens[place]) == 1:
        letters = split(scene, place)
        base = ("".join(tokens[place : place + letters]),)
    place += letters
    while closers and place < stop and base[0].isascii() and len(tokens[place]) == 1 and tokens[place].isalpha():
        base, place = (base[0] + tokens[place],), place + 1  # \mathbf{Wx}
    parts: Parts = ()
    spans: Spans = ()
    if closers and place < stop and tokens[place] == "_":
        parts, spans, place = _below(scene, place, strict)
    while closers and place < stop and tokens[place] == "}":
        closers, place = closers - 1, place + 1
    if closers:
        if strict:
            raise scene.error("there is more than one name under this", "write one letter, or \\mathrm{word}", start)
        return None
    for accent in reversed(accents):
        base = (*(f"{one}_{ACCENTS[accent]}" for one in base), *(f"{one}{ACCENTS[accent]}" for one in base))
    return _with_indices(scene, base, (parts, spans), (start, place), "".join(fonts), strict)


def letter(scene: Scene, place: int) -> Name | None:
    """The name of the one letter at a place, with its index, as indices have it: x_{ij} has two of them."""
    base = _base(scene.tokens[place])
    return _with_indices(scene, base, ((), ()), (place, place + 1), "", strict=False) if base else None


def _with_indices(
    scene: Scene, base: tuple[str, ...], below: tuple[Parts, Spans], places: tuple[int, int], font: str, strict: bool
) -> Name:
    """The name with what stands below, above and behind it."""
    tokens, stop = scene.tokens, scene.stop
    (start, place), (parts, spans) = places, below
    upper = after = ""
    raised = 0, 0
    while place < stop:
        token = tokens[place]
        if token == "_" and not parts:
            parts, spans, place = _below(scene, place, strict)
        elif token == "'" and not _is_transpose(scene, base):
            after, place = after + "_prime", place + 1
        elif token == "^" and not upper and (above := _above(scene, place)):
            raised = (place + 3, above[2] - 2) if above[0] else raised  # between ^{( and )}
            upper, after, place = upper + above[0], after + above[1], above[2]
        else:
            break
    return Name(base, parts, upper, after, start, place, font, spans, raised)


def _is_transpose(scene: Scene, base: tuple[str, ...]) -> bool:
    """Is ' behind a name the transpose: has an array this name, and nothing that with a prime?"""
    is_array = any(getattr(scene.bound(name), "shape", ()) for name in base)
    return is_array and not any(scene.has_value(f"{name}_prime") for name in base)


def _base(token: str) -> tuple[str, ...]:
    """The spellings of one letter, or one word."""
    if token.startswith(r"\text{"):
        word = plain(token)
        return (word,) if is_name(word) and word.strip("_").lower() not in PLAIN_WORDS else ()
    word = token[1:] if token[:1] == "\\" else ""
    if word in SYMBOLS:
        return (SYMBOLS[word],)
    if token in LETTERS:
        word = LETTERS[token]
    letter = (CHARACTERS[word],) if word in CHARACTERS else ()
    if word in GREEK:
        like = (LIKE[word],) if word in LIKE else ()
        short = ("eps", "ε", "ϵ") if word in ("epsilon", "varepsilon") else ("lam", "lamda") * (word == "lambda")
        return tuple(dict.fromkeys((*like, word, *letter, *short)))
    return (token,) if len(token) == 1 and token.isalpha() and is_name(token) else ()


def plain(token: str) -> str:
    r"""The word in \text{learning rate}: learning_rate."""
    text = token[token.index("{") + 1 : -1].replace("\\_", "_").strip()
    for spaced in ("\\,", "\\ ", "~", "-", " "):
        text = text.replace(spaced, "_")
    return text


def _below(scene: Scene, place: int, strict: bool) -> tuple[Parts, Spans, int]:
    """The parts of the index behind a _, where they stand, and the token behind it."""
    tokens = scene.tokens
    if place + 1 >= scene.stop:
        raise scene.error("an index is missing", first=place)
    if tokens[place + 1] != "{":
        letters = "".join(tokens[place + 1 : place + 1 + length_of_run(scene, place + 1)])
        if strict and len(letters) > 1 and all(one in INDICES or one in scene.running for one in letters):
            hint = f"put braces around it, _{{{letters}}}, or a blank behind _{letters[0]}"
            raise scene.error(f'"_{letters}" can be read two ways', hint, place, place + len(letters))
        return ((tokens[place + 1],),), ((place + 1, place + 2),), place + 2
    last = scene.braces.get(place + 1)
    if last is None:
        raise scene.error("this brace is never closed", "add a }", place + 1)
    stop = last + 1
    while tokens[place + 2] == "{" and scene.braces.get(place + 2) == last - 1:
        place, last = place + 1, last - 1
    spans, depth, start = list[tuple[int, int]](), 0, place + 2
    for at in range(place + 2, last + 1):
        depth += DEPTH.get(tokens[at], 0)
        if at == last or (tokens[at] == "," and not depth):
            spans.append((start, at))
            start = at + 1
    parts = tuple(tuple(token for token in tokens[first:end] if token not in ("{", "}")) for first, end in spans)
    if strict and not all(parts):
        raise scene.error("an index is missing", first=place, last=last)
    return parts, tuple(spans), stop


def _above(scene: Scene, place: int) -> tuple[str, str, int] | None:
    """What stands behind a ^ that belongs to a name: the index of w^{(1)}, the star of w^*; and the token behind it."""
    tokens, stop = scene.tokens, scene.stop
    first = tokens[place + 1] if place + 1 < stop else END
    if first in ("*", r"\star"):
        return "", "_star", place + 2
    if first == "'":
        return "", "_prime", place + 2
    last = scene.braces.get(place + 1) if first == "{" else None
    if last is None or last - place > 2 * MOST:
        return None
    inside = tokens[place + 2 : last]
    if inside in (["*"], [r"\star"]):
        return "", "_star", last + 1
    if inside and set(inside) == {"'"}:
        return "", "_prime" * len(inside), last + 1
    brackets = (inside[0], inside[-1]) if len(inside) > 2 else ()
    if brackets in (("(", ")"), ("[", "]")):
        text = _word(tuple(inside[1:-1]))
        return (text, "", last + 1) if text.isalnum() or is_name(text) else None
    return None


def _word(part: tuple[str, ...]) -> str:
    """The text of a part of an index: ij, t_minus_1, theta, max."""
    found = ""
    for token in part:
        if token in SILENT:
            continue
        word = SIGNS.get(token) or next(iter(_base(token)), "")
        if word == "" and token.isdigit():
            word = token
        if word in ("minus", "plus"):
            word = f"_{word}_"
        found += word or "?"
    return found


def choose(scene: Scene, name: Name, spellings: list[str] | None = None) -> str:
    """The spelling that is meant: the one that has a value, or else the first.

    Raises BpcalcError where two have one, or where two names of the text come to the same spelling.
    """
    found = spellings or name.spellings()
    if any("?" in one for one in found):
        raise scene.error(f'"{scene.written(name.start, name.stop - 1)}" is no name',
                          "an index is letters and digits, with commas between them", name.start, name.stop - 1)
    given = [one for one in found if scene.has_value(one)]
    if len(given) > 1:
        raise scene.error(f'"{scene.written(name.start, name.stop - 1)}" can be {given[0]} or {given[1]}',
                          "give only one of them a value", name.start, name.stop - 1)
    word = given[0] if given else found[0]
    if spellings is None:
        key = scene.spelled.setdefault(word, name.key())
        if key != name.key():
            raise scene.error(
                f'two names of this text come to "{word}" here', "write one of them with another letter", name.start,
                name.stop - 1,
            )
    return word


def length_of_run(scene: Scene, place: int) -> int:
    """How many letters and digits stand side by side from a letter on."""
    at = place + 1
    while at < scene.stop and not scene.is_apart(at) and scene.tokens[at].isalnum() and at - place < 4 * MOST:
        at += 1
    return at - place


def split(scene: Scene, place: int) -> int:
    """How many of the letters that stand side by side from here on are one name: all of `rate`, the first of `wx`.

    Raises BpcalcError where that can be told two ways.
    """
    if place in scene.parts:
        return scene.parts[place]
    length = length_of_run(scene, place)
    tokens = scene.tokens[place : place + length]
    single = [1] * length
    if length == 1 or not tokens[0].isascii():
        return 1
    ways = [way for way in _ways(scene, tokens) if any(one > 1 for one in way)]
    letters = [token for token in tokens if token.isalpha()]
    if all(scene.has_value(one) or one in ("e", *scene.running) for one in letters) and len(letters) == length:
        ways.append(single)
    if len(ways) > 1:
        shown = [r" \, ".join(_pieces(tokens, way)) for way in ways[:2]]
        hint = " or ".join(one if " " in one else rf"\mathrm{{{one}}}" for one in shown)
        raise scene.error(f'"{"".join(tokens)}" can be read two ways', f"write {hint}", place, place + length - 1)
    if not ways:
        _check_word(scene, "".join(tokens), place)
    at = place
    for one in ways[0] if ways else single:
        scene.parts[at] = one
        at += one
    return scene.parts[place]


def _check_word(scene: Scene, run: str, place: int) -> None:
    """Raises BpcalcError for `sin(x)` and `theta` without a backslash, which would be products of letters."""
    gates = FUNCTIONS.keys() | SPELLINGS.keys()
    word = next((run[:stop] for stop in range(len(run), 1, -1) if run[:stop] in gates or run[:stop] in GREEK), "")
    if not word or (len(run) > len(word) + 1 and len(word) < 3):
        return
    written = f"\\{word}" if word in FUNCTIONS or word in GREEK else rf"\operatorname{{{word}}}"
    hint = rf"put a backslash before it, {written}, or blanks between factors: {' '.join(word)}"
    raise scene.error(f'"{word}" can be a word, or a product of letters', hint, place, place + len(word) - 1)


def _pieces(tokens: list[str], way: list[int]) -> list[str]:
    at, found = 0, []
    for one in way:
        found.append("".join(tokens[at : at + one]))
        at += one
    return found


def _ways(scene: Scene, tokens: list[str]) -> list[list[int]]:
    """The ways to part letters into names that have a value, at most two."""
    if len(tokens) > 2 * MOST:
        return []
    ways: list[list[list[int]]] = [[[]]]
    for stop in range(1, len(tokens) + 1):
        found: list[list[int]] = []
        for start in range(stop):
            word = "".join(tokens[start:stop])
            if ways[start] and tokens[start].isalpha() and (scene.has_value(word) or word == "e"):
                found += [[*way, stop - start] for way in ways[start]]
        ways.append(found[:3])
    return ways[-1][:2]
