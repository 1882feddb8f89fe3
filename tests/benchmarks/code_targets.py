"""The code targets that need what the tests do without: PyTorch, JAX, DuckDB and LibreOffice, where they are installed.

`python tests/benchmarks/code_targets.py [torch] [jax] [duckdb] [libreoffice] [--every N]` runs the programs of
`tests/code/tried.py` (with --every each Nth), compares value and gradients with `grad`, and runs each file's
self-check. JAX takes a second and more for a program. LibreOffice computes a hundred sheets in a run.
"""

from __future__ import annotations

import contextlib
import importlib.util
import io
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np

sys.path[:0] = [str(Path(__file__).parents[1] / "code"), str(Path(__file__).parents[2])]

from tried import Case, of_arrays, run, scalars  # noqa: E402

from bpcalc.emit import CannotSayError, _write  # noqa: E402
from bpcalc.emit.spreadsheet import HEADING  # noqa: E402
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


def by_libreoffice(case: Case, d: Derivation, table: list[list[str]]) -> Result:
    """What stands in the sheet that LibreOffice computed. An error there is nan."""
    rows = {row[0]: row for row in reversed(table[1:]) if row}

    def cell(name: str, place: int) -> float:
        try:
            return float(rows[name][place])
        except ValueError:
            return float("nan")

    named = {one.name: f"'{one.name}" if f"'{one.name}" in rows else one.name for one in d.parameters}
    return cell(d.name if d.name in rows else "value", 1), {name: cell(named[name], 2) for name in d.gradient}


# A comma, a double quote, UTF-8, from the first line on, English numbers; the last word: formulas are computed
CSV_READ = "Text - txt - csv (StarCalc):44,34,76,1,,1033,false,true,false,false,false,0,true"


def computed(sheets: list[str]) -> list[list[list[str]]]:
    """The rows of the sheets with numbers for formulas, by a few runs of LibreOffice."""
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder)
        paths = [here / "in" / f"{place}.csv" for place in range(len(sheets))]
        (here / "in").mkdir()
        for path, sheet in zip(paths, sheets, strict=True):
            path.write_text(sheet, encoding="utf-8")
        # to XLSX, where numbers keep 15 digits: CSV and ODS cut them off at the 20th decimal
        command = ["soffice", "--headless", f"-env:UserInstallation={(here / 'profile').as_uri()}",
                   f"--infilter={CSV_READ}", "--convert-to", "xlsx", "--outdir", str(here / "out")]
        for start in range(0, len(paths), 100):  # of more than some 240 files it leaves out the rest
            subprocess.run([*command, *map(str, paths[start : start + 100])], check=True, capture_output=True)
        return [_cells(here / "out" / f"{path.stem}.xlsx") for path in paths]


def _cells(path: Path) -> list[list[str]]:
    """The rows of a sheet: numbers, texts, errors as they are shown."""
    main = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
    with zipfile.ZipFile(path) as file:
        texts = ElementTree.fromstring(file.read("xl/sharedStrings.xml"))
        sheet = ElementTree.fromstring(file.read("xl/worksheets/sheet1.xml"))
    shared = ["".join(one.itertext()) for one in texts.iter(f"{main}si")]
    rows = []
    for row in sheet.iter(f"{main}row"):
        cells = [""] * len(HEADING)
        for cell in row.iter(f"{main}c"):
            text = cell.findtext(f"{main}v", "")
            cells["ABCD".index(cell.attrib["r"][0])] = shared[int(text)] if cell.get("t") == "s" else text
        rows.append(cells)
    return rows


# Where a sheet's own ways differ from mathematics: signs of powers, powers of powers, the order of ATAN2's arguments,
# POWER that underflows, differences that are taken for nothing
TRAPS = [
    Case("-x^2 + y - x^2", {"x": 3.0, "y": 2.0}), Case("x^3^y", {"x": 1.5, "y": 0.5}),
    Case("x^2^3 - 2^-x", {"x": 1.25}),
    Case("(x*y)^2 + (x^2)^2", {"x": -1.5, "y": 2.0}), Case("-(x^2)*-y", {"x": 2.0, "y": 3.0}),
    *(Case("atan2(y, x)", {"y": y, "x": x}) for y in (-2.0, 0.5) for x in (-1.0, 3.0)),
    Case("hypot(x, y)", {"x": 1e-200, "y": 3.0}), Case("x^2 + y^3", {"x": 1e-200, "y": 2.0}),
    *(Case(f"{gate}(x)", {"x": x}) for gate in ("log1p", "expm1", "tanh", "asinh", "softplus", "sinh")
      for x in (-1e-15, 1e-14, 1e-9, -1e-5, 0.3)),
    Case("x - y - z", {"x": 1.0, "y": 2.0, "z": 3.0}), Case("x/y/z*(x - (y - z))", {"x": 1.0, "y": 2.0, "z": 4.0}),
    *(Case("erf(x) + erfc(2*x)", {"x": x}) for x in (-3.0, -0.2, 0.5, 2.0)), Case("floor(x)*x + ceil(x)", {"x": -2.5}),
    Case("where((x < 1)*(y > 2) + (x == 3), x*y, x/y)", {"x": 3.0, "y": 1.0}),
    Case("gelu(x) + swish(x) + logistic*true", {"x": -0.7, "logistic": 2.0, "true": 3.0}),
]  # fmt: skip


def sheets_tried(cases: list[Case]) -> int:
    """How many sheets went wrong. Each is told."""
    asked, texts = [], []
    wrong = unsaid = 0
    for case in cases:
        derivation, (value, gradients) = case.derived(), case.expected()
        if not all(np.isfinite(one) for one in (value, *gradients.values())):
            continue
        try:
            texts.append(_write(derivation, "spreadsheet"))
        except CannotSayError:
            unsaid += 1
            continue
        asked.append((case, derivation, value, gradients))
    for (case, derivation, value, gradients), sheet, table in zip(asked, texts, computed(texts), strict=True):
        found, by_name = by_libreoffice(case, derivation, table)
        if not (near(found, value) and all(near(by_name[name], one) for name, one in gradients.items())):
            wrong += 1
            print(f"libreoffice: {case.text} at {case.values} gives {found}, {by_name} for {value}, {gradients}")
            print(sheet, *map(str, table), sep="\n")
    print(f"libreoffice: {len(asked)} programs, {wrong} wrong; {unsaid} cannot be said")
    return wrong


def main(words: list[str]) -> int:
    every = int(words.pop()) if "--every" in words else 1
    asked = [word for word in words if word != "--every"] or ["torch", "jax", "duckdb", "libreoffice"]
    wrong = 0
    for library, compute in (("torch", by_torch), ("jax", by_jax), ("duckdb", by_duckdb)):
        if library not in asked:
            continue
        if importlib.util.find_spec(library) is None:
            print(f"{library} is not installed")
            continue
        cases = scalars() if library == "duckdb" else [*scalars(), *of_arrays()]
        wrong += tried(library, cases[::every], compute)
    if "libreoffice" in asked:
        if shutil.which("soffice"):
            wrong += sheets_tried([*scalars(), *TRAPS][::every])
        else:
            print("libreoffice is not installed")
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
