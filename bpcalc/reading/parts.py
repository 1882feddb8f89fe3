"""Parts of arrays by name: `x[0,0]`, `W[1:,0]`, as --wrt and --get take them."""

from __future__ import annotations

from typing import Any, NamedTuple

from bpcalc.errors import BpcalcError, Source
from bpcalc.gate import INPUT
from bpcalc.reading.parser import parse


class Part(NamedTuple):
    """An entry or a slice of an array.

    base  the array's name
    key   a place or (first, last, step) for each of the leading axes
    """

    base: str
    key: tuple[Any, ...]

    @property
    def name(self) -> str:
        """As reports call it: `W[1:,0]`, without blanks."""
        return f"{self.base}[{','.join(_place(one) for one in self.key)}]"

    def of(self, array: Any, before: int = 0) -> Any:
        """The part of an array; of one that has other axes `before` those that the key is for.

        Raises BpcalcError where there is no such part.
        """
        key = (slice(None),) * before + tuple(slice(*one) if isinstance(one, tuple) else one for one in self.key)
        shape = getattr(array, "shape", ())
        if not shape:
            raise BpcalcError(f'"{self.base}" is a single number: it has no {self.name}')
        try:
            return array[key]
        except IndexError:
            message = f'there is no {self.name}: the shape of "{self.base}" is {shape[before:]}'
            raise BpcalcError(message, hint="indices begin at 0") from None


def part_of(word: str) -> Part | None:
    """The part that a word names; None for a word without brackets. Raises BpcalcError for what is no part."""
    if "[" not in word:
        return None
    program = parse(Source(word))
    graph, output = program.graph, program.output
    if graph.gates[output].name != "index" or graph.gates[graph.inputs[output][0]] is not INPUT:
        raise BpcalcError(f'"{word}" is no part of an array', hint="a part is a name with an index: x[0], W[1, 2]")
    return Part(str(graph.leaves[graph.inputs[output][0]]), graph.gates[output].options["key"])


def split(text: str) -> tuple[str, ...]:
    """Names between commas or blanks; those inside brackets belong to an index: `x, W[0, 1]`."""
    names, name, depth = list[str](), "", 0
    for character in text:
        depth += (character == "[") - (character == "]")
        if (character == "," or character.isspace()) and depth <= 0:
            names.append(name)
            name = ""
        elif not character.isspace():
            name += character
    return tuple(filter(None, [*names, name]))


def _place(one: Any) -> str:
    if not isinstance(one, tuple):
        return str(one)
    first, last, step = ("" if end is None else str(end) for end in one)
    return f"{first}:{last}" + (f":{step}" if step else "")
