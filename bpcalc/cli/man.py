"""`bpcalc man COMMAND`: the manual page, in roff."""

from __future__ import annotations

from bpcalc.cli.declaring import argument, command
from bpcalc.cli.options import offered
from bpcalc.typed import TYPE_CHECKING

if TYPE_CHECKING:
    import click

EXAMPLES = """\b
Examples:
  bpcalc man | man -l -
  bpcalc man grad | man -l -
"""


@command(EXAMPLES, summary="The manual page of bpcalc, or of a command.", is_click=True)
@argument("name", metavar="[COMMAND]", complete=offered("commands"))
def man(ctx: click.Context, name: str | None) -> None:
    """Print the manual page of COMMAND, or of bpcalc itself, for man -l.

    An installed bpcalc has them beside it, in share/man/man1: man bpcalc-grad finds them where that is in MANPATH.
    """
    import click

    from bpcalc.cli.manual import page

    group = ctx.parent
    assert group is not None
    assert isinstance(group.command, click.Group)
    if name is not None:
        group.command.resolve_command(group, [name])  # an unknown one is an error
    click.echo(page(group, name), nl=False)
