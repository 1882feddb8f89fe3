"""What an option's value may be: `axis=[0, 2]`, `keepdims=1`, the shape of `zeros(3, 4)`.

A size may have a name instead of a value: `ones(m, n)`.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from bpcalc.gate import Gate
from bpcalc.reading.sizes import Size, is_negative
from bpcalc.typed import Any

LISTS = ("shape", "axes")  # options that are numbers in brackets, or several arguments
SEVERAL = ("shift", "widths", "counts", "kernel_size", "stride", "padding", "dilation")  # one number, or several
SIGNED = ("axis", "axes", "shift", "k", "n")  # options that may be below 0
LARGEST = 2**28  # entries of an array that a program makes: 2 GiB
WHOLE = 2**53  # whole numbers up to this are doubles


def words(gate: Gate, name: str) -> tuple[str, ...]:
    """The words that an option may be."""
    if name == "order":
        return ("fro", "nuc")
    if name != "reduction":
        return ()
    return ("sum", "mean", "none", *(("batchmean",) if gate.name == "kl_div" else ()))


def checked(gate: Gate, name: str, given: Any) -> Any:
    """The value of an option as the gate takes it. Raises ValueError for one that it cannot have."""
    if given is None and gate.options[name] is None:
        return None
    if given is None and name == "shape":
        return ()  # that of a single number
    if name in RULES:
        return RULES[name](name, given)
    if name == "step" and gate.name == "arange":
        return _real(name, given)
    if name == "widths" and isinstance(given, tuple) and all(isinstance(one, tuple) for one in given):
        return tuple(_wholes(gate, name, one) for one in given)
    return _wholes(gate, name, given)


def _wholes(gate: Gate, name: str, given: Any) -> Any:
    """Of an option that is a whole number, or several."""
    if name == "axis" and gate.variadic and not _is_whole(given):
        raise ValueError("axis is one whole number")
    if name == "axis" and given is None:
        return None
    if name == "axis" and not _is_whole(given) and not isinstance(given, tuple):
        raise ValueError("axis is a whole number, or several in brackets: axis=0, axis=[0, 2]")
    if name in (*LISTS, "counts") and not isinstance(given, tuple):
        given = (given,)
    numbers = tuple(_whole(name, number) for number in (given if isinstance(given, tuple) else (given,)))
    least = -WHOLE if name in SIGNED else -1 if name == "shape" and gate.name == "reshape" else 0
    below = [one for one in numbers if (is_negative(one) if isinstance(one, Size) else one < least)]
    if below:
        raise ValueError(f"{name} cannot be {min(below)}")
    if isinstance(given, tuple) and (name not in (*LISTS, *SEVERAL, "axis") or (name in SEVERAL and not given)):
        raise ValueError(f"{name} is one whole number{', or several' if name in SEVERAL else ''}")
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
    number = _number(name, given)
    if not math.isfinite(number):
        raise ValueError(f"{name} is a number")
    return number


def _number(name: str, given: Any) -> float:
    if not isinstance(given, float) or isinstance(given, Size):
        raise ValueError(f"{name} is a number")
    return given


def _truth(name: str, given: Any) -> bool:
    if given not in (0, 1):
        raise ValueError(f"{name} is True or False")
    return bool(given)


def _share(name: str, given: Any) -> float:
    number = _number(name, given)
    if not 0 <= number <= 1:
        raise ValueError("q is a share between 0 and 1")
    return number


def _order(name: str, given: Any) -> float:
    """The order of a norm: whole ones as such, so that 2 and 2.0 are one."""
    if not isinstance(given, float) or given != given:
        raise ValueError("order is a number, inf, fro or nuc")
    return int(given) if _is_whole(given) else given


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


# Options that are no whole numbers.
RULES: dict[str, Callable[[str, Any], Any]] = {
    "first": _real, "last": _real, "q": _share, "value": _number, "order": _order,
    **dict.fromkeys(("keepdims", "ceil_mode", "count_include_pad"), _truth),
}  # fmt: skip
