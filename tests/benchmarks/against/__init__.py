"""The cases that `peers.py` runs: a module a peer, each with a function `cases(seed)` that makes them.

Nothing of a peer's code is copied: its library is asked for samples and answers, or its tests are read for the
expressions in them. Each module imports its peer itself, so that one can be run without the others.
"""
