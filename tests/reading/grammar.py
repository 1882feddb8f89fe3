"""The grammar at the top of the parser, as data: sentences are made from it, and texts held against it."""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Callable, Mapping

from bpcalc.reading import parser
from bpcalc.reading.bar_roles import Bars
from bpcalc.reading.lexer import END, FRACTIONS, SAME, SUPERSCRIPTS, is_word

# A symbol is a rule's name, or a quoted token; an alternative a row of symbols.
Rules = Mapping[str, list[tuple[str, ...]]]
# What the grammar leaves to the prose below it.
TOKENS = ("name", "number", "digits", "superscript", "subscript", "newline", "text", "quotes")
SUBSCRIPTS = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
RULE = re.compile(r" {4}([a-z]+) += (.+)")
REMARK = re.compile(r" {4,}")  # what stands between a rule and a remark


def rules() -> Rules:
    """The rules of the docstring without brackets: each `{ … }` and `[ … ]` is a rule of its own."""
    texts: dict[str, str] = {}
    assert parser.__doc__ is not None
    for line in parser.__doc__.split("Tokens:")[0].splitlines():
        if found := RULE.fullmatch(line):
            name = found[1]
            texts[name] = ""
        if found or line.strip().startswith("|"):
            texts[name] += " " + REMARK.split(found[2] if found else line.strip())[0]
    flat: dict[str, list[tuple[str, ...]]] = defaultdict(list)

    def alternatives(words: list[str], closing: str, title: str) -> None:
        """Reads up to `closing` and gives the alternatives to the rule `title`."""
        row: list[str] = []
        while words:
            word = words.pop(0)
            if word in ("(", "[", "{"):
                inner = f"{title}.{len(flat)}"
                flat[inner] = []
                alternatives(words, {"(": ")", "[": "]", "{": "}"}[word], inner)
                if word == "{":
                    flat[inner] = [(), *[(*one, inner) for one in flat[inner]]]
                elif word == "[":
                    flat[inner].append(())
                row.append(inner)
            elif word in ("|", closing):
                flat[title].append(tuple(row))
                row = []
                if word == closing:
                    return
            else:
                row.append(word)

    for name, text in texts.items():
        flat[name] = []
        alternatives([*re.findall(r'"[^"]*"|\S+', text), "end"], "end", name)
    return dict(flat)


def sentence(
    found: Rules, least: Mapping[str, float], symbol: str, special: Mapping[str, Callable[[], list[str]]],
    draw: random.Random,
) -> list[str]:  # fmt: skip
    """The tokens of a random text of a rule. `special` makes those of a symbol in its own way."""
    tokens: list[str] = []
    stack = [symbol]
    while stack:
        symbol = stack.pop()
        if symbol in special:
            tokens += special[symbol]()
        elif symbol in found:
            options = found[symbol]
            if len(tokens) + len(stack) > 40:  # towards an end
                options = [min(options, key=lambda row: sum(least.get(one, 1) for one in row))]
            stack += reversed(draw.choice(options))
        else:
            tokens.append(symbol[1:-1])
    return tokens


def shortest(found: Rules) -> dict[str, float]:
    """How many tokens each rule's shortest text has; a rule counts a little itself, so that none leads back to it."""
    least = dict.fromkeys(found, float("inf"))
    for _ in found:
        for name, rows in found.items():
            least[name] = 0.01 + min(sum(least.get(one, 1) for one in row) for row in rows)
    return least


def terminals(tokens: list[str]) -> list[set[str]]:
    """For each token of a text the symbols that it may be; newlines inside brackets, and the END, are left out."""
    depth, kinds, bars = 0, list[set[str]](), Bars(tokens)
    between = {at for first, last in bars.ends.items() for at in range(first, last)}
    for place, token in enumerate(tokens):
        depth += (token in ("(", "[", "{")) - (token in (")", "]", "}"))
        if token == END or (token == "\n" and (depth > 0 or place in between)):
            continue
        if place in bars.twice:  # two bars that stand side by side
            kinds += [{'"|"'}, {'"|"'}]
            continue
        kind = {f'"{SAME.get(token, token)}"', f'"{token}"'}
        if token == "\n":
            kind = {"newline"}
        elif is_word(token):
            kind |= {"name"} | ({"text"} if token in ("sum", "mean", "none") else set())
        elif token[0] in "0123456789." or token in FRACTIONS:
            kind |= {"number"} | ({"digits"} if token.isdecimal() else set())
        elif token[0] in SUPERSCRIPTS:
            kind |= {"superscript"}
        elif token.translate(SUBSCRIPTS).isdecimal():
            kind |= {"subscript"}
        elif token[0] in "'\"":
            kind |= {"quotes"}
        kinds.append(kind)
    return kinds


def derives(found: Rules, kinds: list[set[str]]) -> bool:
    """Has the grammar a derivation of these terminals? Earley's algorithm."""
    nullable: set[str] = set()
    while fresh := {
        name for name, rows in found.items() if name not in nullable and any(nullable.issuperset(row) for row in rows)
    }:
        nullable |= fresh
    # an item is a rule, an alternative, how far that is read, and where it began
    columns: list[dict[tuple[str, tuple[str, ...], int, int], None]] = [{} for _ in range(len(kinds) + 1)]
    columns[0] = dict.fromkeys(("program", row, 0, 0) for row in found["program"])
    for at, column in enumerate(columns):
        queue = [*column]
        while queue:
            name, row, dot, start = queue.pop()
            new: list[tuple[str, tuple[str, ...], int, int]] = []
            if dot == len(row):
                new = [
                    (upper, above, there + 1, begun)
                    for upper, above, there, begun in columns[start]
                    if there < len(above) and above[there] == name
                ]
            elif row[dot] in found:
                new = [(row[dot], one, 0, at) for one in found[row[dot]]]
                if row[dot] in nullable:
                    new.append((name, row, dot + 1, start))
            elif at < len(kinds) and row[dot] in kinds[at]:
                columns[at + 1][name, row, dot + 1, start] = None
            for item in new:
                if item not in column:
                    column[item] = None
                    queue.append(item)
    return any(name == "program" and dot == len(row) and start == 0 for name, row, dot, start in columns[-1])
