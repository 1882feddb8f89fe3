"""The gates that only programs with arrays use: loaded when the parser meets one, for the sake of the start-up time."""

from bpcalc.gates import (
    GATES,
    SPELLINGS,
    convolution,
    decomposition,
    lengths,
    loss,
    matrix,
    pooling,
    products,
    rearranging,
    reduction,
    shape,
    sorting,
)

__all__ = [
    "GATES", "SPELLINGS", "convolution", "decomposition", "lengths", "loss", "matrix", "pooling", "products",
    "rearranging", "reduction", "shape", "sorting",
]  # fmt: skip
