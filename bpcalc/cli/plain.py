"""Ordinary command lines, read from what is declared, without click. What is not ordinary is left to it."""

from __future__ import annotations

from bpcalc.cli.declaring import HELP, VERSION, Argument, Declared, Option
from bpcalc.cli.words import Line, spellings, tell_apart
from bpcalc.errors import BpcalcError
from bpcalc.typed import Any


def read(command: Declared, args: list[str]) -> dict[str, Any] | None:
    """What the command is to be called with; None for a line that asks for help, has a mistake, or is to be completed:
    click says what is to be said of it."""
    if command.is_click or not {*HELP.spellings, *VERSION.spellings}.isdisjoint(args):
        return None
    options = spellings(command.parameters)
    line = tell_apart(options, args)
    if line.unknown or line.waiting or line.misread:
        return None
    try:
        given = _options(command, options, line.found)
        return given if given is None else _with_arguments(command, given, line.words)
    except BpcalcError:  # which click will meet too, and say where
        return None


def so_far(parameters: list[Option | Argument], line: Line) -> dict[str, Any]:
    """What a line says that is still being typed, by the names of options and arguments; None for what is wrong."""
    texts = _texts(spellings(parameters), line.found)
    given: dict[str, Any] = {}
    left = line.words
    for one in parameters:
        try:
            if isinstance(one, Option) and one.name in texts:
                given[one.name] = one.value(texts[one.name])
            elif isinstance(one, Argument):
                here, left = (left, []) if one.rest else (left[:1], left[1:])
                given[one.name] = tuple(here) if one.rest else one.kind.convert(here[0], one.name) if here else None
        except BpcalcError:
            given[one.name] = None
    return given


def _texts(options: dict[str, Option], found: list[str]) -> dict[str, list[Any]]:
    """What the line gives to each option, by its name: texts, or the truths of a flag, or what is wrong as None."""
    texts: dict[str, list[Any]] = {}
    words = iter(found)
    for word in words:
        spelling, equals, value = word.partition("=")
        option = options[spelling]
        if option.is_flag:
            texts.setdefault(option.name, []).append(None if equals else spelling not in option.off)
        else:
            texts.setdefault(option.name, []).append(value if equals else next(words))
    return texts


def _options(command: Declared, options: dict[str, Option], found: list[str]) -> dict[str, Any] | None:
    """The values of all options, by name; None where a flag is given one."""
    given = _texts(options, found)
    if any(None in texts for texts in given.values()):
        return None
    return {
        option.name: option.value(given.get(option.name, []))
        for option in command.parameters
        if isinstance(option, Option) and (option.is_passed or option.name in given)
    }


def _with_arguments(command: Declared, given: dict[str, Any], words: list[str]) -> dict[str, Any] | None:
    """The same with the words that are no options."""
    left = words
    for argument in command.parameters:
        if not isinstance(argument, Argument):
            continue
        if argument.rest:
            given[argument.name], left = tuple(left), []
        elif left:
            given[argument.name], left = argument.kind.convert(left[0], argument.name), left[1:]
        elif argument.required:
            return None
        else:
            given[argument.name] = None
    if left:
        return None
    hidden = [option.name for option in command.parameters if isinstance(option, Option) and not option.is_passed]
    return {name: value for name, value in given.items() if name not in hidden}
