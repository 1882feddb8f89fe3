"""Which words of a command line are options, and which are expressions that begin with a minus sign.

click would take `-t*2` for the options -t, -*, …; here a word is an option only where it is spelled exactly like one.
"""

from __future__ import annotations

from collections.abc import Iterable

from bpcalc.cli.colours import WHEN, choose
from bpcalc.cli.declaring import Argument, Option
from bpcalc.errors import BpcalcError, did_you_mean


class Line:
    """The words of a command line, told apart.

    found    the options, each with its value
    words    all other words, in their order
    ended    a `--` has ended the options
    waiting  the last word, where it is an option whose value is still to come
    unknown  the first word that looks like an option and is none
    misread  the first word that click would not read so: `--strict=-q`, of an option that may have no value
    """

    __slots__ = ("ended", "found", "misread", "unknown", "waiting", "words")

    def __init__(self) -> None:
        self.found: list[str] = []
        self.words: list[str] = []
        self.ended = False
        self.waiting = self.unknown = self.misread = ""


def spellings(parameters: Iterable[Option | Argument]) -> dict[str, Option]:
    """The options, by each of their spellings."""
    return {
        spelling: option
        for option in parameters
        if isinstance(option, Option)
        for spelling in (*option.spellings, *option.off)
    }


def tell_apart(options: dict[str, Option], args: list[str]) -> Line:
    """Which words of a command line are which."""
    line, rest = Line(), iter(args)
    for word in rest:
        name, equals, value = word.partition("=")
        if word == "--":
            line.ended = True
            line.words.extend(rest)
        elif cluster := _cluster(word, options, args):
            line.found.extend(options[part].spelling + _unsaid(options[part]) for part in cluster[:-1])
            last, joined = cluster[-1][:2], cluster[-1][2:]
            given = (joined or next(rest, None)) if options[last].takes_next else ""
            if given is None:
                line.waiting = last
            else:
                line.found.extend([options[last].spelling, *([given] if options[last].takes_next else [])])
        elif word in options and options[word].takes_next:
            given = next(rest, None)
            if given is None:
                line.waiting = word
            else:
                line.found.extend((options[word].spelling, given))
        elif word in options:
            off = word in options[word].off
            line.found.append(word if off else options[word].spelling + _unsaid(options[word]))
        elif equals and name.startswith("--") and name in options:
            line.found.append(word)
            line.misread = line.misread or word * (value[:1] == "-" and options[name].bare is not None)
        elif word.startswith("--") and word[2:3].isalpha():
            line.unknown = line.unknown or name
        else:
            line.words.append(word)
    return line


def _cluster(word: str, options: dict[str, Option], args: list[str]) -> list[str]:
    """The short options that are written in one word, `-ojson` or `-qo json`: -q, then -o with what follows it.

    Nothing where a letter is no option, where the value behind them is not one of the option's own words, or where the
    line gives a name of these letters a value: then it is an expression.
    """
    if len(word) < 3 or word[0] != "-" or word[1] == "-" or any(one.startswith(f"{word[1:]}=") for one in args):
        return []
    found: list[str] = []
    for place, letter in enumerate(word[1:], start=1):
        option = options.get(f"-{letter}")
        if option is None:
            return []
        if option.takes_next:
            value, choices = word[place + 1 :], option.kind.choices
            is_one = not value or (choices is not None and value in choices())
            return [*found, f"-{letter}{value}"] if is_one else []
        found.append(f"-{letter}")
    return found


def _unsaid(option: Option) -> str:
    """What an option means without its value, `--strict`, as click reads it: else it would take the next word."""
    return "" if option.bare is None else f"={option.bare}"


def heed_colours(args: list[str]) -> None:
    """What `--color` says holds for what is wrong with the line, too."""
    for place, word in enumerate(args):
        name, equals, value = word.partition("=")
        if name == "--color":
            value = value if equals else "".join(args[place + 1 : place + 2])
            choose(value if value in WHEN else "auto")
        if word == "--":
            return


def arranged(parameters: Iterable[Option | Argument], args: list[str], *, lenient: bool = False) -> list[str]:
    """The options with their values first, then `--`, then all other words in their order.

    Raises BpcalcError for a word that begins with `--` and a letter and is no option, and for an option without its
    value; where these are `lenient`ly read (to complete a line) they are left out.
    """
    options = spellings(parameters)
    line = tell_apart(options, args)
    if line.unknown and not lenient:
        raise _no_option(line.unknown, options)
    if line.waiting and not lenient:
        raise _no_value(line.waiting, options[line.waiting])
    if line.misread and not lenient:
        name, _, value = line.misread.partition("=")
        options[name].kind.convert(value, name)
        raise BpcalcError(f'no value of {name} begins with "-"')
    return [*line.found, "--", *line.words]


def _no_value(word: str, option: Option) -> BpcalcError:
    value = option.metavar or "|".join(option.kind.choices() if option.kind.choices else ())
    return BpcalcError(f"the option {word} needs a value", hint=f"write {word} {value}" if value else "")


def _no_option(word: str, options: dict[str, Option]) -> BpcalcError:
    if others := _others_with(word):
        *most, last = others
        hint = f"bpcalc {', '.join(most)} and {last} have it" if most else f"bpcalc {last} has it"
        return BpcalcError(f"{word} is no option here", hint=hint)
    close = did_you_mean(word, [name for name in options if name.startswith("--")])
    return BpcalcError(f"no option is called {word}", hint=close or "an expression may follow after --")


def _others_with(word: str) -> list[str]:
    """The commands that have an option which this one has not."""
    from bpcalc.cli.commands import COMMANDS, declared

    commands = [command for command in map(declared, COMMANDS) if command is not None]
    return [one.name for one in commands if word.partition("=")[0] in spellings(one.parameters)]
