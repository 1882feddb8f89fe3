"""What is to be done for every row: the columns that the program's variables come from, and the new ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from bpcalc.errors import BpcalcError, Source, did_you_mean
from bpcalc.reading.lexer import canonical
from bpcalc.reading.parser import parse
from bpcalc.reports.options import Options
from bpcalc.reports.warning import Warning

SHOWN = 12  # columns that a message lists


class Job(NamedTuple):
    """A program, and where its numbers come from and go to.

    source    its text; options: of every row's calculation; bound: the values that are the same in every row
    columns   the columns of the table that are variables, in the order of the table: heading and variable
    picks     what is asked for of each row, `value`, `x` (the gradient), `q.value`, `q.grad`
    headings  of the new columns, one for each of `picks`
    told      what is to be said of how the table was read
    """

    source: Source
    options: Options
    bound: Mapping[str, Any]
    columns: dict[str, str]
    picks: tuple[str, ...]
    headings: tuple[str, ...]
    told: tuple[Warning, ...] = ()

    @property
    def variables(self) -> tuple[str, ...]:
        """The variables that a row gives, in the order of its columns."""
        return tuple(self.columns.values())


def plan(
    source: Source, bound: Mapping[str, Any], options: Options, headings: Sequence[str], shown: str,
    picks: Sequence[str] = (), prefix: str = "",
) -> Job:  # fmt: skip
    """The job of a program on a table with these headings. `shown` names the table in errors.

    Raises BpcalcError for a variable that is neither a column nor bound, for one that is two columns, and for new
    columns that are called as the table's.
    """
    program = parse(source, {**dict.fromkeys(map(canonical, headings), 1.0), **bound})
    wanted = [name for name in program.variables if name not in bound]
    columns = _columns(wanted, headings, shown)
    if not columns:
        names = ", ".join(program.variables) or "none"
        known = f"its columns are {', '.join(headings[:SHOWN])}"
        raise BpcalcError(f"no column of {shown} is a variable of the program ({names})", hint=known)
    both = [heading for heading in headings if canonical(heading) in bound and canonical(heading) in program.variables]
    told = [
        Warning("unused", name, None, f'the column "{name}" is not used: the command gives {name} a value') for name in both
    ]
    unused = [name for name in bound if name not in program.variables]
    told += [Warning("unused", name, None, f'the binding "{name}" is not used') for name in unused]
    asked = tuple(picks) or ("value", *(options.wrt or _numbers(program.variables, columns.values(), bound)))
    made = tuple(prefix + _heading(name, program.names) for name in asked)
    for heading in made:
        if heading in headings:
            hint = f"write --prefix bp_ for columns that are called bp_{heading}"
            raise BpcalcError(f'{shown} has a column "{heading}" already', hint=hint)
    if twice := next((heading for heading in made if made.count(heading) > 1), ""):
        raise BpcalcError(f'two new columns would be called "{twice}"', hint="ask for one of them with --get")
    return Job(source, options, bound, columns, asked, made, tuple(told))


def _columns(wanted: Sequence[str], headings: Sequence[str], shown: str) -> dict[str, str]:
    """The columns of the variables, in the order of the table."""
    names = [canonical(heading.strip()) for heading in headings]
    for name in wanted:
        if names.count(name) > 1:
            raise BpcalcError(f'{shown} has {names.count(name)} columns that are called "{name}"')
        if name not in names:
            known = f"its columns are {', '.join(headings[:SHOWN])}{', …' if len(headings) > SHOWN else ''}"
            hint = did_you_mean(name, names) or known
            raise BpcalcError(f'{shown} has no column "{name}", and it has no value', hint=f"{hint}; or bind it: {name}=2")
    return {heading: name for heading, name in zip(headings, names, strict=True) if name in wanted}


def _numbers(variables: Sequence[str], columns: Sequence[str], bound: Mapping[str, Any]) -> tuple[str, ...]:
    """The variables that have a new column where none are asked for: those that are single numbers."""
    return tuple(name for name in variables if name in columns or not getattr(bound[name], "shape", ()))


def _heading(pick: str, names: Mapping[str, int]) -> str:
    """What the column of a result is called: `value`, `d_x`; of a node `q` and `d_q`."""
    label, _, part = pick.rpartition(".")
    if pick == "value" or (part == "value" and label and pick not in names):
        return label or pick
    return f"d_{label if part == 'grad' and label and pick not in names else pick}"
