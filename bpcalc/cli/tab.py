"""The answer to one TAB: what may stand at the cursor of a line that is still being typed.

The scripts in `shells` send the line up to the cursor in _BPCALC_LINE. What is offered is read off the commands as they
are declared: nothing here waits for click.
"""

from __future__ import annotations

import os
import sys

from bpcalc.cli.commands import COMMANDS, declared
from bpcalc.cli.declaring import HELP, VERSION, Argument, Declared, Kind, Offer, Option
from bpcalc.cli.plain import so_far
from bpcalc.cli.words import spellings, tell_apart
from bpcalc.errors import BpcalcError, ExitStatus
from bpcalc.typed import Any

SHELLS = ("bash", "zsh", "fish")
BLANKS = " \t\r\n"


def answer(instruction: str) -> int:
    """Prints what the shell of an instruction, `bash_complete`, is to know. Returns the exit status."""
    shell, _, asked = instruction.partition("_")
    if shell not in SHELLS or asked not in ("complete", "source"):
        return ExitStatus.FAILED
    if asked == "source":
        from bpcalc.cli.shells import SCRIPTS

        sys.stdout.write(SCRIPTS[shell])
    else:
        sys.stdout.write(complete(shell) + "\n")
    return ExitStatus.OK


def complete(shell: str) -> str:
    """The offers for the line in the environment, one a line."""
    try:
        return offered(shell).encode("utf-8", "ignore").decode()
    except (BpcalcError, OSError):  # a line that is still being typed may have any mistake
        return ""


def offered(shell: str) -> str:
    """The same; an error inside comes out."""
    line = os.environ.get("_BPCALC_LINE", "")
    words, is_quoted = split(line + ".")  # the mark tells a cursor behind a blank from one behind a word
    start = next((at for at, word in enumerate(words) if os.path.basename(word) == "bpcalc"), 0)
    typed = words[-1][:-1]
    before, offers = at_cursor(words[start + 1 : -1], typed)
    if shell == "zsh":  # its script sets the `--option=` aside
        before = ""
    # only what stands behind the last of these is replaced in bash; in quotes the whole word is
    breaks = "" if is_quoted or shell != "bash" else os.environ.get("_BPCALC_BREAKS", "=:")
    cut = 1 + max(typed.rfind(mark) if mark in breaks else -1 for mark in "=:")
    fields = [(kind, (before + word)[cut:], " ".join(help.split())) for word, kind, help in offers]
    return "\n".join("\t".join(filled if filled[2] else filled[:2]) for filled in fields)


def split(line: str) -> tuple[list[str], bool]:
    """The words of a line as a shell takes them, also where its end is still missing; and is a quotation mark open?"""
    words: list[str] = []
    word: str | None = None  # none is begun
    mark, escaped = "", False
    for character in line:
        if escaped:
            keeps = mark and character not in ('"', "\\")  # between quotes a backslash stands for itself
            word = f"{word or ''}{chr(92) if keeps else ''}{character}"
            escaped = False
        elif character == "\\" and mark != "'":
            word, escaped = word or "", True
        elif mark and character == mark:
            mark = ""
        elif not mark and character in "\"'":
            word, mark = word or "", character
        elif not mark and character in BLANKS:
            if word is not None:
                words.append(word)
            word = None
        else:
            word = (word or "") + character
    return [*words, *([] if word is None else [word])], bool(mark)


def at_cursor(args: list[str], typed: str) -> tuple[str, list[Offer]]:
    """What may stand there, behind the words of a line; and the `--option=` that the typed word begins with."""
    name = next((word for word in args if not word.startswith("-")), None)
    if name is None:
        return "", _commands(typed)
    command = declared(name)
    return ("", []) if command is None else _in_command(command, args[args.index(name) + 1 :], typed)


def _commands(typed: str) -> list[Offer]:
    """The commands, and the options that stand before one."""
    found = [Offer(name, help=one.told) for name in COMMANDS if name.startswith(typed) and (one := declared(name))]
    return [*found, *(_options([VERSION, HELP], {}, typed) if typed else [])]


def _in_command(command: Declared, args: list[str], typed: str) -> tuple[str, list[Offer]]:
    """What the command can read at the cursor."""
    parameters = [*command.parameters, HELP]
    options = spellings(parameters)
    line = tell_apart(options, args)
    given = so_far(parameters, line)
    if line.waiting:
        return "", _values(options[line.waiting], given, typed)
    if typed.startswith("-") and not line.ended:
        name, equals, value = typed.partition("=")
        if not equals:
            return "", _options(parameters, given, typed)
        if not name.startswith("--") or name not in options or options[name].is_flag:
            return "", []
        return name + equals, _values(options[name], given, value)
    for argument in command.parameters:
        if isinstance(argument, Argument) and (argument.rest or given[argument.name] is None):
            return "", _values(argument, given, typed)
    return "", []


def _options(parameters: list[Option | Argument], given: dict[str, Any], typed: str) -> list[Offer]:
    """The options that can still be given."""
    return [
        Offer(word, help=one.help)
        for one in parameters
        if isinstance(one, Option) and (one.multiple or one.name not in given)
        for word in (*one.spellings, *one.off)
        if word.startswith(typed)
    ]


def _values(one: Option | Argument, given: dict[str, Any], typed: str) -> list[Offer]:
    """What an option or an argument may be."""
    if one.complete:
        return one.complete(given, typed)
    kind: Kind = one.kind
    return [Offer(word) for word in (kind.choices() if kind.choices else ()) if word.startswith(typed)]
