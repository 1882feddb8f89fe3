bpcalc diff "(x+1)^2 - 1" --order 0 -o plain
bpcalc diff "(x+1)^2 - 1" --order 0 --equals "x*(x+2)" > /dev/null && echo same
#> x^2 + 2*x
#> same
