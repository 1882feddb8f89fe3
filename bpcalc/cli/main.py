"""The entry point: the commands, and how the process ends."""

from __future__ import annotations

import gc
import os
import signal
import sys
from typing import NoReturn

import click

from bpcalc.cli import INTERRUPTIBLE
from bpcalc.cli.colours import ENVIRONMENT, choose
from bpcalc.cli.saying import drop, say
from bpcalc.errors import BpcalcError, ExitStatus, did_you_mean, visible
from bpcalc.version import __version__

# Each is the function of its name in the module of its name, loaded only when it is called.
COMMANDS = ("grad", "diff", "jvp", "jacobian", "hessian", "check", "quiz", "graph", "code", "batch", "gates",
            "completions", "man", "help")  # fmt: skip
OWN = ("--help", "-h", "--version", "-V")  # the options that stand before a command


class Group(click.Group):
    """The commands in their own order; a word that is none of them gets a hint."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*COMMANDS]

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        from importlib import import_module

        command: click.Command = getattr(import_module(f"bpcalc.cli.{name}"), name)
        return command

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0][:1] == "-" and args[0].partition("=")[0] not in OWN and not ctx.resilient_parsing:
            raise self._unknown(args)
        return super().parse_args(ctx, args or ["--help"] * (not ctx.resilient_parsing))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if self.get_command(ctx, args[0]) is None and not ctx.resilient_parsing:
            raise self._unknown(args)
        return super().resolve_command(ctx, args)

    def _unknown(self, args: list[str]) -> BpcalcError:
        """For a first word that is no command: an expression, where it or what follows looks like that."""
        name = args[0]
        kind = "option" if name[:2] == "--" else "command"
        hint = did_you_mean(name, OWN if kind == "option" else COMMANDS)
        if name[2:3] != "" and kind == "option":
            looks_like_expression = any("=" in word for word in args[1:])
        else:
            looks_like_expression = any(c in name for c in "+-*/^(= ") or any("=" in word for word in args[1:])
        if looks_like_expression and not hint:
            from shlex import quote

            hint = f"for a gradient: bpcalc grad {quote(name)} …"
        return BpcalcError(f'no {kind} is called "{name}"', hint=hint or "bpcalc --help lists the commands")


@click.group(
    cls=Group,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=f'Start with: bpcalc grad "(x+y)*z" x=-2 y=5 z=-4\n\n{ENVIRONMENT}',
)
@click.version_option(__version__, "-V", "--version", message="bpcalc %(version)s")
def cli() -> None:
    """A gradient calculator: the value and the gradient of every node of an expression."""


def run() -> NoReturn:
    """Runs the command line and ends the process with its exit status."""
    gc.disable()  # one calculation a process: nothing that lives in cycles is worth looking for
    try:
        status = _end()
    except KeyboardInterrupt:
        status = ExitStatus.INTERRUPTED
    if INTERRUPTIBLE:  # from here on nothing could end it without a traceback, as before the imports
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    gc.freeze()  # nothing is looked for at the end of the process either
    sys.exit(int(status))


def _end() -> int:
    """How the command line ends: its exit status, after what went wrong has been said."""
    try:
        choose("auto")
        _prepare_streams()
        if "_BPCALC_COMPLETE" in os.environ:
            import bpcalc.cli.shells  # noqa: F401 (tells click how to answer a TAB)
        status: int = cli.main(prog_name="bpcalc", standalone_mode=False) or ExitStatus.OK
        sys.stdout.flush()
    except BpcalcError as error:
        return fail(error.render())
    except click.exceptions.Exit as error:
        return error.exit_code
    except click.ClickException as error:
        return fail(visible(_sentence(error.format_message())))
    except click.Abort:
        return ExitStatus.INTERRUPTED
    except MemoryError:
        return fail("this is too large for the memory of this machine")
    except RecursionError:
        return fail("this is nested too deeply")
    except Exception as error:
        if not isinstance(error, OSError) or error.filename is not None:
            return _internal(error)
        # only the streams have no name: other files are told by who reads them
        status = fail(f"cannot write the result: {_sentence(error.strerror or str(error))}")
        drop(sys.stdout)
    return status


def fail(message: str) -> ExitStatus:
    """Says what is wrong with the input."""
    say("error", message)
    return ExitStatus.INPUT


def _internal(error: Exception) -> ExitStatus:
    """Says that bpcalc itself is wrong, and where; with BPCALC_DEBUG=1 how it came there."""
    place, step = "", error.__traceback__
    while step is not None:
        module = str(step.tb_frame.f_globals.get("__name__"))
        if module.partition(".")[0] == "bpcalc":
            place = f"{module}, line {step.tb_lineno}"
        step = step.tb_next
    say("error", f"bpcalc itself failed, please report it with the command line ({type(error).__name__} in {place})")
    if os.environ.get("BPCALC_DEBUG") == "1":
        import traceback

        traceback.print_exception(error)
    return ExitStatus.INTERNAL


def _sentence(text: str) -> str:
    """click's message in the manner of ours: no capital at its start, no full stop at its end."""
    text = text.strip().rstrip(".")
    return text[:1].lower() + text[1:]


def _prepare_streams() -> None:
    """A closed pipe ends the process as it ends `seq`, and no character makes a print fail."""
    if hasattr(signal, "SIGPIPE"):
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    # a stream that the shell has closed (`2>&-`) is None, and print would take the other one for it
    sys.stdin = sys.stdin or open(os.devnull)  # noqa: SIM115
    sys.stderr = sys.stderr or open(os.devnull, "w")  # noqa: SIM115
    if sys.stdout is None:
        raise BpcalcError("standard output is closed")
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


if INTERRUPTIBLE:
    signal.signal(signal.SIGINT, signal.default_int_handler)
