"""Words and files to values: `x=2`, `x=1/3`, `--bindings values.json`.

A value is a constant expression of the language; nothing else is ever evaluated.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from math import isfinite

from bpcalc.errors import BpcalcError, Source, Span, did_you_mean
from bpcalc.gate import Literal
from bpcalc.graph import literal
from bpcalc.reading.lexer import SUPERSCRIPTS, canonical, is_name, locate, tokenize
from bpcalc.reading.parser import parse
from bpcalc.reading.program import Program
from bpcalc.typed import Any, NamedTuple

# What an evaluation of a closed program looks like: program -> value of its output.
Evaluate = Callable[[Program], float]

CONSTANT = "a value is a number, an array or a constant expression, such as 0.5, [1, 2] or pi/4"
# Numbers that other languages have as names.
ELSEWHERE = {"true": "write 1", "false": "write 0"}
# NaN and infinity as other programs print them, and as JSON has them: in quotes.
SPECIAL = r"""(?<![\w"'])(["']?)([+-]?)(nan|inf(?:inity)?)\1(?![\w"'(=])"""
GUESSED = 20  # bindings that nothing uses: for more of them no name that may be meant is looked for
DEEPEST = 100  # parts of a key in TOML: with its length the time that Python takes for it grows as the square


class Remark(NamedTuple):
    """Something to be told about a binding: a warning's kind, the name, and the sentence."""

    kind: str
    name: str
    message: str


class Values(dict[str, Any]):
    """Values by name, and what is to be told about how they were read.

    A value of a file that could not be read is its error, which looking the name up raises: the file may hold notes
    beside the numbers, which the program does not use.
    """

    def __init__(self, values: Mapping[str, Any] | None = None, remarks: Iterable[Remark] = ()) -> None:
        super().__init__(values or {})
        self.remarks = list(remarks)

    def __getitem__(self, name: str) -> Any:
        value = super().__getitem__(name)
        if isinstance(value, BpcalcError):
            raise value
        return value

    def with_words(self, words: Values) -> Values:
        """These values and those of words, which win."""
        both = Values(self, (*self.remarks, *words.remarks))
        both.update(words)
        return both


def read_words(words: Iterable[str], evaluate: Evaluate, inexact: bool = True) -> Values:
    """The values of `NAME=VALUE` words. inexact: whether ranges and uncertain values are among them."""
    values = Values()
    for word in words:
        name, equals, text = word.partition("=")
        if not equals:
            raise _no_binding(word)
        name = name_before(word, "=")
        if not text.strip():
            raise BpcalcError(
                f'"{name}" has no value', hint=f"write {name}=2", span=Span(Source(word), len(word), len(word))
            )
        key = canonical(name)
        if key in values:
            raise BpcalcError(f'"{name}" is given two values', span=whole_word(word))
        if text.lstrip().startswith("@"):
            from bpcalc.reading.files import read_array

            values[key], doubt = read_array(text.strip()[1:])
            values.remarks += [Remark("reading", key, f"{key}: {doubt}")] if doubt else []
        else:
            read = read_given if inexact else read_value
            values[key] = read(text, evaluate, Source(word), len(word) - len(text))
    return values


def name_before(word: str, mark: str) -> str:
    """The name before the mark in `x=2`, `x:n`."""
    name = word.partition(mark)[0].strip()
    if is_name(name):
        return name
    hint = "a binding is NAME=VALUE, for example x=2" if mark == "=" else "a shape is NAME:SIZES, for example A:3,n"
    raise BpcalcError(
        f'"{name}" is no name' if name else f"a name is missing before {mark}", hint=hint, span=whole_word(word)
    )


def read_value(text: str, evaluate: Evaluate, shown: Source | None = None, offset: int = 0) -> float:
    """The value of a constant expression. An error shows the source `shown`, in which `text` stands at `offset`."""
    source = Source(with_own_words(text))
    try:
        _one_expression(source)
        program = parse(source)
        if program.variables:
            name = program.variables[0]
            hint = ELSEWHERE.get(name.casefold(), CONSTANT)
            raise BpcalcError(
                f'the value contains the name "{name}"', hint=hint, span=locate(source, program.used[name])
            )
        return evaluate(program)
    except BpcalcError as error:
        if error.span is not None and error.span.source is source:
            error.span = Span(shown or Source(text), error.span.start + offset, error.span.end + offset)
        raise


def read_given(text: str, evaluate: Evaluate, shown: Source | None = None, offset: int = 0) -> Any:
    """The value of a variable: a constant expression, a range or an uncertain number. Errors as of `read_value`."""
    if "(" in text or ".." in text or "±" in text or "+" in text:
        from bpcalc.reading import inexact

        found = inexact.read(text, evaluate, shown, offset, read_value)
        if found is not None:
            return found
    return read_value(text, evaluate, shown, offset)


def with_own_words(text: str) -> str:
    """The text with NaN and infinity as the language has them, at the same places: `"NaN"` is nan, `Infinity` inf."""
    if "n" not in text.casefold():
        return text
    import re

    def own(match: re.Match[str]) -> str:
        return f"{match[2]}{'nan' if match[3][0] in 'nN' else 'inf'}".rjust(len(match[0]))

    return re.sub(SPECIAL, own, text, flags=re.IGNORECASE)


def _one_expression(source: Source) -> None:
    """Raises BpcalcError for a value of several statements."""
    if not any(mark in source.text for mark in "=;\n"):
        return
    depth = 0
    for place, token in enumerate(tokenize(Source(source.text.rstrip()))):
        depth += {"(": 1, "[": 1, ")": -1, "]": -1}.get(token, 0)
        if depth <= 0 and token in ("=", ";", "\n"):
            shown = "\\n" if token == "\n" else token
            raise BpcalcError(f'unexpected "{shown}" in a value', hint=CONSTANT, span=locate(source, place))


def read_file(path: str, text: str, evaluate: Evaluate) -> Values:
    """The values of a JSON or TOML object; the file's ending tells which, `.toml` or else JSON."""
    shown = "standard input" if path == "-" else path
    pairs = _toml(shown, text) if path.endswith(".toml") else _json(shown, text)
    pairs = list(pairs)
    if (plain := _plain(pairs)) is not None:
        return Values(plain)
    values = Values()
    for name, value in pairs:
        if not is_name(name):
            raise BpcalcError(f'{shown}: "{name}" is no name of a variable')
        key = canonical(name)
        if key in values:
            raise BpcalcError(f'{shown}: "{name}" is given two values')
        try:
            values[key] = _entry(f'{shown}: the value of "{name}"', value, evaluate)
        except BpcalcError as error:
            values[key] = error
    return values


def _plain(pairs: list[tuple[str, Any]]) -> dict[str, float] | None:
    """The values by their names, where all are finite floats and no name needs a look: of a million quickly."""
    values = dict(pairs)
    is_plain = len(values) == len(pairs) and {*map(type, values.values())} <= {float, Literal}
    is_plain = is_plain and all(map(isfinite, values.values()))
    return values if is_plain and all(map(str.isidentifier, values)) and all(map(str.isascii, values)) else None


def _json(path: str, text: str) -> Iterable[tuple[str, Any]]:
    import json

    try:
        # integers of any length (Python itself refuses over 4300 digits), and NaN and Infinity as texts
        pairs = json.loads(text, object_pairs_hook=_Pairs, parse_int=literal, parse_float=literal, parse_constant=str)
    except json.JSONDecodeError as error:
        place = Span(Source(text, path), error.pos, error.pos + 1)
        hint = "" if path.endswith(".json") else "the name of a file in TOML ends in .toml"
        raise BpcalcError(f"this is no JSON: {_small(error.msg)}", hint=hint, span=place) from None
    except RecursionError:
        raise BpcalcError(f"{path}: nested too deeply") from None
    if not isinstance(pairs, _Pairs):
        raise BpcalcError(f"{path}: the file must hold one object", hint='for example {"x": 2, "y": 0.5}')
    return pairs


class _Pairs(list[tuple[str, Any]]):
    """A JSON object that keeps a name given twice."""


def _toml(path: str, text: str) -> Iterable[tuple[str, Any]]:
    import re
    import tomllib

    def real(number: str) -> float | str:
        return number if number.lstrip("+-") in ("inf", "nan") else literal(number.replace("_", ""))

    part = r"""(?:[A-Za-z0-9_-]+|"[^"\n]*"|'[^'\n]*')"""
    if long := re.search(rf"(?<![\w.\"'-]){part}(?:[ \t]*\.[ \t]*{part}){{{DEEPEST}}}", text):
        span = Span(Source(text, path), *long.span())
        raise BpcalcError(f"a key has more than {DEEPEST} parts", span=span)
    try:
        return tomllib.loads(text, parse_float=real).items()
    except tomllib.TOMLDecodeError as error:
        message, _, place = str(error).partition(" (at ")
        start = len(text.rstrip())
        if at := re.match("line ([0-9]+), column ([0-9]+)", place):
            start = sum(len(before) + 1 for before in text.split("\n")[: int(at[1]) - 1]) + int(at[2]) - 1
        span = Span(Source(text, path), start, start + 1)
        raise BpcalcError(f"this is no TOML: {_small(message)}", span=span) from None
    except RecursionError:
        raise BpcalcError(f"{path}: nested too deeply") from None
    except ValueError:  # Python refuses an integer of over 4300 digits
        raise BpcalcError(f"{path}: a whole number of thousands of digits") from None


def _small(text: str) -> str:
    return text[:1].lower() + text[1:]


def _entry(title: str, value: Any, evaluate: Evaluate) -> Any:
    if isinstance(value, str):
        try:
            return read_given(value, evaluate)
        except BpcalcError as error:
            error.message = f"{title}: {error.message}"
            raise
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        try:
            number = value if isinstance(value, float) else literal(str(value))
        except ValueError:
            number = float("inf")
        if abs(number) == float("inf"):
            raise BpcalcError(f"{title} is beyond the largest double, 1.8e308", hint='write "inf" for infinity')
        return number
    if type(value) is list:  # and no `_Pairs`
        from bpcalc.reading.files import from_lists

        return from_lists(value, title)
    kind = "an object" if isinstance(value, (dict, _Pairs)) else "null" if value is None else str(value).lower()
    raise BpcalcError(f"{title} is {kind}, not a number")


def are_uncertain(values: Mapping[str, Any]) -> bool:
    """Is any value uncertain?"""
    some = [value for value in dict(values).values() if type(value) is not float]
    return any(getattr(value, "uncertainty", None) is not None for value in some)


def exact(values: Mapping[str, Any]) -> Mapping[str, Any]:
    """The values as they are, without their uncertainties."""
    if not are_uncertain(values):
        return values
    plain = {name: getattr(value, "exact", value) for name, value in dict(values).items()}
    return Values(plain, getattr(values, "remarks", ()))


def used(program: Program, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values of the program's variables that have one; for one that could not be read its error."""
    if _are_the_same(program, values):
        return {**values}
    return {name: values.get(name) for name in program.variables if name in values}


def _are_the_same(program: Program, values: Iterable[str]) -> bool:
    """Are the names with a value the program's variables, in the same order? Of a million this is soon known."""
    return [*values] == program.variables


def complete(program: Program, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values of the program's variables. Raises BpcalcError where one has none, or one that could not be read."""
    found = used(program, values)
    if len(found) < len(program.variables):
        raise _unbound(program, [name for name in program.variables if name not in found], values)
    if any(issubclass(kind, BpcalcError) for kind in {*map(type, found.values())}):
        raise next(value for value in found.values() if isinstance(value, BpcalcError))
    return found


def remarks(program: Program, values: Mapping[str, Any]) -> list[Remark]:
    """What is to be told about the reading of the program, and about the bindings: those that nothing uses, and those
    that could be read otherwise."""
    told = [Remark("unused", name, f'the binding "{name}" is not used{why}') for name, why in _unused(program, values)]
    told = [*map(Remark._make, program.remarks), *told]
    return told + [remark for remark in getattr(values, "remarks", ()) if remark.name in program.variables]


def _unused(program: Program, values: Iterable[str]) -> Iterator[tuple[str, str]]:
    """The bindings that nothing uses, and what may have been meant."""
    if _are_the_same(program, values):
        return
    variables, guesses = set(program.variables), 0
    for name in values:
        if name in program.names and name not in variables:
            yield name, ": the program itself gives it"
        elif name not in variables:
            meant = did_you_mean(name, program.variables) if guesses < GUESSED else ""
            guesses += 1
            yield name, f": {meant}" if meant else ""


def _unbound(program: Program, missing: list[str], values: Mapping[str, float]) -> BpcalcError:
    name = missing[0]
    words = " ".join(f"{word}=…" for word in missing[:6]) + (" …" if len(missing) > 6 else "")
    more = f" (and {len(missing) - 1} more)" if len(missing) > 1 else ""
    hint = f"{_why_unbound(program, name, missing, values)} give it a value: {words}".strip()
    if program.source.output is not None and _is_of_output(program, name):
        known = ", ".join([word for word in program.names if word not in missing][:6])
        hint = f"give that node a name in the program; its names are {known}"
    span = locate(program.source, *program.written.get(name, (program.used[name],)))
    return BpcalcError(f'the variable "{name}" has no value{more}', hint=hint, span=span)


def _why_unbound(program: Program, name: str, missing: list[str], values: Mapping[str, float]) -> str:
    """What else may be wrong than a value that was left out."""
    from bpcalc.gates.arrays import SPELLINGS
    from bpcalc.reading.notations import name_without_value
    from bpcalc.reading.products import meant

    if name in program.written:
        return _as_in_latex(program, name, [word for word in values if word not in program.names])
    if written := name_without_value(program, name):
        return f"{written}; or"
    if written := meant(name, lambda word: word in values or (word in program.names and word not in missing)):
        return f"write {written}; or"
    if name in SPELLINGS:
        after = tokenize(program.source)[program.used[name] + 1]
        power = after if after[:1] in (*SUPERSCRIPTS,) else ""
        return f"the function is written {name}(x){power}; or"
    spare = [word for word in values if word not in program.names]
    close = did_you_mean(name, [*spare, *(word for word in program.names if word not in missing)])
    if not close and not name.isascii():
        from unicodedata import name as title

        odd = next(character for character in name if not character.isascii())
        close = f'"{odd}" is U+{ord(odd):04X} {title(odd, "").lower()}' if spare else ""
        return f"{close};" if close else ""
    return f"{close} or" if close else ""


def _is_of_output(program: Program, name: str) -> bool:
    """Does a name without a value stand in the formula of `--of` only, and look like that of a node?"""
    assert program.source.output is not None
    span = locate(program.source, *program.written.get(name, (program.used[name],)))
    return span.start >= program.source.output[1] and (name == "f" or (name[:1] == "n" and name[1:].isdigit()))


def _as_in_latex(program: Program, name: str, spare: list[str]) -> str:
    """How a name of LaTeX is spelled in a binding, and what may have been meant."""
    span = locate(program.source, *program.written[name])
    shown = program.source.text[span.start : span.end]
    close = did_you_mean(name, spare)
    return f"{close} or" if close else f"{shown} is called {name};" if shown != name else ""


def whole_word(word: str) -> Span:
    return Span(Source(word), 0, len(word))


def _instead(name: str, value: str) -> str:
    """What to write for NAME:VALUE, which `diff` and `code` would take for sizes."""
    sizes = [part.strip() for part in value.split(",")]
    are_sizes = "sizes are for bpcalc diff and code"
    if all(map(str.isdecimal, sizes)):
        number = f"{name}={value} for the number, " if len(sizes) == 1 else ""
        return f"write {number}{name}=ones({value}) for an array; {are_sizes}"
    if all(size.isdecimal() or is_name(size) for size in sizes):
        return f"give {name} numbers, for example {name}={'[' * len(sizes)}1, 2{']' * len(sizes)}; {are_sizes}"
    return f"write {name}={value}"


def _no_binding(word: str) -> BpcalcError:
    name, colon, value = word.partition(":")
    hint = "a binding is NAME=VALUE, for example x=2; an expression with blanks needs quotes"
    if word.startswith("--"):
        hint = "behind -- no word is an option"
    elif word[:1] == "-" and len(word) > 2:
        hint = f"an option's value is a word of its own: {word[:2]} {word[2:]}"
    elif colon and is_name(name) and value:
        hint = _instead(name, value)
    return BpcalcError(f'"{word}" is no binding', hint=hint, span=whole_word(word))
