"""`--to rust`: `pub fn f(x: f64, …) -> (f64, [f64; N])`."""

from __future__ import annotations

import re
from functools import partial

from bpcalc.emit import curly, gammas
from bpcalc.emit.expression import CHOICE, COMPARE, OPEN, SUM, Table, called, form, helper
from bpcalc.emit.legal import Legal, own_name
from bpcalc.emit.python import where
from bpcalc.reports.derivation import Derivation

NAME = "f"
CALLS = {
    **{name: f"f64::{name}" for name in ("exp", "log2", "log10", "sqrt", "cbrt", "sin", "cos", "tan", "asin", "acos",
                                         "atan", "sinh", "cosh", "tanh", "asinh", "atanh", "floor", "ceil", "abs")},
    "expm1": "f64::exp_m1", "log1p": "f64::ln_1p", "log": "f64::ln",
}  # fmt: skip
HELPERS = {
    **gammas.RUST,
    "erf": """
/// The error function: a series up to 1.5 (DLMF 7.6.2), beyond it 1 - erfc.
fn erf(x: f64) -> f64 {
    let a = x.abs();
    if a.is_nan() || a >= 1.5 {
        return (1.0 - erfc(a)).copysign(x);
    }
    let (mut sum, mut term, mut n) = (a, a, 1.0);
    while term > 1e-17 * sum {
        term *= 2.0 * a * a / (2.0 * n + 1.0);
        sum += term;
        n += 1.0;
    }
    (std::f64::consts::FRAC_2_SQRT_PI * f64::exp(-a * a) * sum).copysign(x)
}

/// 1 - erf(x), by a continued fraction from 1.5 on (DLMF 7.9.2).
fn erfc(x: f64) -> f64 {
    let a = x.abs();
    if a < 1.5 {
        return 1.0 - erf(x);
    }
    let mut fraction = a;
    for k in (1..=120).rev() {
        fraction = a + f64::from(k) / 2.0 / fraction;
    }
    let head = f64::from(a.min(30.0) as f32); // its square is exact
    let bell = if a > 28.0 { 0.0 } else { f64::exp(-head * head) * f64::exp((head - a) * (head + a)) };
    let tail = bell / fraction * (std::f64::consts::FRAC_2_SQRT_PI / 2.0);
    if x < 0.0 { 2.0 - tail } else { tail }
}
""",
    "maximum": """
/// The larger number; nan where one of them is.
fn maximum(a: f64, b: f64) -> f64 {
    if a.is_nan() || (!b.is_nan() && a >= b) { a } else { b }
}
""",
    "minimum": """
/// The smaller number; nan where one of them is.
fn minimum(a: f64, b: f64) -> f64 {
    if a.is_nan() || (!b.is_nan() && a <= b) { a } else { b }
}
""",
    "modulo": """
/// The remainder of a/b with the sign of b, without rounding.
fn modulo(a: f64, b: f64) -> f64 {
    let rest = a % b;
    if rest == 0.0 {
        rest.copysign(b)
    } else if (rest < 0.0) == (b < 0.0) {
        rest
    } else {
        rest + b
    }
}
""",
    "sign": """
/// -1, 0 or 1.
fn sign(x: f64) -> f64 {
    if x == 0.0 || x.is_nan() { x } else { x.signum() }
}
""",
    "acosh": """
/// The inverse of cosh, exact near 1 too.
fn acosh(x: f64) -> f64 {
    let t = x - 1.0;
    f64::ln_1p(t + f64::sqrt(t) * f64::sqrt(t + 2.0))
}
""",
    "asinh": """
/// The inverse of sinh, exact near 0 too.
fn asinh(x: f64) -> f64 {
    let a = x.abs();
    if a > 1e150 {
        (a.ln() + std::f64::consts::LN_2).copysign(x)
    } else {
        f64::ln_1p(a + a * a / (1.0 + f64::sqrt(1.0 + a * a))).copysign(x)
    }
}
""",
}
WORDS = """
as async await become box break const continue crate do dyn else enum extern false final fn for if impl in let loop
macro match mod move mut override priv pub ref return self Self static struct super trait true try type typeof union
unsafe unsized use virtual where while yield gen main f64 std println at value gradient gradients place slot name
found worst h ahead behind allowed stirling _ None Some Ok Err
"""
STYLE = curly.Style(
    table=Table(
        taken=WORDS.split(),
        ways=curly.ways(
            {gate: name for gate, name in CALLS.items() if gate != "asinh"}, partial(called, "f64::powf"),
            erf=partial(curly.error_function, "erf"), erfc=partial(curly.error_function, "erfc"),
            hypot=form("f64::hypot({0}, {1})"), atan2=form("f64::atan2({0}, {1})"),
            **dict.fromkeys(gammas.RUST, gammas.helped),
            mod=partial(helper, "modulo"), max=partial(curly.extreme, "maximum"), min=partial(curly.extreme, "minimum"),
            **{name: partial(helper, name) for name in ("sign", "acosh", "asinh")},
            where=form("if {0?} { {1} } else { {2} }", CHOICE, OPEN, OPEN, OPEN),
        ),
        number=partial(curly.number, "f64::INFINITY", "f64::NAN"), truth=form("f64::from(u8::from({0}))"),
        words=("&&", "||", "!"), nonzero=form("{0} != 0.0", COMPARE, SUM), has_functions=True,
        named={"pi": "std::f64::consts::PI", "e": "std::f64::consts::E", "tau": "std::f64::consts::TAU"},
    ),
    declare="let", parameter="{}: f64", head="fn {name}({parameters}) -> f64 {{", helpers=HELPERS,
    reserved=frozenset((*WORDS.split(), *HELPERS)),
)  # fmt: skip
CHECK = """
/// Holds each gradient against a central difference, {where}: 0 if all agree, else 1.
#[allow(dead_code)]
fn main() {{
    let mut at: [f64; {count}] = [{values}];
    let (value, gradients) = {call};
    let mut worst: f64 = 0.0;
    for (place, slot, name) in [{moved}] {{
        let (gradient, here) = (gradients[slot], at[place]);
        let h = 6e-6 * f64::max(1.0, here.abs());
        at[place] = here + h;
        let ahead = {call}.0;
        at[place] = here - h;
        let behind = {call}.0;
        at[place] = here;
        let found: f64 = {seed}(ahead - behind) / (2.0 * h);
        let allowed = 1e-5 * found.abs().max(gradient.abs()).max(1e-3) + 1e-14 * value.abs() / h;
        if !((found - gradient).abs() <= allowed) {{
            println!("the gradient of {{name}} is {{gradient}}, a central difference gives {{found}}");
            std::process::exit(1);
        }}
        worst = worst.max((found - gradient).abs());
    }}
    println!("the gradients agree with central differences (they differ by {{worst:.0e}} at most)");
}}
"""
NOTHING = """
#[allow(dead_code)]
fn main() {
    println!("there is no gradient that a central difference could be compared with");
}
"""


def write(derivation: Derivation, name: str, dialect: str | None = None) -> str:
    """The program."""
    d, plan = derivation, curly.planned(derivation, STYLE)
    name = own_name(name, STYLE.reserved, "Rust")
    inputs = list(plan.inputs.values())
    body = curly.passes(plan, STYLE)
    used = set(re.findall(r"\w+", "\n".join(body) + plan.output + " ".join(plan.gradient.values())))
    unused = [f"    let _ = {one};  // nothing comes from it" for one in inputs if one not in used]
    back = f"    ({plan.output}, [{', '.join(plan.gradient.values())}])"
    function = "\n".join([
        f"/// The value of {d.name}, and its gradients by {', '.join(d.gradient) or 'nothing'}.",
        "#[allow(non_snake_case)]",
        f"pub fn {name}({', '.join(f'{one}: f64' for one in inputs)}) -> (f64, [f64; {len(d.gradient)}]) {{",
        *unused, *body, back, "}",
    ])  # fmt: skip
    head = curly.about(plan, "Self-check: rustc -O FILE.rs && ./FILE")
    parts = [head, *curly.preamble(plan, STYLE), function, _check(d, name)]
    return "\n\n".join(part.strip("\n") for part in parts) + "\n"


def _check(d: Derivation, name: str) -> str:
    compared = curly.moved(d)
    if not compared:
        return NOTHING
    legal = Legal((), is_ascii=True)
    return CHECK.format(
        values=", ".join(STYLE.table.number(float(one.value)) for one in d.parameters), where=where(d),
        moved=", ".join(f'({place}, {slot}, "{legal.name(one)}")' for place, slot, one in compared),
        count=len(d.parameters), call=f"{name}({', '.join(f'at[{place}]' for place in range(len(d.parameters)))})",
        seed="" if d.seed == 1 else f"{curly.seed(d)!r} * ",
    )  # fmt: skip
