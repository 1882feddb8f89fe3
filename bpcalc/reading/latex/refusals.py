"""What the reader says of a text that it does not read: the command, its column, and what to write instead."""

from __future__ import annotations

from difflib import get_close_matches

from bpcalc.errors import BpcalcError, Span, did_you_mean
from bpcalc.reading.latex import commands
from bpcalc.reading.latex.commands import ACCENTS, BRACKETS, CLOSING, FONTS, FUNCTIONS, GREEK, REFUSED
from bpcalc.reading.latex.scene import Scene
from bpcalc.reading.lexer import END, strange

KNOWN = (*FUNCTIONS, *GREEK, *ACCENTS, *FONTS, "frac", "sqrt", "sum", "prod", "cdot", "times", "left", "right",
         "begin", "end", "operatorname", "mathrm", "text", "lvert", "rvert", "lVert", "rVert", "infty", "top",
         "odot")  # fmt: skip
OPERATORS = frozenset(rf"\{word}" for word in [
    "cdot", "times", "odot", "circ", "div", "le", "ge", "ne", "bmod", "oslash", "land", "lor"
])


def column(scene: Scene, place: int) -> int:
    """The column of a token in its line, counted from 1."""
    start = scene.found[place].start
    return start - scene.state.source.text.rfind("\n", 0, start)


def unknown(scene: Scene) -> BpcalcError:
    """For what stands at this place, and has no meaning there."""
    token, place = scene.token(), scene.place
    if token == END:
        return missing(scene)
    if token[:1] != "\\":
        return _character(scene, token, place)
    at = f"at column {column(scene, place)}"
    if token == "\\":
        return scene.error(f"a backslash without a command {at}")
    if token.startswith((r"\begin", r"\end")):
        return _environment(scene, at)
    if token.startswith((r"\text{", r"\operatorname{")):
        return scene.error(f"text has no value here ({at})", "a name is letters, digits and _: \\mathrm{rate}")
    if token.startswith((r"\text", r"\math", r"\operatorname")) and token.partition("{")[0][1:] not in FONTS:
        return scene.error(f'the brace of "{token}" {at} is never closed', "add a }")
    return _command(scene, token, at)


def _command(scene: Scene, token: str, at: str) -> BpcalcError:
    """For a command."""
    word = token[1:]
    if word in REFUSED:
        return scene.error(f'"{token}" {at} is not read', REFUSED[word])
    if word in FUNCTIONS or word in GREEK or token in ("\\\\", r"\}", r"\rvert", r"\rVert", *CLOSING):
        return scene.error(f'unexpected "{token}" {at}')
    if token in (r"\left.", r"\right."):
        return scene.error(f'"{token[:-1]}" {at} needs a bracket', "a bar with values put in is not read")
    if not word.isalpha():
        return scene.error(f'the LaTeX command "{token}" {at} is not known')
    if word in ACCENTS or word in FONTS:
        return scene.error(f'a letter is missing behind "{token}" {at}', rf"write {token}{{x}}")
    if token in (r"\sum", r"\prod"):
        return scene.error(f'"{token}" {at} has no index', rf"write {token}_{{i=1}}^{{n}} x_i, or {token}_i x_i")
    if token in OPERATORS:
        return scene.error(f'something is missing before "{token}" {at}')
    left = scene.tokens[scene.place - 1] if scene.place else ""
    if left.isalpha() and scene.state.has_value(word) and scene.state.has_value(left):  # as MATLAB has it
        hint = f"write solve({left}, {word}) for inv({left})@{word}"
        return scene.error(f'"{token}" {at} is no command of LaTeX', hint)
    close = get_close_matches(word, KNOWN, n=1)
    return scene.error(f'the LaTeX command "{token}" {at} is not known', rf"did you mean \{close[0]}?" if close else "")


def _character(scene: Scene, token: str, place: int) -> BpcalcError:
    found = scene.found[place]
    if token in CLOSING or token in ("&", ",", ";", "=", ":=", "'", "^", "_", "+", "-", "*", "/", "<", ">", "!"):
        hint = "put a brace or a letter before it" if token in ("^", "_") else ""
        return scene.error(f'something is missing before "{token}"', hint)
    return strange(token, Span(scene.state.source, found.start, found.end))


def _environment(scene: Scene, at: str) -> BpcalcError:
    token = scene.token()
    word = token.partition("{")[2][:-1]
    if not word:
        return scene.error(f'"{token}" {at} needs the name of an environment', r"write \begin{cases} … \end{cases}")
    if token.startswith(r"\end"):
        return scene.error(f'"{token}" {at} closes nothing')
    if word in commands.CASES or word in commands.MATRICES or word in commands.DISPLAYS:
        return scene.error(f'"{token}" {at} cannot stand here')
    hint = did_you_mean(word, (*commands.MATRICES, "cases", "align"))
    return scene.error(f'the environment "{word}" {at} is not known', hint)


def missing(scene: Scene) -> BpcalcError:
    """The text ends too early."""
    if scene.opens:
        return never_closed(scene)
    if scene.place == 0 or not scene.found:
        return scene.error("the expression is empty")
    last = max(0, scene.place - 1)
    return scene.error(f'something is missing behind "{scene.tokens[last]}"', first=last)


def never_closed(scene: Scene) -> BpcalcError:
    """For the innermost bracket that is open."""
    opened = scene.opens[-1]
    token = scene.tokens[opened.place]
    at = f"at column {column(scene, opened.place)}"
    return scene.error(f'"{token}" {at} is never closed', f"add a {opened.closes}", opened.place)


def never_opened(scene: Scene) -> BpcalcError:
    """For a closing bracket that does not belong to the innermost open one."""
    token = scene.token()
    at = f"at column {column(scene, scene.place)}"
    if not scene.opens:
        return scene.error(f'this "{token}" {at} closes nothing')
    opened = scene.opens[-1]
    other = scene.tokens[opened.place]
    hint = f"write {opened.closes}" if other in BRACKETS else ""
    return scene.error(f'this "{token}" {at} closes a "{other}"', hint)
