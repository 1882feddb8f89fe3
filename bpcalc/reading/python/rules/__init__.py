"""What functions of other libraries mean here, where that is not one gate with the same options.

A rule `(m, *values)` gets a value for each parameter of its signature: parts of the program for inputs, numbers and
words for options. It makes nodes through the writer `m`, or refuses the call.
"""

from __future__ import annotations

from typing import NamedTuple


class Refused(NamedTuple):
    """Stands for the rule of a function that is known, and not read: `{0}` in the message is its name."""

    message: str
    hint: str = ""
