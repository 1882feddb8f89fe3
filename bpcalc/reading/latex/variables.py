r"""What a name stands for: an index that runs, an entry, a variable, a constant; and what else a free one may be."""

from __future__ import annotations

from bpcalc.gates.arrays import GATES
from bpcalc.reading.latex import calls, indices, names
from bpcalc.reading.latex.scene import Counter, EntryByEntryError, Scene, Value
from bpcalc.reading.latex.whole import length_of
from bpcalc.reading.sizes import Size

BESSEL = ("J", "Y", "K")  # letters that are Bessel functions with an index and a bracket; I_1 is a current more often


def value_of(scene: Scene, name: names.Name, behind: str) -> Value:
    """The value of a name: an index that runs, an entry, a variable, a constant."""
    own = scene.own
    if name.parts or name.upper in scene.running:
        value = indices.value_of(scene, name)
        if value is not None:
            return value
    one = scene.running.get(name.bases[0]) if not name.parts and len(name.bases[0]) == 1 else None
    if isinstance(one, Counter) and one.given:
        _refuse_number(scene, name, one)
    if isinstance(one, Counter):
        return Value(own.graph.constant(float(one.value)), name.start)
    if one is not None:
        raise EntryByEntryError
    word = names.choose(scene, name)
    if not scene.has_value(word):
        if (matrix := unit(scene, name)) is not None:
            return matrix
        if word in scene.lengths:
            size = length_of(scene, word)
            return Value(own.graph.constant(float(size)) if not isinstance(size, Size) else own.name(str(size)),
                         name.start)  # fmt: skip
        check_free(scene, name, word, behind)
    if word == "tau" and not scene.has_value(word):
        return Value(scene.letter(word, name.start, name.stop), name.start)
    return Value(scene.variable(word, name.start, name.stop), name.start)


def _refuse_number(scene: Scene, name: names.Name, one: Counter) -> None:
    """Raises BpcalcError for an index whose numbers are data and that is a factor: the data would have no gradient."""
    text = scene.written(name.start, name.stop - 1)
    hint = rf"a sum over the entries of {one.given} is \sum_i {one.given}_i"
    message = f'"{text}" takes numbers of {one.given} here, which tell places: as a factor it would have no gradient'
    raise scene.error(message, hint, name.start, name.stop - 1)


def unit(scene: Scene, name: names.Name) -> Value | None:
    """I_3 and I_n, where nothing of that name has a value: the unit matrix."""
    if name.bases != ("I",) or len(name.parts) != 1 or len(name.parts[0]) != 1 or name.upper or name.after:
        return None
    (word,) = name.parts[0]
    number = int(word) if word.isdigit() and len(word) < 6 else scene.bound(word)
    if not isinstance(number, (int, float)) or number != number // 1 or number < 1:
        return None
    size = number if isinstance(number, int) else int(number)
    scene.note("I", f"I_{word} is read as the unit matrix, eye({word})")
    return Value(scene.apply(GATES["eye"].bind({"size": size}), (), name.start), name.start)


def check_free(scene: Scene, name: names.Name, word: str, behind: str) -> None:
    """Raises BpcalcError for a name without a value that can be something else than a variable."""
    place, last = name.start, name.stop - 1
    left = [token for part in name.parts for token in part] or [name.bases[0]]
    if ended := next((token for token in left if token in scene.ended), ""):
        hint = rf"put brackets around all that it runs over: \sum_{{{ended}}} \left(… + …\right)"
        raise scene.error(f'the sum over "{ended}" ends before this', hint, place, last)
    if behind == "(" and name.parts and name.bases[0] in BESSEL and word not in scene.own.used:
        written = scene.written(place, last)
        function = rf"\operatorname{{{name.bases[0]}}}_{{{''.join(name.parts[0])}}}(…)"
        hint = rf"write {function} for the function, {written} \cdot (…) for a product"
        raise scene.error(f'"{written}(" can be a Bessel function, or a product', hint, place, last + 1)
    if behind == "(" and scene.own.asked is not None and (name.bases[0] in calls.UNSURE) and word not in scene.own.used:
        hint = rf"write {word} \cdot (…), or define the function first: {word}(x) = …"
        raise scene.error(f'"{word}(" can be a function, or a product', hint, place, last + 1)


