"""Special functions of arrays: SciPy's where they are right to 4 units in the last place, as single numbers are.

Measured against mpmath (SciPy 1.17): the comment beside each has the worst found among several hundred points of its
range. Elsewhere, and for the functions that are not listed, each entry is what `FLOATS` has. SciPy is loaded when one
of them meets an array.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from bpcalc.algebra.floats import FLOATS

# The name of SciPy's function, and where it is taken.
Taken = tuple[str, Callable[..., Any]]
SCIPY: dict[str, Taken] = {
    "erf": ("erf", lambda x: x == x),  # 2.2; its erfc is off by 475
    "gamma": ("gamma", lambda x: x > -5),  # 3.4; 4.7 further down
    "lgamma": ("gammaln", lambda x: ((x > 0) & (x < 0.5)) | (x > 2.5)),  # 2.5; 94 about 1 and 2
    "digamma": ("psi", lambda x: x > 0),  # 1.8; 342 below
    "polygamma": ("polygamma", lambda n, x: ((n == 1) | (n == 2)) & (x > 0)),  # 2.9; 5 for higher orders
    "erfinv": ("erfinv", lambda x: np.abs(x) < 1),  # 1.8
    "erfcx": ("erfcx", lambda x: x >= 1),  # 3.9; 7 below, 329 for x < 0
    "lambertw": ("lambertw", lambda x: (x >= 0) & (x < np.inf)),  # 1.5; 18 near -1/e
    "expint": ("exp1", lambda x: x > 1),  # 2.2; 8 below
    "sinint": ("sici", lambda x: x == x),  # 2.8
}
# What single numbers get by mpmath, or by own code.
ENTRYWISE = (
    "erf", "erfc", "gamma", "lgamma", "digamma", "polygamma", "beta", "erfinv", "erfcx", "polyerfcx", "lambertw",
    "besselj", "bessely", "besseli", "besselk", "polysinc", "expint", "sinint", "cosint", "fresnels", "fresnelc",
)  # fmt: skip


def function(name: str) -> Callable[..., Any]:
    """The function of a gate on arrays."""
    own = np.vectorize(getattr(FLOATS, name), otypes=[float])
    return _taken(own, *SCIPY[name]) if name in SCIPY else own


def _taken(own: Callable[..., Any], name: str, where: Callable[..., Any]) -> Callable[..., Any]:
    def both(*inputs: Any) -> Any:
        if all(np.ndim(x) == 0 for x in inputs):
            return own(*inputs)[()]  # no SciPy for single numbers
        arrays = np.broadcast_arrays(*inputs)
        inside = where(*arrays)
        if not np.any(inside):
            return own(*arrays)
        found = np.empty(np.shape(inside))
        found[inside] = _of_scipy(name, *(x[inside] for x in arrays))
        if not np.all(inside):
            found[~inside] = own(*(x[~inside] for x in arrays))
        return found

    return both


def _of_scipy(name: str, *inputs: Any) -> Any:
    from scipy import special

    found = getattr(special, name)(*inputs)
    return found[0] if isinstance(found, tuple) else np.real(found)
