"""The commands by name, and what is said of a word that is none."""

from __future__ import annotations

from importlib import import_module

from bpcalc.errors import BpcalcError, did_you_mean
from bpcalc.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from bpcalc.cli.declaring import Declared

# Each is the function of its name in the module of its name, loaded only when it is called.
COMMANDS = ("grad", "diff", "jvp", "jacobian", "hessian", "check", "quiz", "graph", "code", "descend", "batch",
            "gates", "completions", "man", "help")  # fmt: skip
OWN = ("--help", "-h", "--version", "-V")  # the options that stand before a command


def declared(name: str) -> Declared | None:
    """What is declared of a command; None where none is called like that."""
    if name not in COMMANDS:
        return None
    command: Declared = getattr(import_module(f"bpcalc.cli.{name}"), name)
    return command


def unknown(words: list[str]) -> BpcalcError:
    """For a first word that is no command: an expression, where it or what follows looks like that."""
    name = words[0]
    kind = "option" if name[:2] == "--" else "command"
    hint = did_you_mean(name, OWN if kind == "option" else COMMANDS)
    if name[2:3] != "" and kind == "option":
        looks_like_expression = any("=" in word for word in words[1:])
    else:
        looks_like_expression = any(c in name for c in "+-*/^(= ") or any("=" in word for word in words[1:])
    if looks_like_expression and not hint:
        from shlex import quote

        hint = f"for a gradient: bpcalc grad {quote(name)} …"
    return BpcalcError(f'no {kind} is called "{name}"', hint=hint or "bpcalc --help lists the commands")
