"""Which words of a command line are options, and which are expressions that begin with a minus sign.

May import errors. click would take `-t*2` for the options -t, -*, …; here a word is an option only where it is
spelled exactly like one.
"""

from __future__ import annotations

from typing import Any

import click

from bpcalc.errors import BpcalcError, did_you_mean


class Command(click.Command):
    """A command whose options are spelled exactly, and may stand anywhere."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        return super().parse_args(ctx, arranged(self.get_params(ctx), args))


def arranged(parameters: list[click.Parameter], args: list[str]) -> list[str]:
    """The options with their values first, then `--`, then all other words in their order.

    Raises BpcalcError for a word that begins with `--` and a letter and is no option.
    """
    options: dict[str, Any] = {
        spelling: parameter
        for parameter in parameters
        if isinstance(parameter, click.Option)
        for spelling in (*parameter.opts, *parameter.secondary_opts)
    }
    found: list[str] = []
    words: list[str] = []
    rest = iter(args)
    for word in rest:
        name, equals, _ = word.partition("=")
        if word == "--":
            words.extend(rest)
        elif word in options:
            found.append(word)
            if not (options[word].is_flag or options[word].count):
                found.extend(value for value in [next(rest, None)] if value is not None)
        elif equals and name.startswith("--") and name in options:
            found.append(word)
        elif word.startswith("--") and word[2:3].isalpha():
            raise _no_option(name, options)
        else:
            words.append(word)
    return [*found, "--", *words]


def _no_option(word: str, options: dict[str, Any]) -> BpcalcError:
    close = did_you_mean(word, [name for name in options if name.startswith("--")])
    return BpcalcError(f"no option is called {word}", hint=close or "an expression may follow after --")
