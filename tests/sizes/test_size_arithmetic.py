"""Sizes with a name: they count as polynomials do, and print as the language reads them."""

from __future__ import annotations

import copy
import math
import pickle
from functools import reduce
from itertools import product
from operator import mul
from typing import Any

import pytest

from bpcalc.reading.sizes import Size, is_negative, read_size

M, N = Size("m"), Size("n")
VALUES = {"m": 5, "n": 7, "k": 11}


def at_values(size: int) -> Any:
    return size.at(VALUES.__getitem__) if isinstance(size, Size) else size


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (N, "n"), (N - 1, "n - 1"), (2 * N, "2*n"), (M * N, "m*n"), (N * M, "m*n"), (N + M, "m + n"),
        (N * N * M - 2 * M * N + 3, "m*n^2 - 2*m*n + 3"), (1 - N, "-n + 1"), (-N, "-n"), (3 + N, "n + 3"),
        (Size("N") * Size("ñ"), "N*ñ"),
    ],
    ids=str,
)  # fmt: skip
def test_a_size_is_written_as_the_language_reads_it(size: int, text: str) -> None:
    assert (str(size), repr(size), f"{size}", f"{size:,}", str((size,))) == (text, text, text, text, f"({text},)")
    assert read_size(text, Size) == size


def test_arithmetic_is_that_of_the_numbers_put_in() -> None:
    """Every operation on every pair of small polynomials, against Python's integers at m = 5, n = 7."""
    polynomials = [0, 1, 3, N, M, N - 1, 2 * N + 3, M * N, M * N - N, N * N - 1, -M]
    for a, b in product(polynomials, repeat=2):
        assert at_values(a + b) == at_values(a) + at_values(b)
        assert at_values(a - b) == at_values(a) - at_values(b)
        assert at_values(a * b) == at_values(a) * at_values(b)
        if b:
            assert (a * b) // b == a
        assert (a == b) is (str(a) == str(b))
        assert (a != b) is (str(a) != str(b))


def test_what_is_left_without_a_name_is_a_plain_number() -> None:
    for number, value in ((N - N, 0), (N - (N - 3), 3), ((M * N) // (N * M), 1), (0 * N, 0)):
        assert type(number) is int
        assert number == value


@pytest.mark.parametrize(
    ("a", "b"), [(N, 2), (N - 1, 2), (N, M), (M * N + 1, N), (6, N), (N, N - 1), (2 * N, 4)], ids=str
)
def test_a_division_with_a_rest_is_an_error(a: int, b: int) -> None:
    with pytest.raises(ValueError, match="is no multiple of"):
        a // b
    with pytest.raises(ZeroDivisionError):
        a // 0


def test_python_s_own_sums_and_products_keep_the_name() -> None:
    assert str(math.prod((M, N, 3))) == "3*m*n"
    assert str(sum((N, M, 3))) == "m + n + 3"
    assert str(max(0, N - 3)) == "n - 3"


def test_a_size_is_equal_to_itself_only() -> None:
    assert Size("n") == N
    assert hash(Size("n")) == hash(N)
    assert int(N) != N
    assert {1, N, Size("n"), M} == {M, 1, N}
    # letters whose codes have the same sum, or the same product
    assert Size("m") + Size("q") != Size("n") + Size("p")
    assert Size("l") * Size("n") != Size("c") * Size("x")


def test_a_size_counts_as_larger_than_any_plain_number() -> None:
    assert -N <= -1 < 10**9 < N
    assert N - 10**9 > 0


@pytest.mark.parametrize(
    ("size", "expected"),
    [(-1, True), (0, False), (N, False), (1 - N, True), (M - N, False), (N - M, False), (-N, True)],
)
def test_below_zero_is_what_no_value_can_save(size: int, expected: bool) -> None:
    assert is_negative(size) is expected


@pytest.mark.parametrize("text", ["", " ", "n +", "+", "n m", "2x", "n^", "n^-1", "n*", "1.5", "(n)", "n//2", "9" * 20])
def test_any_other_text_is_no_size(text: str) -> None:
    with pytest.raises(ValueError, match="is no size"):
        read_size(text, Size)


@pytest.mark.parametrize(
    ("text", "value"), [(" 2*n - 1 ", 13), ("-m+k", 6), ("m*n^2", 245), ("n**2", 49), ("3", 3), ("n ^ 2 - 2 * 3", 43)]
)
def test_a_size_is_read_at_the_values_of_its_names(text: str, value: int) -> None:
    assert read_size(text, VALUES.__getitem__) == value


def test_a_size_of_thousands_of_terms_is_refused_at_once() -> None:
    size: int = M + N + Size("k")
    with pytest.raises(ValueError, match="too long"):
        reduce(mul, [size] * 200)


def test_a_size_is_copied_whole() -> None:
    n = Size("n")
    for size in (n, n * n + 2 * Size("m") - 1):
        for again in (copy.deepcopy(size), pickle.loads(pickle.dumps(size))):
            assert (again, again.terms) == (size, size.terms)
