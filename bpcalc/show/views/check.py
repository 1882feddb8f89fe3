"""What `bpcalc check` found: a table of verdicts, and the judgement of claims."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from bpcalc.reports.check import DIFFERS, FOLLOWS, WAYS, WRONG
from bpcalc.show import Style
from bpcalc.show.document import number, warned
from bpcalc.show.grid import Grid, fit, plain, ruled
from bpcalc.show.heading import heading, headline, parted, shortened
from bpcalc.typed import TYPE_CHECKING, Any
from bpcalc.writing.numerals import aligned, exact, eye

if TYPE_CHECKING:
    from bpcalc.reports.check import Check, CheckReport, Claim

COMMAND = "check"
FORMATS = ("table", "json", "markdown")
# What goes first where the terminal is too narrow: no number is ever cut.
WHOLE = 10**9
SHOWN = 6  # names that one remark is made of
LEAST = dict.fromkeys(("formula", "forward", "digits", "complex_step", "value", "differences", "error"), WHOLE)
FOOT = (
    "relative error = |a - b|/max(|a|, |b|), the largest over the ways; within rounding it is 0. By CS231n's rule a",
    "gradient is probably wrong above 1e-2, uneasy down to 1e-4; below is fine where kinks are, and 1e-7 is good.",
)
COLOURS = {"agrees": "green", "right": "green", "kink": "yellow", "undecided": "yellow", "follows": "yellow",
           "differs": "bold red", "wrong": "bold red"}  # fmt: skip


def table(report: CheckReport, style: Style) -> str:
    """The checks or the claims, and what is to be said of them."""
    lines = []
    if not report.is_sheet:
        lines += [*_heading(report, style), ""]
    if report.claims:
        return "\n".join([*lines, *_claims(report, style)])
    if not report.checks:
        return "\n".join([*lines, "there is nothing to differentiate by"])
    whole = _grid(report, style.precision)
    grid = fit(whole, style.width, LEAST)
    lines += _drawn(grid, [check.verdict for check in report.checks], style)
    lines += _messages(report.checks, style)
    left_out = [WAYS[column] for column in whole if column not in grid and column in WAYS]
    if left_out:
        lines += ["", *_wrapped(f"no room for {', '.join(left_out)}: widen it, or pipe to less -S", style)]
    return "\n".join([*lines, "", *_foot(style)])


def _heading(report: CheckReport, style: Style) -> list[str]:
    """The expression and its value; at random points it has none that is shown."""
    if not _is_random(report):
        return headline(report, style)
    before, last = parted(report)
    return [shortened(before, last, "", style)]


def _is_random(report: CheckReport) -> bool:
    return any(check.points for check in report.checks) and not report.claims


def _grid(report: CheckReport, precision: int | None) -> Grid:
    checks, m = report.checks, report.circuit.m

    def column(title: str, find: Callable[[Check], Any]) -> list[str]:
        texts = []
        for check in checks:
            value = find(check)
            value = value if value is None or not m.shape(value) else _entry(m, value, check)
            missing = value is None or (value != value and find is not _backprop)
            texts.append("-" if missing else value if isinstance(value, str) else eye(m, value, precision))
        return [title, *aligned(texts)]

    ways = {
        way: column(title, lambda check, way=way: check.ways.get(way))  # type: ignore[misc]
        for way, title in WAYS.items() if any(check.ways.get(way) is not None for check in checks)
    }  # fmt: skip
    return {
        "name": ["name", *map(label, checks)],
        "value": column("value", lambda check: check.value),
        "backprop": column("backprop", _backprop),
        **ways,
        "error": ["rel. error", *(_error(check) for check in checks)],
        "verdict": ["verdict", *(check.verdict for check in checks)],
    }


def _backprop(check: Check) -> Any:
    return check.backprop


def _entry(m: Any, value: Any, check: Check) -> Any:
    """Of an array the worst entry, or where none is singled out what the array is."""
    if check.place:
        return m.value(m.entry(value, check.place))
    return " x ".join(map(str, m.shape(value))) + (" entries" if len(m.shape(value)) == 1 else "")


def label(check: Check) -> str:
    """`x`, `W[0, 1]`"""
    return f"{check.name}[{', '.join(map(str, check.place))}]" if check.place else check.name


def _error(check: Check) -> str:
    return "-" if check.relative_error is None else f"{check.relative_error:.1e}" if check.relative_error else "0"


def _drawn(grid: Grid, verdicts: Sequence[str], style: Style) -> list[str]:
    if not style.boxes:
        return plain(grid)
    rows = [
        [
            (cells[place], COLOURS[verdict] if column == "verdict" else "bold" if column == "name" else "")
            for column, cells in grid.items()
        ]
        for place, verdict in enumerate(verdicts, 1)
    ]
    return ruled([cells[0] for cells in grid.values()], rows, style)


def _messages(checks: Sequence[Check], style: Style) -> list[str]:
    alike: dict[str, list[str]] = {}
    for check in checks:
        if check.message:
            alike.setdefault(check.message, []).append(label(check))
    told = [f"{', '.join(names[:SHOWN])}{', …' if len(names) > SHOWN else ''}: {message}"
            for message, names in alike.items()]  # fmt: skip
    if checks and checks[0].points:
        told.append(f"at {checks[0].points} random points: of each name the worst is shown")
    return ["", *(line for one in told for line in _wrapped(one, style, "  "))] if told else []


def _foot(style: Style) -> list[str]:
    return _wrapped(" ".join(FOOT), style) if style.width else [*FOOT]


def _wrapped(line: str, style: Style, indent: str = "") -> list[str]:
    from textwrap import wrap

    return wrap(line, style.width, subsequent_indent=indent, break_long_words=False) if style.width else [line]


# Claims


def _claims(report: CheckReport, style: Style) -> list[str]:
    lines: list[str] = []
    for title in dict.fromkeys(claim.exercise for claim in report.claims):
        claims = [claim for claim in report.claims if claim.exercise == title]
        lines += [title, ""] if title is not None else []
        grid: Grid = {
            "name": ["gradient", *(f"∂/∂{claim.name}" for claim in claims)],
            "claim": ["claimed", *(_short(claim.claim) for claim in claims)],
            "claimed": ["is here", *_aligned([_number(claim, claim.claimed, style) for claim in claims])],
            "gradient": ["right", *_aligned([_number(claim, claim.gradient, style) for claim in claims])],
            "verdict": ["verdict", *(claim.verdict for claim in claims)],
            "how": ["how", *(claim.how for claim in claims)],
        }
        grid = fit(grid, style.width, {"how": WHOLE, "claimed": WHOLE, "claim": 8, "gradient": WHOLE})
        lines += _drawn(grid, [claim.verdict for claim in claims], style)
        told = [line for claim in claims if claim.message for line in _remark(claim, style)]
        lines += ["", *told] if told else []
        lines.append("")
    differ = [check for check in report.checks if check.verdict == DIFFERS]
    told = [f"backprop itself differs in {label(check)}: {check.message}" for check in differ]
    return [*lines, *(line for one in told for line in _wrapped(one, style, "  ")), score(report)]


def _remark(claim: Claim, style: Style) -> list[str]:
    """What is said of a claim, a line for each part."""
    first, *rest = claim.message.split("; ")
    parts = [f"{claim.name}: {first}", *(f"  {part}" for part in rest)]
    return [line for part in parts for line in _wrapped(part, style, "    ")]


def _number(claim: Claim, value: Any, style: Style) -> str:
    return "-" if value is None else eye(claim.m, value, style.precision)


def _aligned(texts: list[str]) -> list[str]:
    """Numbers under each other; arrays begin at the left."""
    return texts if any("[" in text or " x " in text for text in texts) else aligned(texts)


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"


def score(report: CheckReport) -> str:
    """`2 of 3 points`, and what counts a half."""
    wrong, follow = (sum(c.verdict == verdict for c in report.claims) for verdict in (WRONG, FOLLOWS))
    points = f"{report.right:g} of {len(report.claims)} points"
    if follow:
        return f"{points}; what follows from a wrong claim counts a half"
    if report.is_forward_wrong and not wrong:
        return f"{points}: the gradients are right, the forward pass is not"
    return points if wrong else f"{points}: all are right"


# For files and scripts


def markdown(report: CheckReport, style: Style) -> str:
    """The same as a table of Markdown."""
    lines: list[str] = []
    if not report.is_sheet:
        text, value = heading(report, style.precision)
        lines += [f"`{text}`{'' if _is_random(report) else value}", ""]
    if report.claims:
        lines += _rows(["exercise", "gradient", "claimed", "right", "verdict", "how", "remark"], [
            [claim.exercise or "", f"∂/∂{claim.name}", f"`{claim.claim}`", _number(claim, claim.gradient, style),
             claim.verdict, claim.how, claim.message]
            for claim in report.claims
        ])  # fmt: skip
        return "\n".join([*lines, "", score(report)])
    grid = _grid(report, style.precision)
    titles = [cells[0] for cells in grid.values()]
    rows = [[cell.strip() for cell in row] for row in zip(*(cells[1:] for cells in grid.values()), strict=True)]
    lines += _rows([*titles, "remark"], [
        [*row, check.message] for row, check in zip(rows, report.checks, strict=True)
    ])  # fmt: skip
    return "\n".join([*lines, "", *FOOT])


def _rows(titles: list[str], rows: list[list[str]]) -> list[str]:
    escaped = [[cell.replace("|", "\\|").replace("\n", " ") for cell in row] for row in [titles, *rows]]
    lines = [f"| {' | '.join(row)} |" for row in escaped]
    return [lines[0], "|" + " --- |" * len(titles), *lines[1:]]


def rows(report: CheckReport, style: Style) -> Iterator[tuple[str, ...]]:
    """A row a check; or a row a claim, where there are claims."""
    if report.claims:
        yield "exercise", "name", "claim", "claimed", "gradient", "verdict", "how", "mistake"
        for claim in report.claims:
            numbers = ("" if one is None else exact(claim.m, one) for one in (claim.claimed, claim.gradient))
            kind = claim.mistakes[0].kind if claim.mistakes else ""
            yield claim.exercise or "", claim.name, claim.claim, *numbers, claim.verdict, claim.how, kind
        return
    m = report.circuit.m
    yield "name", "value", "backprop", *WAYS, "relative_error", "verdict"
    for check in report.checks:
        ways = ("" if check.ways.get(way) is None else exact(m, m.value(check.ways[way])) for way in WAYS)
        error = "" if check.relative_error is None else repr(check.relative_error)
        yield check.name, exact(m, check.value), exact(m, check.backprop), *ways, error, check.verdict


def document(report: CheckReport, style: Style) -> dict[str, Any]:
    m, one = report.circuit.m, not report.is_sheet
    return {
        **({"expression": report.expression, "output": report.output} if one else {}),
        "value": number(m, report.value) if one and not _is_random(report) else None,
        "checks": [_check(m, check) for check in report.checks],
        "claims": [_claim(claim) for claim in report.claims],
        "right": int(report.right) if report.right % 1 == 0 else report.right,
        "of": len(report.claims),
        "agrees": report.agrees,
        "warnings": warned(report.warnings),
    }


def _check(m: Any, check: Check) -> dict[str, Any]:
    error = check.relative_error
    return {
        "name": check.name,
        "value": number(m, check.value),
        "backprop": number(m, check.backprop),
        **{way: _way(m, check.ways.get(way)) for way in WAYS},
        "relative_error": error if error is None or error < float("inf") else "Infinity",
        "verdict": check.verdict,
        "message": check.message,
        "index": [*check.place],
        "points": check.points,
    }


def _way(m: Any, value: Any) -> Any:
    """Numbers by one way, null where it has no answer."""
    return None if value is None else _nulls(number(m, m.value(value)))


def _nulls(entries: Any) -> Any:
    if isinstance(entries, list):
        return [_nulls(entry) for entry in entries]
    return None if entries == "NaN" else entries


def _claim(claim: Claim) -> dict[str, Any]:
    kinds = list(dict.fromkeys(mistake.kind for mistake in claim.mistakes))
    return {
        "exercise": claim.exercise,
        "name": claim.name,
        "claim": claim.claim,
        "claimed": number(claim.m, claim.claimed),
        "gradient": number(claim.m, claim.gradient),
        "verdict": claim.verdict,
        "how": claim.how,
        "mistake": kinds[0] if kinds else None,
        "mistakes": kinds,
        "message": claim.message,
    }

