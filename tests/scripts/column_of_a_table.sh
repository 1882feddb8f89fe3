# shells: bash zsh
printf 'name,price,weight\nbolt,2,0.5\nnut,3,0.25\n' > parts.csv
bpcalc grad "sum(p*w)" p=@parts.csv:price w=@parts.csv:weight --get value,w -o env
bpcalc grad "sum(price*weight)" --bindings parts.csv --get value -q
bpcalc grad "sum(p)" p=@parts.csv:name 2>&1
bpcalc grad "sum(p)" p=@parts.csv:prize 2>&1
#> value=1.75
#> d_w=(2.0 3.0)
#> 1.75
#> error: "parts.csv", row 2, column 1: "bolt" is not a number
#> error: "parts.csv" has no column "prize"
#>   did you mean price?
