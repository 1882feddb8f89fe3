"""Every row of a table: value and gradients, by streaming or by an engine of data frames.

Comes in:  a program, bound values, a table (CSV, TSV, JSON Lines, Parquet)
Goes out:  the table with the new columns, or the total of all rows
May use:   errors, gate, gates, graph, reading, algebra, engine, reports, calculations, show, emit

`job` says which columns a program needs and which it makes; `evaluation` gives the numbers of one row. `delimited` and
`lines` read tables record by record and keep all else byte for byte; `streaming` is the engine that needs no package.
"""
