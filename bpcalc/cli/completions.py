"""`bpcalc completions`: the script that a shell asks at a TAB."""

from __future__ import annotations

import sys

from bpcalc.cli.declaring import OneOf, argument, command

SHELLS = ("bash", "zsh", "fish")
INSTALL = """\b
To switch it on, add one of these lines:
  ~/.bashrc                   eval "$(bpcalc completions bash)"
  ~/.zshrc, after compinit    eval "$(bpcalc completions zsh)"
  ~/.config/fish/config.fish  bpcalc completions fish | source
"""


@command(INSTALL)
@argument("shell", metavar="SHELL", required=True, kind=OneOf("shell", SHELLS))
def completions(shell: str) -> None:
    """Print the completion script for SHELL: bash, zsh or fish."""
    from bpcalc.cli.shells import SCRIPTS

    sys.stdout.write(SCRIPTS[shell])
