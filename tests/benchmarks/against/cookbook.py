"""Formulas of the Matrix Cookbook (Petersen and Pedersen, 2012): a program, and its derivative as the book has it.

A line is the number in the book (H: of products entry by entry, G: of normal densities), the variables' shapes, the
program, the variable and the derivative in NumPy; two variables: the second derivatives. Where the book has the
derivative of a matrix, it is that of a sum of its entries. Square matrices are well-conditioned, and `S` makes them
symmetric and positive definite.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from against.case import Case

LINES = """
46 | X:3,3 | det(X) | X | det(X)*inv(X).T
49 | X:3,3 | det(X) | X | det(X)*inv(X.T)
51 | A:3,3 X:3,3 B:3,3 | det(A@X@B) | X | det(A@X@B)*inv(X).T
52 | X:3,3 A:3,3 | det(X.T@A@X) | X | 2*det(X.T@A@X)*inv(X).T
53 | X:4,3 A:4,4 | det(X.T@S(A)@X) | X | 2*det(X.T@S(A)@X)*S(A)@X@inv(X.T@S(A)@X)
54 | X:4,3 A:4,4 | det(X.T@A@X) | X | det(X.T@A@X)*(A@X@inv(X.T@A@X) + A.T@X@inv(X.T@A.T@X))
55 | X:4,3 | logdet(X.T@X) | X | 2*pinv(X).T
56 | X:4,3 | log(det(X.T@X)) | X | 2*pinv(X).T
57 | X:3,3 | logdet(X) | X | inv(X).T
57 | X:3,3 | log(abs(det(X))) | X | inv(X.T)
58 | X:3,3 | det(X@X@X) | X | 3*det(X@X@X)*inv(X).T
58 | X:3,3 | det(X@X) | X | 2*det(X@X)*inv(X).T
60 | X:3,3 C:3,3 | sum(C*inv(X)) | X | -inv(X).T@C@inv(X).T
61 | X:3,3 a:3 b:3 | a@inv(X)@b | X | -inv(X).T@outer(a, b)@inv(X).T
61 | X:3,3 a:3 b:3 | a@solve(X, b) | X | -inv(X).T@outer(a, b)@inv(X).T
62 | X:3,3 | det(inv(X)) | X | -det(inv(X))*inv(X).T
63 | X:3,3 A:3,3 B:3,3 | trace(A@inv(X)@B) | X | -(inv(X)@B@A@inv(X)).T
64 | X:3,3 A:3,3 | trace(inv(X + A)) | X | -(inv(X + A)@inv(X + A)).T
69 | x:3 a:3 | x@a | x | a
69 | x:3 a:3 | a@x | x | a
70 | X:2,3 a:2 b:3 | a@X@b | X | outer(a, b)
71 | X:2,3 a:3 b:2 | a@X.T@b | X | outer(b, a)
72 | X:3,3 a:3 | a@X@a | X | outer(a, a)
72 | X:3,3 a:3 | a@X.T@a | X | outer(a, a)
76 | X:2,3 | sum(X.T@ones(2))^2 | X | 2*sum(X)*ones((2, 3))
77 | X:4,3 b:3 c:3 | b@X.T@X@c | X | X@(outer(b, c) + outer(c, b))
78 | B:3,2 b:3 C:3,3 D:3,2 d:3 x:2 | (B@x + b)@C@(D@x + d) | x | B.T@C@(D@x + d) + D.T@C.T@(B@x + b)
81 | x:3 B:3,3 | x@B@x | x | (B + B.T)@x
82 | X:3,4 b:4 c:4 D:3,3 | b@X.T@D@X@c | X | D.T@X@outer(b, c) + D@X@outer(c, b)
83 | X:3,4 b:4 c:3 D:3,3 | (X@b + c)@D@(X@b + c) | X | outer((D + D.T)@(X@b + c), b)
84 | x:3 s:3 W:3,3 | (x - s)@W@(x - s) | s | -(W + W.T)@(x - s)
85 | x:3 s:3 W:3,3 | (x - s)@S(W)@(x - s) | x | 2*S(W)@(x - s)
86 | x:3 s:3 W:3,3 | (x - s)@S(W)@(x - s) | s | -2*S(W)@(x - s)
87 | x:3 A:3,2 s:2 W:3,3 | (x - A@s)@S(W)@(x - A@s) | s | -2*A.T@S(W)@(x - A@s)
88 | x:3 A:3,2 s:2 W:3,3 | (x - A@s)@S(W)@(x - A@s) | A | -2*outer(S(W)@(x - A@s), s)
90 | X:3,3 a:3 b:3 | a@X@X@b | X | outer(X.T@a, b) + outer(a, X@b)
91 | X:3,3 a:3 b:3 | a@X@X@X@b | X | outer(a, X@X@b) + outer(X.T@a, X@b) + outer(X.T@X.T@a, b)
92 | X:3,3 a:3 b:3 | a@X.T@X.T@X@X@b | X | outer(X@X@a, X@b) + outer(X.T@X@X@a, b) + outer(X@X@b, X@a) + outer(X.T@X@X@b, a)
97 | x:3 A:3,3 b:3 | x@A@x + b@x | x | (A + A.T)@x + b
99 | X:3,3 | trace(X) | X | eye(3)
100 | X:2,3 A:3,2 | trace(X@A) | X | A.T
101 | X:2,3 A:4,2 B:3,4 | trace(A@X@B) | X | A.T@B.T
102 | X:2,3 A:4,3 B:2,4 | trace(A@X.T@B) | X | B@A
103 | X:2,3 A:2,3 | trace(X.T@A) | X | A
104 | X:2,3 A:2,3 | trace(A@X.T) | X | A
106 | X:3,3 | trace(X@X) | X | 2*X.T
107 | X:3,3 B:3,3 | trace(X@X@B) | X | (X@B + B@X).T
108 | X:2,3 B:2,2 | trace(X.T@B@X) | X | B@X + B.T@X
109 | X:2,3 B:2,2 | trace(B@X@X.T) | X | B@X + B.T@X
110 | X:2,3 B:2,2 | trace(X@X.T@B) | X | B@X + B.T@X
111 | X:3,2 B:2,2 | trace(X@B@X.T) | X | X@B.T + X@B
112 | X:3,2 B:2,2 | trace(B@X.T@X) | X | X@B.T + X@B
113 | X:3,2 B:2,2 | trace(X.T@X@B) | X | X@B.T + X@B
114 | X:3,3 A:3,3 B:3,3 | trace(A@X@B@X) | X | A.T@X.T@B.T + B.T@X.T@A.T
115 | X:3,2 | trace(X.T@X) | X | 2*X
115 | X:3,2 | trace(X@X.T) | X | 2*X
116 | X:3,2 B:3,4 C:2,2 | trace(B.T@X@C@X.T@B) | X | B@B.T@X@C.T + B@B.T@X@C
117 | X:3,2 B:2,2 C:3,3 | trace(X.T@C@X@B) | X | C@X@B + C.T@X@B.T
118 | X:3,2 A:4,3 B:2,2 C:3,4 | trace(A@X@B@X.T@C) | X | A.T@C.T@X@B.T + C@A@X@B
119 | X:3,2 A:4,3 B:2,5 C:4,5 | trace((A@X@B + C)@(A@X@B + C).T) | X | 2*A.T@(A@X@B + C)@B.T
121 | X:3,3 | trace(X@X@X@X) | X | 4*(X@X@X).T
122 | X:3,3 A:3,3 | trace(A@X@X@X) | X | (A@X@X + X@A@X + X@X@A).T
123 | X:3,2 B:2,2 C:3,3 | trace(B.T@X.T@C@X@X.T@C@X@B) | X | C@X@X.T@C@X@B@B.T + C.T@X@B@B.T@X.T@C.T@X + C@X@B@B.T@X.T@C@X + C.T@X@X.T@C.T@X@B@B.T
124 | X:3,3 A:3,3 B:3,3 | trace(A@inv(X)@B) | X | -inv(X).T@A.T@B.T@inv(X).T
125 | X:4,3 A:3,3 C:4,4 | trace(inv(X.T@S(C)@X)@A) | X | -S(C)@X@inv(X.T@S(C)@X)@(A + A.T)@inv(X.T@S(C)@X)
126 | X:4,3 B:4,4 C:4,4 | trace(inv(X.T@S(C)@X)@(X.T@S(B)@X)) | X | -2*S(C)@X@inv(X.T@S(C)@X)@X.T@S(B)@X@inv(X.T@S(C)@X) + 2*S(B)@X@inv(X.T@S(C)@X)
129 | x:3 a:3 | norm(x - a) | x | (x - a)/norm(x - a)
130 | x:3 a:3 | (x[0] - a[0])/norm(x - a) | x | eye(3)[0]/norm(x - a) - (x - a)[0]*(x - a)/norm(x - a)**3
131 | x:3 | norm(x)^2 | x | 2*x
132 | X:2,3 | norm(X)^2 | X | 2*X
132 | X:2,3 | norm(X) | X | X/norm(X)
137 | A:3,3 | trace(S(A)) | A | 2*A
138 | A:3,3 X:3,3 | trace(A@(X + X.T)) | X | A + A.T
140 | X:3,3 | logdet(S(X)) | X | 2*X@inv(S(X))
140 | X:3,3 | logdet(X@X.T) | X | 2*inv(X).T
H1 | X:2,3 A:2,3 B:2,3 | sum(A*X*B) | X | A*B
H2 | X:3,3 A:3,3 | trace((A*X).T@(A*X)) | X | 2*A*A*X
H3 | X:3,3 A:3,3 B:3,3 | sum(B*(A@X*X)) | X | A.T@(B*X) + B*(A@X)
H4 | x:3 A:3,3 | sum(exp(A@x)) | x | A.T@exp(A@x)
H5 | X:3,3 a:3 | a@(X*X)@a | X | 2*outer(a, a)*X
H6 | x:3 | logsumexp(x) | x | exp(x)/sum(exp(x))
H7 | a:3 X:3,3 | trace(diag(a)@X@diag(a)) | a | 2*a*diag(X)
H8 | X:3,3 a:3 | sum(log(X@X.T@a^2 + 20)) | X | (outer(1/(X@X.T@a**2 + 20), a**2) + outer(a**2, 1/(X@X.T@a**2 + 20)))@X
98 | x:3 A:3,3 b:3 | x@A@x + b@x | x x | A + A.T
98 | x:3 B:3,3 | 0.5*norm(B@x)^2 | x x | B.T@B
98 | x:3 A:3,3 | sum(exp(A@x)) | x x | A.T@diag(exp(A@x))@A
98 | x:3 a:3 | norm(x - a) | x x | (eye(3) - outer(x - a, x - a)/norm(x - a)**2)/norm(x - a)
G1 | x:3 m:3 C:3,3 | -0.5*(x - m)@inv(S(C))@(x - m) - 0.5*logdet(tau*S(C)) | x | -inv(S(C))@(x - m)
G2 | x:3 m:3 C:3,3 | -0.5*(x - m)@solve(S(C), x - m) - 0.5*logdet(tau*S(C)) | m | inv(S(C))@(x - m)
G3 | x:3 m:3 P:3,3 | 0.5*logdet(P) - 0.5*(x - m)@P@(x - m) | P | 0.5*inv(P).T - 0.5*outer(x - m, x - m)
G4 | x:3 m:3 P:3,3 | -0.5*logdet(P) - 0.5*(x - m)@inv(P)@(x - m) | P | -0.5*inv(P).T + 0.5*inv(P).T@outer(x - m, x - m)@inv(P).T
"""  # noqa: E501


SYMMETRIC = "S(M) = M.T@M"
NUMPY = {name: getattr(np, name) for name in ("trace", "diag", "eye", "ones", "outer", "exp", "log", "sum")} | {
    "det": np.linalg.det, "inv": np.linalg.inv, "pinv": np.linalg.pinv, "norm": np.linalg.norm, "S": lambda M: M.T @ M,
}  # fmt: skip


def cases(seed: int) -> Iterator[Case]:
    noise = np.random.default_rng(seed)
    for line in LINES.strip().splitlines():
        number, shapes, program, variables, formula = line.split(" | ")
        values = {name: drawn(sizes, noise) for name, _, sizes in (word.partition(":") for word in shapes.split())}
        right = eval(formula, {**NUMPY, **values})  # one of the lines above
        names = tuple(variables.split())
        kinds = [("hessian", *names)] if len(names) == 2 else [("gradient", *names), ("formula", *names)]
        statements = f"{SYMMETRIC}; {program}" if "S(" in program else program
        yield Case(f"({number})", statements, values, dict.fromkeys(kinds, right))


def drawn(sizes: str, noise: np.random.Generator) -> np.ndarray:
    shape = tuple(map(int, sizes.split(",")))
    entries = noise.uniform(-1, 1, shape)
    return entries + 2 * np.eye(shape[0]) if len(shape) == 2 and shape[0] == shape[1] else entries
