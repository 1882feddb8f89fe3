"""A direction in which the inputs move: a tangent for each input that does. `--tangent x=1`, `tangent={"x": 1}`."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

from bpcalc.calculations.passes import evaluate as in_doubles
from bpcalc.calculations.passes import label_inputs
from bpcalc.engine.orders import held
from bpcalc.errors import BpcalcError, did_you_mean
from bpcalc.reading import bindings
from bpcalc.reading.lexer import canonical
from bpcalc.reading.program import Program
from bpcalc.reports.circuit import Circuit
from bpcalc.typed import Any

SHOWN = 6  # entries of a vector that an example writes out


def read_words(option: str, words: Iterable[str], evaluate: bindings.Evaluate = in_doubles) -> dict[str, Any]:
    """`--tangent x=1 --tangent y=[0,1],z=2` as values by name, not yet held against a program."""
    found: dict[str, Any] = {}
    for word in words:
        parts = _parts(word)
        for part in parts:
            name, equals, _ = part.partition("=")
            if not equals:
                raise BpcalcError(f'{option} takes NAME=VALUE, not "{part}"', hint=f"for example {option} x=1")
            if canonical(name.strip()) in found:
                raise BpcalcError(f'{option} gives "{name.strip()}" twice')
            found |= bindings.read_words([part], evaluate, inexact=False)
    return found


def _parts(word: str) -> list[str]:
    """`x=1, y=[0, 1]` at its outer commas. The path of a file may have commas, so `x=@FILE` goes to the end."""
    parts, begin, depth = [], 0, 0
    if "," not in word or word.partition("=")[2].lstrip().startswith("@"):
        return [word]
    for place, character in enumerate(word):
        depth += (character in "([") - (character in ")]")
        if character == "," and depth == 0:
            parts.append(word[begin:place].strip())
            begin = place + 1
    return [*parts, word[begin:].strip()]


def movable(program: Program) -> dict[str, int]:
    """The inputs that can move, and their nodes: variables but for labels; without any the numbers with a name."""
    labels = label_inputs(program)
    nodes = {name: program.names[name] for name in program.variables or program.constants}
    return {name: node for name, node in nodes.items() if node not in labels}


def choose(program: Program, values: Mapping[str, Any], given: Mapping[str, Any], option: str) -> dict[str, Any]:
    """The tangents that are `given`, held against the program; of a program of one number, 1 where none is.

    Raises BpcalcError for a name that is no input, and where nothing says which way the inputs move.
    """
    inputs = movable(program)
    if not given:
        if len(inputs) > 1 or any(getattr(values.get(name), "shape", ()) for name in inputs):
            raise _no_direction(inputs, values, option)
        return dict.fromkeys(inputs, 1.0)
    owners: dict[int, str] = {}
    sources = {*inputs.values(), *program.graph.named}
    for name in given:
        node = program.names.get(name)
        if node is None or node not in sources:
            raise _no_input(program, inputs, name)
        if node in owners:
            raise BpcalcError(f'"{name}" and "{owners[node]}" are the same input', hint="give it one tangent")
        owners[node] = name
    return dict(given)


def _no_direction(inputs: Mapping[str, int], values: Mapping[str, Any], option: str) -> BpcalcError:
    name = next(iter(inputs))
    shape: tuple[int, ...] = getattr(values.get(name), "shape", ())
    example = f"{option} {name}=1"
    if len(shape) == 1 and 0 < shape[0] <= SHOWN:
        example = f'{option} "{name}={[1, *[0] * (shape[0] - 1)]}"'
    elif shape:
        example = f'{option} "{name}=ones({", ".join(map(str, shape))})"'
    still = " (what is not named stays still)" if len(inputs) > 1 else ""
    many = ", ".join(list(inputs)[:SHOWN]) + (", …" if len(inputs) > SHOWN else "")
    return BpcalcError(
        f"a direction is missing: which way {'do' if len(inputs) > 1 else 'does'} {many} move?",
        hint=f"for example {example}{still}",
    )


def _no_input(program: Program, inputs: Mapping[str, int], name: str) -> BpcalcError:
    """The error of a name that is no input which can move."""
    node = program.names.get(name)
    known = ", ".join(list(inputs)[:SHOWN]) + (", …" if len(inputs) > SHOWN else "")
    if node is None:
        hint = did_you_mean(name, inputs) or (f"the inputs are {known}" if inputs else "the program has no inputs")
        return BpcalcError(f'no input is called "{name}"', hint=hint)
    if node in label_inputs(program):
        used = "in orders only" if node in held(program.graph) else "as labels"
        what = "is a size of arrays, which" if name in program.sizes else f"is used {used}, which"
        return BpcalcError(f'"{name}" {what} cannot move', hint=f"give a tangent to {known}" if inputs else "")
    return BpcalcError(
        f'"{name}" is computed from other nodes, so its tangent follows from theirs',
        hint=f"give a tangent to the inputs: {known}" if inputs else "",
    )


def fitted(circuit: Circuit, chosen: Mapping[str, Any]) -> dict[str, Any]:
    """The tangents in the shapes of their inputs; one number is for all entries, as with `--upstream`."""
    m, found = circuit.m, {}
    for name, tangent in chosen.items():
        value = circuit.values[circuit.program.names[name]]
        have, want = getattr(tangent, "shape", ()), m.shape(value)
        if have not in (want, ()):
            has = f"{name} has {want}" if want else f"{name} is a single number"
            hint = "give it the shape of its input, or one number for all entries" if want else "give it one number"
            raise BpcalcError(f"the tangent of {name} has the shape {have}, {has}", hint=hint)
        found[name] = m.spread(m.value(tangent), value)
    return found


def flowing(circuit: Circuit, direction: Mapping[str, Any]) -> dict[int, Any]:
    """The direction by node, as the engine takes it: what stays still is left out.

    A tangent of 0 means that nothing moves, like one that is not given. As a number it would become NaN where a local
    gradient is infinite.
    """
    m, found = circuit.m, {}
    for name, tangent in direction.items():
        moves = m.not_equal(tangent, 0)
        if m.holds(moves) if m.shaped else moves:
            node = circuit.program.names[name]
            found[node] = m.route(tangent, moves) if m.shaped and not m.everywhere(moves) else tangent
    return found


def entries(circuit: Circuit, nodes: Iterable[int]) -> int:
    """How many numbers these nodes hold together."""
    return sum(math.prod(circuit.m.shape(circuit.values[node])) for node in set(nodes))
