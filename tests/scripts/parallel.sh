# needs: parallel
parallel -k --will-cite bpcalc grad '"x^2"' x={} --get x ::: 1 2 3
#> 2.0
#> 4.0
#> 6.0
