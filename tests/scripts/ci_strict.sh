bpcalc grad "relu(x)" x=0 --strict=nonfinite -qo plain > /dev/null; echo $?
bpcalc grad "relu(x)" x=0 --strict=kink -qo plain > /dev/null; echo $?
bpcalc grad "relu(x)" x=1 --strict -qo plain > /dev/null; echo $?
#> 0
#> 1
#> 0
