r"""Operators that mean what they stand between: Wx is a product of matrices, x^T y and x y^T too, 2x is not.

A vector is a column, as on paper, until it is transposed. What can be read two ways is an error that names both.
"""

from __future__ import annotations

from bpcalc.errors import BpcalcError
from bpcalc.gate import PRODUCT
from bpcalc.gates.arrays import GATES
from bpcalc.graph import literal
from bpcalc.reading.latex.scene import FACTOR, Scene, Value, Waiting
from bpcalc.reading.operators import INVERTED

SIGNS = {
    r"\cdot": "dot", r"\times": "cross", "*": "entries", r"\odot": "entries", r"\circ": "entries", r"\div": "divide",
    "/": "slash", r"\oslash": "divide", r"\bullet": "dot", r"\bmod": "mod", r"\otimes": "blocks",
}  # fmt: skip
SHORT = 20  # tokens: nothing that is looked for in an exponent has more
TRANSPOSES = frozenset((r"\top", "T", r"\intercal", r"\text{T}", r"\text{ T}", r"\text{t}", r"\text{\top}"))


def multiplied(scene: Scene, waiting: Waiting, a: Value, b: Value) -> Value:
    """The product of two operands side by side, or with a sign between them."""
    kind = waiting.kind
    if a.loose == r"\prod" or (a.loose and (scene.axes(b) or b.over)):
        raise loose_sum(scene, a, scene.place - 1)
    if kind == "mod":
        if "mod" not in GATES:
            raise scene.error("the remainder is not known", r"it is x - y \lfloor x/y \rfloor", waiting.place)
        return scene.entrywise("mod", (a, b), waiting.place)
    if kind in ("divide", "slash"):
        return scene.entrywise("divide", (a, b), waiting.place)
    if kind == "dot" and a.digits and b.digits.startswith("1e"):
        digits = f"{a.digits}{b.digits[1:]}"  # 3 \cdot 10^{-5} is one number
        return Value(scene.own.graph.constant(literal(digits)), a.first, digits=digits)
    one, other = scene.axes(a), scene.axes(b)
    if kind == "blocks":
        return _in_blocks(scene, waiting, a, b)
    if kind != "entries" and not (a.over or b.over):
        _check_known(scene, waiting, a, b)
    is_star = scene.tokens[waiting.place] == "*"
    if is_star and one and other and (_is_transposed(scene, a) or _is_transposed(scene, b)):
        left, right = scene.written(a.first, waiting.place - 1), scene.written(waiting.place + 1, scene.place - 1)
        hint = rf"write {left} {right} for the product of matrices, {left} \odot {right} entry by entry"
        raise scene.error('"*" between two arrays can be read two ways', hint, waiting.place)
    if kind == "entries" or a.over or b.over or not one or not other:
        return scene.entrywise("multiply", (a, b), waiting.place)
    return _of_arrays(scene, waiting, a, b)


def _is_transposed(scene: Scene, value: Value) -> bool:
    return value.turned or scene.own.graph.gates[value.node].name == "transpose"


def _check_known(scene: Scene, waiting: Waiting, a: Value, b: Value) -> None:
    """Raises BpcalcError for a product of arrays where nothing tells the shape of one."""
    shapes = [scene.shape(a.node), scene.shape(b.node)]
    if None in shapes and () not in shapes:
        last = waiting.place - 1 if shapes[0] is None else scene.place - 1
        first = a.first if shapes[0] is None else b.first
        left = scene.written(a.first, waiting.place - 1)
        right = scene.written(waiting.place + (waiting.kind != "beside"), scene.place - 1)
        matrices = rf"\operatorname{{matmul}}({left}, {right})"
        hint = rf"write {matrices} for the product of matrices, {left} \odot {right} entry by entry"
        raise scene.error("nothing tells the shape of this factor: the product can be read two ways", hint, first, last)


def _in_blocks(scene: Scene, waiting: Waiting, a: Value, b: Value) -> Value:
    r"""A \otimes B of two matrices. Raises BpcalcError for vectors, whose \otimes is also a matrix."""
    if scene.axes(a) != 2 or scene.axes(b) != 2:
        hint = "of two vectors it is x y^T, of matrices the product in blocks"
        raise scene.error(r"\otimes stands between matrices", hint, waiting.place)
    return Value(scene.apply("kron", (a.node, b.node), waiting.place), a.first)


def loose_sum(scene: Scene, value: Value, last: int) -> BpcalcError:
    r"""For `\sum(x)^2`: the sum of the squares, or the square of the sum?"""
    hint = f"put brackets around the whole sum, or around all that stands behind {value.loose}"
    return scene.error(f"what stands behind {value.loose}(…) can be a part of it", hint, value.first, last)


def _of_arrays(scene: Scene, waiting: Waiting, a: Value, b: Value) -> Value:
    one, other = scene.axes(a), scene.axes(b)
    left, right = scene.written(a.first, waiting.place - 1), scene.written(waiting.place, scene.place - 1)
    if waiting.kind == "cross" and one == other == 1:
        return Value(scene.apply(GATES["cross"].bind({}), (a.node, b.node), waiting.place), a.first)
    if waiting.kind == "cross" or (waiting.kind == "dot" and one > 1 and other > 1):
        sign = scene.tokens[waiting.place]
        right = scene.written(waiting.place + 1, scene.place - 1)
        if waiting.kind == "cross" and scene.shape(a.node) == scene.shape(b.node) == (3,):
            return Value(scene.apply(GATES["cross"].bind({}), (a.node, b.node), waiting.place), a.first)
        hint = f"write {left} {right} for the product of matrices, \\odot entry by entry"
        raise scene.error(f'"{sign}" between two arrays can be read two ways', hint, waiting.place)
    if one == other == 1 and waiting.kind != "dot":
        if b.turned and not a.turned:
            return Value(scene.apply("outer", (a.node, b.node), waiting.place), a.first)
        if not a.turned:
            hint = f"write {left}^T {right} for a number, {left} {right}^T for a matrix, "
            hint += f"{left} \\odot {right} entry by entry"
            raise scene.error("two vectors side by side can be multiplied in more than one way", hint, a.first,
                              scene.place - 1)  # fmt: skip
        if b.turned:
            raise scene.error("two rows side by side have no product", f"leave out the ^T of {right}", a.first,
                              scene.place - 1)  # fmt: skip
    if one > 1 and b.turned:
        raise scene.error("a row behind a matrix has no product with it", "leave out the ^T", a.first, scene.place - 1)
    lies = one == 1 and other > 1
    return Value(scene.apply("matmul", (a.node, b.node), waiting.place), a.first, turned=lies)


def side_by_side(scene: Scene) -> None:
    """Puts a product between the operand before this place and the one that begins here."""
    before, place = scene.operands[-1], scene.place
    waiting = scene.pending[-1]
    if scene.tokens[place][:1].isdigit() or scene.tokens[place][:1] == ".":
        raise _number_behind(scene, before)
    if waiting.kind == "slash":
        left = scene.operands[-2]
        one, two = scene.written(left.first, waiting.place - 1), scene.written(waiting.place + 1, place - 1)
        hint = rf"write \frac{{{one}}}{{{two}}} … or \frac{{{one}}}{{{two} …}}"
        raise scene.error("a product behind a slash can be read two ways", hint, left.first, place)
    scene.pending.append(Waiting(FACTOR if waiting.kind == "apply" else PRODUCT, "beside", place))


def _number_behind(scene: Scene, before: Value) -> BpcalcError:
    place = scene.place
    left, right = scene.written(before.first, place - 1), scene.tokens[place]
    sign = next((one for one in ("^", "_") if scene.tokens[place - 2] == one), "")
    if sign:
        base = scene.written(before.first, place - 3)
        one, two = scene.tokens[place - 1], right
        hint = rf"write {base}{sign}{{{one}{two}}} or {base}{sign}{one} \cdot {two}"
    elif scene.tokens[place - 1].isalpha() and not scene.is_apart(place):
        hint = f"write {left}_{right} for a name, {left} \\cdot {right} for a product"
    else:
        hint = f"write {left} \\cdot {right} for a product"
    return scene.error(f'"{left}{right}" can be read two ways', hint, before.first, place)


def raised(scene: Scene, base: Value, exponent: Value, place: int) -> Value:
    """A power: e^x is exp(x), 10^{-5} a number."""
    own, first = scene.own, base.first
    if own.graph.leaves.get(base.node) == "e" and base.node not in own.graph.named and not exponent.over:
        if own.graph.gates[base.node].name == "constant" or "e" not in own.graph.variables:
            return _exp(scene, exponent, place)._replace(first=first)
    elif own.graph.leaves.get(base.node) == "e" and "e" not in own.graph.variables:
        return _exp(scene, exponent, place)._replace(first=first)
    number = own.graph.number(exponent.node)
    if base.digits == "10" and number is not None and abs(number) < 309 and number == int(number):
        digits = f"1e{int(number)}"
        return Value(own.number(digits), first, digits=digits)
    if scene.axes(base) > 1 or (scene.shape(base.node) is None and scene.own.defining):
        whole = scene.written(first, place - 1)
        hint = f"write {whole} {whole} for the product of matrices, {whole}^{{\\circ 2}} entry by entry"
        raise scene.error("a power of a matrix can be read two ways", hint, first, place)
    return scene.entrywise("power", (base, exponent), place)._replace(first=first, turned=base.turned)


def _exp(scene: Scene, exponent: Value, place: int) -> Value:
    if scene.axes(exponent) > 1:
        raise scene.error("e to a matrix can be read two ways", r"write \exp(A) entry by entry", place)
    return scene.entrywise("exp", (exponent,), place)


def special_exponent(scene: Scene, value: Value) -> Value | None:
    r"""What is no power behind a ^: ^T, ^{-1} of an array, ^{-T}, ^{\circ 2}. The place is then behind it."""
    place = scene.place
    last = scene.braces.get(place + 1) if scene.token(1) == "{" else place + 1
    if last is None or last - place > SHORT:
        return None
    inside = scene.tokens[place + 2 : last] if scene.token(1) == "{" else [scene.token(1)]
    name = scene.own.graph.leaves.get(value.node)
    is_free = isinstance(name, str) and scene.own.asked is None and name in scene.own.used and scene.bound(name) is None
    is_array = scene.axes(value) > 0 or scene.shape(value.node) is None or is_free  # what has no value yet may be one
    found = None
    if len(inside) == 1 and inside[0] in TRANSPOSES:
        found = _turned(scene, value, inside[0], is_array)
    elif inside == ["-", "1"] and is_array:
        found = scene.entrywise(INVERTED, (value, Value(scene.own.graph.constant(-1.0), place)), place)
    elif len(inside) == 2 and inside[0] == "-" and inside[1] in TRANSPOSES and is_array:
        inverse = scene.apply("inv", (value.node,), place)
        found = Value(_transpose(scene, inverse, place), value.first)
    elif inside in (["+"], [r"\dagger"]) and is_array and scene.axes(value) != 1:
        found = Value(scene.apply("pinv", (value.node,), place), value.first)
    elif inside[:1] == [r"\circ"]:
        if len(inside) == 1:
            raise scene.error("degrees are not read", r"write \frac{\pi}{180}", place)
        exponent = "".join(inside[1:])
        if not exponent.lstrip("-").replace(".", "", 1).isdigit():
            return None
        number = scene.own.graph.constant(float(exponent))
        found = scene.entrywise("power", (value, Value(number, place)), place)
    if found is not None:
        scene.place = last + 1
        found = found._replace(first=value.first, digits="")
    return found


def _turned(scene: Scene, value: Value, sign: str, is_array: bool) -> Value | None:
    """The transpose."""
    place = scene.place
    if sign == "T" and scene.has_value("T"):
        if is_array:
            hint = f"write {scene.written(value.first, place - 1)}^\\top for the transpose"
            raise scene.error("^T can be the transpose, or a power: T has a value", hint, value.first, place + 1)
        return None
    if not is_array:
        name = scene.written(value.first, place - 1)
        if scene.own.asked is None and sign == "T":
            hint = f"T has no value, and {name} is a number: write {name}, or give T a value"
        else:
            hint = f"{name} is a number here: declare its shape, as in {name if name.isalnum() else 'x'}:n"
        raise scene.error("^T stands behind an array", hint, value.first, place + 1)
    if scene.axes(value) == 1:
        return value._replace(turned=not value.turned)  # a vector only lies then
    return Value(_transpose(scene, value.node, place), value.first)


def _transpose(scene: Scene, node: int, place: int) -> int:
    return scene.apply(GATES["transpose"].bind({}), (node,), place)
