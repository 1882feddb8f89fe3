"""Whatever a terminal would obey, or would show as something else than it is, never leaves bpcalc as itself.

Each such character is put into every place that a person, a file or a script can write to, for every command, and both
streams are looked at.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from unicodedata import category

import numpy as np
import pytest
from commandline import Result, call

from bpcalc import BpcalcError, gradient
from bpcalc.reading.lexer import is_name

CONTROLS = [chr(code) for code in (*range(0x20), *range(0x7F, 0xA0))]
DIRECTIONS = [*"\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"]
UNSEEN = [*"\xad\u115f\u1160\u180e\u200b\u200c\u200d\u2028\u2029\u2060\u2064\u206f\u3164\ufeff\uffa0\ufff9\U000e0041"]
OTHERS = ["\ud800", "\ue000", "\uffff"]
CHARACTERS = [*CONTROLS, *DIRECTIONS, *UNSEEN, *OTHERS]
ALL = "".join(CHARACTERS)
LINES = "\n\t "  # what bpcalc itself writes between its own words

CALCULATIONS = ("grad", "jvp", "jacobian", "hessian", "diff")


def leaks(result: Result) -> set[str]:
    """The characters of the input that are in the output as themselves."""
    return {hex(ord(c)) for c in result.out + result.err if c in CHARACTERS and c not in LINES}


def is_harmless(character: str) -> bool:
    """Is the character one that is seen? Said by Unicode's categories, not by the program's own list."""
    return category(character)[0] in "LMNPS" or character == " "


def commands(text: str) -> Iterator[list[str]]:
    """Command lines with a text wherever a word goes."""
    for command in CALCULATIONS:
        for program in (
            f"x{text}*y", f"{text}", f"(x #{text}\n + x)\nx*y", f"x # {text}", f"y{text} = x; y*x",
            f"sum(x, axis='{text}')",
            f'"{text}"*x', f"f{text}(a) = a; f(x)", f"x*y; # {text}\nx*z", f"sin(x{text}", f"x[{text}]", f"[x, {text}]",
        ):  # fmt: skip
            yield [command, program, "x=2", "y=3"]
        for word in (f"x{text}=2", f"x=2{text}", f"{text}", f"x=@no{text}.csv", f"{text}:3", f"z=[{text}]",
                     f"--{text}"):  # fmt: skip
            yield [command, "x*y", "y=3", word]
        for option in ("--wrt", "--of", "-o", "--get", "--convention", "--precision", "--width", "--expand", "--vector",
                       "--tangent", "--upstream", "--order", "--taylor", "--symmetric", "--layout", "--file",
                       "--bindings", f"--x{text}"):  # fmt: skip
            yield [command, "x*y", "x=2", "y=3", option, text]
            yield [command, "x*y", "x=2", "y=3", f"{option}=x{text}"]
    for command in ("gates", "completions", "gates tanh", "completions bash", "grad --help", "", "--version"):
        yield [*command.split(), text]
        yield [*command.split(), f"--{text}"]
        yield [*command.split(), f"--a{text}=1"]


def files(text: str) -> Iterator[tuple[str, list[str]]]:
    """Files with a text in every place, and the command that reads each."""
    quoted = json.dumps(text)[1:-1]
    yield "p.txt", ["grad", "-f", "p.txt", "x=2"]
    for content in (f"x*2 # {text}", f"x{text}*2", f"x # {text}\nx*2", f"{text}"):
        yield content, ["grad", "-f", "FILE.txt", "x=2", "-o", "json"]
        yield content, ["diff", "-f", "FILE.txt"]
    for content in (
        f'{{"x{quoted}": 2}}', f'{{"x": "{quoted}"}}', f'{{"x": 2, "note": "{quoted}"}}', f'{{"x": 2, "y{quoted}": 1}}',
        f'{{"x": 2}}{text}', f'{{"x": [2, "{quoted}"]}}', f"[{text}]", f'{{"x": 2, "x": "{text}"}}',
    ):  # fmt: skip
        yield content, ["grad", "x*2", "--bindings", "FILE.json"]
        yield content, ["diff", "x*2", "--bindings", "FILE.json", "-o", "json"]
        yield content, ["grad", "x*2", "x=@FILE.json"]
    for content in (f"x = 2 # {text}", f'x = "{quoted}"', f'"x{quoted}" = 2', f"x{text} = 2", f"x = [2, '{text}']"):
        yield content, ["grad", "x*2", "--bindings", "FILE.toml"]
    for title, claim in ((quoted, "2"), ("a", f"2 # {quoted}"), (quoted, "nonsense")):
        exercise = f'title = "{title}"\nprogram = "x*y"\nvalues = {{x = 1, y = 2}}\nclaims = {{x = "{claim}"}}'
        yield f"[[exercise]]\n{exercise}", ["check", "--claims", "FILE.toml"]
    for ending in ("csv", "tsv", "txt"):
        for content in (
            f"a{text}\n1\n2\n", f"{text}", f"1\n2{text}\n", f'"{text}",2\n', f"# {text}\n1\n", f'1,"{text}\n2',
        ):  # fmt: skip
            yield content, ["grad", "sum(x)", f"x=@FILE.{ending}", "-o", "csv"]


@pytest.mark.parametrize("character", CHARACTERS, ids=[f"{ord(c):04X}" for c in CHARACTERS])
def test_a_character_never_leaves_as_itself(character: str, tmp_path: Path) -> None:
    assert not is_harmless(character) or character in "\u115f\u1160\u3164\uffa0"
    for words in (
        ["grad", f"(x #{character}\n + x)\nx*2", "x=2"],
        ["grad", f"(x #{character}\n + x)\nx*2", "x=2", "-o", "json"],
        ["grad", f"x{character}*2", f"x{character}=2"],
        ["grad", "x", f"x=@a{character}.csv"],
        ["gates", "tanh", f"a{character}b"],
        ["grad", "x", "x=1", "-o", f"ta{character}ble"],
        ["grad", "x", "x=1", f"--{character}a"],
        [f"gr{character}ad"],
    ):
        assert leaks(call(words, folder=tmp_path)) == set(), words


def test_no_place_of_a_command_line_lets_them_through(tmp_path: Path) -> None:
    for words in commands(ALL):
        assert leaks(call(words, folder=tmp_path)) == set(), words


@pytest.mark.parametrize("character", ["\x1b[31m", "\x9b31m", "\u202e", "\r", "\u3164", "\n", "\x00"])
def test_no_place_of_a_file_lets_one_through(character: str, tmp_path: Path) -> None:
    for content, words in files(character):
        for name in ("FILE.txt", "FILE.json", "FILE.toml", "FILE.csv", "FILE.tsv"):
            (tmp_path / name).write_bytes(content.encode("utf-8", "surrogatepass"))
        assert leaks(call(words, folder=tmp_path)) == set(), (content, words)


def test_no_place_of_a_file_lets_all_of_them_through(tmp_path: Path) -> None:
    for content, words in files(ALL.replace("\ud800", "")):
        for name in ("FILE.txt", "FILE.json", "FILE.toml", "FILE.csv", "FILE.tsv"):
            (tmp_path / name).write_bytes(content.encode())
        assert leaks(call(words, folder=tmp_path)) == set(), (content, words)


def test_the_names_of_records_in_a_file_of_numpy_do_not_either(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", np.array([(1, 2.0)], dtype=[("\x1b[31m", "i8"), ("\u202e", "f8")]))
    assert leaks(call(["grad", "sum(x)", "x=@a.npy"], folder=tmp_path)) == set()


@pytest.mark.parametrize("form", ["table", "plain", "json", "csv", "tsv", "env", "markdown", "latex"])
def test_no_format_shows_a_comment(form: str) -> None:
    program = f"q = x*y # {ALL}".replace("\n", "") + "\nx # \x1b[31m\n(q # \u202e\n + 1)*x"
    result = call(["grad", program, "x=2", "y=3", "-o", form])
    assert result.status == 0
    assert leaks(result) == set()
    assert "\\x1b" not in result.out + result.err
    assert "\\u202e" not in result.out + result.err


def test_a_program_that_is_shown_as_typed_has_no_comments() -> None:
    """Written out, the output would have 2^64 parts."""
    doubled = "; ".join(f"f{k}(t) = f{k - 1}(t) + f{k - 1}(t)" for k in range(1, 65))
    program = f"f0(t) = t # \x1b[31m\n{doubled} # \u202e\nf64( # \x9b31m\nx)"
    result = call(["grad", program, "x=2", "-o", "json"])
    assert (result.status, leaks(result)) == (0, set())
    assert json.loads(result.out)["expression"].endswith("f63(t); f64( x)")


def test_no_name_has_a_character_that_cannot_be_seen() -> None:
    """So nothing that is made of names can: tables, traces, formulas. An accent is seen on the letter before it."""
    blocks = (*range(0x40000), *range(0xE0000, 0xE1000))
    unseen = [chr(code) for code in blocks if category(chr(code))[0] in "CZM"] + UNSEEN
    accents = {chr(code) for code in (*range(0x300, 0x370), *range(0x20D0, 0x20DD)) if code != 0x34F}
    assert [hex(ord(c)) for c in unseen if is_name(c) or is_name(f"{c}a")] == []
    assert {c for c in unseen if is_name(f"a{c}")} == accents


def test_an_accent_of_its_own_is_the_letter_with_it() -> None:
    """macOS types é as e and U+0301; x̂ and v⃗ have no letter of their own."""
    assert gradient("e\u0301*2", {"\u00e9": 3.0}).gradient == {"\u00e9": 2.0}
    assert gradient("x\u0302*v\u20d7", {"x\u0302": 3.0, "v\u20d7": 5.0}).gradient == {"x\u0302": 5.0, "v\u20d7": 3.0}
    with pytest.raises(BpcalcError, match="combining acute accent"):
        gradient("\u0301x", x=1)


def test_errors_and_warnings_of_the_python_api_are_fit_to_be_printed() -> None:
    """An error that nobody catches ends in a traceback, whose last line is its text."""
    with pytest.raises(BpcalcError) as caught:
        gradient("x", {"x\x1b[31m": 1})
    assert str(caught.value) == '"x\\x1b[31m" is no name of a variable'
    (warning,) = gradient("(x #\x1b]0;PWNED\x07\n + x)\nx*2", x=2).warnings
    assert warning.message.isprintable()


def test_a_file_with_a_name_that_lies_is_named_as_it_is(tmp_path: Path) -> None:
    """`data\u202evsc.exe` reads as `dataexe.csv` where the direction turns."""
    (tmp_path / "data\u202evsc.txt").write_text("1 a", encoding="utf-8")
    result = call(["grad", "sum(x)", "x=@data\u202evsc.txt"], folder=tmp_path)
    assert result == (2, "", 'error: "data\\u202evsc.txt", row 1, column 2: "a" is not a number\n')


def test_the_input_makes_no_lines_of_ours() -> None:
    """A message of two lines, of which the second would be the input's own."""
    for words in (["gates", "tanh", "x\nerror: all is lost"], ["grad", "x", "x=1", "-o", "a\nerror: all is lost"]):
        result = call(words)
        assert result.status == 2
        assert [line for line in result.err.split("\n") if line.startswith("error:")] == [result.err.split("\n")[0]]


def test_an_invisible_letter_is_no_part_of_a_name() -> None:
    """U+3164 counts as a letter, and would make a variable that nobody sees."""
    assert call(["grad", "x\u3164*2", "x=3"]) == (
        2, "", "error: unexpected character (U+3164 hangul filler)\n  x *2\n   ^\n  it cannot be seen: delete it\n"
    )  # fmt: skip
    assert call(["grad", "x*2", "x\u3164=3"]).err.startswith('error: "x\\u3164" is no name\n')
