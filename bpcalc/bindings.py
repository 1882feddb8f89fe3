"""Words and files to values: `x=2`, `x=1/3`, `--bindings values.json`.

May import errors, lexer, graph, parse, and is handed the float algebra's evaluation. A value is a constant
expression of the language; nothing else is ever evaluated.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from bpcalc.errors import BpcalcError, Source, Span, did_you_mean
from bpcalc.lexer import canonical, is_name
from bpcalc.parse import Program, parse

# What an evaluation of a closed program looks like: program -> value of its output.
Evaluate = Callable[[Program], float]


def read_words(words: Iterable[str], evaluate: Evaluate) -> dict[str, float]:
    """The values of `NAME=VALUE` words."""
    values: dict[str, float] = {}
    for word in words:
        name, equals, text = word.partition("=")
        name = name.strip()
        if not equals:
            raise _no_binding(word)
        if not is_name(name):
            hint = "a binding is NAME=VALUE, for example x=2"
            raise BpcalcError(
                f'"{name}" is no name' if name else "a name is missing before =", hint=hint, span=_whole(word)
            )
        if not text.strip():
            raise BpcalcError(
                f'"{name}" has no value', hint=f"write {name}=2", span=Span(Source(word), len(word), len(word))
            )
        key = canonical(name)
        if key in values:
            raise BpcalcError(f'"{name}" is given two values', span=_whole(word))
        values[key] = read_value(text, evaluate, Source(word), len(word) - len(text))
    return values


def read_value(text: str, evaluate: Evaluate, shown: Source | None = None, offset: int = 0) -> float:
    """The value of a constant expression. An error shows the source `shown`, in which `text` stands at `offset`."""
    try:
        program = parse(Source(text))
        if program.variables:
            name = program.variables[0]
            start = max(0, text.find(name))
            raise BpcalcError(
                f'the value contains the name "{name}"', hint="a value is a number or a constant expression such as pi/4",
                span=Span(Source(text), start, start + len(name)),
            )  # fmt: skip
        return evaluate(program)
    except BpcalcError as error:
        if shown is not None and error.span is not None and error.span.source.text == text:
            error.span = Span(shown, error.span.start + offset, error.span.end + offset)
        raise


def read_file(path: str, text: str, evaluate: Evaluate) -> dict[str, float]:
    """The values of a JSON or TOML object; the file's ending tells which, `.toml` or else JSON."""
    pairs = _toml(path, text) if path.endswith(".toml") else _json(path, text)
    values: dict[str, float] = {}
    for name, value in pairs:
        if not is_name(name):
            raise BpcalcError(f'{path}: "{name}" is no name of a variable')
        key = canonical(name)
        if key in values:
            raise BpcalcError(f'{path}: "{name}" is given two values')
        values[key] = _entry(path, name, value, evaluate)
    return values


def _json(path: str, text: str) -> Iterable[tuple[str, Any]]:
    import json

    try:
        pairs = json.loads(text, object_pairs_hook=_Pairs, parse_int=_integer)
    except json.JSONDecodeError as error:
        place = Span(Source(text, path), error.pos, error.pos + 1)
        raise BpcalcError(f"this is no JSON: {error.msg[0].lower()}{error.msg[1:]}", span=place) from None
    except RecursionError:
        raise BpcalcError(f"{path}: nested too deeply") from None
    if not isinstance(pairs, _Pairs):
        raise BpcalcError(f"{path}: the file must hold one object", hint='for example {"x": 2, "y": 0.5}')
    return pairs


class _Pairs(list[tuple[str, Any]]):
    """A JSON object that keeps a name given twice."""


def _integer(text: str) -> float:
    """Integers of any length: Python itself refuses over 4300 digits."""
    return float(text)


def _toml(path: str, text: str) -> Iterable[tuple[str, Any]]:
    import tomllib

    try:
        return tomllib.loads(text).items()
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        raise BpcalcError(f"{path}: this is no TOML: {error}") from None


def _entry(path: str, name: str, value: Any, evaluate: Evaluate) -> float:
    if isinstance(value, str):
        special = {"NaN": "inf - inf", "Infinity": "inf", "-Infinity": "-inf"}.get(value, value)
        return read_value(special, evaluate)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        try:
            return float(value)
        except OverflowError:
            raise BpcalcError(f'{path}: the value of "{name}" is beyond the largest double, 1.8e308') from None
    if isinstance(value, list) and not isinstance(value, _Pairs):
        raise BpcalcError(f'{path}: "{name}" is an array', hint="bpcalc works on scalars so far")
    kind = (
        {True: "true", False: "false", None: "null"}.get(value)
        if isinstance(value, (bool, type(None)))
        else "an object"
    )
    raise BpcalcError(f'{path}: the value of "{name}" is {kind}, not a number')


def complete(program: Program, values: Mapping[str, float]) -> dict[str, float]:
    """The values that the program uses. Raises BpcalcError for a variable without one."""
    missing = [name for name in program.variables if name not in values]
    if missing:
        raise _unbound(program, missing, values)
    return {name: values[name] for name in program.variables}


def unused(program: Program, values: Iterable[str]) -> list[tuple[str, str]]:
    """The bindings that nothing uses, and what may have been meant."""
    variables = set(program.variables)
    found = []
    for name in values:
        if name not in variables:
            given = "the program itself gives it" if name in program.names else did_you_mean(name, program.variables)
            found.append((name, given))
    return found


def _unbound(program: Program, missing: list[str], values: Mapping[str, float]) -> BpcalcError:
    from bpcalc.lexer import locate, tokenize

    name = missing[0]
    place = next(at for at, token in enumerate(tokenize(program.source)) if canonical(token) == name)
    spare = [word for word in values if word not in program.variables]
    words = " ".join(f"{word}=…" for word in missing[:6]) + (" …" if len(missing) > 6 else "")
    close = did_you_mean(name, [*spare, *(word for word in program.names if word not in missing)])
    hint = "; ".join(part for part in (close, f"give it a value: {words}") if part)
    more = f" (and {len(missing) - 1} more)" if len(missing) > 1 else ""
    return BpcalcError(f'the variable "{name}" has no value{more}', hint=hint, span=locate(program.source, place))


def _whole(word: str) -> Span:
    return Span(Source(word), 0, len(word))


def _no_binding(word: str) -> BpcalcError:
    hint = "a binding is NAME=VALUE, for example x=2; an expression with blanks needs quotes"
    return BpcalcError(f'"{word}" is no binding', hint=hint, span=_whole(word))
