bpcalc grad "3*a + 10*b - 2*c" a=1 b=1 c=1 -o plain | tail -n +2 | sort -k2 -g | cut -f1
#> c
#> a
#> b
