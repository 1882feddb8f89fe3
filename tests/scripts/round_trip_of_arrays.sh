bpcalc grad "x*3" "x=[0.1, 0.2, nan, -inf]" --get value > there.txt 2> /dev/null
bpcalc grad "x*1" x=@there.txt --get value 2> /dev/null | diff - there.txt && echo same
bpcalc grad "x*1" x=@- --get value 2> /dev/null < there.txt | diff - there.txt && echo same
bpcalc grad "x*1" "x=$(cat there.txt)" --get value 2> /dev/null | diff - there.txt && echo same
#> same
#> same
#> same
