"""What an option's value may be: `axis=[0, 2]`, `keepdims=1`, the shape of `zeros(3, 4)`.

A size may have a name instead of a value: `ones(m, n)`.
"""

from __future__ import annotations

import math

from bpcalc.gate import Gate
from bpcalc.reading.sizes import Size, is_negative
from bpcalc.typed import Any

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
    below = [one for one in numbers if (is_negative(one) if isinstance(one, Size) else one < least)]
    if below:
        raise ValueError(f"{name} cannot be {min(below)}")
    if isinstance(given, tuple) and name not in (*LISTS, "axis"):
        raise ValueError(f"{name} is one whole number")
    return numbers if isinstance(given, tuple) else numbers[0]


def fits(gate: Gate, options: dict[str, Any]) -> str:
    """What is wrong with the size of the array that a gate makes; nothing for one that fits into memory."""
    sizes = [options["shape"]] if gate.name != "reshape" and "shape" in options else []
    if "columns" in options:
        sizes.append((options["size"], options["size"] if options["columns"] is None else options["columns"]))
    sizes += [(options["count"],)] if "count" in options else []
    if gate.name == "arange":
        if not options["step"]:
            return "the step cannot be 0"
        try:
            sizes.append((counted(options["first"], options["last"], options["step"]),))
        except ValueError as error:
            return str(error)
    entries = max((one for one in map(math.prod, sizes) if not isinstance(one, Size)), default=0)
    return f"an array of {entries:,} entries is too large: the most is {LARGEST:,}" if entries > LARGEST else ""


def counted(first: float, last: float | None, step: float) -> int:
    """How many numbers `arange` makes. Raises ValueError where sizes without values do not tell."""
    start, stop = (0, first) if last is None else (first, last)
    if not any(isinstance(one, Size) for one in (start, stop, step)):
        return max(0, math.ceil((stop - start) / step))
    if not all(isinstance(one, Size) or one == int(one) for one in (start, stop, step)):
        raise ValueError("beside a size without a value all numbers are whole")
    start, stop, step = (one if isinstance(one, Size) else int(one) for one in (start, stop, step))
    span = stop - start
    return max(0, span // step if isinstance(span, Size) or isinstance(step, Size) else -(-span // step))


def _real(name: str, given: Any) -> float:
    if isinstance(given, Size):
        return given
    if isinstance(given, bool) or not isinstance(given, float) or not math.isfinite(given):
        raise ValueError(f"{name} is a number")
    return given


def _is_whole(number: Any) -> bool:
    return isinstance(number, float) and math.isfinite(number) and number == int(number)


def _whole(name: str, number: Any) -> int:
    if isinstance(number, Size) and name not in ("axis", "axes"):
        return number
    if not _is_whole(number):
        raise ValueError(f"{name} is {'whole numbers' if name in LISTS else 'a whole number'}")
    if abs(number) > WHOLE or (name in ("axis", "axes") and abs(number) > 99):
        raise ValueError(f"{name} cannot be {number:g}")
    return int(number)
