"""Thousands of cases that take no time each, as one test a group of them: pytest spends more on a test than they do."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from typing import Any

import pytest

TOGETHER = 25  # of cases that have no groups


def every(
    names: str, cases: Iterable[Any], by: Callable[[Any], str], called: Callable[[Any], Any] | None = None
) -> Callable[[Callable[..., None]], Any]:
    """As `pytest.mark.parametrize(names, cases)`, but with one test for each group that `by` names.

    All cases of a group are tried; those that fail are all told, each with the case that it was: with its arguments,
    or as it is `called`.
    """
    groups: dict[str, list[Any]] = {}
    for case in cases:
        groups.setdefault(by(case), []).append(case)
    return _tests(names, groups, called)


def several(
    names: str, cases: Iterable[Any], called: Callable[[Any], Any] | None = None
) -> Callable[[Callable[..., None]], Any]:
    """The same for cases that have no groups: some that follow each other are one."""
    listed = [*cases]
    places = range(0, len(listed), TOGETHER)
    groups = {f"from {place + 1}": listed[place : place + TOGETHER] for place in places}

    def decorate(test: Callable[..., None]) -> Any:
        made = _tests(names, groups, called)(test)
        made.holds_several = True  # for conftest.py, which says what is quick
        return made

    return decorate


def _tests(
    names: str, groups: dict[str, list[Any]], called: Callable[[Any], Any] | None
) -> Callable[[Callable[..., None]], Any]:
    words = [word.strip() for word in names.split(",")]

    def tried(test: Callable[..., None], case: Any, others: dict[str, Any]) -> Exception | None:
        parts = dict(zip(words, case if len(words) > 1 else (case,), strict=True))
        try:
            test(**parts, **others)
        except Exception as error:
            told = called(case) if called else ", ".join(f"{name} = {value}" for name, value in parts.items())
            error.add_note(f"with {told}")
            return error
        return None

    def decorate(test: Callable[..., None]) -> Any:
        def run(group: str, **others: Any) -> None:
            failures = [error for case in groups[group] if (error := tried(test, case, others))]
            if failures:
                raise ExceptionGroup(f"{len(failures)} of {len(groups[group])} cases", failures)

        signature = inspect.signature(test)
        kept = [parameter for name, parameter in signature.parameters.items() if name not in words]
        group = inspect.Parameter("group", inspect.Parameter.POSITIONAL_OR_KEYWORD)
        run.__signature__ = signature.replace(parameters=[group, *kept])  # type: ignore[attr-defined]
        run.__name__, run.__doc__, run.__module__ = test.__name__, test.__doc__, test.__module__
        run.pytestmark = [*getattr(test, "pytestmark", ())]  # type: ignore[attr-defined]
        return pytest.mark.parametrize("group", groups)(run)

    return decorate
