"""Names without a value: the product of names that have one (`xy`), the T of a transpose (`A^T`); and those in which
something else may hide (`sinx`, `ax`), which are mistakes where a name needs no value, in `diff`.

The parser comes here only for a name that nothing gives. Whatever has one reading is read, with a note; what has two
is an error that says how to write each.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

from bpcalc.errors import BpcalcError
from bpcalc.graph import CONSTANTS
from bpcalc.reading import functions
from bpcalc.reading.lexer import canonical, is_name, is_word
from bpcalc.reading.operators import DIVISION, POWERS, ROOT
from bpcalc.reading.state import State

NUMBERS = ("pi", "tau", "e")  # the constants that may be a factor, beside a name with a value
ALONE = ("π", "τ")  # and those that are nothing else
LONGEST = 24  # letters: a longer name is no product
FACTOR = r"[^\W\d_][0-9]*"  # what is written side by side on paper: a letter, with an index or without
UNKNOWNS = ("xyz", "uvw", "abc")  # letters that stand side by side as factors
COEFFICIENTS = "abckm"  # and those that stand before x, y, z
GREEK = frozenset(("mu", "nu", "xi", "pi", "eta", "rho", "tau", "phi", "chi", "psi"))
ELEMENTARY = (
    "arcsin", "arccos", "arctan", "asin", "acos", "atan", "sinh", "cosh", "tanh", "sin", "cos", "tan", "sqrt", "exp",
    "log", "ln",
)  # fmt: skip
RAISED = ("^", "**")


def factors(state: State, token: str) -> list[int]:
    """The nodes of the factors of a name that nothing gives, at whose place the parser stands.

    Raises BpcalcError for a name that can be read two ways.
    """
    if not isinstance(state.bound, Mapping) and state.asked is None:
        return [state.name(token)]  # a formula of bpcalc's own: each name is one
    if (base := _transposed(state, token)) is not None:
        return [base]
    name = canonical(token)
    if len(name) > LONGEST or name in CONSTANTS or name in (state.asked or ()):
        return [state.name(token)]
    _check_differential(state, token)
    ways = splits(name, _known(state), ALONE if state.asked is not None else (*NUMBERS, *ALONE))
    if len(ways) > 1:
        raise _two_products(state, token, ways)
    if ways:
        return _multiplied(state, token, ways[0])
    if state.asked is not None:
        _check_hidden(state, name)
    return [state.name(token)]


def _known(state: State) -> Callable[[str], bool]:
    """Which names count as factors: those with a value; where none is needed, those that stand alone elsewhere too."""
    if state.asked is None:
        return lambda part: part in state.bound or _is_given(state, part)
    alone, asked = _alone(state), state.asked
    return lambda part: part in state.bound or part in asked or part in alone or _is_given(state, part)


def _is_given(state: State, name: str) -> bool:
    """Does the program give the name, or is it a parameter of the function whose body is read?"""
    node = state.scope.get(name, state.names.get(name))
    return node is not None and state.graph.leaves.get(node) != name


def _alone(state: State) -> Collection[str]:
    """The names that stand in the text as a word of their own, and not as a function's."""
    if state.alone is None:
        tokens = state.tokens
        state.alone = {
            canonical(token)
            for place, token in enumerate(tokens)
            if is_word(token) and tokens[place + 1] != "(" and not (token == "T" and _is_raised(tokens, place))
        }
    return state.alone


def _is_raised(tokens: Sequence[str], place: int) -> bool:
    """Does the token stand behind ^, with braces or without?"""
    return tokens[place - 1] in RAISED or (tokens[place - 1] == "{" and tokens[place - 2] in RAISED)


def splits(name: str, known: Callable[[str], bool], numbers: Collection[str] = NUMBERS) -> list[list[str]]:
    """The ways to write a name as a product of known names, at most two of them. Constants alone are no reason.

    numbers  the constants that may stand beside the names
    """
    ways: list[list[list[str]]] = [[[]]]  # for each length of the beginning
    for stop in range(1, len(name) + 1):
        found: list[list[str]] = []
        for start in range(stop):
            part = name[start:stop]
            if not ways[start] or (start, stop) == (0, len(name)) or not is_name(part) or part[0] == "_":
                continue
            if part in numbers or known(canonical(part)):
                found += [[*way, canonical(part)] for way in ways[start]]
        ways.append(found[:8])
    return [way for way in ways[-1] if any(map(known, way))][:2]


def _multiplied(state: State, token: str, parts: Sequence[str]) -> list[int]:
    """The nodes of the factors of a product, which is noted."""
    from bpcalc.reading.arrayness import may_be_array
    from bpcalc.reading.extents import error_at

    product = "*".join(parts)
    waiting = state.waiting()
    if waiting in (DIVISION, POWERS, ROOT):
        from bpcalc.reading.misreadings import two_products

        raise two_products(state, parts, waiting is DIVISION)
    nodes = [state.scope[part] if part in state.scope else state.name(part) for part in parts]
    arrays = [part for part, node in zip(parts, nodes, strict=True) if may_be_array(state, node)]
    if len(arrays) > 1:
        hint = f"write {'@'.join(parts)}, or {product} entry by entry"
        raise error_at(state, f'"{token}" can be a product of matrices, or one entry by entry', hint)
    instead = f"give {token} a value" if state.asked is None else f"declare {token}:"
    note = f"{token} is read as the product {product}; if it is one name, {instead}"
    if ("note", token, note) not in state.remarks:
        state.remarks.append(("note", token, note))
    return nodes


def _two_products(state: State, token: str, ways: Sequence[Sequence[str]]) -> BpcalcError:
    from bpcalc.reading.extents import error_at

    hint = f"write {' or '.join('*'.join(way) for way in ways)}"
    return error_at(state, f'"{token}" is more than one product', hint)


# The transpose


def _transposed(state: State, token: str) -> int | None:
    """For the T of `A^T` and the Tx of `w^Tx`: the transpose of the base, which then is no operand of its own."""
    place, tokens = state.place, state.tokens
    if token[0] != "T" or state.pending[-1] is not POWERS or tokens[place - 1] not in RAISED:
        return None
    from bpcalc.reading.arrayness import may_be_array
    from bpcalc.reading.extents import error_at, operand_start, text_of

    if not may_be_array(state, state.operands[-1]) or not _is_free(state, "T"):
        return None
    if token != "T":
        known, rest = _known(state), token[1:]
        ways = [[rest]] if known(canonical(rest)) else splits(canonical(rest), known, ALONE)
        if not ways:
            return None
        base = text_of(state, operand_start(tokens, place - 2), place - 2)
        raise error_at(state, f'a sign is missing in "{token}"', f"write {'@'.join((base + '^T', *ways[0]))}")
    return _transpose(state, place - 1)


def rare_operand(state: State, token: str) -> int | None:
    """An operand that begins with a brace or a quote: `A^{T}`, the letters of `einsum`; None for any other."""
    return braced_transpose(state) if token == "{" else functions.quoted(state, token)


def braced_transpose(state: State) -> int | None:
    """The transpose of the base where `{T}` stands behind ^; the place is then its last token."""
    from bpcalc.reading.arrayness import may_be_array

    is_raised = state.pending[-1] is POWERS and state.tokens[state.place + 1 : state.place + 3] == ["T", "}"]
    if not is_raised or not may_be_array(state, state.operands[-1]) or not _is_free(state, "T"):
        return None
    state.place += 2
    return _transpose(state, state.place - 3)


def _transpose(state: State, sign: int) -> int:
    """The transpose of the last operand, by a power whose sign stands at that place."""
    from bpcalc.gates.arrays import GATES
    from bpcalc.reading.array_syntax import check_product
    from bpcalc.reading.extents import operand_start

    check_product(state, operand_start(state.tokens, sign - 1))
    state.pending.pop()
    return state.graph.apply(GATES["transpose"].bind({}), (state.operands.pop(),))


def _is_free(state: State, name: str) -> bool:
    """Has a name neither a value nor a use of its own?"""
    return not _known(state)(name)


# What may hide in a name


def _check_differential(state: State, token: str) -> None:
    """Raises BpcalcError for the dx of `d/dx x^2`."""
    tokens, place = state.tokens, state.place
    if token[0] == "d" and place > 1 and tokens[place - 2 : place] == ["d", "/"]:
        from bpcalc.reading.notations import quotient_of_differentials

        state.place += 1
        if found := quotient_of_differentials(state):
            raise found
        state.place -= 1


def _check_hidden(state: State, name: str) -> None:
    """Raises BpcalcError for a variable that nobody declared, and that can be read otherwise."""
    import re

    from bpcalc.reading.extents import error_at

    token, tokens, place = state.tokens[state.place], state.tokens, state.place
    if instead := hidden_function(name):
        hint = f"write {instead}, or declare the variable: {token}:"
        raise error_at(state, f'"{token}" can be a function without brackets, or one name', hint)
    if name[0] == "d" and tokens[place + 1] == "/" and re.fullmatch(r"d[^\W\d_]\w*", tokens[place + 2]):
        above, below = name[1:], canonical(tokens[place + 2])[1:]
        if above and not (_declared(state, name) or _declared(state, "d" + below)):
            before = "" if _is_given(state, above) else f", with {above} given before"
            hint = f"write grad({above}, {below}){before}, or declare two variables: {name}: d{below}:"
            raise error_at(state, f'"{name}/d{below}" can be a derivative, or a quotient', hint, place, place + 2)
    factors = re.findall(FACTOR, name)
    if "".join(factors) != name or not 2 <= len(factors) <= 3 or name in GREEK or (name[0] == "d" and len(factors) < 3):
        return
    known, is_pi = _known(state), any(canonical(one) == "pi" and not one.isascii() for one in factors)
    count = sum(map(known, factors))
    if count >= len(factors) - 1 or is_pi or _look_like_factors(factors):
        from bpcalc.gates.arrays import SPELLINGS

        if name not in SPELLINGS:
            hint = f"write {'*'.join(factors)}, or declare the variable: {token}:"
            raise error_at(state, f'"{token}" can be a product, or one name', hint)


def _declared(state: State, name: str) -> bool:
    return name in state.bound or name in state.names or name in (state.asked or ())


def _look_like_factors(factors: Sequence[str]) -> bool:
    """Do letters stand side by side that mean a product on paper: xy, ab, mx?"""
    letters = "".join(factors)
    if any(len(one) > 1 for one in factors) or len(set(letters)) < len(letters):
        return False
    return any(set(letters) <= set(family) for family in UNKNOWNS) or (
        len(letters) == 2 and letters[0] in COEFFICIENTS and letters[1] in UNKNOWNS[0]
    )


def hidden_function(name: str) -> str:
    """`sin(x)` for sinx, `sin(2*x)` for sin2x; nothing for a name that hides no function."""
    import re

    for word in ELEMENTARY:
        rest = name[len(word) :]
        if name in ("log2", "log10") or not name.startswith(word):
            continue
        if re.fullmatch(r"[xyzθφ][0-9]?|[0-9]+[a-z]?", rest):
            digits = re.match("[0-9]*", rest)[0]  # type: ignore[index]
            return f"{word}({'*'.join(filter(None, (digits, rest[len(digits):])))})"
    return ""


def meant(name: str, known: Callable[[str], bool]) -> str:
    """What to write instead of a name that has no value, where only a part of its factors has one; or nothing."""
    import re

    if instead := hidden_function(name):
        return instead
    factors = re.findall(FACTOR, name)
    if "".join(factors) != name or len(factors) < 2 or len(name) > LONGEST:
        return ""
    return "*".join(factors) if sum(map(known, factors)) >= max(1, len(factors) - 1) else ""
