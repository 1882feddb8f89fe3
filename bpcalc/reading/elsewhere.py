"""Functions that other languages, books and spreadsheets have, and what is written here instead.

Tables of words. `{0}`, `{1}` are the arguments as they stand in the text.
"""

from __future__ import annotations

import re

from bpcalc.reading.extents import DEPTH

DERIVATIVES = ("gradient", "derivative", "diff", "D", "nabla", "jacobian")
# What to write: the arguments are put in.
CALLS = {
    "ctg": "cot({0})", "tg": "tan({0})", "th": "tanh({0})", "sh": "sinh({0})", "ch": "cosh({0})", "arctg": "atan({0})",
    "arcctg": "pi/2 - atan({0})", "arcsinh": "asinh({0})", "arsinh": "asinh({0})", "arcosh": "acosh({0})",
    "artanh": "atanh({0})", "pow": "{0}^{1}", "power": "{0}^{1}", "fmod": "sign({0})*(abs({0}) % abs({1}))",
    "square": "{0}^2", "sqr": "{0}^2", "reciprocal": "1/{0}", "negative": "-{0}", "neg": "-{0}", "add": "{0} + {1}",
    "subtract": "{0} - {1}", "multiply": "{0}*{1}", "mul": "{0}*{1}", "divide": "{0}/{1}", "mm": "{0}@{1}",
    "mtimes": "{0}@{1}", "mmult": "{0}@{1}", "vdot": "dot({0}, {1})", "inner": "dot({0}, {1})", "sgn": "sign({0})",
    "signum": "sign({0})", "if": "where({0}, {1}, {2})", "iff": "where({0}, {1}, {2})",
    "ifelse": "where({0}, {1}, {2})", "Piecewise": "where(c, a, b)", "piecewise": "where(c, a, b)",
    "fact": "factorial({0})", "comb": "n!/(k!*(n - k)!)", "trunc": "sign({0})*floor(abs({0}))",
    "fix": "sign({0})*floor(abs({0}))", "int": "floor({0})", "fabs": "abs({0})", "modulus": "abs({0})",
    "magnitude": "norm({0})", "length": "norm({0})", "tr": "trace({0})", "Tr": "trace({0})", "inverse": "inv({0})",
    "minv": "inv({0})", "minverse": "inv({0})", "mdeterm": "det({0})", "determinant": "det({0})",

    "slogdet": "logdet({0})", "transp": "{0}.T", "ctranspose": "{0}.T", "T": "{0}.T",
    "average": "mean({0})", "avg": "mean({0})", "total": "sum({0})", "product": "prod({0})", "stdev": "std({0})",
    "stdevp": "std({0})", "variance": "var({0})", "varp": "var({0})", "sumsq": "sum({0}^2)",
    "sumproduct": "sum({0}*{1})", "nansum": "sum({0})", "nanmean": "mean({0})", "sigma": "sigmoid({0})",
    "logistic": "sigmoid({0})", "expit": "sigmoid({0})", "step": "({0} > 0)", "ramp": "relu({0})",
    "swish": "silu({0})", "mse": "mean(({0} - {1})^2)", "l2": "sum({0}^2)", "l1": "sum(abs({0}))",
    "dist": "norm({0} - {1})", "distance": "norm({0} - {1})", "normcdf": "normal_cdf({0})", "Phi": "normal_cdf({0})",
    "ndtr": "normal_cdf({0})", "Φ": "normal_cdf({0})", "cdf": "normal_cdf({0})", "normsdist": "normal_cdf({0})",
    "normpdf": "normal_pdf({0})", "φ": "normal_pdf({0})", "pdf": "normal_pdf({0})", "rsqrt": "1/sqrt({0})",
    "exp2": "2^{0}", "lg": "log10({0})", "lb": "log2({0})", "ld": "log2({0})", "Log": "log({0})",
    "nthroot": "{0}^(1/{1})", "root": "{0}^(1/{1})", "cross_entropy": "softmax_loss({0}, {1})", "linear": "{0}@{1}.T",
    "range": "arange({0})", "identity": "eye({0})", "full": "{1}*ones({0})", "vstack": "concat({0})",
    "hstack": "concat({0})", "cat": "concat({0})", "concatenate": "concat({0})", "flatten": "reshape({0}, -1)",
    "ravel": "reshape({0}, -1)", "vec": "reshape({0}, -1)", "radians": "{0}*pi/180", "deg2rad": "{0}*pi/180",
    "degrees": "{0}*180/pi", "rad2deg": "{0}*180/pi", "frac": "sign({0})*(abs({0}) % 1)", "id": "{0}", "array": "{0}",
    "tensor": "{0}", "asarray": "{0}", "float": "{0}", "double": "{0}", "Matrix": "{0}", "matrix": "{0}",
    "vector": "{0}", "log_ndtr": "normal_logcdf({0})", "gammafn": "gamma({0})", "LambertW": "lambertw({0})",
    "productlog": "lambertw({0})", "jv": "besselj({0}, {1})", "yv": "bessely({0}, {1})", "iv": "besseli({0}, {1})",
    "kv": "besselk({0}, {1})", "jn": "besselj({0}, {1})", "yn": "bessely({0}, {1})", "kn": "besselk({0}, {1})",
    "j0": "besselj(0, {0})", "j1": "besselj(1, {0})", "y0": "bessely(0, {0})", "y1": "bessely(1, {0})",
    "i0": "besseli(0, {0})", "i1": "besseli(1, {0})", "k0": "besselk(0, {0})", "k1": "besselk(1, {0})",
    "exp1": "expint({0})", "E1": "expint({0})", "expi": "-expint(-{0})", "Ei": "-expint(-{0})", "Si": "sinint({0})",
    "Ci": "cosint({0})",
    **dict.fromkeys(DERIVATIVES, "grad({0}, {1})"),
}  # fmt: skip

# PyTorch's modules, which are no functions, and the functions that they are made of.
CLASSES = {
    "CrossEntropyLoss": "F.cross_entropy(S, y)", "NLLLoss": "F.nll_loss(S, y)", "MSELoss": "F.mse_loss(x, t)",
    "BCELoss": "F.binary_cross_entropy(p, t)", "L1Loss": "F.l1_loss(x, t)", "Linear": "F.linear(x, W, b)",
    "BCEWithLogitsLoss": "F.binary_cross_entropy_with_logits(x, t)", "ReLU": "F.relu(x)", "GELU": "F.gelu(x)",
    "Sigmoid": "torch.sigmoid(x)", "Tanh": "torch.tanh(x)", "Softmax": "F.softmax(x, dim=-1)",
    "SmoothL1Loss": "F.smooth_l1_loss(x, t)", "HuberLoss": "F.huber_loss(x, t)", "SiLU": "F.silu(x)",
}  # fmt: skip

# What there is nothing for, and what comes nearest.
MISSING = {
    **dict.fromkeys(
        ("integrate", "integral", "int_", "quad", "trapz", "Integrate"),
        "there are no integrals here: a sum over linspace comes near, or write the antiderivative",
    ),
    **dict.fromkeys(("limit", "lim"), "there are no limits here; bpcalc diff … --taylor 1 tells one at a point"),
    **dict.fromkeys(
        ("fsolve", "roots", "nsolve"), "equations are not solved here; solve(A, b) is for linear ones"
    ),
    **dict.fromkeys(("simplify", "expand", "factor", "collect"), "formulas are what bpcalc diff prints"),
    "N": "N(x) of other programs is a number: bpcalc grad prints numbers anyway, so leave N out",
    "logm": "there is no logarithm of a matrix here; log(A) is entry by entry, logdet(A) that of the determinant",
    "sqrtm": "there is no root of a matrix here; sqrt(A) is entry by entry",
    **dict.fromkeys(
        ("eig", "eigvals"), "eigenvalues are those of symmetric matrices here: eigvalsh(A), their vectors eigh(A)"
    ),
    "svd": "a singular value decomposition has three parts: svdvals(A) is the singular values",
    **dict.fromkeys(("qr", "lu"), "there is no such decomposition here; cholesky, eigvalsh, eigh, svdvals are"),
    "percentile": "a quantile says it with a share: quantile(x, 0.25)",
    "mpower": "matrix_power(A, 3) is a power of a matrix",
    "argsort": "an index has no gradient here; sort(x) is the entries in order",
    **dict.fromkeys(("random", "rand", "randn", "normal"), "nothing is random here: give numbers as a value, x=@FILE"),
    **dict.fromkeys(
        ("len", "size", "numel", "shape"), "sizes have names of their own: A:m,n in diff, n=3 beside the values"
    ),
    **dict.fromkeys(("real", "imag", "conj", "angle"), "all numbers are real here"),
    **dict.fromkeys(("print", "disp", "return"), "the last statement is what is printed"),
    "import": "nothing is imported: every function is there",
    "argmax": "an index has no gradient here; max(x) is the largest entry",
    "argmin": "an index has no gradient here; min(x) is the smallest entry",
    "zeta": "there is no zeta function here; gamma, lgamma and digamma are",
    "dropout": "nothing is random here: leave dropout out, as when a network is tested",
}  # fmt: skip


def arguments(inside: str) -> list[str]:
    """The arguments of a call, from the text between its brackets."""
    found, depth = [""], 0
    for character in inside:
        depth += DEPTH.get(character, 0)
        if character == "," and not depth:
            found.append("")
        else:
            found[-1] += character
    return [one.strip() for one in found]


def instead_of(name: str, inside: str) -> str:
    """What to write for a call of a function that is known elsewhere; nothing for any other, or for other arguments."""
    template = CALLS.get(name) or CALLS.get(name.lower() if name.isupper() else name)
    given = arguments(inside) + ["x"] * (name in DERIVATIVES)
    if template is None or "…" in inside:
        return ""
    needed = max((int(one) + 1 for one in PLACE.findall(template)), default=0)
    if needed and (len(given) < needed or not given[0]):
        return ""

    def put_in(match: re.Match[str]) -> str:
        text, before, after = given[int(match[1])], template[: match.start()][-1:], template[match.end() :][:1]
        stands_alone = before in ("(", "[", ",", " ", "") and after in (")", "]", ",", "")
        is_sum = before == " " and not template[: match.start()].endswith(", ")
        return text if SIMPLE.fullmatch(text) or (stands_alone and not is_sum) else f"({text})"

    return PLACE.sub(put_in, template)


PLACE = re.compile(r"\{([0-9])\}")
SIMPLE = re.compile(r"[\w.]+|\w*\([^()]*\)|\[[^\[\]]*\]")  # what needs no brackets beside an operator
