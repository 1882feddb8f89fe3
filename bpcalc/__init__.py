"""bpcalc, a gradient calculator.

    >>> from bpcalc import gradient
    >>> gradient("(x+y)*z", x=-2, y=5, z=-4).gradient["x"]
    -4.0

Importing this package imports nothing heavy: each name below is loaded when it is first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bpcalc.version import __version__

if TYPE_CHECKING:
    from bpcalc.api import diff, gradient, hessian, jacobian, jvp
    from bpcalc.errors import BpcalcError
    from bpcalc.reports.others import DiffReport, HessianReport, JacobianReport
    from bpcalc.reports.report import Report, Step, Warning
    from bpcalc.reports.rows import Row
    from bpcalc.reports.tangents import JvpReport

__all__ = [
    "BpcalcError", "DiffReport", "HessianReport", "JacobianReport", "JvpReport", "Report", "Row", "Step", "Warning",
    "__version__", "diff", "gradient", "hessian", "jacobian", "jvp",
]  # fmt: skip

_HOMES = {
    "diff": "api",
    "gradient": "api",
    "hessian": "api",
    "jacobian": "api",
    "jvp": "api",
    "BpcalcError": "errors",
    "DiffReport": "reports.others",
    "HessianReport": "reports.others",
    "JacobianReport": "reports.others",
    "JvpReport": "reports.tangents",
    "Report": "reports.report",
    "Row": "reports.rows",
    "Step": "reports.report",
    "Warning": "reports.report",
}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        from importlib import import_module

        return getattr(import_module(f"bpcalc.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
