"""Files of bindings: what nothing uses is a warning whatever it is, and nothing in them makes the program run away."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from commandline import call

COMMANDS = [["grad"], ["jacobian"], ["hessian"], ["diff"], ["jvp", "--tangent", "x=1"]]
NO_NUMBERS = [
    "a", "1+", "x", "ones(2", None, True, False, {"b": 1}, {}, [1, [2]], [[1, 2], [3]], [{}], ["a"], [None], [True],
]  # fmt: skip


@pytest.mark.parametrize("value", NO_NUMBERS, ids=map(repr, NO_NUMBERS))
@pytest.mark.parametrize("command", COMMANDS, ids=[command[0] for command in COMMANDS])
@pytest.mark.parametrize("given", [[1, 2], 3], ids=["array", "number"])
def test_what_nothing_uses_is_a_warning_whatever_it_is(value: object, command: list[str], given: object) -> None:
    text = json.dumps({"x": given, "id": value})
    result = call([*command, "sum(x^2)", "--bindings", "-", "-o", "json"], text.encode())
    what = "value of" if command == ["diff"] else "binding"
    assert (result.status, result.err) == (0, f'warning: the {what} "id" is not used\n')
    alone = call([*command, "sum(x^2)", "--bindings", "-", "-o", "json"], json.dumps({"x": given}).encode())
    if command != ["diff"]:
        assert {**json.loads(result.out), "warnings": []} == json.loads(alone.out)


@pytest.mark.parametrize("command", COMMANDS, ids=[command[0] for command in COMMANDS])
def test_the_same_in_toml(command: list[str], tmp_path: Path) -> None:
    text = 'x = [1, 2]\nid = "a"\nday = 2020-01-01\nat = 12:00:00\nok = true\nr = [[1], [2, 3]]\n[table]\np = 1\n'
    (tmp_path / "v.toml").write_text(text)
    status, _, err = call([*command, "sum(x^2)", "--bindings", "v.toml"], folder=tmp_path)
    assert status == 0
    assert err.count("is not used\n") == len(err.splitlines()) == 6


@pytest.mark.parametrize("command", COMMANDS, ids=[command[0] for command in COMMANDS])
def test_where_the_program_uses_it_it_is_an_error(command: list[str]) -> None:
    result = call([*command, "sum(x^2)*id", "--bindings", "-"], b'{"x": [1, 2], "id": null}')
    assert result == (2, "", 'error: standard input: the value of "id" is null, not a number\n')


@pytest.mark.parametrize(
    "words", [["sum(x*ones(n))", "x=[1,2]"], ["diff", "sum(x)", "x:n"], ["e*x", "x=1"], ["grad(n*x, x)", "x=1"]]
)
def test_an_unread_value_is_an_error_as_a_size_and_as_a_constant_too(words: list[str]) -> None:
    given = words if words[0] == "diff" else ["grad", *words]
    status, out, err = call([*given, "--bindings", "-"], b'{"n": null, "e": null}')
    assert (status, out) == (2, "")
    assert "is null, not a number" in err


def test_an_array_that_nothing_uses_changes_nothing_else() -> None:
    """Not even the number system: what is said about kinks, and how, is that of single numbers."""
    plain = call(["grad", "abs(x) + max(x, 0)", "x=0"])
    beside = call(["grad", "abs(x) + max(x, 0)", "x=0", "y=[1,2]"])
    assert beside.out == plain.out
    assert beside.err == 'warning: the binding "y" is not used\n' + plain.err


def test_an_empty_object_in_a_list_is_no_empty_list() -> None:
    message = 'error: standard input: the value of "x": the entry [0] is not a number\n'
    assert call(["grad", "sum(x)", "--bindings", "-"], b'{"x": [{}]}').err.startswith(message)


@pytest.mark.parametrize(
    "text",
    [
        ".".join("a" * 50_000) + " = 1", "[" + ".".join("a" * 50_000) + "]\nx = 1", '"a" . ' * 30_000 + "b = 1",
        "x = {" + ".".join("a" * 50_000) + " = 1}", "x = 1\n'a'" + ".'a'" * 50_000 + " = 1",
    ],
    ids=["key", "table", "quoted", "inline", "single quotes"],
)  # fmt: skip
def test_a_key_of_many_parts_is_refused_at_once(text: str, tmp_path: Path) -> None:
    """Python's reader takes time and memory as the square of them: 10 GB for 100 kB."""
    (tmp_path / "v.toml").write_text(text)
    status, out, err = call(["grad", "x", "--bindings", "v.toml"], folder=tmp_path)
    assert (status, out) == (2, "")
    assert err.split("\n")[0].endswith(": a key has more than 100 parts")


@pytest.mark.parametrize(
    "text",
    [
        "x = 2\nnote = '" + "a." * 300 + "'\n", "x = 2\n# 1.2.3.4\n", "a.b.c.d = 1\nx = 2\n",
        f"x = 2\ny = [{'1.5, ' * 500}]\n",
        "x = 2\n" + "a" * 100_000 + " = 1\n", 'x = 2\ny = "1.5"\n',
    ],
)  # fmt: skip
def test_dots_elsewhere_are_no_keys(text: str, tmp_path: Path) -> None:
    (tmp_path / "v.toml").write_text(text)
    assert call(["grad", "x", "--bindings", "v.toml", "-q", "--get", "value"], folder=tmp_path) == (0, "2.0\n", "")


@pytest.mark.parametrize(
    ("text", "ending", "message"),
    [
        ("x = [1, 1" + "0" * 400 + "]", "toml", 'the entry [1] is beyond the largest double'),
        ("x = [1, 1e999]", "toml", 'the entry [1] is beyond the largest double'),
        ('{"x": [[1], [1' + "0" * 400 + "]]}", "json", 'the entry [1][0] is beyond the largest double'),
        ("x = 1" + "0" * 5000, "toml", "a whole number of thousands of digits"),
        ("x = " + "[" * 5000 + "]" * 5000, "toml", "nested too deeply"),
        ('{"x": ' + "[" * 100_000 + "]" * 100_000 + "}", "json", "nested too deeply"),
        ('{"x": ' + "[" * 40 + "]" * 40 + "}", "json", 'nested more than 32 deep'),
        ('{"x": 1, "x": 2}', "json", '"x" is given two values'),
        ('{"x": null, "x": 2}', "json", '"x" is given two values'),
        ("x = 1\nx = 2", "toml", "this is no TOML: cannot overwrite a value"),
    ],
)  # fmt: skip
def test_what_is_too_large_too_deep_or_twice_is_told(text: str, ending: str, message: str, tmp_path: Path) -> None:
    (tmp_path / f"v.{ending}").write_text(text)
    status, out, err = call(["grad", "sum(x)", "--bindings", f"v.{ending}"], folder=tmp_path)
    assert (status, out) == (2, "")
    assert message in err.split("\n")[0]


@pytest.mark.parametrize("text", ["[" * 100_000, "[" * 100_000 + "]" * 100_000, '{"a":' * 100_000])
def test_a_file_of_lists_that_is_nested_deeply_is_one_error(text: str, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(text)
    assert call(["grad", "sum(x)", "x=@a.json"], folder=tmp_path) == (2, "", 'error: "a.json": nested too deeply\n')


@pytest.mark.parametrize("words", [["grad", "-o", "plain"], ["grad", "-o", "env"], ["jacobian", "-o", "plain"],
                                   ["hessian", "-o", "plain"]])  # fmt: skip
def test_a_variable_called_value_stands_in_no_line_of_the_output(words: list[str]) -> None:
    command, *rest = words
    message = 'error: this format has "value" for a result of its own, and the program for something else\n'
    status, out, err = call([command, "value*x", "value=2", "x=3", *rest])
    assert (status, out) == (2, "")
    assert err.startswith(message)
    assert all(way in err for way in ("rename it in the program", "-o json", "--get value is", "--get value.grad"))
    assert call([command, "value*x", "value=2", "x=3", *rest, "--wrt", "x"]).status == 0
    assert call([command, "value = x^2", "x=3", *rest]).status == 0
    assert call([command, "value*x", "value=2", "x=3", "-o", "json"]).status == 0


def test_nor_does_one_called_eigenvalues() -> None:
    words = ["hessian", "eigenvalues*x", "eigenvalues=2", "x=3", "-o", "plain"]
    assert call(words).status == 0
    assert call([*words, "--eigenvalues"]).err.startswith('error: this format has "eigenvalues" for a result')
