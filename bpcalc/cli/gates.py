import click
@click.command()
def gates(): pass
