"""`--to c`: C99 without dependencies, `double f(double x, …, double *grad)`."""

from __future__ import annotations

import re
from functools import partial

from bpcalc.emit import curly, gammas
from bpcalc.emit.expression import CHOICE, COMPARE, SIGN, SUM, Table, called, form, helper
from bpcalc.emit.legal import Legal, own_name
from bpcalc.emit.python import where
from bpcalc.reports.derivation import Derivation

NAME = "f"
CALLS = {
    **{name: name for name in ("exp", "expm1", "log", "log2", "log10", "log1p", "sqrt", "cbrt", "sin", "cos", "tan",
                               "asin", "acos", "atan", "sinh", "cosh", "tanh", "asinh", "acosh", "atanh", "erf", "erfc",
                               "floor", "ceil", "lgamma")},
    "abs": "fabs", "gamma": "tgamma", "round": "rint",
}  # fmt: skip
HELPERS = {
    **gammas.C,
    "maximum": """
// The larger number; nan where one of them is.
static double maximum(double a, double b) {
    return a != a || (b == b && a >= b) ? a : b;
}
""",
    "minimum": """
// The smaller number; nan where one of them is.
static double minimum(double a, double b) {
    return a != a || (b == b && a <= b) ? a : b;
}
""",
    "modulo": """
// The remainder of a/b with the sign of b, without rounding.
static double modulo(double a, double b) {
    double rest = fmod(a, b);
    return rest == 0.0 ? copysign(rest, b) : (rest < 0.0) == (b < 0.0) ? rest : rest + b;
}
""",
    "sign": """
// -1, 0 or 1.
static double sign(double x) {
    return x > 0.0 ? 1.0 : x < 0.0 ? -1.0 : x;
}
""",
}
WORDS = """
auto break case char const continue default do double else enum extern float for goto if inline int long register
restrict return short signed sizeof static struct switch typedef union unsigned void volatile while _Bool _Complex
_Imaginary main grad asm fortran linux unix stdin stdout stderr NULL INFINITY NAN printf errno pow fmod hypot atan2 at
value gradient place found worst h ahead behind moved names k fabs tgamma signgam copysign
"""
STYLE = curly.Style(
    table=Table(
        ways=curly.ways(
            CALLS, partial(called, "pow"),
            hypot=form("hypot({0}, {1})"), atan2=form("atan2({0}, {1})"),
            **dict.fromkeys(gammas.C, gammas.helped),
            max=partial(curly.extreme, "maximum"), min=partial(curly.extreme, "minimum"),
            mod=partial(helper, "modulo"), sign=partial(helper, "sign"),
            where=form("{0?} ? {1} : {2}", CHOICE, CHOICE + 1, CHOICE + 1, CHOICE),
        ),
        number=partial(curly.number, "INFINITY", "NAN"), truth=form("(double)({0})", SIGN),
        words=("&&", "||", "!"), nonzero=form("{0} != 0.0", COMPARE, SUM), has_functions=True,
    ),
    declare="double", parameter="double {}", head="static double {name}({parameters}) {{", helpers=HELPERS,
    reserved=frozenset((*WORDS.split(), *CALLS.values(), *HELPERS)),
)  # fmt: skip
CHECK = """
#ifdef CHECK
#include <stdio.h>

// Holds each gradient against a central difference, {where}: 0 if all agree, else 1.
int main(void) {{
    double at[] = {{{values}}}, grad[{count}];
    const int moved[][2] = {{{moved}}};  // the place of an input, and of its gradient
    const char *names[] = {{{names}}};
    double value = {call}, worst = 0.0;
    for (int k = 0; k < {checks}; k++) {{
        double gradient = grad[moved[k][1]], *x = &at[moved[k][0]], here = *x, other[{count}];
        double h = 6e-6 * fmax(1.0, fabs(here));
        *x = here + h;
        double ahead = {other};
        *x = here - h;
        double behind = {other};
        *x = here;
        double found = {seed}(ahead - behind) / (2.0 * h);
        double allowed = 1e-5 * fmax(fmax(fabs(found), fabs(gradient)), 1e-3) + 1e-14 * fabs(value) / h;
        if (!(fabs(found - gradient) <= allowed)) {{
            printf("the gradient of %s is %.17g, a central difference gives %.17g\\n", names[k], gradient, found);
            return 1;
        }}
        worst = fmax(worst, fabs(found - gradient));
    }}
    printf("the gradients agree with central differences (they differ by %.0e at most)\\n", worst);
    return 0;
}}
#endif
"""
NOTHING = """
#ifdef CHECK
#include <stdio.h>

int main(void) {
    printf("there is no gradient that a central difference could be compared with\\n");
    return 0;
}
#endif
"""


def write(derivation: Derivation, name: str, dialect: str | None = None) -> str:
    """The program."""
    d, plan = derivation, curly.planned(derivation, STYLE)
    name = own_name(name, STYLE.reserved | {"x", "here", "other", "allowed"}, "C")
    inputs = list(plan.inputs.values())
    body = curly.passes(plan, STYLE)
    used = set(re.findall(r"\w+", "\n".join(body) + plan.output + " ".join(plan.gradient.values())))
    unused = [f"    (void){one};  // nothing comes from it" for one in inputs if one not in used]
    parameters = ", ".join([*(f"double {one}" for one in inputs), "double *grad"])
    results = [f"    grad[{place}] = {text};" for place, text in enumerate(plan.gradient.values())]
    order = ", ".join(f"d{d.name}/d{one}" for one in d.gradient)
    function = "\n".join([
        f"// The value of {d.name}; grad gets {order or 'nothing'}.",
        f"double {name}({parameters}) {{", *unused, *body, *(results or ["    (void)grad;"]),
        f"    return {plan.output};", "}",
    ])  # fmt: skip
    head = curly.about(plan, "Self-check: cc -std=c99 -DCHECK FILE.c -lm && ./a.out")
    parts = [f"{head}\n#include <math.h>", *curly.preamble(plan, STYLE), function, _check(d, name).strip("\n")]
    return "\n\n".join(parts) + "\n"


def _check(d: Derivation, name: str) -> str:
    compared = curly.moved(d)
    if not compared:
        return NOTHING
    arguments = "".join(f"at[{place}], " for place in range(len(d.parameters)))
    legal = Legal((), is_ascii=True)
    return CHECK.format(
        values=", ".join(STYLE.table.number(float(one.value)) for one in d.parameters), count=len(d.gradient),
        moved=", ".join(f"{{{place}, {slot}}}" for place, slot, _ in compared), checks=len(compared),
        names=", ".join(f'"{legal.name(one)}"' for _, _, one in compared), where=where(d),
        call=f"{name}({arguments}grad)", other=f"{name}({arguments}other)",
        seed="" if d.seed == 1 else f"{curly.seed(d)!r} * ",
    )  # fmt: skip
