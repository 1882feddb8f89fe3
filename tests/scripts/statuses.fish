bpcalc diff "x^2" --equals "2*x" >/dev/null; echo $status
bpcalc diff "x^2" --equals "3*x" >/dev/null; echo $status
bpcalc grad x + y x=1 y=2 2>&1 | tail -1
#> 0
#> 1
#>   fish splits words at blanks: write "x + y"
