"""Reading what a command line names: the program, values, shapes, and what is asked of the calculation."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from bpcalc.errors import BpcalcError, Source
from bpcalc.typed import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from bpcalc.algebra.protocol import Algebra
    from bpcalc.reading.bindings import Evaluate, Values
    from bpcalc.reports.options import Options
    from bpcalc.show import Form

# Options that only doubles have, and what they do with them.
DOUBLES = {"ulp": "", "sweep": "", "number": ", which it writes", "eigenvalues": "", "simplify": ""}

SYSTEMS = ("digits", "exact", "bounds")
TELL_ULPS = ("table", "json", "csv", "tsv")  # the formats that have room for it


def read(expression: str | None, words: tuple[str, ...], given: dict[str, Any]) -> tuple[Source, Values]:
    """The program and the values that a command is given."""
    source, values = _read(expression, words, given)
    if given["show_reading"]:
        show_reading(source, values, given)
    return source, values


def _read(expression: str | None, words: tuple[str, ...], given: dict[str, Any]) -> tuple[Source, Values]:
    _one_reader(expression, words, given)
    source, words = read_program(expression, words, given["file"])
    if given["latex"] or (given["file"] or "").endswith(".tex"):
        source.notation = "latex"
    if given["of"] is not None:
        from bpcalc.reading.output import ending_in

        source = ending_in(source, given["of"])
    values = read_values(words, given["bindings"], evaluator(given))
    _check_inexact(values, given)
    return source, values


def _check_inexact(values: Values, given: dict[str, Any]) -> None:
    """Raises BpcalcError for a range or an uncertain value where a command does not take it."""
    other = "monte_carlo" not in given or _is_exacting(given) or given.get("sweep")
    for name, value in dict.items(values):
        if type(value) is float:
            continue
        if getattr(value, "ranged", False) and not given.get("bounds"):
            hint = "add --bounds" if "bounds" in given else "bpcalc grad --bounds takes ranges"
            raise BpcalcError(f'the value of "{name}" is a range', hint=hint)
        if getattr(value, "uncertainty", None) is not None and other:
            hint = "bpcalc grad, with doubles and at one point, tells what uncertainties do"
            raise BpcalcError(f'the value of "{name}" is uncertain, and here values are exact', hint=hint)


def show_reading(
    source: Source, bound: Mapping[str, Any], given: dict[str, Any], asked: Collection[str] | None = None
) -> NoReturn:
    """Prints the program as it is understood, in place of all else, and ends the command."""
    from bpcalc.calculations.understood import understood
    from bpcalc.cli import results
    from bpcalc.cli.declaring import Concluded
    from bpcalc.reports.warning import Warning

    found = understood(source, bound, node(given), asked)
    results.write(found.text)
    warnings = [Warning(kind, name, None, message) for kind, name, message in found.remarks]
    raise Concluded(results.told(warnings, given))


def read_shaped(
    expression: str | None, words: tuple[str, ...], given: dict[str, Any]
) -> tuple[Source, dict[str, tuple[int, ...]], Values]:
    """The program, the shapes that words declare (`A:m,n`), and the values as numbers."""
    from bpcalc.reading import declarations

    if given["file"] is not None and expression is not None:
        words, expression = (expression, *words), None
    value_words, shape_words = declarations.split(words)
    source, values = _read(expression, value_words, given)
    shapes = declarations.known_sizes(declarations.read_shapes(shape_words), values)
    for name in filter(values.__contains__, shapes):
        raise BpcalcError(f'"{name}" has a value and a shape', hint="the value tells the shape: leave the shape out")
    if given["show_reading"]:
        from bpcalc.algebra.shapes import Shaped

        show_reading(source, {**values, **{name: Shaped(shape) for name, shape in shapes.items()}}, given)
    return source, shapes, values


def read_declared(
    expression: str | None, words: tuple[str, ...], given: dict[str, Any]
) -> tuple[Source, dict[str, tuple[int, ...]], Values]:
    """The program, the shapes that words declare (`A:m,n`), and the values as texts of the language."""
    from bpcalc.reading import bindings, declarations
    from bpcalc.reading.lexer import canonical, tokenize

    if given["file"] is not None and expression is not None:
        words, expression = (expression, *words), None
    value_words, shape_words = declarations.split(words)
    source, values = _read(expression, value_words, given)
    written = {canonical(word.partition("=")[0].strip()): word.partition("=")[2].strip() for word in value_words}
    texts = {name: written.get(name, "@") for name in values}
    shapes = declarations.known_sizes(declarations.read_shapes(shape_words), values)
    for name in filter(values.__contains__, shapes):
        raise BpcalcError(f'"{name}" has a value and a shape', hint="the value tells the shape: leave the shape out")
    used = {canonical(token) for token in tokenize(source)}
    unread = {name: value for name, value in values.items() if isinstance(value, BpcalcError)}
    for name in filter(used.__contains__, unread):
        raise unread[name]
    remarks = [bindings.Remark("unused", name, f'the value of "{name}" is not used') for name in unread]
    remarks += [remark for remark in values.remarks if remark.name in used]
    return source, shapes, bindings.Values({
        name: Source(_exact(values[name]) if text.startswith("@") else bindings.with_own_words(text))
        for name, text in texts.items() if name not in unread
    }, remarks)  # fmt: skip


def _exact(value: Any) -> str:
    """A value that was read from a file, as a text of the language."""
    from bpcalc.algebra.choice import algebra_for
    from bpcalc.writing.numerals import exact

    return exact(algebra_for((), [value]), value)


def asked(given: dict[str, Any]) -> Options:
    """What the options ask of a calculation; what a command has no option for is as in `DEFAULTS`."""
    form, picked = given["form"], given.get("get", ())
    traced = given.get("trace") or given.get("step")
    check_style(given)
    if traced and picked:
        option = "--step" if given.get("step") else "--trace"
        message = f"--get prints {picked[0]} alone, and {option} tells every step"
        raise BpcalcError(message, hint="leave one of them out")
    if traced and not form.traced:
        raise _no_trace(form)
    if traced and given.get("bounds"):
        raise BpcalcError("a trace has single numbers, and --bounds has two ends for each", hint="leave one out")
    if given.get("ulp") and (traced or picked or form.name not in TELL_ULPS):
        raise BpcalcError(f"--ulp is told by -o {', '.join(TELL_ULPS)}, without --trace and --get")
    return shared(given)._replace(
        nodes=None if form.needs_rows and not picked else (),
        all=given.get("show_all", True) or not form.is_for_the_eye,
        symbolic=False if picked or given.get("bounds") else given.get("symbolic") or None,
        split=given.get("split") or 1,
        **_uncertain(given),
        simplify=given.get("simplify", False),
        ulp=given.get("ulp", False),
        trace=bool(traced),
    )


def _uncertain(given: dict[str, Any]) -> dict[str, Any]:
    """What is asked of uncertain values."""
    if "monte_carlo" in given and given["seed"] is not None and not given["monte_carlo"]:
        raise BpcalcError("--seed is of --monte-carlo", hint="add --monte-carlo 100000")
    found: dict[str, Any] = {}
    if given.get("correlation"):
        from bpcalc.reading.correlations import read_correlations

        found["correlations"] = read_correlations(given["correlation"])
    if given.get("monte_carlo"):
        found |= {"monte_carlo": given["monte_carlo"], "seed": given.get("seed") or 0}
    return found


def shared(given: dict[str, Any]) -> Options:
    """What every command that calculates is asked in the same words."""
    from bpcalc.reports.options import Options

    return Options(
        wrt=joined(given.get("wrt", ())),
        of=node(given),
        upstream=_upstream(given),
        convention=given["convention"],
        expand=joined(given["expand"]),
        numbers=numbers(given),
    )


def node(given: dict[str, Any]) -> str | None:
    """The node that `--of` names; None where it is a formula, which stands in the program then."""
    if given["of"] is None:
        return None
    from bpcalc.reading.output import is_formula

    return None if is_formula(given["of"]) else given["of"]


def numbers(given: dict[str, Any]) -> Algebra | None:
    """The number system that is asked for; None: doubles. Raises BpcalcError where it cannot do what else is."""
    if given.get("split") is not None and not given.get("bounds"):
        raise BpcalcError("--split is of --bounds", hint="add --bounds")
    if not _is_exacting(given):
        return None
    option, *more = [f"--{word}" for word in SYSTEMS if given.get(word) not in (None, False)]
    if more:
        raise BpcalcError(f"{option} and {more[0]} are two number systems", hint="leave one of them out")
    for other, why in DOUBLES.items():
        if given.get(other):
            raise BpcalcError(f"--{other} is for doubles{why}, and {option} for other numbers", hint="leave one out")
    from bpcalc.algebra import systems

    if given.get("bounds"):
        return systems.bounded()
    return systems.exact() if given["exact"] else systems.with_digits(given["digits"])


def _is_exacting(given: dict[str, Any]) -> bool:
    return any(given.get(word) not in (None, False) for word in SYSTEMS)


def evaluator(given: dict[str, Any]) -> Evaluate:
    """What makes values of constant expressions: doubles, which other number systems calculate anew."""
    from bpcalc.calculations.passes import evaluate, typed

    return typed if _is_exacting(given) else evaluate


def joined(groups: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    """`--wrt x,y --wrt z` as x, y, z."""
    return tuple(name for group in groups for name in group)


def check_style(given: dict[str, Any]) -> None:
    """Raises BpcalcError for an option that has no meaning in the format that is asked for."""
    form, picked = given["form"], given.get("get", ())
    name = form.picks if picked else form.name
    if not name:
        from bpcalc.show import forms

        scripts = ", ".join(dict.fromkeys(filter(None, (one.picks for one in forms(form.view)))))
        raise BpcalcError(f"--get prints data, and -o {form.name} is for the eye", hint=f"with --get -o is {scripts}")
    if given.get("prefix") and name != "env":
        raise BpcalcError("--prefix is of the variables of -o env", hint=f"add -o env, or leave {given['prefix']} out")
    if given.get("part") and name != "latex":
        raise BpcalcError("--part is of LaTeX", hint="add -o latex")
    if given.get("number") and form.is_for_the_eye and not picked:
        hint = "add -o plain, json, csv, tsv or env; --precision N rounds the others"
        raise BpcalcError("--number is for scripts' formats", hint=hint)


def differentiated(picked: Iterable[str]) -> tuple[str, ...]:
    """The inputs that `--get x.y` or `--get x` asks for: no others need be computed."""
    parted = (name.removesuffix(".grad").split(".", 1) for name in picked if not _is_value(name))
    return tuple(dict.fromkeys(part for parts in parted for part in parts if part != "eigenvalues"))


def _is_value(name: str) -> bool:
    """Does --get ask for a value, `value`, `q.value` or `value[0]`?"""
    return f".{name}".endswith(".value") or name.startswith("value[")


def _no_trace(form: Form) -> BpcalcError:
    from bpcalc.show import forms

    *others, last = [one.name for one in forms(form.view) if one.traced]
    return BpcalcError(f"a trace has the formats {', '.join(others)} and {last}")


def _upstream(given: dict[str, Any]) -> Any:
    """The gradient that flows in. Where only values are asked for there is none, and any will do."""
    if given.get("upstream") is not None:
        return read_upstream(given["upstream"], evaluator(given))
    names = given.get("get", ())
    only_values = names and all(name == "value" or name.endswith(".value") for name in names)
    return 1.0 if only_values else None


def upstream_formula(text: str | None) -> Source | None:
    """The gradient that `--upstream` gives as a formula of variables."""
    if text is not None and not text.strip():
        raise BpcalcError("--upstream needs a formula", hint="a declared name, --upstream G with G:n, or any formula")
    return None if text is None else Source(text)


def read_upstream(text: str, evaluate: Evaluate) -> Any:
    """The gradient that `--upstream` gives."""
    if not text.strip():
        raise BpcalcError("--upstream needs a value", hint="write --upstream 1")
    if text.strip().startswith("@"):
        from bpcalc.reading.files import read_array

        return read_array(text.strip()[1:]).array
    from bpcalc.reading.bindings import read_value

    return read_value(text, evaluate, Source(f"--upstream {text}"), len("--upstream "))


def _one_reader(expression: str | None, words: tuple[str, ...], given: dict[str, Any]) -> None:
    """Raises BpcalcError where two things would be read from standard input, of which there is one."""
    readers = ["the program"] * ("-" in (expression, given["file"]))
    readers += ["the table"] * (given.get("table") == "-")
    readers += ["the bindings"] * given["bindings"].count("-")
    for word in (expression or "", *words, *given.get("tangent", ()), *given.get("vector", ())):
        before, _, text = word.rpartition("=")  # of `y=1,x=@-`, as --tangent has it, the last
        readers += [before.rpartition(",")[2].strip()] * _is_stdin(text)
    readers += ["--data"] * (given.get("data") == "-")
    readers += ["--upstream"] * _is_stdin(given.get("upstream") or "")
    if len(readers) > 1:
        raise BpcalcError(f"standard input cannot be both {readers[0]} and {readers[1]}")


def _is_stdin(text: str) -> bool:
    """Is it `@-`, or a column of that?"""
    return text.strip().partition(":")[0] == "@-"


def read_program(expression: str | None, words: tuple[str, ...], file: str | None) -> tuple[Source, tuple[str, ...]]:
    """The program, and the words that are bindings: with `--file` the first word is one too."""
    if file is not None:
        if expression is not None:
            if "=" not in expression:
                hint = "with --file all words are bindings, for example x=2"
                raise BpcalcError(f'"{expression}" is no binding', hint=hint)
            words = (expression, *words)
        return Source(_text(file), "standard input" if file == "-" else file), words
    if expression is None:
        raise BpcalcError("an expression is missing", hint='for example: bpcalc grad "(x+y)*z" x=-2 y=5 z=-4')
    if expression == "-":
        return Source(_text("-"), "standard input"), words
    if _is_plain_binding(expression):
        hint = "it stands before the values; - reads it from standard input"
        raise BpcalcError(f'an expression is missing before "{expression}"', hint=hint)
    return Source(expression), words


def _text(path: str) -> str:
    from bpcalc.reading.streams import read_text

    return read_text(path)


def _is_plain_binding(word: str) -> bool:
    """Is a first word `x=2`, which as a program would be of no use?"""
    name, equals, value = word.partition("=")
    try:
        return bool(equals) and name.strip().isidentifier() and float(value) is not None
    except ValueError:
        return False


def read_values(words: tuple[str, ...], paths: Iterable[str], evaluate: Evaluate) -> Values:
    """The values of the words and of the files; later files win over earlier ones, and words over all."""
    from bpcalc.reading import bindings

    values = bindings.Values()
    for path in paths:
        from bpcalc.reading.named_files import read_named

        values = values.with_words(read_named(path, _text(path), evaluate))
    return values.with_words(bindings.read_words(words, evaluate))
