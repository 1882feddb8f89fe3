"""Formulas in LaTeX have the values that NumPy gives for them, or are refused."""

from __future__ import annotations

import numpy as np
import pytest
from lecture_formulas import FORMULAS, Formula

import bpcalc
from bpcalc.errors import BpcalcError, Source
from bpcalc.reading.parser import parse


@pytest.mark.parametrize("formula", FORMULAS, ids=[one.latex for one in FORMULAS])
def test_the_value_is_that_of_the_formula(formula: Formula) -> None:
    values = {name: value if isinstance(value, np.ndarray) else float(value) for name, value in formula.values.items()}
    if formula.right == "needs --latex":
        assert set(parse(Source(formula.latex, notation="latex"), values).variables) == set(values)
    elif isinstance(formula.right, str):
        with pytest.raises(BpcalcError) as refused:
            bpcalc.gradient(formula.latex, **values)
        assert formula.right in refused.value.message
        assert refused.value.span is not None
    else:
        found = bpcalc.gradient(formula.latex, **values).value
        assert np.allclose(found, formula.right(**formula.values), rtol=1e-12, atol=0)
