r"""What a function is given by name: \mathrm{axis=0}, \mathrm{keepdims=True}; the letters of `einsum`."""

from __future__ import annotations

import json
import re
from typing import Any

from bpcalc.gate import Gate
from bpcalc.gates.arrays import GATES
from bpcalc.reading.gate_options import words
from bpcalc.reading.latex.scene import Scene
from bpcalc.reading.state import Frame

NUMBERS = re.compile(r"-?[\d.]+(?:e[-+]?\d+)?|\[[-+\d.e,\s\[\]]*\]")
DEEPEST = 8  # brackets in brackets that an option may have
AS_IN = "as in \\mathrm{axis=0}, \\mathrm{axis=[0, 2]}, \\mathrm{keepdims=True}"


def option(scene: Scene) -> bool:
    r"""Reads \mathrm{axis=0} inside the brackets of a call. False where no option stands."""
    token, opened = scene.token(), scene.opens[-1] if scene.opens else None
    if opened is None or opened.kind != "call" or not token.startswith(r"\text{") or "=" not in token:
        return False
    word, _, text = token[token.index("{") + 1 : -1].partition("=")
    word, text = word.replace("\\_", "_").strip(), text.replace("\\_", "_").strip()
    _, frame = opened.more
    called = frame.called
    gate = GATES[called.alone] if isinstance(called, Gate) and called.alone else called
    if not isinstance(gate, Gate) or word not in gate.options:
        raise scene.error(f'"{word}" is no option of this function')
    constants = {"True": True, "False": False, "None": None}
    if text in constants or text in words(gate, word):
        frame.options[word] = constants.get(text, text)
        frame.keywords[word] = scene.own.graph.constant(0.0)
    elif NUMBERS.fullmatch(text) and text.count("[") <= DEEPEST:
        frame.keywords[word] = _numbers(scene, text)
    else:
        raise scene.error(f'"{text}" is no value of an option', AS_IN)
    scene.place += 1
    if scene.token() == ",":
        scene.place += 1
        if not option(scene):
            raise scene.error("an input without a name stands after an option", "options come last")
    return True


def _numbers(scene: Scene, text: str) -> int:
    """The node of an option's number, or of numbers in brackets. Raises BpcalcError for brackets that do not fit."""
    try:
        given = json.loads(text, parse_int=float) if text[0] == "[" else float(text)
    except ValueError:
        raise scene.error(f'"{text}" is no value of an option', AS_IN) from None
    graph = scene.own.graph

    def node(one: Any) -> int:
        return graph.apply(GATES["array"], tuple(map(node, one))) if isinstance(one, list) else graph.constant(one)

    return node(given)


def equation(scene: Scene, frame: Frame) -> None:
    r"""Takes the letters of `einsum`, \mathrm{ij,jk} \to \mathrm{ik}, where they stand in front of its inputs."""
    if not scene.token().startswith(r"\text{"):
        return
    text, count = _inside(scene.token()), 1
    if scene.token(1) == r"\to" and scene.token(2).startswith(r"\text{"):
        text, count = f"{text}->{_inside(scene.token(2))}", 3
    if scene.token(count) != ",":
        return
    frame.options["equation"] = text
    frame.arguments.append(scene.own.graph.constant(0.0))
    scene.place += count + 1


def _inside(token: str) -> str:
    return token[token.index("{") + 1 : -1]
