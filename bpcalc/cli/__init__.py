"""The command line: one module a command. Only this room names click.

Comes in:  the words of a command line
Goes out:  text on the two streams, and an exit status
May use:   everything

Every start of bpcalc passes here, so what a command needs is imported when it is called.
"""

from __future__ import annotations

import signal
from contextlib import suppress
from typing import Any

# Until `main` is imported Ctrl-C ends the process at once: there is nothing yet that could end it without a traceback.
before_imports: Any = None
with suppress(ValueError):  # not the main thread
    before_imports = signal.signal(signal.SIGINT, signal.SIG_DFL)
