"""Whether colours are wanted: by `--color`, else by the environment, else on a terminal. One rule for both streams."""

from __future__ import annotations

import os

from bpcalc.typed import TextIO

WHEN = ("auto", "always", "never")
ENVIRONMENT = (
    "Colours: --color always or never; with auto NO_COLOR (never), FORCE_COLOR and CLICOLOR_FORCE (always) are heeded, "
    "in this order, else a terminal has colours unless TERM is dumb."
)

_chosen = ["auto"]  # what the command line says, which is known before all else of it is understood


def choose(when: str) -> None:
    """What `--color` says, for all that this process prints from here on."""
    _chosen[0] = when


def are_wanted(stream: TextIO) -> bool:
    """Is text on this stream to be coloured?"""
    if _chosen[0] != "auto":
        return _chosen[0] == "always"
    return not os.environ.get("NO_COLOR") and (are_forced() or is_capable(stream))


def are_forced() -> bool:
    """Are colours and lines to be drawn whatever the stream is?"""
    if _chosen[0] == "auto":
        return any(os.environ.get(name, "") not in ("", "0") for name in ("FORCE_COLOR", "CLICOLOR_FORCE"))
    return _chosen[0] == "always"


def is_capable(stream: TextIO) -> bool:
    """Is the stream a terminal that can show more than plain text?"""
    return stream.isatty() and os.environ.get("TERM") not in ("dumb", "unknown")
