"""`--to c`, `rust`, `javascript`: the files are compiled, without a warning, and give what `grad` gives to 1e-13.

All programs go into one file: a compiler's start takes longer than its work.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tried import Case, close, scalars

from bpcalc.emit import CannotSayError, _write
from bpcalc.reports.derivation import Derivation

WARNINGS = ("-Wall", "-Wextra", "-Werror", "-pedantic", "-std=c99")


def derived() -> Iterator[tuple[Case, Derivation]]:
    for case in scalars():
        yield case, case.derived()


def texts(target: str, rename: Callable[[int], str | None]) -> list[tuple[Case, Derivation, str]]:
    """The programs that a target can say."""
    found = []
    for count, (case, derivation) in enumerate(derived()):
        try:
            found.append((case, derivation, _write(derivation, target, rename(count))))
        except CannotSayError:
            assert "gamma" in case.text, case.text
    assert len(found) > 200
    return found


def compare(cases: Iterable[tuple[Case, Derivation, str]], results: list[list[Any]]) -> None:
    for (case, _, text), (value, *gradients) in zip(cases, results, strict=True):
        expected, by_name = case.expected()
        tolerance = 1e-12 if "gamma" in case.text else 1e-13
        assert close(value, expected, tolerance), (case, value, expected, text)
        assert close(gradients, list(by_name.values()), tolerance), (case, gradients, by_name, text)


def floats(text: str) -> list[list[float]]:
    return [[float(word) for word in line.split()] for line in text.splitlines()]


def arguments(derivation: Derivation) -> str:
    return ", ".join(repr(float(one.value)) for one in derivation.parameters)


def pieces(text: str) -> tuple[list[str], str]:
    """The helpers of a C file, and its function."""
    code = text[text.index("#include <math.h>") + len("#include <math.h>") : text.index("#ifdef CHECK")]
    *helpers, function = code.strip().split("\n}\n\n")
    return [f"{one}\n}}" for one in helpers], function


@pytest.mark.skipif(shutil.which("gcc") is None, reason="needs gcc")
def test_c(tmp_path: Path) -> None:
    cases = texts("c", lambda count: f"f{count}")
    helpers: dict[str, None] = {}
    functions, calls = [], []
    for case, derivation, text in cases:
        own, function = pieces(text)
        helpers |= dict.fromkeys(own)
        functions.append(function)
        name = function.partition("double ")[2].partition("(")[0]
        count = len(derivation.gradient)
        values = "".join(f"{float(case.values[one.name])!r}, " for one in derivation.parameters)
        calls.append(f'    printf("%.17g", {name}({values}g));')
        calls.append(f'    for (int k = 0; k < {count}; k++) printf(" %.17g", g[k]);\n    puts("");')
    main = ["int main(void) {", "    double g[16];", *calls, "    return 0;", "}"]
    source = tmp_path / "all.c"
    source.write_text("\n\n".join(["#include <math.h>\n#include <stdio.h>", *helpers, *functions, "\n".join(main)]))
    subprocess.run(["gcc", *WARNINGS, str(source), "-lm", "-o", str(tmp_path / "all")], check=True)
    output = subprocess.run([tmp_path / "all"], check=True, capture_output=True, text=True).stdout
    compare(cases, floats(output))


@pytest.mark.skipif(shutil.which("rustc") is None, reason="needs rustc")
def test_rust(tmp_path: Path) -> None:
    cases = texts("rust", lambda count: None)
    modules, calls = [], []
    for count, (case, derivation, text) in enumerate(cases):
        modules.append(f"mod m{count} {{\n{text}\n}}")
        values = ", ".join(f"f64::from_bits({_bits(case.values[one.name])})" for one in derivation.parameters)
        calls.append(f"    let (value, g) = m{count}::f({values}); print!(\"{{value:e}}\");")
        calls.append("    for one in g { print!(\" {one:e}\"); }\n    println!();")
    source = tmp_path / "all.rs"
    source.write_text("\n".join([*modules, "fn main() {", *calls, "}"]))
    command = ["rustc", "-D", "warnings", "-C", "opt-level=0", str(source), "-o", str(tmp_path / "all")]
    subprocess.run(command, check=True)
    output = subprocess.run([tmp_path / "all"], check=True, capture_output=True, text=True).stdout
    compare(cases, floats(output))


def _bits(value: float) -> int:
    import struct

    found: int = struct.unpack("<Q", struct.pack("<d", float(value)))[0]
    return found


@pytest.mark.skipif(shutil.which("node") is None, reason="needs node")
def test_javascript(tmp_path: Path) -> None:
    cases = texts("javascript", lambda count: None)
    calls = []
    for count, (case, derivation, text) in enumerate(cases):
        (tmp_path / f"f{count}.mjs").write_text(text)
        values = json.dumps([float(case.values[one.name]) for one in derivation.parameters])
        calls.append(f'[(await import("./f{count}.mjs")), {values}]')
    runner = tmp_path / "run.mjs"
    runner.write_text(
        f"for (const [module, values] of [{', '.join(calls)}]) {{\n"
        "    const { value, gradients } = module.f(...values);\n"
        "    console.log([value, ...Object.values(gradients)].join(' '));\n}\n"
    )
    output = subprocess.run(["node", runner], check=True, capture_output=True, text=True).stdout
    compare(cases, floats(output.replace("Infinity", "inf")))


@pytest.mark.parametrize(
    ("target", "suffix", "compile_"),
    [("c", ".c", ["gcc", *WARNINGS, "-DCHECK", "{}", "-lm", "-o", "{}.out"]), ("rust", ".rs", ["rustc", "{}", "-o",
     "{}.out"]), ("javascript", ".mjs", [])],
)  # fmt: skip
def test_each_file_checks_itself_and_fails_when_a_line_is_changed(
    target: str, suffix: str, compile_: list[str], tmp_path: Path
) -> None:
    if shutil.which(compile_[0] if compile_ else "node") is None:
        pytest.skip("the compiler is not here")
    case = Case("s = w*x + b; L = sigmoid(s)*max(x, b)", {"w": 2.0, "x": -1.0, "b": 0.5})
    text = _write(case.derived(), target)
    broken = text.replace("grad_w = grad_s * x", "grad_w = grad_s * w")
    assert broken != text
    for status, program in enumerate((text, broken)):
        path = tmp_path / f"check{status}{suffix}"
        path.write_text(program)
        if compile_:
            subprocess.run([word.format(path) for word in compile_], check=True, cwd=tmp_path)
        command = [f"{path}.out"] if compile_ else ["node", str(path)]
        done = subprocess.run(command, check=False, capture_output=True, text=True)
        assert done.returncode == status
        assert done.stdout.count("\n") == 1
