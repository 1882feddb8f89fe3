"""Graphs and numbers to text.

Comes in:  a graph, a node of it, names for some of its nodes; numbers and arrays
Goes out:  text: of the language itself, of LaTeX, of formulas as one writes them by hand; digits
May use:   errors, gate, gates, graph, reading

One writer (`unparse`) serves all notations; each brings its dialect. A text says no more than it is given: what a
node is called, how many digits a number has and where a line ends is decided by who asks for it.
"""
