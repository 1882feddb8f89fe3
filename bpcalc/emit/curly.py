"""What C, Rust and JavaScript have in common: functions of single numbers, with IEEE results as they are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, NamedTuple

from bpcalc.emit import CannotSayError
from bpcalc.emit.expression import ARITHMETIC, ATOM, SIGN, Expression, Table, Way, Written, called, form, nested, power
from bpcalc.emit.functions import Function, functions
from bpcalc.emit.legal import Legal
from bpcalc.emit.plan import Plan, Statement
from bpcalc.emit.plan import planned as with_free_names
from bpcalc.emit.python import laid_out, renamed, statements
from bpcalc.reports.derivation import Derivation


class Style(NamedTuple):
    """How a language writes a function.

    declare   in front of the name of a new variable; parameter: a template for a parameter
    head      a template for a helper: {name}, {parameters}
    helpers   texts of helpers by name
    reserved  the words that no name may be
    """

    table: Table
    declare: str
    parameter: str
    head: str
    helpers: Mapping[str, str]
    reserved: frozenset[str]


def planned(d: Derivation, style: Style) -> Plan:
    """The names and statements of the program. Raises CannotSayError for arrays."""
    if d.shapes is not None:
        raise CannotSayError("arrays")

    def make(more: frozenset[str]) -> Plan:
        return Plan(d, style.table, Legal(style.reserved | more, is_ascii=True))

    return with_free_names(make, lambda plan: called_by(plan, style))


def called_by(plan: Plan, style: Style) -> set[str]:
    """The names of the helpers that a program calls."""
    preamble(plan, style)
    return {*plan.wants, *plan.expression.asked}


def preamble(plan: Plan, style: Style) -> list[str]:
    """The helpers that the program calls."""
    own = functions(plan.expression, style.table, style.reserved)
    made = [_function(one, style) for one in own]
    return [*(style.helpers[one].strip("\n") for one in plan.wants if one in style.helpers), *made]


def _function(one: Function, style: Style) -> str:
    parameters = ", ".join(style.parameter.format(name) for name in one.parameters)
    back = f"    {one.result}" if style.declare == "let" else f"    return {one.result};"
    head = style.head.format(name=one.name, parameters=parameters)
    return "\n".join([f"// {one.about}", head, *lines(one.statements, style), back, "}"])


def lines(part: list[Statement], style: Style) -> list[str]:
    """Statements, with what is said beside them."""
    return laid_out([one._replace(name=f"{style.declare} {one.name}") for one in part], "  // ", end=";")


def passes(plan: Plan, style: Style) -> list[str]:
    """The lines of both passes."""
    found = ["    // forward pass", *lines(plan.forward, style), ""] if plan.forward else []
    return found + (["    // backward pass", *lines(plan.backward, style), ""] if plan.backward else [])


def about(plan: Plan, more: str) -> str:
    """What stands at the top of the file."""
    d = plan.derivation
    told = [f"{d.name} and its gradients by backpropagation."]
    told += ["", *(f"    {one}" for one in statements(d))] if d.text else []
    told += ["", *renamed(plan.legal)] if plan.legal.changed else []
    return "\n".join(f"// {one}".rstrip() for one in (*told, "", more))


def moved(d: Derivation) -> list[tuple[int, int, str]]:
    """What a check compares: the place of the parameter, the place of its gradient, its name."""
    places = {name: place for place, name in enumerate(d.gradient)}
    return [(place, places[one.name], one.name) for place, one in enumerate(d.parameters) if one.is_moved]


def seed(d: Derivation) -> float:
    """The gradient that flows in."""
    return float(d.seed)


# How things are written


def number(inf: str, nan: str, value: float) -> str:
    """A literal with a point, so that it is no integer."""
    if value != value:
        return nan
    return repr(value) if value - value == 0 else inf if value > 0 else f"-{inf}"


def error_function(name: str, e: Expression, node: int) -> Written:
    """erf or erfc, which one helper has: each is computed from the other where that is the better one."""
    e.want("erf")
    return called(name, e, node)


def extreme(name: str, e: Expression, node: int) -> Written:
    """A helper of two inputs for several."""
    e.want(name)
    return nested(name, e, node)


def ways(calls: Mapping[str, str], general: Callable[[Expression, int], Written], **more: Any) -> dict[str, Way]:
    """Of the arithmetic gates, which are the same in all, and of functions by their names."""
    return {
        **ARITHMETIC,
        "negate": form("-{0}", SIGN, ATOM),
        "stop_gradient": form("{0}", ATOM, ATOM),
        "power": partial(power, general),
        **{gate: form(f"{name}({{0}})") for gate, name in calls.items()},
        **more,
    }  # fmt: skip
