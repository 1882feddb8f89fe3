"""What completion offers for an option's value or a word of a command; an option names the function here.

`given` is what the line says so far, by the names of options and arguments. Whatever is wrong with a line that is still
being typed, nothing is offered, and nothing said.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping

from bpcalc.cli.declaring import Offer
from bpcalc.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bpcalc.reading.program import Program

LARGEST = 200_000  # characters of a program: beyond this, reading it would be felt


def commands(given: Mapping[str, Any], incomplete: str) -> list[Offer]:
    """The commands of bpcalc."""
    from bpcalc.cli.commands import COMMANDS

    return _items(incomplete, COMMANDS)


def warnings(given: Mapping[str, Any], incomplete: str) -> list[Offer]:
    """`kink,nonfinite`: kinds of warnings."""
    from bpcalc.reports.warning import KINDS

    return _in_list(incomplete, dict.fromkeys(KINDS, ""))


def gates(given: Mapping[str, Any], incomplete: str) -> list[Offer]:
    """The gates, by each of their names."""
    return _items(incomplete, _gates())


def packed(given: Mapping[str, Any], incomplete: str) -> list[Offer]:
    """`sigmoid,all`: the gates that can be expanded."""
    return _in_list(incomplete, {**_gates(packed=True), "all": "every packed gate"})


def names(given: Mapping[str, Any], incomplete: str) -> list[Offer]:
    """`x`: a name of the program."""
    return _items(incomplete, _names(given))


def name_list(given: Mapping[str, Any], incomplete: str) -> list[Offer]:
    """`x,y`: names of the program."""
    return _in_list(incomplete, dict.fromkeys(_names(given), ""))


def number(given: Mapping[str, Any], incomplete: str) -> list[Offer]:
    """`x`, `value`, `q.value`, `q.grad`: a number of the result."""
    return _numbers(given, incomplete, _labels(given), ["value"], ["value", "grad"])


def tangent_number(given: Mapping[str, Any], incomplete: str) -> list[Offer]:
    """`x`, `value`, `tangent`, `q.value`, `q.tangent`: a number of forward mode's result."""
    return _numbers(given, incomplete, _labels(given), ["value", "tangent"], ["value", "tangent"])


def jacobian_number(given: Mapping[str, Any], incomplete: str) -> list[Offer]:
    """`x`, `value`, `q.value`"""
    return _numbers(given, incomplete, _names(given), ["value"], ["value"])


def hessian_number(given: Mapping[str, Any], incomplete: str) -> list[Offer]:
    """`x`, `value`, `eigenvalues`, `x.y`, `x.grad`, `q.value`"""
    names = _names(given)
    return _numbers(given, incomplete, names, ["value", "eigenvalues"], [*names, "value", "grad"])


def variables(given: Mapping[str, Any], incomplete: str) -> list[Offer]:
    """`x,y`: what `diff` differentiates by; `value` is what it has at order 0."""
    is_whole = given.get("order") == 0
    return _in_list(incomplete, dict.fromkeys(["value"] if is_whole else _names(given), ""))


def _numbers(
    given: Mapping[str, Any], incomplete: str, names: list[str], own: list[str], parts: list[str]
) -> list[Offer]:
    """The numbers of nodes and those of the output under their `own` names, and the `parts` of a node; in a list."""
    last = incomplete.rpartition(",")[2]
    label, dot, _ = last.partition(".")
    if dot:
        return _in_list(incomplete, {f"{label}.{part}": "" for part in parts} if label in names else {})
    return _in_list(incomplete, dict.fromkeys([*names, *own] if names else [], ""))


def tangents(given: Mapping[str, Any], incomplete: str) -> list[Offer]:
    """`x=`: the inputs that can move and do not yet."""
    program = None if "=" in incomplete else _program(given)
    moving = {word.partition("=")[0].strip() for word in given.get("tangent") or given.get("vector") or ()}
    inputs = (program.variables or program.constants) if program else []
    return _items(incomplete, [f"{name}=" for name in inputs if name not in moving], "nospace")


def claims(given: Mapping[str, Any], incomplete: str) -> list[Offer]:
    """`x=`: the nodes whose gradients are not claimed yet."""
    claimed = {word.partition("=")[0].strip() for word in given.get("claim") or ()}
    names = [] if "=" in incomplete else _names(given)
    return _items(incomplete, [f"{name}=" for name in names if name not in claimed], "nospace")


def methods(given: Mapping[str, Any], incomplete: str) -> list[Offer]:
    """`gradient,adam`: the methods of descents."""
    from bpcalc.calculations.descend.methods import METHODS

    return _in_list(incomplete, dict.fromkeys(METHODS, ""))


def precision(given: Mapping[str, Any], incomplete: str) -> list[Offer]:
    """`full`: the one value that is a word."""
    return _items(incomplete, ["full"])


def files(given: Mapping[str, Any], incomplete: str) -> list[Offer]:
    """Files, as the shell itself completes them."""
    return _items(incomplete, [incomplete], "file")


def bindings(given: Mapping[str, Any], incomplete: str) -> list[Offer]:
    """`x=`: the program's variables that have no value yet. With `--file` the first word is a binding too."""
    return _given(given, incomplete, "=")


def tables(given: Mapping[str, Any], incomplete: str) -> list[Offer]:
    """The table behind the expression, then `x=`, for a variable that is no column may need a value."""
    in_file = given.get("file") is not None
    program, words = (in_file, given.get("expression")) if in_file else (given.get("expression"), ())
    if program and not (words or given.get("words")):
        return files(given, incomplete)
    return bindings(given, incomplete)


def sweeps(given: Mapping[str, Any], incomplete: str) -> list[Offer]:
    """`x=`: for a range, which an input gets that has no value."""
    return _given(given, incomplete, "=")


def declarations(given: Mapping[str, Any], incomplete: str) -> list[Offer]:
    """`A:`: the same for shapes."""
    return _given(given, incomplete, ":")


def _given(given: Mapping[str, Any], incomplete: str, mark: str) -> list[Offer]:
    if "=@" in incomplete:  # a file, as the shell completes it
        return _items(incomplete, [incomplete], "array")
    if not given.get("expression") and given.get("file") is None:
        return _inside(incomplete)
    program = None if "=" in incomplete or ":" in incomplete else _program(given)
    if program is None:
        return []
    bound = _bound(given)
    return _items(incomplete, [f"{name}{mark}" for name in program.variables if name not in bound], "nospace")


def _inside(incomplete: str) -> list[Offer]:
    """Inside an expression: the name at the cursor as one that stands elsewhere in it, or as a function."""
    import re

    found = re.search(r"(?<![\w.])[^\W\d]\w*$", incomplete)
    if found is None or len(incomplete) > LARGEST:
        return []
    before = incomplete[: found.start()]
    names = [name for name in dict.fromkeys(re.findall(r"(?<![\w.])[^\W\d]\w*", before)) if name not in _gates()]
    words = {**dict.fromkeys(names, ""), **_gates()}
    return _items(incomplete, {before + word: text for word, text in words.items() if word != found[0]}, "nospace")


def _items(incomplete: str, found: Iterable[str], kind: str = "plain") -> list[Offer]:
    """What of the found words begins as it is typed; a dict has a description of each word."""
    descriptions = found if isinstance(found, dict) else {}
    return [Offer(word, kind, descriptions.get(word, "")) for word in found if word.startswith(incomplete)]


def _in_list(incomplete: str, found: dict[str, str]) -> list[Offer]:
    """The same for the last word of a list with commas; a word that is in it is not offered again."""
    before, comma, _ = incomplete.rpartition(",")
    taken = before.split(",")
    return _items(incomplete, {before + comma + word: found[word] for word in found if word not in taken})


def _gates(packed: bool = False) -> dict[str, str]:
    from bpcalc.gates import SPELLINGS

    return {word: gate.formula or gate.title for word, gate in SPELLINGS.items() if gate.packed or not packed}


def _names(given: Mapping[str, Any]) -> list[str]:
    """The program's names."""
    program = _program(given)
    return list(program.names) if program else []


def _labels(given: Mapping[str, Any]) -> list[str]:
    """The names of all nodes that have one, the output last."""
    from bpcalc.reports.names import Names

    program = _program(given)
    if program is None:
        return []
    names = Names(program, program.output)
    return list(dict.fromkeys([*program.names, *names.labels.values()]))


def _program(given: Mapping[str, Any]) -> Program | None:
    """The program that the line has so far; None where there is none, or it has a mistake."""
    from bpcalc.errors import BpcalcError, Source
    from bpcalc.reading.parser import parse

    try:
        text = _text(given)
        return parse(Source(text), _bound(given)) if text else None
    except BpcalcError:
        return None


def _text(given: Mapping[str, Any]) -> str:
    path = given.get("file")
    if path is None:
        text = given.get("expression") or ""
        return text if text != "-" and len(text) <= LARGEST else ""
    # the shell would have put the home directory and the variables in
    path = os.path.expanduser(os.path.expandvars(path))
    # what is read from a pipe here would be missing later
    if path == "-" or not os.path.isfile(path) or os.path.getsize(path) > LARGEST:
        return ""
    from bpcalc.reading.streams import read_text

    return read_text(path)


def _bound(given: Mapping[str, Any]) -> set[str]:
    """The names that the line gives a value."""
    from bpcalc.reading.lexer import canonical

    words = given.get("words") or ()
    if given.get("file") is not None:
        words = (given.get("expression") or "", *words)
    return {canonical(word.replace(":", "=").partition("=")[0].strip()) for word in words if "=" in word or ":" in word}
