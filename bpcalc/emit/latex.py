r"""`--to latex`: the derivation as an `align*` that a student can hand in. It needs amsmath and nothing else."""

from __future__ import annotations

from typing import Any

from bpcalc.reports.derivation import Derivation, Line
from bpcalc.writing import latex

NAME = "L"
DIGITS = 6
LONG = 64  # characters of a formula beyond which its number has a line of its own
SPAN = 20  # characters of an operation that has no name of its own, up to which it is written into others


def write(derivation: Derivation, name: str, dialect: str | None = None) -> str:
    """The derivation: the forward pass, then a line for each gradient, with numbers where values were given."""
    return "\n".join(_Writer(derivation).lines()) + "\n"


class _Writer:
    """The lines of one derivation."""

    def __init__(self, d: Derivation) -> None:
        self.d = d
        self.named = self._named()
        self.words = latex.names(dict.fromkeys(self.named.values()))
        for line in d.lines:
            self.named[line.symbol] = f"gradient {line.of}"
            self.words[f"gradient {line.of}"] = self._partial(line.of)

    def _named(self) -> dict[int, str]:
        """The nodes that have a name: the program's, those that a gradient is told of, and what is long."""
        d = self.d
        found = {one.node: one.name for one in d.parameters}
        told, operations = {line.of for line in d.lines}, {*d.operations}
        uses: dict[int, int] = {}
        wanted = d.graph.ancestors(d.output, *(line.node for line in d.lines))
        for node, inputs in enumerate(d.graph.inputs):
            for source in inputs if wanted[node] else ():
                uses[source] = uses.get(source, 0) + 1
        sizes: list[int] = []
        for node, inputs in enumerate(d.graph.inputs[: d.output + 1]):
            sizes.append(2 if node in found or not inputs else 4 + sum(sizes[source] for source in inputs))
            is_used = uses.get(node, 0) > 1 and sizes[node] > SPAN
            is_long = is_used or sizes[node] > LONG
            if node in operations and (node in d.given or node == d.output or node in told or is_long):
                found[node] = d.labels.get(node) or f"t{node}"
                sizes[node] = 2
        found.setdefault(d.output, d.name)  # a number
        return found

    def _partial(self, node: int) -> str:
        over = self.words.get(self.named.get(node, ""), "") or latex.name(self.d.labels.get(node, "n"))
        of = self.words[self.named[self.d.output]]
        return rf"\frac{{\partial {of}}}{{\partial {over}}}"

    def lines(self) -> list[str]:
        """The text."""
        d = self.d
        rows = [
            (self.words[self.named[node]], latex.latex(d.graph, node, self.named, self.words), self._value(node), "")
            for node in (*d.operations, *([d.output] if d.output in d.graph.leaves else ())) if node in self.named
        ]  # fmt: skip
        count = len(rows)
        for line in d.lines:
            rows.append((self._partial(line.of), self._formula(line), self._gradient(line), line.note))
        texts = [self._row(*row, last=place == len(rows) - 1) for place, row in enumerate(rows)]
        if 0 < count < len(texts):
            texts[count - 1] = f"{texts[count - 1]}[1ex]"
        return [*self._about(), r"\begin{align*}", *(f"  {text}" for text in texts), r"\end{align*}"]

    def _about(self) -> list[str]:
        d = self.d
        told = [f"% {d.name} and its gradients by backpropagation (needs amsmath)."]
        if d.lectures:
            packed = sorted({d.graph.gates[node].name for node in d.lectures})
            told.append(f"% The local gradient of {', '.join(packed)} is the lectures': see bpcalc gates.")
        return [line.encode("ascii", "replace").decode() for line in told]

    def _formula(self, line: Line) -> str:
        d = self.d
        if line.node in self.named:
            return self.words[self.named[line.node]]
        if line.node in d.graph.leaves:
            return latex.latex(d.graph, line.node, {}, self.words)
        return latex.latex(d.graph, line.node, self.named, self.words)

    def _row(self, left: str, formula: str, number: str, note: str, *, last: bool) -> str:
        number = "" if number == f"= {formula}" else number
        told = rf" && \text{{{latex.escaped(note)}}}" if note else ""
        return f"{left} &= {formula}{' ' if number else ''}{number}{told}" + ("" if last else r" \\")

    def _value(self, node: int) -> str:
        circuit = self.d.circuit
        return self._number(circuit.values[node]) if circuit and self.d.is_given else ""

    def _gradient(self, line: Line) -> str:
        circuit = self.d.circuit
        return self._number(circuit.gradient(line.of)) if circuit and self.d.is_given else ""

    def _number(self, value: Any) -> str:
        """`= 3`, or where it is rounded `\\approx 0.196612`; nothing for an array."""
        circuit = self.d.circuit
        if circuit is None or value is None or circuit.m.shape(value):
            return ""
        text = circuit.m.text(value, DIGITS)
        sign = "=" if float(text) == float(value) else r"\approx"
        return f"{sign} {latex.number(text)}"
