"""`--simplify`: SymPy's simplification of formulas, used only where it is found to be equal.

SymPy works in a process of its own (`worker`, started by `process`), for it may run for minutes: that process ends
itself after a while. What it answers is held against the formula at many points (`equality`).
May use:   all that calculations may use
"""
