"""Commands and their exact output: `commands.toml` has the commands, `expected/` what each one prints.

`REWRITE_GOLDEN=1 pytest tests/golden` writes `expected/` anew: look at each difference before keeping it. A command has
its `words`, and may have `[NAME.files]`, `stdin`, and `process = true` to run as a process of its own. With `terminal`
it runs at a terminal of so many columns, where `environment` may be set.
"""

from __future__ import annotations

import os
import shlex
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
from commandline import BPCALC, LONGEST, call, environment, start, word

HERE = Path(__file__).parent
EXPECTED = HERE / "expected"
COMMANDS: dict[str, dict[str, Any]] = tomllib.loads((HERE / "commands.toml").read_text(encoding="utf-8"))
REWRITE = bool(os.environ.get("REWRITE_GOLDEN"))
KEYS = {"words", "files", "stdin", "process", "terminal", "environment"}


def printed(command: dict[str, Any], folder: Path) -> str:
    """The command and all that it prints, as the golden file has it; an escape character is shown as ␛."""
    for name, text in command.get("files", {}).items():
        (folder / name).write_text(word(text), encoding="utf-8")
    words = [word(given) for given in command["words"]]
    line = " ".join(["bpcalc", *map(shlex.quote, words)])
    if "terminal" in command:
        width, chosen = command["terminal"], command.get("environment", {})
        settings = "".join(f"{name}={value} " for name, value in chosen.items())
        return f"$ {settings}{line}   # {width} columns\n{at_a_terminal(words, width, chosen, folder)}"
    run = start if command.get("process") else call
    status, out, err = run(words, command.get("stdin", "").encode(), folder)
    parts = [f"$ {line}\n{out}"]
    parts += [f"--- standard error\n{err}"] if err else []
    parts += [f"--- status {status}\n"] if status else []
    return "".join(parts)


def at_a_terminal(words: list[str], columns: int, chosen: dict[str, str], folder: Path) -> str:
    """What a command writes to a terminal of its own."""
    import fcntl
    import pty
    import struct
    import termios

    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    with subprocess.Popen(
        [*BPCALC, *words], stdin=slave, stdout=slave, stderr=slave, cwd=folder,
        env=environment() | {"TERM": "xterm-256color"} | chosen,
    ) as running:  # fmt: skip
        os.close(slave)
        raw = b"".join(iter(lambda: _read(master), b""))
        running.wait(LONGEST)
    os.close(master)
    return raw.decode().replace("\r\n", "\n").replace("\x1b", "␛")


def _read(master: int) -> bytes:
    try:
        return os.read(master, 65536)
    except OSError:  # Linux's way to say that the other side has been closed
        return b""


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_prints_what_it_always_has(name: str, tmp_path: Path) -> None:
    command, path = COMMANDS[name], EXPECTED / f"{name}.txt"
    assert command.keys() <= KEYS
    if "terminal" in command and os.name != "posix":
        pytest.skip("no terminals here")
    text = printed(command, tmp_path)
    if REWRITE:
        EXPECTED.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert path.exists(), "there is no golden file: REWRITE_GOLDEN=1 writes it"
    assert text == path.read_text(encoding="utf-8")


def test_no_golden_file_has_lost_its_command() -> None:
    assert {path.name for path in EXPECTED.iterdir()} <= {f"{name}.txt" for name in COMMANDS}


def test_there_are_lines_that_fit_in_every_terminal() -> None:
    """Of what is made for a width, nothing is wider; names and numbers alone may be."""
    from bpcalc.errors import columns

    for name, command in COMMANDS.items():
        width = command.get("terminal") or next((int(w) for a, w in _pairs(command) if a == "--width"), None)
        if width is not None and width >= 60:
            lines = (EXPECTED / f"{name}.txt").read_text(encoding="utf-8").splitlines()[1:]
            shown = [line for line in lines if "␛" not in line and not line.startswith(("warning: ", "---"))]
            assert all(columns(line) <= width for line in shown), name


def _pairs(command: dict[str, Any]) -> list[tuple[Any, Any]]:
    return list(zip(command["words"], command["words"][1:], strict=False))
