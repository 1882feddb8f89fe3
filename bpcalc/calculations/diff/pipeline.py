"""The pipeline of `bpcalc diff`: which derivatives are asked for, and how they are written."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import combinations_with_replacement

from bpcalc.algebra.textbook import nonfinite
from bpcalc.algebra.textbook.algebra import Textbook
from bpcalc.algebra.textbook.terms import Terms
from bpcalc.calculations.diff.answers import answers
from bpcalc.calculations.diff.at_point import Finding, exact_gradients, found_at
from bpcalc.calculations.diff.derivatives import Differentiator, Formula, NoFormulaError, formula
from bpcalc.calculations.diff.high_orders import bases, shortest, substituted
from bpcalc.calculations.diff.request import Request
from bpcalc.engine.forward import forward
from bpcalc.errors import BpcalcError, Source
from bpcalc.graph import Graph
from bpcalc.reading.sizes import Size
from bpcalc.reports.derivatives import DiffReport
from bpcalc.reports.warning import Warning
from bpcalc.typed import Any

Shape = tuple[int, ...]
VALUE = "value"  # the title of the function itself
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
    if request.taylor is None:
        report = _report(d, _requested(d, request))
    else:
        from bpcalc.calculations.diff.taylor import taylor

        report = taylor(d, request.taylor)
    return report._replace(warnings=(*report.warnings, *_unused(d, declared, values)))


def _unused(d: Differentiator, declared: Mapping[str, Shape], values: Mapping[str, Source]) -> Iterator[Warning]:
    """A warning for each shape and value of a name that does not occur, and what is to be told about the values."""
    sizes = [size for shape in declared.values() for size in shape]
    asked = {name for group in d.request.wrt for name in group}
    asked |= {name for size in sizes if isinstance(size, Size) for name in size.names}
    # a size that has a value stands in the shapes as that number
    asked |= {name for name, one in d.values.items() if not one.shape and one.number in sizes}
    for what, names in (("shape", declared), ("value", values)):
        for name in names:
            if name not in d.program.variables and name not in asked:
                yield Warning("unused", name, None, f'the {what} of "{name}" is not used')
    for kind, name, message in (*d.program.remarks, *getattr(values, "remarks", ())):
        yield Warning(kind, name, None, message)


def _report(d: Differentiator, titles: Mapping[str, tuple[str, ...]]) -> DiffReport:
    """The report of the derivatives by these names."""
    formulas: dict[str, Formula] = {}
    missing: dict[str, NoFormulaError] = {}
    for title, over in titles.items():
        try:
            formulas[title] = d.derivative(over) if over else d.itself()
        except NoFormulaError as error:
            missing[title] = error
    if missing and (d.request.wrt or not formulas):
        raise next(iter(missing.values()))
    m, nodes, given = _together(d, list(formulas.values()))
    asked = {name for names in titles.values() for name in names}
    no_number = any(nonfinite.is_nan(m, m.written(node)) for node in nodes)
    at_point = found_at(d, asked, max(map(len, titles.values())), no_number)
    exact = exact_gradients(d, m) if not d.has_arrays or at_point.circuits else {}
    nodes = [
        _honest(m, node, titles[title], at_point, exact) for title, node in zip(formulas, nodes, strict=True)
    ]
    unsimplified = [
        Warning("formula", title, None,
                f'the formula by "{title}" has no value at these values, and the derivative has: see bpcalc grad')
        for title, node in zip(formulas, nodes, strict=True)
        if len(titles[title]) == 1 and at_point.misses(titles[title][0], m.graph, node)
    ]  # fmt: skip
    if d.request.simplify:
        nodes, reasons = _simplified(m.graph, nodes, formulas)
        unsimplified += reasons
    layout = d.request.layout if any(one.is_jacobian for one in formulas.values()) else ""
    about = {title: (titles[title], one.shape) for title, one in formulas.items()}
    warnings = tuple(Warning("formula", title, None, str(error.message)) for title, error in missing.items())
    report = answers(d, m, dict(zip(formulas, nodes, strict=True)), given, about)
    return report._replace(layout=layout, warnings=(*warnings, *unsimplified, *at_point.warnings))


def _honest(m: Textbook, node: int, over: tuple[str, ...], at_point: Finding, exact: Mapping[str, Terms]) -> int:
    """A formula at the point, where it says what the passes over the program itself say there.

    One that was simplified before the values are put in may not: (x^2 - 1)/(x - 1) at x = 1 is NaN, its derivative too.
    """
    if not over:  # the function itself
        return node
    name, shape = over[0], m.shapes[node]
    if name in at_point.undefined:
        at = at_point.undefined[name]
        hole = nonfinite.nan(m, ())
        holes = nonfinite.nan(m, shape)
        if at.shape == shape and not at.all():
            holes = _array(m, at, lambda is_hole: hole if is_hole else m.lift(0))
        return m.node(m.add(m.written(node), holes))
    if at_point.circuits:  # of arrays: prod(x)/x at x = [0, 2, 3] is 0/0, the other entries' product is [6, 0, 0]
        return _finite(m, node, name, at_point, exact) if len(over) == 1 and name in exact else node
    if name in exact and nonfinite.is_nan(m, exact[name]):
        return m.node(nonfinite.nan(m, shape))
    if name not in exact or len(over) > 1:
        return node
    # a half for max(x, y) at 1, 1, by the rule that the warning names; 0 for x^0 at 0, and not 0*0^(0 - 1)
    is_kink = any(one.kind == "kink" for one in at_point.warnings)
    return m.node(m.shortest(exact[name])) if is_kink or nonfinite.is_nan(m, m.written(node)) else node


def _finite(m: Textbook, node: int, name: str, at_point: Finding, exact: Mapping[str, Terms]) -> int:
    """A formula of a gradient, or what is finite where the passes over arrays are and it is not: that of the exact
    rules; else, where every variable has its value, the numbers themselves."""
    if not at_point.misses(name, m.graph, node):
        return node
    other = m.node(m.shortest(exact[name]))
    if not at_point.misses(name, m.graph, other):
        return other
    circuit = at_point.circuits[0]
    gradient = circuit.gradient(circuit.wrt[name])
    alike = all(circuit.m.everywhere(one.gradient(one.wrt[name]) == gradient) for one in at_point.circuits)
    return m.node(_array(m, gradient, m.constant)) if alike else node


def _array(m: Textbook, entries: Any, write: Callable[[Any], Terms]) -> Terms:
    """The entries of an array as a list of lists."""
    if entries.shape == ():
        return write(entries.item())
    found: Terms = m.array(*(_array(m, one, write) for one in entries))
    return found


def _together(d: Differentiator, formulas: list[Formula]) -> tuple[Textbook, list[int], dict[int, str]]:
    """All formulas in one graph, so that they share parts, with the given values put in; and the program's names."""
    m = d.textbook()
    found: dict[tuple[int, int], int] = {}
    for graph in {id(one.graph): one.graph for one in formulas}.values():
        wanted = [one for one in formulas if one.graph is graph]
        needed = [node for one in wanted for node in (bases(one.terms) if one.terms else [one.node])]
        values = forward(m, graph, d.put_in(m, graph), needed)
        for one in wanted:
            if one.terms is not None:
                found[id(graph), one.node] = m.node(shortest(m, substituted(m, one.terms, values)))
            else:
                found[id(graph), one.node] = formula(m, values[one.node], one.is_jacobian).node
    nodes = [found[id(one.graph), one.node] for one in formulas]
    return m, nodes, d.named(m)


def _requested(d: Differentiator, request: Request) -> dict[str, tuple[str, ...]]:
    """For each derivative its title (`x`, `x,y`) and the names that it takes, in their order."""
    if request.order == 0:
        if request.wrt:
            message = "--order 0 is the function itself, and --wrt differentiates"
            raise BpcalcError(message, hint="leave one of them out")
        return {VALUE: ()}
    order = request.order or 0
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
            d.check_name(name)
        if order and len(group) not in (1, order):
            hint = "the names of --wrt are differentiated by one after the other"
            raise BpcalcError(f"--wrt {','.join(group)} is of order {len(group)}, not {order}", hint=hint)
        found[",".join(group)] = tuple(group) if len(group) > 1 else tuple(group) * max(order, 1)
    return found


def _simplified(graph: Graph, nodes: list[int], formulas: Mapping[str, Formula]) -> tuple[list[int], list[Warning]]:
    """The formulas as SymPy simplifies them, where that is shorter and found to be equal.

    Also a warning for each that it could not work on, or found another function for.
    """
    from bpcalc.algebra.symbols import Symbols
    from bpcalc.calculations.simplify.pipeline import simpler

    if any(one.shape for one in formulas.values()):
        hint = "SymPy does not know matrices well enough"
        raise BpcalcError("--simplify is for formulas of single numbers", hint=hint)
    # some point in the domain of roots and logarithms
    known, failed = simpler(Symbols(graph), nodes, dict.fromkeys(graph.variables, 2.5))
    return [known[node] for node in nodes], [
        Warning("formula", title, None, f"the derivative by {title} is not simplified: {failed[node]}")
        for title, node in zip(formulas, nodes, strict=True) if node in failed
    ]  # fmt: skip
