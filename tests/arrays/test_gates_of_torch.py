"""The array gates against PyTorch: value, gradient, directional derivative, and the Hessian times a direction.

`gates_of_torch.json` has what PyTorch 2.13 gives, in double precision to 13 digits; the direction is cos(0), cos(1), …
of each input.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bpcalc import gradient, hessian, jvp

CASES = json.loads((Path(__file__).parent / "gates_of_torch.json").read_text(encoding="utf-8"))
LOOSE = ("svdvals", "eigh", "pinv", "order=2", "nuc")  # what decompositions round


def near(found: Any, expected: Any, program: str) -> None:
    tolerance = 1e-8 if any(word in program for word in LOOSE) else 1e-10
    size = np.max(np.abs(expected), initial=1e-3)
    np.testing.assert_allclose(found, expected, rtol=tolerance, atol=tolerance * size)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["program"])
def test_a_gate_is_what_pytorch_has(case: dict[str, Any]) -> None:
    program, values = case["program"], {name: np.array(value) for name, value in case["values"].items()}
    report = gradient(program, values, symbolic=False)
    near(report.value, case["value"], program)
    assert not report.warnings
    directions = {name: np.cos(np.arange(x.size)).reshape(x.shape) for name, x in values.items()}
    near(jvp(program, values, tangent=directions).tangent, case["tangent"], program)
    product = hessian(program, values, vector=directions).product
    for name in values:
        near(report.gradient[name], case["gradient"][name], program)
        near(product[name], case["product"][name], program)
