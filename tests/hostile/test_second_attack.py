"""What a hostile user found: infinite claims, arrays at given values, circuits that are too long."""

import time

import pytest

from tests.commandline import call


@pytest.mark.parametrize("claim", ["inf", "-inf", "1/0", "0e999"])
def test_an_infinite_or_odd_claim_is_wrong(claim):
    done = call(["check", "x*y", "x=1", "y=2", f"--claim=x={claim}"])
    assert done.status == 1, done.out
    assert "0 of 1 points" in done.out


@pytest.mark.parametrize("words", [
    ["A@x", "A=[[1,2],[3,4]]", "x=[1,2]"], ["A@x", "A=[[1,2],[3,4]]", "x:2"], ["x@A", "A=[[1,2],[3,4]]", "x=[1,2]"],
])  # fmt: skip
def test_the_derivative_of_an_array_at_given_values(words):
    done = call(["diff", *words, "--wrt", "x"])
    assert done.status == 0, done.out


def test_a_circuit_of_many_statements_is_refused_in_linear_time(tmp_path):
    path = tmp_path / "long.txt"
    path.write_text("a0 = x\n" + "\n".join(f"a{i} = sin(a{i - 1})+x" for i in range(1, 25_000)))
    start = time.process_time()
    done = call(["graph", "-f", str(path), "x=1"])
    assert done.status == 2
    assert "too large to look at" in done.err
    assert time.process_time() - start < 10
