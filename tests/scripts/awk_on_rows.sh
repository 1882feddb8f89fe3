bpcalc grad "(x+y)*z" x=-2 y=5 z=-4 -o tsv | awk -F'\t' 'NR > 1 && $2 == "input" {print $1, $6}'
#> x -4.0
#> y -4.0
#> z 3.0
