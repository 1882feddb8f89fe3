bpcalc grad "sum(x)" x=[1, 2] 2>&1 | tail -1
empty=
bpcalc grad "$empty^2" x=3 2>&1 | tail -1
bpcalc grad x=2 "x^2" 2>&1 | tail -1
touch xay
bpcalc grad x*y x=2 y=3 2>&1 | tail -1
#>   bash splits words at blanks: write "x=[1, 2]"
#>   if a variable of bash stood there ($x), it is empty: write x in the expression, and x=VALUE behind it
#>   the expression comes first: bpcalc grad "x^2" x=2
#>   there is a file xay: if a pattern was typed (*, ? or [), bash put the names of files in for it; quote the expression
