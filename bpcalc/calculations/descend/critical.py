"""What kind of point it is where the gradient is 0, or nearly: from the Hessian there, and one step of Newton's method
further on."""

from __future__ import annotations

from bpcalc.calculations.descend.loss import Loss
from bpcalc.calculations.descend.methods import Here
from bpcalc.engine.findings import kinks
from bpcalc.errors import BpcalcError
from bpcalc.gate import GRAD
from bpcalc.telling.sentences import looked_at

LARGEST = 60  # moving numbers, up to which the Hessian is looked at
NEAR = 1e-2  # how far the point may be, relative to the larger of 1 and the inputs, to be the one that is spoken of
OPEN = "whether it is a minimum, a saddle or a plateau is undecided, for the Hessian {}"


def kind_of_point(loss: Loss, here: Here) -> tuple[str, tuple[str, ...]]:
    """`a minimum`, `a saddle`, or what is not known; and a remark for a saddle or a maximum. Nothing where the Hessian
    is too large to be looked at."""
    from bpcalc.algebra.flat import are_finite, curvature, flat, newton_step, parted

    shapes = [loss.m.shape(one) for one in here.at.values()]
    slopes = flat([*here.gradient.values()])
    if not 0 < len(slopes) <= LARGEST or not are_finite(slopes):
        return "", ()
    spent = loss.evaluations
    try:
        circuit = loss.circuit(here.at)
        if GRAD not in circuit.program.graph.kinds and any(True for _ in kinks(looked_at(circuit))):
            return "it lies on a kink, where there is no second derivative", ()
        matrix = loss.hessian(here.at)
        if not are_finite(matrix):
            return OPEN.format("is not finite"), ()
        move, _ = newton_step(matrix, slopes)
        there = parted(flat([*here.at.values()]) + move, shapes)
        found = curvature(matrix, loss.hessian(dict(zip(here.at, there, strict=True))))
    except BpcalcError:  # beyond the domain of a gate with requirements
        return "", ()
    finally:
        loss.evaluations = spent
    if found.is_singular or not found.is_steady:
        return OPEN.format("is singular" if found.is_singular else "changes too fast around it"), ()
    far = NEAR * max(1.0, *abs(flat([*here.at.values()])))
    way = "on the way to " if max(abs(move)) > far else ""
    best, worst = ("a minimum", "a maximum") if loss.sign > 0 else ("a maximum", "a minimum")
    if not found.down:
        return f"{way}{best}, for the Hessian is {'positive' if loss.sign > 0 else 'negative'} definite", ()
    nudge = "start a little to one side of it"
    if found.up:
        return f"{way}a saddle, for the Hessian has eigenvalues of both signs", (f"a saddle is no {best[2:]}: {nudge}",)
    return f"{way}{worst}", (f"{worst} is no {best[2:]}: {nudge}",)
