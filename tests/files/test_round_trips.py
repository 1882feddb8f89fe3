"""What bpcalc prints it reads: the same doubles come back through every way in."""

from __future__ import annotations

import csv
import json
import math
import struct
from pathlib import Path
from typing import Any

import pytest
from commandline import call
from hypothesis import example, given, settings
from hypothesis import strategies as st

SPECIAL = [math.nan, math.inf, -math.inf]
NUMBERS = [*SPECIAL, 0.0, -0.0, 5e-324, -1.7976931348623157e308, 0.1, 1e22, 1 / 3]
COLUMN = 4  # of the value in the rows of CSV and TSV


def bits(values: Any) -> list[bytes]:
    """The doubles, byte by byte; a NaN is a NaN."""
    flat = [values] if isinstance(values, float) else values
    return [struct.pack("d", math.nan if value != value else value) for value in flat]


def got(words: list[str], stdin: bytes = b"", folder: Path | None = None) -> list[bytes]:
    """The value of x as a command has read it. Read here by Python's JSON, not by bpcalc."""
    result = call(["grad", "x*1", *words, "--upstream", "1", "-o", "json", "-q"], stdin, folder)
    assert result.status == 0, result.err
    (value,) = (node["value"] for node in json.loads(result.out)["nodes"] if node["name"] == "x")
    return bits([float(one) for one in (value if isinstance(value, list) else [value])])


def printed(numbers: list[float]) -> dict[str, str]:
    """An array as each format prints it."""
    program = f"x = [{', '.join(map(spelled, numbers))}]; x*1"
    words = ["grad", program, "--upstream", "1", "-q"]
    texts = {"get": call([*words, "--get", "x.value"]).out}
    texts["csv"] = list(csv.reader(call([*words, "-o", "csv"]).out.splitlines()))[1][COLUMN]
    texts["tsv"] = call([*words, "-o", "tsv"]).out.splitlines()[1].split("\t")[COLUMN]
    texts["json"] = json.dumps(json.loads(call([*words, "-o", "json"]).out)["value"])
    return texts


def spelled(number: float) -> str:
    """In words that the language always had."""
    return "(inf - inf)" if number != number else repr(number)


def test_every_format_prints_what_is_read_from_everywhere(tmp_path: Path) -> None:
    for form, text in printed(NUMBERS).items():
        assert got([f"x={text}"]) == bits(NUMBERS), form
        assert got(["x=@-"], text.encode()) == bits(NUMBERS), form
        (tmp_path / "a.json").write_text(text)
        (tmp_path / "a").write_text(text)
        for name in ("a.json", "a"):
            assert got([f"x=@{name}"], folder=tmp_path) == bits(NUMBERS), form
        if form == "json":
            assert got(["--bindings", "-"], f'{{"x": {text}}}'.encode()) == bits(NUMBERS)


@pytest.mark.parametrize("number", NUMBERS)
def test_a_single_number_too(number: float, tmp_path: Path) -> None:
    words = ["grad", f"x = {spelled(number)}; x*1", "-q"]
    plain = call([*words, "-o", "plain"]).out.split("\n")[0].split("\t")[1]
    quoted = json.dumps(json.loads(call([*words, "-o", "json"]).out)["value"])
    for text in (call([*words, "--get", "value"]).out.strip(), plain, quoted):
        assert got([f"x={text}"]) == bits(number)
        assert got(["x=@-"], text.encode()) == bits(number)
        for name in ("a.json", "a.csv", "a.tsv", "a.txt"):
            (tmp_path / name).write_text(text)
            assert got([f"x=@{name}"], folder=tmp_path) == bits(number)
    assert got(["--bindings", "-"], f'{{"x": {quoted}}}'.encode()) == bits(number)
    assert got(["--bindings", "-"], f'{{"x": {json.dumps(plain)}}}'.encode()) == bits(number)
    (tmp_path / "v.toml").write_text(f"x = {plain}\n")
    assert got(["--bindings", "v.toml"], folder=tmp_path) == bits(number)


@settings(max_examples=30)
@given(st.lists(st.floats(allow_subnormal=True), min_size=2, max_size=6))
@example([math.nan, math.nan])
def test_any_array_through_a_word_and_a_pipe(numbers: list[float]) -> None:
    for text in printed(numbers).values():
        assert got([f"x={text}"]) == bits(numbers)
        assert got(["x=@-"], text.encode()) == bits(numbers)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("nan", math.nan), ("NaN", math.nan), ("NAN", math.nan), ("-nan", math.nan), ("+nan", math.nan),
        ("inf", math.inf), ("Inf", math.inf), ("-inf", -math.inf), ("Infinity", math.inf), ("-Infinity", -math.inf),
        ('"NaN"', math.nan), ('"Infinity"', math.inf), ('"-Infinity"', -math.inf), ("'inf'", math.inf),
        ("-1/inf", -0.0), ("1 + Infinity", math.inf), ("max(3, -Infinity)", 3.0), ("sin(0)", 0.0),
        ("inf - inf", math.nan),
        ("[NaN][0]", math.nan), ('["-Infinity", 2][0]', -math.inf),
    ],
)  # fmt: skip
def test_the_words_for_what_is_no_finite_number(text: str, number: float) -> None:
    assert got([f"x={text}"]) == bits(number)
    assert got(["--bindings", "-"], json.dumps({"x": text}).encode()) == bits(number)


@pytest.mark.parametrize("option", ["--upstream", "--tangent"])
def test_upstream_gradients_and_tangents_too(option: str) -> None:
    is_upstream = option == "--upstream"
    command = ["grad", "x^2", "x=3", "--get", "x"] if is_upstream else ["jvp", "x^2", "x=3", "--get", "tangent"]
    for text, number in (("nan", math.nan), ('"Infinity"', math.inf), ("-inf", -math.inf)):
        given = text if is_upstream else f"x={text}"
        assert bits(float(call([*command, option, given, "-q"]).out)) == bits(6 * number)


@pytest.mark.parametrize("command", [["grad"], ["jacobian"], ["hessian"], ["diff"], ["jvp", "--tangent", "x=1"]])
def test_every_command_reads_them_from_a_file(command: list[str], tmp_path: Path) -> None:
    """`diff` puts values in as texts of the language, and NaN was none: a traceback."""
    (tmp_path / "a.csv").write_text("nan,2\n")
    (tmp_path / "v.json").write_text('{"a": [1, "NaN"], "b": "-Infinity"}')
    for words in (["sum(a*x)", "a=@a.csv"], ["sum(a*x)", "--bindings", "v.json"], ["b*x", "--bindings", "v.json"]):
        is_array = "sum" in words[0]
        given = ("x:2" if is_array else "x:") if command == ["diff"] else ("x=[1,1]" if is_array else "x=1")
        result = call([*command, *words, given, "-q"], folder=tmp_path)
        assert result.status == 0, result.err


def test_nan_is_a_constant_like_inf_and_a_name_wins() -> None:
    assert call(["grad", "nan*x", "x=2", "-q", "--get", "x"]).out == "nan\n"
    assert call(["grad", "nan*x", "x=2", "nan=3", "--get", "x"]).out == "3.0\n"
    assert call(["grad", "nan = 3; nan*x", "x=2", "--get", "x"]).out == "3.0\n"
    assert call(["diff", "nan*x"]).out == "∂f/∂x = nan\n"
    assert "\\text{nan}" in call(["diff", "nan*x", "-o", "latex"]).out


def test_a_mistake_among_them_keeps_its_place() -> None:
    assert call(["grad", "x", 'x=[1, "NaN", y]']).err.split("\n")[1:3] == ['  x=[1, "NaN", y]', "               ^"]
    for text, caret in (("[nan, inf, foo]", "             ^"), ("[foo, inf, nan]", "   ^")):
        assert call(["grad", "x", "x=@-"], text.encode()).err.split("\n")[1:3] == [f"  {text}", caret]
