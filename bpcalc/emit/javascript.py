"""`--to javascript`: an ES module, `export function f(x, …)` gives `{value, gradients: {x, …}}`."""

from __future__ import annotations

from functools import partial

from bpcalc.emit import curly, gammas
from bpcalc.emit.expression import CHOICE, COMPARE, SUM, Table, called, form, helper
from bpcalc.emit.legal import own_name
from bpcalc.emit.python import where
from bpcalc.emit.pythontable import number as whole
from bpcalc.reports.derivation import Derivation

NAME = "f"
SAME = ("exp", "expm1", "log", "log2", "log10", "log1p", "sqrt", "cbrt", "sin", "cos", "tan", "asin", "acos", "atan",
        "sinh", "cosh", "tanh", "asinh", "acosh", "atanh", "floor", "ceil", "abs", "sign")  # fmt: skip
HELPERS = {
    **gammas.JAVASCRIPT,
    "erf": """
// The error function: a series up to 1.5 (DLMF 7.6.2), beyond it 1 - erfc.
function erf(x) {
    const a = Math.abs(x);
    if (!(a < 1.5)) {
        return Math.sign(x) * (1 - erfc(a));
    }
    let sum = a;
    let term = a;
    for (let n = 1; term > 1e-17 * sum; n++) {
        term *= 2 * a * a / (2 * n + 1);
        sum += term;
    }
    return Math.sign(x) * 2 / Math.sqrt(Math.PI) * Math.exp(-a * a) * sum;
}

// 1 - erf(x), by a continued fraction from 1.5 on (DLMF 7.9.2).
function erfc(x) {
    const a = Math.abs(x);
    if (a < 1.5) {
        return 1 - erf(x);
    }
    let fraction = a;
    for (let k = 120; k > 0; k--) {
        fraction = a + k / 2 / fraction;
    }
    const head = Math.fround(Math.min(a, 30)); // its square is exact
    const bell = a > 28 ? 0 : Math.exp(-head * head) * Math.exp((head - a) * (head + a));
    const tail = bell / (fraction * Math.sqrt(Math.PI));
    return x < 0 ? 2 - tail : tail;
}
""",
    "modulo": """
// The remainder of a/b with the sign of b, without rounding.
function modulo(a, b) {
    const rest = a % b;
    return rest === 0 ? (b < 0 ? -0 : 0) : rest < 0 === b < 0 ? rest : rest + b;
}
""",
    "power": """
// x to the power of n, as IEEE has it: 1 for x = 1 whatever n is.
function power(x, n) {
    return x === 1 || (x === -1 && Math.abs(n) === Infinity) ? 1 : x ** n;
}
""",
}
WORDS = """
arguments await break case catch class const continue debugger default delete do else enum eval export extends false
finally for function if implements import in instanceof interface let new null package private protected public
return static super switch this throw true try typeof undefined var void while with yield async of Math Number
Infinity NaN process console Object at value gradients gradient place name found worst h ahead behind allowed check
here globalThis stirling __proto__
"""


def _number(value: float) -> str:
    return {"math.nan": "NaN", "math.inf": "Infinity", "-math.inf": "-Infinity"}.get(whole(value), whole(value))


STYLE = curly.Style(
    table=Table(
        ways=curly.ways(
            {name: f"Math.{name}" for name in SAME}, partial(helper, "power"),
            erf=partial(curly.error_function, "erf"), erfc=partial(curly.error_function, "erfc"),
            hypot=form("Math.hypot({0}, {1})"), atan2=form("Math.atan2({0}, {1})"),
            **dict.fromkeys(gammas.JAVASCRIPT, gammas.helped),
            mod=partial(helper, "modulo"), max=partial(called, "Math.max"), min=partial(called, "Math.min"),
            where=form("{0?} ? {1} : {2}", CHOICE, CHOICE + 1, CHOICE + 1, CHOICE),
        ),
        number=_number, truth=form("Number({0})"), words=("&&", "||", "!"), nonzero=form("{0} !== 0", COMPARE, SUM),
        compares={"==": "===", "!=": "!=="}, has_functions=True,
        named={"pi": "Math.PI", "e": "Math.E"},
    ),
    declare="const", parameter="{}", head="function {name}({parameters}) {{", helpers=HELPERS,
    reserved=frozenset((*WORDS.split(), *HELPERS)),
)  # fmt: skip
CHECK = """
// Holds each gradient against a central difference, {where}: 0 if all agree, else 1.
export function check() {{
    const at = [{values}];
    const {{ value, gradients }} = {call}(...at);
    let worst = 0;
    for (const [place, name] of [{moved}]) {{
        const h = 6e-6 * Math.max(1, Math.abs(at[place]));
        const ahead = {call}(...at.map((x, k) => (k === place ? x + h : x))).value;
        const behind = {call}(...at.map((x, k) => (k === place ? x - h : x))).value;
        const found = {seed}(ahead - behind) / (2 * h);
        const gradient = gradients[name];
        const allowed = 1e-5 * Math.max(Math.abs(found), Math.abs(gradient), 1e-3) + 1e-14 * Math.abs(value) / h;
        if (!(Math.abs(found - gradient) <= allowed)) {{
            console.log(`the gradient of ${{name}} is ${{gradient}}, a central difference gives ${{found}}`);
            return 1;
        }}
        worst = Math.max(worst, Math.abs(found - gradient));
    }}
    console.log(`the gradients agree with central differences (they differ by ${{worst.toExponential(0)}} at most)`);
    return 0;
}}
"""
NOTHING = """
export function check() {
    console.log("there is no gradient that a central difference could be compared with");
    return 0;
}
"""
RUN = """
// Run as a script it checks itself.
if (typeof process !== "undefined" && process.argv?.[1]) {
    const { existsSync, realpathSync } = await import("node:fs");
    const { pathToFileURL } = await import("node:url");
    const script = process.argv[1];
    if (existsSync(script) && import.meta.url === pathToFileURL(realpathSync(script)).href) {
        process.exitCode = check();
    }
}
"""


def write(derivation: Derivation, name: str, dialect: str | None = None) -> str:
    """The program."""
    d, plan = derivation, curly.planned(derivation, STYLE)
    name = own_name(name, STYLE.reserved, "JavaScript")
    entries = [f"{_key(key)}: {text}" for key, text in plan.gradient.items()]
    back = f"    return {{ value: {plan.output}, gradients: {{ {', '.join(entries)} }} }};"
    if len(back) > 100:
        back = "\n".join([f"    return {{\n        value: {plan.output},\n        gradients: {{",
                          *(f"            {one}," for one in entries), "        },\n    };"])  # fmt: skip
    if not entries:
        back = f"    return {{ value: {plan.output}, gradients: {{}} }};"
    function = "\n".join([
        f"// The value of {d.name}, and its gradients by name.",
        f"export function {name}({', '.join(plan.inputs.values())}) {{", *curly.passes(plan, STYLE), back, "}",
    ])  # fmt: skip
    head = curly.about(plan, "Self-check: node FILE.mjs")
    parts = [head, *curly.preamble(plan, STYLE), function, _check(d, name), RUN]
    return "\n\n".join(part.strip("\n") for part in parts) + "\n"


def _key(name: str) -> str:
    if name == "__proto__":  # which is only an entry of its own where it is computed
        return '["__proto__"]'
    return name if name.isascii() else f'"{name}"'


def _check(d: Derivation, name: str) -> str:
    compared = curly.moved(d)
    if not compared:
        return NOTHING
    return CHECK.format(
        values=", ".join(_number(float(one.value)) for one in d.parameters), call=name, where=where(d),
        moved=", ".join(f'[{place}, "{one}"]' for place, _, one in compared),
        seed="" if d.seed == 1 else f"{curly.seed(d)!r} * ",
    )  # fmt: skip
