"""`--bounds`: numbers between ends that certainly hold the true one, on python-flint.

Arb has functions at the ends, rounded outwards; what lies between them is the matter of these modules. `spans` has the
numbers, `texts` how they are written, `arithmetic` sums, products and powers of them, `truths` conditions that may hold
or not, `algebra` the number system. `narrowed` and `refined` make enclosures of a gate and of its slope as narrow as
they are, `circular` and `special` have functions with extremes and poles of their own, `kinks` the sets of subgradients
where there is no derivative, and `ways` remembers which a gate may take. `second` has second derivatives; `linear` has
matrices, `arrays` and `second_arrays` have arrays of such numbers.

An enclosure is not always the range itself: in x/(1 + x) both x move apart, though they are one. It is never too small.
"""
