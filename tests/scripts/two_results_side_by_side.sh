# shells: bash zsh
eval "$(bpcalc grad 'x^2' x=3 -o env --prefix old_)"
eval "$(bpcalc grad 'x^3' x=3 -o env --prefix new_)"
echo "$old_d_x $new_d_x"
#> 6.0 27.0
