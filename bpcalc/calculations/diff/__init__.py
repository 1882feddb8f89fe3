"""`bpcalc diff`: derivatives as formulas. The pipeline stands in `pipeline`.

May use:   all that calculations may use
"""
