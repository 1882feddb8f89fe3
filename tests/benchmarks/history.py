"""The ratios of `run.py --record`, commit by commit: `python tests/benchmarks/history.py [NAME …]` draws them.

They are kept in `history.jsonl` beside this file, a line a measurement. Ratios hold on any machine, times do not: only
ratios are kept. A name is a part of a line's own: `engine`, `bare tape`.
"""

from __future__ import annotations

import json
import platform
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("history.jsonl")
BLOCKS = "▁▂▃▄▅▆▇█"


def record(ratios: dict[str, float], file: Path = FILE) -> None:
    """Appends a line: the commit, and what was measured of it."""
    line = {
        "commit": _git("rev-parse", "--short", "HEAD"),
        "changed": bool(_git("status", "--porcelain", "--untracked-files=no")),
        "date": time.strftime("%Y-%m-%d"),
        "python": platform.python_version(),
        "ratios": {name: round(ratio, 3) for name, ratio in ratios.items()},
    }
    with file.open("a", encoding="utf-8") as history:
        history.write(json.dumps(line, ensure_ascii=False) + "\n")


def _git(*words: str) -> str:
    """What git says; "" where there is none."""
    try:
        found = subprocess.run(["git", *words], cwd=FILE.parent, capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return found.stdout.strip()


def drawn(lines: Sequence[dict[str, Any]], parts: Sequence[str] = ()) -> list[str]:
    """A line for each ratio: a block for each measurement, then the first, the least, and the last of them."""
    names = dict.fromkeys(name for line in lines for name in line["ratios"])
    chosen = [name for name in names if not parts or any(part in name for part in parts)]
    width = max(map(len, chosen), default=0)
    found = []
    for name in chosen:
        values = [line["ratios"].get(name) for line in lines]
        known = [value for value in values if value is not None]
        blocks = "".join(_block(value, known) for value in values)
        found.append(f"{name:{width}}  {blocks}  {known[0]:.2f} first, {min(known):.2f} least, {known[-1]:.2f} last")
    return found


def _block(value: float | None, known: Sequence[float]) -> str:
    """The height of a value between 0 and the greatest; a blank where nothing was measured."""
    return " " if value is None else BLOCKS[min(len(BLOCKS) - 1, int(value / max(known) * len(BLOCKS)))]


def main(parts: Sequence[str]) -> int:
    if not FILE.exists():
        print("nothing is recorded yet: python tests/benchmarks/run.py --record")
        return 1
    lines = [json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines()]
    print(f"{len(lines)} measurements, from {lines[0]['commit']} to {lines[-1]['commit']}")
    print("\n".join(drawn(lines, parts)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
