# needs: pandoc
bpcalc grad "(x+y)*z" x=-2 y=5 z=-4 -o markdown | pandoc -f gfm -t html | grep -c '<tr'
#> 6
