while read -r answer; do
    if bpcalc diff "x^2*sin(x)" --equals "$answer" > /dev/null < /dev/null; then echo "right  $answer"
    else echo "wrong  $answer"; fi
done << 'END'
2*x*sin(x) + x^2*cos(x)
x*(2*sin(x) + x*cos(x))
2*x*cos(x)
x^2*cos(x) + sin(x)*(2x + 0.001)
END
#> right  2*x*sin(x) + x^2*cos(x)
#> right  x*(2*sin(x) + x*cos(x))
#> wrong  2*x*cos(x)
#> wrong  x^2*cos(x) + sin(x)*(2x + 0.001)
