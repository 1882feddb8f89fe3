printf '0,0\n0,5\n1,0\n' | bpcalc grad "sum(x^2)" x=@- --get value 2>&1 | cut -c1-61
printf '0.0\n0.5\n1.0\n' | bpcalc grad "sum(x^2)" x=@- --get value
#> 26.0
#> warning: x: standard input is read as a 3 x 2 matrix, for a c
#> 1.25
