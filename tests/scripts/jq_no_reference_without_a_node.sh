# needs: jq
bpcalc grad "2*x^2 + sqrt(2)*y" x=3 y=2 -o json |
    jq -c '[.nodes[].name] as $names | [.nodes[].inputs[]] - $names'
bpcalc jvp "2*x^2 + sqrt(2)*y" x=3 y=2 --tangent x=1 -o json |
    jq -c '[.nodes[].name] as $names | [.nodes[].inputs[]] - $names'
#> []
#> []
