"""The options that commands share, each declared once: its help, how its value is read, and what completes it.

A command lists those that it has, and its own. What they mean together is told by `inputs` and `results`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from bpcalc.cli.words import OneOf
from bpcalc.errors import BpcalcError
from bpcalc.gate import CONVENTIONS, LAYOUTS

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from bpcalc.show import Form

F = TypeVar("F", bound=Callable[..., Any])


def _all(*decorators: Callable[[F], F]) -> Callable[[F], F]:
    def decorate(function: F) -> F:
        for decorator in reversed(decorators):
            function = decorator(function)
        return function

    return decorate


# How values are read


def offered(what: str) -> Callable[..., list[CompletionItem]]:
    """What completion offers: the function of that name in `offers`, which is loaded at a TAB only."""

    def complete(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        from bpcalc.cli import offers

        found: list[CompletionItem] = getattr(offers, what)(ctx, incomplete)
        return found

    return complete


def _spelling(param: click.Parameter | None) -> str:
    return max(param.opts, key=len) if param else ""


class Whole(click.ParamType[int]):
    """A whole number between two bounds."""

    name = "number"

    def __init__(self, least: int, most: int) -> None:
        self.least = least
        self.most = most

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        if not (is_whole(str(value)) and self.least <= int(value) <= self.most):
            raise BpcalcError(f'{_spelling(param)} takes {self.least} to {self.most}, not "{value}"')
        return int(value)


class Digits(click.ParamType[int | None]):
    """How many digits, or None for `full`: all of them."""

    name = "digits"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int | None:
        if value == "full":
            return None
        if is_whole(str(value)) and 1 <= int(value) <= 17:
            return int(value)
        raise BpcalcError(f'{_spelling(param)} takes 1 to 17 or full, not "{value}"')


def is_whole(text: str) -> bool:
    """Only digits, and not more than Python reads (it refuses over 4300)."""
    return text.isascii() and text.isdigit() and len(text) < 10


class Names(click.ParamType[tuple[str, ...]]):
    """`x,y`: one name or more."""

    name = "names"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, ...]:
        names = tuple(value.replace(",", " ").split())
        if not names:
            option = _spelling(param)
            raise BpcalcError(f'{option} takes names, not "{value}"', hint=f"write {option} x,y or leave it out")
        return names


class Node(click.ParamType[str]):
    """The name of a node."""

    name = "node"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if not value.strip():
            raise BpcalcError(f"{_spelling(param)} needs the name of a node")
        return str(value)


class Format(OneOf):
    """A format of one kind of report. Which there are is looked up when someone asks for them all."""

    def __init__(self, view: str) -> None:
        super().__init__("format", ())
        self.view = view

    def choices(self) -> list[str]:
        from bpcalc import show

        return [form.name for form in show.forms(self.view)]

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Form:
        from bpcalc import show

        form = show.form(self.view, value)
        if form is None:
            raise self.no_such(value)
        return form

    def default(self) -> str:
        from bpcalc import show

        return show.default(self.view)


# The options


def _path(*spellings: str, words: str) -> Callable[[F], F]:
    return click.option(*spellings, metavar="PATH", help=words, shell_complete=offered("files"))


def _reads(words: str) -> Callable[[F], F]:
    """The expression, and the words behind it."""
    return _all(
        click.argument("expression", required=False, shell_complete=offered("bindings")),
        click.argument("words", nargs=-1, metavar=words, shell_complete=offered("bindings")),
        _path("-f", "--file", words="Read the program from a file."),
        _path("--bindings", words="Read values from a JSON or TOML file; - is standard input (JSON)."),
    )


READS = _reads("[NAME=VALUE]...")
DECLARES = _reads("[NAME:SIZES | NAME=VALUE]...")


def wrt(words: str = "Take the gradient for these names only.") -> Callable[[F], F]:
    """`--wrt x,y`"""
    return names("--wrt", words)


def names(option: str, words: str, complete: str = "name_list") -> Callable[[F], F]:
    """An option that takes names, and may be repeated."""
    return click.option(
        option, metavar="NAME,…", type=Names(), multiple=True, help=words, shell_complete=offered(complete)
    )


WRT = wrt()
EXPAND = names("--expand", "Open packed gates (sigmoid, …; all) into elementary ones.", "packed")
OF = click.option(
    "--of",
    metavar="NAME",
    type=Node(),
    help="Differentiate this node instead of the last statement.",
    shell_complete=offered("names"),
)


def moves(option: str, words: str) -> Callable[[F], F]:
    """An option that gives inputs tangents: `--tangent x=1`"""
    return click.option(option, metavar="NAME=VALUE", multiple=True, help=words, shell_complete=offered("tangents"))


def layout(words: str) -> Callable[[F], F]:
    return click.option("--layout", type=OneOf("layout", LAYOUTS), default=LAYOUTS[0], help=words)


def formats(view: str, words: str = "How to print the result.") -> Callable[[F], F]:
    """The option `-o`, with every format of a view."""
    form = Format(view)
    return click.option("-o", "--format", "form", type=form, default=form.default, help=words)


def get(words: str, complete: str = "names") -> Callable[[F], F]:
    """The option `--get`."""
    return click.option("--get", metavar="NAME", multiple=True, help=words, shell_complete=offered(complete))


UPSTREAM = click.option("--upstream", metavar="VALUE", help="The gradient that flows into the output (default 1).")
CONVENTION = click.option(
    "--convention",
    type=OneOf("convention", CONVENTIONS),
    default=CONVENTIONS[0],
    help="The rule where there is no derivative.",
)
ALL = click.option("--all", "show_all", is_flag=True, help="Show every node of a graph over 200 nodes.")
WARNINGS = _all(
    click.option("-q", "--quiet", is_flag=True, help="Print no warnings."),
    click.option("--strict", is_flag=True, help="Exit with status 1 if there is a warning."),
)
WIDTH = click.option("--width", type=Whole(20, 10_000), metavar="N", help="Fit the output into N columns.")
STYLES = _all(
    click.option(
        "--precision",
        metavar="N",
        type=Digits(),
        default="6",
        help="Significant digits for people's formats, or full (default 6).",
        shell_complete=offered("precision"),
    ),
    WIDTH,
    WARNINGS,
)
