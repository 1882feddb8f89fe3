"""LaTeX to the same graph as the language's own text, through the same calls; nothing becomes text in between.

`tokens` makes tokens and knows what is LaTeX at all, `commands` has what its words mean. `reader` is the loop over one
expression, with `names` for what is one name, `sums` for what an index runs through, `products` for operators where
shapes decide, `calls` for functions, `environments` for matrices and cases, `statements` for what stands before an
equal sign. `shapes` tells the shape of a node as far as it is known before anything is calculated. `refusals` says what
is wrong.
"""
