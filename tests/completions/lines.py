"""Lines as a person has typed them up to a TAB, and what each shell must offer there."""

from __future__ import annotations

from typing import NamedTuple


class Line(NamedTuple):
    """A line up to the cursor.

    offers  the words that are offered, in their order
    after   the line after one TAB at a terminal, its last blank included; "" where it stays as it is
    before  the `--option=` that belongs to the word at the cursor, but not to what is offered
    file    the offer is a file, so the shell makes it
    stays   no blank is put behind the word, for it goes on; bash closes open quotes all the same
    """

    title: str
    typed: str
    offers: list[str]
    after: str = ""
    before: str = ""
    file: bool = False
    stays: bool = False


FORMATS = ["table", "plain", "json", "csv", "tsv", "env", "markdown", "latex"]
CONVENTIONS = ["torch", "jax", "first", "all", "none"]

LINES = [
    Line("a command", "bpcalc hes", ["hessian"], "bpcalc hessian "),
    Line("commands", "bpcalc gra", ["grad", "graph"]),
    Line("an option", "bpcalc grad --conv", ["--convention"], "bpcalc grad --convention "),
    Line("options", "bpcalc grad --st", ["--step", "--strict"]),
    Line("all values", "bpcalc grad --format ", FORMATS),
    Line("all values of another option", "bpcalc grad 'x' --convention ", CONVENTIONS),
    Line("a value", "bpcalc grad -o js", ["json"], "bpcalc grad -o json "),
    Line("a value after =", "bpcalc grad --format=js", ["json"], "bpcalc grad --format=json ", before="--format="),
    Line("all values after =", "bpcalc grad --format=", FORMATS, before="--format="),
    Line("a shell", "bpcalc completions z", ["zsh"], "bpcalc completions zsh "),
    Line("variables, single quotes", "bpcalc grad '(x+y)*z' ", ["x=", "y=", "z="]),
    Line("variables, double quotes and blanks", 'bpcalc grad "a + b" ', ["a=", "b="]),
    Line("variables, backslashes", r"bpcalc grad \(a+\ b\)*a ", ["a=", "b="]),
    Line("no blank after =", "bpcalc grad 'sin(x)*pi' ", ["x="], "bpcalc grad 'sin(x)*pi' x="),
    Line("no blank after a longer name", "bpcalc grad 'w_0*x' w", ["w_0="], "bpcalc grad 'w_0*x' w_0="),
    Line("a Greek name", "bpcalc grad 'θ*2' ", ["θ="], "bpcalc grad 'θ*2' θ="),
    Line("nothing after x=", "bpcalc grad 'x*y' x=", []),
    Line("nothing in a value", "bpcalc grad 'x*y' x=y", []),
    Line("bound variables are gone", "bpcalc grad 'x*y' x=2 ", ["y="], "bpcalc grad 'x*y' x=2 y="),
    Line("an option in between", "bpcalc grad 'x*y' x=2 --trace ", ["y="], "bpcalc grad 'x*y' x=2 --trace y="),
    Line("an expression that begins with a minus sign", "bpcalc grad '-x^2' ", ["x="], "bpcalc grad '-x^2' x="),
    Line("the same after an option", "bpcalc grad --format json -t*2 ", ["t="], "bpcalc grad --format json -t*2 t="),
    Line("the same after --", "bpcalc grad -- -x^2*y y=1 ", ["x="], "bpcalc grad -- -x^2*y y=1 x="),
    Line("names for --get", "bpcalc grad 'q = x+y; q*z' --get v", ["value"], "bpcalc grad 'q = x+y; q*z' --get value "),
    Line("names for --wrt", "bpcalc grad 'q = x+y; q*z' --wrt x,", ["x,y", "x,q", "x,z"]),
    Line("gates for --expand", "bpcalc grad --expand softp", ["softplus"], "bpcalc grad --expand softplus "),
    Line("a gate", "bpcalc gates softp", ["softplus"], "bpcalc gates softplus "),
    Line("a gate's other name", "bpcalc gates arcsinh", ["arcsinh"], "bpcalc gates arcsinh "),
    Line("no second gate", "bpcalc gates tanh ta", []),
    Line("a broken expression", "bpcalc grad '(x+y' ", []),
    Line("an unfinished expression", "bpcalc grad '(x+y", []),
    Line("a file", "bpcalc grad x --bindings val", ["values.json"], "bpcalc grad x --bindings values.json ", file=True),
    Line(
        "a file after =", "bpcalc grad x --bindings=val", ["values.json"], "bpcalc grad x --bindings=values.json ",
        before="--bindings=", file=True,
    ),
    Line("inputs that can move", "bpcalc jvp 'x*y' --tangent ", ["x=", "y="]),
    Line(
        "those that do not move yet", "bpcalc jvp 'x*y' --tangent x=1 --tangent ", ["y="],
        "bpcalc jvp 'x*y' --tangent x=1 --tangent y=",
    ),
    Line("a number of forward mode", "bpcalc jvp 'q = x' --get q.", ["q.value", "q.tangent"]),
    Line("a function", "bpcalc grad 'x + softpl", ["x + softplus"], "bpcalc grad 'x + softplus", stays=True),
    Line(
        "a function behind =", "bpcalc grad 'q = x; softpl", ["q = x; softplus"], "bpcalc grad 'q = x; softplus",
        stays=True,
    ),
    Line("a function without quotes", "bpcalc grad softpl", ["softplus"], "bpcalc grad softplus", stays=True),
    Line(
        "a variable of the expression", 'bpcalc grad "width^2 + wid', ["width^2 + width"],
        'bpcalc grad "width^2 + width', stays=True,
    ),
    Line("a shape", "bpcalc diff 'norm(A)' ", ["A:"], "bpcalc diff 'norm(A)' A:", stays=True),
    Line(
        "shapes that are not declared yet", "bpcalc diff 'A@x' A:m,n ", ["x:"], "bpcalc diff 'A@x' A:m,n x:",
        stays=True,
    ),
    Line(
        "an array in a file", "bpcalc grad x x=@val", ["values.json"], "bpcalc grad x x=@values.json ",
        before="x=@", file=True,
    ),
    Line("a second name for --get", "bpcalc grad 'q = x*y; q^2' --get x,q.", ["x,q.value", "x,q.grad"]),
    Line("a Jacobian for --get", "bpcalc jacobian '[x, x*2]' --get ", ["x", "value"]),
    Line("a block for --get", "bpcalc hessian 'x*y' --get x.", ["x.x", "x.y", "x.value", "x.grad"]),
    Line("a derivative for --get", "bpcalc diff 'x*zeta' --get z", ["zeta"], "bpcalc diff 'x*zeta' --get zeta "),
    Line("a kind", "bpcalc grad x --strict=ki", ["kink"], "bpcalc grad x --strict=kink ", before="--strict="),
    Line("a command to be helped with", "bpcalc help jac", ["jacobian"], "bpcalc help jacobian "),
    Line("variables of a file", "bpcalc grad -f program.txt b=1 ", ["a="], "bpcalc grad -f program.txt b=1 a="),
]  # fmt: skip
