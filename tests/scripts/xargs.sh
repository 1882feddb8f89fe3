printf '%s\n' 1 2 3 | xargs -I{} bpcalc grad "x^2" x={} --get x
#> 2.0
#> 4.0
#> 6.0
