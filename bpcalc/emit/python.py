"""`--to python`: flat gradient code, as the lectures have it. Single numbers with `math`, arrays with NumPy."""

from __future__ import annotations

import builtins
import keyword
from collections.abc import Collection, Iterable
from typing import Any

from bpcalc.emit.arraytable import ALONG, ARRAYS, HELPERS, LINEAR, ROWS
from bpcalc.emit.expression import Table
from bpcalc.emit.functions import Function, functions
from bpcalc.emit.legal import Legal, own_name
from bpcalc.emit.plan import Plan, Statement
from bpcalc.emit.plan import planned as with_free_names
from bpcalc.emit.pythontable import SCALARS
from bpcalc.emit.snippets import MATH, SPECIAL, own_source
from bpcalc.reports.derivation import Derivation, Parameter

NAME = "f"
IN_CHECK = frozenset(("at", "value", "gradients", "worst", "place", "name", "h", "ahead", "behind", "found", "gradient",
                      "upstream", "entry", "change", "size"))  # fmt: skip
WIDE = 100  # columns of a line, beyond which what is said beside it stands above it
# What a program may not call its own: Python's words, the names that it uses itself, and those that look like numbers.
RESERVED = frozenset((
    *keyword.kwlist, *dir(builtins), "math", "np", "scipy", "check", "l", "I", "O", "match", "case", "type",
))  # fmt: skip


def write(derivation: Derivation, name: str, dialect: str | None = None) -> str:
    """The program."""
    is_array = derivation.shapes is not None
    return program(derivation, name, ARRAYS if is_array else SCALARS, is_array=is_array)


def program(d: Derivation, name: str, table: Table, *, is_array: bool, rows: bool = False) -> str:
    """A module with the function, its self-check and the helpers that they call.

    rows  whether single numbers may be arrays of rows
    """
    plan, name = planned(d, table, is_array=is_array), function_name(name)
    helpers = preamble(plan, table, is_array=is_array)
    body = function(plan, name, is_array=is_array, rows=rows)
    check = self_check(d, name, is_array=is_array)
    code = "\n\n".join(part.strip("\n") + "\n" for part in (*helpers, body, check))
    return complete(about(plan), code)


def complete(head: str, code: str) -> str:
    """A file: its docstring, the imports that the code needs, the code, and the check when it is run."""
    # a definition stands two lines below the imports, anything else one
    gap = [""] * (1 if code.startswith(("def ", "class ", "@")) else 0)
    text = "\n".join([head, "", imports(code), *gap, code] if imports(code) else [head, "", "", code])
    return f'{text}\n\nif __name__ == "__main__":\n    raise SystemExit(check())\n'


def imports(code: str) -> str:
    """The imports that the code needs."""
    used = {"import math": "math.", "from contextlib import suppress": "suppress("}
    plain = "".join(f"{line}\n" for line, mark in used.items() if mark in code)
    libraries = "import numpy as np\n" * ("np." in code) + "import scipy.special\n" * ("scipy.special." in code)
    return "\n".join(part for part in (plain, libraries) if part)


def function_name(name: str) -> str:
    """The name of the function. Raises BpcalcError for one that the program uses itself."""
    return own_name(name, RESERVED | IN_CHECK, "Python")


def planned(d: Derivation, table: Table, *, is_array: bool) -> Plan:
    """The names and statements of the program."""

    def make(more: frozenset[str]) -> Plan:
        return Plan(d, table, Legal(RESERVED | more, is_ascii=False), squares=not is_array)

    return with_free_names(make, lambda plan: called(plan, table, is_array=is_array))


def called(plan: Plan, table: Table, *, is_array: bool) -> set[str]:
    """The names of the helpers that a program calls."""
    preamble(plan, table, is_array=is_array)
    return {*plan.wants, *plan.expression.asked, *(SPECIAL if {*plan.wants} & {*SPECIAL} else ())}


def about(plan: Plan) -> str:
    """The docstring of the module: what is computed, with which shapes, and which names were changed."""
    d = plan.derivation
    lines = [f'"""{d.name} and its gradients by backpropagation.']
    if d.text:
        lines += ["", *(f"    {one}" for one in statements(d))]
    told = shapes(d)
    if told:
        lines += ["", *told]
    if plan.legal.changed:
        lines += ["", *renamed(plan.legal)]
    return "\n".join([*lines, '"""' if len(lines) > 1 else ""]) if len(lines) > 1 else f'{lines[0]}"""'


def statements(d: Derivation) -> list[str]:
    """The program in bpcalc's notation, a statement a line, with nothing that could end a comment or a text."""
    *lines, last = d.text.replace("\\", "/").replace('"', "'").replace("*/", "* /").split("; ")
    is_named = d.output in d.given and d.graph.inputs[d.output]
    return [*lines, f"{d.name} = {last}" if is_named else last]


def shapes(d: Derivation) -> list[str]:
    """What is told of the shapes of the inputs."""
    if d.shapes is None:
        return []
    return [f"Shapes: {', '.join(f'{one.name} {size(one)}' for one in d.parameters)}"] if d.parameters else []


def size(parameter: Parameter) -> str:
    """`(2, 3)`, or what a single number is called."""
    what = f"{parameter.shape}" if parameter.shape else "a number"
    return f"{what}, labels" if parameter.is_label else what


def renamed(legal: Legal) -> list[str]:
    """What became what."""
    return [f"Names: {', '.join(f'{old} is {new} here' for old, new in legal.changed.items())}."]


def preamble(plan: Plan, table: Table, *, is_array: bool) -> list[str]:
    """The helpers and the functions of gates that the program calls."""
    own = functions(plan.expression, table, RESERVED, is_ascii=False, squares=not is_array)
    wants = list(plan.wants)
    known = HELPERS if is_array else MATH
    texts = [known[one] for one in wants if one in known]
    return [*borrowed(wants, is_array=is_array), *texts, *map(_function, own)]


def borrowed(wants: Collection[str], *, is_array: bool) -> list[str]:
    """Functions that bpcalc has itself: the gamma family, linear algebra."""
    from bpcalc.algebra import special

    found = []
    family = [one for one in SPECIAL if one in wants]
    if family:
        found.append(own_source(special, family))
        if is_array:
            found += [f"{one} = np.vectorize({one}, otypes=[float])" for one in family]
    if not is_array:
        return found
    from bpcalc.algebra import along, linear

    matrix = [one for one in LINEAR if one in wants]
    rows = [one for one in (*ALONG, *ROWS, "cumsum") if one in wants or (one == "prod_others" and "cofactors" in wants)]
    if rows:
        found.append(own_source(along, rows))
    if matrix:
        found.append(own_source(linear, matrix))
    return found


def _function(one: Function) -> str:
    lines = [f"    {statement.name} = {statement.text}" for statement in one.statements]
    head = [f"def {one.name}({', '.join(one.parameters)}):", f'    """{one.about}"""']
    return "\n".join([*head, *lines, f"    return {one.result}"])


def function(
    plan: Plan, name: str, *, is_array: bool, rows: bool, as_tuple: bool = False, converts: bool = True
) -> str:
    """Both passes as one function.

    as_tuple  it gives the gradients in order, without their names and any comments
    converts  it makes NumPy's doubles of its arguments
    """
    d, inputs = plan.derivation, list(plan.inputs.values())
    if as_tuple:
        plan.forward = [one._replace(note="") for one in plan.forward]
        plan.backward = [one._replace(note="") for one in plan.backward]
    lines = ['@np.errstate(all="ignore")'] if is_array else []
    lines += [f"def {name}({', '.join(inputs)}):"]
    lines += [f'    """The value of {d.name}, and its gradients by name."""']
    if is_array and inputs and converts:
        values = f"map(np.float64, ({', '.join(inputs)}))" if len(inputs) > 1 else f"np.float64({inputs[0]})"
        lines += [f"    {', '.join(inputs)} = {values}", ""]
    if plan.forward:
        lines += ["    # forward pass", *laid_out(plan.forward)]
    backward = plan.backward
    if rows and backward and backward[0].node == d.lines[0].symbol:  # one gradient for each row
        seed = backward[0].text
        fill = f"np.ones_like({plan.output})" if seed == "1.0" else f"np.full_like({plan.output}, {seed})"
        backward[0] = backward[0]._replace(text=fill)
    if backward:
        lines += ["", "    # backward pass", *laid_out(backward)]
    if as_tuple:
        in_order = "".join(f"{one}, " for one in plan.gradient.values())
        return "\n".join([*lines, f"    return {plan.output}, ({in_order})"])
    gradients = ", ".join(f'"{key}": {text}' for key, text in plan.gradient.items())
    lines += [""] * bool(plan.forward or backward) + wrapped(f"    return {plan.output}, {{", gradients)
    return "\n".join(lines)


def wrapped(start: str, entries: str) -> list[str]:
    """`start` with the entries of a dict, on several lines where one is too long."""
    if len(start) + len(entries) < WIDE:
        return [f"{start}{entries}}}"]
    return [start, *(f"        {entry}," for entry in entries.split(", ")), "    }"]


def laid_out(statements: Iterable[Statement], mark: str = "  # ", indent: str = "    ", end: str = "") -> list[str]:
    """The lines, with what is said beside them in one column."""
    texts = [(f"{indent}{one.name} = {one.text}{end}", one.note) for one in statements]
    width = max((len(text) for text, note in texts if note and len(text) + len(note) < WIDE), default=0)
    lines: list[str] = []
    for text, note in texts:
        if not note:
            lines.append(text)
        elif len(text) <= width:
            lines.append(f"{text.ljust(width)}{mark}{note}")
        else:
            lines += [f"{indent}{mark.strip()} {note}", text]
    return lines


def literal(value: Any) -> str:
    """A number, or an array or a list of them, as Python has it."""
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, list):
        return f"[{', '.join(map(literal, value))}]"
    text = repr(float(value))
    return {"nan": "math.nan", "inf": "math.inf", "-inf": "-math.inf"}.get(text, text)


def at(parameter: Parameter, *, is_array: bool) -> str:
    """The value that a parameter is checked at."""
    if not is_array:
        return literal(parameter.value)
    value = parameter.value.tolist() if hasattr(parameter.value, "tolist") else parameter.value
    return f"np.array({literal(value)})"


def where(d: Derivation) -> str:
    return "at the values given" if d.is_bound else "at random numbers"


SCALAR_CHECK = '''
def check():
    """Holds each gradient against a central difference, {where}: 0 if all agree, else 1."""
    at = [{values}]
    value, gradients = {name}(*at)
    worst = 0.0
    for place, name in {moved}:
        h = 6e-6 * max(1.0, abs(at[place]))
        ahead, behind = at.copy(), at.copy()
        ahead[place] += h
        behind[place] -= h
        found = {seed}({name}(*ahead)[0] - {name}(*behind)[0]) / (2 * h)
        gradient = gradients[name]
        if not abs(found - gradient) <= 1e-5 * max(abs(found), abs(gradient), 1e-3) + 1e-14 * abs(value) / h:
            print(f"the gradient of {{name}} is {{gradient}}, a central difference gives {{found}}")
            return 1
        worst = max(worst, abs(found - gradient))
    print(f"the gradients agree with central differences (they differ by {{worst:.0e}} at most)")
    return 0
'''
ARRAY_CHECK = '''
def check():
    """Holds each gradient against central differences, {where}: 0 if all agree, else 1."""
    at = [{values}]
    value, gradients = {name}(*at)
    upstream = {seed}
    worst = 0.0
    for place, name in {moved}:
        for entry in np.ndindex(at[place].shape):
            h = 6e-6 * max(1.0, abs(at[place][entry]))
            ahead, behind = [one.copy() for one in at], [one.copy() for one in at]
            ahead[place][entry] += h
            behind[place][entry] -= h
            change = np.sum(upstream * {name}(*ahead)[0]) - np.sum(upstream * {name}(*behind)[0])
            found, gradient = change / (2 * h), np.float64(gradients[name])[entry]
            size = np.sum(np.abs(upstream * value))
            if not abs(found - gradient) <= 1e-5 * max(abs(found), abs(gradient), 1e-3) + 1e-14 * size / h:
                print(f"the gradient of {{name}} at {{entry}} is {{gradient}}, a central difference gives {{found}}")
                return 1
            worst = max(worst, abs(found - gradient))
    print(f"the gradients agree with central differences (they differ by {{worst:.0e}} at most)")
    return 0
'''


NOTHING = '''
def check():
    """Would hold each gradient against a central difference."""
    print("there is no gradient that a central difference could be compared with")
    return 0
'''


def self_check(d: Derivation, name: str, *, is_array: bool) -> str:
    """What the file does when it is run."""
    if not any(one.is_moved for one in d.parameters):
        return NOTHING
    values = ", ".join(at(one, is_array=is_array) for one in d.parameters)
    if len(values) > WIDE - 20:
        values = "\n" + "".join(f"        {at(one, is_array=is_array)},\n" for one in d.parameters) + "    "
    moved = ", ".join(f'({place}, "{one.name}")' for place, one in enumerate(d.parameters) if one.is_moved)
    if len(moved) > WIDE - 25:
        moved = "\n" + "".join(
            f'        ({place}, "{one.name}"),\n' for place, one in enumerate(d.parameters) if one.is_moved
        ) + "    "  # fmt: skip
    seed = d.seed.tolist() if hasattr(d.seed, "tolist") else d.seed
    if is_array:
        text = literal(seed) if not isinstance(seed, list) else f"np.array({literal(seed)})"
    else:
        text = "" if seed == 1 else f"{literal(seed)} * "
    return (ARRAY_CHECK if is_array else SCALAR_CHECK).format(
        values=values, moved=f"[{moved}]", name=name, seed=text, where=where(d)
    )
