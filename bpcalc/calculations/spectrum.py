"""What the eigenvalues of a Hessian say of the matrix, and of the point where the gradient is 0: as far as the numbers
are known, and no further."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from bpcalc.calculations.rounding import errors_of, is_exact, shaken_again
from bpcalc.engine.second import hessian as rows_of
from bpcalc.reports.circuit import Circuit
from bpcalc.reports.hessian import HessianReport, Judged, Spectrum
from bpcalc.typed import Any

UNTOLD = "a critical point of a kind that the second derivatives do not tell"
NEAR = 1e-9  # a critical point that is closer than this, relative to the larger of 1 and the input, is at the point
VANISHED = 1e-290  # what is known so well was too small for a double
ROUNDED = "up to rounding"

Blocks = Mapping[str, Mapping[str, Any]]


def spectrum(circuit: Circuit, report: HessianReport, blocks: Blocks, blocks_of: Any) -> tuple[Spectrum, Judged]:
    """The eigenvalues of the matrix over all inputs, what they say, and how well that is known.

    blocks_of  makes blocks such as `blocks` of the rows that `engine.second.hessian` gives
    """
    from bpcalc.algebra.inertia import inertia
    from bpcalc.algebra.linear import eigenvalues, joined

    m, sizes = circuit.m, [math.prod(report.inputs[name]) for name in blocks]
    matrix = joined([list(row.values()) for row in blocks.values()], sizes)
    found = tuple(eigenvalues(matrix))
    if not all(map(math.isfinite, found)):
        return Spectrum(found), Judged()
    if any(warning.kind == "kink" for warning in report.warnings):
        return Spectrum(found), Judged(is_doubtful=True)
    gradient_errors, errors = _errors(circuit, report, blocks, blocks_of)
    bounds = joined([list(row.values()) for row in errors.values()], sizes)
    signs = inertia(matrix, bounds)
    kind, point = _kind(signs.up, signs.down, signs.zero, signs.open)
    flat = [
        [float(m.entry(part, place)) for name, part in parts.items() for place in m.places(report.inputs[name])]
        for parts in (report.gradient, gradient_errors, {name: circuit.values[circuit.wrt[name]] for name in blocks})
    ]
    point, rest = _at_rest(point, flat[0], flat[1], flat[2], signs.step)
    return Spectrum(found, kind, point), Judged(rest)


def _errors(
    circuit: Circuit, report: HessianReport, blocks: Blocks, blocks_of: Any
) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    """The rounding errors of the gradient, and of each block."""
    graph, wrt, needed = circuit.program.graph, list(circuit.wrt.values()), circuit.needed

    def second(duals: Any, values: Sequence[Any]) -> Blocks:
        return blocks_of(circuit, rows_of(duals, graph, values, circuit.output, wrt, needed))  # type: ignore[no-any-return]

    again = shaken_again(
        circuit.m, graph, circuit.values, circuit.output, wrt, needed, circuit.options.convention, second
    )
    exact = is_exact(circuit.m, graph, circuit.values, circuit.output)
    gradients = [{name: gradient[node] for name, node in circuit.wrt.items()} for gradient, _ in again]
    return errors_of(circuit.m, report.gradient, gradients, exact), {
        name: errors_of(circuit.m, row, [found[name] for _, found in again], exact) for name, row in blocks.items()
    }


def _kind(up: int, down: int, zero: int, unknown: int) -> tuple[str, str]:
    """What the signs of the eigenvalues make of the matrix, and of a point where the gradient is 0."""
    singular = f", and singular{f' {ROUNDED}' if unknown else ''}" if zero or unknown else ""
    if up and down:
        return f"indefinite{singular}", "a saddle point"
    if not up and not down:
        return f"zero {ROUNDED}" if unknown else "zero", UNTOLD
    sign = "positive" if up else "negative"
    if singular:
        return f"{sign} semidefinite{singular}", UNTOLD
    return f"{sign} definite", "a local minimum" if up else "a local maximum"


def _at_rest(
    point: str, gradient: list[float], errors: list[float], inputs: list[float], step: Any
) -> tuple[str, str]:
    """The kind of point, and how it is known that the gradient is 0 there: "0", "0 but for rounding", or "" where it
    is not 0, or "undecided". The point is "" for the last two.

    step  about how far from here the gradient can be 0, by input, if it is as large as `errors`; None where not known
    """
    if any(abs(slope) > error for slope, error in zip(gradient, errors, strict=True)):
        return "", ""
    is_known = step is not None and point != UNTOLD
    away = step(errors) if is_known else errors
    has_vanished = not is_known and any(0 < error < VANISHED for error in errors)
    if has_vanished or any(one > NEAR * max(1.0, abs(x)) for one, x in zip(away, inputs, strict=True)):
        return "", "undecided"
    return point, "0" if not any(gradient) and (is_known or not any(errors)) else "0 but for rounding"
