"""`bpcalc batch`: value and gradients for every row of a table."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from bpcalc.cli.declaring import OneOf, command, option
from bpcalc.cli.options import (
    CONVENTION,
    EXPAND,
    OF,
    UPSTREAM,
    WARNINGS,
    WIDTH,
    WRT,
    NumberForm,
    Whole,
    get,
    offered,
    precision,
    reads,
)
from bpcalc.errors import BpcalcError
from bpcalc.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bpcalc.batch.running import Asked

EXAMPLES = """\b
Examples:
  bpcalc batch "sigmoid(w*x + b)" data.csv w=2 b=0.5
  bpcalc batch "(w*x + b - y)^2" data.csv w=2 b=1 --wrt w,b --reduce mean
  bpcalc batch "w*x" data.csv w=2 --head
  bpcalc batch "x^2" data.csv --save squares.jsonl
  sort data.csv | bpcalc batch "x*y" - --on-error skip
"""
WRITTEN = ("csv", "tsv", "jsonl")


class Written(OneOf):
    """A format of the table, or of what --reduce gives."""

    def __init__(self) -> None:
        super().__init__("format", ())

    def choices(self) -> Sequence[str]:
        from bpcalc import show

        return [*dict.fromkeys((*WRITTEN, *(form.name for form in show.forms("total"))))]

    def no_such(self, value: str) -> BpcalcError:
        if value == "parquet":
            return BpcalcError("Parquet is written to a file", hint="--save FILE.parquet")
        return super().no_such(value)


class Kind(OneOf):
    """A kind of tables."""

    def __init__(self) -> None:
        super().__init__("kind of tables", ("csv", "tsv", "jsonl", "parquet"))


@command(EXAMPLES)
@reads("FILE [NAME=VALUE]...", "tables")
@option("-i", "--input", "kind", kind=Kind(), help="The kind of the table, where its name does not say it.")
@WRT
@OF
@UPSTREAM
@get("The new columns: value, x (the gradient), q.value or q.grad.", "number")
@EXPAND
@CONVENTION
@option("-o", "--format", "form", kind=Written(), help="The kind that is printed (default csv); or of --reduce.")
@option("--save", metavar="FILE", complete=offered("files"),
              help="Write the table to a file (.csv, .tsv, .jsonl, .parquet), whole or not at all.")  # fmt: skip
@option("--prefix", metavar="TEXT", default="", help="What the names of the new columns begin with.")
@option("--on-error", "policy", kind=OneOf("way with bad rows", ("fail", "skip", "nan")), default="fail",
              help="What is done with a row that has no number where one is needed.")  # fmt: skip
@option("--reduce", "how", kind=OneOf("way to reduce", ("sum", "mean")),
              help="Only the total of all rows: the value and the gradients.")  # fmt: skip
@option("--head", metavar="[=N]", kind=Whole(1, 10_000), bare="10",
              help="Show the first rows (10) as a table; with -o or --save write only these.")  # fmt: skip
@option("--sample", metavar="N", kind=Whole(1, 10_000),
              help="Likewise N rows that are drawn from the whole table, the same ones each time.")  # fmt: skip
@option("--engine", kind=OneOf("engine", ("auto", "python", "polars", "duckdb", "spark")), default="auto",
              help="What computes the table; auto is Polars for large files, where it is installed.")  # fmt: skip
@option("--master", metavar="URL", help="Where Spark runs: local[*] (default), spark://HOST:7077, yarn, k8s://…")
@option("--number", metavar="FORMAT", kind=NumberForm(), default="",
              help="The new numbers as printf writes them: %.3f, %g, %d (a rounded whole number).")  # fmt: skip
@precision(6)
@WIDTH
@WARNINGS
def batch(expression: str | None, words: tuple[str, ...], **given: Any) -> int:
    """Value and gradients of EXPRESSION for every row of a table.

    FILE is CSV with a heading, TSV, JSON Lines or Parquet; - is CSV from standard input. Columns are matched to
    variables by name, NAME=VALUE gives the others, and all other columns pass through as they are. New columns are
    value, and d_x for each variable x.
    """
    from bpcalc.batch.running import Run
    from bpcalc.cli import results
    from bpcalc.cli.progress import TableProgress
    from bpcalc.show.saving import replacing

    asked = _asked(expression, words, given)
    is_table = given["form"] is None and given["save"] is None and bool(asked.head or asked.sample)
    target = _target(given)
    with TableProgress() as progress:
        run = Run(asked, progress.rows if progress.is_seen else None)
        if given["how"]:
            report: Any = run.total(given["how"])
        elif is_table:
            report = run.excerpt()
        elif target == "parquet":
            with _parquet_file(given["save"], run.writes_folders) as path:
                run.write_parquet(path)
        elif given["save"]:
            with replacing(given["save"]) as file:
                run.write(file, target)
        else:
            sys.stdout.flush()
            run.write(sys.stdout.buffer, target)
            sys.stdout.buffer.flush()
    if given["how"]:
        return _finish(report, given)
    if is_table:
        from bpcalc.show import render

        results.write(render(report, "table", results.style_of(given)))
    return results.conclude(run, given)


@contextmanager
def _parquet_file(path: str, is_folder: bool) -> Iterator[str]:
    """Where a table is written as Parquet, before it is moved into its place."""
    from bpcalc.batch.places import PART, is_remote
    from bpcalc.show.saving import replacing, replacing_folder

    if is_folder and is_remote(path):
        yield path  # Spark marks there what is whole, and takes the place of nothing
    elif is_folder:
        with replacing_folder(path, lambda name: PART.fullmatch(name) is not None) as folder:
            yield folder
    else:
        with replacing(path) as file:
            yield file.name


def _asked(expression: str | None, words: tuple[str, ...], given: dict[str, Any]) -> Asked:
    """What the command line asks for."""
    from bpcalc.batch.running import HERE, SPARK, Asked, kind_of
    from bpcalc.cli import inputs

    if given["file"] is not None and expression is not None:
        words, expression = (expression, *words), None
    if expression is None and given["file"] is None:
        raise BpcalcError("an expression is missing", hint='for example: bpcalc batch "w*x" data.csv w=2')
    path, words = _table(words)
    source, values = inputs.read(expression, words, {**given, "table": path})
    if given["head"] and given["sample"]:
        raise BpcalcError("--head shows the first rows, and --sample others", hint="leave one of them out")
    if given["master"] and given["engine"] != SPARK:
        raise BpcalcError("--master says where Spark runs", hint=f"add --engine {SPARK}")
    return Asked(
        source, values, inputs.shared(given), path, given["kind"] or ("csv" if path == "-" else kind_of(path)),
        given["get"], given["prefix"] if given["form"] != "env" else "", given["policy"], given["number"],
        given["head"] or 0, given["sample"] or 0, given["engine"], given["master"] or HERE, bool(given["how"]),
    )  # fmt: skip


def _table(words: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """The word that names the table, which is no binding, and all others."""
    for place, word in enumerate(words):
        if "=" not in word or os.path.exists(word) or "://" in word.partition("=")[0]:
            return word, (*words[:place], *words[place + 1 :])
    raise BpcalcError("a table is missing", hint='for example: bpcalc batch "w*x" data.csv w=2; - is standard input')


def _target(given: dict[str, Any]) -> str:
    """The kind of table that is written."""
    from bpcalc.batch.running import kind_written

    form, save = given["form"], given["save"]
    if given["how"]:
        if save:
            raise BpcalcError("--save is for the table, and --reduce prints a total", hint="> FILE keeps it")
        return ""
    if save:
        if form:
            hint = "the ending of --save FILE says what is written there"
            raise BpcalcError(f"-o {form} is for what is printed", hint=hint)
        return kind_written(save)
    if form == "table":
        raise BpcalcError("-o table is for the eye", hint="--head shows the first rows, --sample 10 some of them")
    if form and form not in WRITTEN:
        raise BpcalcError(f"-o {form} is for the total of --reduce", hint=f"a table is {', '.join(WRITTEN)}")
    return form or "csv"


def _finish(total: Any, given: dict[str, Any]) -> int:
    """Shows a total, or what --get asks for of it."""
    from bpcalc import show
    from bpcalc.cli import inputs, results
    from bpcalc.reports.picked import Picked
    from bpcalc.show.numbers import Written as Formed

    name = given["form"] or show.default("total")
    form = show.form("total", name)
    if form is None:
        known = ", ".join(one.name for one in show.forms("total"))
        raise BpcalcError(f"a total has no format {name}", hint=f"choose from {known}")
    given = {**given, "form": form}
    style = results.style_of(given)
    if given["get"]:
        inputs.check_style({**given, "prefix": ""})
        m = Formed(total.m, given["number"]) if given["number"] else total.m
        picked = Picked(m, [(one, total.results[one]) for one in given["get"]])
        results.write(show.render(picked, form.picks, style))
    else:
        inputs.check_style({**given, "prefix": ""})
        results.write(show.render(total, name, style))
    return results.conclude(total, given)


