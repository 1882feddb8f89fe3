"""A formula is the same text on every Python and in every process: no order in it hangs on hashes, on the order of the
catalogue, or on how a sort goes about it."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from bpcalc import diff

SALTED = """
import sys, zlib
import bpcalc.gate as gate
gate.Gate.__hash__ = lambda self: zlib.crc32((self.name + sys.argv[1]).encode())
import bpcalc.gates.arrays
turned = [*gate.GATES.items()][::-1]
gate.GATES.clear()
gate.GATES.update(turned)
from bpcalc import diff
for program, shapes in eval(sys.argv[2]):
    print(diff(program, shapes))
"""
PROGRAMS: list[tuple[str, dict[str, str]]] = [
    ("epsilon*c*Ef^2/2*8*pi*r^2/3*omega^4/(omega^2 - omega_0^2)^2", {}),
    ("exp(-((theta - theta1)/sigma)^2/2)/(sqrt(2*pi)*sigma)", {}),
    ("where(x > y, x*y, y^2) + max(x, y, 0)*abs(x*y*z) - sin(x)^2*z - cos(x)^2*z", {}),
    ("sum((X@w - y)^2)/2 + lam*w@w", {"X": "n,d", "w": "d", "y": "n"}),
    ("sum(log_softmax(W@x)*t) + logdet(S) + trace(A@S@A.T)",
     {"W": "c,d", "x": "d", "t": "c", "S": "n,n", "A": "m,n"}),
]  # fmt: skip


@pytest.mark.parametrize("seed", ["1", "2"])
def test_formulas_do_not_hang_on_hashes_or_on_the_order_of_the_catalogue(seed: str) -> None:
    found = subprocess.run(
        [sys.executable, "-c", SALTED, seed, repr(PROGRAMS)],
        capture_output=True, text=True, encoding="utf-8", check=True,
        env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONIOENCODING": "utf-8"},
    )  # fmt: skip
    assert found.stdout.splitlines() == [str(diff(program, shapes)) for program, shapes in PROGRAMS]


@pytest.mark.parametrize(
    ("program", "name", "expected"),
    [
        ("G*m*M*x/r^2", "x", "G*m*M/r^2"),
        ("a*b + b*c*d + d*a*x", "x", "d*a"),
        # the pairs of variables first came in orders that go around in a circle, so that no sort has one answer
        ("a*b*p + b*c*q + c*a*r + x*b*a*c*y", "x", "c*a*b*y"),
        ("(1/2*epsilon*c*Ef^2)*(8*pi*r^2/3)*(omega^4/(omega^2 - omega_0^2)^2)", "r",
         "8*omega^4*epsilon*c*Ef^2*pi*r/(3*(omega^2 - omega_0^2)^2)"),
        ("(1/2*epsilon*c*Ef^2)*(8*pi*r^2/3)*(omega^4/(omega^2 - omega_0^2)^2)", "Ef",
         "8*omega^4*epsilon*c*Ef*pi*r^2/(3*(omega^2 - omega_0^2)^2)"),
    ],
)  # fmt: skip
def test_factors_stand_as_they_came(program: str, name: str, expected: str) -> None:
    assert diff(program, wrt=name)[name] == expected
