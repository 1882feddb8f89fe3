r"""Looks once over a text with sums: how long the arrays are that indices run through, and where they count from.

So \frac{1}{N} before \sum_{i=1}^{N} x_i has a value, and f_y before \sum_{j=0}^{2} f_j counts from 0.
"""

from __future__ import annotations

from bpcalc.reading.latex import limits, names
from bpcalc.reading.latex.commands import COMPARISONS
from bpcalc.reading.latex.scene import Scene

SIGNS = frozenset((r"\sum", r"\prod", r"\max", r"\min"))


def survey(scene: Scene) -> None:
    """Notes in the scene what the sums of the text tell before they are read."""
    signs = [at for at, token in enumerate(scene.tokens) if token in SIGNS and scene.tokens[at + 1] in ("_", "^")]
    if not signs:
        return
    _indexed(scene)
    begun: dict[str, list[tuple[int, int | None]]] = {}  # for an index: the sums over it that say where it begins
    for at in signs:
        found, _ = limits.scripts(scene, at)
        parts = limits.clauses(scene, found["_"]) if "_" in found else []
        for part in parts:
            _limit(scene, at, part, found.get("^"), begun)
    _bases(scene, begun)


def _indexed(scene: Scene) -> None:
    """Where indices stand at arrays that have a value."""
    place, tokens = 0, scene.tokens
    while place < scene.stop:
        name = names.read(scene, place, strict=False) if names.starts_name(tokens[place]) else None
        if name is not None and name.upper:
            name = name._replace(parts=((name.upper,), *name.parts))
        if name is None or not name.parts:
            place += 1
            continue
        shape = next((scene.bound(word).shape for word in name.bases if getattr(scene.bound(word), "shape", ())), ())
        parts = name.parts
        if len(parts) == 1 and len(shape) > 1:
            parts = _apart(scene, name, len(shape))
        for part, size in zip(parts, shape, strict=False):
            if len(part) == 1:
                scene.indexed.setdefault(part[0], []).append((place, size, name.bases[0]))
        place += 1


def _apart(scene: Scene, name: names.Name, axes: int) -> names.Parts:
    """The parts of an index of letters side by side, X_{ij} or s_{iy_i}, where there are as many as axes."""
    from bpcalc.reading.latex.indices import factors

    cuts = factors(scene, *name.spans[-1])
    return tuple(tuple(scene.tokens[at:end]) for at, end in cuts) if len(cuts) == axes else name.parts


def _limit(
    scene: Scene, at: int, part: limits.Span, above: limits.Span | None, begun: dict[str, list[tuple[int, int | None]]]
) -> None:
    """One clause below a sum: i = 1 with N above it, or 1 \\le i < j \\le N."""
    start, stop = part
    signs = [place for place in range(start, stop) if scene.tokens[place] in COMPARISONS]
    if not signs:
        for token in scene.tokens[start:stop]:
            begun.setdefault(token, []).append((at, None))
        return
    sign = scene.tokens[signs[0]]
    low: int | None = None
    if sign == "=" and signs[0] == start + 1 and scene.tokens[signs[0] + 1 : stop] in (["1"], ["0"]):
        word, low = scene.tokens[start], int(scene.tokens[stop - 1])
    elif sign in ("<", r"\le") and signs[0] == start + 1 and scene.tokens[start] in ("0", "1"):
        word, low = scene.tokens[start + 2], int(scene.tokens[start]) + (sign == "<")
    if low is None:
        return
    begun.setdefault(word, []).append((at, low))
    last = scene.tokens[signs[-1]]
    if sign == "=" and above is not None:
        _length(scene, at, word, low, above)
    elif len(signs) > 1 and last in ("<", r"\le"):
        _length(scene, at, scene.tokens[signs[-1] - 1], low + (last == "<"), (signs[-1] + 1, stop))


def _length(scene: Scene, at: int, word: str, low: int, span: limits.Span) -> None:
    """The limit of one index, where it is a name without a value, or one less than that."""
    tokens, (first, stop) = scene.tokens, span
    name = names.read(scene, first, strict=False) if first < stop and names.starts_name(tokens[first]) else None
    if name is None or any(map(scene.has_value, name.spellings())):
        return
    rest = tokens[name.stop : stop]
    every = [one for one in scene.indexed.get(word, []) if one[0] > at]
    if not every or low + (len(rest) > 0) > 1 or rest not in ([], ["-", "1"]):
        return
    length = every[0][1] - (low == 0 and not rest)
    found = names.choose(scene, name)
    if scene.lengths.setdefault(found, (length, every[0][2]))[0] != length:
        hint = f"give it a value: {found}=…"
        raise scene.error(f'"{found}" would be {scene.lengths[found][0]} and {length}', hint, name.start, name.stop - 1)


def _bases(scene: Scene, begun: dict[str, list[tuple[int, int | None]]]) -> None:
    """The arrays whose indices count from 0: those that only sums run through that begin there, as far as they say."""
    lows: dict[str, set[int | None]] = {}
    for word, sums in begun.items():
        for place, _, array in scene.indexed.get(word, []):
            governing = [low for at, low in sums if at < place]
            if governing:
                lows.setdefault(array, set()).add(governing[-1])
    scene.bases.update({array: 0 for array, found in lows.items() if found - {None} == {0}})
