"""Options as people write them: several in a word, kinds of warnings, colours, forms of numbers."""

from __future__ import annotations

import json

import commandline
import pytest
from commandline import Result, call

from bpcalc.cli.commands import COMMANDS
from bpcalc.reports.warning import KINDS

KINK = ["grad", "relu(x)", "x=0"]


def alike(*lines: list[str]) -> None:
    results = [call(line) for line in lines]
    assert all(result == results[0] for result in results)
    assert results[0].status == 0


def test_short_options_in_one_word() -> None:
    alike(["grad", "x^2", "x=3", "-o", "json"], ["grad", "x^2", "x=3", "-ojson"], ["grad", "-ojson", "x^2", "x=3"])
    alike([*KINK, "-q", "-o", "plain"], [*KINK, "-qo", "plain"], [*KINK, "-qoplain"], [*KINK, "-qq", "-oplain"])
    alike(["diff", "x^2", "-o", "latex"], ["diff", "x^2", "-olatex"])


def test_an_expression_of_the_same_letters_stays_one() -> None:
    assert call(["grad", "-qo", "qo=2", "--get", "value"]).out == "-2.0\n"
    assert call(["grad", "-ojson", "ojson=2", "--get", "value"]).out == "-2.0\n"
    assert call(["grad", "--get", "value", "--", "-ojson", "ojson=2"]).out == "-2.0\n"
    assert call(["grad", "-o*2", "o=2", "--get", "value"]).out == "-4.0\n"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["grad", "x", "x=1", "-oxml"], '"-oxml" is no binding'),
        (["grad", "x", "x=1", "-qo"], "the option -o needs a value"),
        (["grad", "x", "x=1", "-qo", "xml"], 'no format is called "xml"'),
        (["grad", "x", "x=1", "--strict=kinks"], 'no kind of warning is called "kinks"'),
        (["grad", "x", "x=1", "--strict="], ""),
        (["grad", "x", "x=1", "--color", "yes"], 'no choice of colours is called "yes"'),
    ],
)
def test_a_mistake(words: list[str], message: str) -> None:
    status, out, err = call(words)
    if message:
        assert (status, out) == (2, "")
        assert err.startswith(f"error: {message}")
    else:
        assert status == 0


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        (KINK, "kink"),
        (["grad", "log(x)", "x=0"], "nonfinite"),
        (["grad", "x", "x=0", "y=1"], "unused"),
        (["diff", "x", "y=1"], "unused"),
        (["jvp", "relu(x)", "x=0"], "kink"),
        (["hessian", "relu(x)", "x=0"], "kink"),
    ],
)
def test_strict_counts_the_kinds_that_it_names(words: list[str], kind: str) -> None:
    assert call(words).status == 0
    assert call([*words, "--strict"]).status == 1
    assert call([*words, f"--strict={kind}"]).status == 1
    assert call([*words, f"--strict={','.join(KINDS)}"]).status == 1
    others = ",".join(one for one in KINDS if one != kind)
    assert call([*words, f"--strict={others}"]).status == 0
    assert call([words[0], "--strict", *words[1:]]).status == 1  # which takes no word for its value


@pytest.mark.parametrize(
    ("words", "environment", "colours"),
    [
        ([], {}, False),
        (["--color", "always"], {}, True),
        (["--color=always"], {"NO_COLOR": "1"}, True),
        (["--color", "never"], {"FORCE_COLOR": "1"}, False),
        ([], {"FORCE_COLOR": "1"}, True),
        ([], {"CLICOLOR_FORCE": "1"}, True),
        ([], {"CLICOLOR_FORCE": "0"}, False),
        ([], {"CLICOLOR_FORCE": "1", "NO_COLOR": "1"}, False),
        (["--color", "auto"], {"FORCE_COLOR": "3"}, True),
    ],
)
def test_colours_are_those_of_the_option_or_the_environment(
    words: list[str], environment: dict[str, str], colours: bool
) -> None:
    for line in (KINK, ["grad", "x +", "x=1"], ["grad", "x", "--nothing"]):
        result = coloured([*line, *words], environment)
        assert ("\x1b[" in result.err) == colours
        assert ("\x1b[" in result.out) == (colours and bool(result.out))


def coloured(words: list[str], environment: dict[str, str]) -> Result:
    """`call` takes the variables away that decide; here they are set."""
    with pytest.MonkeyPatch.context() as patch:
        for name in commandline.DECIDE:
            patch.delenv(name, raising=False)
        patch.setattr(commandline, "DECIDE", ())
        for name, value in environment.items():
            patch.setenv(name, value)
        return call(words)


def test_the_version_and_the_help_have_short_ways() -> None:
    assert call(["-V"]) == call(["--version"])
    assert call(["help"]) == call(["--help"]) == call(["-h"])
    assert "NO_COLOR" in call(["--help"]).out
    for command in COMMANDS:
        assert call(["help", command]) == call([command, "--help"])
        assert call([command, "--version"]) == call([command, "x*y", "-V"]) == call(["--version"])
    status, out, err = call(["help", "gard"])
    assert (status, out) == (2, "")
    assert "did you mean grad?" in err


@pytest.mark.parametrize(
    ("form", "value", "slope"),
    [
        ("%.3f", "0.333", "0.667"),
        ("%g", "0.333333", "0.666667"),
        ("%.2e", "3.33e-01", "6.67e-01"),
        ("%+.1f", "+0.3", "+0.7"),
        ("%08.3f", "0000.333", "0000.667"),
        ("%d", "0", "1"),
    ],
)
def test_numbers_have_the_form_that_printf_gives_them(form: str, value: str, slope: str) -> None:
    line = ["grad", "x^2/3", "x=1", "--number", form]
    assert call([*line, "-o", "plain"]).out == f"value\t{value}\nx\t{slope}\n"
    assert call([*line, "-o", "env"]).out == f"value={value}\nd_x={slope}\n"
    assert call([*line, "--get", "x"]).out == f"{slope}\n"
    assert call([*line, "-o", "csv"]).out.splitlines()[-1].split(",")[4] == value
    assert json.loads(call([*line, "-o", "json"]).out)["gradient"]["x"] == float(slope)


def test_every_entry_of_an_array_has_it_and_what_is_no_number_stays() -> None:
    line = ["grad", "x/3", "x=[1, nan, -inf, -1e-9]", "--number", "%.1f", "--get", "value", "-q"]
    assert call(line).out == "[0.3, nan, -inf, 0.0]\n"
    line = ["jacobian", "[x/3, x]", "x=1", "--number", "%.2f", "-o", "plain"]
    assert call(line).out == "value\t[0.33, 1.00]\nx\t[0.33, 1.00]\n"
    assert call(["hessian", "x^3/7", "x=1", "--number", "%.2f", "--get", "x.x"]).out == "0.86\n"


NO_FORMS = ["%s", "%x", "%", "3", "%.3f m", "%5.1f", "% f", "%-5f", "%.999f", "%%", "%.3f%n", "{}", "%*f", "%.3f\n"]


@pytest.mark.parametrize("form", NO_FORMS)
def test_a_form_is_one_number_and_nothing_else(form: str) -> None:
    status, out, err = call(["grad", "x", "x=1", "-o", "plain", "--number", form])
    assert (status, out) == (2, "")
    assert err.startswith("error: --number takes the form of a number")


def test_a_form_for_the_eye_has_none() -> None:
    assert call(["grad", "x", "x=1", "--number", "%.3f"]).err.startswith("error: --number is for scripts' formats")
