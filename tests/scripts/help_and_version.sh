bpcalc -V | cut -d' ' -f1
bpcalc help diff | head -1
diff <(bpcalc help grad) <(bpcalc grad --help) && echo same
bpcalc help | grep -o NO_COLOR
bpcalc man grad | head -2 | tail -1
#> bpcalc
#> Usage: bpcalc diff [OPTIONS] [EXPRESSION] [NAME:SIZES | NAME=VALUE]...
#> same
#> NO_COLOR
#> .SH NAME
