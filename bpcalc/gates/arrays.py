"""The gates that only programs with arrays use: loaded when the parser meets one, for the sake of the start-up time."""

from bpcalc.gates import GATES, SPELLINGS, loss, matrix, reduction, shape

__all__ = ["GATES", "SPELLINGS", "loss", "matrix", "reduction", "shape"]
