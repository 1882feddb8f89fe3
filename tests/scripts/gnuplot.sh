# needs: gnuplot
for x in 0 1 2 3; do echo "$x $(bpcalc grad 'x^2' x=$x --get x)"; done > slope.dat
gnuplot -e 'stats "slope.dat" using 1:2 nooutput; print STATS_slope' 2>&1
#> 2.0
