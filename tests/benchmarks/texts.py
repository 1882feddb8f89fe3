"""The large programs that are measured, and the values of their variables, as files."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from pathlib import Path


def wide(operations: int) -> tuple[str, dict[str, float]]:
    """sin(x0)*x1 + sin(x1)*x2 + …: one expression, three operations a term."""
    terms = operations // 3
    random.seed(1)
    text = " + ".join(f"sin(x{place})*x{place + 1}" for place in range(terms))
    return text, {f"x{place}": random.uniform(-2, 2) for place in range(terms + 1)}


def chain(operations: int) -> tuple[str, dict[str, float]]:
    """y1 = sin(y0)*x + 0.5, …: a statement a step, three operations each."""
    text = "".join(f"y{place + 1} = sin(y{place})*x + 0.5\n" for place in range(operations // 3))
    return text, {"y0": 0.3, "x": 1.7}


def nested(depth: int) -> tuple[str, dict[str, float]]:
    return "sin(" * depth + "x" + ")" * depth, {"x": 0.7}


def parentheses(depth: int) -> tuple[str, dict[str, float]]:
    return "(" * depth + "x*3" + ")" * depth + "*x", {"x": 0.7}


def write(folder: Path, kind: str, size: int) -> tuple[str, str]:
    """The paths of a program and of its values. They are made by another process: this one has to stay small."""
    program, bindings = folder / f"{kind}-{size}.txt", folder / f"{kind}-{size}.json"
    subprocess.run([sys.executable, __file__, kind, str(size), program, bindings], check=True)
    return str(program), str(bindings)


if __name__ == "__main__":
    kind, size, program, bindings = sys.argv[1:]
    text, values = globals()[kind](int(size))
    Path(program).write_text(text, encoding="utf-8")
    Path(bindings).write_text(json.dumps(values), encoding="utf-8")
