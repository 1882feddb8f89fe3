"""Ordinary command lines, read from what is declared, without click. What is not ordinary is left to it."""

from __future__ import annotations

from bpcalc.cli.declaring import Argument, Declared, Option
from bpcalc.cli.words import spellings, tell_apart
from bpcalc.errors import BpcalcError
from bpcalc.typed import Any

HELP = ("-h", "--help")


def read(command: Declared, args: list[str]) -> dict[str, Any] | None:
    """What the command is to be called with; None for a line that asks for help, has a mistake, or is to be completed:
    click says what is to be said of it."""
    if command.is_click or not {*HELP}.isdisjoint(args):
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


def _options(command: Declared, options: dict[str, Option], found: list[str]) -> dict[str, Any] | None:
    """The values of all options, by name."""
    given: dict[str, list[Any]] = {}
    words = iter(found)
    for word in words:
        spelling, equals, value = word.partition("=")
        option = options[spelling]
        if option.is_flag:
            if equals:
                return None
            given.setdefault(option.name, []).append(spelling not in option.off)
        else:
            given.setdefault(option.name, []).append(value if equals else next(words))
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
