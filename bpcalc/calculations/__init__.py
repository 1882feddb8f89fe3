"""A pipeline for each command: prepare, run, describe.

Comes in:  a source text, values by name, options
Goes out:  the report of that command
May use:   errors, gate, gates, graph, reading, writing, algebra, engine, reports, telling

`passes` is what those with numbers begin with; each command's module then reads as one page.
"""
