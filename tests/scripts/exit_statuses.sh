# shells: bash zsh
bpcalc grad "x^2" x=2 > /dev/null; echo $?
bpcalc diff "x^2" --equals "3*x" > /dev/null; echo $?
bpcalc grad "x^2" > /dev/null 2>&1; echo $?
bpcalc grad "x^2" x=2 --get y > /dev/null 2>&1; echo $?
#> 0
#> 1
#> 2
#> 2
