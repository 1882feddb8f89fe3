x=1
for k in 1 2 3 4 5 6; do
    x=$(bpcalc grad "f(a) = a^2 - 2; x - f(x)/grad(f(x), x)" x=$x --get value)
done
echo "$x"
#> 1.414213562373095
