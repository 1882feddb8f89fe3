"""Where a table is: in a file here, in a folder of parts, or where only a cluster reaches it."""

from __future__ import annotations

import os
import re

PATTERNS = "*?[{"  # what file systems of clusters, and DuckDB, take for a pattern in a name
PART = re.compile(r"part-.*|[._].*")  # the files that Spark writes into a folder


def is_remote(path: str) -> bool:
    """Is it an address, as `hdfs://host/t.parquet` and `s3a://bucket/t.parquet` are?"""
    return re.match(r"[A-Za-z][A-Za-z0-9+.-]+://", path) is not None


def has_pattern(path: str) -> bool:
    """May the name be taken for a pattern of names?"""
    return any(mark in path for mark in PATTERNS) or "\\" in path


def address(path: str) -> str:
    """A path as Hadoop's file systems have it."""
    return path if is_remote(path) else f"file://{os.path.abspath(path)}"
