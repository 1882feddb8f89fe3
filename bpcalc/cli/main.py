"""The entry point: the commands, and how the process ends."""

from __future__ import annotations

# `signal` itself is a wrapper around this that takes longer to import than all that came before.
import _signal as signal  # type: ignore[import-not-found]
import gc
import os
import sys

from bpcalc.cli import INTERRUPTIBLE
from bpcalc.cli.colours import choose
from bpcalc.cli.declaring import Concluded
from bpcalc.cli.saying import drop, say
from bpcalc.errors import BpcalcError, ExitStatus
from bpcalc.typed import NoReturn


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
    sys.exit(status)


def _end() -> int:
    """How the command line ends: its exit status, after what went wrong has been said."""
    try:
        choose("auto")
        _prepare_streams()
        try:
            status = _call(sys.argv[1:])
        except Concluded as end:
            status = end.status
        sys.stdout.flush()
    except BpcalcError as error:
        return fail(error.render())
    except MemoryError:
        return fail("this is too large for the memory of this machine")
    except RecursionError:
        return fail("this is nested too deeply")
    except Exception as error:
        if not isinstance(error, OSError) or error.filename is not None:
            return _internal(error)
        # only the streams have no name: other files are told by who reads them
        status = fail(f"cannot write the result: {_lower(error.strerror or str(error))}")
        drop(sys.stdout)
    return status


def _call(words: list[str]) -> int:
    """Calls the command of a line, by itself where the line is an ordinary one, else by click; or answers a TAB."""
    if instruction := os.environ.get("_BPCALC_COMPLETE"):
        from bpcalc.cli import tab

        return tab.answer(instruction)
    if words:
        from bpcalc.cli import commands, plain
        from bpcalc.cli.quoting import explained
        from bpcalc.cli.words import heed_colours

        command = commands.declared(words[0])
        given = None if command is None else plain.read(command, words[1:])
        if command is not None and given is not None:
            heed_colours(words[1:])
            with explained(command.name, given):
                return command(**given) or ExitStatus.OK
    from bpcalc.cli import clicked

    return clicked.run(words)


def fail(message: str) -> int:
    """Says what is wrong with the input."""
    say("error", message)
    return ExitStatus.INPUT


def _internal(error: Exception) -> int:
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


def _lower(text: str) -> str:
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
