# needs: make
printf 'slope.txt: x.txt\n\t@bpcalc grad "x^2" x=@x.txt --get x > $@\n' > Makefile
echo 4 > x.txt
make -s slope.txt
cat slope.txt
#> 8.0
