"""Reads bpcalc's language for the tests and computes it, with a table of functions for NumPy or for mpmath.

Imports nothing of bpcalc: a text is made into Python's syntax tree, of which only a small part is understood, and
that part is computed here. Multiplication signs may not be left out, and a statement stands on one line.
"""

from __future__ import annotations

import ast
import keyword
import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

WORD = re.compile(r"[^\W\d]\w*")
DEFINITION = re.compile(r"\s*([^\W\d]\w*)\s*\(([\w\s,]*)\)\s*=(?!=)(.*)")
OPTION_WORDS = ("True", "False", "None")


class NumberSystem(NamedTuple):
    """What the language is computed with.

    functions  every function by its name in the language
    number     makes a number of a literal's text
    array      makes an array of a list of entries
    """

    functions: Mapping[str, Callable[..., Any]]
    number: Callable[[str], Any]
    array: Callable[[list[Any]], Any]


BINARY: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.Div: lambda a, b: a / b,
    ast.Mod: lambda a, b: a % b,
    ast.MatMult: lambda a, b: a @ b,
    ast.Pow: lambda a, b: a**b,
}
COMPARED: dict[type[ast.cmpop], str] = {
    ast.Lt: "less",
    ast.LtE: "less_equal",
    ast.Gt: "greater",
    ast.GtE: "greater_equal",
    ast.Eq: "equal",
    ast.NotEq: "not_equal",
}


def compute(text: str, values: Mapping[str, Any], system: NumberSystem) -> Any:
    """What a program gives: its last statement, where `values` has its variables (and sizes) by name."""
    reader = Reader(system, dict(values))
    result: Any = None
    for statement in filter(str.strip, re.split(r"[;\n]", text)):
        result = reader.statement(statement.strip())
    return result


def parsed(text: str) -> ast.AST:
    """Python's tree of one expression or assignment; Python's own words are names here, with a _ behind."""
    plain = WORD.sub(lambda word: _renamed(word.group()), text.replace("^", "**"))
    return ast.parse(plain).body[0]


def _renamed(word: str) -> str:
    return f"{word}_" if keyword.iskeyword(word) and word not in OPTION_WORDS else word


def _own(name: str) -> str:
    """The name as the language has it."""
    return name[:-1] if name[-1] == "_" and keyword.iskeyword(name[:-1]) else name


class Reader:
    """Computes statements one after the other; `names` grows with those that the program gives."""

    def __init__(self, system: NumberSystem, names: dict[str, Any]) -> None:
        self.system = system
        self.names = names
        self.functions = dict(system.functions)

    def statement(self, text: str) -> Any:
        definition = DEFINITION.fullmatch(text)
        if definition:
            self.define(*definition.groups())
            return None
        tree = parsed(text)
        if isinstance(tree, ast.Expr):
            return self.value(tree.value)
        if isinstance(tree, ast.Assign) and isinstance(tree.targets[0], ast.Name):
            self.names[_own(tree.targets[0].id)] = value = self.value(tree.value)
            return value
        raise ValueError(f"no statement of the language: {text}")

    def define(self, name: str, parameters: str, body: str) -> None:
        words = [word.strip() for word in parameters.split(",")]

        def function(*arguments: Any) -> Any:
            return compute(body, self.names | dict(zip(words, arguments, strict=True)), self.system)

        self.functions[name] = function

    def value(self, tree: ast.expr) -> Any:
        match tree:
            case ast.Constant(value=int() | float() as number):
                return self.system.number(repr(number))
            case ast.Name(id=name):
                return self.name(_own(name))
            case ast.BinOp(left=left, op=operator, right=right):
                return BINARY[type(operator)](self.value(left), self.value(right))
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return -self.value(operand)
            case ast.UnaryOp(op=ast.UAdd(), operand=operand):
                return self.value(operand)
            case ast.Compare(left=left, ops=[operator], comparators=[right]):
                return self.system.functions[COMPARED[type(operator)]](self.value(left), self.value(right))
            case ast.Call(func=ast.Name(id=name), args=arguments, keywords=options):
                chosen = {option.arg: self.option(option.value) for option in options if option.arg}
                return self.functions[_own(name)](*map(self.value, arguments), **chosen)
            case ast.Attribute(value=inner, attr="T"):
                return self.value(inner).T
            case ast.Subscript(value=inner, slice=key):
                return self.value(inner)[self.key(key)]
            case ast.List(elts=entries):
                return self.system.array([self.value(entry) for entry in entries])
        raise ValueError(f"not in the language: {ast.unparse(tree)}")

    def name(self, name: str) -> Any:
        if name in self.names:
            return self.names[name]
        if name in self.system.functions and name in ("pi", "e", "tau", "inf"):
            return self.system.functions[name]()
        raise ValueError(f"{name} has no value")

    def key(self, tree: ast.expr) -> Any:
        """An index: whole numbers and slices."""
        if isinstance(tree, ast.Tuple):
            return tuple(self.key(part) for part in tree.elts)
        if isinstance(tree, ast.Slice):
            return slice(*(part and int(self.value(part)) for part in (tree.lower, tree.upper, tree.step)))
        return int(self.value(tree))

    def option(self, tree: ast.expr) -> Any:
        """An option's value: `axis=[0, 2]`, `keepdims=True`, `reduction=mean`, `key="0, 1:"`."""
        match tree:
            case ast.Constant(value=None | bool() | str() as word):
                return word
            case ast.Name(id=name) if name not in self.names:
                return name
            case ast.List(elts=entries) | ast.Tuple(elts=entries):
                return tuple(int(self.value(entry)) for entry in entries)
        number = self.value(tree)
        return int(number) if number == int(number) else number
