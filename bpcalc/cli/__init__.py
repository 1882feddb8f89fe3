"""The command line: one module a command. Only this package names click; what a command needs is imported in it."""

from __future__ import annotations

import signal
from contextlib import suppress
from typing import Any

# Until `main` is imported Ctrl-C ends the process at once: there is nothing yet that could end it without a traceback.
before_imports: Any = None
with suppress(ValueError):  # not the main thread
    before_imports = signal.signal(signal.SIGINT, signal.SIG_DFL)
