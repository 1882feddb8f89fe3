"""Laws that must bite: one that has nothing to compare in most of its examples holds whatever the program does."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Callable
from typing import Any


def bites(least: float = 0.8) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Over a law under `@given` that returns whether it compared anything: in so large a part of its examples it must.

    What it returns is counted here, for hypothesis wants nothing returned. Examples left by `assume` do not count.
    """

    def decorate(law: Any) -> Callable[..., None]:
        compared: Counter[bool] = Counter()
        body = law.hypothesis.inner_test

        @functools.wraps(body)
        def counted(*arguments: Any, **named: Any) -> None:
            compared[bool(body(*arguments, **named))] += 1

        law.hypothesis.inner_test = counted

        @functools.wraps(law)
        def run(*arguments: Any, **named: Any) -> None:
            compared.clear()
            law(*arguments, **named)
            assert compared[True] >= least * compared.total(), f"compared in {compared[True]} of {compared.total()}"

        return run

    return decorate
