"""The options that commands share, and reading what they name."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import click

from bpcalc.cli.completions import (
    complete_bindings,
    complete_files,
    complete_name_list,
    complete_names,
    complete_packed,
    complete_precision,
)
from bpcalc.cli.words import OneOf
from bpcalc.errors import BpcalcError, Source
from bpcalc.gate import CONVENTIONS

F = TypeVar("F", bound=Callable[..., Any])

LARGEST = 2**30  # bytes of a program or a file of bindings


def _all(*decorators: Callable[[F], F]) -> Callable[[F], F]:
    def decorate(function: F) -> F:
        for decorator in reversed(decorators):
            function = decorator(function)
        return function

    return decorate


class Whole(click.ParamType[int]):
    """A whole number between two bounds."""

    name = "number"

    def __init__(self, option: str, least: int, most: int) -> None:
        self.option = option
        self.least = least
        self.most = most

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        if not (_is_whole(str(value)) and self.least <= int(value) <= self.most):
            raise BpcalcError(f'{self.option} takes {self.least} to {self.most}, not "{value}"')
        return int(value)


def _is_whole(text: str) -> bool:
    """Only digits, and not more than Python reads (it refuses over 4300)."""
    return text.isascii() and text.isdigit() and len(text) < 10


def formats(*names: str, words: str = "How to print the result.") -> Callable[[F], F]:
    """The option `-o`; the first format is the default."""
    return click.option("-o", "--format", "form", type=OneOf("format", names), default=names[0], help=words)


def _reads(words: str) -> Callable[[F], F]:
    """The expression, and the words behind it."""
    return _all(
        click.argument("expression", required=False, shell_complete=complete_bindings),
        click.argument("words", nargs=-1, metavar=words, shell_complete=complete_bindings),
        click.option(
            "-f", "--file", "file", metavar="PATH", help="Read the program from a file.", shell_complete=complete_files
        ),
        click.option(
            "--bindings",
            metavar="PATH",
            help="Read values from a JSON or TOML file; - is standard input (JSON).",
            shell_complete=complete_files,
        ),
    )


READS = _reads("[NAME=VALUE]...")
DECLARES = _reads("[NAME:SIZES | NAME=VALUE]...")
WRT = click.option(
    "--wrt",
    metavar="NAME,…",
    multiple=True,
    help="Take the gradient for these names only.",
    shell_complete=complete_name_list,
)
OF = click.option(
    "--of",
    metavar="NAME",
    help="Differentiate this node instead of the last statement.",
    shell_complete=complete_names,
)
EXPAND = click.option(
    "--expand",
    metavar="NAME,…",
    multiple=True,
    help="Open packed gates (sigmoid, …; all) into elementary ones.",
    shell_complete=complete_packed,
)
CONVENTION = click.option(
    "--convention",
    type=OneOf("convention", CONVENTIONS),
    default="torch",
    help="The rule where there is no derivative.",
)
WARNINGS = _all(
    click.option("-q", "--quiet", is_flag=True, help="Print no warnings."),
    click.option("--strict", is_flag=True, help="Exit with status 1 if there is a warning."),
)
WIDTH = click.option("--width", type=Whole("--width", 20, 10_000), metavar="N", help="Fit the output into N columns.")
STYLES = _all(
    click.option(
        "--precision",
        metavar="N",
        default="6",
        help="Significant digits for people's formats, or full (default 6).",
        shell_complete=complete_precision,
    ),
    WIDTH,
    WARNINGS,
)


def sequence(option: str, values: Iterable[str]) -> tuple[str, ...]:
    """`--wrt x,y --wrt z` as x, y, z. Raises BpcalcError for a value without a name in it."""
    names: list[str] = []
    for value in values:
        found = value.replace(",", " ").split()
        if not found:
            raise BpcalcError(f'{option} takes names, not "{value}"', hint=f"write {option} x,y or leave it out")
        names += found
    return tuple(names)


def read_text(path: str) -> str:
    """A file's text, or standard input's for `-`. Raises BpcalcError for a file that cannot be read as text."""
    shown = "standard input" if path == "-" else f'"{path}"'
    try:
        if path == "-":
            raw = sys.stdin.buffer.read(LARGEST + 1)
        else:
            with open(path, "rb") as file:
                raw = file.read(LARGEST + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise BpcalcError(f"cannot read {shown}: {reason[:1].lower()}{reason[1:]}") from None
    if len(raw) > LARGEST:
        raise BpcalcError(f"{shown} is larger than 1 GiB")
    try:
        return raw.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        raise BpcalcError(f"{shown} is not text in UTF-8: byte {error.start + 1} is {raw[error.start]:#04x}") from None


def read_program(expression: str | None, words: tuple[str, ...], file: str | None) -> tuple[Source, tuple[str, ...]]:
    """The program, and the words that are bindings: with `--file` the first word is one too."""
    if file is not None:
        if expression is not None:
            if "=" not in expression:
                hint = "with --file all words are bindings, for example x=2"
                raise BpcalcError(f'"{expression}" is no binding', hint=hint)
            words = (expression, *words)
        return Source(read_text(file), "standard input" if file == "-" else file), words
    if expression is None:
        raise BpcalcError("an expression is missing", hint='for example: bpcalc grad "(x+y)*z" x=-2 y=5 z=-4')
    if expression == "-":
        return Source(read_text("-"), "standard input"), words
    if _is_plain_binding(expression):
        hint = "it stands before the values; - reads it from standard input"
        raise BpcalcError(f'an expression is missing before "{expression}"', hint=hint)
    return Source(expression), words


def _is_plain_binding(word: str) -> bool:
    """Is a first word `x=2`, which as a program would be of no use?"""
    name, equals, value = word.partition("=")
    try:
        return bool(equals) and name.strip().isidentifier() and float(value) is not None
    except ValueError:
        return False


def read_values(words: tuple[str, ...], path: str | None) -> dict[str, float]:
    """The values of the words and of the file; words win."""
    from bpcalc.calculations.passes import evaluate
    from bpcalc.reading import bindings

    values = bindings.read_file(path, read_text(path), evaluate) if path is not None else {}
    return values | bindings.read_words(words, evaluate)


def read_precision(text: str) -> int | None:
    """`--precision`: the digits, or None for all of them."""
    if text == "full":
        return None
    if _is_whole(text) and 1 <= int(text) <= 17:
        return int(text)
    raise BpcalcError(f'--precision takes 1 to 17 or full, not "{text}"')


def read_declared(
    expression: str | None, words: tuple[str, ...], given: dict[str, Any]
) -> tuple[Source, dict[str, tuple[int, ...]], dict[str, Source]]:
    """The program, the shapes that words declare (`A:m,n`), and the values as texts of the language."""
    from bpcalc.cli.present import read
    from bpcalc.reading import declarations
    from bpcalc.reading.lexer import canonical, tokenize
    from bpcalc.writing.numerals import exact

    if given["file"] is not None and expression is not None:
        words, expression = (expression, *words), None
    value_words, shape_words = declarations.split(words)
    source, values = read(expression, value_words, given)
    written = {canonical(word.partition("=")[0].strip()): word.partition("=")[2].strip() for word in value_words}
    texts = {name: written.get(name, "@") for name in values}
    shapes = declarations.known_sizes(declarations.read_shapes(shape_words), values)
    for name in filter(values.__contains__, shapes):
        raise BpcalcError(f'"{name}" has a value and a shape', hint="the value tells the shape: leave the shape out")
    used = {canonical(token) for token in tokenize(source)}
    for error in (value for name, value in values.items() if name in used and isinstance(value, BpcalcError)):
        raise error
    return source, shapes, {
        name: Source(exact(values[name]) if text.startswith("@") else text)
        for name, text in texts.items() if not isinstance(values[name], BpcalcError)
    }  # fmt: skip
