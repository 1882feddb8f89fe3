r"""What belongs to an operand: brackets with a meaning, roots, indices behind values, n!, and what a name may hide."""

from __future__ import annotations

from bpcalc.gates.arrays import GATES, SPELLINGS
from bpcalc.reading.latex import commands, indices, names, variables
from bpcalc.reading.latex.scene import EntryByEntryError, Open, Scene, Value
from bpcalc.reading.lexer import END
from bpcalc.reading.operators import SQRT

INDICATORS = {"1": (r"\mathbb", r"\mathbf", r"\mathds", r"\mathbbm"), "I": (r"\mathbb",)}
COLONS = frozenset((":", ",", "{", "}", "-"))
MEANS = {"E": "write \\operatorname{mean}(x)", "P": "write the density"}


def single(scene: Scene) -> Value:
    r"""An operand of one sign: of x^2, of \frac12."""
    token, place = scene.token(), scene.place
    if token[:1].isdigit():
        scene.place += 1
        return Value(scene.own.number(token), place, digits=token)
    if token == r"\infty":
        scene.place += 1
        return Value(scene.own.graph.constant("inf"), place)
    if len(token) == 1 and token.isalpha() and names.length_of_run(scene, place) > 1:
        run = "".join(scene.tokens[place : place + names.length_of_run(scene, place)])
        sign = scene.tokens[place - 1]
        if sign in ("^", "_"):
            hint = f"put braces around it, {sign}{{{run}}}, or a blank behind {sign}{run[0]}"
            raise scene.error(f'"{sign}{run}" can be read two ways', hint, place - 1, place + len(run) - 1)
    if names.starts_name(token):
        base = names._base(token)
        if base:
            scene.place += 1
            return variables.value_of(scene, names.Name(base, (), "", "", place, place + 1, ""), "")
    before = scene.tokens[place - 1]
    hint = r"write \frac{a}{b}" if before in (r"\frac", "}") else f"write {before}{{…}}"
    raise scene.error(f'something in braces is missing behind "{before}"', hint, place - 1)


def root(scene: Scene) -> str:
    r"""The order of a root, \sqrt[3]{x}; the place is then behind its bracket."""
    place, last = scene.place, scene.place
    while last < scene.stop and scene.tokens[last] != "]":
        last += 1
    inside = "".join(scene.tokens[place + 1 : last])
    if last >= scene.stop or not inside or not (inside.isdigit() or (inside.isalpha() and len(inside) == 1)):
        raise scene.error("the order of a root is a whole number or a letter", r"write \sqrt[3]{x}", place)
    scene.place = last + 1
    return inside


def rooted(scene: Scene, place: int, order: object, value: Value) -> Value:
    """A root: the square root and the cube root are gates of their own."""
    if order in (None, "2"):
        return scene.entrywise(SQRT, (value,), place)
    if order == "3":
        return scene.entrywise("cbrt", (value,), place)
    graph = scene.own.graph
    if str(order).isdigit():
        exponent = graph.constant(float(str(order)))
    else:
        name = names.Name((str(order),), (), "", "", place, place + 1, "")
        exponent = scene.variable(names.choose(scene, name), name.start, name.stop)
    part = scene.apply("divide", (graph.constant(1.0), exponent), place)
    return scene.entrywise("power", (value, Value(part, place)), place)


def check_derivative(scene: Scene, place: int) -> None:
    r"""Raises BpcalcError for \frac{d}{dx} and \frac{\partial L}{\partial w}."""
    last = scene.braces.get(place + 1)
    if last is None:
        return
    above, below = scene.tokens[place + 2 : place + 4], scene.tokens[last + 2 : last + 4]
    if above[:1] != below[:1] or above[:1] not in (["d"], [r"\partial"], [r"\text{d}"]):
        return
    is_one = names.starts_name(below[-1]) and (above[-1] in ("}", "^") or names.starts_name(above[-1]))
    if above[0] != "d" or (is_one and not scene.has_value("d")):
        end = scene.braces.get(last + 1, last)
        hint = "write the function alone: bpcalc diff differentiates it"
        raise scene.error("a derivative is not read here", hint, place, end)


def indicator(scene: Scene) -> bool:
    r"""Enters the brackets of \mathbb{1}[x > 0]. False where none stands. Raises BpcalcError for \mathbb{E}."""
    token = scene.token()
    if token[1:] not in commands.FONTS | {"mathds", "mathbbm"} or token[:1] != "\\":
        return False
    place = scene.place
    is_braced = scene.token(1) == "{"
    letter = scene.token(2 if is_braced else 1)
    behind = place + (4 if is_braced else 2)
    if token == r"\mathbb" and letter in MEANS:
        raise scene.error(f'"{scene.written(place, behind - 1)}" is not read', MEANS[letter], place, behind - 1)
    if token not in INDICATORS.get(letter, ()):
        return False
    after = scene.tokens[behind] if behind < scene.stop else END
    if after == "_" and behind + 1 < scene.stop and scene.tokens[behind + 1] == "{":
        behind, after = behind + 1, "{"
    if after not in ("[", "(", r"\{", "{"):
        if letter == "1":
            hint = "write \\mathbb{1}[x > 0] for 1 where that holds, \\operatorname{ones}(n) for ones"
            raise scene.error("a 1 in this font needs brackets behind it", hint, place, min(behind, scene.stop) - 1)
        return False
    scene.open("condition", at=behind)
    return True


def grouped(scene: Scene, opened: Open, value: Value) -> Value:
    """What a bracket makes of what stands in it."""
    kind, place = opened.kind, opened.place
    plain = value._replace(first=place, digits="", raised=False, loose="")
    if kind in ("group", "condition"):
        return plain
    if kind == "abs":
        axes = scene.axes(value)
        if axes:
            hint = r"write \det(A) for the determinant" if axes > 1 else r"write \|x\| for the norm"
            raise scene.error("bars around an array can be read two ways",
                              f"{hint}, \\operatorname{{abs}}(…) entry by entry", place, scene.place - 1)  # fmt: skip
        return scene.entrywise("abs", (value,), place)._replace(first=place)
    if kind in ("floor", "ceil"):
        closing = scene.tokens[scene.place - 1]
        if closing == r"\rceil" and kind == "floor":
            kind = "round"
        return scene.entrywise(kind, (value,), place)._replace(first=place)
    if kind == "angle":
        if opened.more is None:
            raise scene.error("two vectors stand between these brackets", r"write \langle x, y \rangle", place)
        return Value(scene.apply("matmul", (opened.more.node, value.node), place), place)
    return _norm(scene, place, value)


def _norm(scene: Scene, place: int, value: Value) -> Value:
    r"""\|x\|, \|x\|_2, \|x\|_1, \|x\|_\infty, \|A\|_F."""
    if value.over:
        raise EntryByEntryError
    order = ""
    if scene.token() == "_":
        last = scene.braces.get(scene.place + 1) if scene.token(1) == "{" else scene.place + 1
        first = scene.place + 1 + (scene.token(1) == "{")
        order = "".join(scene.tokens[first : last if scene.token(1) == "{" else (last or first) + 1])
        scene.place = (last or first) + 1
    shape, node = scene.shape(value.node), value.node
    if order in ("1", r"\infty"):
        if shape is not None and len(shape) > 1:
            raise scene.error(f"the norm {order} of a matrix can be read two ways", "write a sum of its entries", place)
        inside = scene.apply("abs", (node,), place)
        gate = GATES["sum" if order == "1" else "amax"].bind({})
        return Value(scene.apply(gate, (inside,), place), place)
    if order == "2" and shape is not None and len(shape) > 1:
        hint = r"write \|A\|_F for the root of the sum of all squares"
        raise scene.error("the 2-norm of a matrix can be read two ways", hint, place)
    if order not in ("", "2", "F", r"\text{F}"):
        raise scene.error(f"the norm {order} is not known", r"write \|x\| or \|x\|_1 or \|x\|_\infty", place)
    return Value(scene.apply(GATES["norm"].bind({}), (node,), place), place)


def is_index(scene: Scene) -> bool:
    """Does an index in square brackets stand here, behind an array: x\\left[0, 1{:}\\right]?"""
    if scene.token() != "[":
        return False
    shape = scene.shape(scene.operands[-1].node)
    if shape == () or scene.operands[-1].over:
        return False
    at = scene.place + 1
    while at < scene.stop and (scene.tokens[at] in COLONS or scene.tokens[at].isdigit()):
        at += 1
    return at < scene.stop and scene.tokens[at] == "]" and at > scene.place + 1


def applied(scene: Scene, token: str, value: Value) -> Value:
    """Behind an operand: an index below it or in brackets, ! or '."""
    place = scene.place
    if token == "!":
        if scene.token(1) == "!":
            hint = "write (n!)! for the factorial of a factorial"
            raise scene.error("!! can be read two ways", hint, place, place + 1)
        scene.place += 1
        gate = SPELLINGS.get("factorial")
        if gate is not None:
            return scene.entrywise(gate, (value,), place)
        one = Value(scene.own.graph.constant(1.0), place)
        return scene.entrywise("gamma", (scene.entrywise("add", (value, one), place),), place)
    if token == "'":
        if scene.axes(value) > 0:
            scene.place += 1
            if scene.axes(value) == 1:
                return value._replace(turned=not value.turned)
            return Value(scene.apply(GATES["transpose"].bind({}), (value.node,), place), value.first)
        raise scene.error("a derivative is not read here", commands.REFUSED["nabla"], place)
    if token == "[":
        return _bracketed(scene, value)
    shape = scene.shape(value.node)
    if shape == () or value.raised:
        raise scene.error("an index stands behind a name or an array", first=place)
    parts, spans, stop = names._below(scene, place, True)
    found = [indices.part(scene, *span) for span in spans]
    if any(one is None for one in found):
        raise scene.error("this index is no number", first=place, last=stop - 1)
    scene.place = stop
    name = names.Name((scene.written(value.first, place - 1),), parts, "", "", value.first, stop, "", spans)
    return indices.entry(scene, value.node, found, name, True)


def _bracketed(scene: Scene, value: Value) -> Value:
    """x[0, 1:] as the language has it: whole numbers from 0, and slices."""
    from bpcalc.gates.indexing import EVERY

    place, key, text = scene.place, list[object](), ""
    scene.place += 1
    while True:
        token = scene.token()
        scene.place += 1
        if token in (",", "]"):
            pieces = text.split(":")
            if len(pieces) > 3 or not all(piece.lstrip("-").isdigit() or not piece for piece in pieces) or not text:
                raise scene.error("this is no index", "an index is whole numbers and slices", place, scene.place - 1)
            ends = [int(piece) if piece else None for piece in pieces]
            key.append(ends[0] if len(pieces) == 1 else tuple([*ends, None, None][:3]))
            text = ""
            if token == "]":
                break
        elif token not in ("{", "}"):
            text += token
    assert EVERY == indices.WHOLE
    return Value(scene.apply(GATES["index"].bind({"key": tuple(key)}), (value.node,), place), value.first)
