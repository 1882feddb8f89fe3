export LC_ALL=C.UTF-8
count() { grep -c "$(printf '\033')\[" ; }
bpcalc grad "relu(x)" x=0 2>&1 | count
bpcalc grad "relu(x)" x=0 --color always 2>&1 > /dev/null | count
CLICOLOR_FORCE=1 bpcalc grad "relu(x)" x=0 2>&1 > /dev/null | count
FORCE_COLOR=1 bpcalc grad "relu(x" x=0 2>&1 | count
FORCE_COLOR=1 bpcalc grad "relu(x)" x=0 --color never 2>&1 | count
NO_COLOR=1 FORCE_COLOR=1 bpcalc grad "relu(x)" x=0 2>&1 | count
NO_COLOR=1 bpcalc grad "x" x=0 --nothing --color=always 2>&1 | count
#> 0
#> 1
#> 1
#> 1
#> 0
#> 0
#> 1
