echo '{"rate": 0.1, "w": 2}' > defaults.json
printf '# mine\nexport w=3\n' > mine.env
bpcalc grad "rate*w" --bindings defaults.json --bindings mine.env --get w,rate
bpcalc grad "rate*w" --bindings defaults.json --bindings mine.env w=5 --get rate
#> 0.1
#> 3.0
#> 5.0
