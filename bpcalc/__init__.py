"""bpcalc, a gradient calculator.

    >>> from bpcalc import gradient
    >>> gradient("(x+y)*z", x=-2, y=5, z=-4).gradient["x"]
    -4.0

The way of `bpcalc grad "(x+y)*z" x=-2 y=5 z=-4` from the command line to the screen, and the room of each step:

    1  the words are told apart: options, the expression, bindings                     cli
    2  `(x+y)*z` becomes tokens, then a graph: the list x, y, x + y, z, product        reading, graph
    3  `x=-2` becomes a value: a constant expression of the same language              reading, calculations
    4  floats, or arrays, or another number system is chosen                           algebra
    5  forward: one loop over the list calls each gate's function                      engine, gates
    6  backward: one loop the other way, with each gate's local gradients              engine, gates
    7  the same backward loop on symbols gives every gradient as a formula             algebra, engine
    8  kinks, NaN and infinities are found, and told in words                          engine, telling
    9  a report holds the circuit: nodes, numbers, formulas, findings                  reports
    10 a table is made of it, in columns that fit the terminal                         show, writing

The order of these steps is one short pipeline a command: calculations. `gate` says what a gate is, `errors` what an
error looks like, `api` is this package's functions. Each room's own docstring tells what comes in, what goes out and
which rooms it may use. Importing this package imports nothing heavy: each name below is loaded when it is first used.
"""

from __future__ import annotations

TYPE_CHECKING = False  # as type checkers take it; `typing` would be half of what a start imports
if TYPE_CHECKING:
    from typing import Any

    from bpcalc.api import descend, diff, gradient, hessian, jacobian, jvp
    from bpcalc.emit.compiled import function
    from bpcalc.errors import BpcalcError
    from bpcalc.reports.derivatives import DiffReport
    from bpcalc.reports.descent import DescentReport
    from bpcalc.reports.hessian import HessianReport
    from bpcalc.reports.jacobian import JacobianReport
    from bpcalc.reports.report import Report
    from bpcalc.reports.rows import Row
    from bpcalc.reports.steps import Step
    from bpcalc.reports.tangents import JvpReport
    from bpcalc.reports.warning import Warning
    from bpcalc.version import __version__

__all__ = [
    "BpcalcError", "DescentReport", "DiffReport", "HessianReport", "JacobianReport", "JvpReport", "Report", "Row",
    "Step", "Warning", "__version__", "descend", "diff", "function", "gradient", "hessian", "jacobian", "jvp",
]  # fmt: skip

_HOMES = {
    "__version__": "version",
    "descend": "api",
    "diff": "api",
    "function": "emit.compiled",
    "gradient": "api",
    "hessian": "api",
    "jacobian": "api",
    "jvp": "api",
    "BpcalcError": "errors",
    "DescentReport": "reports.descent",
    "DiffReport": "reports.derivatives",
    "HessianReport": "reports.hessian",
    "JacobianReport": "reports.jacobian",
    "JvpReport": "reports.tangents",
    "Report": "reports.report",
    "Row": "reports.rows",
    "Step": "reports.steps",
    "Warning": "reports.warning",
}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        from importlib import import_module

        return getattr(import_module(f"bpcalc.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__  # what a newcomer's Tab key shows, loaded or not
