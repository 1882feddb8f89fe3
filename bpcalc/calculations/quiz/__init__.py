"""`bpcalc quiz`: small circuits to practise on, and the judgement of what is answered.

May use:   all that calculations may use
"""
