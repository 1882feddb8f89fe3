"""What all tests share: this folder is on the import path, and hypothesis always gives the same examples."""

from __future__ import annotations

from hypothesis import HealthCheck, settings
from hypothesis.internal.conjecture import providers

settings.register_profile(
    "repeatable", derandomize=True, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("repeatable")
# Newer versions also draw the numbers that stand in whatever modules are loaded: examples would depend on which tests
# run, in which order. None are looked for.
providers._get_local_constants = lambda: providers._local_constants
