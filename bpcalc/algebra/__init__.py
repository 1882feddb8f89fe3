"""The number systems that the engines run on, one file each. Only these files name NumPy, mpmath or SymPy.

An algebra `m` has a function for every primitive gate (`m.exp`, `m.multiply`, …) under the gate's own name, and
values that take `+ - *` and `< <= > >=`. Gates that are written in terms of others come from their records.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from bpcalc.gate import GATES, Gate


class Algebra:
    """What all number systems share: the functions that the gates' own records define."""

    def __getattr__(self, name: str) -> Any:
        gate = GATES.get(name)
        if gate is None or gate.forward is None:
            raise AttributeError(f"{type(self).__name__} has no {name}")
        function = partial(gate.forward, self)
        setattr(self, name, function)
        return function

    def function(self, gate: Gate) -> Any:
        """The forward function of a gate on this algebra's values."""
        return getattr(self, gate.name)
