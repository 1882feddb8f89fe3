"""Text to programs and values.

Comes in:  what a person wrote: a program, words such as `x=-2` and `A:m,n`, files of values; or a Python program's
           arguments
Goes out:  a Program (its graph, its output, its names), values by name, shapes by name; or an error with its place
May use:   errors, gate, gates, graph

`lexer` makes tokens, `parser` a graph: the whole grammar stands above it. It moves a `state` on, which `array_syntax`
and `array_rows` work on where arrays are met, with `fixed`, `sizes` and `gate_options` for what is chosen when a
program is written, and `functions` where the program defines one. A name that nothing gives goes to `products`, which
asks `arrayness` what may be an array; `layout` knows where blanks stand.
`indices` reads what stands between an index's brackets, `python` the notation of NumPy and PyTorch; `known_shapes` has
the shapes that are known so early. LaTeX has a lexer and a grammar of its own, `latex`, which end in the same calls.
`program` is what comes out.
`mistakes` and `misreadings` look at the state and tell what is wrong with a text, and run only then, with `notations`
and `elsewhere` for what other languages write and `extents` for the text to quote; `places` finds the text of a node
again. `streams` reads files and standard input, `files` and `tables` make arrays of them,
`bindings`, `declarations` and `objects` values by name, and `cells` tells what is wrong with a table. Nothing is ever
evaluated as Python, and nothing here is changed by use: an answer does not depend on what was asked before.
"""
