"""What `--ulp` found, in sentences: how far the output is from the truth, where digits are lost, what keeps them."""

from __future__ import annotations

from collections.abc import Iterator

from bpcalc.reports.accuracy import Accuracy, Beyond, Cancelled, Grown
from bpcalc.reports.report import Report
from bpcalc.writing.unparse import shortened

QUOTED = 60  # characters of an expression
SMALL = 4.0  # ulps that are no loss
ENDLESS = ("", "inf", "-inf", "nan")  # truths that have no digits either


def figure(ulps: float | None) -> str:
    """A number of ulps, to two digits; nothing for none."""
    return "" if ulps is None else f"{ulps:.2g}"


def sentences(report: Report) -> Iterator[str]:
    """The story, a sentence a line."""
    found = report.accuracy
    if found is None:
        return
    yield _whole(report, found)
    for lost in found.lost:
        yield f"{_title(report, lost.node)}: {_said(lost)}"
    if found.worst is not None and found.roundings[found.worst] >= 0.005:
        moves = found.roundings[found.worst]
        by = "" if moves == float("inf") else f": it moves {report.output} by {figure(moves)} ulp"
        yield f"the rounding of {_title(report, found.worst)} matters most{by}"
    for one in found.rewrites:
        yield (
            f"with {one.instead} for {one.part}, {report.output} is {_far(one.value)} from the truth, "
            f"its gradient {_far(one.gradient)}"
        )


def _whole(report: Report, found: Accuracy) -> str:
    m = report.circuit.m
    if not m.shape(report.value) and not m.all_finite(report.value):  # which has no last place to count in
        shown = f"{report.output} is {m.text(report.value, None)}"
        return f"the truth is {found.truth}: {shown}" if found.truth not in ENDLESS else f"{shown}: it has no digits"
    value = found.values.get(report.circuit.output, 0.0)
    slopes = [found.gradients[node] for node in report.circuit.wrt.values() if node in found.gradients]
    worst = max(slopes, default=0.0)
    from_it = f"{report.output} is {_far(value)} from"
    text = f"the truth is {found.truth}: {from_it} it" if found.truth else f"{from_it} the truth"
    text += f", its gradient {_far(worst)}"
    is_beyond = any(isinstance(one, Beyond) for one in found.lost)
    return f"{text}; no digit is lost" if max(value, worst) <= SMALL and not is_beyond else text


def _far(ulps: float) -> str:
    return "infinitely far" if ulps == float("inf") else f"{figure(ulps)} ulp"


def _said(lost: Cancelled | Grown | Beyond) -> str:
    if isinstance(lost, Cancelled):
        return f"{lost.digits} of {lost.of} digits cancel"
    if isinstance(lost, Grown):
        if lost.times == float("inf"):
            return "its error is beyond all multiples of that of what goes in"
        return f"its error is {figure(lost.times)} times that of what goes in"
    return "beyond the largest double, 1.8e308" if lost.is_large else "below the smallest double, so it is 0"


def _title(report: Report, node: int) -> str:
    """`n2 = 1 - n1`, or a part without a name."""
    labels = report.names.labels
    text = shortened(report.circuit.program.graph, node, labels, QUOTED)
    return f"{labels[node]} = {text}" if node in labels and text != labels[node] else text


def document(report: Report) -> dict[str, object]:
    """The same for JSON."""
    found, labels = report.accuracy, report.names.labels
    if found is None:
        return {}
    graph, worst = report.circuit.program.graph, found.worst
    return {
        "truth": found.truth or None,
        "value": _number(found.values.get(report.circuit.output)),
        "gradient": {name: _number(found.gradients.get(node)) for name, node in report.circuit.wrt.items()},
        "worst": None if worst is None else labels.get(worst) or shortened(graph, worst, labels, QUOTED),
        "lost": [{"node": labels.get(one.node), "message": f"{_title(report, one.node)}: {_said(one)}"}
                 for one in found.lost],
        "rewrites": [{"node": labels.get(one.node), "part": one.part, "instead": one.instead,
                      "value": _number(one.value), "gradient": _number(one.gradient)} for one in found.rewrites],
    }  # fmt: skip


def of_node(report: Report, node: int) -> dict[str, object]:
    """What a node's `ulp` is in JSON: of its value, of its gradient, and by how much its rounding moves the output."""
    found = report.accuracy
    assert found is not None
    parts = {"value": found.values, "gradient": found.gradients, "rounding": found.roundings}
    return {name: _number(part.get(node)) for name, part in parts.items()}


def _number(ulps: float | None) -> float | str | None:
    return "Infinity" if ulps == float("inf") else ulps
