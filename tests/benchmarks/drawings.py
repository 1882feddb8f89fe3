"""Drawings, judged by others: Mermaid's own parser, Graphviz and pdflatex, where they are installed.

    python tests/benchmarks/drawings.py [FOLDER]

FOLDER has Mermaid for node: `npm install mermaid@10 jsdom@22` in it. Every lecture circuit, hostile names and random
programs are written and read by each; then the time that the layout of 300 nodes takes is told.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent / "drawing"), str(HERE.parent), str(HERE.parents[1])]

from circuits import LECTURES, pictured, random_program  # noqa: E402
from test_drawing_formats import HOSTILE  # noqa: E402

from bpcalc.drawing.dot import dot  # noqa: E402
from bpcalc.drawing.layout import laid_out  # noqa: E402
from bpcalc.drawing.mermaid import mermaid  # noqa: E402
from bpcalc.drawing.svg import METRICS  # noqa: E402
from bpcalc.drawing.tikz import tikz  # noqa: E402

PARSE = """
import { JSDOM } from "jsdom";
import { readFileSync } from "node:fs";
const { window } = new JSDOM("<body></body>");
Object.assign(globalThis, { window, document: window.document, DOMPurify: undefined });
const mermaid = (await import("mermaid")).default;
mermaid.initialize({ securityLevel: "loose" });
const wrong = [];
for (const [name, text] of Object.entries(JSON.parse(readFileSync(0, "utf8")))) {
  try { await mermaid.parse(text); } catch (error) { wrong.push(`${name}: ${String(error.message).split("\\n")[0]}`); }
}
console.log(JSON.stringify(wrong));
"""


def main(folder: str = "") -> None:
    programs = LECTURES | HOSTILE | {f"random {seed}": random_program(seed, 12) for seed in range(20)}
    pictures = {name: pictured(*program, locals=True) for name, program in programs.items()}
    print(f"{len(pictures)} circuits")
    if folder and shutil.which("node"):
        script = Path(folder) / "parse.mjs"
        script.write_text(PARSE, encoding="utf-8")
        texts = json.dumps({name: mermaid(picture) for name, picture in pictures.items()})
        words = ["node", script.name]
        ran = subprocess.run(words, cwd=folder, input=texts, capture_output=True, text=True, check=False)
        print("Mermaid refuses:", json.loads(ran.stdout) or "none" if ran.returncode == 0 else ran.stderr[-2000:])
    if shutil.which("dot"):
        told = [
            name for name, picture in pictures.items()
            if subprocess.run(["dot", "-Tsvg"], input=dot(picture).encode(), capture_output=True, check=False).stderr
        ]  # fmt: skip
        print("Graphviz warns of:", told or "none")
    if shutil.which("pdflatex"):
        refused = [name for name, picture in pictures.items() if not _is_made(tikz(picture))]
        print("pdflatex refuses:", refused or "none")
    large = "; ".join(f"v{n} = tanh(v{n - 1}*w) + v{max(n - 7, 0)}" if n else "v0 = x" for n in range(100))
    picture = pictured(large, {"x": 1.0, "w": 0.5})
    start = time.process_time()
    laid_out(picture, METRICS)
    print(f"the layout of {len(picture.boxes)} boxes takes {time.process_time() - start:.2f} s")


def _is_made(text: str) -> bool:
    with TemporaryDirectory() as folder:
        (Path(folder) / "a.tex").write_text(text, encoding="utf-8")
        words = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "a.tex"]
        return subprocess.run(words, cwd=folder, capture_output=True, check=False).returncode == 0


if __name__ == "__main__":
    main(*sys.argv[1:2])
