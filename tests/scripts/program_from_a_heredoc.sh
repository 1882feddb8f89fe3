# shells: bash zsh
bpcalc grad - x=3 --get value,x << 'END'
# a comment
swish(t) = t*sigmoid(0*t)
swish(x)
END
#> 1.5
#> 0.5
