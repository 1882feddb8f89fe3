"""`bpcalc help COMMAND`: what `bpcalc COMMAND --help` prints."""

from __future__ import annotations

import click

from bpcalc.cli.options import offered
from bpcalc.cli.words import Command


@click.command(cls=Command, short_help="What a command does, and its options.")
@click.argument("name", metavar="[COMMAND]", required=False, shell_complete=offered("commands"))
@click.pass_context
def help(ctx: click.Context, name: str | None) -> None:
    """The help of COMMAND, as bpcalc COMMAND --help prints it; without one that of bpcalc."""
    group = ctx.parent
    assert group is not None
    if name is None:
        click.echo(group.get_help())
        return
    assert isinstance(group.command, click.Group)
    _, command, _ = group.command.resolve_command(group, [name])
    assert command is not None
    with command.make_context(name, [], parent=group, resilient_parsing=True) as context:
        click.echo(command.get_help(context))
