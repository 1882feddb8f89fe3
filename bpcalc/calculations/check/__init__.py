"""`bpcalc check`: backprop held against independent ways, and claimed gradients judged and explained.

May use:   all that calculations may use
"""
