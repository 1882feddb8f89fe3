"""What is to be done for every row: the columns that the program's variables come from, and the new ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from bpcalc.calculations.passes import label_inputs
from bpcalc.errors import BpcalcError, Source, did_you_mean
from bpcalc.reading.bindings import remarks
from bpcalc.reading.lexer import canonical
from bpcalc.reading.parser import parse
from bpcalc.reading.program import Program
from bpcalc.reports.names import Names
from bpcalc.reports.options import Options
from bpcalc.reports.warning import Warning

SHOWN = 12  # columns that a message lists


class Job(NamedTuple):
    """A program, and where its numbers come from and go to.

    source    its text; options: of every row's calculation; bound: the values that are the same in every row
    columns   the columns of the table that are variables, in the order of the table: heading and variable
    picks     what is asked for of each row, `value`, `x` (the gradient), `q.value`, `q.grad`
    headings  of the new columns, one for each of `picks`
    names     of the program's nodes; told: what is to be said of how the program and the table were read
    """

    source: Source
    options: Options
    bound: Mapping[str, Any]
    columns: dict[str, str]
    picks: tuple[str, ...]
    headings: tuple[str, ...]
    names: Names
    told: tuple[Warning, ...] = ()

    @property
    def variables(self) -> tuple[str, ...]:
        """The variables that a row gives, in the order of its columns."""
        return tuple(self.columns.values())


Planned = Callable[[Sequence[str], str], Job]  # makes the job of a table, of its headings and its name


def plan(
    source: Source, bound: Mapping[str, Any], options: Options, headings: Sequence[str], shown: str,
    picks: Sequence[str] = (), prefix: str = "", is_total: bool = False,
) -> Job:  # fmt: skip
    """The job of a program on a table with these headings. `shown` names the table in errors; a total has no columns.

    Raises BpcalcError for a variable that is neither a column nor bound, for one that is two columns, and for new
    columns that are called as the table's.
    """
    program = parse(source, {**dict.fromkeys(map(canonical, headings), 1.0), **bound})
    wanted = [name for name in program.variables if name not in bound]
    columns = _columns(wanted, headings, shown)
    if not columns:
        variables = ", ".join(program.variables) or "none"
        if program.variables and not wanted:
            hint = "leave out the value of what a column is to give"
            raise BpcalcError(f"the command gives every variable a value ({variables})", hint=hint)
        raise BpcalcError(f"no column of {shown} is a variable of the program ({variables})", hint=_known(headings))
    for heading, name in columns.items():
        if name in program.sizes:
            hint = f"each row would need a program of its own: give it one value, {name}=2"
            raise BpcalcError(f'the column "{heading}" of {shown} is an index or a size in the program', hint=hint)
    told = [
        Warning("unused", one, None, f'the column "{one}" is not used: the command gives {canonical(one)} a value')
        for one in headings if canonical(one) in bound and canonical(one) in program.variables
    ]  # fmt: skip
    values = {**bound, **dict.fromkeys(columns.values(), 1.0)}
    told += [Warning(kind, name, None, message) for kind, name, message in remarks(program, values)]
    read = (one for one in getattr(bound, "remarks", ()) if one.name in program.variables)
    told += [Warning(one.kind, one.name, None, one.message) for one in read]
    used = {name: value for name, value in bound.items() if name in program.variables}
    for value in used.values():
        if isinstance(value, BpcalcError):  # it could not be read
            raise value
    usual = _summed(program, used) if is_total else _numbers(program, [*columns.values()], used)
    # a variable called value is not what `value` means
    asked = tuple(picks) or ("value", *(f"{one}.grad" if one == "value" else one for one in options.wrt or usual))
    made = tuple(prefix + _heading(name, program.names) for name in asked)
    for heading in made:
        if heading in headings and not is_total:
            hint = f"write --prefix bp_ for columns that are called bp_{heading}"
            raise BpcalcError(f'{shown} has a column "{heading}" already', hint=hint)
    if twice := next((heading for heading in made if made.count(heading) > 1), ""):
        raise BpcalcError(f'two new columns would be called "{twice}"', hint="ask for one of them with --get")
    output = Names(program, program.output).find(options.of) if options.of else program.output
    names = Names(program, output)
    for pick in asked:
        if pick != "value":
            label, _, part = pick.rpartition(".")
            names.find(label if label and part in ("value", "grad") else pick)
    return Job(source, options, used, columns, asked, made, names, tuple(told))


def _columns(wanted: Sequence[str], headings: Sequence[str], shown: str) -> dict[str, str]:
    """The columns of the variables, in the order of the table."""
    names = [canonical(heading.strip()) for heading in headings]
    for name in wanted:
        if names.count(name) > 1:
            raise BpcalcError(f'{shown} has {names.count(name)} columns that are called "{name}"')
        if name not in names:
            hint = did_you_mean(name, names) or _known(headings)
            raise BpcalcError(f'{shown} has no column "{name}"', hint=f"{hint}; or give it one value: {name}=2")
    return {heading: name for heading, name in zip(headings, names, strict=True) if name in wanted}


def _known(headings: Sequence[str]) -> str:
    """What columns there are; or what their separators seem to be."""
    for mark, what in ((";", "semicolons"), ("\t", "tabs: -i tsv reads them"), ("|", "bars")):
        if len(headings) == 1 and mark in headings[0]:
            return f"its heading has one cell with {what}"
    return f"its columns are {', '.join(headings[:SHOWN])}{', …' if len(headings) > SHOWN else ''}"


def _numbers(program: Program, columns: Sequence[str], bound: Mapping[str, Any]) -> list[str]:
    """The variables that have a new column where none are asked for: those that are single numbers."""
    labels = label_inputs(program)
    return [
        name for name in program.variables
        if program.names[name] not in labels and (name in columns or not getattr(bound[name], "shape", ()))
    ]  # fmt: skip


def _summed(program: Program, bound: Mapping[str, Any]) -> list[str]:
    """The variables that a total has the gradient of: those that are the same in all rows, where there are any."""
    labels = label_inputs(program)
    variables = [name for name in program.variables if program.names[name] not in labels]
    return [name for name in variables if name in bound] or variables


def _heading(pick: str, names: Mapping[str, int]) -> str:
    """What the column of a result is called: `value`, `d_x`; of a node `q` and `d_q`."""
    label, _, part = pick.rpartition(".")
    if pick == "value" or (part == "value" and label and pick not in names):
        return label or pick
    return f"d_{label if part == 'grad' and label and pick not in names else pick}"
