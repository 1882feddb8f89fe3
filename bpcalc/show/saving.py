"""Writing a result to a file: whole, or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from bpcalc.errors import BpcalcError


@contextmanager
def replacing(path: str) -> Iterator[BinaryIO]:
    """A file to be written piece by piece. It takes the place of `path` when all went well; else that stays as it was.

    Raises BpcalcError where that cannot be done.
    """
    try:
        if os.path.exists(path) and not os.path.isfile(path):
            with open(path, "wb") as file:
                yield file
            return
        target = os.path.realpath(path)
        beside = f"{target}.{os.getpid()}.part"
        try:
            with open(beside, "xb") as file:
                yield file
            if os.path.exists(target):
                os.chmod(beside, os.stat(target).st_mode & 0o777)
            os.replace(beside, target)
        finally:
            if os.path.exists(beside):
                os.remove(beside)
    except OSError as error:
        raise BpcalcError(f'cannot write "{path}": {(error.strerror or str(error)).lower()}') from None


def save(path: str, content: bytes) -> None:
    """Puts the content into the place of a file. Raises BpcalcError where that cannot be done; the old file then stays.

    It is written beside the file and moved there; what is no plain file (a pipe, a device) is written to directly.
    """
    with replacing(path) as file:
        file.write(content)
