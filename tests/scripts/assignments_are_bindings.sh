bpcalc grad "sum(W@x)" "W=[[1,2],[3,4]]" "x=[1,-1]" -o env > step.env
bpcalc grad "sum(d_W^2) + d_x[1]*value" --bindings step.env --get value
#> -8.0
