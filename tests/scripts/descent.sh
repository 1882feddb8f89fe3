x=4 y=-2
for k in 1 2; do
    eval "$(bpcalc grad "x^2 + y^2" x=$x y=$y -o env)"
    x=$(bpcalc grad "x - 0.5*d" x=$x d=$d_x --get value) y=$(bpcalc grad "y - 0.5*d" y=$y d=$d_y --get value)
done
echo "$x $y"
#> 0.0 0.0
