"""The options that commands share, each declared once: its help, how its value is read, and what completes it.

A command lists those that it has, and its own. What they mean together is told by `inputs` and `results`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from bpcalc.cli.colours import WHEN
from bpcalc.cli.words import OneOf
from bpcalc.errors import BpcalcError
from bpcalc.gate import CONVENTIONS, LAYOUTS
from bpcalc.reports.warning import KINDS

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


class Strict(click.ParamType[Callable[[Any], bool]]):
    """Which warnings count: none, any (a note is none), or those of some kinds."""

    name = "kinds"
    ANY = "any"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Callable[[Any], bool]:
        if callable(value):
            return value  # type: ignore[no-any-return]
        if value in ("", self.ANY):
            return lambda warning: value == self.ANY and warning.kind != "note"
        kinds = Names().convert(value, param, ctx)
        for kind in kinds:
            if kind not in KINDS:
                raise OneOf("kind of warning", KINDS).no_such(kind)
        return lambda warning: warning.kind in kinds


class NumberForm(click.ParamType[str]):
    """How printf would write one number."""

    name = "format"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        from bpcalc.show.numbers import FORM

        if value and not FORM.fullmatch(value):
            hint = "as printf has it, one number and nothing else: %.3f, %g, %.10e, %+.2f, %08.3f or %d"
            raise BpcalcError(f'{_spelling(param)} takes the form of a number, not "{value}"', hint=hint)
        return str(value)


class Prefix(click.ParamType[str]):
    """What a shell's variable may begin with."""

    name = "prefix"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if value and not (value.isascii() and value.isidentifier()):
            hint = f"letters, digits and _: {_spelling(param)} loss_"
            raise BpcalcError(f'no shell variable can begin with "{value}"', hint=hint)
        return str(value)


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


def _path(*spellings: str, words: str, multiple: bool = False) -> Callable[[F], F]:
    return click.option(*spellings, metavar="PATH", multiple=multiple, help=words, shell_complete=offered("files"))


def reads(words: str, complete: str) -> Callable[[F], F]:
    """The expression, and the words behind it."""
    return _all(
        click.argument("expression", required=False, shell_complete=offered(complete)),
        click.argument("words", nargs=-1, metavar=words, shell_complete=offered(complete)),
        _path("-f", "--file", words="Read the program from a file."),
        _path("--bindings", words="Read values from a file of JSON, TOML, CSV or NAME=VALUE lines; may be repeated, "
              "later files win; - is standard input.", multiple=True),
    )


READS = reads("[NAME=VALUE]...", "bindings")
DECLARES = reads("[NAME:SIZES | NAME=VALUE]...", "declarations")

SAVE = _path("--save", words="Write it to a file, whole or not at all.")


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
    """The option `--get x,value`, which may be repeated: all the names in their order."""

    def joined(ctx: click.Context, param: click.Parameter, value: tuple[tuple[str, ...], ...]) -> tuple[str, ...]:
        return tuple(name for names in value for name in names)

    return click.option(
        "--get", metavar="NAME,…", type=Names(), multiple=True, callback=joined, help=words,
        shell_complete=offered(complete),
    )  # fmt: skip


UPSTREAM = click.option("--upstream", metavar="VALUE", help="The gradient that flows into the output (default 1).")
CONVENTION = click.option(
    "--convention",
    type=OneOf("convention", CONVENTIONS),
    default=CONVENTIONS[0],
    help="The rule where there is no derivative.",
)
ALL = click.option("--all", "show_all", is_flag=True, help="Show every node of a graph over 200 nodes.")
COLOR = click.option(
    "--color",
    type=OneOf("choice of colours", WHEN),
    default=WHEN[0],
    expose_value=False,  # `colours` knows it before the line is understood
    help="Colour output, warnings and errors; auto heeds NO_COLOR, FORCE_COLOR and CLICOLOR_FORCE.",
)
WARNINGS = _all(
    click.option("-q", "--quiet", is_flag=True, help="Print no warnings."),
    click.option(
        "--strict",
        metavar="[=KIND,…]",
        type=Strict(),
        is_flag=False,
        flag_value=Strict.ANY,
        default="",
        help=f"Exit with status 1 if there is a warning; or one of these kinds: {', '.join(KINDS)}.",
        shell_complete=offered("warnings"),
    ),
    COLOR,
)
WIDTH = click.option("--width", type=Whole(20, 10_000), metavar="N", help="Fit the output into N columns.")
PREFIX = click.option(
    "--prefix", metavar="NAME", type=Prefix(), default="", help="What the variables of -o env begin with: NAME_value."
)
PART = click.option(
    "--part", type=OneOf("part", ("table", "formula")), help="Of -o latex only the table, or only the formula."
)


def precision(digits: int) -> Callable[[F], F]:
    """`--precision`, with so many digits unless others are asked for."""
    words = f"Significant digits for people's formats, or full (default {digits})."
    return click.option("--precision", metavar="N", type=Digits(), default=str(digits), help=words,
                        shell_complete=offered("precision"))  # fmt: skip


STYLES = _all(
    precision(6),
    click.option(
        "--number", metavar="FORMAT", type=NumberForm(), default="",
        help="Numbers for scripts as printf writes them: %.3f, %g, %d (a rounded whole number).",
    ),
    PREFIX,
    WIDTH,
    WARNINGS,
)  # fmt: skip
