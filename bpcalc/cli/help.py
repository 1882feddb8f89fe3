"""`bpcalc help COMMAND`: what `bpcalc COMMAND --help` prints."""

from __future__ import annotations

from bpcalc.cli.declaring import argument, command
from bpcalc.cli.options import offered
from bpcalc.typed import TYPE_CHECKING

if TYPE_CHECKING:
    import click


@command(is_click=True, summary="What a command does, and its options.")
@argument("name", metavar="[COMMAND]", complete=offered("commands"))
def help(ctx: click.Context, name: str | None) -> None:
    """The help of COMMAND, as bpcalc COMMAND --help prints it; without one that of bpcalc."""
    import click

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
