"""What an option's value may be: `axis=[0, 2]`, `keepdims=1`, the shape of `zeros(3, 4)`.

May import gate.
"""

from __future__ import annotations

import math
from typing import Any

from bpcalc.gate import Gate

LISTS = ("shape", "axes")  # options that are numbers in brackets, or several arguments
REAL = ("first", "last", "step")  # options that are any number
LARGEST = 2**28  # entries of an array that a program makes: 2 GiB
WHOLE = 2**53  # whole numbers up to this are doubles


def checked(gate: Gate, name: str, given: Any) -> Any:
    """The value of an option as the gate takes it. Raises ValueError for one that it cannot have."""
    if given is None and gate.options[name] is None:
        return None
    if given is None and name == "shape":
        return ()  # that of a single number
    if name in REAL:
        return _real(name, given)
    if name == "keepdims":
        if given not in (0, 1):
            raise ValueError("keepdims is True or False")
        return bool(given)
    if name == "axis" and gate.variadic and not _is_whole(given):
        raise ValueError("axis is one whole number")
    if name == "axis" and given is None:
        return None
    if name == "axis" and not _is_whole(given) and not isinstance(given, tuple):
        raise ValueError("axis is a whole number, or several in brackets: axis=0, axis=[0, 2]")
    if name in LISTS and not isinstance(given, tuple):
        given = (given,)
    numbers = tuple(_whole(name, number) for number in (given if isinstance(given, tuple) else (given,)))
    least = {"shape": -1 if gate.name == "reshape" else 0, "axis": -99, "axes": -99}.get(name, 0)
    if any(number < least for number in numbers):
        raise ValueError(f"{name} cannot be {min(numbers)}")
    if isinstance(given, tuple) and name not in (*LISTS, "axis"):
        raise ValueError(f"{name} is one whole number")
    return numbers if isinstance(given, tuple) else numbers[0]


def fits(gate: Gate, options: dict[str, Any]) -> str:
    """What is wrong with the size of the array that a gate makes; nothing for one that fits into memory."""
    sizes = [options["shape"]] if gate.name != "reshape" and "shape" in options else []
    sizes += [(options["size"], options["columns"] or options["size"])] if "columns" in options else []
    sizes += [(options["count"],)] if "count" in options else []
    if gate.name == "arange":
        first, last = (0.0, options["first"]) if options["last"] is None else (options["first"], options["last"])
        if not options["step"]:
            return "the step cannot be 0"
        sizes.append((max(0, math.ceil((last - first) / options["step"])),))
    entries = max(map(math.prod, sizes), default=0)
    return f"an array of {entries:,} entries is too large: the most is {LARGEST:,}" if entries > LARGEST else ""


def _real(name: str, given: Any) -> float:
    if isinstance(given, bool) or not isinstance(given, float) or not math.isfinite(given):
        raise ValueError(f"{name} is a number")
    return given


def _is_whole(number: Any) -> bool:
    return isinstance(number, float) and math.isfinite(number) and number == int(number)


def _whole(name: str, number: Any) -> int:
    if not _is_whole(number):
        raise ValueError(f"{name} is {'whole numbers' if name in LISTS else 'a whole number'}")
    if abs(number) > WHOLE or (name in ("axis", "axes") and abs(number) > 99):
        raise ValueError(f"{name} cannot be {number:g}")
    return int(number)
