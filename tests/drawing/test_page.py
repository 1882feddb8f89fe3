"""The page, driven in a real browser where one is installed: every step, predicting, keys, and nothing from outside."""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

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
find("predict").checked = false;
const put_in = (text) => {
  const box = document.querySelector("#inputs input");
  box.value = text;
  box.dispatchEvent(new Event("input"));
};
const texts_of = (kind) => all(`text.${kind}`).map((one) => one.textContent.trim());
show(last);
log.push(["given", texts_of("value"), texts_of("gradient"), find("told").textContent]);
put_in("1/2");
log.push(["edited", texts_of("value"), texts_of("gradient"), find("told").textContent, location.hash]);
show(backward);
log.push(["equations", [...document.querySelectorAll(".equation")].map((one) => one.textContent)]);
show(1);
log.push(["forward", [...document.querySelectorAll(".equation")].map((one) => one.textContent)]);
show(last);
put_in("a half");
const marked = document.querySelector("[aria-invalid=true]") !== null;
log.push(["no number", texts_of("value"), find("note").textContent, marked]);
find("reset").click();
log.push(["given", texts_of("value"), texts_of("gradient"), find("told").textContent]);
document.body.dataset.log = JSON.stringify(log);
"""


EDITED = """
const notes = [];
for (const text of ["3", "0", "2", "-1"]) {
  const box = document.querySelector("#inputs input");
  box.value = text;
  box.dispatchEvent(new Event("input"));
  notes.push(find("note").textContent);
}
document.body.dataset.log = JSON.stringify(notes);
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
    before, after = (one[1:] for one in log if one[0] == "given")
    assert before == after
    values, gradients, _, address = told["edited"]
    if name == "product":  # x = 1/2, y = 5, z = -4
        assert values == ["0.5", "5", "5.5", "-4", "f  -22"]
        assert gradients == ["-4", "-4", "-4", "5.5", "1"]
        assert told["equations"] == [
            ["∂f/∂n1 = upstream x local = 1*(-4) = -4", "∂f/∂z = upstream x local = 1*5.5 = 5.5"]
        ]
        assert told["forward"] == [["n1 = x + y = 0.5 + 5 = 5.5"]]
    else:  # q = x + y; q*x + max(q, z) at 1/2, 2, 3: the tie is gone, and q + x is left of x's gradient
        assert values == ["0.5", "2", "q  2.5", "1.25", "3", "3", "f  4.25"]
        assert sorted(gradients) == sorted(["3", "0.5", "0.5", "1", "1", "1", "1", "0.5", "2.5", "0.5", "0"])
    assert address.split("&")[1:2] == ["x=0.5"]
    assert told["no number"] == [values, "x is no number yet: the picture keeps what it had", True]


def driven(page: str, script: str, folder: Path) -> Any:
    """What a script behind the page's own one leaves in `data-log`."""
    before, end, after = page.rpartition("</script>")
    failed = "catch (error) { document.body.dataset.log = JSON.stringify(String(error.stack)); }"
    (folder / "driven.html").write_text(f"{before}try {{{script}}} {failed}\n{end}{after}", "utf-8")
    shown = subprocess.run(
        [BROWSER, *FLAGS, f"--user-data-dir={folder / 'profile'}", "--dump-dom", f"file://{folder}/driven.html"],
        capture_output=True, check=True, timeout=60,
    )  # fmt: skip
    found = re.search(r'data-log="([^"]*)"', shown.stdout.decode())
    assert found is not None, shown.stderr.decode()
    return json.loads(html.unescape(found[1]))


LAYER = ("h = relu(X@W + b); p = h*h; sum(p) + sum(h, axis=0)@c", ["X=[[1,2],[3,-4]]", "b=[0.5,1]", "c=[1,0]"])
ENTRIES = """
const log = [];
const texts_of = (kind) => all(`text.${kind}`).map((one) => one.textContent);
const labels = [...document.querySelectorAll("#inputs input")].map((one) => one.getAttribute("aria-label"));
const put_in = (name, text) => {
  const box = document.querySelector(`#inputs input[name="${name}"]`);
  box.value = text;
  box.dispatchEvent(new Event("input"));
};
show(last);
log.push([texts_of("value"), texts_of("gradient")]);
put_in("W[0, 1]", "2.25");
put_in("W[1, 1]", "1/8");
log.push([texts_of("value"), texts_of("gradient")], location.hash, find("told").textContent);
for (let step = 0; step <= last; step++) { show(step); log.push(find("told").textContent); }
location.hash = "#3&W=7,8,9,10"; visit();
log.push(all("#inputs input").map((one) => one.value), edited.at);
put_in("W[1, 0]", "none"); log.push(find("note").textContent);
find("reset").click(); show(last); log.push([texts_of("value"), texts_of("gradient")], labels);
document.body.dataset.log = JSON.stringify(log);
"""


def texts(picture: str) -> list[list[str]]:
    """The values and the gradients of an SVG, as they are read."""
    found = re.findall(r'<text class="(value|gradient)[^"]*"[^>]*>(.*?)</text>', picture)
    plain = [(kind, html.unescape(re.sub("<[^>]*>", "", text))) for kind, text in found]
    return [[text for one, text in plain if one == kind] for kind in ("value", "gradient")]


@pytest.mark.skipif(not BROWSER, reason="no browser is installed")
def test_small_arrays_are_put_in_entry_by_entry(tmp_path: Path) -> None:
    program, values = LAYER
    start, moved = "W=[[1,-2],[0.5,3]]", "W=[[1,2.25],[0.5,0.125]]"
    pictures = (call(["graph", program, *values, one, "-o", "svg", "-q"]).out for one in (start, moved))
    at_start, at_moved = map(texts, pictures)
    page = call(["graph", program, *values, start, "-o", "html", "-q"]).out
    given, edited, address, told, *rest = driven(page, ENTRIES, tmp_path)
    assert given == at_start
    assert edited == at_moved
    assert at_start != at_moved
    assert "&W=1,2.25,0.5,0.125&" in f"{address}&"
    assert "∂f/∂W = [[" in told
    *steps, entered, at, note, again, labels = rest
    assert any("h = relu(n2) = [[" in step for step in steps)
    assert entered[labels.index("W[0, 0]") :][:4] == ["7", "8", "9", "10"]
    assert at[labels.index("W[0, 0]") :][:4] == [7, 8, 9, 10]
    assert note == "W[1, 0] is no number yet: the picture keeps what it had"
    assert again == at_start


BOXES = "swish(s) = s*sigmoid(s); h = swish(w*x + b); swish(h)*y + h"
OPENED = """
const log = [];
const texts_of = (kind) => all(`text.${kind}`).map((one) => one.textContent);
const both = () => [texts_of("value"), texts_of("gradient")];
const button = (name) => document.querySelector(`#boxes button[data-name="${name}"]`);
const words = () => all("#boxes button").map((one) => [one.textContent, one.getAttribute("aria-expanded")]);
show(last);
log.push(words(), both());
const title = () => DATA.moments[now].title;
show(DATA.moments.findIndex((one) => one.phase === "backward" && one.title.startsWith("h = ") && one.fed.length));
const before = title();
button("swish").click();
log.push(words(), [before, title()], document.activeElement === button("swish"), location.hash);
show(last);
log.push(both());
const input = document.querySelector("#inputs input[name=w]");
input.value = "0.75";
input.dispatchEvent(new Event("input"));
log.push(both());
const box = document.querySelector("[data-box][role=button]");
log.push([box.getAttribute("tabindex"), box.getAttribute("aria-label")]);
box.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter" }));
show(last);
log.push(both());
button("sigmoid").click();
show(last);
log.push(both(), find("slider").max === String(last));
const address = location.hash;
button("sigmoid").click(); find("reset").click(); button("swish").click();
show(2);
log.push(location.hash);
location.hash = address;
visit();
log.push(location.hash === address, both());
document.body.dataset.log = JSON.stringify(log);
"""


@pytest.mark.skipif(not BROWSER, reason="no browser is installed")
def test_boxes_open_and_close_in_the_page(tmp_path: Path) -> None:
    values, moved = (["x=2", "b=-0.5", "y=3", f"w={w}"] for w in ("0.25", "0.75"))

    def picture(values: list[str], *opened: str) -> list[list[str]]:
        words = [word for name in opened for word in ("--expand", name)]
        return texts(call(["graph", BOXES, *values, *words, "-o", "svg", "-q"]).out)

    log = driven(call(["graph", BOXES, *values, "-o", "html", "-q"]).out, OPENED, tmp_path)
    first, as_given, closed, titles, focused, address, folded, edited, box, opened, every, slid, plain, *rest = log
    again, at_last = rest
    assert first == [["▾ close swish", "true"], ["▸ open sigmoid", "false"]]
    assert as_given == picture(values, "swish")
    assert closed == [["▸ open swish", "false"], ["▸ open sigmoid", "false"]]
    assert titles[0].split(" = ")[0] == titles[1].split(" = ")[0] == "h"
    assert focused
    assert re.fullmatch(r"#\d+:", address)
    assert folded == picture(values)
    assert edited == picture(moved)
    assert box == ["0", "open swish"]
    assert opened == picture(moved, "swish")
    assert every == at_last == picture(moved, "swish", "sigmoid")
    assert slid
    assert plain == "#2:"
    assert again


def test_a_page_with_many_boxes_tells_which_do_not_open_in_it() -> None:
    functions = "; ".join(f"f{place}(t) = t*t + {place}" for place in range(5))
    page = call(["graph", f"{functions}; f0(f1(f2(f3(f4(sigmoid(x))))))", "x=1", "-o", "html", "-q"]).out
    assert page.count('<template class="view">') == 7
    assert re.search(r"--expand opens others: f\d, f\d, sigmoid<", page)
    assert call(["graph", "x*y", "x=1", "y=2", "-o", "html", "-q"]).out.count("<template") == 0


@pytest.mark.skipif(not BROWSER, reason="no browser is installed")
def test_an_edited_input_at_a_bend_is_told(tmp_path: Path) -> None:
    words = ["graph", "max(x, 2, y) + abs(x) + min(x, x) + relu(x + 1)", "x=5", "y=-7", "--save", "page.html", "-q"]
    assert call(words, folder=tmp_path) == (0, "", "")
    before, end, after = (tmp_path / "page.html").read_text("utf-8").rpartition("</script>")
    (tmp_path / "driven.html").write_text(f"{before}{EDITED}{end}{after}", "utf-8")
    shown = subprocess.run(
        [BROWSER, *FLAGS, f"--user-data-dir={tmp_path / 'profile'}", "--dump-dom", f"file://{tmp_path}/driven.html"],
        capture_output=True, check=True, timeout=60,
    )  # fmt: skip
    found = re.search(r'data-log="([^"]*)"', shown.stdout.decode())
    assert found is not None, shown.stderr.decode()
    smooth, at_zero, tie, at_one = json.loads(found[1].replace("&quot;", '"'))
    assert "bends" not in smooth
    assert "abs(x) bends here, for its input is 0" in at_zero
    assert at_zero.count("bends") == 1
    assert "bends here, for inputs of max are equal" in tie
    assert tie.count("bends") == 1
    assert at_one.count("bends") == 1
    assert "relu(" in at_one
    assert all("not looked for" in note for note in (smooth, at_zero, tie, at_one))
