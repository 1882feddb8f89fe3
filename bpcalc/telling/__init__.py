"""Findings and steps in words, as the lectures say it.

Comes in:  a circuit with its numbers, and what was found in it
Goes out:  sentences and equations: warnings, shapes that do not fit, the steps of a trace
May use:   errors, gate, gates, graph, reading, writing, algebra, engine, reports

Every line with an equals sign is true: it is computed again from its own printed text before it is kept.
"""
