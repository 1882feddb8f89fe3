"""Power series as a number system: a function t steps from a point, as the coefficients of 1, t, t^2, …

Over any other number system: a coefficient is a float, or a formula. Run over a program it gives Taylor coefficients,
n of them in about n^2 steps a gate, where derivatives of derivatives grow from each to the next.

Sums, products, quotients and powers have recurrences of their own (`recurrences`), with negative exponents too:
sin(t)/t is the quotient of two series that begin with t. Every other gate needs no rule but its local gradients:
y' = local*x' tells the next coefficient of y from earlier ones, also where the gate itself (tan) or its partner (sin
and cos) is in that rule. So no coefficient is computed before it is asked for, and equal operations are one node.

A series holds for small t > 0 only, where every condition is decided and abs(t) is t. So a function has a Taylor
polynomial about x where those of x + t and x - t agree; and with x + t^2 in the place of x + t there are roots of t.

Source: Griewank and Walther, "Evaluating Derivatives" (2008), chapter 13.
"""
