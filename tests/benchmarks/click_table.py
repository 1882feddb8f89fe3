"""To measure against: a command line tool that prints a table of five rows at a terminal, without computing."""

import click
from rich.console import Console
from rich.table import Table


@click.command()
@click.argument("expression")
@click.argument("words", nargs=-1)
def table(expression: str, words: tuple[str, ...]) -> None:
    drawn = Table(title="f = (x + y)*z = -12")
    for heading in ("node", "is", "value", "∂f/∂node", "as a formula"):
        drawn.add_column(heading)
    for row in (
        ("x", "input", "-2", "-4", "z"), ("y", "input", "5", "-4", "z"), ("z", "input", "-4", "3", "x + y"),
        ("n1", "x + y", "3", "-4", "z"), ("f", "n1*z", "-12", "1", "1"),
    ):  # fmt: skip
        drawn.add_row(*row)
    Console().print(drawn)


table()
