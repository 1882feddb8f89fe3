set -o pipefail
bpcalc grad "sum(x^2)" "x=arange(100000)" -o plain | head -1
echo "${PIPESTATUS[0]}"
#> value	333328333350000.0
#> 141
