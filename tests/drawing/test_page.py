"""The page, driven in a real browser where one is installed: every step, predicting, keys, and nothing from outside."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from circuits import LECTURES
from commandline import call

BROWSERS = filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome")))
BROWSER = next(BROWSERS, "")
FLAGS = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
         "--disable-background-networking", "--disable-component-update", "--disable-sync"]  # fmt: skip
# What a person does, and what the page shows then; put behind the page's own script.
DRIVE = """
const log = [];
const there = (one) => !one.classList.contains("absent") && one.textContent.trim();
const shown = () => all("[data-of],[data-branch]").filter(there).length;
const key = (name) => dispatchEvent(new KeyboardEvent("keydown", { key: name }));
for (let step = 0; step <= last; step++) { show(step); log.push([shown(), find("told").textContent]); }
key("Home"); log.push(["home", now, location.hash]);
key("ArrowRight"); key("ArrowRight"); key("ArrowLeft"); log.push(["arrows", now, location.hash]);
find("slider").value = 3; find("slider").dispatchEvent(new Event("input")); log.push(["slider", now]);
find("end").click(); log.push(["end", now, find("next").disabled]);
find("predict").checked = true;
const backward = DATA.moments.findIndex((one) => one.fed.length && DATA.answers[one.fed[0]] !== null);
show(backward);
const before = shown();
const wires = DATA.moments[backward].fed;
const asked = document.querySelector(".ask label").textContent;
const guess = (text) => { find("guess").value = text; document.querySelector(".ask").requestSubmit(); };
guess("12345");
log.push(["wrong", asked, document.querySelector(".ask span").className, shown() === before]);
for (const wire of wires) guess(String(DATA.answers[wire]));
log.push(["right", shown() > before, document.querySelector(".ask") === null]);
document.body.dataset.log = JSON.stringify(log);
"""


def page(name: str, folder: Path) -> str:
    text, values = LECTURES[name]
    words = ["graph", text, *(f"{key}={value}" for key, value in values.items()), "--save", "page.html", "-q"]
    assert call(words, folder=folder) == (0, "", "")
    return (folder / "page.html").read_text("utf-8")


@pytest.mark.parametrize("name", LECTURES)
def test_the_page_is_one_file_that_asks_nobody(name: str, tmp_path: Path) -> None:
    text = page(name, tmp_path)
    outside = re.findall(r"(?:src|href|url|import|fetch)\s*[=(]", text)
    assert outside == []
    assert {*re.findall(r"https?://[^\s\"'<]*", text)} == {"http://www.w3.org/2000/svg"}
    data = re.search(r'<script id="data" type="application/json">(.*?)</script>', text)
    assert data is not None
    assert len(json.loads(data[1])["moments"]) >= 2


@pytest.mark.skipif(not BROWSER, reason="no browser is installed")
@pytest.mark.parametrize("name", ["product", "copies"])
def test_the_page_steps_and_asks(name: str, tmp_path: Path) -> None:
    before, end, after = page(name, tmp_path).rpartition("</script>")
    failed = "catch (error) { document.body.dataset.log = String(error.stack); }"
    driven = f"{before}try {{{DRIVE}}} {failed}\n{end}{after}"
    (tmp_path / "driven.html").write_text(driven, "utf-8")
    shown = subprocess.run(
        [BROWSER, *FLAGS, f"--user-data-dir={tmp_path / 'profile'}", "--dump-dom", f"file://{tmp_path}/driven.html"],
        capture_output=True, check=True, timeout=60,
    )  # fmt: skip
    found = re.search(r'data-log="([^"]*)"', shown.stdout.decode())
    assert found is not None, shown.stderr.decode()
    assert found[1].startswith("["), found[1]
    log = json.loads(found[1].replace("&quot;", '"').replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">"))
    steps, told = [one for one in log if isinstance(one[0], int)], {one[0]: one[1:] for one in log}
    counts = [count for count, _ in steps]
    assert counts == sorted(counts)
    assert counts[-1] - counts[0] >= 5
    if name == "product":
        assert any("∂f/∂z = ∂f/∂f * n1 = 1*3 = 3" in text for _, text in steps)
    last = len(steps) - 1
    assert told["home"] == [0, "#0"]
    assert told["arrows"] == [1, "#1"]
    assert told["slider"] == [3]
    assert told["end"] == [last, True]
    assert told["wrong"][1:] == ["bad", True]
    assert told["wrong"][0].startswith("∂f/∂")
    assert told["right"] == [True, True]
