"""The first step of a descent with its numbers: `w = 0 - 0.1*(-9.3) = 0.93`."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

from bpcalc.algebra.protocol import Algebra
from bpcalc.reports.descent import Descent, numbers
from bpcalc.typed import Any

SHOWN = 8  # numbers whose steps are written out

FORMULAS = {
    "gradient": ("x = x - rate*∂{f}/∂x",),
    "momentum": ("v = 0.9*v + ∂{f}/∂x", "x = x - rate*v"),
    "adam": ("v = 0.9*v + 0.1*∂{f}/∂x", "s = 0.999*s + 0.001*(∂{f}/∂x)^2",
             "x = x - rate*(v/(1 - 0.9^t))/(sqrt(s/(1 - 0.999^t)) + 1e-8), t = 1 in the first step"),
    "newton": ("x = x - H⁻¹ ∂{f}/∂x, with H the Hessian, and shorter where {f} would go up",),
    "lbfgs": ("SciPy's L-BFGS-B: the step is found from the last gradients, its length by a line search",),
}  # fmt: skip


def formulas(method: str, output: str, maximize: bool) -> list[str]:
    """What a step of a method is."""
    lines = [line.format(f=output) for line in FORMULAS[method]]
    return [*lines, f"of -{output} instead of {output}, for it is to grow"] if maximize and method != "gradient" else [
        line.replace("x - rate", "x + rate") if maximize else line for line in lines
    ]  # fmt: skip


def first_step(m: Algebra, descent: Descent, maximize: bool, precision: int | None) -> list[str]:
    """The lines of the first step of a method, number by number; every line with an equals sign is true."""
    first = descent.first
    if first is None:
        return []
    lines: list[str] = []
    entries = [*zip(*(numbers(part) for part in (first.before, first.gradient, first.after)), strict=True)]
    for (name, x), (_, g), (_, then) in entries[:SHOWN]:
        lines += _moved(m.entries, descent, name, (x, g, then), maximize, precision)
    if len(entries) > SHOWN:
        lines.append(f"… and {len(entries) - SHOWN} more numbers likewise")
    return lines


def _moved(
    m: Algebra, descent: Descent, name: str, numbers: tuple[float, float, float], maximize: bool, precision: int | None
) -> Iterator[str]:  # fmt: skip
    """The lines for one number, from `x` along its slope `g` to where it is `then`."""
    from bpcalc.telling.equation import added, plain_factor, true_equation  # which has the parser

    x, g, then = numbers

    def write(number: float, digits: int | None) -> str:
        return m.text(m.value(number), digits)

    def factor(number: float, digits: int | None) -> str:
        return plain_factor(m, m.value(number), digits or 17)

    def line(start: str, text: Callable[[int | None], str], result: Any) -> str:
        return true_equation(m, start, text, m.value(result), precision)

    if descent.rate is None:
        yield line(name, lambda digits: added(m, [m.value(x), m.value(then - x)], digits), then)
        return
    rate = write(descent.rate, None)
    slope = -g if maximize and descent.method != "gradient" else g
    if descent.method == "gradient":
        sign = "+" if maximize else "-"
        yield line(name, lambda digits: f"{write(x, digits)} {sign} {rate}*{factor(g, digits)}", then)
    elif descent.method == "momentum":
        yield line(f"v of {name}", lambda digits: f"0.9*0 + {factor(slope, digits)}", slope)
        yield line(name, lambda digits: f"{write(x, digits)} - {rate}*{factor(slope, digits)}", then)
    else:
        v, s = (1 - 0.9) * slope, (1 - 0.999) * (slope * slope)
        yield line(f"v of {name}", lambda digits: f"0.9*0 + 0.1*{factor(slope, digits)}", v)
        yield line(f"s of {name}", lambda digits: f"0.999*0 + 0.001*{factor(slope, digits)}^2", s)
        yield line(name, lambda digits: f"{write(x, digits)} - {rate}*({write(v, digits)}/0.1)/"
                   f"(sqrt({write(s, digits)}/0.001) + 1e-8)", then)  # fmt: skip


def bound(descent: Descent, output: str, maximize: bool) -> str:
    """`f falls at any rate below 0.5, searched along the ray; the curvature alone would say 0.167`"""
    if descent.bound is None:
        return ""
    searched, curvature = descent.bound
    falls = "rises" if maximize else "falls"
    if searched is None:
        told = f"{output} {falls} at no rate: it is at a kink, or all that the gradient tells is rounding"
    else:
        told = f"{output} {falls} at any rate{'' if searched == math.inf else f' below {number(searched, 3)}'}"
    told += ", searched along the ray"
    return told if curvature is None else f"{told}; the curvature alone would say {number(curvature, 3)}"


def number(x: float, digits: int = 4) -> str:
    """A number in a sentence."""
    return format(x, f"z.{digits}g")


def fall(descent: Descent, output: str, write: Callable[[float], str]) -> str:
    """What the first step did to the output."""
    first = descent.first
    if first is None:
        return ""
    if first.then == first.value:
        return f"{output} stays at {write(first.value)}"
    way = "falls" if first.then < first.value else "rises"
    return f"{output} {way} from {write(first.value)} to {write(first.then)}"
