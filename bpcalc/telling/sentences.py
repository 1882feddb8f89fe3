"""The words for what was found in a circuit: kinks, edges, where NaN and infinity arose."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bpcalc.engine.bends import Bend, Between
from bpcalc.engine.findings import Edge, Lost, Place, Places, Run, Sides, Touched, Whole
from bpcalc.engine.nonfinite import Arose
from bpcalc.engine.reach import WHERE
from bpcalc.reports.circuit import Circuit
from bpcalc.reports.names import Names
from bpcalc.reports.warning import Warning
from bpcalc.typed import Any
from bpcalc.writing.unparse import shortened

QUOTED = 200  # characters of an expression


def looked_at(circuit: Circuit, order: int = 1) -> Run:
    """A circuit as the engine looks at it. `order`: of the derivatives that were taken."""
    m, convention, duals = circuit.m, circuit.options.convention, None
    if order > 1:
        from bpcalc.algebra.duals import Duals
        from bpcalc.engine.tangent import pusher

        duals = Duals(m, pusher, convention)
    return Run(
        m, circuit.program.graph, circuit.values, circuit.output, circuit.seed, circuit.gradients,
        circuit.needed, tuple(circuit.wrt.values()), convention, duals,
    )  # fmt: skip


class Words:
    """What is said of the findings in a circuit. `before`: what each sentence begins with."""

    def __init__(self, circuit: Circuit, names: Names, before: str = "") -> None:
        self.circuit = circuit
        self.names = names
        self.before = before

    def each(self, found: Iterable[Touched | Edge | Whole | Bend | Between | Arose | Lost | None]) -> Iterator[Warning]:
        """A warning for each finding."""
        for one in found:
            if isinstance(one, Arose):
                yield Warning("nonfinite", self.text(one.node if one.source is None else one.source), one, self)
            elif isinstance(one, Lost):
                yield Warning("rounding", self.text(one.node), one, self)
            elif one is not None:
                yield Warning("kink", self.text(one.by if isinstance(one, Bend) else one.node), one, self)

    def __call__(self, found: Any) -> tuple[str, str]:
        """The fact, and the rule that was used there or ""."""
        if isinstance(found, Touched):
            fact, rule = self.touched(found)
        elif isinstance(found, Whole):
            fact, rule = self.whole(found)
        elif isinstance(found, Bend):
            fact, rule = self.bend(found)
        elif isinstance(found, Lost):
            fact, rule = self.lost(found), ""
        elif isinstance(found, Between):
            fact, rule = self.between(found), ""
        elif isinstance(found, Edge):
            fact, rule = self.edge(found.node, among(found.places))
        else:
            fact, rule = self.arose(found), ""
        return self.before + fact, rule

    # Kinks

    def touched(self, found: Touched) -> tuple[str, str]:
        gate, single = self.circuit.program.graph.gates[found.node], self.is_single(found.node)
        where = f" at {self.at(found.node)}" if single else among(found.places)
        each = "; ".join(
            f"∂/∂{self.moved(source, one, bool(gate.pullback))}{'' if single else self.standing(source, one)} "
            f"is {self.six(one.left)} from the left, {self.six(one.right)} from the right"
            for source, one in found.sides.items()
        )
        convention = self.circuit.options.convention
        rule = f"rule used ({convention}): {gate.kink.says(convention)}"  # type: ignore[union-attr]
        return f"{self.title(found.node)} has no derivative{where}{f' ({each})' if each else ''}", rule

    def moved(self, source: int, sides: Sides, mixes: bool) -> str:
        """What moves: an input, or of a gate whose entries mix one entry of it."""
        return self.entry(source, sides.at if mixes else ())

    def standing(self, source: int, sides: Sides) -> str:
        return f" at {self.six(self.circuit.m.entry(self.circuit.values[source], sides.at))}"

    def whole(self, found: Whole) -> tuple[str, str]:
        name, f = self.names.labels[found.node], self.circuit.of(self.names)
        f = f"{self.names.output}{index(found.of)}" if found.of else f
        slope = f"∂{f}/∂{self.entry(found.node, found.places.first)}"
        if found.edge is None:
            where = among(found.places, f" of {name}")
            rules = f"where the rules of its parts give {self.six(found.used)}"
            return f"{f} itself has a derivative here{where}: {slope} is {self.six(found.left)}, {rules}", ""
        where = among(found.places).lstrip()
        sides = f"{slope} is {self.six(found.left)} from the left, {self.six(found.right)} from the right"
        fact, rule = self.edge(found.edge, "")
        return f"{sides}{f' ({where})' if where else ''}: {fact}", f"{rule}, {self.six(found.used)}"

    def edge(self, node: int, where: str) -> tuple[str, str]:
        """What is at its edge, and the rule that was used."""
        if self.circuit.program.graph.gates[node] is WHERE:
            fact = f"the condition of {self.title(node)} is at its edge{where}"
            return fact, "rule used: that of the branch taken"
        fact = f"the comparison {self.title(node)} is at its edge{where}"
        return fact, "rule used: a comparison carries no gradient"

    def bend(self, found: Bend) -> tuple[str, str]:
        used, second = self.six(found.used), self.second(found)
        where = f" (the first of {found.hits} such, of {found.size})" if found.hits > 1 else ""
        if found.sort == "open":
            return f"whether {second} exists here is not told by what is beside it{where}: the rules give {used}", ""
        if found.sort == "smooth":
            fact = f"{self.names.output} itself has a second derivative here: {second} is {self.six(found.left)}{where}"
            return f"{fact}, where the rules of its parts give {used}", ""
        why, rule = self.cause(found.cause)
        fact = f"{second} is {self.six(found.left)} from the left, {self.six(found.right)} from the right{where}: {why}"
        return fact, f"{rule}, which gives {used}"

    def cause(self, node: int) -> tuple[str, str]:
        """What breaks a second derivative, and the rule that was used there."""
        gate, convention = self.circuit.program.graph.gates[node], self.circuit.options.convention
        if gate.turns is not None:
            return f"the slope of {self.title(node)} has a kink here", "rule used: that of its formula"
        if gate.kink is None:
            return self.edge(node, "")
        return f"{self.title(node)} has no derivative here", f"rule used ({convention}): {gate.kink.says(convention)}"

    def second(self, found: Bend) -> str:
        """`∂²f/∂x[0]∂y`, or with a vector what it makes of an entry."""
        f, by = self.names.output, self.entry(found.by, found.at)
        if found.node is None:
            return f"the second derivative for {by} along the vector"
        moved = self.entry(found.node, found.place)
        return f"∂²{f}/∂{by}²" if moved == by else f"∂²{f}/∂{moved}∂{by}"

    def between(self, found: Between) -> str:
        f = self.names.output
        if found.is_told:
            return f"{f} has no second derivatives here: between the directions of its inputs they do not fit together"
        return f"whether {f} has second derivatives here is not told: there is too much to look at"

    # NaN and infinity

    def lost(self, found: Lost) -> str:
        matrix, grows = self.text(self.circuit.program.graph.inputs[found.node][0]), f"{found.condition:.0e}"
        which = f"{matrix}{index(found.places.first)}" if found.places.first else matrix
        has = f"{which} is singular, or so near to it that rounding leaves no digit"
        return f"{has} of {self.title(found.node)}: its condition number is about {grows}"

    def arose(self, found: Arose) -> str:
        where, kind = among(found.places), "NaN" if found.nan else "infinity"
        if found.when == "backward":
            return self.arose_backward(found, kind, where)
        node = found.node
        if found.when == "start":
            return f"{self.text(node)} is NaN, or has NaN in it, from the start"
        if not self.circuit.program.graph.inputs[node]:
            has = f"has {kind} in it from the start," if where else f"is {kind} from the start"
            return f"the tangent of {self.text(node)} {has}{where}"
        during = "tangents" if found.when == "tangents" else "forward pass"
        instead = "" if found.nan else self.instead(node)
        at = f"{self.title(node)}{where}{self.standing_at(node, found.places)}"
        return f"{kind} first arises in the {during} at {at}{instead}"

    def instead(self, node: int) -> str:
        """Which gate does not overflow where this exponential does: `; logsumexp(a) does not overflow`."""
        from bpcalc.telling.stable import stable

        graph = self.circuit.program.graph
        written = stable(graph, node, lambda source: shortened(graph, source, self.names.given, QUOTED))
        return f"; {written} does not overflow" if written else ""

    def arose_backward(self, found: Arose, kind: str, where: str) -> str:
        source = found.node if found.source is None else found.source
        if found.node == source:
            added = f"where the branch gradients of {self.text(source)} add{where}"
            return f"{kind} first arises in the backward pass {added}"
        return (
            f"{kind} first arises in the backward pass at {self.title(found.node)}, in the gradient of "
            f"{self.text(source)}{where}{self.standing_at(found.node, found.places, source)}"
        )

    def standing_at(self, node: int, places: Places, source: int | None = None) -> str:
        """Where the inputs of a gate stand at a place of its result, or of its input `source`: `, for x[1] = 0`."""
        at = self.at(node, places.first, source)
        return f", for {at}" if at else ""

    def at(self, node: int, place: Place = (), source: int | None = None) -> str:
        """`x = 0, y[1] = 2`"""
        m, values, graph = self.circuit.m, self.circuit.values, self.circuit.program.graph
        told = []
        for one in dict.fromkeys(graph.inputs[node]):
            if graph.is_literal(one) and one not in graph.named:
                continue
            own = own_entry(m.shape(values[one]), place, m.shape(values[node if source is None else source]))
            if own is not None and (not own or not graph.gates[node].pullback):
                told.append(f"{self.entry(one, own)} = {self.number(m.entry(values[one], own))}")
        return ", ".join(told)

    def six(self, x: Any) -> str:
        return self.circuit.m.entries.text(x, 6)

    def number(self, x: Any) -> str:
        """Six digits, or all of them where six would look like a small whole number that it is not."""
        entries, text = self.circuit.m.entries, self.six(x)
        looks_small = text.removeprefix("-").isdecimal() and abs(int(text)) < 1000
        return entries.text(x, None) if looks_small and not entries.shows(x, text) else text

    # Names

    def is_single(self, node: int) -> bool:
        """Are a gate's result and its inputs all numbers?"""
        m, values = self.circuit.m, self.circuit.values
        return not any(m.shape(values[one]) for one in (node, *self.circuit.program.graph.inputs[node]))

    def text(self, node: int) -> str:
        """A node's name, or for a part without a variable its expression."""
        return self.names.labels.get(node) or self.expression(node)

    def expression(self, node: int) -> str:
        return shortened(self.circuit.program.graph, node, self.names.labels, QUOTED)

    def title(self, node: int) -> str:
        """`n1 = sqrt(x)`, or for the output of a nameless expression just the expression."""
        labels, expression = self.names.labels, self.expression(node)
        return f"{labels[node]} = {expression}" if node in labels else expression

    def entry(self, node: int, place: Place) -> str:
        text = self.text(node)
        return f"{text if not place or text.isidentifier() else f'({text})'}{index(place)}"


def own_entry(shape: Place, place: Place, of: Place) -> Place | None:
    """The entry of an array that stands, copied by broadcasting, at a place of one of the shape `of`; None for none."""
    ahead = len(of) - len(shape)
    if ahead < 0 or any(size not in (1, other) for size, other in zip(shape, of[ahead:], strict=True)):
        return None
    return tuple(0 if size == 1 else at for at, size in zip(place[ahead:], shape, strict=True))


def among(places: Places, of: str = "") -> str:
    """` in 2 of 6 entries, first at entry [0, 1]`; nothing of a number."""
    if not places.first:
        return ""
    return f" in {places.hits} of {places.size} entries{of}, first at entry {index(places.first)}"


def index(place: Place) -> str:
    return f"[{', '.join(map(str, place))}]" if place else ""

