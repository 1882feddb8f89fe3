bpcalc hessian "x^2*y" x=2 y=3 --get x.y,value,eigenvalues -o json
bpcalc jacobian "[x*y, x]" x=2 y=3 -o csv
bpcalc jvp "x^2*y" x=2 y=3 --tangent x=1 --get tangent,value -o tsv
#> {"x.y": 4.0, "value": 12.0, "eigenvalues": [-2.0, 8.0]}
#> output,input,derivative
#> f[0],x,3.0
#> f[1],x,1.0
#> f[0],y,2.0
#> f[1],y,0.0
#> tangent	value
#> 12.0	12.0
