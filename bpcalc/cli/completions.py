"""`bpcalc completions`: the script that a shell asks at a TAB."""

from __future__ import annotations

import click

from bpcalc.cli.words import Command, OneOf

SHELLS = ("bash", "zsh", "fish")
INSTALL = """\b
To switch it on, add one of these lines:
  ~/.bashrc                   eval "$(bpcalc completions bash)"
  ~/.zshrc, after compinit    eval "$(bpcalc completions zsh)"
  ~/.config/fish/config.fish  bpcalc completions fish | source
"""


@click.command(cls=Command, epilog=INSTALL)
@click.argument("shell", metavar="SHELL", type=OneOf("shell", SHELLS))
def completions(shell: str) -> None:
    """Print the completion script for SHELL: bash, zsh or fish."""
    from bpcalc.cli.shells import SCRIPTS

    click.echo(SCRIPTS[shell], nl=False)
