"""Which warnings a calculation deserves: kinks, NaN and infinity, bindings that nothing uses.

Every calculation with numbers passes here, so what looks for them is imported where there may be something to find.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from math import isfinite

from bpcalc.gate import COMPARISON, Gate
from bpcalc.gates import GATES
from bpcalc.reading.bindings import Remark
from bpcalc.reading.lexer import locate
from bpcalc.reading.program import Program
from bpcalc.reports.circuit import Circuit
from bpcalc.reports.names import Names, one_line
from bpcalc.reports.warning import Warning
from bpcalc.typed import Any, NamedTuple

MOST = 20  # warnings of a kind that are told one by one


class More(NamedTuple):
    """How many more there are of a kind."""

    rest: int


def warnings(
    circuit: Circuit, names: Names, remarks: list[Remark], tangents: Sequence[Any] | None = None, order: int = 1,
    vector: Mapping[int, Any] | None = None,
) -> tuple[Warning, ...]:
    """All warnings, in the order: what is not used, forward pass, kinks, backward pass.

    remarks   what is to be told about the bindings
    tangents  in forward mode, by node: they take the place of the backward pass
    order     of the derivatives that were taken
    vector    the one direction, by node, that second derivatives were taken in
    """
    told = [Warning(kind, name, None, message) for kind, name, message in remarks]
    if circuit.m.encloses:
        from bpcalc.telling import bounds_words

        found: Iterable[Warning] = _limited(list(bounds_words.found(circuit, names, order)))
    else:
        found = () if _is_quiet(circuit, tangents) else _found(circuit, names, tangents, order, vector)
    return (*_limited(told), *_unnamed(circuit.program), *found)


def _is_quiet(circuit: Circuit, tangents: Sequence[Any] | None) -> bool:
    """Is there neither a gate that could be at a kink or an edge, nor a number that is NaN or infinite?"""
    kinds, m = circuit.program.graph.kinds, circuit.m
    if circuit.program.inner or any(map(_may_break, kinds)):
        return False
    numbers = [*chain(circuit.values, circuit.gradients, tangents or ())]
    if m.quick and isfinite(sum(filter(None, numbers))):  # of plain floats: a sum with an infinity or NaN is no number
        return True
    return all(map(m.all_finite, [number for number in numbers if number is not None]))


def _may_break(gate: Gate) -> bool:
    if gate.kink is not None or gate.turns is not None or gate.condition is not None:
        return True
    return gate is GATES["where"] or (gate.infix is not None and gate.infix[1] == COMPARISON)


def _found(
    circuit: Circuit, names: Names, tangents: Sequence[Any] | None, order: int, vector: Mapping[int, Any] | None
) -> Iterator[Warning]:
    from bpcalc.engine import nonfinite
    from bpcalc.engine.findings import at_kinks, lost_digits
    from bpcalc.telling.sentences import Words, looked_at

    run, words = looked_at(circuit, order), Words(circuit, names)
    given = [nonfinite.given(run, circuit.program.names[name]) for name in circuit.program.variables]
    yield from _limited(list(words.each(given)))
    yield from _limited(list(_inner(circuit)))
    yield from words.each([nonfinite.arose_forward(run)])
    yield from _limited(list(words.each(lost_digits(run))))
    yield from _limited(list(words.each(at_kinks(run, order, vector))))
    back = nonfinite.arose_backward(run) if tangents is None else nonfinite.arose_in_tangents(run, tangents)
    yield from words.each([back])


def _inner(circuit: Circuit) -> Iterator[Warning]:
    """The kinks that the backward passes of the gradients inside the program met."""
    from bpcalc.engine.findings import kinks
    from bpcalc.telling.sentences import Words, looked_at

    for inner in circuit.program.inner:
        if inner.m.shaped and not circuit.m.shaped:
            continue  # only shapes were known there
        gradients: list[Any] = [inner.gradients.get(node) for node in range(inner.output + 1)]
        needed = bytearray(node in inner.needed for node in range(inner.output + 1))
        passed = circuit._replace(
            m=inner.m, program=inner.program, output=inner.output, values=inner.values, gradients=gradients,
            needed=needed, wrt={},
        )  # fmt: skip
        words = Words(passed, Names(inner.program, inner.output, numbered=False), f"in {inner.title}: ")
        yield from words.each(kinks(looked_at(passed)))


def nonfinite(circuit: Circuit, blocks: Iterable[tuple[str, str, Any]], but: str = "") -> Iterator[Warning]:
    """The first block of derivatives that is NaN or infinite.

    blocks  a title such as ∂²f/∂x², the name that the warning is about, and the numbers
    but     what the sentence ends with
    """
    if circuit.m.encloses:
        from bpcalc.telling.bounds_words import unbounded

        yield from unbounded(circuit.m, blocks)
        return
    from bpcalc.engine.nonfinite import arose_in

    for title, name, block in blocks:
        found = arose_in(circuit.m, circuit.wrt[name], block)
        if found is not None:
            kind = "NaN" if found.nan else "infinity"
            yield Warning("nonfinite", name, found, f"{kind} first arises in {title}{but}")
            return


def _limited(found: list[Warning]) -> list[Warning]:
    if len(found) <= MOST:
        return found
    return [*found[:MOST], found[MOST]._replace(finding=More(len(found) - MOST), words=_more)]


def _more(found: More) -> tuple[str, str]:
    return f"… and {found.rest} more of this kind", ""


def _unnamed(program: Program) -> Iterator[Warning]:
    """Statements without a name before the last one, such as a formula broken over two lines."""
    if program.idle:
        span = locate(program.source, *program.idle[0])
        text = one_line(program.source.text[span.start : span.end])
        text = text if len(text) <= 40 else f"{text[:38]}…"
        more = f" (and {len(program.idle) - 1} more)" if len(program.idle) > 1 else ""
        why = "a line break or ; ends a statement, and the last one is the output"
        yield Warning("unused", text, None, f'the statement "{text}" is not used{more}: {why}')
