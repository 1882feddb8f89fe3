"""How formulas are written down as the answers of a report."""

from __future__ import annotations

from collections.abc import Mapping

from bpcalc.algebra.textbook.algebra import Textbook
from bpcalc.calculations.diff.derivatives import Differentiator, Shape
from bpcalc.reports.derivatives import Derivative, DiffReport
from bpcalc.writing.definitions import Notation, defined, program, written
from bpcalc.writing.unparse import unparse


def answers(
    d: Differentiator, m: Textbook, nodes: Mapping[str, int], given: Mapping[int, str],
    about: Mapping[str, tuple[tuple[str, ...], Shape]], point: tuple[str, int] | None = None,
) -> DiffReport:  # fmt: skip
    """The report of formulas.

    nodes  the formulas, by title; given: names for nodes; about: what each is differentiated by, and its shape
    point  the variable of a Taylor polynomial, and the node of its value
    """
    graph = m.graph
    taken = {*graph.variables, *d.program.names}
    names = defined(graph, list(nodes.values()), given, taken)

    def alone(node: int) -> str:
        return program(graph, node, given, taken) if d.request.programs else ""

    notation, words = _notation(d, m, names)
    definitions, texts = written(graph, list(nodes.values()), names, notation)
    return DiffReport(
        expression=d.names.expression(),
        output=d.names.output,
        notation=d.request.notation,
        definitions=tuple(definitions),
        derivatives={
            title: Derivative(about[title][0], text, alone(node), about[title][1])
            for (title, node), text in zip(nodes.items(), texts, strict=True)
        },
        point=f"{words.get(point[0], point[0])} = {notation(graph, point[1], {})}" if point else "",
        names=words,
    )


def _notation(d: Differentiator, m: Textbook, names: Mapping[int, str]) -> tuple[Notation, Mapping[str, str]]:
    """How nodes are written, and names: each as it is, if it is not there."""
    if d.request.notation == "plain":
        return unparse, {}
    from bpcalc.writing import latex, unicode

    module = {"latex": latex, "unicode": unicode}[d.request.notation]
    known = [d.names.output, *d.program.variables, *m.graph.variables, *names.values()]
    words = module.names(dict.fromkeys(known))
    return module.paper(words, m.shapes), words
