"""The bare tape: the least program that does what bpcalc does, to measure bpcalc against.

`python tape.py PROGRAM BINDINGS.json` prints the value and the gradient as `bpcalc grad -f PROGRAM -o plain` does. One
regular expression, one explicit stack, flat lists. Equal subexpressions are not found, mistakes are not looked for,
there is no minus sign before a number, and the operations are spelled out in the loops.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable
from math import cos, exp, log, sin

TOKEN = re.compile(r"[A-Za-z_]\w*|[0-9.]+(?:[eE][+-]?[0-9]+)?|\S")
FUNCTIONS = frozenset(("sin", "cos", "exp", "log"))
BINDING = {"(": 0, "+": 1, "-": 1, "*": 2, "/": 2}

operations: list[str] = []  # "" for a leaf
left: list[int] = []
right: list[int] = []
values: list[float] = []
places: dict[str, int] = {}  # names and numbers


def append(operation: str, a: int, b: int, value: float = 0.0) -> int:
    operations.append(operation)
    left.append(a)
    right.append(b)
    values.append(value)
    return len(values) - 1


def read(text: str, bindings: dict[str, float]) -> int:
    """Puts one expression on the tape, by Dijkstra's shunting yard."""
    operands: list[int] = []
    waiting = ["("]
    for token in TOKEN.findall(text):
        if token == "(" or token in FUNCTIONS:
            waiting.append(token)
        elif token == ")":
            while (operation := waiting.pop()) != "(":
                b = operands.pop()
                operands[-1] = append(operation, operands[-1], b)
            if waiting[-1] in FUNCTIONS:
                operands[-1] = append(waiting.pop(), operands[-1], 0)
        elif token in BINDING:
            binding = BINDING[token]
            while BINDING[waiting[-1]] >= binding:
                b = operands.pop()
                operands[-1] = append(waiting.pop(), operands[-1], b)
            waiting.append(token)
        else:
            place = places.get(token)
            if place is None:
                value = bindings[token] if token in bindings else float(token)
                place = places[token] = append("", 0, 0, value)
            operands.append(place)
    while len(waiting) > 1:
        b = operands.pop()
        operands[-1] = append(waiting.pop(), operands[-1], b)
    return operands[0]


def read_program(lines: Iterable[str], bindings: dict[str, float]) -> int:
    """Puts a program on the tape, a statement a line; gives the last one's place."""
    output = 0
    for line in lines:
        name, equals, expression = line.rpartition("=")
        output = read(expression, bindings)
        if equals:
            places[name.strip()] = output
    return output


def forward() -> None:
    for i, (operation, a, b) in enumerate(zip(operations, left, right, strict=True)):
        if operation == "+":
            values[i] = values[a] + values[b]
        elif operation == "*":
            values[i] = values[a] * values[b]
        elif operation == "sin":
            values[i] = sin(values[a])
        elif operation == "-":
            values[i] = values[a] - values[b]
        elif operation == "/":
            values[i] = values[a] / values[b]
        elif operation == "cos":
            values[i] = cos(values[a])
        elif operation == "exp":
            values[i] = exp(values[a])
        elif operation == "log":
            values[i] = log(values[a])


def backward(output: int) -> list[float]:
    gradients = [0.0] * len(values)
    gradients[output] = 1.0
    for i in range(output, -1, -1):
        operation = operations[i]
        if not operation:
            continue
        upstream, a, b = gradients[i], left[i], right[i]
        if operation == "+":
            gradients[a] += upstream
            gradients[b] += upstream
        elif operation == "*":
            gradients[a] += upstream * values[b]
            gradients[b] += upstream * values[a]
        elif operation == "sin":
            gradients[a] += upstream * cos(values[a])
        elif operation == "-":
            gradients[a] += upstream
            gradients[b] -= upstream
        elif operation == "/":
            gradients[a] += upstream / values[b]
            gradients[b] -= upstream * values[i] / values[b]
        elif operation == "cos":
            gradients[a] -= upstream * sin(values[a])
        elif operation == "exp":
            gradients[a] += upstream * values[i]
        elif operation == "log":
            gradients[a] += upstream / values[a]
    return gradients


def main(program: str, bindings: str) -> None:
    with open(bindings) as file:
        given = json.load(file)
    with open(program) as file:
        output = read_program(file, given)
    forward()
    gradients = backward(output)
    lines = [f"value\t{values[output]!r}"]
    # in the order of their first use: dictionaries keep it
    lines += [f"{name}\t{gradients[place]!r}" for name, place in places.items() if name in given]
    print("\n".join(lines))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
