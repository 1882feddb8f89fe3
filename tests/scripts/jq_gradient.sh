# needs: jq
bpcalc grad "x^2*y/8" x=3 y=2 -ojson | jq -c '.gradient, .command, .schema'
bpcalc grad "x^2*y/8" x=3 y=2 --get x,value -ojson | jq -c .
#> {"x":1.5,"y":1.125}
#> "grad"
#> 1
#> {"x":1.5,"value":2.25}
