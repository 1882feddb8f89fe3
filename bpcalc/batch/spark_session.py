"""A session of Spark that says nothing by itself, and its errors in one sentence."""

from __future__ import annotations

import os
import re
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from bpcalc.errors import BpcalcError

DEEP = "-Xss256m"  # of a thread's stack: Spark goes down a plan by recursion, and a graph of many layers is a deep one
SETTINGS = {
    "spark.ui.showConsoleProgress": "false", "spark.log.level": "OFF", "spark.driver.defaultJavaOptions": DEEP,
    "spark.executor.defaultJavaOptions": DEEP,
}  # fmt: skip
# Of a session of its own: numbers as IEEE has them, headings that differ in case only, instants as the file has them.
OWN = {"spark.sql.ansi.enabled": "false", "spark.sql.caseSensitive": "true", "spark.sql.session.timeZone": "UTC"}
JAVA = "Spark needs Java 17 or later; JAVA_HOME says where it is"


def session(master: str) -> Any:
    """A session where `master` says. Raises BpcalcError where none can be had."""
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.appName("bpcalc").master(master)
    for name, value in SETTINGS.items():
        builder = builder.config(name, value)
    if master.startswith("local"):
        builder = builder.config("spark.ui.enabled", "false").config("spark.driver.host", "localhost")
    with tempfile.TemporaryFile() as said:
        try:
            with _quiet(said.fileno()):
                found = builder.getOrCreate().newSession()
        except (PySparkException, Py4JError, OSError) as error:
            said.seek(0)
            raise _no_session(master, error, said.read().decode(errors="replace")) from None
    for name, value in OWN.items():
        found.conf.set(name, value)
    return found


@contextmanager
def _quiet(file: int) -> Iterator[None]:
    """What Java says while it starts goes to a file: standard error is for bpcalc's own words."""
    sys.stderr.flush()
    kept = os.dup(2)
    os.dup2(file, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)


def _no_session(master: str, error: Exception, said: str) -> BpcalcError:
    text = _sentence(error)
    if "JAVA_GATEWAY_EXITED" in text or isinstance(error, OSError):
        last = next((line for line in reversed(said.splitlines()) if line.strip()), "")
        return BpcalcError(f"Spark does not start: {last.strip()[:200] or text}", hint=JAVA)
    return BpcalcError(f"Spark does not start with --master {master}: {text}")


@contextmanager
def told(shown: str, instead: Callable[[], Exception] | None = None) -> Iterator[None]:
    """What Spark cannot do is told as an error of the table `shown`, or raised as `instead` says."""
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    try:
        yield
    except (PySparkException, Py4JError) as error:
        raise instead() if instead else BpcalcError(f"{shown}: {_sentence(error)}") from None


def _sentence(error: Exception) -> str:
    """The first line that tells what is wrong: the cause of a failed task where there is one."""
    text = str(error)
    causes = re.findall(r"Caused by: [\w.$]+: (.*)|: [\w.$]+(?:Exception|Error): (.*)", text)
    told = next((one or other for one, other in reversed(causes) if one or other), text.strip())
    return re.sub(r"^\[[\w.]+\] ?", "", told.partition("\n")[0]).partition(" SQLSTATE")[0].strip()[:200]
