"""The gamma family for languages without it: helpers in C, Rust and JavaScript, all by the same formulas.

A small number goes up by the recurrence to where Stirling's series is good, a negative one is reflected. Good to about
1e-14; next to a zero (of digamma near 1.46, of lgamma at 1 and 2) to as much beside the numbers around it.
"""

from __future__ import annotations

from bpcalc.emit.expression import Expression, Written, called

C = {
    "digamma": """
// The derivative of log|gamma(x)|, by Stirling's series from 10 on (DLMF 5.11.2, 5.5.2, 5.5.4).
static double digamma(double x) {
    const double pi = 3.141592653589793;
    if (x <= 0.0) {
        double rest = x - floor(x + 0.5);
        return x == 0.0 ? -1.0 / x : rest == 0.0 ? NAN : digamma(1.0 - x) - pi / tan(pi * rest);
    }
    double sum = 0.0;
    for (; x < 10.0; x += 1.0) {
        sum += 1.0 / x;
    }
    double s = 1.0 / (x * x), tail = 1.0 / 132 - s * (691.0 / 32760 - s / 12);
    tail = s * (1.0 / 12 - s * (1.0 / 120 - s * (1.0 / 252 - s * (1.0 / 240 - s * tail))));
    return log(x) - 0.5 / x - tail - sum;
}
""",
    "polygamma": """
// The n-th derivative of digamma, for n up to 100 (DLMF 5.15.8, 5.15.5, 5.15.6).
static double polygamma(double n, double x) {
    if (n == 0.0 || !(n > 0.0) || n != floor(n)) {
        return n == 0.0 ? digamma(x) : NAN;
    }
    double sign = fmod(n, 2.0) == 1.0 ? 1.0 : -1.0;
    if (x <= 0.0 && x == floor(x)) {
        return sign > 0.0 && x - x == 0.0 ? INFINITY : NAN;
    }
    if (x < -1.0) {
        double rest = x - floor(x + 0.5);
        return polygamma(n, rest) + sign * (polygamma(n, 1.0 - rest) - polygamma(n, 1.0 - x));
    }
    const double bernoulli[] = {1.0 / 6, -1.0 / 30, 1.0 / 42, -1.0 / 30, 5.0 / 66, -691.0 / 2730, 7.0 / 6};
    double factorial = 1.0, sum = 0.0;
    for (double k = 2.0; k <= n; k += 1.0) {
        factorial *= k;
    }
    for (; x < 15.0 + n; x += 1.0) {
        sum += pow(x, -n - 1.0);
    }
    sum += pow(x, -n) * (1.0 / n + 0.5 / x);
    double term = 0.5 * (n + 1.0) * pow(x, -n - 2.0);
    for (int k = 0; k < 7; k++) {
        double m = 2.0 * k + 2.0;
        sum += bernoulli[k] * term;
        term *= (m + n) * (m + n + 1.0) / ((m + 1.0) * (m + 2.0) * x * x);
    }
    return sign * factorial * sum;
}
""",
}
RUST = {
    "gamma": """
/// The gamma function by Stirling's series from 10 on, 0 where it underflows (DLMF 5.11.1, 5.5.1, 5.5.3).
fn gamma(x: f64) -> f64 {
    let pi = std::f64::consts::PI;
    if x <= 0.0 {
        let whole = (x + 0.5).floor();
        if x == 0.0 || x == whole {
            return if x == 0.0 { 1.0 / x } else { f64::NAN };
        }
        let sine = f64::sin(pi * (x - whole)) * if whole % 2.0 == 0.0 { 1.0 } else { -1.0 };
        return pi / sine / gamma(1.0 - x);
    }
    if x > 172.0 {
        return f64::INFINITY;
    }
    let (mut y, mut product) = (x, 1.0);
    while y < 10.0 {
        product *= y;
        y += 1.0;
    }
    let half = y.powf(y / 2.0); // the power itself may be too large
    f64::sqrt(2.0 * pi / y) * half * (half * f64::exp(-y)) * f64::exp(stirling(y)) / product
}

/// The series of log(gamma(x)) (DLMF 5.11.1).
fn stirling(x: f64) -> f64 {
    let s = 1.0 / (x * x);
    let tail = 1.0 / 1680.0 - s * (1.0 / 1188.0 - s * (691.0 / 360360.0 - s / 156.0));
    (1.0 / 12.0 - s * (1.0 / 360.0 - s * (1.0 / 1260.0 - s * tail))) / x
}
""",
    "lgamma": """
/// The logarithm of gamma's size.
fn lgamma(x: f64) -> f64 {
    let pi = std::f64::consts::PI;
    if x <= 0.0 {
        let whole = (x + 0.5).floor();
        if x == whole {
            return f64::INFINITY;
        }
        return f64::ln(pi / f64::sin(pi * (x - whole)).abs()) - lgamma(1.0 - x);
    }
    if x < 10.0 {
        return gamma(x).ln();
    }
    (x - 0.5) * (x.ln() - 1.0) + 0.5 * (f64::ln(2.0 * pi) - 1.0) + stirling(x)
}
""",
    "digamma": """
/// The derivative of log|gamma(x)|, by Stirling's series from 10 on (DLMF 5.11.2, 5.5.2, 5.5.4).
fn digamma(mut x: f64) -> f64 {
    let pi = std::f64::consts::PI;
    if x <= 0.0 {
        let rest = x - (x + 0.5).floor();
        if x == 0.0 || rest == 0.0 {
            return if x == 0.0 { -1.0 / x } else { f64::NAN };
        }
        return digamma(1.0 - x) - pi / f64::tan(pi * rest);
    }
    let mut sum = 0.0;
    while x < 10.0 {
        sum += 1.0 / x;
        x += 1.0;
    }
    let s = 1.0 / (x * x);
    let mut tail = 1.0 / 132.0 - s * (691.0 / 32760.0 - s / 12.0);
    tail = s * (1.0 / 12.0 - s * (1.0 / 120.0 - s * (1.0 / 252.0 - s * (1.0 / 240.0 - s * tail))));
    x.ln() - 0.5 / x - tail - sum
}
""",
    "polygamma": """
/// The n-th derivative of digamma, for n up to 100 (DLMF 5.15.8, 5.15.5, 5.15.6).
fn polygamma(n: f64, mut x: f64) -> f64 {
    if n == 0.0 {
        return digamma(x);
    }
    if n.is_nan() || n < 0.0 || n != n.floor() {
        return f64::NAN;
    }
    let sign = if n % 2.0 == 1.0 { 1.0 } else { -1.0 };
    if x <= 0.0 && x == x.floor() {
        return if sign > 0.0 && x.is_finite() { f64::INFINITY } else { f64::NAN };
    }
    if x < -1.0 {
        let rest = x - (x + 0.5).floor();
        return polygamma(n, rest) + sign * (polygamma(n, 1.0 - rest) - polygamma(n, 1.0 - x));
    }
    let bernoulli = [1.0 / 6.0, -1.0 / 30.0, 1.0 / 42.0, -1.0 / 30.0, 5.0 / 66.0, -691.0 / 2730.0, 7.0 / 6.0];
    let (mut factorial, mut sum, mut m) = (1.0, 0.0, 2.0);
    while m <= n {
        factorial *= m;
        m += 1.0;
    }
    while x < 15.0 + n {
        sum += x.powf(-n - 1.0);
        x += 1.0;
    }
    sum += x.powf(-n) * (1.0 / n + 0.5 / x);
    let mut term = 0.5 * (n + 1.0) * x.powf(-n - 2.0);
    m = 2.0;
    for factor in bernoulli {
        sum += factor * term;
        term *= (m + n) * (m + n + 1.0) / ((m + 1.0) * (m + 2.0) * x * x);
        m += 2.0;
    }
    sign * factorial * sum
}
""",
}
JAVASCRIPT = {
    "gamma": """
// The gamma function by Stirling's series from 10 on, 0 where it underflows (DLMF 5.11.1, 5.5.1, 5.5.3).
function gamma(x) {
    const pi = Math.PI;
    if (x <= 0) {
        const whole = Math.floor(x + 0.5);
        if (x === 0 || x === whole) {
            return x === 0 ? 1 / x : NaN;
        }
        const sine = Math.sin(pi * (x - whole)) * (whole % 2 === 0 ? 1 : -1);
        return pi / sine / gamma(1 - x);
    }
    if (x > 172) {
        return Infinity;
    }
    let y = x;
    let product = 1;
    while (y < 10) {
        product *= y;
        y += 1;
    }
    const half = y ** (y / 2); // the power itself may be too large
    return Math.sqrt(2 * pi / y) * half * (half * Math.exp(-y)) * Math.exp(stirling(y)) / product;
}

// The series of log(gamma(x)) (DLMF 5.11.1).
function stirling(x) {
    const s = 1 / (x * x);
    const tail = 1 / 1680 - s * (1 / 1188 - s * (691 / 360360 - s / 156));
    return (1 / 12 - s * (1 / 360 - s * (1 / 1260 - s * tail))) / x;
}
""",
    "lgamma": """
// The logarithm of gamma's size.
function lgamma(x) {
    const pi = Math.PI;
    if (x <= 0) {
        const whole = Math.floor(x + 0.5);
        if (x === whole) {
            return Infinity;
        }
        return Math.log(pi / Math.abs(Math.sin(pi * (x - whole)))) - lgamma(1 - x);
    }
    if (x < 10) {
        return Math.log(gamma(x));
    }
    return (x - 0.5) * (Math.log(x) - 1) + 0.5 * (Math.log(2 * pi) - 1) + stirling(x);
}
""",
    "digamma": """
// The derivative of log|gamma(x)|, by Stirling's series from 10 on (DLMF 5.11.2, 5.5.2, 5.5.4).
function digamma(x) {
    const pi = Math.PI;
    if (x <= 0) {
        const rest = x - Math.floor(x + 0.5);
        if (x === 0 || rest === 0) {
            return x === 0 ? -1 / x : NaN;
        }
        return digamma(1 - x) - pi / Math.tan(pi * rest);
    }
    let sum = 0;
    while (x < 10) {
        sum += 1 / x;
        x += 1;
    }
    const s = 1 / (x * x);
    let tail = 1 / 132 - s * (691 / 32760 - s / 12);
    tail = s * (1 / 12 - s * (1 / 120 - s * (1 / 252 - s * (1 / 240 - s * tail))));
    return Math.log(x) - 0.5 / x - tail - sum;
}
""",
    "polygamma": """
// The n-th derivative of digamma, for n up to 100 (DLMF 5.15.8, 5.15.5, 5.15.6).
function polygamma(n, x) {
    if (n === 0) {
        return digamma(x);
    }
    if (!(n > 0) || n !== Math.floor(n)) {
        return NaN;
    }
    const sign = n % 2 === 1 ? 1 : -1;
    if (x <= 0 && x === Math.floor(x)) {
        return sign > 0 && x > -Infinity ? Infinity : NaN;
    }
    if (x < -1) {
        const rest = x - Math.floor(x + 0.5);
        return polygamma(n, rest) + sign * (polygamma(n, 1 - rest) - polygamma(n, 1 - x));
    }
    const bernoulli = [1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6];
    let factorial = 1;
    let sum = 0;
    let m = 2;
    while (m <= n) {
        factorial *= m;
        m += 1;
    }
    while (x < 15 + n) {
        sum += x ** (-n - 1);
        x += 1;
    }
    sum += x ** (-n) * (1 / n + 0.5 / x);
    let term = 0.5 * (n + 1) * x ** (-n - 2);
    m = 2;
    for (const factor of bernoulli) {
        sum += factor * term;
        term *= (m + n) * (m + n + 1) / ((m + 1) * (m + 2) * x * x);
        m += 2;
    }
    return sign * factorial * sum;
}
""",
}
NEEDS = {"lgamma": "gamma", "polygamma": "digamma"}


def helped(e: Expression, node: int) -> Written:
    """A call of the gate's helper, which may need another."""
    name = e.graph.gates[node].name
    e.want(*(one for one in (NEEDS.get(name), name) if one))
    return called(name, e, node)
