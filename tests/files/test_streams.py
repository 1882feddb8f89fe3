"""Files that are none: directories, pipes, devices without an end; and no memory is reserved for what does not come."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import numpy as np
import pytest
from commandline import BPCALC, LONGEST, call, environment, start

from bpcalc.errors import BpcalcError
from bpcalc.reading import streams

pytestmark = pytest.mark.skipif(os.name != "posix", reason="devices and limits as POSIX has them")


def shell(script: str, folder: Path) -> tuple[int, str, str]:
    """A script in which `$bpcalc` is the command."""
    given = environment() | {"bpcalc": " ".join(BPCALC), "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run(
        ["bash", "-c", script], env=given, cwd=folder, capture_output=True, text=True, check=False, timeout=LONGEST
    )
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("words", ["'sum(x)' x=@a.txt", "-f p.txt x=6", "y --bindings v.json", "'sum(x)' x=@a.npy"])
def test_little_memory_is_enough_for_a_little_file(words: str, tmp_path: Path) -> None:
    """Reading with a limit of 8 GiB reserved them all."""
    (tmp_path / "a.txt").write_text("1 2 3\n")
    (tmp_path / "p.txt").write_text("x*1\n")
    (tmp_path / "v.json").write_text('{"y": 6}\n')
    np.save(tmp_path / "a.npy", np.array([2, 4]))
    done = shell(f"ulimit -v 900000; $bpcalc grad {words} --get value", tmp_path)
    assert done == (0, "6.0\n", "")


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("/dev/zero", '"/dev/zero" is not text: byte 1 is 0x00'),
        ("/dev/null", '"/dev/null" has no numbers in it'),
        ("/dev", 'cannot read "/dev": is a directory'),
        ("link.npy", '"link.npy" is not text: byte 1 is 0x00'),
        ("loop", 'cannot read "loop": too many levels of symbolic links'),
        ("a" * 300, f'cannot read "{"a" * 99}…{"a" * 6}": file name too long'),
        ("\0", 'cannot read "\\x00": embedded null byte'),
    ],
)  # fmt: skip
def test_what_is_no_file_of_numbers_is_one_error(path: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "link.npy").symlink_to("/dev/zero")
    (tmp_path / "loop").symlink_to("loop")
    assert call(["grad", "sum(x)", f"x=@{path}"], folder=tmp_path) == (2, "", f"error: {message}\n")


@pytest.mark.parametrize(
    "words",
    [["sum(x)", "x=@/dev/urandom"], ["-f", "/dev/urandom"], ["x", "--bindings", "/dev/zero"], ["-f", "/dev/zero"]],
)
def test_a_device_without_an_end_is_refused_as_soon_as_it_is_no_text(words: list[str]) -> None:
    status, out, err = call(["grad", *words])
    assert (status, out) == (2, "")
    assert err.startswith(f'error: "{words[-1].removeprefix("x=@")}" is not text')


def test_a_text_without_an_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "PIECE", 2**10)
    monkeypatch.setattr(streams, "LARGEST", 2**30 // 2**12)
    for words in (["sum(x)", "x=@-"], ["-"], ["x", "--bindings", "-"]):
        message = "error: standard input is larger than 0 GiB\n"
        assert call(["grad", *words], b"1\n" * 2**18) == (2, "", message)


def test_more_text_than_a_piece_is_read_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "PIECE", 7)
    assert call(["grad", "sum(x)", "x=@-", "--get", "value"], b"12\n" * 100).out == "1200.0\n"
    (tmp_path / "a").write_bytes("é".encode() * 100)
    assert streams.read_text(str(tmp_path / "a")) == "é" * 100


def test_a_stream_that_does_not_wait_is_one_error() -> None:
    class Impatient:
        def read(self, _: int) -> None:
            return None

    with pytest.raises(OSError, match="nothing to read yet"):
        streams._all(Impatient(), "standard input", b"")  # type: ignore[arg-type]


def test_a_pipe_is_as_good_as_a_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    script = "seq 4 > pipe & $bpcalc grad 'sum(x)' x=@pipe --get value"
    assert shell(script, tmp_path) == (0, "10.0\n", "")
    assert shell("$bpcalc grad 'sum(x)' x=@<(seq 3) --get value", tmp_path) == (0, "6.0\n", "")
    assert shell("$bpcalc grad -f <(echo 'x^2') x=3 --get value", tmp_path) == (0, "9.0\n", "")
    assert shell("seq 3 | $bpcalc grad 'sum(x)' x=@/dev/stdin --get value", tmp_path) == (0, "6.0\n", "")


@pytest.mark.parametrize(
    ("words", "readers"),
    [
        (["grad", "x+y", "x=@-", "y=@-"], "x and y"),
        (["grad", "x+y", "x=@-", "--bindings", "-"], "the bindings and x"),
        (["grad", "-", "x=@-"], "the program and x"),
        (["grad", "x", "x=@-", "--upstream", "@-"], "x and --upstream"),
        (["jvp", "x+y", "x=@-", "y=2", "--tangent", "x=1,y=@-"], "x and y"),
        (["jvp", "x+y", "x=1", "y=2", "--tangent", "x=1, y=@-", "--tangent", "x=@-"], "y and x"),
        (["hessian", "x*y", "x=@-", "y=2", "--vector", "x=1,y=@-"], "x and y"),
        (["diff", "x*y", "x=@-", "y=@-"], "x and y"),
    ],
)
def test_standard_input_is_read_once(words: list[str], readers: str) -> None:
    assert call(words, b"1\n") == (2, "", f"error: standard input cannot be both {readers}\n")


def test_standard_input_as_a_tangent_behind_a_comma() -> None:
    assert call(["jvp", "x*y", "x=2", "y=3", "--tangent", "y=1,x=@-", "--get", "tangent"], b"1\n").out == "5.0\n"


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        ("1,2\n".encode("utf-16"), 'not text in UTF-8: byte 1 is 0xff\n  it is text in UTF-16: save it as UTF-8'),
        ("1,2\n".encode("utf-16-be"), "not text: byte 1 is 0x00\n  it is text in UTF-16: save it as UTF-8"),
        ("1,2\n".encode("utf-16-le"), "not text: byte 2 is 0x00\n  it is text in UTF-16: save it as UTF-8"),
        (b"1,\x002\n", "not text: byte 3 is 0x00"),
        (b"\0\0\0\0", "not text: byte 1 is 0x00"),
        (b"\x1f\x8b\x08\x00", "not text in UTF-8: byte 2 is 0x8b\n  it is compressed: unpack it with gunzip"),
        (b"\x80\x04\x95",
         "not text in UTF-8: byte 1 is 0x80\n  it may be a pickle, which is never read, for it can run code"),
        (b"1,\xe9\n", "not text in UTF-8: byte 3 is 0xe9"),
    ],
)  # fmt: skip
def test_what_is_not_text_is_told(raw: bytes, message: str, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(raw)
    status, out, err = call(["grad", "sum(x)", "x=@a.csv"], folder=tmp_path)
    assert (status, out) == (2, "")
    assert err.endswith(f"{message}\n")
    assert err.startswith('error: "a.csv"')


def test_the_same_is_told_of_a_program_and_of_bindings(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes('{"x": 1}'.encode("utf-16"))
    for words in (["x", "--bindings", "a.json"], ["-f", "a.json"]):
        err = call(["grad", *words], folder=tmp_path).err
        assert err.endswith("byte 1 is 0xff\n  it is text in UTF-16: save it as UTF-8\n")


def test_a_process_says_the_same_of_a_device() -> None:
    assert start(["grad", "x", "x=@/dev/zero"]) == (2, "", 'error: "/dev/zero" is not text: byte 1 is 0x00\n')


def test_bytes_of_a_text_end_where_the_file_ends(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"")
    assert streams.read_bytes(str(tmp_path / "a")) == b""
    with pytest.raises(BpcalcError, match="cannot read"):
        streams.read_bytes(str(tmp_path / "b"))
