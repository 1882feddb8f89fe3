"""Operations written by the template in their gate's record, `\\sqrt{{{0}}}` or `√{0:a}`; without one, as a call.

`{0}` is the first input; `{0:a}` gets brackets unless it is a name, a number or holds together by itself. A template
without an input is the function's name.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import NamedTuple, TypeGuard

from bpcalc.gate import ATOM, POWER, Gate
from bpcalc.graph import Graph
from bpcalc.writing.unparse import Namer, Parts, arguments, language_parts


class Templates(NamedTuple):
    """The templates of a notation.

    of        a gate's template; "": none
    called    the name of a gate's function where it has no template
    option    how an option stands in a call
    brackets  those of a call
    enclosed  how templates begin that hold together by themselves, as |x| does
    open      how templates begin that nothing may stand beside without brackets
    """

    of: Callable[[Gate], str]
    called: Callable[[Gate], str]
    option: Callable[[str], str]
    brackets: tuple[str, str]
    enclosed: tuple[str, ...]
    open: tuple[str, ...] = ()


@cache
def slots(template: str) -> tuple[str | tuple[int, str], ...]:
    """A template's texts, and between them the inputs: position, and what stands behind the colon."""
    from string import Formatter

    found: list[str | tuple[int, str]] = [""]
    for literal, field, place, _ in Formatter().parse(template):
        # an escaped brace ends a literal, so one text may come in pieces
        found[-1] = f"{found[-1]}{literal}"
        if field is not None:
            found += [(int(field), place or ""), ""]
    return tuple(found)


def called(graph: Graph, node: int, templates: Templates) -> tuple[Parts, int]:
    """An operation as a call of a function."""
    gate = graph.gates[node]
    template = slots(templates.of(gate))
    name = template[0] if len(template) == 1 and template[0] else templates.called(gate)
    given = (templates.option(part) if _is_option(part) else part for part in arguments(graph, node))
    return [str(name) + templates.brackets[0], *given, templates.brackets[1]], ATOM


def _is_option(part: str | tuple[int, int]) -> TypeGuard[str]:
    return isinstance(part, str) and ("=" in part or part.startswith('"'))


def templated(graph: Graph, node: int, names: Namer, templates: Templates) -> tuple[Parts, int]:
    """What an operation is written as, and how tightly the whole binds."""
    gate, inputs = graph.gates[node], graph.inputs[node]
    template = slots(templates.of(gate))
    if len(template) == 1 or any(map(_is_option, arguments(graph, node))):
        return called(graph, node, templates)
    places, own, start = [0] * len(inputs), POWER, str(template[0])
    if gate.infix or gate.prefix:
        operands, own = language_parts(graph, node, names)
        places = [part[1] for part in operands if not isinstance(part, str)]
    elif start.startswith(templates.enclosed):
        own = ATOM
    elif templates.open and start.startswith(templates.open):
        own = 0
    parts: Parts = [start]
    bare = False
    for before, slot, after in zip(template[::2], template[1::2], template[2::2], strict=False):
        assert isinstance(slot, tuple)
        position, asked = slot
        in_braces = str(before).endswith("{") and str(after).startswith("}")
        bare = bare or not in_braces
        place = 0 if in_braces else ATOM if asked or str(after).startswith("^") else places[position]
        parts += [(inputs[position], place), str(after)]
    # a fraction holds its operands together by itself
    return parts, own if bare or not gate.infix else POWER
