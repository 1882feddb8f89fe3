"""Thousands of cases that take no time each, as one test a group of them: a gate with all its samples and options."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from typing import Any

import pytest


def every(names: str, cases: Iterable[Any], by: Callable[[Any], str]) -> Callable[[Callable[..., None]], Any]:
    """As `pytest.mark.parametrize(names, cases)`, but with one test for each group that `by` names.

    All cases of a group are tried; those that fail are all told, each with the case that it was.
    """
    words = [word.strip() for word in names.split(",")]
    groups: dict[str, list[dict[str, Any]]] = {}
    for case in cases:
        parts = case if len(words) > 1 else (case,)
        groups.setdefault(by(case), []).append(dict(zip(words, parts, strict=True)))

    def decorate(test: Callable[..., None]) -> Any:
        def run(group: str, **others: Any) -> None:
            failures = [error for case in groups[group] if (error := _failure(test, case | others))]
            if failures:
                raise ExceptionGroup(f"{len(failures)} of {len(groups[group])} cases", failures)

        signature = inspect.signature(test)
        others = [parameter for name, parameter in signature.parameters.items() if name not in words]
        group = inspect.Parameter("group", inspect.Parameter.POSITIONAL_OR_KEYWORD)
        run.__signature__ = signature.replace(parameters=[group, *others])  # type: ignore[attr-defined]
        run.__name__, run.__doc__, run.__module__ = test.__name__, test.__doc__, test.__module__
        return pytest.mark.parametrize("group", groups)(run)

    return decorate


def _failure(test: Callable[..., None], case: dict[str, Any]) -> Exception | None:
    try:
        test(**case)
    except Exception as error:
        error.add_note(f"with {', '.join(f'{name} = {value}' for name, value in case.items())}")
        return error
    return None
