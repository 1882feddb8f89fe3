r"""LaTeX: the other dialect that a graph is written in. What it writes needs amsmath and nothing else.

May import gate, graph, unparse. A gate's record has a template with {0}, {1}, … for its inputs, or only the
function's name; a record without one is written as `\operatorname{name}`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from bpcalc.gate import ATOM, POWER
from bpcalc.graph import Graph
from bpcalc.unparse import Dialect, Namer, Parts, arguments, language_parts, numeral, write

_LETTERS = "αβγδεζηθικλμνξπρςστυφχψωΓΔΘΛΞΠΣΥΦΨΩ"
_SPELLED = (
    "alpha beta gamma delta varepsilon zeta eta theta iota kappa lambda mu nu xi pi rho varsigma sigma tau upsilon "
    "varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega"
)
GREEK = dict(zip(_LETTERS, _SPELLED.split(), strict=True))
# Words that are one symbol: `theta` as well as θ. A variable called `inf` shares its symbol with the constant.
SYMBOLS = {word: rf"\{word}" for word in (*GREEK.values(), "epsilon", "phi")} | {"inf": r"\infty"}
# A base, and an index behind it: x0, x_0, x_max.
INDEXED = re.compile(r"([^\W\d_]+)(?:_?([0-9]+)|_([^\W_]+))?")


def latex(graph: Graph, node: int, named: Namer, words: Mapping[str, str] | None = None) -> str:
    """The expression of a node; nodes in `named` appear by name, but not `node` itself. `words`: see `names`."""
    spelled = words or {}
    dialect = Dialect(_numeral, lambda word: spelled.get(word) or name(word), _parts, (r"\left(", r"\right)"))
    return write(graph, node, named, dialect)


def _numeral(value: float) -> str:
    return number("nan" if value != value else numeral(value))


def number(text: str) -> str:
    r"""A number's text in LaTeX: `1.5e-05` is `1.5 \cdot 10^{-5}`."""
    if text in ("nan", "inf", "-inf"):
        return text.replace("nan", r"\text{nan}").replace("inf", r"\infty")
    mantissa, is_scientific, exponent = text.partition("e")
    if not is_scientific:
        return text
    power = f"10^{{{int(exponent)}}}"
    return {"1": power, "-1": f"-{power}"}.get(mantissa, rf"{mantissa} \cdot {power}")


def value(text: Any) -> str:
    r"""A number's text, or nested lists of them: an array is a matrix of numbers; one of more axes keeps brackets."""
    if not isinstance(text, list):
        return number(text)
    if any(isinstance(entry, list) for row in text if isinstance(row, list) for entry in row):
        return rf"\left[{', '.join(map(value, text))}\right]"
    rows = text if isinstance(text[0], list) else [text]
    return _matrix([" & ".join(map(number, row)) for row in rows])


def _matrix(rows: list[str]) -> str:
    return r"\begin{bmatrix} " + r" \\ ".join(rows) + r" \end{bmatrix}"


def name(word: str) -> str:
    r"""A name in LaTeX: `n_1`, `\theta`, `x_{12}`, `\mathit{rate}`, `x_{\mathrm{max}}`."""
    match = INDEXED.fullmatch(word)
    if not match:
        return _letters(word, "mathit")
    base, digits, index = match.groups()
    below = digits or (_symbol(index, "mathrm") if index else "")
    return _symbol(base, "mathit") + (f"_{below}" if len(below) == 1 else f"_{{{below}}}" if below else "")


def names(words: Iterable[str]) -> dict[str, str]:
    r"""Each name in LaTeX, no two alike: beside θ, `theta` is `\mathit{theta}`."""
    found: dict[str, str] = {}
    taken: set[str] = set()
    for word in sorted(words, key=str.isascii):  # θ has the better right to its own sign
        found[word] = name(word) if name(word) not in taken else _letters(word, "mathit")
        taken.add(found[word])
    return found


def _symbol(word: str, font: str) -> str:
    """One symbol, or else letters."""
    if word in SYMBOLS:
        return SYMBOLS[word]
    if len(word) == 1 and (word in GREEK or word.isascii()):
        return SYMBOLS[GREEK[word]] if word in GREEK else word
    return _letters(word, font)


def _letters(word: str, font: str) -> str:
    """A word letter by letter, upright or slanted."""
    spelled = "".join(rf"\{GREEK[c]} " if c in GREEK else r"\_" if c == "_" else c for c in word).strip()
    # pdflatex has other letters in text only
    return rf"\{font}{{{spelled}}}" if spelled.isascii() else rf"\text{{{escaped(word)}}}"


def escaped(text: str) -> str:
    """Plain text, with LaTeX's own characters made harmless."""
    special = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
    return "".join(special.get(c, rf"\{c}" if c in "_%&$#{}" else c) for c in text)


@cache
def _template(text: str) -> tuple[str | int, ...]:
    """A template's texts, and the positions of the inputs between them."""
    from string import Formatter

    found: list[str | int] = [""]
    for literal, field, _, _ in Formatter().parse(text):
        # an escaped brace ends a literal, so one text may come in pieces
        found[-1] = f"{found[-1]}{literal}"
        if field is not None:
            found += [int(field), ""]
    return tuple(found)


def _parts(graph: Graph, node: int, names: Namer) -> tuple[Parts, int]:
    """What an operation is written as in LaTeX, and how tightly the whole binds."""
    gate, inputs = graph.gates[node], graph.inputs[node]
    if gate.name in ("array", "index"):
        return _brackets(graph, node, names), ATOM
    called = rf"\operatorname{{{{{escaped(gate.spelling)}}}}}"
    template = _template(gate.latex or called)
    given = arguments(graph, node)
    inside: Parts = [rf"\mathrm{{{escaped(p)}}}" if isinstance(p, str) and "=" in p else p for p in given]
    if len(template) == 1 or inside != given:
        start = template if len(template) == 1 else _template(called)
        return [str(start[0]), r"\left(", *inside, r"\right)"], ATOM
    places, own = [0] * len(inputs), POWER
    if gate.infix or gate.prefix:
        operands, own = language_parts(graph, node, names)
        places = [part[1] for part in operands if not isinstance(part, str)]
    elif str(template[0]).startswith((r"\left", r"\sqrt")):
        own = ATOM
    elif str(template[0]).startswith(r"\begin"):
        own = 0
    parts: Parts = [str(template[0])]
    bare = False
    for before, position, after in zip(template[::2], template[1::2], template[2::2], strict=False):
        in_braces = str(before).endswith("{") and str(after).startswith("}")
        bare = bare or not in_braces
        place = 0 if in_braces else ATOM if str(after).startswith("^") else places[int(position)]
        parts += [(inputs[int(position)], place), str(after)]
    # a fraction holds its operands together by itself
    return parts, own if bare or not gate.infix else POWER


def _brackets(graph: Graph, node: int, names: Namer) -> Parts:
    """An array literal as a matrix, and an index."""
    inputs, parts = graph.inputs[node], language_parts(graph, node, names)[0]
    if graph.gates[node].name == "index":
        return [parts[0], rf"\left{str(parts[1])[:-1]}\right]".replace(":", "{:}")]
    rows = [graph.inputs[one] for one in inputs if one not in names and graph.gates[one].name == "array"]
    table = rows if len(rows) == len(inputs) else [inputs]
    if any(one not in names and graph.gates[one].name == "array" for row in table for one in row):
        return [r"\left[", *arguments(graph, node), r"\right]"]
    cells: Parts = []
    for place, row in enumerate(table):
        cells += [r" \\ "] * bool(place)
        for column, one in enumerate(row):
            cells += [" & "] * bool(column) + [(one, 0)]
    return [r"\begin{bmatrix} ", *cells, r" \end{bmatrix}"]
