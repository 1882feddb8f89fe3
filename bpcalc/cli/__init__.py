"""The command line: one module a command. Only this room names click.

Comes in:  the words of a command line
Goes out:  text on the two streams, and an exit status
May use:   everything

Every start of the command passes here, so what a command needs is imported when it is called.
"""

from __future__ import annotations

# `signal` itself is a wrapper around this that takes longer to import than all that came before.
import _signal  # type: ignore[import-not-found]

# Until `main` is imported Ctrl-C ends the process at once: there is nothing yet that could end it without a traceback.
# Where it is ignored, as in the background of a script, it stays so.
INTERRUPTIBLE = _signal.getsignal(_signal.SIGINT) is _signal.default_int_handler
try:
    if INTERRUPTIBLE:
        _signal.signal(_signal.SIGINT, _signal.SIG_DFL)
except ValueError:  # not the main thread
    INTERRUPTIBLE = False
