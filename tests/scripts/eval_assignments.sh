# shells: bash zsh
eval "$(bpcalc grad 'x^2 * y' x=3 y=2 -o env)"
echo "$value $d_x $d_y"
#> 18.0 12.0 9.0
