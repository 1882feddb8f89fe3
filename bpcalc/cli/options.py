"""The options that commands share, each declared once: its help, how its value is read, and what completes it.

A command lists those that it has, and its own. What they mean together is told by `inputs` and `results`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bpcalc.algebra.systems import LARGEST
from bpcalc.cli.colours import WHEN
from bpcalc.cli.declaring import Kind, OneOf, Usual, argument, option
from bpcalc.errors import BpcalcError
from bpcalc.gate import CONVENTIONS, LAYOUTS
from bpcalc.reports.warning import KINDS
from bpcalc.typed import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from bpcalc.cli.declaring import Complete, Offer
    from bpcalc.show import Form

    F = TypeVar("F", bound=Callable[..., Any])


def _all(*decorators: Callable[[F], F]) -> Callable[[F], F]:
    def decorate(function: F) -> F:
        for decorator in reversed(decorators):
            function = decorator(function)
        return function

    return decorate


# How values are read


def offered(what: str) -> Complete:
    """What completion offers: the function of that name in `offers`, which is loaded at a TAB only."""

    def complete(given: Mapping[str, Any], incomplete: str) -> list[Offer]:
        from bpcalc.cli import offers

        found: list[Offer] = getattr(offers, what)(given, incomplete)
        return found

    return complete


class Whole(Kind):
    """A whole number between two bounds."""

    def __init__(self, least: int, most: int) -> None:
        self.least = least
        self.most = most

    def convert(self, value: Any, spelling: str) -> int:
        if not (is_whole(str(value)) and self.least <= int(value) <= self.most):
            raise BpcalcError(f'{spelling} takes {self.least} to {self.most}, not "{value}"')
        return int(value)


class Digits(Kind):
    """How many digits, or None for `full`: all of them."""

    def convert(self, value: Any, spelling: str) -> int | None:
        if isinstance(value, Usual):
            return value
        if value == "full":
            return None
        if is_whole(str(value)) and 1 <= int(value) <= 17:
            return int(value)
        raise BpcalcError(f'{spelling} takes 1 to 17 or full, not "{value}"')


def is_whole(text: str) -> bool:
    """Only digits, and not more than Python reads (it refuses over 4300)."""
    return text.isascii() and text.isdigit() and len(text) < 10


class Names(Kind):
    """`x,y`: one name or more."""

    def convert(self, value: Any, spelling: str) -> tuple[str, ...]:
        if "[" in value:  # x[0,1] is one name
            from bpcalc.reading.parts import split

            names = split(value)
        else:
            names = tuple(value.replace(",", " ").split())
        if not names:
            raise BpcalcError(f'{spelling} takes names, not "{value}"', hint=f"write {spelling} x,y or leave it out")
        return names


class Strict(Kind):
    """Which warnings count: none, any (a note is none), or those of some kinds."""

    ANY = "any"

    def convert(self, value: Any, spelling: str) -> Callable[[Any], bool]:
        if callable(value):
            return value  # type: ignore[no-any-return]
        if value in ("", self.ANY):
            return lambda warning: value == self.ANY and warning.kind != "note"
        kinds = Names().convert(value, spelling)
        for kind in kinds:
            if kind not in KINDS:
                raise OneOf("kind of warning", KINDS).no_such(kind)
        return lambda warning: warning.kind in kinds


class NumberForm(Kind):
    """How printf would write one number."""

    def convert(self, value: Any, spelling: str) -> str:
        if not value:
            return ""
        import re

        from bpcalc.show.numbers import FORM

        if not re.fullmatch(FORM, value, re.ASCII):
            hint = "as printf has it, one number and nothing else: %.3f, %g, %.10e, %+.2f, %08.3f or %d"
            raise BpcalcError(f'{spelling} takes the form of a number, not "{value}"', hint=hint)
        return str(value)


class Prefix(Kind):
    """What a shell's variable may begin with."""

    def convert(self, value: Any, spelling: str) -> str:
        if value and not (value.isascii() and value.isidentifier()):
            hint = f"letters, digits and _: {spelling} loss_"
            raise BpcalcError(f'no shell variable can begin with "{value}"', hint=hint)
        return str(value)


class Node(Kind):
    """The name of a node."""

    def convert(self, value: Any, spelling: str) -> str:
        if not value.strip():
            raise BpcalcError(f"{spelling} needs the name of a node")
        return str(value)


class Format(OneOf):
    """A format of one kind of report. Which there are is looked up when someone asks for them all."""

    def __init__(self, view: str) -> None:
        super().__init__("format", ())
        self.view = view

    def choices(self) -> list[str]:
        from bpcalc import show

        return [form.name for form in show.forms(self.view)]

    def convert(self, value: Any, spelling: str) -> Form:
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
    return option(*spellings, metavar="PATH", multiple=multiple, help=words, complete=offered("files"))


def reads(words: str, complete: str) -> Callable[[F], F]:
    """The expression, and the words behind it."""
    return _all(
        argument("expression", complete=offered(complete)),
        argument("words", rest=True, metavar=words, complete=offered(complete)),
        _path("-f", "--file", words="Read the program from a file."),
        option("--latex", is_flag=True, help="Read the program as LaTeX, also without a backslash in it."),
        _path("--bindings", words="Read values from a file of JSON, TOML, CSV or NAME=VALUE lines; may be repeated, "
              "later files win; - is standard input.", multiple=True),
        option("--show-reading", is_flag=True,
               help="Print how EXPRESSION is understood, in bpcalc's own notation, and end."),
    )


READS = reads("[NAME=VALUE]...", "bindings")
DECLARES = reads("[NAME:SIZES | NAME=VALUE]...", "declarations")


def wrt(words: str = "Take the gradient for these names only.") -> Callable[[F], F]:
    """`--wrt x,y`"""
    return names("--wrt", words)


def names(spelling: str, words: str, complete: str = "name_list") -> Callable[[F], F]:
    """An option that takes names, and may be repeated."""
    return option(
        spelling, metavar="NAME,…", kind=Names(), multiple=True, help=words, complete=offered(complete)
    )


WRT = wrt()
EXPAND = names("--expand", "Open packed gates (sigmoid, …; all) into elementary ones.", "packed")
OF = option(
    "--of",
    metavar="NODE",
    kind=Node(),
    help="Differentiate this node, or this formula of nodes, instead of the last statement.",
    complete=offered("names"),
)


SAVE = _path("--save", words="Write it to a file, whole or not at all.")
DATA = _path("--data", words="A table, CSV or TSV: the columns that the program names are vectors, which stay fixed.")


def moves(spelling: str, words: str) -> Callable[[F], F]:
    """An option that gives inputs tangents: `--tangent x=1`"""
    return option(spelling, metavar="NAME=VALUE", multiple=True, help=words, complete=offered("tangents"))


def layout(words: str) -> Callable[[F], F]:
    return option("--layout", kind=OneOf("layout", LAYOUTS), default=LAYOUTS[0], help=words)


def formats(view: str, words: str = "How to print the result.") -> Callable[[F], F]:
    """The option `-o`, with every format of a view."""
    form = Format(view)
    return option("-o", "--format", "form", kind=form, default=form.default, help=words)


def get(words: str, complete: str = "names") -> Callable[[F], F]:
    """The option `--get x,value`, which may be repeated: all the names in their order."""

    return option(
        "--get", metavar="NAME,…", kind=Names(), multiple=True, joined=True, help=words,
        complete=offered(complete),
    )  # fmt: skip


UPSTREAM = option("--upstream", metavar="VALUE", help="The gradient that flows into the output (default 1).")
CONVENTION = option(
    "--convention",
    kind=OneOf("convention", CONVENTIONS),
    default=CONVENTIONS[0],
    help="The rule where there is no derivative.",
)
ALL = option("--all", "show_all", is_flag=True, help="Show every node of a graph over 200 nodes.")
COLOR = option(
    "--color",
    kind=OneOf("choice of colours", WHEN),
    default=WHEN[0],
    is_passed=False,  # `colours` knows it before the line is understood
    help="Colour output, warnings and errors; auto heeds NO_COLOR, FORCE_COLOR and CLICOLOR_FORCE.",
)
WARNINGS = _all(
    option("-q", "--quiet", is_flag=True, help="Print no warnings."),
    option(
        "--strict",
        metavar="[=KIND,…]",
        kind=Strict(),
        bare=Strict.ANY,
        default="",
        help=f"Exit with status 1 if there is a warning; or one of these kinds: {', '.join(KINDS)}.",
        complete=offered("warnings"),
    ),
    COLOR,
)
WIDTH = option("--width", kind=Whole(20, 10_000), metavar="N", help="Fit the output into N columns.")
PREFIX = option(
    "--prefix", metavar="NAME", kind=Prefix(), default="", help="What the variables of -o env begin with: NAME_value."
)
PART = option(
    "--part", kind=OneOf("part", ("table", "formula")), help="Of -o latex only the table, or only the formula."
)


NUMBERS = _all(
    option("--digits", kind=Whole(1, LARGEST), metavar="N", help="N digits of every number, each certain."),
    option("--exact", is_flag=True, help="Fractions as fractions, roots and pi as symbols: nothing is rounded."),
)

BOUNDS = _all(
    option("--bounds", is_flag=True, help="Bounds that every number certainly lies in; x=[4.7..5.3] gives a range."),
    option("--split", kind=Whole(1, 100_000), metavar="N",
           help="With --bounds: cut ranges into N parts, for narrower bounds."),
)  # fmt: skip
UNCERTAIN = _all(
    option("--correlation", metavar="X,Y=R", multiple=True,
                 help="Of two uncertain values, x=5±0.3 and y=2±0.1: between -1 and 1. Others are 0."),
    option("--monte-carlo", metavar="N", kind=Whole(2, 100_000_000),
                 help="Check the uncertainty with N normal samples."),
    option("--seed", metavar="N", kind=Whole(0, 2**63), help="What the samples are drawn from (default 0)."),
)  # fmt: skip


def precision(digits: int) -> Callable[[F], F]:
    """`--precision`, with so many digits unless others are asked for."""
    words = f"Significant digits for people's formats, or full (default {digits})."
    return option("--precision", metavar="N", kind=Digits(), default=Usual(digits), help=words,
                        complete=offered("precision"))  # fmt: skip


NUMERALS = _all(
    precision(6),
    option(
        "--number", metavar="FORMAT", kind=NumberForm(), default="",
        help="Numbers for scripts as printf writes them: %.3f, %g, %d (a rounded whole number).",
    ),
)  # fmt: skip
STYLES = _all(NUMERALS, PREFIX, WIDTH, WARNINGS)
