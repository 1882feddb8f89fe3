# shells: bash zsh
while read -r x y; do
    bpcalc grad "x*y" x="$x" y="$y" --get value,x -o csv < /dev/null | tail -1
done << 'END'
1 2
3 4
END
#> 2.0,2.0
#> 12.0,4.0
