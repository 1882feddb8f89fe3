"""Findings and steps in words, as the lectures say it.

Comes in:  a circuit with its numbers, and what was found in it
Goes out:  sentences and equations: warnings, shapes that do not fit, the steps of a trace
May use:   errors, gate, gates, graph, reading, writing, algebra, engine, reports

A trace begins in `teller`. Its lines are made pass by pass in `forward_words`, `backward_words` and `tangent_words`
(forward mode), its end in `meaning`; `one_gate` makes the formulas, `vocabulary` knows what things are called. Every
line with an equals sign is true: what puts numbers into a formula is computed again from its own printed text.
"""
