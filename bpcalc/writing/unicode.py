"""What one writes by hand, in Unicode: x² + 2x sin(x), 2Aᵀ(Ax − b). For reading: the language does not read all of it.

A gate's record has a template; one without is written as a call.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from itertools import takewhile

from bpcalc.gate import ATOM, POWER, UNARY
from bpcalc.gates import GATES
from bpcalc.graph import Graph
from bpcalc.writing.latex import GREEK, INDEXED
from bpcalc.writing.paper import Paper, Shapes, Signs, joined
from bpcalc.writing.templates import Templates, called, templated
from bpcalc.writing.unparse import Dialect, Namer, Parts, language_parts, numeral, write

RAISED = dict(zip(
    "0123456789+−abcdefghijklmnoprstuvwxyz", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ", strict=True,
))  # fmt: skip
LOWERED = dict(zip("0123456789aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ", strict=True))
SYMBOLS = {word: letter for letter, word in GREEK.items()} | {"epsilon": "ε", "phi": "φ", "inf": "∞"}
EXPONENT = 8  # nodes that a raised exponent has at most
BETWEEN = 40  # nodes that are looked at to see whether bars would stand within bars

TEMPLATES = Templates(
    of=lambda gate: gate.unicode,
    called=lambda gate: gate.spelling,
    option=str,
    brackets=("(", ")"),
    enclosed=("|", "‖", "⌊", "⌈", "{"),
)


def name(word: str) -> str:
    """A name as it is written by hand: θ for theta, x₁₂, wᵢ; other words as they are."""
    match = INDEXED.fullmatch(word)
    if not match:
        return word
    base, digits, index = match.groups()
    symbol, below = SYMBOLS.get(base, base), digits or index or ""
    if len(symbol) > 1 or (index and (len(index) > 1 or index not in LOWERED)):
        return word
    return symbol + "".join(LOWERED[character] for character in below)


def names(words: Iterable[str]) -> dict[str, str]:
    """Each name by hand, no two alike: beside θ, `theta` stays `theta`."""
    found: dict[str, str] = {}
    taken: set[str] = set()
    for word in sorted(words, key=str.isascii):  # θ has the better right to its own sign
        found[word] = name(word) if name(word) not in taken else word
        taken.add(found[word])
    return found


def number(value: float) -> str:
    """A number: 1.5·10⁻⁵, −2, ∞."""
    if value != value:
        return "nan"
    mantissa, is_scientific, exponent = numeral(value).replace("-", "−").replace("inf", "∞").partition("e")
    if not is_scientific:
        return mantissa
    power = "10" + "".join(RAISED[character] for character in f"{int(exponent.replace('−', '-'))}".replace("-", "−"))
    return {"1": power, "−1": f"−{power}"}.get(mantissa, f"{mantissa}·{power}")


def _binding(atom: str) -> int:
    """How tightly a number or a name binds: `1.5·10⁻⁵` is a product, but needs no brackets in front of others."""
    return UNARY if atom.startswith("−") or "·" in atom else POWER if atom[-1] in RAISED.values() else ATOM


def paper(words: Mapping[str, str], shapes: Shapes) -> Callable[[Graph, int, Namer], str]:
    """The notation, where the names (see `names`) and the shapes of the nodes are known."""

    def raised(graph: Graph, node: int, named: Namer) -> Parts | None:
        if not _is_short(graph, node, named):
            return None
        exponent = named.get(node)
        text = (dialect.word(exponent) if exponent else notation(graph, node, named)).replace(" ", "")
        return ["".join(map(RAISED.__getitem__, text))] if set(text) <= RAISED.keys() else None

    def notation(graph: Graph, node: int, named: Namer) -> str:
        return joined(write(graph, node, named, dialect), sign)

    def sign(left: str, right: str) -> str:
        return between(left, right, spelled)

    signs = Signs(
        templates=TEMPLATES, other=_other, entrywise=" ⊙ ", entries="", power=("^∘", ""), fraction=("", "/", ""),
        iverson=("[", "]"), transposed="ᵀ", inverse="⁻¹", both="⁻ᵀ", one="𝟏", zero="𝟎", unit=lambda size: "I",
        raised=raised, number=number, minus="−",
    )  # fmt: skip
    spelled = any(map(_is_word, words.values()))
    dialect = Dialect(
        number, lambda word: words.get(word) or name(word), Paper(signs, shapes, words).parts, ("(", ")"), _binding
    )
    return notation


def _is_short(graph: Graph, root: int, named: Namer) -> bool:
    """Is an exponent a sum of a few numbers, names and products?"""
    count, stack = 0, [root]
    while stack and count < EXPONENT:
        node = stack.pop()
        count += 1
        if node not in named and graph.inputs[node]:
            if graph.gates[node].name not in ("add", "subtract", "negate", "multiply"):
                return False
            stack += graph.inputs[node]
    return not stack


def _other(graph: Graph, node: int, named: Namer) -> tuple[Parts, int]:
    """A gate that a paper has no sign of its own for."""
    gate, inputs = graph.gates[node], graph.inputs[node]
    if gate.name in ("array", "index"):
        return language_parts(graph, node, named)
    if "|" in gate.unicode and _has_bars(graph, inputs[0], named):
        return called(graph, node, TEMPLATES._replace(of=lambda gate: ""))
    return templated(graph, node, named, TEMPLATES)


def _has_bars(graph: Graph, root: int, named: Namer) -> bool:
    """Do bars stand in the text of a node, where it would be unclear which one ends what? A long one is taken to."""
    count, stack = 0, [root]
    while stack:
        node = stack.pop()
        count += 1
        if node not in named:
            if "|" in graph.gates[node].unicode or count > BETWEEN:
                return True
            stack += graph.inputs[node]
    return False


# What stands between two factors

SMALL = "".join(LOWERED.values())
HIGH = "".join(RAISED.values()) + "ᵀ"
UNSIGNED_POWER = re.compile(r"[√∛^∘][^\s()|‖]*$")  # √x, x^0.5: what follows would seem to belong to it
CLOSING = ")|‖]}⌋⌉"


def _is_word(text: str) -> bool:
    """Is a name more than one letter, with or without an index?"""
    return len(text.rstrip(SMALL)) > 1


def _is_part(character: str) -> bool:
    """Is it part of a name or of a number?"""
    return (character.isalnum() or character == "_") and character not in HIGH


def _last_name(text: str) -> str:
    """The name or number that a text ends with."""
    return "".join(takewhile(_is_part, reversed(text)))[::-1]


@cache
def _functions(of_arrays: bool) -> frozenset[str]:
    """How functions are written; those of arrays only where one may be meant, for they are loaded for it."""
    if of_arrays:
        from bpcalc.gates import arrays

        return frozenset(gate.unicode or gate.spelling for gate in arrays.GATES.values())
    return frozenset(gate.unicode or gate.spelling for gate in GATES.values() if not gate.of_arrays)


def between(left: str, right: str, spelled: bool) -> str:
    """Nothing, a blank or a dot: 2x, 2 sin(x), 2·3. With `spelled` names may be words, so x·y is not the name xy."""
    last, first, before, behind = left[-1], right[0], _last_name(left), "".join(takewhile(_is_part, right))
    is_call = bool(behind) and right[len(behind) :].lstrip(HIGH)[:1] in ("(", "|")
    words = spelled and ((_is_word(behind) and not is_call) or (_is_word(before) and not before[0].isdecimal()))
    if words or first in "0123456789∞[{" or right.startswith("(−") or UNSIGNED_POWER.search(left):
        return "·"
    if first in "(|":
        # σ(x), and with the names l and n ln|x|, would be a function
        letters = _last_name(left.rstrip(HIGH))
        functions = _functions(len(letters) > 1)  # no function of arrays is one letter
        if any(letters[start:] in functions for start in range(len(letters))):
            return "·"
    if last in CLOSING:
        return "" if last + first == ")(" else "·" if first in "|‖" and last in "|‖" else " "
    if is_call and len(behind) > 1:
        return " "
    return "·" if spelled and behind and before and not before[0].isdecimal() else ""
