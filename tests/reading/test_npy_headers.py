"""The files of NumPy: what NumPy writes is read as NumPy has it, and rubbish is one clean error."""

from __future__ import annotations

import io
import random
import warnings
from pathlib import Path

import numpy as np
import pytest

from bpcalc.errors import BpcalcError
from bpcalc.reading.files import read_array

ARRAYS = {
    "matrix": np.arange(6.0).reshape(2, 3), "number": np.array(3.0), "columns": np.asfortranarray([[1.0, 2], [3, 4]]),
    "big-endian": np.array([1, 2, -3], ">i4"), "truths": np.array([True, False]), "bytes": np.arange(200, dtype="u1"),
    "half": np.array([0.5, np.inf, np.nan], "f2"), "single": np.array([[0.1]], "<f4"), "none": np.zeros((0, 3)),
    "tensor": np.arange(24, dtype="<i8").reshape(2, 3, 4), "unsigned": np.array([2**63], "<u8"),
    "axes": np.ones((1,) * 64), "part": np.arange(10.0)[::3],
}  # fmt: skip


def written(array: object, version: tuple[int, int] | None = None) -> bytes:
    file = io.BytesIO()
    np.lib.format.write_array(file, np.asanyarray(array), version)
    return file.getvalue()


def read(raw: bytes, folder: Path) -> object:
    (folder / "x.npy").write_bytes(raw)
    return read_array(str(folder / "x.npy")).array


@pytest.mark.parametrize("version", [(1, 0), (2, 0), (3, 0)])
@pytest.mark.parametrize("name", ARRAYS)
def test_what_numpy_writes(name: str, version: tuple[int, int], tmp_path: Path) -> None:
    found = read(written(ARRAYS[name], version), tmp_path)
    assert np.shape(found) == ARRAYS[name].shape
    assert np.asarray(found).dtype == float
    np.testing.assert_array_equal(found, ARRAYS[name].astype(float))


@pytest.mark.parametrize(
    ("descr", "said"),
    [
        ("'|O'", "it holds Python objects"), ("'<c16'", "holds complex128, and"), ("'|S3'", "holds |S3, and"),
        ("'<m8[s]'", "holds timedelta64[s], and"), ("[('a', '<f8')]", "holds [('a', '<f8')], and"),
        ("'<f3'", "it is broken"), ("'<c3'", "it is broken"), ("''", "it is broken"), ("'<a8'", "it is broken"),
        ("__import__('os').abort()", "it is broken"), ("'<M8[xx]'", "it is broken"),
    ],
)  # fmt: skip
def test_what_is_no_array_of_numbers(descr: str, said: str, tmp_path: Path) -> None:
    raw = written(np.arange(2.0)).replace(b"'<f8'", descr.encode())
    with pytest.raises(BpcalcError) as error:
        read(raw[:8] + (len(raw) - 26).to_bytes(2, "little") + raw[10:], tmp_path)
    assert said in error.value.message


def test_rubbish_is_told_without_a_warning(tmp_path: Path) -> None:
    """NumPy's own reader raises SyntaxError, TypeError and tokenize's errors for some of these, and warns."""
    draw, told = random.Random(7), 0
    files = [written(array) for name, array in ARRAYS.items() if name != "axes"]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for _ in range(500):
            raw = bytearray(draw.choice(files))
            for _ in range(draw.randint(1, 5)):
                raw[draw.randrange(min(len(raw), 80))] = draw.choice(b"0129(){}[],'\"<>|fiubOUSVM TL\\#\n\0\xff")
            try:
                read(bytes(raw), tmp_path)
            except BpcalcError:
                told += 1
    assert told > 200
