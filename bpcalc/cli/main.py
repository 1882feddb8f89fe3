"""The entry point: the commands, and how the process ends.

May import errors, version and the command modules, which import what they need only when they are called.
"""

from __future__ import annotations

import gc
import os
import sys
from typing import NoReturn

import click

from bpcalc.cli.completions import completions
from bpcalc.cli.gates import gates
from bpcalc.cli.grad import grad
from bpcalc.errors import BpcalcError, ExitStatus, did_you_mean
from bpcalc.version import __version__

COMMANDS = (grad, gates, completions)


class Group(click.Group):
    """The commands in their own order; a word that is none of them gets a hint."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [command.name for command in COMMANDS if command.name]

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if self.get_command(ctx, name) is None and not ctx.resilient_parsing:
            looks_like_expression = any(character in name for character in "+-*/^(= ")
            hint = (
                f"for a gradient: bpcalc grad '{name}' …"
                if looks_like_expression
                else did_you_mean(name, self.commands)
            )
            raise BpcalcError(f'no command is called "{name}"', hint=hint or "bpcalc --help lists the commands")
        return super().resolve_command(ctx, args)


@click.group(
    cls=Group,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog='Start with: bpcalc grad "(x+y)*z" x=-2 y=5 z=-4',
)
@click.version_option(__version__, message="bpcalc %(version)s")
def cli() -> None:
    """A gradient calculator: the value and the gradient of every node of an expression."""


for _command in COMMANDS:
    cli.add_command(_command)


def run() -> NoReturn:
    """Runs the command line and ends the process with its exit status."""
    gc.disable()  # one calculation a process: nothing that lives in cycles is worth looking for
    _quiet_pipes()
    status: int
    try:
        if "_BPCALC_COMPLETE" in os.environ:
            import bpcalc.cli.shells  # noqa: F401 (tells click how to answer a TAB)
        status = cli.main(prog_name="bpcalc", standalone_mode=False) or ExitStatus.OK
        sys.stdout.flush()
    except BpcalcError as error:
        status = fail(error.render())
    except click.exceptions.Exit as error:
        status = error.exit_code
    except click.UsageError as error:
        status = fail(f"error: {_sentence(error.format_message())}")
    except click.ClickException as error:
        status = fail(f"error: {_sentence(error.format_message())}")
    except (KeyboardInterrupt, click.Abort):
        status = ExitStatus.INTERRUPTED
    except (MemoryError, RecursionError):
        status = fail("error: this is too large for the memory of this machine")
    sys.exit(int(status))


def fail(message: str) -> ExitStatus:
    """Says what is wrong, on standard error."""
    red = sys.stderr.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    if red and message.startswith("error:"):
        message = f"\x1b[1;31merror:\x1b[0m{message[6:]}"
    print(message, file=sys.stderr)
    return ExitStatus.INPUT


def _sentence(text: str) -> str:
    """click's message in the manner of ours: no capital at its start, no full stop at its end."""
    text = text.strip().rstrip(".")
    return text[:1].lower() + text[1:]


def _quiet_pipes() -> None:
    """A closed pipe ends the process as it ends `seq`, and no character makes a print fail."""
    import signal

    if hasattr(signal, "SIGPIPE"):
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
