"""`--exact`: fractions as long as numbers are fractions, then symbols.

    forms      what an irrational number is: a sum of products of powers of atoms (pi, sqrt(2), cos(1), …)
    radicals   roots of sums of roots that are such sums: sqrt(3 + 2*sqrt(2)) = 1 + sqrt(2)
    functions  where a function of such a number is something simpler: cos(pi) = -1
    algebra    the number system
"""

from __future__ import annotations

from bpcalc.algebra.exact.algebra import Exact

__all__ = ["Exact"]
