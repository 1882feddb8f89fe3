"""LaTeX to the same graph as the language's own text, through the same calls; nothing becomes text in between.

`tokens` makes tokens and knows what is LaTeX at all, `commands` has what its words mean. `statements` takes a text
apart at its equal signs and line breaks, `reader` is the loop over one expression, on the stacks of a `scene`; with
`names` for what is one name, `variables` and `indices` for what it stands for, `sums` for what an index runs through,
as the `limits` below its sign say (`survey` has looked at all of them before), `whole` for the numbers in these,
`products` for operators that shapes decide, `calls` for functions, `postfix` for what belongs to an operand and
`environments` for matrices and cases. `shapes` tells the shape of a node as far as it is known before anything is
calculated. `refusals` says what is wrong.
"""
