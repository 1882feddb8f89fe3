r"""LaTeX: the other dialect that a graph is written in. What it writes needs amsmath and nothing else.

A gate's record has a template; one without is written as `\operatorname{name}`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from bpcalc.errors import Source
from bpcalc.gate import ATOM, COMPARISON, POWER, PRODUCT, SUM, UNARY
from bpcalc.graph import Graph
from bpcalc.writing.templates import Templates, templated
from bpcalc.writing.unparse import Dialect, Namer, Parts, arguments, language_parts, numeral, write

if TYPE_CHECKING:
    from bpcalc.writing.paper import Shapes

_LETTERS = "αβγδεζηθικλμνξπρςστυφχψωΓΔΘΛΞΠΣΥΦΨΩ"
_SPELLED = (
    "alpha beta gamma delta varepsilon zeta eta theta iota kappa lambda mu nu xi pi rho varsigma sigma tau upsilon "
    "varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega"
)
GREEK = dict(zip(_LETTERS, _SPELLED.split(), strict=True))
# Words that are one symbol: `theta` as well as θ. A variable called `inf` shares its symbol with the constant.
SYMBOLS = {word: rf"\{word}" for word in (*GREEK.values(), "epsilon", "phi")} | {
    "inf": r"\infty", "nan": r"\text{nan}", "lam": r"\lambda", "lamda": r"\lambda",  # lambda is a word of Python
}  # fmt: skip
MANY = 5_000  # nodes that are looked at
OVER = ("sum", "prod", "amax", "amin", "mean", "var", "std", "logsumexp")  # reductions, which an axis may be given for
# A base, and an index behind it: x0, x_0, x_max.
SYMBOLIC = frozenset("(*/^")  # in the text of a number that is no decimal
INDEXED = re.compile(r"([^\W\d_]+)(?:_?([0-9]+)|_([^\W_]+))?")


def latex(graph: Graph, node: int, named: Namer, words: Mapping[str, str] | None = None) -> str:
    """The expression of a node; nodes in `named` appear by name, but not `node` itself. `words`: see `names`."""
    spelled = words or {}
    dialect = Dialect(_numeral, lambda word: spelled.get(word) or name(word), _parts, TEMPLATES.brackets, _binding)
    return write(graph, node, named, dialect)


def _binding(atom: str) -> int:
    r"""How tightly a number or a name binds: `1.5 \cdot 10^{-5}` is a product."""
    if "^" in atom:
        return PRODUCT if "cdot" in atom else min(POWER, _binding(atom.partition("^")[0]))
    return UNARY if atom.startswith("-") else ATOM


def _numeral(value: float) -> str:
    return number("nan" if value != value else numeral(value))


def number(text: str) -> str:
    r"""A number's text in LaTeX: `1.5e-05` is `1.5 \cdot 10^{-5}`."""
    if text in ("nan", "inf", "-inf"):
        return text.replace("nan", r"\text{nan}").replace("inf", r"\infty")
    if text.startswith("≈ "):
        return rf"\approx {number(text[2:])}"
    if " ± " in text:
        return r" \pm ".join(map(number, text.split(" ± ")))
    if text in ("e", "pi") or not SYMBOLIC.isdisjoint(text):
        from bpcalc.reading.parser import parse

        program = parse(Source(text))
        return latex(program.graph, program.output, {})
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
    # θ has the better right to its own sign, and lambda than lam
    for word in sorted(words, key=lambda word: (word.isascii(), word in ("lam", "lamda"))):
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


def _option(text: str) -> str:
    r"""An option, or the letters of `einsum`: `\mathrm{ij,jk} \to \mathrm{ik}`."""
    return r" \to ".join(rf"\mathrm{{{escaped(part)}}}" for part in text.strip('"').split("->"))


TEMPLATES = Templates(
    of=lambda gate: gate.latex,
    called=lambda gate: rf"\operatorname{{{escaped(gate.spelling)}}}",
    option=_option,
    brackets=(r"\left(", r"\right)"),
    enclosed=(r"\left", r"\sqrt"),
    open=(r"\begin",),
)


def _parts(graph: Graph, node: int, names: Namer) -> tuple[Parts, int]:
    """What an operation is written as in LaTeX, and how tightly the whole binds."""
    gate = graph.gates[node]
    if gate.name in ("array", "index"):
        return _brackets(graph, node, names), ATOM
    if gate.name in OVER and isinstance(gate.options["axis"], int) and not gate.options["keepdims"]:
        return _over_axis(graph, node, names)
    if gate.name == "one_hot":
        size = gate.options["size"]
        below = rf"_{{{name(size) if isinstance(size, str) else size}}}"
        return [rf"\operatorname{{one\_hot}}{below}\left(", (graph.inputs[node][0], 0), r"\right)"], ATOM
    parts, own = templated(graph, node, names, TEMPLATES)
    # what stands behind a sum can be a part of it
    return parts, {"sum": PRODUCT, "prod": SUM}.get(gate.name, own)


def _over_axis(graph: Graph, node: int, names: Namer) -> tuple[Parts, int]:
    r"""A reduction over an axis as a sum over an index: `\sum_{i} X_{i,:}`."""
    gate, (x, *_) = graph.gates[node], graph.inputs[node]
    sign = gate.latex if gate.latex.startswith("\\") else rf"\operatorname{{{escaped(gate.spelling)}}}"
    axis, payload = gate.options["axis"], names.get(x) or str(graph.leaves.get(x, ""))
    i = _free_index(graph, x, names)
    index = [":"] * axis + [i, *[":"] * (not axis)] if axis >= 0 else [r"\ldots", i, *[":"] * (-1 - axis)]
    place = ATOM + (not payload or "_" in name(payload))  # q_1 has an index already
    return [f"{sign}_{{{i}}} ", (x, place), f"_{{{','.join(index)}}}"], COMPARISON


def _free_index(graph: Graph, node: int, names: Namer) -> str:
    """A letter that no sum inside of a node runs over, and no variable has."""
    inside: dict[int, int] = {}  # for a node that is written out: how many sums stand in each other there
    stack = [node]
    while stack and len(inside) < MANY:
        one = stack[-1]
        sources = [] if one in names else graph.inputs[one]
        waiting = [source for source in sources if source not in inside]
        if waiting:
            stack += waiting
            continue
        stack.pop()
        is_sum = one not in names and graph.gates[one].name in OVER and isinstance(
            graph.gates[one].options["axis"], int
        )
        inside[one] = max((inside[source] for source in sources), default=0) + is_sum
    letters = [letter for letter in "ijklmpqrst" if letter not in graph.variables]
    return letters[min(inside.get(node, 0), len(letters) - 1)] if letters else "i"


def paper(words: Mapping[str, str], shapes: Shapes) -> Callable[[Graph, int, Namer], str]:
    r"""The notation of a paper, where the shapes of the nodes are known: `2 A^T \left(A x - b\right)`."""
    from bpcalc.writing.paper import Paper, Signs, joined

    turned = r"\top" if "T" in words else "T"  # x^T would be a power
    signs = Signs(
        templates=TEMPLATES, other=_parts, entrywise=r" \odot ", entries=r" \text{ entry by entry}",
        power=(r"^{\circ ", "}"),
        fraction=(r"\frac{", "}{", "}"), iverson=(r"\left[", r"\right]"),
        transposed=f"^{turned}", inverse="^{-1}", both=f"^{{-{turned}}}", one=r"\mathbf{1}",
        zero=r"\mathbf{0}", unit=_unit, raised=lambda graph, node, named: ["^{", (node, 0), "}"], number=_numeral,
        minus="-",
    )  # fmt: skip
    dialect = Dialect(
        _numeral, lambda word: words.get(word) or name(word), Paper(signs, shapes, words).parts, TEMPLATES.brackets,
        # in front of other factors a number with a power of ten needs no brackets
        lambda atom: UNARY if "cdot" in atom else _binding(atom),
    )  # fmt: skip
    return lambda graph, node, named: joined(write(graph, node, named, dialect), _sign)


def _sign(left: str, right: str) -> str:
    """What stands between two factors."""
    digits = left[-1:].isdigit()
    if right[:1].isdigit() or (digits and right.startswith(r"\frac")) or right.startswith(r"\left["):
        return r" \cdot "
    if left.endswith((r"\sigma", r"\psi", r"\Gamma")) and right.startswith(r"\left("):
        return r" \cdot "  # σ(x) would be the function
    words = (r"\mathit", r"\text")
    return r" \, " if right.startswith(words) or left.rpartition(" ")[2].startswith(words) else " "


def _unit(size: object) -> str:
    """I_n, I_3, I_{2 n}"""
    below = name(str(size)) if str(size).isidentifier() else str(size).replace("*", " ")
    return f"I_{below}" if len(below) == 1 else f"I_{{{below}}}"


def _brackets(graph: Graph, node: int, names: Namer) -> Parts:
    """An array literal as a matrix, and an index."""
    inputs, parts = graph.inputs[node], language_parts(graph, node, names)[0]
    if graph.gates[node].name == "index":
        return [parts[0], rf"\left{str(parts[1])[:-1]}\right]".replace(":", "{:}")]
    rows = [graph.inputs[one] for one in inputs if one not in names and graph.gates[one].name == "array"]
    table = rows if len(rows) == len(inputs) else [inputs]
    if any(one not in names and graph.gates[one].name == "array" for row in table for one in row):
        return [r"\operatorname{stack}\left(", *arguments(graph, node), r"\right)"]  # some rows are written out
    cells: Parts = []
    for place, row in enumerate(table):
        cells += [r" \\ "] * bool(place)
        for column, one in enumerate(row):
            cells += [" & "] * bool(column) + [(one, 0)]
    return [r"\begin{bmatrix} ", *cells, r" \end{bmatrix}"]
