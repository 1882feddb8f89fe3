# needs: bc
echo "$(bpcalc grad "x/1e9" x=3 --get x --number %.12f) * 10^9" | bc -l
#> 1.000000000000
