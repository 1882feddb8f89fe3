"""What algebras over another one have in common: each gate is lifted once, when it is asked for."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping
from functools import partial

from bpcalc.algebra.protocol import Algebra
from bpcalc.gate import Gate
from bpcalc.gates import GATES
from bpcalc.typed import Any


class Lifting:
    """An algebra over the algebra `real`. `lifted` says what a gate is on its numbers."""

    quick: Mapping[str, Any] = {}  # those of `real` are on its numbers, not on these

    def __init__(self, real: Algebra) -> None:
        self.real = real
        self.shaped = real.shaped
        self._functions: dict[Gate, Callable[..., Any]] = {}

    @abstractmethod
    def lifted(self, gate: Gate) -> Callable[..., Any]:
        """The function of a gate, its options chosen."""

    def function(self, gate: Gate) -> Any:
        found = self._functions.get(gate)
        if found is None:
            found = self._functions[gate] = self.lifted(gate)
        return found

    def __getattr__(self, name: str) -> Any:
        gate = GATES.get(name)
        if gate is None or not gate.parameters:
            found = getattr(self.real, name)  # what has no inputs is a number of `real`
        else:
            found = partial(self._chosen, gate) if gate.options else self.function(gate)
        setattr(self, name, found)
        return found

    def _chosen(self, gate: Gate, *inputs: Any, **options: Any) -> Any:
        return self.function(gate.bind(options))(*inputs)
