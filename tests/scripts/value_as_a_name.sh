bpcalc grad "value*x" value=2 x=3 -o env 2>&1 | head -1
bpcalc grad "value*x" value=2 x=3 --get value,value.grad
#> error: this format has "value" for a result of its own, and the program for something else
#> 6.0
#> 3.0
