"""The warnings of a calculation, in words: kinks, NaN and infinity, bindings that nothing uses."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

from bpcalc.engine import findings
from bpcalc.engine.onesided import WHERE, sides
from bpcalc.gate import INPUT
from bpcalc.reading.lexer import locate
from bpcalc.reading.parse import Program
from bpcalc.reports.circuit import Circuit
from bpcalc.reports.names import Names
from bpcalc.reports.report import Warning
from bpcalc.writing.numerals import eye
from bpcalc.writing.unparse import unparse

MOST = 20  # warnings of a kind that are told one by one
WORK = 2_000_000  # nodes times variables: beyond this the sides of the whole function are not looked at


def notices(
    circuit: Circuit, names: Names, unused: list[tuple[str, str]], tangents: Sequence[Any] | None = None
) -> tuple[Warning, ...]:
    """All warnings, in the order: what is not used, forward pass, backward pass.

    tangents  in forward mode, by node: they take the place of the backward pass
    """
    found = [
        Warning("unused", name, f'the binding "{name}" is not used{f": {why}" if why else ""}') for name, why in unused
    ]
    told = [*_limited(found), *_idle(circuit.program), *_limited(list(_given(circuit)))]
    told += _limited(list(_inner(circuit)))
    if circuit.m.shaped:
        from bpcalc.telling.array_notices import array_notices

        return (*told, *_limited(list(array_notices(circuit, names, tangents))))
    backward = _backward(circuit, names) if tangents is None else _tangents(circuit, names, tangents)
    return (
        *told,
        *_forward(circuit, names),
        *_limited(list(_kinks(circuit, names))),
        *backward,
    )


def _limited(found: list[Warning]) -> list[Warning]:
    if len(found) <= MOST:
        return found
    rest = found[MOST]
    return [*found[:MOST], Warning(rest.kind, rest.node, f"… and {len(found) - MOST} more of this kind")]


def _inner(circuit: Circuit) -> Iterator[Warning]:
    """The kinks that the backward passes of the gradients inside the program met."""
    for inner in circuit.program.inner:
        gradients: list[Any] = [inner.gradients.get(node) for node in range(inner.output + 1)]
        needed = bytearray(node in inner.needed for node in range(inner.output + 1))
        passed = circuit._replace(
            m=inner.m, program=inner.program, output=inner.output, values=inner.values, gradients=gradients,
            needed=needed, wrt={},
        )  # fmt: skip
        kinks = _kinks
        if inner.m.shaped:
            from bpcalc.telling.array_notices import array_kinks as kinks
        for warning in kinks(passed, Names(inner.program, inner.output, numbered=False)):
            yield warning._replace(message=f"in {inner.title}: {warning.message}")


def _given(circuit: Circuit) -> Iterator[Warning]:
    """The inputs that are NaN from the start: max and relu pass no gradient to them, so it may not show."""
    for name in circuit.program.variables:
        value = circuit.values[circuit.program.names[name]]
        unequal = value != value
        if unequal.any() if hasattr(unequal, "any") else unequal:
            yield Warning("nonfinite", name, f"{name} is NaN, or has NaN in it, from the start")


def _idle(program: Program) -> Iterator[Warning]:
    """Statements without a name before the last one, such as a formula broken over two lines."""
    if program.idle:
        span = locate(program.source, *program.idle[0])
        text = " ".join(program.source.text[span.start : span.end].split())
        text = text if len(text) <= 40 else f"{text[:38]}…"
        more = f" (and {len(program.idle) - 1} more)" if len(program.idle) > 1 else ""
        why = "a line break or ; ends a statement, and the last one is the output"
        yield Warning("unused", text, f'the statement "{text}" is not used{more}: {why}')


def _at(circuit: Circuit, names: Names, node: int) -> str:
    """Where a gate's inputs stand: `x = 0, y = 0`."""
    graph = circuit.program.graph
    inputs = [source for source in dict.fromkeys(graph.inputs[node]) if graph.number(source) is None]
    return ", ".join(f"{_text(names, source)} = {_number(circuit.values[source])}" for source in inputs)


def _number(value: float) -> str:
    """Six digits, or all of them where six would look like a small whole number that it is not."""
    text = eye(value, 6)
    looks_whole = abs(value) < 1000 and float(text) != value and float(text).is_integer()
    return eye(value, None) if looks_whole else text


def _text(names: Names, node: int) -> str:
    """A node's name, or for a part without a variable its expression."""
    return names.labels.get(node) or unparse(names.program.graph, node, names.labels)


def _title(names: Names, node: int) -> str:
    """`n1 = sqrt(x)`, or for the output of a nameless expression just the expression."""
    expression = unparse(names.program.graph, node, names.labels)
    return f"{names.labels[node]} = {expression}" if node in names.labels else expression


def _forward(circuit: Circuit, names: Names) -> Iterator[Warning]:
    node = findings.arose_forward(circuit.program.graph, circuit.values, circuit.output)
    if node is not None:
        value, at = circuit.values[node], _at(circuit, names, node)
        kind = "NaN" if value != value else "infinity"
        message = f"{kind} first arises in the forward pass at {_title(names, node)}{f', for {at}' if at else ''}"
        yield Warning("nonfinite", _text(names, node), message)


def _backward(circuit: Circuit, names: Names) -> Iterator[Warning]:
    graph, values = circuit.program.graph, circuit.values
    found = findings.arose_backward(
        circuit.m, graph, values, circuit.gradients, circuit.needed, circuit.options.convention
    )
    if found is not None:
        node, source = found
        gradient = circuit.gradients[source]
        kind = "NaN" if gradient != gradient else "infinity"
        yield Warning(
            "nonfinite", _text(names, source),
            f"{kind} first arises in the backward pass at {_title(names, node)}, "
            f"in the gradient of {_text(names, source)}, for {_at(circuit, names, node)}",
        )  # fmt: skip


def _tangents(circuit: Circuit, names: Names, tangents: Sequence[Any]) -> Iterator[Warning]:
    found = findings.arose_in_tangents(
        circuit.program.graph, circuit.values, tangents, circuit.output, math.isfinite
    )
    if found is not None:
        kind = "NaN" if tangents[found] != tangents[found] else "infinity"
        if not circuit.program.graph.inputs[found]:
            message = f"the tangent of {_text(names, found)} is {kind} from the start"
        else:
            at = _at(circuit, names, found)
            message = f"{kind} first arises in the tangents at {_title(names, found)}{f', for {at}' if at else ''}"
        yield Warning("nonfinite", _text(names, found), message)


def _kinks(circuit: Circuit, names: Names) -> Iterator[Warning]:
    graph, values = circuit.program.graph, circuit.values
    convention = circuit.options.convention
    touched = False
    for node, found in findings.kinks(
        circuit.m, graph, values, circuit.gradients, circuit.needed, circuit.output
    ):
        touched = True
        gate = graph.gates[node]
        each = "; ".join(
            f"∂/∂{_text(names, source)} is {left:z.6g} from the left, {right:z.6g} from the right"
            for source, (left, right) in found.items()
        )
        yield Warning(
            "kink", _text(names, node),
            f"{_title(names, node)} has no derivative at {_at(circuit, names, node)} ({each}); "
            f"rule used ({convention}): {gate.kink.says(convention)}",  # type: ignore[union-attr]
        )  # fmt: skip
    at_edge = list(findings.edges(graph, values, circuit.needed, circuit.output))
    if touched or at_edge:
        yield from _whole(circuit, names, at_edge)


def _whole(circuit: Circuit, names: Names, at_edge: list[int]) -> Iterator[Warning]:
    """What holds of the output itself: it may be smooth where a part is not, and a `where` may break at its edge."""
    graph, values, output = circuit.program.graph, circuit.values, circuit.output
    inputs = [node for node in circuit.wrt.values() if graph.gates[node] is INPUT and node <= output]
    if len(inputs) * output > WORK:
        return
    for node in inputs:
        left, right = sides(circuit.m, graph, values, output, node)
        scale = circuit.seed
        left, right, used = left * scale, right * scale, circuit.gradients[node] or 0.0
        name, f = names.labels[node], circuit.of(names)
        smooth = math.isclose(left, right)
        if smooth and not math.isclose(used, left) and math.isfinite(left):
            yield Warning(
                "kink", name, f"{f} itself has a derivative here: ∂{f}/∂{name} is {left:z.6g}, "
                f"where the rules of its parts give {used:z.6g}",
            )  # fmt: skip
        elif at_edge and not smooth and left == left and right == right:
            yield Warning(
                "kink", name, f"∂{f}/∂{name} is {left:z.6g} from the left, {right:z.6g} from the right: "
                f"{_edge(circuit, names, at_edge[0])}, {used:z.6g}",
            )  # fmt: skip


def _edge(circuit: Circuit, names: Names, node: int) -> str:
    """What is at its edge, and the rule that was used."""
    if circuit.program.graph.gates[node] is WHERE:
        return f"the condition of {_title(names, node)} is at its edge; rule used: that of the branch taken"
    return f"the comparison {_title(names, node)} is at its edge; rule used: a comparison carries no gradient"
