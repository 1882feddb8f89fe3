"""Circuits drawn as the lectures draw them: values above the wires, gradients below.

Comes in:  a report, or a program without values
Goes out:  text, SVG, PNG, DOT, Mermaid, TikZ, HTML, JSON
May use:   errors, version, gate, gates, graph, reading, writing, reports, telling, calculations, show, emit

`picture` says what is drawn, `layout` where it stands (in columns: `layers`, at heights: `placing`), and every writer
is a module of its own. DOT and Mermaid lay out themselves, from the picture. `draw` is the pipeline;
`moments` has the passes step by step; `recomputed` the arithmetic of a page whose inputs are edited.
"""

DIGITS = 3  # significant digits of the numbers in a picture, unless others are asked for
