# shells: bash zsh
{ read -r value; read -r dx; read -r dy; } < <(bpcalc grad "x^2*y" x=3 y=2 --get value,x,y)
echo "$value $dx $dy"
#> 18.0 12.0 9.0
