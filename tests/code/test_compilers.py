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

from bpcalc.emit import _write
from bpcalc.reports.derivation import Derivation

ABSENT = {
    "besselj", "bessely", "besseli", "besselk", "expint", "sinint", "cosint", "fresnels", "fresnelc", "beta", "erfinv",
    "lambertw", "normal_logcdf",
}  # fmt: skip
WARNINGS = ("-Wall", "-Wextra", "-Werror", "-pedantic", "-std=c99")


def derived() -> Iterator[tuple[Case, Derivation]]:
    for case in scalars():
        yield case, case.derived()


def texts(target: str, rename: Callable[[int], str | None]) -> list[tuple[Case, Derivation, str]]:
    """The programs in a target's language. None is refused but for the functions that these languages have not."""
    found = []
    for count, (case, d) in enumerate(derived()):
        if ABSENT.isdisjoint(gate.name for gate in d.graph.gates):
            found.append((case, d, _write(d, target, rename(count))))
    assert len(found) > 200
    return found


def compare(cases: Iterable[tuple[Case, Derivation, str]], results: list[list[Any]]) -> None:
    for (case, _, text), (value, *gradients) in zip(cases, results, strict=True):
        expected, by_name = case.expected()
        assert close(value, expected), (case, value, expected, text)
        assert close(gradients, list(by_name.values())), (case, gradients, by_name, text)


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


# gamma, lgamma, digamma, the first and the fourth derivative of digamma, by mpmath with 30 digits
GAMMAS = {
    1e-05: (99999.42279422555, 11.512919692895826, -100000.57719921567, 10000000001.644909, -2.399999999999999e+26),
    0.3: (2.991568987687591, 1.0957979948180756, -3.502524222200133, 12.245364546107732, -9883.46855549699),
    1.0: (1.0, 0.0, -0.5772156649015329, 1.6449340668482264, -24.88626612344088),
    1.4616: (0.885603194853648, -0.12148629003589732, -3.110625123034165e-05, 0.9677007114650835, -3.935040877560243),
    2.5: (1.329340388179137, 0.2846828704729192, 0.7031566406452432, 0.49035775610023485, -0.3137559995067314),
    9.99: (354802.0170198311, 12.779315214350193, 2.250700372831201, 0.10527695014824179, -0.0007329986441825547),
    10.5: (1133278.3889487856, 13.940625219403763, 2.3030010342976865, 0.09991695605912673, -0.0005950601190094067),
    33.3: (7.487577596522633e+35, 82.60372358165495, 3.490467238520243, 0.030485444095338887, -5.179880352627937e-06),
    64.0: (1.98260831540444e+87, 201.00931639928152, 4.1510502388042365, 0.01574770606433893, -3.6894923384141876e-07),
    170.5: (5.56209241456e+305, 704.0044277342047, 5.135799878794703, 0.005882335979579863, -7.18361489559797e-09),
    -0.3: (-4.326851108825193, 1.4648400508576025, 2.113309779635399, 13.945160267805722, 9731.83495623352),
    -1.5: (2.363271801207355, 0.860047015376481, 0.7031566406452432, 9.379246644989124, -0.3137559995067314),
    -2.999: (-166.8764019691384, 5.117253430432412, -998.7408763243631, 1000003.00597183, -2.4000000000013216e+16),
    -20.25: (-8.569032663885128e-19, -41.60096191534053, 6.174235633614484, 19.69102535100871, 24481.57475051974),
    -100.7: (-1.6467012169218231e-159, -365.61225576180533, 2.334602156719901, 15.069532360278806, -9738.760301911634),
}


def family(run: Callable[[str, list[str]], str]) -> None:
    """Each gate of the family at each point. Next to a zero as many decimals as beside it."""
    gates = ("gamma(x)", "lgamma(x)", "digamma(x)", "polygamma(1, x)", "polygamma(4, x)")
    for place, gate in enumerate(gates):
        found = floats(run(gate, [repr(x) for x in GAMMAS]))
        for (x, expected), (value, _) in zip(GAMMAS.items(), found, strict=True):
            assert value == pytest.approx(expected[place], rel=1e-13, abs=1e-14), (gate, x)


@pytest.mark.skipif(shutil.which("gcc") is None, reason="needs gcc")
def test_the_gamma_family_in_c(tmp_path: Path) -> None:
    def run(gate: str, points: list[str]) -> str:
        source = tmp_path / "gamma.c"
        text = _write(Case(gate, {"x": 1.5}).derived(), "c").partition("#ifdef CHECK")[0]
        calls = "".join(f'printf("%.17g ", f({x}, g)); printf("%.17g\\n", g[0]);\n' for x in points)
        source.write_text(f"{text}\n#include <stdio.h>\nint main(void) {{ double g[1];\n{calls}return 0; }}\n")
        subprocess.run(["gcc", *WARNINGS, str(source), "-lm", "-o", str(tmp_path / "all")], check=True)
        return subprocess.run([tmp_path / "all"], check=True, capture_output=True, text=True).stdout

    family(run)


@pytest.mark.skipif(shutil.which("rustc") is None, reason="needs rustc")
def test_the_gamma_family_in_rust(tmp_path: Path) -> None:
    def run(gate: str, points: list[str]) -> str:
        source = tmp_path / "gamma.rs"
        text = _write(Case(gate, {"x": 1.5}).derived(), "rust")
        calls = "".join(f'let (v, g) = m::f({x}); println!("{{v:e}} {{:e}}", g[0]);\n' for x in points)
        source.write_text(f"mod m {{\n{text}\n}}\nfn main() {{\n{calls}}}\n")
        subprocess.run(["rustc", "-D", "warnings", str(source), "-o", str(tmp_path / "all")], check=True)
        return subprocess.run([tmp_path / "all"], check=True, capture_output=True, text=True).stdout

    family(run)


@pytest.mark.skipif(shutil.which("node") is None, reason="needs node")
def test_the_gamma_family_in_javascript(tmp_path: Path) -> None:
    def run(gate: str, points: list[str]) -> str:
        (tmp_path / "gamma.mjs").write_text(_write(Case(gate, {"x": 1.5}).derived(), "javascript"))
        source = tmp_path / "run.mjs"
        more = f"for (const x of [{', '.join(points)}]) {{ const r = f(x); console.log(r.value, r.gradients.x); }}"
        source.write_text(f'import {{ f }} from "./gamma.mjs";\n{more}\n')
        return subprocess.run(["node", source], check=True, capture_output=True, text=True).stdout

    family(run)


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
