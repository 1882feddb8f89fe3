r"""Environments that are values: matrices and cases. Cells and rows are read by the reader's own loop."""

from __future__ import annotations

from bpcalc.gates.arrays import GATES
from bpcalc.reading.latex.commands import CASES, CONDITIONS, MATRICES, OTHERWISE
from bpcalc.reading.latex.names import plain
from bpcalc.reading.latex.scene import OPEN, EntryByEntryError, Open, Scene, Value

OPPOSITE = {"less": "greater_equal", "greater": "less_equal", "less_equal": "greater", "greater_equal": "less",
            "equal": "not_equal", "not_equal": "equal"}  # fmt: skip
LOOSE = "cases that are an array"


class Table:
    """The rows that are read so far; `otherwise` is true where the row says that it is the last case."""

    def __init__(self, word: str, is_cases: bool) -> None:
        self.word, self.is_cases = word, is_cases
        self.rows: list[list[Value]] = [[]]
        self.otherwise = False


def begin(scene: Scene) -> bool:
    r"""Enters an environment that has a value. False where none begins here."""
    token, place = scene.token(), scene.place
    word = token[token.index("{") + 1 : -1]
    outer = scene.opens[-1] if scene.opens else None
    in_brace = word == "array" and outer is not None and outer.closes == r"\}" and scene.tokens[place - 1] == r"\{"
    if word not in MATRICES and word not in CASES:
        return False
    scene.opens.append(Open("table", place, rf"\end{{{word}}}", Table(word, word in CASES or in_brace)))
    scene.pending.append(OPEN)
    scene.place += 1
    return True


def in_cases(scene: Scene) -> bool:
    return bool(scene.opens) and scene.opens[-1].kind == "table" and scene.opens[-1].more.is_cases


def word_of_cases(scene: Scene) -> bool:
    r"""Takes \text{if} and \text{otherwise}, and what else stands in the second column. False for any other token."""
    token = scene.token()
    if not token.startswith(r"\text{") or not in_cases(scene):
        return False
    table: Table = scene.opens[-1].more
    word = plain(token).strip("_,:").lower()
    if word in CONDITIONS and table.rows[-1]:
        scene.place += 1
        return True
    if word in OTHERWISE and table.rows[-1]:
        table.otherwise = True
        scene.place += 1
        return True
    return False


def ends_cell(scene: Scene) -> bool:
    """Does a cell of the innermost environment end here?"""
    if not scene.opens or scene.opens[-1].kind != "table":
        return False
    token = scene.token()
    if token in ("&", "\\\\") or token.startswith(r"\end{"):
        return True
    if not in_cases(scene) or scene.opens[-1].more.rows[-1]:
        return False
    word = plain(token).strip("_,:").lower() if token.startswith(r"\text{") else ""
    after = scene.token(1)
    return word in CONDITIONS or word in OTHERWISE or (token == "," and (after == "&" or after.startswith(r"\text{")))


def end_cell(scene: Scene, value: Value | None) -> bool:
    """Ends a cell, and the row or the environment where that ends too. True where a value stands there now."""
    opened = scene.opens[-1]
    table: Table = opened.more
    if value is not None:
        table.rows[-1].append(value)
    token = scene.token()
    if token == ",":
        scene.place += 1
        token = scene.token()
    if token == "&":
        scene.place += 1
    elif token == "\\\\":
        scene.place += 1
        if not scene.token().startswith(r"\end{"):
            table.rows.append([])
    if not scene.token().startswith(r"\end{"):
        return False
    if scene.token() != opened.closes:
        raise scene.error(f'this "{scene.token()}" closes "{scene.tokens[opened.place]}"', f"write {opened.closes}")
    scene.opens.pop()
    scene.pending.pop()
    scene.place += 1
    scene.operands.append(_cases(scene, table, opened) if table.is_cases else _matrix(scene, table, opened))
    return True


def empty_cell(scene: Scene) -> bool:
    r"""Ends a cell in which nothing stands, as behind \text{otherwise}. True where a value stands there now."""
    table: Table = scene.opens[-1].more
    if (table.is_cases and table.otherwise) or (table.rows[-1] == [] and scene.token().startswith(r"\end{")):
        if not table.rows[-1]:
            table.rows.pop()
        return end_cell(scene, None)
    raise scene.error("a cell is empty here")


def _matrix(scene: Scene, table: Table, opened: Open) -> Value:
    """A matrix; of one row or one column a vector."""
    rows, place = table.rows, opened.place
    if not rows or not rows[0]:
        raise scene.error("there is nothing in this matrix", first=place)
    if any(len(row) != len(rows[0]) for row in rows):
        raise scene.error("the rows of this matrix have not the same length", first=place)
    if any(value.over for row in rows for value in row):
        raise EntryByEntryError
    array = GATES["array"]
    if len(rows) == 1 or len(rows[0]) == 1:
        nodes = tuple(value.node for row in rows for value in row)
        node = scene.apply(array, nodes, place)
    else:
        node = scene.apply(array, tuple(scene.apply(array, tuple(value.node for value in row), place) for row in rows),
                           place)  # fmt: skip
    if table.word == "vmatrix":
        if len(rows) != len(rows[0]):
            raise scene.error("only a square matrix has a determinant", first=place)
        node = scene.apply("det", (node,), place) if len(rows) > 1 else rows[0][0].node
    return Value(node, place)


def _cases(scene: Scene, table: Table, opened: Open) -> Value:
    """`where`, from the last case to the first."""
    rows, place = [row for row in table.rows if row], opened.place
    for number, row in enumerate(rows):
        is_last = number == len(rows) - 1
        if len(row) > 2 or (len(row) < 2 and not (is_last and (table.otherwise or len(rows) > 1))):
            hint = r"as in x & \text{if } x > 0 \\ 0 & \text{otherwise}"
            raise scene.error("a case is a value and its condition", hint, place)
    if not rows:
        raise scene.error("there is no case here", first=place)
    last = rows.pop()
    if len(last) == 1 or (rows and _is_opposite(scene, rows, last[1])):
        found = last[0]
    else:
        nothing = Value(scene.own.graph.constant("nan"), place)
        found = scene.entrywise("where", (last[1], last[0], nothing), place)
        scene.note("cases", "where no case holds, the value is nan: end with \\text{otherwise}")
    for value, condition in reversed(rows):
        found = scene.entrywise("where", (condition, value, found), place)
    return found._replace(first=place, digits="")


def _is_opposite(scene: Scene, rows: list[list[Value]], condition: Value) -> bool:
    """Does a condition hold exactly where the one case before it does not?"""
    graph = scene.own.graph
    one, other = rows[-1][1].node, condition.node
    return (
        len(rows) == 1 and OPPOSITE.get(graph.gates[one].name) == graph.gates[other].name
        and graph.inputs[one] == graph.inputs[other]
    )  # fmt: skip
