"""Every row of a table: value and gradients, by streaming or by an engine of columns, here or on a cluster.

Comes in:  a program, bound values, a table (CSV, TSV, JSON Lines, Parquet)
Goes out:  the table with the new columns, or the total of all rows
May use:   errors, gate, gates, graph, reading, algebra, engine, reports, calculations, show, emit

`running` is the face: it chooses the engine. `job` says which columns a program needs and which it makes; `evaluation`
gives the numbers of rows, `kinks` and `counts` what is to be said of them, `sums` their total. `lines`, `delimited` and
`tables` read a text record by record and `joining` writes it, so that all else stays byte for byte; `streaming` is the
engine that needs no package. `graphs` has both passes as layers: `frames` makes them columns of Polars, `queries` SQL.
`spark_dialect` has what Spark spells otherwise. `columnar` is what engines of columns have in common. What they would
read otherwise than it is meant is `irregular`, and goes by streaming.
"""
