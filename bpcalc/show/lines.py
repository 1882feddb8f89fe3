"""The signs of Unicode that lines are drawn with in a terminal, by the ways that they go: light, heavy, or both."""

from __future__ import annotations

# What a line looks like that goes up, down, left, right.
LINES = {
    "ud": "│", "lr": "─", "dl": "╮", "ul": "╯", "ur": "╰", "dr": "╭", "udl": "┤", "udr": "├", "dlr": "┬", "ulr": "┴",
    "udlr": "┼", "l": "─", "r": "─", "u": "│", "d": "│",
}  # fmt: skip
# The same with heavy lines: for the ways of each sign, which of them are heavy.
HEAVY = {
    "lr": {"l": "╾", "r": "╼", "lr": "━"}, "ud": {"u": "╿", "d": "╽", "ud": "┃"},
    "dl": {"d": "┒", "l": "┑", "dl": "┓"}, "ul": {"u": "┚", "l": "┙", "ul": "┛"},
    "ur": {"u": "┖", "r": "┕", "ur": "┗"}, "dr": {"d": "┎", "r": "┍", "dr": "┏"},
    "udl": {"l": "┥", "u": "┦", "d": "┧", "ud": "┨", "ul": "┩", "dl": "┪", "udl": "┫"},
    "udr": {"r": "┝", "u": "┞", "d": "┟", "ud": "┠", "ur": "┡", "dr": "┢", "udr": "┣"},
    "dlr": {"l": "┭", "r": "┮", "lr": "┯", "d": "┰", "dl": "┱", "dr": "┲", "dlr": "┳"},
    "ulr": {"l": "┵", "r": "┶", "lr": "┷", "u": "┸", "ul": "┹", "ur": "┺", "ulr": "┻"},
    "udlr": {"l": "┽", "r": "┾", "lr": "┿", "u": "╀", "d": "╁", "ud": "╂", "ul": "╃", "ur": "╄", "dl": "╅", "dr": "╆",
             "ulr": "╇", "dlr": "╈", "udl": "╉", "udr": "╊", "udlr": "╋"},
    "l": {"l": "━"}, "r": {"r": "━"}, "u": {"u": "┃"}, "d": {"d": "┃"},
}  # fmt: skip
Ways = frozenset[str]
SIGNS: dict[tuple[Ways, Ways], str] = {(frozenset(ways), frozenset()): line for ways, line in LINES.items()}
SIGNS |= {
    (frozenset(ways), frozenset(heavy)): line for ways, found in HEAVY.items() for heavy, line in found.items()
}
