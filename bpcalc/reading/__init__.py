"""Text to programs and values.

Comes in:  what a person wrote: a program, words such as `x=-2` and `A:m,n`, files of values
Goes out:  a Program (its graph, its output, its names), values by name, shapes by name; or an error with its place
May use:   errors, gate, gates, graph

The lexer makes tokens, the parser nodes; its grammar stands at the top of the parser. `mistakes` and `misreadings`
tell what is wrong with a text, and run only then. `streams` reads files and standard input, `files` and `tables` make
arrays of them, `bindings` values by name, and `cells` tells what is wrong with a table. Nothing is ever evaluated as
Python.
"""
