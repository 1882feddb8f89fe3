# shells: bash zsh
dx=$(bpcalc grad "x^2 + 3x" x=2 --get x)
echo "slope $dx"
#> slope 7.0
