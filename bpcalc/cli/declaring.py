"""Commands with their options and arguments, declared once, as plain records.

`plain` reads ordinary command lines from them. For help, mistakes and whatever is unusual `clicked` makes click's own
objects of them: click alone takes longer to import than a gradient to compute.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from bpcalc.errors import BpcalcError, did_you_mean
from bpcalc.typed import TYPE_CHECKING, Any, NamedTuple, TypeVar

if TYPE_CHECKING:
    F = TypeVar("F", bound=Callable[..., Any])
    Complete = Callable[[Mapping[str, Any], str], list["Offer"]]


class Concluded(Exception):  # noqa: N818 (it is none)
    """A command has said all that it was asked for, before its end."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class Offer(NamedTuple):
    """A word that may stand at the cursor.

    kind  "plain"; "nospace": nothing is put behind it; "file" or "array": a file's name, which the shell completes
    help  what it is
    """

    word: str
    kind: str = "plain"
    help: str = ""


class Usual(int):
    """A number that holds because nothing else was said."""


class Kind:
    """How a value is read. `choices`: the words that it may be, where it is one of a few."""

    choices: Callable[[], Sequence[str]] | None = None

    def convert(self, value: Any, spelling: str) -> Any:
        """The value of a text, for the option or argument of that spelling. Raises BpcalcError for what is none."""
        return value


class OneOf(Kind):
    """A word out of several, `what` they are: "format"."""

    def __init__(self, what: str, words: Sequence[str]) -> None:
        self.what = what
        self.words = words

    def choices(self) -> Sequence[str]:
        return self.words

    def convert(self, value: Any, spelling: str) -> Any:
        if value in self.choices():
            return value
        raise self.no_such(value)

    def no_such(self, value: str) -> BpcalcError:
        """The error of a word that is none of them."""
        hint = did_you_mean(value, self.choices()) or f"choose from {', '.join(self.choices())}"
        return BpcalcError(f'no {self.what} is called "{value}"', hint=hint)


class Option:
    """An option.

    spellings   `-o`, `--format`; off: those that say no, `--no-values`; name: of the parameter
    kind        how its value is read; is_flag: it has none
    bare        what it means without a value, which may then stand behind a `=` only: `--strict`
    default     the text, or what makes it, that an option without one has
    multiple    it may be repeated, and all values count; joined: they are lists, and one list in the end
    is_passed   whether the command is told of it
    complete    what completion offers for its value
    """

    def __init__(
        self, *spellings: str, kind: Kind | None = None, metavar: str = "", multiple: bool = False,
        is_flag: bool = False, bare: str | None = None, default: Any = None, help: str = "", joined: bool = False,
        is_passed: bool = True, complete: Complete | None = None,
    ) -> None:  # fmt: skip
        dashed = [one for word in spellings if word[0] == "-" for one in word.split("/")[:1]]
        self.spellings = dashed
        self.off = [one for word in spellings for one in word.split("/")[1:]]
        own = next((word for word in spellings if word[0] != "-"), "")
        self.name = own or self.spelling.lstrip("-").replace("-", "_")
        self.kind = kind or Kind()
        self.metavar = metavar
        self.multiple = multiple
        self.is_flag = is_flag or bool(self.off)
        self.bare = bare
        self.default = (default or False) if self.is_flag else default
        self.help = help
        self.joined = joined
        self.is_passed = is_passed
        self.complete = complete

    @property
    def spelling(self) -> str:
        """The longest one."""
        return max(self.spellings, key=len)

    @property
    def takes_next(self) -> bool:
        """Does it take the next word for its value?"""
        return not self.is_flag and self.bare is None

    def value(self, given: list[Any]) -> Any:
        """What the command is told, of the texts that the line gives, or the truths of a flag. Raises BpcalcError."""
        if self.is_flag:
            return given[-1] if given else self.default
        if self.multiple:
            found = tuple([self.kind.convert(text, self.spelling) for text in given])
            return tuple([one for part in found for one in part]) if self.joined else found
        text = given[-1] if given else self.default() if callable(self.default) else self.default
        return None if text is None else self.kind.convert(text, self.spelling)


HELP = Option("-h", "--help", is_flag=True, help="Show this message and exit.")  # which click declares itself
VERSION = Option("-V", "--version", is_flag=True, help="Show the version and exit.")  # commands do not list it


class Argument:
    """A word without an option; `rest`: all words that are left."""

    def __init__(
        self, name: str, metavar: str = "", kind: Kind | None = None, required: bool = False, rest: bool = False,
        complete: Complete | None = None,
    ) -> None:  # fmt: skip
        self.name = name
        self.metavar = metavar
        self.kind = kind or Kind()
        self.required = required
        self.rest = rest
        self.complete = complete


class Declared:
    """A command: the function that is called, and what its line may have, in the order of the help.

    summary   one line, where that is not the first sentence of the function's docstring
    is_click  it speaks of click's own objects: its first parameter is click's context
    """

    def __init__(self, function: Callable[..., Any], epilog: str, summary: str, is_click: bool) -> None:
        self.function = function
        self.name = function.__name__
        self.epilog = epilog
        self.summary = summary
        self.is_click = is_click
        self.parameters: list[Option | Argument] = getattr(function, "parameters", [])

    def __call__(self, **given: Any) -> Any:
        return self.function(**given)

    @property
    def told(self) -> str:
        """What it does, in one line."""
        text = " ".join((self.function.__doc__ or "").partition("\n\n")[0].split())
        sentence, stop, _ = text.partition(". ")
        return self.summary or sentence + stop.rstrip()


def command(epilog: str = "", summary: str = "", is_click: bool = False) -> Callable[[Callable[..., Any]], Declared]:
    """Declares the command of the function below."""
    return lambda function: Declared(function, epilog, summary, is_click)


def parameter(one: Option | Argument) -> Callable[[F], F]:
    """Declares an option or an argument of the function below; the first that is declared is the first of the help."""

    def decorate(function: F) -> F:
        function.parameters = [one, *getattr(function, "parameters", [])]  # type: ignore[attr-defined]
        return function

    return decorate


def option(*spellings: str, **settings: Any) -> Callable[[F], F]:
    """Declares an `Option`."""
    return parameter(Option(*spellings, **settings))


def argument(name: str, **settings: Any) -> Callable[[F], F]:
    """Declares an `Argument`."""
    return parameter(Argument(name, **settings))
