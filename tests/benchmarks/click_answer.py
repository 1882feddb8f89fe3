"""To measure against: the least command line tool that takes an expression and prints an answer, without computing."""

import click


@click.command()
@click.argument("expression")
@click.argument("words", nargs=-1)
def answer(expression: str, words: tuple[str, ...]) -> None:
    click.echo("-4.0")


answer()
