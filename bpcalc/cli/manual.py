"""Manual pages from the declarations of the commands, the same that `--help` prints.

`python -m bpcalc.cli.manual FOLDER` writes them all. roff is written by hand, for it takes little: a request a line;
and a backslash, a hyphen, a leading dot and a leading quote need care.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from bpcalc.errors import ExitStatus
from bpcalc.version import __version__

STATUSES = {
    ExitStatus.OK: "All is well.",
    ExitStatus.FAILED: "A check failed, or there was a warning under --strict.",
    ExitStatus.INPUT: "The input is at fault: an expression, a name, a file, an option.",
    ExitStatus.INTERNAL: "bpcalc itself failed: please report it.",
    ExitStatus.INTERRUPTED: "It was interrupted.",
}
VARIABLES = {
    "NO_COLOR": "Set to anything, it forbids colours.",
    "FORCE_COLOR, CLICOLOR_FORCE": "Set to anything but 0, they ask for colours and lines where there is no terminal.",
    "TERM": "dumb forbids colours and lines.",
    "COLUMNS": "The width of the terminal, where it does not tell itself.",
    "BPCALC_DEBUG": "1 shows where an internal error came from.",
}


def pages(group: click.Context) -> dict[str, str]:
    """Every page, by the name of its file."""
    assert isinstance(group.command, click.Group)
    names = [None, *group.command.list_commands(group)]
    return {f"{'-'.join(filter(None, ('bpcalc', name)))}.1": page(group, name) for name in names}


def page(group: click.Context, name: str | None) -> str:
    """The page of a command; of bpcalc itself for None."""
    assert isinstance(group.command, click.Group)
    if name is None:
        return _written(_whole(group, group.command))
    command = group.command.get_command(group, name)
    assert command is not None
    with command.make_context(name, [], parent=group, resilient_parsing=True) as context:
        return _written(_command(context, command, list(group.command.list_commands(group))))


def _whole(group: click.Context, command: click.Group) -> Iterator[str]:
    yield from _head("bpcalc", "a gradient calculator")
    yield from (".SH SYNOPSIS", ".B bpcalc", r"\fICOMMAND\fR [\fIARGUMENT\fR]...")
    yield from (".SH DESCRIPTION", *_paragraphs(command.help or ""))
    yield ".SH COMMANDS"
    for name in command.list_commands(group):
        one = command.get_command(group, name)
        assert one is not None
        yield from (".TP", rf"\fBbpcalc {_plain(name)}\fR", _plain(one.get_short_help_str(limit=200)))
    yield from _options(group, command)
    yield from _tail([f"bpcalc-{name}" for name in command.list_commands(group)])


def _command(context: click.Context, command: click.Command, names: list[str]) -> Iterator[str]:
    name = command.name or ""
    yield from _head(f"bpcalc-{name}", command.get_short_help_str(limit=200).rstrip(".").replace("\n", " "))
    yield from (".SH SYNOPSIS", f".B bpcalc {_plain(name)}", _plain(" ".join(command.collect_usage_pieces(context))))
    yield from (".SH DESCRIPTION", *_paragraphs(command.help or ""))
    yield from _options(context, command)
    if command.epilog:
        title, lines = _examples(command.epilog)
        yield from (f".SH {title}", ".nf", *map(_plain, lines), ".fi")
    yield from _tail(["bpcalc", *(f"bpcalc-{one}" for one in names if one != name)])


def _head(title: str, what: str) -> Iterator[str]:
    yield f'.TH "{title.upper()}" "1" "" "bpcalc {__version__}" "bpcalc"'
    yield from (".SH NAME", rf"{_plain(title)} \- {_plain(what[:1].lower() + what[1:])}")


def _options(context: click.Context, command: click.Command) -> Iterator[str]:
    yield ".SH OPTIONS"
    for parameter in command.get_params(context):
        record = parameter.get_help_record(context) if isinstance(parameter, click.Option) else None
        if record is not None:
            yield from (".TP", rf"\fB{_plain(record[0])}\fR", _plain(" ".join(record[1].split())))


def _tail(others: list[str]) -> Iterator[str]:
    for title, entries in (("EXIT STATUS", {str(int(one)): text for one, text in STATUSES.items()}),
                           ("ENVIRONMENT", VARIABLES)):  # fmt: skip
        yield f".SH {title}"
        for name, text in entries.items():
            yield from (".TP", rf"\fB{_plain(name)}\fR", _plain(text))
    yield ".SH SEE ALSO"
    yield ", ".join(rf"\fB{_plain(one)}\fR(1)" for one in others)


def _paragraphs(text: str) -> Iterator[str]:
    for place, part in enumerate(re.split(r"\n\s*\n", text.strip())):
        if place:
            yield ".PP"
        yield _plain(" ".join(part.split()))


def _examples(epilog: str) -> tuple[str, list[str]]:
    """The heading of an epilog, and its lines as they are."""
    heading, *lines = epilog.replace("\b", "").strip("\n").split("\n")
    title = "EXAMPLES" if heading.startswith("Examples") else heading.rstrip(":").upper()
    return title, [line.removeprefix("  ") for line in lines if line.strip()]


def _plain(text: str) -> str:
    """A text as roff prints it."""
    text = text.replace("\\", r"\e").replace("-", r"\-").replace("'", r"\(aq").replace("`", r"\(ga")
    text = text.replace("^", r"\(ha").replace("~", r"\(ti")
    text = "".join(c if c.isascii() else f"\\[u{ord(c):04X}]" for c in text)
    return rf"\&{text}" if text[:1] == "." else text


def _written(lines: Iterator[str]) -> str:
    return "\n".join(lines) + "\n"


def main() -> None:
    """Writes every page into the folder that is named on the command line."""
    from bpcalc.cli.clicked import cli

    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    with cli.make_context("bpcalc", [], resilient_parsing=True) as group:
        for name, text in pages(group).items():
            (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
