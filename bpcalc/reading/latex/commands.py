"""What the words of LaTeX mean. Functions stand for gates by name: any gate of the catalogue is known here."""

from __future__ import annotations

GREEK = [
    "alpha", "beta", "gamma", "delta", "epsilon", "varepsilon", "zeta", "eta", "theta", "vartheta", "iota",
    "kappa", "varkappa", "lambda", "mu", "nu", "xi", "omicron", "pi", "varpi", "rho", "varrho", "sigma",
    "varsigma", "tau", "upsilon", "phi", "varphi", "chi", "psi", "omega", "Gamma", "Delta", "Theta", "Lambda",
    "Xi", "Pi", "Sigma", "Upsilon", "Phi", "Psi", "Omega"
]
# The letters that Unicode has for them; those that are written two ways share a name in most texts.
LETTERS = dict(zip("αβγδεζηθικλμνξπρςστυφχψωΓΔΘΛΞΠΣΥΦΨΩ", [
    "alpha", "beta", "gamma", "delta", "varepsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu",
    "nu", "xi", "pi", "rho", "varsigma", "sigma", "tau", "upsilon", "varphi", "chi", "psi", "omega", "Gamma",
    "Delta", "Theta", "Lambda", "Xi", "Pi", "Sigma", "Upsilon", "Phi", "Psi", "Omega"
], strict=True)
) | {"ϵ": "epsilon", "ϕ": "phi", "ϑ": "vartheta", "ϱ": "varrho"}  # fmt: skip
CHARACTERS = {word: letter for letter, word in LETTERS.items()}
SYMBOLS = {"ell": "l", "hbar": "hbar", "imath": "i", "jmath": "j", "aleph": "aleph"}
# What stands over a letter becomes a part of the name: \hat{y} is y_hat.
ACCENTS = {
    "hat": "hat", "widehat": "hat", "bar": "bar", "overline": "bar", "tilde": "tilde", "widetilde": "tilde",
    "dot": "dot", "ddot": "ddot", "check": "check", "breve": "breve", "underline": "under",
}  # fmt: skip
# And what is only a font, or says that it is a vector, does not.
FONTS = frozenset([
    "mathbf", "boldsymbol", "bm", "mathcal", "mathbb", "mathscr", "mathfrak", "vec", "pmb", "symbf",
    "mathnormal", "bf", "rm", "it", "cal", "overrightarrow"
]
)
FUNCTIONS = {
    "exp": "exp", "ln": "log", "log": "log", "lg": "log10", "sin": "sin", "cos": "cos", "tan": "tan", "cot": "cot",
    "sec": "sec", "csc": "csc", "sinh": "sinh", "cosh": "cosh", "tanh": "tanh", "coth": "coth", "arcsin": "asin",
    "arccos": "acos", "arctan": "atan", "arccot": "acot", "arsinh": "asinh", "arcosh": "acosh", "artanh": "atanh",
    "max": "max", "min": "min", "det": "det", "Gamma": "gamma", "sigma": "sigmoid", "psi": "digamma",
    "Phi": "normal_cdf", "varphi": "normal_pdf", "varsigma": "sigmoid", "sgn": "sign",
}  # fmt: skip
# Letters that are a function only with a bracket behind them, and with no value of their own.
LIKE_LETTERS = frozenset(("Gamma", "sigma", "psi", "Phi", "varphi", "varsigma"))
# Words in \operatorname{…} and \mathrm{…} that gates have under another name.
WORDS = {
    "arsinh": "asinh", "arcosh": "acosh", "artanh": "atanh", "tr": "trace", "trace": "trace", "Tr": "trace",
    "sgn": "sign", "sign": "sign", "logit": "logit", "lse": "logsumexp", "gelu": "gelu", "abs": "abs", "swish": "silu",
    "leakyrelu": "leaky_relu", "lrelu": "leaky_relu", "atan2": "atan2", "sech": "sech", "csch": "csch",
    "hardtanh": "hardtanh", "ln": "log", "softargmax": "softmax", "diag": "diag", "std": "std", "logsoftmax":
    "log_softmax", "relu6": "relu6", "arsech": "asech", "arcsch": "acsch", "arcoth": "acoth",
}  # fmt: skip
# Signs of functions, which only \\operatorname{…} tells from names; those with an index below need that.
SIGNS = {
    "B": "beta", "W": "lambertw", "Si": "sinint", "Ci": "cosint", "S": "fresnels", "C": "fresnelc", "E": "expint",
    "J": "besselj", "Y": "bessely", "I": "besseli", "K": "besselk", r"\varphi": "normal_pdf",
}  # fmt: skip
INDEXED = {"besselj": "n", "bessely": "n", "besseli": "n", "besselk": "n", "expint": "1"}
# Functions whose n-th derivative is a gate: \\psi^{(n)}(x).
DERIVATIVES = {"digamma": "polygamma", "sinc": "polysinc", "erfcx": "polyerfcx"}
INVERSES = {
    "sin": "asin", "cos": "acos", "tan": "atan", "sinh": "asinh", "cosh": "acosh", "tanh": "atanh", "exp": "log",
    "sigmoid": "logit", "cot": "acot", "sec": "asec", "csc": "acsc", "normal_cdf": "", "erf": "erfinv",
}  # fmt: skip
COMPARISONS = {"<": "less", ">": "greater", r"\le": "less_equal", r"\ge": "greater_equal", "=": "equal",
               r"\ne": "not_equal"}  # fmt: skip
GIVES = frozenset(("=", ":=", r"\coloneqq", r"\triangleq", r"\equiv", r"\gets", r"\leftarrow", r"\doteq", r"\eqdef"))
# What closes each bracket.
BRACKETS = {
    "(": ")", "[": "]", r"\{": r"\}", "{": "}", r"\lvert": r"\rvert", r"\lVert": r"\rVert", r"\lfloor": r"\rfloor",
    r"\lceil": r"\rceil", "|": "|", r"\|": r"\|", r"\langle": r"\rangle", "||": "||",
}  # fmt: skip
CLOSING = frozenset(BRACKETS.values()) - {"|", "||", r"\|"}
DISPLAY = frozenset((r"\[", r"\]", r"\(", r"\)", "$", "$$"))
DISPLAYS = frozenset([
    "equation", "align", "aligned", "gather", "gathered", "split", "multline", "eqnarray", "alignat",
    "displaymath", "math"
])
MATRICES = frozenset(["bmatrix", "pmatrix", "matrix", "smallmatrix", "Bmatrix", "array", "vmatrix"])
CASES = frozenset(("cases", "dcases", "rcases"))
CONDITIONS = frozenset(["if", "for", "when", "where"])
OTHERWISE = frozenset(("otherwise", "else", "elsewhere", "else."))
BOTH, EITHER = frozenset(("and", r"\land", r"\wedge")), frozenset(("or", r"\lor", r"\vee"))

_GRADIENT = "write the function alone: bpcalc diff and bpcalc grad differentiate it"
_SPELL = "write out all terms, or a sum with an index: \\sum_{i=1}^{n} x_i"
_FILES = "a formula stands alone: nothing is included or defined here"
# What has no place in a formula that is to be calculated, and what to write instead.
REFUSED = {
    "nabla": _GRADIENT, "partial": _GRADIENT, "int": "there are no integrals here: write the antiderivative",
    "oint": "there are no integrals here: write the antiderivative", "iint": "there are no integrals here",
    "lim": "there are no limits here: write the function alone", "infty": "",
    "dots": _SPELL, "ldots": _SPELL, "cdots": _SPELL, "vdots": _SPELL, "ddots": _SPELL, "dotsc": _SPELL,
    "arg": "the place of a maximum has no gradient", "argmax": "the place of a maximum has no gradient",
    "argmin": "the place of a minimum has no gradient", "sup": "the largest of several numbers is \\max",
    "inf": "the smallest of several numbers is \\min",
    "binom": "write \\frac{n!}{k! \\, (n - k)!}", "choose": "write \\frac{n!}{k! \\, (n - k)!}",
    "pm": "two values at once: write one of them, + or -", "mp": "two values at once: write one of them, + or -",
    "approx": "write =", "sim": "a formula is calculated: write the density", "propto": "write the constant too",
    "in": "the index has bounds in a sum that is read: \\sum_{i=1}^{n} x_i",
    "forall": "leave it out", "exists": "leave it out",
    "mid": "a condition is no part of what is calculated", "to": "", "Rightarrow": "", "implies": "",
    "oplus": "", "setminus": "", "cup": "", "cap": "",
    "input": _FILES, "include": _FILES, "def": _FILES, "newcommand": _FILES, "renewcommand": _FILES,
    "usepackage": _FILES, "documentclass": _FILES, "let": _FILES, "write": _FILES, "immediate": _FILES,
    "middle": "write \\lvert x \\rvert for a bar", "Pr": "write the density", "quad": "",
    "underbrace": "leave the brace out", "overbrace": "leave the brace out", "substack": "write one index",
    "over": "write \\frac{a}{b}", "limsup": "there are no limits here", "liminf": "there are no limits here",
    "mapsto": "a function has a name: f(x) = x^2",
}  # fmt: skip
