"""The architecture holds: imports point one way, heavy packages stay where they belong, nothing evaluates text."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from every import every

import bpcalc

ROOT = Path(bpcalc.__file__).parent
# The house: a room may use those before it. Each tells in its own docstring which of them it does use.
ROOMS = ("typed", "errors", "version", "gate", "gates", "graph", "reading", "writing", "algebra", "engine", "reports",
         "telling", "calculations", "show", "emit", "drawing", "batch", "api", "cli", "__init__",
         "__main__")  # fmt: skip
# Who may name a package that is slow to import.
HOMES = {
    "click": ("cli",),
    "rich": ("show",),
    # all are loaded for arrays only; the runner is a script for another process
    "numpy": ("algebra", "reading.files", "calculations.check.runner"),
    "mpmath": ("algebra",),
    "scipy": ("algebra",),
    "flint": ("algebra.flint_",),  # python-flint, which may not be installed
    # for large tables, and whoever wants a frame of a report
    "polars": ("batch", "show.frames"),
    "duckdb": ("batch",),
    "pyspark": ("batch",),
    "sympy": ("algebra", "calculations.simplify"),
}
# Who may start one: SymPy works in a process that ends, and so does the file that --against names.
PROCESSES = ("bpcalc.calculations.simplify.process", "bpcalc.calculations.check.against")
LINES = 400
LONGER = {"bpcalc.reading.parser": 650}  # one class that is not cut, below the whole grammar

MODULES = sorted(ROOT.rglob("*.py"))
EVERY_MODULE = every("path", MODULES, by=lambda path: "every module")  # each is parsed once, and all offenders told


class Module(NamedTuple):
    """What is asked of a module. Its tree is not kept: all trees together are millions of objects."""

    imported: frozenset[str]  # inside functions too, and for type checking only
    called: frozenset[str]  # the names of functions
    attributes: frozenset[str]
    functions: tuple[tuple[str, int], ...]  # with how many lines each has
    docstring: str


@cache
def module(path: Path) -> Module:
    """A module, read once."""
    tree = ast.parse(path.read_text("utf-8"))
    nodes = [*ast.walk(tree)]
    called = [node.func for node in nodes if isinstance(node, ast.Call)]
    return Module(
        frozenset(imports(path, nodes)),
        frozenset(function.id for function in called if isinstance(function, ast.Name)),
        frozenset(node.attr for node in nodes if isinstance(node, ast.Attribute)),
        tuple((node.name, (node.end_lineno or 0) - node.lineno) for node in nodes if isinstance(node, ast.FunctionDef)),
        ast.get_docstring(tree) or "",
    )


def title(path: Path) -> str:
    """A module's full name."""
    parts = path.relative_to(ROOT.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


TITLES = {title(path): path for path in MODULES}


def room(module: str) -> str:
    """The room that a module stands in. `__init__` is what a bare `import bpcalc` is."""
    words = module.split(".")
    return words[1] if len(words) > 1 else "__init__"


def imports(path: Path, nodes: list[ast.AST]) -> Iterator[str]:
    """Every module that a module imports."""
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: import by full name"
            assert node.module is not None
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                yield full if full in TITLES else node.module


@cache
def own(path: Path) -> frozenset[str]:
    """The modules of bpcalc that a module imports."""
    return frozenset(name for name in module(path).imported if name.split(".")[0] == "bpcalc")


def allowed(name: str) -> set[str]:
    """The rooms that a room's docstring says it may use."""
    told = re.search(r"^May use: +(.+)$", module(TITLES[f"bpcalc.{name}"]).docstring, re.MULTILINE)
    assert told, f"the docstring of {name} tells what comes in, what goes out and what it may use"
    return set(ROOMS) if told[1] == "everything" else set(told[1].split(", "))


def test_the_root_is_small() -> None:
    assert len([path for path in MODULES if path.parent == ROOT]) <= 10


def test_every_room_tells_what_it_is_for() -> None:
    for name in {room(title(path)) for path in MODULES if path.parent != ROOT}:
        text = module(ROOT / name / "__init__.py").docstring
        assert all(f"\n{word}: " in text for word in ("Comes in", "Goes out", "May use")), name
        assert allowed(name) <= {*ROOMS[: ROOMS.index(name)], name} or name == "cli"


@EVERY_MODULE
def test_imports_point_one_way_between_rooms(path: Path) -> None:
    here = room(title(path))
    used = {room(name) for name in own(path)} - {here}
    assert used <= set(ROOMS[: ROOMS.index(here)])
    if path.parent != ROOT:
        assert used - {"typed"} <= allowed(here)  # which stands for a module of the standard library


def circles() -> list[list[str]]:
    """The sets of modules that import each other in a circle, by Tarjan's algorithm. A package's face is no module."""
    edges = {name: sorted(one for one in own(path) if one != name) for name, path in TITLES.items()}
    number: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    found: list[list[str]] = []

    def visit(name: str) -> None:
        number[name] = low[name] = len(number)
        stack.append(name)
        for other in edges.get(name, ()):
            if other not in number:
                visit(other)
                low[name] = min(low[name], low[other])
            elif other in stack:
                low[name] = min(low[name], number[other])
        if low[name] == number[name]:
            at = stack.index(name)
            found.append(sorted(stack[at:]))
            del stack[at:]

    for name in edges:
        if name not in number:
            visit(name)
    return [circle for circle in found if len(circle) > 1]


def test_no_modules_import_each_other_in_a_circle() -> None:
    assert circles() == []


def test_every_module_can_be_imported_alone_first() -> None:
    """In one process: the modules of bpcalc are forgotten before each, what they need from elsewhere is not."""
    code = (
        "import sys, importlib\n"
        f"for name in {sorted(TITLES.keys() - {'bpcalc.__main__'})!r}:\n"
        "    for loaded in [one for one in sys.modules if one.partition('.')[0] == 'bpcalc']: del sys.modules[loaded]\n"
        "    importlib.import_module(name)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@EVERY_MODULE
def test_an_engine_is_handed_its_algebra_and_a_renderer_computes_nothing(path: Path) -> None:
    rooms = {room(name) for name in own(path)}
    if room(title(path)) == "engine":
        assert "algebra" not in rooms
    if room(title(path)) == "show":
        assert not rooms & {"algebra", "engine"}
        assert not own(path) & {"bpcalc.calculations.passes", "bpcalc.calculations.gradient"}


@EVERY_MODULE
def test_slow_packages_are_named_only_where_they_belong(path: Path) -> None:
    here = title(path).removeprefix("bpcalc.")
    for name in module(path).imported:
        homes = HOMES.get(name.split(".")[0], (here,))
        assert any(here == home or here.startswith(f"{home}.") for home in homes), name


@EVERY_MODULE
def test_nothing_evaluates_text_as_python(path: Path) -> None:
    # the emitter's own text, in which every name is one that it chose: see tests/code/test_function.py
    ours = {"exec", "compile"} if title(path) == "bpcalc.emit.compiled" else set()
    assert not module(path).called & ({"eval", "exec", "compile", "__import__"} - ours)
    assert not module(path).attributes & {"sympify", "parse_expr", "literal_eval"}
    assert not module(path).imported & {"pickle", "marshal", "shelve", "code", "socket"}
    assert title(path) in PROCESSES or "subprocess" not in module(path).imported


def test_a_process_is_started_with_a_program_that_stands_there() -> None:
    """What a process of our own runs is a constant text: all that varies goes in as data."""
    for name in PROCESSES:
        tree = ast.parse(TITLES[name].read_text("utf-8"))
        constants = {
            node.targets[0].id for node in tree.body  # type: ignore[attr-defined]
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        }  # fmt: skip
        every_call = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
        (call,) = (one for one in every_call if ast.unparse(one.func).startswith("subprocess."))
        assert isinstance(call.args[0], ast.List)
        interpreter, *words = call.args[0].elts
        assert ast.unparse(interpreter) == "sys.executable"
        assert all(isinstance(word, ast.Constant) or ast.unparse(word) in constants for word in words)
        assert "shell" not in {keyword.arg for keyword in call.keywords}


@EVERY_MODULE
def test_a_module_is_short_and_says_what_it_is_for(path: Path) -> None:
    text = path.read_text("utf-8")
    assert len(text.splitlines()) <= LONGER.get(title(path), LINES)
    assert module(path).docstring or path.name == "__main__.py"


@EVERY_MODULE
def test_a_function_is_short(path: Path) -> None:
    assert [name for name, lines in module(path).functions if lines >= 55] == []
