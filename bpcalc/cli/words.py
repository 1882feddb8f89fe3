"""Which words of a command line are options, and which are expressions that begin with a minus sign.

click would take `-t*2` for the options -t, -*, …; here a word is an option only where it is spelled exactly like one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from bpcalc.cli.colours import WHEN, choose
from bpcalc.errors import BpcalcError, did_you_mean

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem


class Command(click.Command):
    """A command whose options are spelled exactly, and may stand anywhere."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        _heed_colours(args)
        return super().parse_args(ctx, arranged(self.get_params(ctx), args, lenient=ctx.resilient_parsing))

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BpcalcError as error:
            if "words" in ctx.params:
                from bpcalc.cli.quoting import explain

                explain(error, self.name or "", ctx.params.get("expression"), ctx.params["words"])
            raise


class OneOf(click.ParamType[Any]):
    """A word out of several, `what` they are: "format"."""

    name = "choice"

    def __init__(self, what: str, words: Sequence[str]) -> None:
        self.what = what
        self.words = words

    def choices(self) -> Sequence[str]:
        return self.words

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if value in self.choices():
            return value
        raise self.no_such(value)

    def no_such(self, value: str) -> BpcalcError:
        """The error of a word that is none of them."""
        hint = did_you_mean(value, self.choices()) or f"choose from {', '.join(self.choices())}"
        return BpcalcError(f'no {self.what} is called "{value}"', hint=hint)

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        return f"[{'|'.join(self.choices())}]"

    def get_missing_message(self, param: click.Parameter, ctx: click.Context | None) -> str:
        return f"Choose from {', '.join(self.choices())}"

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        from click.shell_completion import CompletionItem

        return [CompletionItem(word) for word in self.choices() if word.startswith(incomplete)]


class Line:
    """The words of a command line, told apart.

    found    the options, each with its value
    words    all other words, in their order
    ended    a `--` has ended the options
    waiting  the last word, where it is an option whose value is still to come
    unknown  the first word that looks like an option and is none
    """

    __slots__ = ("ended", "found", "unknown", "waiting", "words")

    def __init__(self) -> None:
        self.found: list[str] = []
        self.words: list[str] = []
        self.ended = False
        self.waiting = self.unknown = ""


def spellings(parameters: list[click.Parameter]) -> dict[str, Any]:
    """The options, by each of their spellings."""
    return {
        spelling: parameter
        for parameter in parameters
        if isinstance(parameter, click.Option)
        for spelling in (*parameter.opts, *parameter.secondary_opts)
    }


def tell_apart(options: dict[str, Any], args: list[str]) -> Line:
    """Which words of a command line are which."""
    line, rest = Line(), iter(args)
    for word in rest:
        name, equals, _ = word.partition("=")
        if word == "--":
            line.ended = True
            line.words.extend(rest)
        elif cluster := _cluster(word, options, args):
            line.found.extend(_long(options[part]) + _unsaid(options[part]) for part in cluster[:-1])
            last, joined = cluster[-1][:2], cluster[-1][2:]
            value = (joined or next(rest, None)) if takes_value(options[last]) else ""
            if value is None:
                line.waiting = last
            else:
                line.found.extend([_long(options[last]), *([value] if takes_value(options[last]) else [])])
        elif word in options and takes_value(options[word]):
            value = next(rest, None)
            if value is None:
                line.waiting = word
            else:
                line.found.extend((_long(options[word]), value))
        elif word in options:
            line.found.append(_long(options[word]) + _unsaid(options[word]))
        elif equals and name.startswith("--") and name in options:
            line.found.append(word)
        elif word.startswith("--") and word[2:3].isalpha():
            line.unknown = line.unknown or name
        else:
            line.words.append(word)
    return line


def _cluster(word: str, options: dict[str, Any], args: list[str]) -> list[str]:
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
        if takes_value(option):
            value = word[place + 1 :]
            is_one = not value or (isinstance(option.type, OneOf) and value in option.type.choices())
            return [*found, f"-{letter}{value}"] if is_one else []
        found.append(f"-{letter}")
    return found


def _unsaid(option: Any) -> str:
    """What an option means without its value, `--strict`, as click reads it: else it would take the next word."""
    return f"={option.flag_value}" if may_have_value(option) else ""


def may_have_value(option: Any) -> bool:
    return not option.is_flag and isinstance(option.flag_value, str)


def _heed_colours(args: list[str]) -> None:
    """What `--color` says holds for what is wrong with the line, too."""
    for place, word in enumerate(args):
        name, equals, value = word.partition("=")
        if name == "--color":
            value = value if equals else "".join(args[place + 1 : place + 2])
            choose(value if value in WHEN else "auto")
        if word == "--":
            return


def _long(option: Any) -> str:
    """An option's long spelling: click looks a short one up among the long ones first, and guesses what was meant."""
    spelling: str = max(option.opts, key=len)
    return spelling


def takes_value(option: Any) -> bool:
    """Does it take the next word? One that may have a value takes it behind `=` only."""
    return not (option.is_flag or option.count or may_have_value(option))


def arranged(parameters: list[click.Parameter], args: list[str], *, lenient: bool = False) -> list[str]:
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
    return [*line.found, "--", *line.words]


def _no_value(word: str, option: Any) -> BpcalcError:
    value = option.metavar or "|".join(option.type.choices() if isinstance(option.type, OneOf) else ())
    return BpcalcError(f"the option {word} needs a value", hint=f"write {word} {value}" if value else "")


def _no_option(word: str, options: dict[str, Any]) -> BpcalcError:
    close = did_you_mean(word, [name for name in options if name.startswith("--")])
    return BpcalcError(f"no option is called {word}", hint=close or "an expression may follow after --")
