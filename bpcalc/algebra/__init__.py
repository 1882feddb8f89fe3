"""Number systems, one file or folder each. NumPy and SymPy are named here; else only where files of numbers are read
(`reading/files.py`) and where formulas are simplified (`calculations/simplify/worker.py`).

Comes in:  literals, bound values; the operations of gates
Goes out:  values and gradients in that system, and all that must be known of them
May use:   errors, gate, gates, graph, reading

`protocol` is the contract: what all others may ask of a number system. An algebra `m` has a function for every
primitive gate (`m.exp`, `m.multiply`, …) under the gate's own name, and values that take `+ - *` and `< <= > >=`.
Gates that are written in terms of others come from their records.
"""
