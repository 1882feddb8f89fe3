"""`bpcalc diff --verify`: formulas held against differences of the function at random numbers.

May use:   all that calculations may use
"""
