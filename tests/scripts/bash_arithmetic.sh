slope=$(bpcalc grad "1e6*x^2" x=2 --get x --number %d)
echo $((slope / 1000))
bpcalc grad "x/3" x=1e-7 --get value,x --number %.10f
#> 4000
#> 0.0000000333
#> 0.3333333333
