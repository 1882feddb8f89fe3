# shells: bash zsh
eval "$(bpcalc grad 'sum(W@x)' 'W=[[1,2],[3,4]]' 'x=[1,-1]' -o env)"
echo "${d_x[@]}"
echo "${#d_W[@]} entries, ${d_W_shape[*]}"
#> 4.0 6.0
#> 4 entries, 2 2
