bpcalc grad "relu(x)" x=0 --get x 2> told.txt
grep -c '^warning: ' told.txt
bpcalc grad "x +" x=0 2> told.txt | wc -c | tr -d ' '
grep -c '^error: ' told.txt
#> 0.0
#> 1
#> 0
#> 1
