r"""Functions: \exp, \sin^2 x, \log_2, \max\{0, x\}, \operatorname{ReLU}(x), \sigma(x), those of the text's own."""

from __future__ import annotations

from typing import NamedTuple

from bpcalc.gate import Gate
from bpcalc.gates.arrays import SPELLINGS
from bpcalc.reading.latex import commands, names, options, products
from bpcalc.reading.latex.scene import APPLIED, EntryByEntryError, Open, Scene, Value, Waiting, merged
from bpcalc.reading.operators import log_of_base
from bpcalc.reading.state import Frame, Function

BRACKETS = ("(", "[", r"\{", "{")
UNSURE = frozenset("fghFGH")  # letters that stand for a function more often than for a factor


class Call(NamedTuple):
    """A function that is called: its power (sin^2), the base of a logarithm, the token of its name."""

    called: Gate | Function
    place: int
    power: Value | None = None
    base: Value | None = None


def callee(scene: Scene, place: int) -> Gate | Function | None:
    """The function whose name stands at a place; of a letter only where a bracket follows."""
    token = scene.tokens[place]
    if token.startswith((r"\operatorname{", r"\text{")):
        return _named(scene, token, place)
    word = token[1:] if token[:1] == "\\" else commands.LETTERS.get(token, "")
    if word in commands.FUNCTIONS and (word not in commands.LIKE_LETTERS or _is_called(scene, place, word)):
        gate = SPELLINGS.get(commands.FUNCTIONS[word])
        if gate is None and word in ("coth", "cot", "sec", "csc", "arccot"):
            raise scene.error(f'"{token}" is not known', "\\sin, \\cos, \\sinh and \\cosh are", place)
        return gate
    if names.starts_name(token):
        name = names.read(scene, place, strict=False)
        if name is not None and name.stop < scene.stop and scene.tokens[name.stop] == "(":
            return next(filter(None, map(scene.own.functions.get, name.spellings())), None)
    return None


def _named(scene: Scene, token: str, place: int) -> Gate | Function | None:
    word = names.plain(token)
    if scene.has_value(word) and not token.startswith(r"\operatorname{"):
        return None
    found: Gate | Function | None = scene.own.functions.get(word)
    if token.startswith(r"\operatorname{") or (word == "B" and scene.tokens[place + 1 : place + 2] == ["("]):
        found = found or SPELLINGS.get(commands.SIGNS.get(word, ""))
    found = found or SPELLINGS.get(commands.WORDS.get(word.replace("_", "").lower(), ""))
    found = found or SPELLINGS.get(word) or SPELLINGS.get(word.lower())
    if found is None and token.startswith(r"\operatorname{"):
        hint = commands.REFUSED.get(word.replace("_", ""), "") or "bpcalc gates lists the functions"
        raise scene.error(f'the function "{word}" is not known ({_column(scene, place)})', hint, place)
    return found


def _column(scene: Scene, place: int) -> str:
    return f"column {column(scene, place)}"


def column(scene: Scene, place: int) -> int:
    """The column of a token in its line, counted from 1."""
    start = scene.found[place].start
    return start - scene.state.source.text.rfind("\n", 0, start)


def _is_called(scene: Scene, place: int, word: str) -> bool:
    r"""Is \sigma a function here: behind it stands a bracket, with a power between them or none?"""
    at = place + 1
    while at + 1 < scene.stop and scene.tokens[at] == "^":
        at = scene.braces.get(at + 1, at + 1) + 1
    if at >= scene.stop or scene.tokens[at] != "(":
        return False
    spellings = names.Name(names._base(scene.tokens[place]), (), "", "", place, at, "").spellings()
    given = next(filter(scene.has_value, spellings), "")
    if given:
        gate = commands.FUNCTIONS[word]
        hint = rf"write {scene.tokens[place]} \cdot (…), or \operatorname{{{gate}}}(…)"
        raise scene.error(f'"{scene.tokens[place]}" can be the function or {given}, which has a value', hint, place)
    return True


def begin(scene: Scene, called: Gate | Function) -> None:
    """Reads the name of a function, what stands below and above it, and enters its brackets."""
    place = scene.place
    scene.place += 1
    if names.starts_name(scene.tokens[place]) and isinstance(called, Function):
        name = names.read(scene, place)
        assert name is not None
        scene.place = name.stop
    index = commands.INDEXED.get(called.name) if isinstance(called, Gate) else None
    if index and names.plain(scene.tokens[place]) in commands.SIGNS and scene.token() != "_":
        sign = scene.written(place, place)
        raise scene.error(f"{sign} needs an index", f"write {sign}_{index}(x)", place)
    go_on(scene, Call(called, place))


def go_on(scene: Scene, call: Call) -> None:
    """Reads what stands below and above the name of a function from this place on, and enters its brackets."""
    while scene.token() in ("_", "^"):
        if enter := _order(scene, call):
            scene.open("order", enter, scene.place + 1)
            return
        call = _script(scene, call)
    _enter(scene, call)


def _enter(scene: Scene, call: Call) -> None:
    """Enters the brackets of a function; without any it waits for what stands behind it."""
    token, called, place = scene.token(), call.called, call.place
    if isinstance(called, Gate) and called.name in ("one_hot",) and token != "(":
        raise scene.error("brackets are missing behind the function", first=place)
    if token in BRACKETS:
        frame = Frame(place, called)
        scene.open("call", (call, frame))
        if isinstance(called, Gate) and called.name != "log" and call.base is not None:
            argument(scene, scene.opens[-1], call.base)
        if isinstance(called, Gate) and "equation" in called.options:
            options.equation(scene, frame)
        return
    if isinstance(called, Function) or (called.name not in ("max", "min") and len(called.parameters) > 1):
        raise scene.error("brackets are missing behind the function", first=place)
    if token in ("+", "-"):
        raise scene.error("a sign behind a function without brackets", f"write {scene.tokens[place]}(…)", place,
                          scene.place)  # fmt: skip
    scene.pending.append(Waiting(APPLIED, "apply", place, called, call))


def _order(scene: Scene, call: Call) -> Call | None:
    r"""The call whose order begins behind this sign: \operatorname{J}_{n}, \psi^{(2)}. None for another."""
    word = call.called.name if isinstance(call.called, Gate) else ""
    if scene.token(1) != "{" or call.base is not None:
        return None
    if scene.token() == "_" and commands.INDEXED.get(word) == "n":
        return call
    last = scene.braces.get(scene.place + 1, scene.place)
    is_derivative = scene.token() == "^" and scene.token(2) == "(" and scene.tokens[last - 1] == ")"
    found = SPELLINGS[commands.DERIVATIVES[word]] if is_derivative and word in commands.DERIVATIVES else None
    return call._replace(called=found) if found else None


def _script(scene: Scene, call: Call) -> Call:
    r"""Reads what stands above or below the name of a function: \sin^2, \sin^{-1}, \log_2."""
    sign, start = scene.token(), scene.place
    last = scene.braces.get(start + 1) if scene.token(1) == "{" else start + 1
    if last is None or last >= scene.stop:
        raise scene.error("something is missing behind the function's name", first=start)
    inside = scene.tokens[start + 2 : last] if scene.token(1) == "{" else [scene.token(1)]
    scene.place = last + 1
    gate = call.called
    word = gate.name if isinstance(gate, Gate) else ""
    if sign == "^" and inside == ["-", "1"]:
        inverse = SPELLINGS.get(commands.INVERSES.get(word, ""))
        if inverse is None:
            raise scene.error("the inverse of this function is not known", "write 1/… for the reciprocal", call.place,
                              last)  # fmt: skip
        return call._replace(called=inverse)
    value = _simple(scene, inside, start + 1 + (scene.tokens[start + 1] == "{"))
    if value is not None and sign == "^":
        return call._replace(power=value)
    if value is not None and (word == "log" or commands.INDEXED.get(word) == "n"):
        return call._replace(base=value)
    if word == "expint" and inside == ["1"]:
        return call
    if word == "one_hot" and len(inside) == 1 and inside[0].isdigit():
        return call._replace(called=gate.bind({"size": int(inside[0])}) if isinstance(gate, Gate) else gate)
    raise scene.error(f'"{scene.written(call.place, last)}" is not read', "only a number or a name can stand there",
                      call.place, last)  # fmt: skip


def _simple(scene: Scene, inside: list[str], place: int) -> Value | None:
    """A number or a name in braces."""
    text = "".join(inside)
    digits = text.lstrip("-")
    if digits.replace(".", "", 1).isdigit():
        node = scene.own.number(digits)
        return Value(scene.own.graph.constant(-float(digits)) if text[0] == "-" else node, place, digits=text)
    name = names.read(scene, place, strict=False) if inside and names.starts_name(inside[0]) else None
    if name is None or name.stop - place != len(inside):
        return None
    return Value(scene.variable(names.choose(scene, name), name.start, name.stop), place)


def argument(scene: Scene, opened: Open, value: Value) -> None:
    """One argument of a call has been read."""
    _, frame = opened.more
    frame.arguments.append(value.node)
    frame.options.setdefault("values", []).append(value)


def closed(scene: Scene, opened: Open, last: Value | None) -> Value:
    """The value of a call whose brackets have been closed."""
    if last is not None:
        argument(scene, opened, last)
    call, frame = opened.more
    values = tuple(frame.options.pop("values", ()))
    token = scene.tokens[call.place]
    return finished(scene, call, frame, values)._replace(loose=token if token in (r"\sum", r"\prod") else "")


def finished(scene: Scene, call: Call, frame: Frame, values: tuple[Value, ...]) -> Value:
    """The value of a function of its arguments, raised to the power of its name."""
    own, called = scene.own, call.called
    over = merged(scene, values) if values else ()
    if over and (isinstance(called, Function) or called.of_arrays or (called.alone and len(values) == 1)):
        raise EntryByEntryError
    if len(values) == 1 and (found := _packed(scene, call, values[0])):
        return found
    frame.called = called
    own.frames.append(frame)
    own.place, kept = call.place, own.place
    if isinstance(called, Function):
        node = own.copy(called, frame)
    elif call.base is not None and called.name == "log" and len(values) == 1:
        node = log_of_base(own.graph, values[0].node, call.base.node)
    else:
        node = own.call(called, frame)
    own.place = kept
    own.frames.pop()
    _check(scene, call, values)
    value = Value(node, call.place, over)
    return products.raised(scene, value, call.power, call.place) if call.power else value


def _check(scene: Scene, call: Call, values: tuple[Value, ...]) -> None:
    r"""Raises BpcalcError for \sum(x) of a number, which sums nothing."""
    token = scene.tokens[call.place]
    if token in (r"\sum", r"\prod") and values and scene.shape(values[0].node) == ():
        raise scene.error(f"{token} has no index", rf"write {token}_{{i=1}}^{{n}} x_i, or {token}_i x_i over all of x",
                          call.place)  # fmt: skip


def _packed(scene: Scene, call: Call, value: Value) -> Value | None:
    r"""\ln|\det A| and \ln|\Gamma(x)|, which are one gate each."""
    graph = scene.own.graph
    if not isinstance(call.called, Gate) or call.called.name != "log" or call.base or call.power:
        return None
    if graph.gates[value.node].name != "abs":
        return None
    (inside,) = graph.inputs[value.node]
    word = {"det": "logdet", "gamma": "lgamma"}.get(graph.gates[inside].name)
    if word is None:
        return None
    return Value(scene.apply(word, graph.inputs[inside], call.place), call.place, value.over)


def applied(scene: Scene, waiting: Waiting, value: Value) -> Value:
    """The value of a function without brackets."""
    graph, call = scene.own.graph, waiting.more
    is_phi = graph.gates[value.node].name == "normal_cdf" and scene.tokens[value.first] == r"\Phi"
    if is_phi and call.called.name == "log" and not (call.base or call.power):
        return Value(scene.apply("normal_logcdf", graph.inputs[value.node], waiting.place), waiting.place, value.over)
    frame = Frame(waiting.place, waiting.gate)
    frame.arguments.append(value.node)
    return finished(scene, waiting.more, frame, (value,))


def factor_or_end(scene: Scene) -> bool:
    r"""Behind the argument of a function without brackets: is what begins here another factor of it, as in \sin 2x?

    False where the argument ends, as in \sin x \cos y. Raises BpcalcError where that can be read two ways.
    """
    token, place, waiting = scene.token(), scene.place, scene.pending[-1]
    if waiting.kind == "beside":
        waiting = next(one for one in reversed(scene.pending) if one.kind == "apply")
    if callee(scene, place) is not None or token in (r"\sum", r"\prod"):
        return False
    before = scene.operands[-1]
    word = scene.tokens[waiting.place]
    inside = scene.written(waiting.place + 1, place - 1)
    is_number = scene.own.graph.number(before.node) is not None
    is_letter = names.starts_name(token) and token[:1] != "\\"
    between = scene.state.source.text[scene.found[place - 1].end : scene.found[place].start]
    is_joined = not between or (scene.tokens[place - 1][:1] == "\\" and between == " ")
    is_name = before.node in scene.own.graph.leaves and not before.raised
    is_greek = token[1:] in commands.GREEK or token[1:] in commands.ACCENTS or token[1:] in commands.FONTS
    if is_number and (is_letter or is_greek or token.startswith((r"\frac", r"\sqrt"))):
        return True
    if is_name and is_joined and (is_letter or is_greek) and not is_number:
        whole = f"{word} {scene.written(waiting.place + 1, place)}"
        scene.note(word, f"{whole} is read as {word}({scene.written(waiting.place + 1, place)})")
        return True
    hint = f"write {word}({inside}) … or {word}({inside} …)"
    raise scene.error("a product behind a function without brackets can be read two ways", hint, waiting.place, place)
