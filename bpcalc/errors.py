"""The one error family: what is wrong, where it stands in the source, and what to do about it.

Imports nothing of bpcalc. An error draws its own caret, so that every caller shows it alike.
"""

from __future__ import annotations

WINDOW = 74  # columns of a source line shown around the caret, so that it does not wrap in a terminal of 80
LONG = 200  # characters: a longer word in a message is cut
INVISIBLE = "\u115f\u1160\u3164\uffa0"  # letters that cannot be seen


class ExitStatus:
    """What the process tells the shell: a check or a strict warning failed, the input is at fault, bpcalc itself is."""

    OK = 0
    FAILED = 1
    INPUT = 2
    INTERNAL = 70
    INTERRUPTED = 130


class Source:
    """A text that a person wrote, and what to call it: a file's name, or None for a word of the command line.

    notation  "latex", "plain", or nothing: the text itself tells
    output    where the program ends and another text begins, a formula of its names that is its output (`--of`)
    """

    __slots__ = ("name", "notation", "output", "text")

    def __init__(
        self, text: str, name: str | None = None, notation: str = "", output: tuple[int, int] | None = None
    ) -> None:
        self.text = text
        self.name = name
        self.notation = notation
        self.output = output


class Span:
    """Characters `start` to `end` of a source."""

    __slots__ = ("end", "source", "start")

    def __init__(self, source: Source, start: int, end: int) -> None:
        self.source = source
        self.start = start
        self.end = max(end, start + 1)
        if source.output is not None and source.output[0] <= start < source.output[1]:  # behind what was typed
            self.start = len(source.text[:start].rstrip("\n;"))
            self.end = self.start + 1

    def place(self) -> str:
        """`FILE:LINE:COLUMN: ` for a file, nothing for a word of the command line."""
        if self.source.name is None or (self.source.output is not None and self.start >= self.source.output[1]):
            return ""
        before = self.source.text[: self.start]
        return f"{self.source.name}:{before.count(chr(10)) + 1}:{self.start - before.rfind(chr(10))}: "

    def draw(self) -> str:
        """The source line with a caret under the span, cut to a window where the line is long."""
        text = self.source.text
        begin = text.rfind("\n", 0, self.start) + 1
        stop = text.find("\n", begin)
        line = text[begin : len(text) if stop < 0 else stop]
        caret, length = self.start - begin, self.end - self.start
        line, caret = _window(line, caret, WINDOW)
        if columns(line) > WINDOW + 2:  # its characters are wide
            line, caret = _window(line, caret, WINDOW // 2)
        line = "".join(character if is_visible(character) else " " for character in line)
        length = max(1, min(length, len(line) - caret))
        return f"  {line}\n  {' ' * columns(line[:caret])}{'^' * max(1, columns(line[caret : caret + length]))}"


def _window(line: str, caret: int, size: int) -> tuple[str, int]:
    """At most `size` characters of a line around the caret, with … where it is cut; and the caret's new place."""
    if len(line) <= size + 2:
        return line, caret
    cut = min(max(0, caret - size // 2), len(line) - size)
    head, tail = "…" if cut else "", "…" if cut + size < len(line) else ""
    return head + line[cut : cut + size] + tail, caret - cut + len(head)


def columns(text: str) -> int:
    """How many terminal columns a text takes: wide East Asian characters take two, combining marks none."""
    if text.isascii():
        return len(text)
    from unicodedata import category, east_asian_width

    return sum(0 if category(c) in ("Mn", "Me") else 2 if east_asian_width(c) in "WF" else 1 for c in text)


class BpcalcError(Exception):
    """The input is at fault. `message` says what is wrong, `span` where, `hint` what to do about it."""

    def __init__(self, message: str, *, hint: str = "", span: Span | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.span = span

    def __str__(self) -> str:
        return _tame(self.message)

    def render(self) -> str:
        """The whole message, as it stands behind `error:` on standard error."""
        place = visible(self.span.place()) if self.span else ""
        lines = [f"{place}{_tame(self.message)}"]
        if self.span and self.span.source.text:
            lines.append(self.span.draw())
        if self.hint:
            lines.append(f"  {_tame(self.hint)}")
        return "\n".join(lines)


def visible(text: str) -> str:
    """A text that quotes the input, fit to be shown.

    What a terminal would obey, what turns the direction of writing and what cannot be seen stands there as an escape:
    `\\x1b`, `\\u202e`; a line break too, so that the input makes no lines of ours.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(c if is_visible(c) else c.encode("unicode_escape").decode() for c in text)


def is_visible(character: str) -> bool:
    """Is the character seen as itself wherever it is printed?"""
    return character.isprintable() and character not in INVISIBLE


def _tame(text: str) -> str:
    """A message fit for a terminal, whatever it quotes: no control characters, and no word of a million letters."""
    if len(text) > LONG:
        text = " ".join(word if len(word) <= LONG else f"{word[: LONG // 2]}…{word[-8:]}" for word in text.split(" "))
    return visible(text)


def did_you_mean(word: str, known: object) -> str:
    """`did you mean "tanh"?`, or nothing where no known word is close to `word`."""
    from difflib import get_close_matches

    candidates = [str(name) for name in known]  # type: ignore[attr-defined]
    if len(candidates) > 5000 or len(word) > 200:
        return ""
    folded = {name.casefold(): name for name in candidates}
    sought = word.casefold()
    if sought in folded:
        return f"did you mean {folded[sought]}?"
    close = [name for name in folded if name.startswith(sought) and len(sought) > 2][:2]
    close = close or get_close_matches(sought, folded, n=2, cutoff=0.6 if len(sought) < 4 else 0.7)
    return f"did you mean {' or '.join(folded[name] for name in close)}?" if close else ""
