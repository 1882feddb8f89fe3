# shells: bash zsh
slope=$(bpcalc diff "x^3*y" --get x)
echo "$slope"
bpcalc grad "$slope" x=2 y=5 --get value
bpcalc diff "x^3*y" --get x,y -o json
#> 3*x^2*y
#> 60.0
#> {"x": "3*x^2*y", "y": "x^3"}
