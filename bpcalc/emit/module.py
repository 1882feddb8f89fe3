"""`--to module`: the modular API of the lectures. A class a gate, with `forward` and `backward`, and their graph."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from typing import Any, NamedTuple

from bpcalc.algebra.everywhere import Everywhere
from bpcalc.algebra.shapes import Shaped
from bpcalc.emit.arraytable import ARRAYS
from bpcalc.emit.expression import Expression, Table
from bpcalc.emit.legal import Legal, own_name
from bpcalc.emit.plan import Plan
from bpcalc.emit.python import NOTHING, RESERVED, about, at, complete, literal, preamble, statements, where
from bpcalc.emit.pythontable import SCALARS
from bpcalc.engine.reverse import edges
from bpcalc.gate import LESSON, Gate
from bpcalc.graph import Graph
from bpcalc.reports.derivation import Derivation, Line

NAME = "ComputationalGraph"
OUTPUT = "z"  # what a gate calls its result, as the lectures do
TITLES = {"matmul": "MatMul"}
# A gate, the shapes of its inputs, which of them are handed a gradient, the lecture's form, a power's exponent.
Key = tuple[Gate, tuple[Any, ...], tuple[bool, ...], bool, float | None]


class Made(NamedTuple):
    """The class of a gate: its name, and its text."""

    name: str
    text: str


def write(derivation: Derivation, name: str, dialect: str | None = None) -> str:
    """The program."""
    return _Module(derivation, name).text()


class _Module:
    """The classes that a program uses, and its graph."""

    def __init__(self, d: Derivation, name: str) -> None:
        self.d = d
        self.name = own_name(name, RESERVED | {"name", "check"}, "Python")
        self.is_array = d.shapes is not None
        self.table: Table = ARRAYS if self.is_array else SCALARS
        self.classes: dict[Key, Made] = {}
        self.wanted = Expression(d.graph, self.table, {}, d.shape)  # what the classes ask for
        self.names = self._names()
        self.constants: dict[str, str] = {}

    def text(self) -> str:
        d, rows = self.d, list(self._rows())
        graph = Graph()  # the program has no statements: only what its classes ask for
        nothing = d._replace(graph=graph, output=graph.constant(0.0), lines=[], gradient={}, operations=[])
        plan = Plan(nothing._replace(parameters=[]), self.table, Legal((), is_ascii=False))
        plan.derivation, plan.expression = d, self.wanted
        classes = dict.fromkeys(made.text for made in self.classes.values())
        if not self._is_routed:
            classes = {text.replace("\n".join(ROUTES[False]) + "\n", ""): None for text in classes}
        parts = [*preamble(plan, self.table, is_array=self.is_array), *classes]
        if hasattr(d.seed, "tolist") and d.seed.shape:
            parts.insert(0, f"UPSTREAM = np.array({literal(d.seed)})  # the gradient that flows in")
        code = "\n\n".join(part.strip("\n") + "\n" for part in (*parts, self._graph(rows), self._check()))
        return complete(about(plan), code)

    def _names(self) -> dict[int, str]:
        """What the values are called: by the program's names."""
        d, count = self.d, 0
        found = {one.node: one.name for one in d.parameters}
        taken = {*d.labels.values(), *found.values()}
        for node in d.operations:
            if node in d.labels:
                found[node] = d.labels[node]
            else:
                count += 1
                while f"c{count}" in taken:
                    count += 1
                found[node] = f"c{count}"
        return found

    def _rows(self) -> Iterator[tuple[str, str, list[str]]]:
        """The gates, topologically sorted: name, class, inputs."""
        d = self.d
        for node in d.operations:
            if self._is_number(node):
                continue
            inputs = d.graph.inputs[node]
            needed = tuple(d_node in self._carrying for d_node in inputs)
            exponent = d.graph.number(inputs[1]) if d.graph.gates[node].name == "power" else None
            inputs = inputs if exponent is None else inputs[:1]
            key = (d.graph.gates[node], tuple(map(d.shape, inputs)), needed, self._as_lecture(node), exponent)
            if key not in self.classes:
                self.classes[key] = self._class(*key)
            yield self.names[node], self.classes[key].name, [self._source(one) for one in inputs]

    @cached_property
    def _taken(self) -> set[str]:
        """The names of the values."""
        return {*self.names.values()}

    @property
    def _is_routed(self) -> bool:
        return any(_routes(gate) for gate, *_ in self.classes)

    @cached_property
    def _carrying(self) -> set[int]:
        """The nodes that a gradient is handed on to."""
        d, symbols = self.d, {*self.d.gradient.values()}
        found = {line.of for line in d.lines if line.symbol in symbols}
        for node in d.operations:
            if any(one in found for one in d.graph.inputs[node]):
                found.add(node)
        return found

    def _as_lecture(self, node: int) -> bool:
        """Is the node's local gradient written as the lectures do?"""
        return node in self.d.lectures

    def _is_number(self, node: int) -> bool:
        return self.d.graph.is_literal(node)

    def _source(self, node: int) -> str:
        """The name of an input; a number gets one."""
        if node in self.names and not self._is_number(node):
            return self.names[node]
        expression = Expression(self.d.graph, self.table, {}, self.d.shape)
        text = expression.text(node)
        name = self.d.labels.get(node) or next(
            (one for one, known in self.constants.items() if known == text), f"c{len(self.constants) + 1}"
        )
        while name in self._taken and self.constants.get(name) != text and node not in self.d.labels:
            name += "_"
        self.constants[name] = text
        return name

    # Classes

    def _class(
        self, gate: Gate, shaped: tuple[Any, ...], needed: tuple[bool, ...], as_lecture: bool, exponent: float | None
    ) -> Made:
        title = TITLES.get(gate.name) or "".join(word.capitalize() for word in gate.name.split("_"))
        title = f"{'Square' if exponent == 2 else title}Gate"
        graph = Graph()
        many = gate.variadic and len(shaped) != len(gate.parameters)
        words = [f"x{k + 1}" for k in range(len(shaped))] if many else list(gate.parameters)[: len(shaped)]
        inputs = [graph.variable(word) for word in words]
        m = Everywhere(graph, [Shaped(one) for one in shaped] if self.is_array else None,
                       is_singular=self.d.is_singular)  # fmt: skip
        places = (*inputs, *([] if exponent is None else [m.constant(exponent).node]))
        node = m.apply(gate, places).node
        legal = Legal(RESERVED | {OUTPUT, "dz", "self"}, is_ascii=False)
        parameters = [legal.name(word) for word in words]
        forward = self._expression(graph, m, dict(zip(inputs, parameters, strict=True))).text(node)
        dz = m.placeholder("upstream", m.shape(m.symbol(node)))
        convention = LESSON if as_lecture else self.d.convention
        wanted = [place < len(needed) and needed[place] for place in range(node + 1)]
        found = edges(m, graph, [m.symbol(one) for one in range(node + 1)], node, dz, wanted, convention)
        kept = {one: f"self.{word}" for one, word in zip(inputs, parameters, strict=True)} | {node: f"self.{OUTPUT}"}
        gradients = [one for _, one in found[: len(inputs)]]
        lines, results = self._backward(graph, m, kept | {dz.node: "dz"}, gradients, parameters)
        used = [word for word in (*parameters, OUTPUT) if re.search(rf"\bself\.{word}\b", "\n".join(lines))]
        formula = gate.formula if exponent is None else f"x^{exponent:g}"
        text = _class_text(gate, formula, parameters, forward, used, lines, results)
        same = next((made for made in self.classes.values() if made.text.partition("\n")[2] == text), None)
        if same:
            return same
        count = len({made.name for made in self.classes.values() if made.name.rstrip("0123456789") == title}) + 1
        title = f"{title}{count if count > 1 else ''}"
        return Made(title, f"class {title}:\n{text}")

    def _expression(self, graph: Graph, m: Everywhere, names: dict[int, str]) -> Expression:
        expression = Expression(graph, self.table, names, lambda node: m.shape(m.symbol(node)))
        expression.asked, expression.wants = self.wanted.asked, self.wanted.wants
        return expression

    def _backward(
        self, graph: Graph, m: Everywhere, names: dict[int, str], gradients: list[Any], parameters: list[str]
    ) -> tuple[list[str], list[str]]:
        """The lines of a gate's backward pass, and what it gives back."""
        first = max(names) + 1
        lines = [
            Line(place, one.node, m.placeholder(f"d{place}", m.shape(one)).node, "", 0)
            for place, one in enumerate(gradients) if one is not None
        ]  # fmt: skip
        derivation = Derivation(
            "", graph, {}, {}, first - 1, [], lines, {str(line.of): line.symbol for line in lines}, [], m.values, 1.0,
            False, self.d.convention,
        )  # fmt: skip
        plan = Plan(
            derivation._replace(labels=dict(enumerate(parameters))), self.table,
            Legal(RESERVED | {*parameters, "dz"}, is_ascii=False), squares=not self.is_array,
            gradient=lambda name: f"d{name.removeprefix('self.')}", inputs=names,
            before=self.wanted.asked,
        )  # fmt: skip
        self.wanted.want(*plan.wants)
        self.wanted.asked |= plan.expression.asked
        results = [plan.gradient.get(str(place), "None") for place in range(len(parameters))]
        return [f"{one.name} = {one.text}" for one in plan.backward], results

    # The graph

    def _graph(self, rows: list[tuple[str, str, list[str]]]) -> str:
        d = self.d
        is_routed = self._is_routed
        gates = "".join(
            f'            ("{name}", {kind}(), ({", ".join(map(_quoted, inputs))}{"," * (len(inputs) == 1)})),\n'
            for name, kind, inputs in rows
        )
        numbers = ", ".join(f'"{name}": {text}' for name, text in self.constants.items())
        values = f"{{{numbers}, **inputs}}" if numbers else "dict(inputs)"
        if self.is_array:
            values = f"{{name: np.float64(value) for name, value in {values}.items()}}"
        seed = d.seed.tolist() if hasattr(d.seed, "tolist") else d.seed
        upstream = "UPSTREAM" if isinstance(seed, list) else literal(seed)
        asked = ", ".join(map(_quoted, d.gradient))
        zero = "np.zeros(np.shape(self.values[name]))" if self.is_array else "0.0"
        return GRAPH.format(
            name=self.name, about=statements(d)[-1], gates=gates, values=values, output=self._source(d.output),
            upstream=upstream, asked=asked + "," * (len(d.gradient) == 1), zero=zero,
            quiet='    @np.errstate(all="ignore")\n' if self.is_array else "",
            routed="        routed = set()  # what stands behind a router: where it is 0, nothing flows\n" * is_routed,
            switch=(SWITCH_ARRAYS if self.is_array else SWITCH) * is_routed,
        )  # fmt: skip

    def _check(self) -> str:
        d = self.d
        if not any(one.is_moved for one in d.parameters):
            return NOTHING
        values = ", ".join(f'"{one.name}": {at(one, is_array=self.is_array)}' for one in d.parameters)
        if len(values) > 80:
            values = "\n" + "".join(
                f'        "{one.name}": {at(one, is_array=self.is_array)},\n' for one in d.parameters
            ) + "    "  # fmt: skip
        moved = ", ".join(_quoted(one.name) for one in d.parameters if one.is_moved)
        seed = d.seed.tolist() if hasattr(d.seed, "tolist") else d.seed
        upstream = f"np.array({literal(seed)})" if isinstance(seed, list) else literal(seed)
        return (CHECK_ARRAYS if self.is_array else CHECK).format(
            name=self.name, values=values, moved=moved, upstream=upstream, where=where(d)
        )


def _routes(gate: Gate) -> bool:
    """Does it block gradients, so that nothing flows, which is less than 0?"""
    return bool(gate.routes) or gate.name in ("amax", "amin")


def _quoted(name: str) -> str:
    return f'"{name}"'


def _class_text(
    gate: Gate, formula: str, parameters: list[str], forward: str, used: list[str], lines: list[str],
    results: list[str],
) -> str:
    """The text of a class: what the backward pass needs is kept in the forward pass."""
    given = "".join(f", {word}" for word in parameters)
    pattern = f"{gate.says[0].upper()}{gate.says[1:]}" if gate.says else "Scales by the local gradient"
    text = [f'    """{formula}"""', "", *ROUTES[_routes(gate)]]
    text += [f"    def forward(self{given}):"]
    inner = [f"        {OUTPUT} = {forward}"] if used else []
    for place, word in enumerate(used):
        inner.append(f"        self.{word} = {word}" + "  # must keep these around!" * (place == 0))
    text += [*inner, f"        return {OUTPUT if used else forward}", "", "    def backward(self, dz):"]
    text += [f'        """{pattern}."""', *(f"        {line}" for line in lines)]
    if results != ["None"]:
        text.append(f"        return {', '.join(results) or '()'}")
    return "\n".join(text)


ROUTES = (["    routes = False", ""], ["    routes = True  # it blocks gradients", ""])
SWITCH = '''                if name in routed and dz == 0 and math.isnan(gradient):
                    gradient = 0.0
                if gate.routes or name in routed:
                    routed.add(source)
'''
SWITCH_ARRAYS = '''                if name in routed and np.shape(gradient) == np.shape(dz):
                    gradient = np.where((dz == 0) & np.isnan(gradient), 0.0, gradient)
                if gate.routes or name in routed:
                    routed.add(source)
'''
GRAPH = '''
class {name}:
    """{about}: its gates, topologically sorted."""

    def __init__(self):
        self.gates = [  # name, gate, inputs
{gates}        ]

{quiet}    def forward(self, inputs):
        """The value, from a dict of the inputs: each gate's forward, in order."""
        self.values = {values}
        for name, gate, sources in self.gates:
            self.values[name] = gate.forward(*(self.values[source] for source in sources))
        return self.values["{output}"]

{quiet}    def backward(self, upstream={upstream}):
        """The gradients by name: each gate's backward, in reverse order; those of a node's uses add."""
        gradients = {{"{output}": upstream}}
{routed}        for name, gate, sources in reversed(self.gates):
            if name not in gradients:
                continue
            dz = gradients[name]
            shares = gate.backward(dz)
            for source, gradient in zip(sources, shares if len(sources) > 1 else [shares]):
                if gradient is None:
                    continue
{switch}                gradients[source] = gradient if source not in gradients else gradients[source] + gradient
        return {{name: gradients.get(name, {zero}) for name in ({asked})}}
'''
CHECK = '''
def check():
    """Holds each gradient against a central difference, {where}: 0 if all agree, else 1."""
    at = {{{values}}}
    graph = {name}()
    value = graph.forward(at)
    gradients = graph.backward()
    worst = 0.0
    for name in [{moved}]:
        h = 6e-6 * max(1.0, abs(at[name]))
        ahead, behind = graph.forward({{**at, name: at[name] + h}}), graph.forward({{**at, name: at[name] - h}})
        found, gradient = {upstream} * (ahead - behind) / (2 * h), gradients[name]
        if not abs(found - gradient) <= 1e-5 * max(abs(found), abs(gradient), 1e-3) + 1e-14 * abs(value) / h:
            print(f"the gradient of {{name}} is {{gradient}}, a central difference gives {{found}}")
            return 1
        worst = max(worst, abs(found - gradient))
    print(f"the gradients agree with central differences (they differ by {{worst:.0e}} at most)")
    return 0
'''
CHECK_ARRAYS = '''
def check():
    """Holds each gradient against central differences, {where}: 0 if all agree, else 1."""
    at = {{{values}}}
    graph = {name}()
    value = graph.forward(at)
    gradients = graph.backward()
    upstream = {upstream}
    worst = 0.0
    for name in [{moved}]:
        for entry in np.ndindex(at[name].shape):
            h = 6e-6 * max(1.0, abs(at[name][entry]))
            step = np.zeros(at[name].shape)
            step[entry] = h
            ahead = graph.forward({{**at, name: at[name] + step}})
            behind = graph.forward({{**at, name: at[name] - step}})
            found = (np.sum(upstream * ahead) - np.sum(upstream * behind)) / (2 * h)
            gradient, size = np.float64(gradients[name])[entry], np.sum(np.abs(upstream * value))
            if not abs(found - gradient) <= 1e-5 * max(abs(found), abs(gradient), 1e-3) + 1e-14 * size / h:
                print(f"the gradient of {{name}} at {{entry}} is {{gradient}}, a central difference gives {{found}}")
                return 1
            worst = max(worst, abs(found - gradient))
    print(f"the gradients agree with central differences (they differ by {{worst:.0e}} at most)")
    return 0
'''
