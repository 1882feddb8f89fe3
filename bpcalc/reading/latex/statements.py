r"""A whole text of LaTeX: displays and alignments are taken apart into statements, `f(x) =` in front gives a name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from bpcalc.errors import BpcalcError
from bpcalc.gate import CONSTANT
from bpcalc.graph import CONSTANTS, Graph
from bpcalc.reading.latex import names
from bpcalc.reading.latex.commands import DISPLAY, DISPLAYS, GIVES
from bpcalc.reading.latex.reader import Reader
from bpcalc.reading.latex.scene import Language, Scene
from bpcalc.reading.latex.survey import survey
from bpcalc.reading.program import Program
from bpcalc.reading.state import Function, State

OPENING = frozenset(("(", "[", "{", r"\{", r"\left.", r"\lfloor", r"\lceil", r"\langle", r"\lvert", r"\lVert"))
ENDING = frozenset((")", "]", "}", r"\}", r"\rfloor", r"\rceil", r"\rangle", r"\rvert", r"\rVert", r"\right."))
GOES_ON = frozenset(("+", "-", r"\cdot", r"\times", "*", "/", "^", "_", ")", "]", "}", ",", *GIVES))
LEADS_ON = frozenset(("+", "-", r"\cdot", r"\times", "*", "/", "^", "_", ",", "(", "[", "{", *GIVES))
STEPS = frozenset((":=", r"\gets", r"\leftarrow"))
AT_THE_END = frozenset((".", ",", ";", "&"))


class Statement(NamedTuple):
    """Its first token, the one behind it, and where = stands in it outside of brackets."""

    start: int
    stop: int
    gives: tuple[int, ...]


def read(state: State, own: Language) -> Program:
    """The program of a text of LaTeX; `state` and `own` are the language's parser at the beginning of that text."""
    scene = Scene(state, own)
    _check_displays(scene)
    statements = _statements(scene)
    if not statements:
        raise BpcalcError("the expression is empty", hint=r'for example: bpcalc grad "\frac{1}{1 + e^{-x}}" x=2')
    survey(scene)
    output = -1
    for number, statement in enumerate(statements):
        output = _statement(scene, statement, number == len(statements) - 1)
    used = 1 if scene.state.source.output is None else 2  # what `--of` leaves may be without a name
    idle = [(one.start, one.stop - 1) for one in statements[:-used] if not one.gives]
    return Program.of(state, output, idle)


def _check_displays(scene: Scene) -> None:
    """Raises BpcalcError where a $, \\[ or \\begin{align} has no end, or an end no beginning."""
    opened: list[int] = []
    for place, token in enumerate(scene.tokens[: len(scene.found)]):
        word = token[:-1].rpartition("{")[2] if token.startswith((r"\begin{", r"\end{")) else ""
        if token not in DISPLAY and word not in DISPLAYS:
            continue
        before = scene.tokens[opened[-1]] if opened else ""
        closes = token == before if token[0] == "$" else token in (r"\]", r"\)") or token.startswith(r"\end{")
        if not closes:
            opened.append(place)
            continue
        if before not in (token, {r"\]": r"\[", r"\)": r"\("}.get(token), rf"\begin{{{word}}}"):
            raise scene.error(f'"{token}" closes nothing', first=place)
        opened.pop()
    if opened:
        raise scene.error(f'"{scene.tokens[opened[-1]]}" is never closed', first=opened[-1])


def _statements(scene: Scene) -> list[Statement]:
    """The statements of a text, by what stands between them outside of brackets."""
    found: list[Statement] = []
    depth, start, gives = 0, 0, list[int]()
    tokens = scene.tokens

    def end(stop: int, after: int) -> None:
        nonlocal start, gives
        while stop > start and tokens[stop - 1] in AT_THE_END:
            stop -= 1
        first = start
        while first < stop and tokens[first] == "&":
            first += 1
        if stop > first:
            found.append(Statement(first, stop, tuple(place for place in gives if first <= place < stop)))
        start, gives = after, []

    for place, token in enumerate(tokens[: len(scene.found)]):
        is_display = token in DISPLAY or (token.startswith((r"\begin{", r"\end{")) and token[:-1].rpartition("{")[2]
                                          in DISPLAYS)  # fmt: skip
        if is_display and depth == 0:
            end(place, place + 1)
        elif token in OPENING or token.startswith(r"\begin{"):
            depth += not is_display
        elif token in ENDING or token.startswith(r"\end{"):
            depth -= not is_display
        elif depth == 0 and token in (";", "\\\\") and not (
            token == "\\\\" and (_continues(scene, place) or _goes_on(scene, start, gives, place))
        ):
            end(place, place + 1)
        elif depth == 0 and token in GIVES:
            gives.append(place)
        if depth == 0 and place + 1 < len(scene.found) and _is_new_line(scene, place + 1):
            end(place + 1, place + 1)
    end(len(scene.found), len(scene.found))
    return found


def _continues(scene: Scene, place: int) -> bool:
    r"""Does the line behind `\\` go on with a sign: `\\ &\quad + b`?"""
    at = place + 1
    while at < len(scene.found) and scene.tokens[at] == "&":
        at += 1
    return at > place + 1 and scene.tokens[at] in ("+", "-", r"\cdot", r"\times")


def _goes_on(scene: Scene, start: int, gives: Sequence[int], place: int) -> bool:
    r"""Does the line behind `\\` begin with a sign, and not use what the one before gives: `L = a \\ + b`?"""
    tokens, stop = scene.tokens, len(scene.found)
    if tokens[place + 1] not in ("+", "-"):
        return False
    rest = tokens[place + 1 : next((at for at in range(place + 1, stop) if tokens[at] == "\\\\"), stop)]
    return not gives or tokens[start] not in rest


def _is_new_line(scene: Scene, place: int) -> bool:
    """Does a statement begin with the line that this token begins?"""
    between = scene.state.source.text[scene.found[place - 1].end : scene.found[place].start]
    if "\n" not in between or scene.tokens[place] in GOES_ON or scene.tokens[place] == "&":
        return False
    before = scene.tokens[place - 1]
    return before not in LEADS_ON and not before.startswith(r"\begin{") and not _is_inside_display(scene, place)


def _is_inside_display(scene: Scene, place: int) -> bool:
    """Inside of a display a new line is a blank."""
    if scene.displayed is None:
        marks, inside = list[bool](), False
        for token in scene.tokens:
            if token in (r"\[", r"\(") or (token.startswith(r"\begin{") and token[7:-1] in DISPLAYS):
                inside = True
            elif token in (r"\]", r"\)") or (token.startswith(r"\end{") and token[5:-1] in DISPLAYS):
                inside = False
            elif token in ("$", "$$"):
                inside = not inside
            marks.append(inside)
        scene.displayed = marks
    return bool(scene.displayed[place])


def _statement(scene: Scene, statement: Statement, is_last: bool) -> int:
    """Reads one statement; gives its node, of a function that is defined -1."""
    scene.place, scene.stop = statement.start, statement.stop
    if not statement.gives:
        return Reader(scene).expression()
    head = _head(scene, statement)
    first = statement.gives[-1] + 1
    while first < statement.stop and scene.tokens[first] == "&":
        first += 1
    scene.place = first
    if head.parameters and not is_last:
        _define(scene, head)
        return -1
    node = Reader(scene).expression()
    if not head.word and not is_last:
        raise scene.error("a power is no name for what follows", "write a name before =", head.place)
    return _give(scene, head, node, is_last and scene.tokens[statement.gives[0]] in STEPS)


class Head(NamedTuple):
    """What stands before the equal sign: a name, and parameters."""

    word: str
    place: int
    parameters: tuple[str, ...]


def _head(scene: Scene, statement: Statement) -> Head:
    """Raises BpcalcError where no name stands there, or two formulas are called equal."""
    start, stop = statement.start, statement.gives[0]
    found = _one_head(scene, start, stop)
    for before, after in zip(statement.gives, statement.gives[1:], strict=False):
        if _one_head(scene, before + 1, after) is None:
            hint = "leave one of them out: one formula is calculated"
            raise scene.error("two formulas are said to be equal", hint, after)
    if found is None:
        if start == stop:
            raise scene.error("this line goes on from the one before", "leave one of the formulas out", stop)
        hint = "write the formula alone, or a name before =: y = …, f(x) = …"
        if scene.tokens[start] == r"\frac" and scene.tokens[start + 2 : start + 3] in (["d"], [r"\partial"]):
            hint = "write the function alone: bpcalc diff differentiates it"
        raise scene.error("before = stands a name", hint, start, stop - 1)
    return found


def _one_head(scene: Scene, start: int, stop: int) -> Head | None:
    tokens = scene.tokens
    while start < stop and tokens[start] == "&":
        start += 1
    while stop > start and tokens[stop - 1] == "&":
        stop -= 1
    if start >= stop or not names.starts_name(tokens[start]):
        return None
    name = names.read(scene, start, strict=False)
    if name is None or name.stop > stop:
        return None
    word = names.choose(scene, name)
    if name.stop == stop:
        return Head(word, start, ())
    if tokens[name.stop] == "^" and set(tokens[name.stop + 1 : stop]) <= {"{", "2", "}"}:
        return Head("", start, ())  # \sigma^2 = … is no name for what follows
    if tokens[name.stop] != "(" or tokens[stop - 1] != ")":
        return None
    parameters: list[str] = []
    at = name.stop + 1
    while at < stop - 1:
        one = names.read(scene, at, strict=False) if names.starts_name(tokens[at]) else None
        if one is None or tokens[one.stop] not in (",", ";", "|", r"\mid", r"\|", r"\parallel", ")"):
            return None
        parameters.append(names.choose(scene, one))
        at = one.stop + 1
    return Head(word, start, tuple(parameters)) if parameters and len(set(parameters)) == len(parameters) else None


def _give(scene: Scene, head: Head, node: int, is_step: bool = False) -> int:
    """Gives a node the name before the equal sign."""
    own, word = scene.own, head.word
    if not word:
        return node
    if is_step and word in own.used and word not in own.names.keys() - own.used.keys():
        word = f"{word}_new"  # \theta \leftarrow \theta - …
        scene.note(word, f"what \\leftarrow and := give {head.word} is called {word}")
    if word in own.names or word in own.used:
        hint = f"write another name before =, as in {scene.written(head.place, head.place)}' = …"
        message = f'"{word}" is used before it is given' if word in own.used else f'the name "{word}" is given twice'
        raise scene.error(message, hint, head.place)
    if own.graph.gates[node] is CONSTANT:
        node = own.graph.constant(own.graph.leaves[node], word)
    elif own.graph.gates[node].name == "array":
        node = own.graph.named_literal(node)
    if word in CONSTANTS:
        own.graph.shadowed.add(word)
    own.names[word] = node
    return node


def _define(scene: Scene, head: Head) -> None:
    """Reads the body of a function, in a graph of its own."""
    own = scene.own
    if head.word in own.functions or head.word in own.names:
        raise scene.error(f'the name "{head.word}" is given twice', first=head.place)
    payloads = tuple(f"{parameter}(" for parameter in head.parameters)
    outer = own.graph, own.scope, own.calls
    own.graph, own.scope, own.calls, own.defining = Graph(), {}, {}, head.word
    scene.parameters = {
        parameter: own.graph.variable(payload) for parameter, payload in zip(head.parameters, payloads, strict=True)
    }
    node = Reader(scene).expression()
    own.functions[head.word] = Function(payloads, own.graph, node)
    (own.graph, own.scope, own.calls), own.defining, scene.parameters = outer, "", {}
