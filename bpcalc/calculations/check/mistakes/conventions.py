"""Ties, by another convention: as where every one of the largest inputs takes all, which is no subgradient."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bpcalc.calculations.check.scene import Candidate, Scene
from bpcalc.engine.reverse import backpropagate
from bpcalc.gate import CONVENTIONS

SAID = {
    "all": "every one of the equal inputs takes all of the gradient",
    "none": "none of the equal inputs takes the gradient",
    "first": "the first of the equal inputs takes all of the gradient, not as the convention has it",
    "jax": "the gradient at the kink is that of JAX's convention",
    "torch": "the gradient at the kink is that of PyTorch's convention",
}


def candidates(scene: Scene) -> Iterator[Candidate]:
    if not any(gate.kink is not None for gate in scene.graph.kinds):
        return
    for convention in CONVENTIONS:
        if convention != scene.circuit.options.convention:
            yield Candidate("ties", SAID[convention], 1.2, lambda s, c=convention: _under(s, c))


def _under(s: Scene, convention: str) -> Any:
    circuit = s.circuit
    return s.of(backpropagate(s.m, s.graph, s.values, s.output, circuit.seed, s.path, convention))
