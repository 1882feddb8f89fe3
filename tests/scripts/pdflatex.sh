# needs: pdflatex
{
    printf '%s\n' '\documentclass{article}' '\usepackage{amsmath,graphicx}' '\begin{document}'
    bpcalc grad "sigmoid(w*x + b)*x + log(w^2 + 1)/norm([w, x, b])" w=1 x=2 b=3 -o latex
    bpcalc grad "(x+y)*z" x=-2 y=5 z=-4 -o latex --part table
    bpcalc jvp "x^2*y" x=2 y=3 --tangent x=1 -o latex --part formula
    bpcalc diff "norm(A@x - b)^2" A:m,n x:n b:m -o latex
    echo '\end{document}'
} > sheet.tex
pdflatex -interaction=nonstopmode -halt-on-error sheet.tex > /dev/null && echo compiled
grep -c Overfull sheet.log
#> compiled
#> 0
