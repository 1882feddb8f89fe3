# needs: jq
jq -n '{x: [1, 2], id: "a", tags: null}' | bpcalc grad "sum(x^2)" --bindings - --get x 2>&1
#> [2.0, 4.0]
#> warning: the binding "id" is not used
#> warning: the binding "tags" is not used
