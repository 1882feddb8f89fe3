"""Files of NumPy: read to the same numbers, or refused before anything is made of them."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from commandline import Result, call, start

WIDE = np.finfo(np.longdouble).max > np.finfo(float).max
wide_only = pytest.mark.skipif(not WIDE, reason="long doubles are doubles here")


def stored(array: Any, **options: Any) -> bytes:
    file = BytesIO()
    np.lib.format.write_array(file, np.asarray(array) if isinstance(array, list) else array, **options)
    return file.getvalue()


def headed(header: str, data: bytes = bytes(64)) -> bytes:
    """A file with this header."""
    return b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header.encode() + data


def shaped(shape: str) -> bytes:
    return headed(f"{{'descr': '<f8', 'fortran_order': False, 'shape': {shape}, }}\n")


def read(raw: bytes, folder: Path, name: str = "a.npy") -> Result:
    (folder / name).write_bytes(raw)
    return call(["grad", "x*1", f"x=@{name}", "--upstream", "1", "--get", "x.value", "-q"], folder=folder)


TABLE = np.arange(6.0).reshape(2, 3)


@pytest.mark.parametrize(
    "array",
    [
        TABLE, np.asfortranarray(TABLE), TABLE.T, TABLE.astype(">f8"), TABLE.astype("<f4"), TABLE.astype("f2"),
        TABLE.astype(">i2"), TABLE.astype("u1"), TABLE > 2, np.float64(5), np.array([]), np.zeros((2, 0, 3)),
        np.array([2**63], "u8"), np.array([np.nan, np.inf, -np.inf, -0.0, 5e-324]), np.zeros((1,) * 30),
    ],
)  # fmt: skip
@pytest.mark.parametrize("version", [(1, 0), (2, 0), (3, 0)])
def test_the_numbers_are_those_that_were_stored(array: Any, version: tuple[int, int], tmp_path: Path) -> None:
    result = read(stored(np.asarray(array), version=version), tmp_path)
    assert result == (0, f"{np.asarray(array).astype(float).tolist()}\n", "")


def test_it_is_known_by_its_first_bytes(tmp_path: Path) -> None:
    for name in ("data", "a.csv"):
        assert read(stored(TABLE), tmp_path, name).out == f"{TABLE.tolist()}\n"
    assert call(["grad", "sum(x)", "x=@-", "--get", "value"], stored(TABLE)).out == "15.0\n"


@wide_only
@pytest.mark.parametrize(("index", "place"), [((0, 1), "[0][1]"), ((1, 2), "[1][2]")])
@pytest.mark.parametrize("sign", ["", "-"])
def test_a_number_beyond_the_doubles_is_told_with_its_place(
    index: tuple[int, int], place: str, sign: str, tmp_path: Path
) -> None:
    array = TABLE.astype(np.longdouble)
    array[index] = np.longdouble(f"{sign}1e4000")
    message = f'error: "a.npy": the entry {place} is beyond the largest double\n  infinity is written "Infinity"\n'
    assert read(stored(array), tmp_path) == (2, "", message)
    assert start(["grad", "sum(x)", "x=@a.npy"], folder=tmp_path) == (2, "", message)  # NumPy warns of nothing either


@wide_only
def test_a_long_double_that_fits_is_rounded(tmp_path: Path) -> None:
    array = np.array([np.longdouble("0.1"), np.longdouble("inf"), np.longdouble("1e-4000")])
    assert read(stored(array), tmp_path).out == "[0.1, inf, 0.0]\n"


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (stored([1 + 2j]),
         '"a.npy" holds complex128, and numbers are needed\n  keep the real part: numpy.save(…, x.real)'),
        (stored(["a"]), '"a.npy" holds <U1, and numbers are needed'),
        (stored([b"a"]), '"a.npy" holds |S1, and numbers are needed'),
        (stored(np.array([(1, 2.0)], [("a", "<i4"), ("b", "<f8")])),
         "\"a.npy\" holds [('a', '<i4'), ('b', '<f8')], and numbers are needed"),
        (stored(np.array([None])), 'cannot read "a.npy" as .npy: it holds Python objects'),
        (stored(np.array(["2020-01-01"], "M8[D]")), '"a.npy" holds datetime64[D], and numbers are needed'),
        (stored(TABLE)[:-1], 'cannot read "a.npy" as .npy: it is cut short, with 47 of 48 bytes'),
        (stored(TABLE)[:-48], 'cannot read "a.npy" as .npy: it is cut short, with 0 of 48 bytes'),
        (stored(TABLE)[:50], 'cannot read "a.npy" as .npy: it is broken'),
        (stored(TABLE)[:7], 'cannot read "a.npy" as .npy: it is broken'),
        (b"", 'cannot read "a.npy" as .npy: it is broken'),
        (b"1,2\n", 'cannot read "a.npy" as .npy: it is broken'),
        (shaped(f"({2**60},)"),
         'cannot read "a.npy" as .npy: it is cut short, with 64 of 9,223,372,036,854,775,808 bytes'),
        (shaped("(4294967296, 4294967296)"),
         'cannot read "a.npy" as .npy: it is cut short, with 64 of 147,573,952,589,676,412,928 bytes'),
        (shaped("(-1,)"), 'cannot read "a.npy" as .npy: it is broken'),
        (shaped("(1.5,)"), 'cannot read "a.npy" as .npy: it is broken'),
        (shaped("(10**18,)"), 'cannot read "a.npy" as .npy: it is broken'),
        (shaped("(0, 4611686018427387904, 8)"), 'cannot read "a.npy" as .npy: it is broken'),
        (shaped(f"({'1, ' * 70})"), 'cannot read "a.npy" as .npy: it is broken'),
        (shaped("(" * 5000), 'cannot read "a.npy" as .npy: it is broken'),
        (shaped("__import__('os').getcwd()"), 'cannot read "a.npy" as .npy: it is broken'),
        (headed("{'descr': '<f8', 'shape': (1,)}\n"), 'cannot read "a.npy" as .npy: it is broken'),
        (headed("{'descr': '<f7', 'fortran_order': False, 'shape': (1,)}\n"),
         'cannot read "a.npy" as .npy: it is broken'),
        (b"\x93NUMPY\x09\x00" + stored(TABLE)[8:], 'cannot read "a.npy" as .npy: it is broken'),
    ],
)  # fmt: skip
def test_what_is_no_array_of_numbers_is_one_error(raw: bytes, message: str, tmp_path: Path) -> None:
    assert read(raw, tmp_path) == (2, "", f"error: {message}\n")


def test_a_header_of_an_old_python_is_read_without_a_word(tmp_path: Path) -> None:
    """Python 2 wrote its long integers as `1L`."""
    raw = shaped("(8L,)")
    assert read(raw, tmp_path).out == f"{[0.0] * 8}\n"
    assert start(["grad", "sum(x)", "x=@a.npy", "--get", "value"], folder=tmp_path) == (0, "0.0\n", "")
