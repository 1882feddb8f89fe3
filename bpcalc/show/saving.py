"""Writing a result to a file: whole, or not at all."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from errno import ENOENT
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


@contextmanager
def replacing_folder(path: str, is_part: Callable[[str], bool]) -> Iterator[str]:
    """Likewise a folder, which is to be made at the path that is handed out. One that is there is replaced only if all
    that is in it `is_part`, by its name.

    Raises BpcalcError where that cannot be done.
    """
    target = os.path.realpath(path)
    beside, old = f"{target}.{os.getpid()}.part", f"{target}.{os.getpid()}.old"
    try:
        if os.path.isdir(target) and (other := next((one for one in os.listdir(target) if not is_part(one)), None)):
            raise BpcalcError(f'"{path}" is a folder with other files in it, "{other}" among them')
        if not os.path.isdir(os.path.dirname(target)):
            raise FileNotFoundError(ENOENT, os.strerror(ENOENT))
        try:
            yield beside
            if os.path.lexists(target):
                os.rename(target, old)
            os.rename(beside, target)
        finally:
            if os.path.lexists(old) and not os.path.lexists(target):
                os.rename(old, target)
            for one in (beside, old):
                _remove(one)
    except OSError as error:
        raise BpcalcError(f'cannot write "{path}": {(error.strerror or str(error)).lower()}') from None


def _remove(path: str) -> None:
    """Removes a file, or a folder with all that is in it."""
    if os.path.isdir(path):
        from shutil import rmtree

        rmtree(path)
    elif os.path.exists(path):
        os.remove(path)


def save(path: str, content: bytes) -> None:
    """Puts the content into the place of a file. Raises BpcalcError where that cannot be done; the old file then stays.

    It is written beside the file and moved there; what is no plain file (a pipe, a device) is written to directly.
    """
    with replacing(path) as file:
        file.write(content)
