"""`--number FORMAT`: the numbers of a report as printf would write them, for what cannot read the shortest decimal.

The shortest text that reads back to the same double may be `1e-07`, which bash arithmetic and bc do not read.
"""

from __future__ import annotations

import math

from bpcalc.typed import Any

# As printf's, for one number and nothing else. Padding is by zeros only: one number stays one word.
FORM = r"%[+]?(?:0[1-9][0-9]?)?(?:\.[0-9]{1,2})?[eEfFgGd]"
WHOLE = "d"


def algebra(report: Any, form: str) -> Any:
    """The number system of a report, which writes numbers for scripts in a form of `FORM`; "": the shortest."""
    return Written(report.circuit.m, form) if form else report.circuit.m


class Written:
    """A number system whose exact texts have another form. All else is as in the system `m` itself."""

    def __init__(self, m: Any, form: str) -> None:
        self._m = m
        self._form = form

    def __getattr__(self, name: str) -> Any:
        return getattr(self._m, name)

    @property
    def entries(self) -> Written:
        return Written(self._m.entries, self._form)

    def exact(self, value: Any) -> str:
        return formed(self._m.exact(value), self._form)

    def json(self, value: Any) -> Any:
        """The rounded number: what form it has is the matter of who writes JSON."""
        text = self.exact(value)
        try:
            number = float(text)
        except ValueError:
            return self._m.json(value)
        if not math.isfinite(number):
            return self._m.json(value)
        return int(number) if self._form.endswith(WHOLE) else number


def formed(text: str, form: str) -> str:
    """A number in that form, without the sign of a zero; what is no finite number stays as it is."""
    try:
        value = float(text)
    except ValueError:
        return text
    if not math.isfinite(value):
        return text
    found = f"{form[:-1].partition('.')[0]}.0f" % value if form.endswith(WHOLE) else form % value
    return found.replace("-", "", 1) if float(found) == 0 and found.startswith("-") else found
