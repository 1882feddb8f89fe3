"""The architecture holds: imports point one way, heavy packages stay where they belong, nothing evaluates text."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import bpcalc

ROOT = Path(bpcalc.__file__).parent
# Each may import those before it, and itself.
ORDER = (
    "version", "errors", "numerals", "sizes", "gate", "gates", "graph", "lexer", "mistakes", "misreadings", "options",
    "chosen", "brackets", "calls", "expression", "parse", "unparse", "templates", "paper", "latex", "unicode",
    "definitions", "files", "bindings", "declared", "algebra", "engine", "rebuild", "expand", "symbolic", "alone",
    "rewrite", "report", "reports", "names", "shapes", "derive", "arraynotices", "notices", "rows", "equation",
    "arraywords", "trace", "arraytrace", "tangenttrace", "arraytangenttrace", "calculate", "jacobians", "directions",
    "jvps", "duals", "hessians", "derivatives", "answers", "atpoint", "taylor", "differentiate", "draws", "trials",
    "verify", "samples", "catalogue", "api", "show", "cli", "__init__", "__main__",
)  # fmt: skip
# Who may name a package that is slow to import.
HOMES = {
    "click": ("cli",),
    "rich": ("show", "cli"),
    "numpy": ("algebra", "files", "arraynotices"),  # all three are loaded for arrays only
    "mpmath": ("algebra",),
    "sympy": ("algebra", "rewrite"),
}
LINES = 320

MODULES = sorted(ROOT.rglob("*.py"))
EVERY_MODULE = pytest.mark.parametrize("path", MODULES, ids=[str(path.relative_to(ROOT)) for path in MODULES])


def part(path: Path) -> str:
    """Which part of the architecture a module is: its name, or that of its folder."""
    return path.relative_to(ROOT).with_suffix("").parts[0]


def imported(path: Path, *, typing: bool) -> Iterator[str]:
    """Every module that a module imports, inside functions too; those for type checking only if `typing`."""
    tree = ast.parse(path.read_text("utf-8"))
    skipped = {
        inner
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING" and not typing
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if node in skipped:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: import by full name"
            assert node.module is not None
            yield from (f"bpcalc.{a.name}" for a in node.names) if node.module == "bpcalc" else (node.module,)


def own(names: Iterator[str]) -> set[str]:
    """The parts of the architecture among the imported modules. `__init__` is what a bare `import bpcalc` is."""
    words = [name.split(".") for name in names]
    return {name[1] if len(name) > 1 else "__init__" for name in words if name[0] == "bpcalc"}


@EVERY_MODULE
def test_a_module_has_its_place_in_the_order(path: Path) -> None:
    assert part(path) in ORDER


@EVERY_MODULE
def test_imports_point_one_way(path: Path) -> None:
    before = ORDER[: ORDER.index(part(path)) + 1]
    assert own(imported(path, typing=False)) - set(before) == set()


@EVERY_MODULE
def test_an_engine_is_handed_its_algebra_and_a_renderer_computes_nothing(path: Path) -> None:
    if part(path) == "engine":
        assert "algebra" not in own(imported(path, typing=True))
    if part(path) == "show":
        assert not own(imported(path, typing=True)) & {"algebra", "engine", "symbolic", "rewrite", "calculate", "trace"}


@EVERY_MODULE
def test_slow_packages_are_named_only_where_they_belong(path: Path) -> None:
    for name in imported(path, typing=True):
        assert part(path) in HOMES.get(name.split(".")[0], (part(path),)), name


@EVERY_MODULE
def test_nothing_evaluates_text_as_python(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    called = {node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
    named = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    assert not called & {"eval", "exec", "compile", "__import__"}
    assert not named & {"sympify", "parse_expr", "literal_eval"}
    assert not set(imported(path, typing=True)) & {"pickle", "marshal", "shelve", "code", "subprocess", "socket"}


@EVERY_MODULE
def test_a_module_is_short_and_says_what_it_is_for(path: Path) -> None:
    text = path.read_text("utf-8")
    assert len(text.splitlines()) <= LINES
    assert ast.get_docstring(ast.parse(text)) or path.name == "__main__.py"


@EVERY_MODULE
def test_a_function_is_short(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef):
            assert node.end_lineno is not None
            assert node.end_lineno - node.lineno < 55, node.name
