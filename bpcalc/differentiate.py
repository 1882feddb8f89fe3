"""The pipeline of `bpcalc diff`: which derivatives are asked for, and how they are written.

May import everything up to reports.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations_with_replacement
from math import factorial

from bpcalc.algebra.floats import FLOATS
from bpcalc.algebra.textbook.algebra import Textbook
from bpcalc.definitions import Notation, defined, program, variables, written
from bpcalc.derivatives import Differentiator, Formula, Request, formula
from bpcalc.engine.forward import forward
from bpcalc.errors import BpcalcError, Source, did_you_mean
from bpcalc.graph import CONSTANTS, Graph
from bpcalc.report import Warning
from bpcalc.reports import Derivative, DiffReport
from bpcalc.sizes import Size
from bpcalc.unparse import numeral, unparse

Shape = tuple[int, ...]
MOST = 100  # derivatives of a higher order by every choice of variables


def differentiate(
    source: Source, declared: Mapping[str, Shape], values: Mapping[str, Source], request: Request
) -> DiffReport:
    """The derivatives of an expression as formulas.

    declared  the shapes of variables, by name; others are single numbers
    values    the values of variables, as texts of the language, which are put in after differentiation
    Raises BpcalcError for anything that is wrong with the text, a name, a shape or the request.
    """
    d = Differentiator(source, declared, values, request)
    report = _report(d, _requested(d, request)) if request.taylor is None else _taylor(d, request.taylor)
    return report._replace(warnings=(*report.warnings, *_unused(d, declared, values)))


def _unused(d: Differentiator, declared: Mapping[str, Shape], values: Mapping[str, Source]) -> Iterator[Warning]:
    """A warning for each shape and value of a name that does not occur."""
    sizes = {name for shape in declared.values() for size in shape if isinstance(size, Size) for name in size.names}
    asked = {name for group in d.request.wrt for name in group}
    for what, names in (("shape", declared), ("value", values)):
        for name in names:
            if name not in d.program.variables and name not in sizes | asked:
                yield Warning("unused", name, f'the {what} of "{name}" is not used')


def _report(d: Differentiator, titles: Mapping[str, tuple[str, ...]]) -> DiffReport:
    """The report of the derivatives by these names."""
    formulas = {title: d.derivative(over) for title, over in titles.items()}
    m, nodes, given = _together(d, list(formulas.values()))
    if d.request.simplify:
        nodes = _simplified(m.graph, nodes, formulas.values())
    layout = d.request.layout if any(one.is_jacobian for one in formulas.values()) else ""
    about = {title: (titles[title], one.shape) for title, one in formulas.items()}
    return _written(d, m, dict(zip(titles, nodes, strict=True)), given, about)._replace(layout=layout)


def _written(
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
    from bpcalc import latex, unicode

    module = {"latex": latex, "unicode": unicode}[d.request.notation]
    known = [d.names.output, *d.program.variables, *m.graph.variables, *names.values()]
    words = module.names(dict.fromkeys(known))
    return module.paper(words, m.shapes), words


def _together(d: Differentiator, formulas: list[Formula]) -> tuple[Textbook, list[int], dict[int, str]]:
    """All formulas in one graph, so that they share parts, with the given values put in; and the program's names."""
    m = d.textbook()
    found: dict[tuple[int, int], int] = {}
    for graph in {id(one.graph): one.graph for one in formulas}.values():
        wanted = [one for one in formulas if one.graph is graph]
        values = forward(m, graph, d.put_in(m, graph), [one.node for one in wanted])
        found |= {(id(graph), one.node): formula(m, values[one.node], one.is_jacobian).node for one in wanted}
    nodes = [found[id(one.graph), one.node] for one in formulas]
    return m, nodes, d.named(m)


def _requested(d: Differentiator, request: Request) -> dict[str, tuple[str, ...]]:
    """For each derivative its title (`x`, `x,y`) and the names that it takes, in their order."""
    order = request.order
    if not request.wrt:
        variables = [name for name in d.variables if name not in d.values] or d.variables
        if not variables:
            raise BpcalcError("there is no variable to differentiate by", hint="write one, for example x^2")
        if order <= 1 or len(variables) == 1:
            return {name: (name,) * max(order, 1) for name in variables}
        chosen = list(combinations_with_replacement(variables, order))
        if len(chosen) > MOST:
            raise BpcalcError(f"there are {len(chosen):,} derivatives of order {order}", hint="choose with --wrt x,y")
        return {",".join(names): names for names in chosen}
    found: dict[str, tuple[str, ...]] = {}
    for group in request.wrt:
        for name in group:
            _check_name(d, name)
        if order and len(group) not in (1, order):
            hint = "the names of --wrt are differentiated by one after the other"
            raise BpcalcError(f"--wrt {','.join(group)} is of order {len(group)}, not {order}", hint=hint)
        found[",".join(group)] = tuple(group) if len(group) > 1 else tuple(group) * max(order, 1)
    return found


def _check_name(d: Differentiator, name: str) -> None:
    if name in d.variables:
        return
    known = d.program.variables
    if name in known:
        raise BpcalcError(f'"{name}" is a size or a label, so nothing can be differentiated by it')
    if name in d.declared or not known:
        return  # the program does not depend on it
    if name in CONSTANTS:
        raise BpcalcError(f'"{name}" is a constant', hint=f"declare it, and it is a variable: {name}:")
    hint = did_you_mean(name, d.variables) or f"the variables here are {', '.join(d.variables)}"
    raise BpcalcError(f'no variable is called "{name}"', hint=hint)


def _simplified(graph: Graph, nodes: list[int], formulas: Iterable[Formula]) -> list[int]:
    """The formulas as SymPy simplifies them, where that is shorter and found to be equal at random points."""
    from bpcalc.algebra.symbols import Symbols
    from bpcalc.rewrite import simpler

    if any(one.shape for one in formulas):
        hint = "SymPy does not know matrices well enough"
        raise BpcalcError("--simplify is for formulas of single numbers", hint=hint)
    # some point in the domain of roots and logarithms
    m, here = Symbols(graph), dict.fromkeys(graph.variables, 2.5)
    return [simpler(m, node, here) for node in nodes]


def _taylor(d: Differentiator, order: int) -> DiffReport:
    """The Taylor polynomial in one variable about the value that it has."""
    names = [name for group in d.request.wrt for name in group] or [name for name in d.variables if name in d.values]
    if d.request.order:
        raise BpcalcError("--order is of derivatives; --taylor N tells the order of a Taylor polynomial")
    if len(names) != 1 or names[0] not in d.values:
        hint = 'for example: bpcalc diff "exp(x)" x=0 --taylor 5'
        raise BpcalcError("a Taylor polynomial needs one variable with a value, the point", hint=hint)
    (name,) = names
    _check_name(d, name)
    if d.shapes[name] != ():
        raise BpcalcError(f'"{name}" is an array, and a Taylor polynomial is in one number')
    m = d.textbook()
    x, total = m.variable(name, ()), m.lift(0)
    point = d.put_in(m, d.program.graph)[name]
    for degree in range(order + 1):
        one = d.derivative((name,) * degree)
        coefficient = forward(m, one.graph, d.put_in(m, one.graph), [one.node])[one.node]
        _check_finite(d, m, m.node(coefficient), degree)
        total = total + m.divide(coefficient, factorial(degree)) * m.power(x - point, degree)
    return _written(d, m, {name: m.node(total)}, {}, {name: ((), total.shape)}, (name, m.node(point)))


def _check_finite(d: Differentiator, m: Textbook, node: int, degree: int) -> None:
    """Raises BpcalcError for a coefficient that is infinite or NaN."""
    if any(m.shapes) or variables(m.graph, node):
        return
    found = forward(FLOATS, m.graph, dict.fromkeys(m.graph.variables, 0.0))[node]
    if found - found != 0:
        what = "its value" if degree == 0 else f"its derivative of order {degree}"
        raise BpcalcError(f"{d.names.output} has no Taylor polynomial there: {what} is {numeral(found)}")
