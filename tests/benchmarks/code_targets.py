"""The code targets that need a library which the tests do without: PyTorch, JAX and DuckDB, where they are installed.

`python tests/benchmarks/code_targets.py [torch] [jax] [duckdb] [--every N]` runs the programs of `tests/code/tried.py`
(with --every each Nth), compares value and gradients with `grad`, and runs each file's self-check. JAX takes a second
and more for a program.
"""

from __future__ import annotations

import contextlib
import importlib.util
import io
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

sys.path[:0] = [str(Path(__file__).parents[1] / "code"), str(Path(__file__).parents[2])]

from tried import Case, of_arrays, run, scalars  # noqa: E402

from bpcalc.emit import CannotSayError, _write  # noqa: E402
from bpcalc.reports.derivation import Derivation  # noqa: E402

TOLERANCE = 1e-12
Result = tuple[Any, dict[str, Any]]


def by_torch(case: Case, d: Derivation, names: dict[str, Any]) -> Result:
    import torch

    inputs = [
        torch.tensor(case.values[one.name], dtype=torch.float64, requires_grad=not one.is_label) for one in d.parameters
    ]
    value = names["f"](*inputs)
    if value.requires_grad:
        value.backward(torch.tensor(np.broadcast_to(d.seed, value.shape).copy()))
    gradients = {one.name: tensor.grad for one, tensor in zip(d.parameters, inputs, strict=True)}
    return value.detach().numpy(), {
        name: np.zeros(np.shape(case.values[name])) if gradients[name] is None else gradients[name].numpy()
        for name in d.gradient
    }


def by_jax(case: Case, d: Derivation, names: dict[str, Any]) -> Result:
    import jax
    import jax.numpy as jnp

    inputs = [jnp.array(case.values[one.name], dtype=float) for one in d.parameters]
    value, pull = jax.vjp(names["f"], *inputs)
    found = dict(zip((one.name for one in d.parameters), pull(jnp.broadcast_to(d.seed, value.shape)), strict=True))
    return value, {name: found[name] for name in d.gradient}


def by_duckdb(case: Case, d: Derivation, query: str) -> Result:
    import duckdb

    columns = {one.name: f"{one.name}_" if f"* {one.name}_ AS" in query else one.name for one in d.parameters}
    base = duckdb.connect()
    base.execute(f"CREATE TABLE data ({', '.join(f'{column} DOUBLE' for column in columns.values())})")
    values = [float(case.values[one.name]) for one in d.parameters]
    base.execute(f"INSERT INTO data VALUES ({', '.join('?' * len(values))})", values)
    cursor = base.execute(query)
    row = dict(zip((one[0] for one in cursor.description), cursor.fetchone(), strict=True))
    return row["value"], {name: row[f"d_{columns[name]}"] for name in d.gradient}


def near(found: Any, expected: Any) -> bool:
    found, expected = np.asarray(found, dtype=float), np.asarray(expected, dtype=float)
    largest = np.max(np.abs(expected), initial=0.0)
    return found.shape == expected.shape and bool(np.allclose(found, expected, rtol=TOLERANCE, atol=1e-13 * largest))


def tried(library: str, cases: list[Case], compute: Callable[..., Result]) -> int:
    """How many programs went wrong. Each is told."""
    count = wrong = unsaid = 0
    target = "sql" if library == "duckdb" else library
    for case in cases:
        derivation = case.derived()
        value, gradients = case.expected()
        if not all(np.all(np.isfinite(one)) for one in (value, *gradients.values())):
            continue
        try:
            text = _write(derivation, target)
        except CannotSayError:
            unsaid += 1
            continue
        count += 1
        names = {} if target == "sql" else run(text)
        found, by_name = compute(case, derivation, text if target == "sql" else names)
        agrees = near(found, value) and all(near(by_name[name], one) for name, one in gradients.items())
        with contextlib.redirect_stdout(io.StringIO()):
            agrees = agrees and (target == "sql" or names["check"]() == 0)
        if not agrees:
            wrong += 1
            print(f"{library}: {case.text} at {case.values} gives {found}, {by_name}")
    print(f"{library}: {count} programs, {wrong} wrong; {unsaid} cannot be said")
    return wrong


def main(words: list[str]) -> int:
    every = int(words.pop()) if "--every" in words else 1
    asked = [word for word in words if word != "--every"] or ["torch", "jax", "duckdb"]
    wrong = 0
    for library, compute in (("torch", by_torch), ("jax", by_jax), ("duckdb", by_duckdb)):
        if library not in asked:
            continue
        if importlib.util.find_spec(library) is None:
            print(f"{library} is not installed")
            continue
        cases = scalars() if library == "duckdb" else [*scalars(), *of_arrays()]
        wrong += tried(library, cases[::every], compute)
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
