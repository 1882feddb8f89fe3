"""click's own objects, made from what is declared: for help, for mistakes, and for lines that `plain` leaves to it."""

from __future__ import annotations

from functools import partial
from typing import Any

import click

from bpcalc.cli.colours import ENVIRONMENT
from bpcalc.cli.commands import COMMANDS, OWN, declared, unknown
from bpcalc.cli.declaring import HELP, VERSION, Argument, Declared, Kind, Option
from bpcalc.cli.quoting import explained
from bpcalc.cli.words import arranged, heed_colours
from bpcalc.errors import BpcalcError, ExitStatus
from bpcalc.version import __version__


class Value(click.ParamType[Any]):
    """click's type of a declared kind. What is no text was read already."""

    name = "text"

    def __init__(self, kind: Kind) -> None:
        self.kind = kind

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if not isinstance(value, str):
            return value
        return self.kind.convert(value, max(param.opts, key=len) if param else "")

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str | None:
        return f"[{'|'.join(self.kind.choices())}]" if self.kind.choices else None

    def get_missing_message(self, param: click.Parameter, ctx: click.Context | None) -> str | None:
        return f"Choose from {', '.join(self.kind.choices())}" if self.kind.choices else None


# The option --version, for a group or a command.
version_option = partial(click.version_option, __version__, *VERSION.spellings, message="bpcalc %(version)s")


class Command(click.Command):
    """A declared command. Its options are spelled exactly, and may stand anywhere."""

    def __init__(self, command: Declared) -> None:
        self.declared = command
        callback = click.pass_context(command.function) if command.is_click else command.function
        super().__init__(
            command.name, callback=callback, help=command.function.__doc__, epilog=command.epilog or None,
            short_help=command.summary or None, params=[_parameter(one) for one in command.parameters],
        )  # fmt: skip
        version_option(hidden=True)(self)  # understood behind a command, where its help does not list it

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        heed_colours(args)
        options = [*self.declared.parameters, HELP, VERSION]
        return super().parse_args(ctx, arranged(options, args, lenient=ctx.resilient_parsing))

    def invoke(self, ctx: click.Context) -> Any:
        with explained(self.declared.name, ctx.params):
            return super().invoke(ctx)


def _parameter(one: Option | Argument) -> click.Parameter:
    kind = None if type(one.kind) is Kind else Value(one.kind)
    metavar = one.metavar or None
    if isinstance(one, Argument):
        return click.Argument(
            [one.name], metavar=metavar, type=kind, required=one.required, nargs=-1 if one.rest else 1,
        )  # fmt: skip
    spellings = [f"{'/'.join([word, *one.off])}" if one.off else word for word in one.spellings]
    if one.is_flag:
        return click.Option([*spellings, one.name], is_flag=True, default=one.default, help=one.help)
    bare: dict[str, Any] = {} if one.bare is None else {"is_flag": False, "flag_value": one.bare}
    return click.Option(
        [*spellings, one.name], metavar=metavar, type=kind, multiple=one.multiple, default=one.default, help=one.help,
        expose_value=one.is_passed,
        callback=(lambda ctx, param, value: tuple(part for found in value for part in found)) if one.joined else None,
        **bare,
    )  # fmt: skip


class Group(click.Group):
    """The commands in their own order; a word that is none of them gets a hint."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*COMMANDS]

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        command = declared(name)
        return None if command is None else Command(command)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0][:1] == "-" and args[0].partition("=")[0] not in OWN and not ctx.resilient_parsing:
            raise unknown(args)
        return super().parse_args(ctx, args or ["--help"] * (not ctx.resilient_parsing))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if self.get_command(ctx, args[0]) is None and not ctx.resilient_parsing:
            raise unknown(args)
        return super().resolve_command(ctx, args)


@click.group(
    cls=Group,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=f'Start with: bpcalc grad "(x+y)*z" x=-2 y=5 z=-4\n\n{ENVIRONMENT}',
)
@version_option()
def cli() -> None:
    """A gradient calculator: the value and the gradient of every node of an expression."""


def run(words: list[str] | None = None) -> int:
    """What click makes of a line: its exit status. Raises BpcalcError for a mistake."""
    try:
        return cli.main(words, prog_name="bpcalc", standalone_mode=False) or ExitStatus.OK
    except click.exceptions.Exit as end:
        return end.exit_code
    except click.ClickException as error:
        raise BpcalcError(_sentence(error.format_message())) from None
    except click.Abort:
        return ExitStatus.INTERRUPTED


def _sentence(text: str) -> str:
    """click's message in the manner of ours: no capital at its start, no full stop at its end."""
    text = text.strip().rstrip(".")
    return text[:1].lower() + text[1:]
