import click
@click.command()
def completions(): pass
