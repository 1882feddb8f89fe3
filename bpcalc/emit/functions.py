"""The functions of a generated program for gates that its language lacks, each from the gate's own record."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any, NamedTuple

from bpcalc.algebra.everywhere import Everywhere
from bpcalc.algebra.shapes import Shaped
from bpcalc.emit.expression import Expression, Table
from bpcalc.emit.formulas import formula
from bpcalc.emit.legal import Legal
from bpcalc.emit.plan import Plan, Statement
from bpcalc.gate import Gate
from bpcalc.graph import Graph
from bpcalc.reports.derivation import Derivation, Parameter


class Function(NamedTuple):
    """A function: its name, parameters, statements, what it gives back, and what it computes, in words."""

    name: str
    parameters: list[str]
    statements: list[Statement]
    result: str
    about: str


def functions(
    expression: Expression, table: Table, reserved: Collection[str], *, is_ascii: bool = True, squares: bool = True
) -> list[Function]:
    """Those that an expression asks for, in an order in which each stands behind what it calls."""
    found: list[Function] = []
    done: set[str] = set()
    waiting: list[tuple[str, Callable[[], tuple[Function, Expression]]]] = []

    def ask(asked: Expression) -> None:
        for name, (gate, shapes) in asked.asked.items():
            waiting.append((name, lambda name=name, gate=gate, shapes=shapes: _function(  # type: ignore[misc]
                name, gate, shapes, table, reserved, expression, is_ascii=is_ascii, squares=squares)))  # fmt: skip

    ask(expression)
    while waiting:
        name, make = waiting.pop(0)
        if name in done:  # those that are asked for again stand further ahead
            found.sort(key=lambda one: one.name == name)
            continue
        done.add(name)
        function, inner = make()
        expression.want(*inner.wants)
        found.append(function)
        ask(inner)
    return found[::-1]


def _function(
    name: str, gate: Gate, shapes: list[Any], table: Table, reserved: Collection[str], outer: Expression, *,
    is_ascii: bool, squares: bool,
) -> tuple[Function, Expression]:  # fmt: skip
    """The function of a gate for inputs of these shapes, and the expression that its statements were written with."""
    graph, shaped = Graph(), any(shapes) or gate.of_arrays
    parameters = gate.parameters if not gate.variadic else tuple(f"x{k}" for k in range(1, len(shapes) + 1))
    inputs = [graph.variable(one) for one in parameters]
    m = Everywhere(graph, [Shaped(shape) for shape in shapes] if shaped else None)
    arguments = [m.symbol(one) for one in inputs]
    write = formula(gate)
    assert write is not None
    output = write(m, *arguments).node
    wanted = graph.ancestors(output)
    operations = [
        node for node, keep in enumerate(wanted) if keep and (graph.inputs[node] or graph.gates[node].options)
    ]
    derivation = Derivation(
        "", graph, {}, {}, output, operations, [], {},
        [Parameter(one, node, (), 0.0, False, False) for one, node in zip(parameters, inputs, strict=True)],
        m.values, 1.0, False, "torch",
    )  # fmt: skip
    legal = Legal(reserved, is_ascii)
    plan = Plan(derivation, table, legal, squares=squares, before=outer.asked)
    statements, result = plan.forward, plan.output
    if statements and statements[-1].name == result:
        result = statements[-1].text
        statements = statements[:-1]
    outer.asked |= plan.expression.asked
    return Function(name, list(plan.inputs.values()), statements, result, gate.formula), plan.expression
