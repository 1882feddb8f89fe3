"""Points at the kinks of the gates on single numbers, and what the conventions give there."""

from __future__ import annotations

from reference import NAN

# Each gate with a kink: its inputs there, and the gradients by convention; "else" for those not listed. `torch` and
# `jax` as measured with torch 2.13 and jax 0.10, but for hypot and power, which follow torch's written rule (the
# subgradient of least norm; no NaN); first, all and none are the rules for equal inputs.
AT_KINKS = {
    "max": [
        ((1, 1), {"first": (1, 0), "all": (1, 1), "none": (0, 0), "else": (0.5, 0.5)}),
        ((1, 3, 3), {"first": (0, 1, 0), "all": (0, 1, 1), "none": (0, 0, 0), "else": (0, 0.5, 0.5)}),
        ((2, 2, 2, 2), {"first": (1, 0, 0, 0), "all": (1,) * 4, "none": (0,) * 4, "else": (0.25,) * 4}),
        ((0.0, -0.0), {"first": (1, 0), "all": (1, 1), "none": (0, 0), "else": (0.5, 0.5)}),
    ],
    "min": [
        ((1, 1), {"first": (1, 0), "all": (1, 1), "none": (0, 0), "else": (0.5, 0.5)}),
        ((1, 1, 3), {"first": (1, 0, 0), "all": (1, 1, 0), "none": (0, 0, 0), "else": (0.5, 0.5, 0)}),
    ],
    "relu": [((0,), {"all": (1,), "else": (0,)})],
    "leaky_relu": [((0, 0.1), {"jax": (1, 0), "else": (0.1, 0)})],
    "elu": [((0, 1.5), {"else": (1.5, 0)})],
    "abs": [((0,), {"jax": (1,), "else": (0,)})],
    "clip": [
        ((-1, -1, 1), {"jax": (0.5, 0.5, 0), "all": (1, 1, 0), "none": (0, 0, 0), "else": (1, 0, 0)}),
        ((1, -1, 1), {"jax": (0.5, 0, 0.5), "all": (1, 0, 1), "none": (0, 0, 0), "else": (1, 0, 0)}),
        ((0, 1, 1), {"all": (0, 1, 1), "else": (0, 1, 0)}),  # the bounds meet
    ],
    "hypot": [((0, 0), {"jax": (0.5, 0.5), "else": (0, 0)})],
    "atan2": [
        ((0, 0), {"jax": (NAN, NAN), "else": (0, 0)}),
        ((0, -1), {"else": (-1, 0)}),  # on the branch cut
    ],
    "power": [((0, 0), {"jax": (NAN, 0), "else": (0, 0)})],
    "sign": [((0,), {"else": (0,)})],
    "floor": [((2,), {"else": (0,)})],
    "ceil": [((-3,), {"else": (0,)})],
    "round": [((2.5,), {"else": (0,)}), ((3.5,), {"else": (0,)}), ((-0.5,), {"else": (0,)})],
    "mod": [((6, 3), {"else": (1, -2)}), ((-6, 4.0 / 2), {"else": (1, 3)}), ((5, -2.5), {"else": (1, 2)})],
    "heaviside": [((0, 0.5), {"else": (0, 1)}), ((0, 1), {"else": (0, 1)})],
    "xlogy": [((0, 0), {"else": (0, 0)})],
    "acot": [((0,), {"else": (-1,)})],
    "hardtanh": [((-1,), {"jax": (1,), "all": (1,), "else": (0,)}), ((1,), {"jax": (1,), "all": (1,), "else": (0,)})],
    "relu6": [((0,), {"jax": (0.5,), "all": (1,), "else": (0,)}), ((6,), {"jax": (0.5,), "all": (1,), "else": (0,)})],
    "selu": [((0,), {"else": (1.7580993408473766,)})],
}
