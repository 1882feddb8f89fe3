set dx (bpcalc grad "x^2 + 3x" x=2 --get x)
echo "slope $dx"
set found (bpcalc grad "x^2*y" x=3 y=2 --get value,x,y)
echo $found[1], $found[3]
for x in 1 2
    bpcalc grad "x^2" x=$x --get x
end
#> slope 7.0
#> 18.0, 9.0
#> 2.0
#> 4.0
