"""Whatever is put in, what comes out is a result or one clean error: never a traceback, never half a result."""

from __future__ import annotations

import random
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from commandline import Result, call
from hypothesis import example, given
from hypothesis import strategies as st

from bpcalc.calculations.gradient import calculate
from bpcalc.errors import BpcalcError, Source, columns
from bpcalc.gate import CONVENTIONS
from bpcalc.gates import SPELLINGS
from bpcalc.reading.lexer import SAME, SUPERSCRIPTS
from bpcalc.reports.options import Options
from bpcalc.reports.report import Report
from bpcalc.telling.teller import tell

VALUES = {"x": 0.5, "y": -2.0, "z": 3.0, "x1": 0.0, "w0": 1.0, "_": 1e300, "gamma": -0.0, "lambda": 1.0, "slope": 0.1}
WIDEST = 80  # columns of a line that shows where an error is

NAMES = ("x", "y", "z", "x1", "w₀", "_", "pi", "e", "inf", "nan", "gamma", "lambda", "σ", "slope", "值")
NUMBERS = ("0", "1", "2", "0.5", "-0", "1e308", "1e-320", "9**9**9", "00", "1.", ".5", ".", "1_0", "1e", "0x1")
MARKS = ("(", ")", ",", ";", "=", "==", "\n", " ", "[", "]", ".T", "√", "'", '"', "#", "\\", "@", ":", "|", "!")
OPERATORS = ("+", "-", "*", "/", "^", "<", "<=", ">", ">=", "!=", *SAME, *SUPERSCRIPTS)
CALLS = ("f(a)=", "f(", "max(", "where(", "leaky_relu(x, slope=", "sum(", "reshape(", "solve(", "softmax(", "concat(")
ARRAYS = ("[1, 2]", "[[1, 2], [3, 4]]", "[x, y]", ":", "axis=0", "keepdims=1", "[0]", "[1:, 0]", "zeros(2, 3)", "@")
TOKENS = (*NAMES, *NUMBERS, *MARKS, *OPERATORS, *SPELLINGS, *CALLS, *ARRAYS)

PROGRAMS = (
    "q = x+y; f = q*z",
    "sigmoid(x*y + z)^2 / (1 + exp(-x))",
    "where(x > 0, sqrt(x), max(y, z, 0))",
    "f(a, b) = a*b + sin(a); g = f(x, y)\ng^2 # done",
    "leaky_relu(x, slope=0.2) + clip(y, -1, 1) - 2x",
    "x² + √(y²) · 3",
    "a = 2; b = a*x; b - stop_gradient(b)*floor(y)",
    "2(x+y)(x-y) + abs(z)^-2 + 1/x",
    "A = [[1, x], [y, 3]]; sum((A @ [x, 2] - [z, 1])^2, axis=0)",
    "S = [[x, 2, y], [0, 1, z]]; softmax_loss(S, [2, 0]) + max(S) + mean(S, axis=1)[0]",
    "logdet([[2, x], [x, 5]]) + trace(inv([[2, y], [0, 1]])) + norm([x, y, z][1:])",
)
OPTIONS = (
    "--wrt", "--of", "--upstream", "-o", "--format", "--get", "--trace", "--step", "--expand", "--convention",
    "--symbolic", "--all", "--precision", "--width", "-q", "--quiet", "--strict", "-h", "--help", "--", "-", "--trce",
    "--format=json", "--get=x", "--precision=full", "-f", "--file", "--bindings",
)  # fmt: skip
WORDS = (
    "grad", "gates", "completions", "bash", "x*y", "x", "q = x+y; f = q*z", "x=1", "y=-2", "z=0", "x=", "=2", "x=1=2",
    "x:3", "q", "f", "q.value", "x.grad", "value", "json", "plain", "csv", "table", "env", "full", "3", "-1", "1e9", "",
    " ", "sigmoid", "torch", "jax", "none", "-x", "-x^2", "é", "\udcff", "\0", "\n", "missing.json", ".",
)  # fmt: skip

texts = st.text(max_size=40)
soup = st.lists(st.sampled_from(TOKENS), max_size=25).map("".join) | st.lists(st.sampled_from(TOKENS), max_size=20).map(
    " ".join
)


@st.composite
def broken_programs(draw: st.DrawFn) -> str:
    """A good program after a few accidents: characters lost, doubled, swapped, or put in from elsewhere."""
    text = list(draw(st.sampled_from(PROGRAMS)))
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(text) - 1))
        match draw(st.integers(0, 3)):
            case 0:
                text[at] = ""
            case 1:
                text[at] *= 2
            case 2:
                other = draw(st.integers(0, len(text) - 1))
                text[at], text[other] = text[other], text[at]
            case _:
                text[at] += draw(st.sampled_from(TOKENS))
    return "".join(text)


def outcome(text: str, options: Options | None = None) -> Report | BpcalcError:
    """The report of a program, or its error, which must be fit to be shown."""
    try:
        return calculate(Source(text), VALUES, options or Options())
    except BpcalcError as error:
        assert_fit_to_show(error)
        return error


def assert_fit_to_show(error: BpcalcError) -> None:
    message = error.render()
    assert all(line.isprintable() for line in message.split("\n"))
    assert error.message
    if error.span is not None:
        length = len(error.span.source.text)
        assert 0 <= error.span.start <= length
        assert error.span.start < error.span.end <= length + 1
        if length:
            shown, caret = error.span.draw().split("\n")
            assert caret.strip(" ").strip("^") == ""
            assert columns(caret) <= columns(shown) + 1
            assert columns(shown) <= WIDEST


def assert_clean(result: Result) -> None:
    """The rule for every command line: a status that is documented, and no result beside an error."""
    assert "Traceback" not in result.err
    assert result.status in (0, 1, 2)
    if result.status == 2:
        assert result.out == ""
        assert result.err.startswith("error: ")
        assert result.err.count("\n") <= 4


@given(texts)
@example("\ud800")
@example("x\x00y")
@example("(" * 20_000)
@example("x" * 20_000)
@example("9" * 100_000)
def test_any_text_is_a_program_or_an_error(text: str) -> None:
    outcome(text)


@given(soup)
@example(".")
@example("x = \n\n")
@example("(x +\n\n")
@example("f(a)=a; f(f(f(")
def test_tokens_in_any_order_are_a_program_or_an_error(text: str) -> None:
    outcome(text)


@given(broken_programs(), st.sampled_from(CONVENTIONS), st.booleans(), st.sampled_from((4, None)))
def test_a_program_after_an_accident_is_a_program_or_an_error(
    text: str, convention: str, trace: bool, digits: int | None
) -> None:
    found = outcome(text, Options(convention=convention, trace=trace))
    if trace and isinstance(found, Report):
        assert all(line.text.isprintable() for told in tell(found, digits) for line in told.lines)


@given(broken_programs())
def test_a_value_after_an_accident_is_a_value_or_an_error(text: str) -> None:
    assert_clean(call(["grad", "x*y", "x=2", f"y={text}"]))


@given(st.binary(max_size=60))
@example(b"\xff\xfex\x00")
@example(b"")
def test_any_bytes_on_standard_input_are_a_program_or_an_error(raw: bytes) -> None:
    assert_clean(call(["grad", "-", "x=1", "y=2", "-o", "plain"], stdin=raw))


@given(st.lists(st.sampled_from((*OPTIONS, *WORDS, *WORDS)), max_size=8))
@example(["grad", "x", "x=1", "--get", "value.grad"])
@example(["grad", "a=b; a*2", "b=1", "--get", "a"])
@example(["grad", "x", "x=1", "--precision", "9" * 5000])
@example(["grad", "x", "x=1", "--width", "9" * 5000])
def test_any_words_on_the_command_line_end_cleanly(words: list[str]) -> None:
    with TemporaryDirectory() as folder:
        assert_clean(call(words, folder=Path(folder)))


@given(st.binary(max_size=60) | st.text(max_size=60).map(lambda text: text.encode("utf-8", "surrogatepass")))
@example(b'{"x": 1' + b"0" * 5000 + b"}")
@example(b"x = 1" + b"0" * 5000)
@example(b'{"x":' * 2000)
@example(b"x = [" * 2000)
@example(b'{"x": "\\ud800"}')
def test_any_bytes_in_a_file_of_bindings_are_values_or_an_error(raw: bytes) -> None:
    with TemporaryDirectory() as folder:
        for name in ("values.json", "values.toml"):
            (Path(folder) / name).write_bytes(raw)
            assert_clean(call(["grad", "x*y", "y=2", "--bindings", name], folder=Path(folder)))


@given(st.binary(max_size=60) | st.text("0123456789.,;-+eE \t\n\r\"'#x$%_NaInf[]{}", max_size=60).map(str.encode))
@example(b"\x93NUMPY\x01\x00")
@example(b"1,2\n")
@example(b'"')
@example(b"[[1], [2, 3]]")
def test_any_bytes_in_a_file_of_numbers_are_an_array_or_an_error(raw: bytes) -> None:
    with TemporaryDirectory() as folder:
        for name in ("a.csv", "a.tsv", "a.txt", "a.json", "a.npy"):
            (Path(folder) / name).write_bytes(raw)
            result = call(["grad", "sum(x)", f"x=@{name}", "--get", "value"], folder=Path(folder))
            assert_clean(result)
            if result.status == 0:
                float(result.out)


@given(st.integers(0, 10**9))
def test_a_file_of_numpy_after_an_accident_is_an_array_or_an_error(seed: int) -> None:
    chance, file = random.Random(seed), BytesIO()
    np.lib.format.write_array(file, np.arange(6.0).reshape(2, 3))
    raw = bytearray(file.getvalue())
    for _ in range(chance.randrange(1, 4)):
        raw[chance.randrange(len(raw))] = chance.choice([0, 1, 0x27, 0x28, 0x30, 0x39, 0x7B, 0xFF])
    del raw[len(raw) - chance.choice([0, 0, 1, 60]) :]
    with TemporaryDirectory() as folder:
        (Path(folder) / "a.npy").write_bytes(raw)
        assert_clean(call(["grad", "sum(x)", "x=@a.npy", "-q"], folder=Path(folder)))


@given(st.integers(0, 10**9))
def test_a_file_of_values_after_an_accident_is_read_or_refused(seed: int) -> None:
    chance = random.Random(seed)
    text = list('{"x": 1.5, "y": "pi/4", "z": -2e3}' if seed % 2 else 'x = 1.5\ny = "pi/4"\nz = -2e3\n')
    for _ in range(3):
        text[chance.randrange(len(text))] = chance.choice(['"', "{", "[", ",", "\n", "1", "e", "=", "'", ""])
    with TemporaryDirectory() as folder:
        name = "values.json" if seed % 2 else "values.toml"
        (Path(folder) / name).write_text("".join(text), encoding="utf-8")
        assert_clean(call(["grad", "x*y*z", "--bindings", name], folder=Path(folder)))
