r"""LaTeX as `read_paper` reads it: `\frac{2 x}{3} A^T` is ((2·x)/(3))·Aᵀ. Shares nothing with the printer."""

from __future__ import annotations

import re

from read_paper import Tokens

TOKEN = re.compile(r"\\[a-zA-Z]+|\\.|[0-9]+(?:\.[0-9]+)?|\S")
GREEK = {
    "alpha": "α", "beta": "β", "lambda": "λ", "mu": "μ", "sigma": "σ", "theta": "θ", "psi": "ψ", "Gamma": "Γ",
    "Sigma": "Σ", "pi": "π", "tau": "τ", "infty": "∞", "phi": "φ", "varphi": "φ", "epsilon": "ε", "varepsilon": "ε",
    "gamma": "γ", "delta": "δ", "rho": "ρ",
}  # fmt: skip
FUNCTIONS = (
    "sin", "cos", "tan", "sinh", "cosh", "tanh", "arcsin", "arccos", "arctan", "ln", "det", "max", "min", "sum", "prod",
)  # fmt: skip
OPERATORS = {"+": "+", "-": "−", r"\cdot": "·", r"\odot": "⊙", r"\bmod": " mod ", ",": ",", "<": "<",
             ">": ">", "=": "=", r"\le": "≤", r"\ge": "≥", r"\ne": "≠"}  # fmt: skip
BRACKETS = {"(": "()", "[": "[]", "|": "||", r"\lVert": "‖‖", r"\lfloor": "⌊⌋", r"\lceil": "⌈⌉"}
AXES = {"i,:": "0", ":,i": "1", r"\ldots,i": "last"}
SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def by_hand(text: str) -> str:
    """The formula with a dot between factors and all brackets."""
    text = text.replace(r" \text{ entry by entry}", "")
    for index, axis in AXES.items():
        text = text.replace(f"_{{{index}}}", rf"\axis {axis}")
    reader = _Reader(TOKEN.findall(text.replace(r"\text{if }", r"\if ").replace(r"\text{otherwise}", r"\otherwise ")))
    found = reader.until("")
    assert reader.peek() == "", reader.tokens[reader.place :]
    return found


class _Reader(Tokens):
    def until(self, *ends: str) -> str:
        found, is_factor = "", False
        while self.peek() not in ends:
            token = self.peek()
            if token in (r"\,", r"\quad"):
                self.take()
            elif token in OPERATORS:
                sign, is_factor = OPERATORS[self.take()], False
                found += f" {sign} "
            elif token == "^":
                found += self.raised()
            else:
                # an index, where there is no sign in between
                is_index = token == r"\left" and self.peek(1) == "["
                found += "·" * (is_factor and not is_index) + self.factor()
                is_factor = True
        return found

    def group(self) -> str:
        if self.peek() != "{":
            return self.take()
        self.take("{")
        found = self.until("}")
        self.take("}")
        return found

    def word(self) -> str:
        r"""The letters of `{\mathit{w\_0}}` and the like."""
        self.take("{")
        found = ""
        while self.peek() != "}":
            found += GREEK.get(self.peek()[1:], self.peek().removeprefix("\\"))
            self.take()
        self.take("}")
        return found

    def raised(self) -> str:
        self.take("^")
        if self.peek() != "{":
            return "ᵀ" if self.peek() in ("T", r"\top") and self.take() else f"^({self.take()})"
        if self.peek(1) == "-" and self.peek(2) in ("T", r"\top"):
            self.place += 4
            return "⁻ᵀ"
        if self.peek(1) == r"\circ":
            self.take("{")
            self.take()
            found = self.until("}")
            self.take("}")
            return f"^∘({found})"
        return f"^({self.group()})"

    def factor(self) -> str:
        token = self.take()
        if token == r"\left":
            return self.bracket()
        if token == r"\frac":
            return f"(({self.group()})/({self.group()}))"
        if token == r"\sqrt":
            if self.peek() == "[":
                assert [self.take() for _ in range(3)] == ["[", "3", "]"]
                return f"∛({self.group()})"
            return f"√({self.group()})"
        if token == r"\begin":
            return self.cases() if self.word() == "cases" else self.matrix()
        if token == r"\mathbf":
            return {"1": "𝟏", "0": "𝟎"}[self.group()]
        if token in (r"\operatorname", r"\mathit", r"\text", r"\mathrm"):
            return self.operator(self.word()) if token == r"\operatorname" else self.word() + self.index()
        name = token.removeprefix("\\")
        if name == "log":
            self.take("_")
            return f"log{self.group().translate(SUBSCRIPTS)}{self.call()}"
        if token.startswith("\\") and name in FUNCTIONS:
            return self.operator(name)
        if name in GREEK:
            return GREEK[name] + self.index() + (self.call() if self.is_called(name) else "")
        assert not token.startswith("\\"), token
        if token == "I" and self.peek() == "_":
            self.index()
            return "I"
        return token + self.index()

    def operator(self, word: str) -> str:
        """A function, with what stands below it: the size of one_hot, the index that a sum runs over."""
        if self.peek() != "_":
            return word + self.call()
        if word == "one_hot":
            self.take("_")
            return self.sized(word, self.group())
        return self.over_axis(word)

    def sized(self, word: str, size: str) -> str:
        self.take(r"\left")
        return f"{word}{self.bracket()[:-1]}, size={size})"

    def over_axis(self, word: str) -> str:
        r"""`\sum_{i} X_{i,:}`"""
        self.take("_")
        assert self.group() == "i"
        operand = self.factor()
        self.take(r"\axis")
        axis = self.take()
        while self.peek() in ("a", "s", "t"):
            axis += self.take()
        return f"{word}({operand}, axis={'-1' if axis == 'last' else axis})"

    def is_called(self, name: str) -> bool:
        """Is σ, Γ or ψ a function here, not a name?"""
        if name == "psi" and [self.peek(ahead) for ahead in (0, 1, 2)] == ["^", "{", r"\left"]:
            return True
        return name in ("sigma", "Gamma", "psi") and [self.peek(), self.peek(1)] == [r"\left", "("]

    def call(self) -> str:
        """What stands behind a function: a power, then its inputs."""
        power = self.raised() if self.peek() == "^" else ""
        if power and not power.startswith("^(("):
            power = {"^(2)": "²", "^(3)": "³", "^(4)": "⁴"}[power]
        if self.peek() != r"\left":  # det X
            return " " + self.factor()
        self.take()
        return power.replace("^((", "^(").replace("))", ")") + self.bracket()

    def index(self) -> str:
        if self.peek() != "_":
            return ""
        self.take()
        return self.group().translate(SUBSCRIPTS)

    def bracket(self) -> str:
        opening, closing = BRACKETS[self.take()]
        found = self.until(r"\right")
        self.take()
        self.take()
        return f"{opening}{found}{closing}"

    def cases(self) -> str:
        yes = self.until("&")
        self.place += 2
        condition = self.until("\\\\")
        self.take()
        no = self.until("&")
        self.place += 2
        self.take(r"\end")
        self.word()
        return f"{{{yes} if {condition}, {no} otherwise}}"

    def matrix(self) -> str:
        rows: list[list[str]] = [[]]
        while self.peek() != r"\end":
            rows[-1].append(self.until("&", "\\\\", r"\end"))
            if self.peek() != r"\end" and self.take() == "\\\\":
                rows.append([])
        self.take()
        self.word()
        shown = [", ".join(row) for row in rows]
        return f"[{shown[0]}]" if len(rows) == 1 else f"[{', '.join(f'[{row}]' for row in shown)}]"
