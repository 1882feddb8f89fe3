"""Exact sums on a cluster: only whole numbers are added there, a few for each result, and rounding comes last."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import inf, nan
from typing import Any

from bpcalc.batch.queries import number
from bpcalc.batch.spark_dialect import quoted
from bpcalc.batch.sums import Totals

# Numbers of 8 neighbouring powers of two are added together: times 2**(53 - 8k) they are whole, and have 62 bits.
SPAN, SHIFT = 8, 53
SPECIAL = {10_001: inf, 10_002: -inf, 10_003: nan}


def exact_sums(frame: Any, columns: Sequence[str], count: int) -> Totals:
    """The sum of each of some columns of doubles; `count`: how many rows there are."""
    from pyspark.sql import functions as sql

    pairs = ", ".join(f"{place}, {quoted(one)}" for place, one in enumerate(columns))
    special = " ".join(
        f"WHEN isnan(v) THEN {key}" if value != value else f"WHEN v = {number(value)} THEN {key}"
        for key, value in SPECIAL.items()
    )
    rows = (
        frame.selectExpr(f"stack({len(columns)}, {pairs}) AS (place, v)").where("v <> 0e0")
        .selectExpr("*", f"CASE {special} ELSE CAST(floor(log2(abs(v)) / {SPAN}e0) AS INT) END AS k")
        .selectExpr("*", f"CASE WHEN k > 10000 THEN 0 ELSE {SHIFT} - {SPAN} * k END AS shift")
        # in two steps, for neither may be beyond the largest double
        .selectExpr("place", "k", "v * power(2e0, shift div 2) * power(2e0, shift - shift div 2) AS whole")
        .groupBy("place", "k")
        .agg(sql.expr("sum(CAST(CAST(whole AS BIGINT) AS DECIMAL(28, 0)))")).collect()
    )
    totals = Totals(len(columns), count)
    for place, k, whole in rows:
        if k in SPECIAL:
            totals.add_exact(place, Fraction(0), SPECIAL[k])
        else:
            totals.add_exact(place, Fraction(int(whole)) * Fraction(2) ** (SPAN * k - SHIFT))
    return totals

