"""Texts as people paste them: of CS231n, PyTorch's tutorials, micrograd and makemore, papers and lectures.

With prompts, comments, semicolons, lines that go on, `$$` and alignments. Values by NumPy.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

X = np.array([[1.0, 2.0], [0.5, -1.0], [-2.0, 0.3]])
W = np.array([[0.1, -0.2, 0.3], [0.4, 0.5, -0.6]])
y = np.array([0.0, 2.0, 1.0])
b = np.array([0.01, -0.02, 0.03])
yi = y.astype(int)
S = X @ W + b
w2 = np.array([0.7, -1.3])
t = np.array([1.0, -0.5, 0.25])
xs = np.array([1.0, -2.0, 3.0])
ws = np.array([0.5, 0.25, -1.0])
h0 = np.array([0.1, -0.2, 0.3])


def sig(x: Any) -> Any:
    return 1 / (1 + np.exp(-x))


def softmax(z: Any) -> Any:
    e = np.exp(z - np.max(z, axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def sm_loss(reg: float = 0.1) -> Any:
    return -np.log(softmax(S)[range(3), yi]).mean() + reg * (W * W).sum()


def svm(reg: float = 0.1, delta: float = 1.0) -> Any:
    margins = np.maximum(0, S - S[range(3), yi][:, None] + delta)
    margins[range(3), yi] = 0
    return margins.sum() / 3 + reg * (W * W).sum()


def lstm() -> Any:
    a = w2 @ W + 0.5 * h0 + b
    c = sig(a[1]) * 0.3 + sig(a[0]) * np.tanh(a[2])
    return sig(a[2]) * np.tanh(c)


def two_layers() -> Any:
    second = np.eye(3) * 2 - 1
    scores = np.maximum(0, X @ W + b) @ second
    loss = -np.log(softmax(scores)[range(3), yi]).sum() / 3
    return loss + 0.005 * (W * W).sum() + 0.005 * (second * second).sum()


def normalised() -> Any:
    h = X @ W
    return np.tanh(1.5 * (h - h.mean(0)) / np.sqrt(h.var(0, ddof=1) + 1e-5) + 0.1).sum()


Pasted = tuple[str, dict[str, Any], Any]

# A text, the values of its names, and its value.
READ: list[Pasted] = [
    ("scores = X.dot(W) + b\n"
     "scores -= np.max(scores, axis=1, keepdims=True)\n"
     "p = np.exp(scores) / np.sum(np.exp(scores), axis=1, keepdims=True)\n"
     "loss = -np.sum(np.log(p[np.arange(N), y])) / N\n"
     "loss += reg * np.sum(W * W)",
     {"X": X, "W": W, "b": b, "y": y, "N": 3., "reg": 0.1}, sm_loss()),
    (">>> scores = X.dot(W) + b\n"
     ">>> scores -= scores.max(axis=1, keepdims=True)\n"
     ">>> probs = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)\n"
     ">>> loss = -np.log(probs[range(N), y]).mean()\n"
     ">>> loss",
     {"X": X, "W": W, "b": b, "y": y, "N": 3.}, sm_loss(0)),
    ("In [3]: scores = X @ W + b\n"
     "In [4]: loss = -np.log(np.exp(scores[np.arange(3), y]) / np.exp(scores).sum(axis=1)).mean()\n"
     "In [5]: loss",
     {"X": X, "W": W, "b": b, "y": y}, sm_loss(0)),
    # what Python answered is no part of the program
    (">>> s = x*y\n>>> s\n6.0\n>>> s + 1\n7.0", {"x": 2., "y": 3.}, 7.),
    ("In [1]: s = (x\n   ...:      * y)\n\nIn [2]: s + 1\nOut[2]: 7.0\n", {"x": 2., "y": 3.}, 7.),
    ("num_train = X.shape[0]\n"
     "scores = X.dot(W) + b\n"
     "correct = scores[np.arange(num_train), y][:, np.newaxis]\n"
     "margins = np.maximum(0, scores - correct + 1.0)\n"
     "loss = (np.sum(margins) - num_train) / num_train + reg * np.sum(W * W)",
     {"X": X, "W": W, "b": b, "y": y, "reg": 0.1}, svm()),
    ("shifted = X @ W + b\n"
     "shifted -= np.max(shifted, axis=1, keepdims=True)\n"
     "Z = np.sum(np.exp(shifted), axis=1, keepdims=True)\n"
     "log_probs = shifted - np.log(Z)\n"
     "loss = -np.sum(log_probs[np.arange(3), y]) / 3",
     {"X": X, "W": W, "b": b, "y": y}, sm_loss(0)),
    ("out = x.reshape(x.shape[0], -1).dot(w) + b", {"x": X, "w": W, "b": b}, X@W+b),
    ("out = np.maximum(0, x)", {"x": xs}, np.maximum(0,xs)),
    ("sample_mean = np.mean(x, axis=0)\n"
     "sample_var = np.var(x, axis=0)\n"
     "x_hat = (x - sample_mean) / np.sqrt(sample_var + eps)\n"
     "out = gamma * x_hat + beta",
     {"x": X, "eps": 1e-5, "gamma": 2., "beta": 0.5}, 2*(X-X.mean(0))/np.sqrt(X.var(0)+1e-5)+0.5),
    ("mu = x.mean(axis=1, keepdims=True); var = x.var(axis=1, keepdims=True); std = np.sqrt(var + eps); "
     "out = gamma * (x - mu) / std + beta",
     {"x": X, "eps": 1e-5, "gamma": 2., "beta": 0.5},
     2*(X-X.mean(1,keepdims=True))/np.sqrt(X.var(1,keepdims=True)+1e-5)+0.5),
    ("next_h = np.tanh(x.dot(Wx) + prev_h.dot(Wh) + b)",
     {"x": w2, "Wx": W, "prev_h": h0, "Wh": np.eye(3)*0.5, "b": b}, np.tanh(w2@W+h0*0.5+b)),
    ("a = x @ Wx + prev_h @ Wh + b; H = 1; i, f, o, g = a[0:1], a[1:2], a[2:3], a[2:3]; next_c = "
     "sigmoid(f)*c + sigmoid(i)*np.tanh(g); sum(sigmoid(o)*np.tanh(next_c))",
     {"x": w2, "Wx": W, "prev_h": h0, "Wh": np.eye(3)*0.5, "b": b, "c": 0.3}, lstm()),
    ("h1 = np.maximum(0, X.dot(W1) + b1)\n"
     "scores = h1.dot(W2) + b2\n"
     "exp_scores = np.exp(scores)\n"
     "probs = exp_scores / np.sum(exp_scores, axis=1, keepdims=True) # [N x K]\n"
     "correct_logprobs = -np.log(probs[range(num_examples),y])\n"
     "data_loss = np.sum(correct_logprobs)/num_examples\n"
     "reg_loss = 0.5*reg*np.sum(W1*W1) + 0.5*reg*np.sum(W2*W2)\n"
     "loss = data_loss + reg_loss",
     {"X": X, "W1": W, "b1": b, "W2": np.eye(3)*2-1, "b2": 0.*b, "y": y, "num_examples": 3., "reg": 0.01},
     two_layers()),
    ("y_pred = a + b * x + c * x ** 2 + d * x ** 3\n"
     "loss = (y_pred - y).pow(2).sum()",
     {"a": 0.1, "b": 0.2, "c": -0.3, "d": 0.4, "x": xs, "y": ws}, ((0.1+0.2*xs-0.3*xs**2+0.4*xs**3-ws)**2).sum()),
    ("h = x.mm(w1)\n"
     "h_relu = h.clamp(min=0)\n"
     "y_pred = h_relu.mm(w2)\n"
     "loss = (y_pred - y).pow(2).sum().item()",
     {"x": X, "w1": W, "w2": np.ones((3,1)), "y": np.ones((3,1))}, ((np.maximum(0,X@W)@np.ones((3,1))-1)**2).sum()),
    ("Q = 3*a**3 - b**2", {"a": 2., "b": 6.}, -12.),
    ("x = torch.ones(5)  # input tensor\n"
     "y = torch.zeros(3)  # expected output\n"
     "z = torch.matmul(x, w)+b\n"
     "loss = torch.nn.functional.binary_cross_entropy_with_logits(z, y)",
     {"w": np.ones((5,3))*0.1, "b": b}, np.log1p(np.exp(0.5+b)).mean()),
    ("x = torch.ones(2, 2, requires_grad=True)\n"
     "y = x + 2\n"
     "z = y * y * 3\n"
     "out = z.mean()",
     {}, 27.),
    ("loss = F.mse_loss(torch.sigmoid(x @ w), torch.tensor([1., 0., 1.]))",
     {"x": X, "w": w2}, ((sig(X@w2)-[1,0,1])**2).mean()),
    ("F.softmax(q @ k.T / math.sqrt(2), dim=-1) @ v", {"q": X, "k": X, "v": X}, softmax(X@X.T/np.sqrt(2))@X),
    ("F.softmax(q @ k.transpose(-2, -1) / math.sqrt(k.size(-1)), dim=-1) @ v",
     {"q": X, "k": X, "v": X}, softmax(X@X.T/np.sqrt(2))@X),
    ("F.nll_loss(F.log_softmax(X @ W + b, dim=1), y)", {"X": X, "W": W, "b": b, "y": y}, sm_loss(0)),
    ("torch.nn.functional.relu(X @ W).sum(dim=1).mean()", {"X": X, "W": W}, np.maximum(0,X@W).sum(1).mean()),
    ("a = Value(-4.0)\n"
     "b = Value(2.0)\n"
     "c = a + b\n"
     "d = a * b + b**3\n"
     "c += c + 1\n"
     "c += 1 + c + (-a)\n"
     "d += d * 2 + (b + a).relu()\n"
     "d += 3 * d + (b - a).relu()\n"
     "e = c - d\n"
     "f = e**2\n"
     "g = f / 2.0\n"
     "g += 10.0 / f",
     {}, 24.704081632653061),
    ("x1 = Value(2.0, label='x1')\n"
     "x2 = Value(0.0, label='x2')\n"
     "w1 = Value(-3.0, label='w1')\n"
     "w2 = Value(1.0, label='w2')\n"
     "b = Value(6.8813735870195432, label='b')\n"
     "x1w1 = x1*w1; x1w1.label = 'x1*w1'\n"
     "x2w2 = x2*w2; x2w2.label = 'x2*w2'\n"
     "x1w1x2w2 = x1w1 + x2w2; x1w1x2w2.label = 'x1*w1 + x2*w2'\n"
     "n = x1w1x2w2 + b; n.label = 'n'\n"
     "o = n.tanh(); o.label = 'o'",
     {}, math.tanh(0.8813735870195432)),
    ("x1w1 = x1*w1\n"
     "x2w2 = x2*w2\n"
     "x1w1x2w2 = x1w1 + x2w2\n"
     "n = x1w1x2w2 + b\n"
     "e = (2*n).exp()\n"
     "o = (e - 1) / (e + 1)",
     {"x1": 2., "w1": -3., "x2": 0., "w2": 1., "b": 6.8813735870195432}, math.tanh(0.8813735870195432)),
    ("logits = xenc @ W # predict log-counts\n"
     "counts = logits.exp() # counts, equivalent to N\n"
     "probs = counts / counts.sum(1, keepdims=True) # probabilities for next character\n"
     "loss = -probs[torch.arange(3), y].log().mean() + 0.01*(W**2).mean()",
     {"xenc": X, "W": W, "y": y}, -np.log(softmax(X@W)[range(3),yi]).mean()+0.01*(W**2).mean()),
    ("emb = C[Xb]\n"
     "h = torch.tanh(emb.view(-1, 4) @ W1 + b1)\n"
     "h.sum()",
     {"C": X, "Xb": np.array([[0.,1.],[2.,2.]]), "W1": np.ones((4,3))*0.3, "b1": b},
     np.tanh(X[[[0,1],[2,2]]].reshape(-1,4)@(np.ones((4,3))*0.3)+b).sum()),
    ("hpreact = embcat @ W1\n"
     "bnmeani = 1/n*hpreact.sum(0, keepdim=True)\n"
     "bndiff = hpreact - bnmeani\n"
     "bndiff2 = bndiff**2\n"
     "bnvar = 1/(n-1)*(bndiff2).sum(0, keepdim=True) # note: Bessel's correction\n"
     "bnvar_inv = (bnvar + 1e-5)**-0.5\n"
     "bnraw = bndiff * bnvar_inv\n"
     "hpreact2 = bngain * bnraw + bnbias\n"
     "h = torch.tanh(hpreact2)\n"
     "h.sum()",
     {"embcat": X, "W1": W, "n": 3., "bngain": 1.5, "bnbias": 0.1}, normalised()),
    ("logit_maxes = logits.max(1, keepdim=True).values\n"
     "norm_logits = logits - logit_maxes\n"
     "counts = norm_logits.exp()\n"
     "counts_sum = counts.sum(1, keepdims=True)\n"
     "counts_sum_inv = counts_sum**-1\n"
     "probs = counts * counts_sum_inv\n"
     "logprobs = probs.log()\n"
     "loss = -logprobs[range(3), y].mean()",
     {"logits": S, "y": y}, sm_loss(0)),
    ("f(x,y) = 3x² + 2xy − y³", {"x": 2., "y": 3.}, 12+12-27),
    ("σ(w₀x₀ + w₁x₁ + w₂)", {"w0": 2., "x0": -1., "w1": -3., "x1": -2., "w2": -3.}, sig(1.)),
    ("1/(1 + e^−x)", {"x": 2.}, sig(2.)),
    ("|x − 3| + 2|x|", {"x": 1.}, 4.),
    ("0.5·m·v²", {"m": 2., "v": 3.}, 9.),
    ("5 × x ÷ 2", {"x": 2.}, 5.),
    ("max{0, x}", {"x": -2.}, 0.),
    ("y=mx+b", {"m": 2., "x": 3., "b": 1.}, 7.),
    ("a ≤ b ? a : b", {"a": 1., "b": 2.}, 1.),
    ("2⋅π⋅r", {"r": 1.}, 2*math.pi),
    ("exp(-(x-1)²)", {"x": 2.}, math.exp(-1)),
    ("log₁₀(x) + log2(8)", {"x": 100.}, 5.),
    ("‖A‖_F^2", {"A": X}, (X**2).sum()),
    ("(1/N) * sum((y - (w*x + b))**2)", {"N": 3., "y": t, "w": 2., "x": xs, "b": 0.1}, ((t-2*xs-0.1)**2).mean()),
    ("J = 1/(2m) * sum((h - y)^2)", {"m": 3., "h": xs, "y": ws}, ((xs-ws)**2).sum()/6),
    ("softmax(x)[1]", {"x": xs}, softmax(xs)[1]),
    ("loss = -(y*log(p) + (1-y)*log(1-p));", {"y": 1., "p": 0.3}, -math.log(0.3)),
    ("z = x*w; a = sigmoid(z); L = (a - y)**2;", {"x": 1., "w": 2., "y": 0.5}, (sig(2.)-0.5)**2),
    ("x = 3.0 # init\n"
     "y = 2*x",
     {}, 6.),
    ("z = (x + y) * \\\n"
     "    w",
     {"x": 1., "y": 2., "w": 3.}, 9.),
    ("```\n"
     "x**2\n"
     "```",
     {"x": 3.}, 9.0),
    ("```python\n"
     "y = x**2\n"
     "```",
     {"x": 3.}, 9.0),
    ("def f(x):\n"
     "    y = x**2\n"
     "    return y + 1",
     {"x": 3.}, 10.),
    ("def sigmoid(x):\n"
     "    return 1 / (1 + math.exp(-x))\n"
     "\n"
     "sigmoid(2*z)",
     {"z": 0.5}, sig(1.)),
    ("import numpy as np\n"
     "def f(x):\n"
     "  return np.sin(x)**2\n"
     "f(x)",
     {"x": 0.5}, math.sin(.5)**2),
    ("y = x if x > 0 else 0.01*x", {"x": -3.}, -0.03),
    ("f = lambda x, y: x*y + 1; f(2, z)", {"z": 3.}, 7.),
    ("x**2 if x else 0", {"x": 3.}, 9.0),
    ("x^-1/2", {"x": 4.}, 1/8),
    ("-2^2", {}, -4.),
    ("2^3^2", {}, 512.),
    ("-x**2 + 4**-1", {"x": 3.}, -8.75),
    ("3!x", {"x": 2.}, 12.0),
    ("0 < x < 1", {"x": 0.5}, 1.),
    ("not x > 1 and y < 2", {"x": 0., "y": 1.}, 1.),
    ("x == 2", {"x": 2.}, 1.),
    ("torch.where(x > 0, x, x*0.1).sum()", {"x": xs}, 4-0.2),
    ("np.where(x > 0, x, 0.1*x).mean()", {"x": xs}, 3.8/3),
    ("jnp.sum(jnp.square(x))", {"x": xs}, 14.),
    ("jax.nn.softplus(x)", {"x": 1.}, math.log1p(math.e)),
    ("tf.reduce_sum(tf.square(x))", {"x": xs}, 14.),
    ("tf.reduce_mean(x, axis=0)", {"x": X}, X.mean(0)),
    ("np.linalg.norm(x)", {"x": xs}, math.sqrt(14)),
    ("np.linalg.inv(A) @ x", {"A": np.array([[2.,1.],[1.,3.]]), "x": w2}, np.linalg.solve([[2,1],[1,3]],w2)),
    ("np.einsum('ij,j->i', X, w)", {"X": X, "w": w2}, X@w2),
    ("x[::-1]", {"x": xs}, xs[::-1]),
    ("x[:, 1]", {"x": X}, X[:,1]),
    ("x[-1]", {"x": xs}, 3.),
    ("np.concatenate([x, v])", {"x": xs, "v": ws}, np.concatenate([xs,ws])),
    ("np.outer(x, v)", {"x": xs, "v": ws}, np.outer(xs,ws)),
    ("np.clip(x, 0, 1)", {"x": xs}, np.clip(xs,0,1)),
    ("x.clip(0, 1)", {"x": xs}, np.clip(xs,0,1)),
    ("x.clamp(0, 1)", {"x": xs}, np.clip(xs,0,1)),
    ("x.T", {"x": X}, X.T),
    ("len(x)*x[0]", {"x": xs}, 3.),
    ("np.log(np.sum(np.exp(x)))", {"x": xs}, np.log(np.exp(xs).sum())),
    ("torch.std(x)", {"x": xs}, xs.std(ddof=1)),
    ("np.std(x)", {"x": xs}, xs.std()),
    ("x @ x.T", {"x": X}, X@X.T),
    ("x.norm()**2", {"x": xs}, 14.),
    ("x.square().sum().sqrt()", {"x": xs}, math.sqrt(14)),
    ("F.gelu(x)", {"x": 1.}, 0.5*(1+math.erf(1/math.sqrt(2)))),
    ("F.leaky_relu(x, 0.2)", {"x": -1.}, -0.2),
    ("W[l] @ x", {"x": xs, "W": np.ones((2,3)), "l": 1.}, 3.*0+2.),
    (r"$$\sigma(z) = \frac{1}{1+e^{-z}}$$", {"z": 2.}, sig(2.)),
    (r"\[ f(x) = \max(0, x) \]", {"x": -2.}, 0.),
    ("\\begin{align}\n"
     "z &= w x + b \\\\\n"
     "a &= \\sigma(z) \\\\\n"
     "L &= \\frac{1}{2}(a - y)^2\n"
     r"\end{align}",
     {"w": 2., "x": 1., "b": 0.5, "y": 0.}, 0.5*sig(2.5)**2),
    ("\\begin{align*}\n"
     "z^{[1]} &= W^{[1]} x + b^{[1]} \\\\\n"
     "a^{[1]} &= \\tanh(z^{[1]})\n"
     r"\end{align*}",
     {"W_1": 0.5, "x": 2., "b_1": 0.1}, math.tanh(1.1)),
    (r"\hat{y} = \operatorname{softmax}(Wx + b)", {"W": W.T, "x": w2, "b": b}, softmax(W.T@w2+b)),
    (r"-\sum_{c=1}^{M} y_{o,c} \log(p_{o,c})", {"y": np.eye(3), "p": softmax(S)+0., "o": 2.}, -np.log(softmax(S)[1,1])),
    (r"\frac{1}{n}\sum_{i=1}^{n}(y_i-\hat{y}_i)^2", {"y": xs, "y_hat": ws}, ((xs-ws)**2).mean()),
    (r"\text{MSE} = \frac{1}{n} \sum_{i=1}^n (Y_i - \hat{Y}_i)^2", {"Y": xs, "Y_hat": ws}, ((xs-ws)**2).mean()),
    (r"\mathrm{KL}(p\|q) = \sum_x p_x \log\frac{p_x}{q_x}",
     {"p": np.array([.2,.8]), "q": np.array([.5,.5])}, .2*math.log(.4)+.8*math.log(1.6)),
    (r"\text{Attention}(Q, K, V) = \text{softmax}\left(\frac{QK^T}{\sqrt{d_k}}\right)V",
     {"Q": X, "K": X, "V": X, "d_k": 2.}, softmax(X @ X.T / np.sqrt(2)) @ X),
    (r"\frac{e^{z_i}}{\sum_{j=1}^K e^{z_j}}", {"z": xs, "i": 2.}, softmax(xs)[1]),
    (r"f(x)=\begin{cases}x^2&x\geq0\\-x&x<0\end{cases}", {"x": -2.}, 2.),
    (r"\left\lVert \mathbf{w} \right\rVert_2^2", {"w": xs}, 14.),
    (r"\|\mathbf{x}-\mathbf{y}\|", {"x": xs, "y": ws}, np.linalg.norm(xs-ws)),
    (r"\log_2 8x", {"x": 2.}, 4.),
    (r"\sqrt{x^2+y^2}", {"x": 3., "y": 4.}, 5.),
    (r"\bar{x} = \frac{1}{n} \sum_{i=1}^n x_i", {"x": xs}, 2/3),
    (r"s^2 = \frac{1}{n-1}\sum_{i=1}^n (x_i-\bar{x})^2", {"x": xs, "x_bar": 2/3}, xs.var(ddof=1)),
    (r"L_i = \sum_{j\neq y_i} \max(0, s_j - s_{y_i} + \Delta)",
     {"s": np.array([13.,-7.,11.]), "y_i": 1., "Delta": 10.}, 8.),
    (r"L_i=-\log\left(\frac{e^{f_{y_i}}}{ \sum_j e^{f_j} }\right)", {"f": xs, "y_i": 3.}, -np.log(softmax(xs)[2])),
    (r"R(W) = \sum_k\sum_l W_{k,l}^2", {"W": W}, (W**2).sum()),
    (r"H(y) = -\sum_i y_i \log y_i", {"y": np.array([.2,.8])}, -.2*math.log(.2)-.8*math.log(.8)),
    (r"\prod_{i=1}^{n} \frac{1}{\sqrt{2\pi\sigma^2}} \exp\left(-\frac{(x_i-\mu)^2}{2\sigma^2}\right)",
     {"x": xs, "sigma": 1.5, "mu": 0.2}, np.prod(np.exp(-(xs-.2)**2/4.5)/np.sqrt(2*np.pi*2.25))),
    (r"i_t = \sigma(W_{ii} x_t + b_{ii} + W_{hi} h_{t-1} + b_{hi})",
     {"W_ii": .5, "x_t": 1., "b_ii": .1, "W_hi": -.3, "h_t_minus_1": .2, "b_hi": 0.}, sig(.5+.1-.06)),
    (r"c_t = f_t \circ c_{t-1} + i_t \circ \tilde{c}_t",
     {"f_t": .5, "c_t_minus_1": 1., "i_t": .2, "c_tilde_t": .7}, .64),
    (r"\mathcal{L}(w,b,\alpha)=\frac{1}{2}\|w\|^2-\sum_i\alpha_i[y_i(w^Tx_i+b)-1]",
     {"w": w2, "b": .1, "alpha": t, "y": np.array([1.,-1.,1.]), "x": X},
     .5*(w2@w2)-(t*(np.array([1,-1,1])*(X@w2+.1)-1)).sum()),
    (r"\alpha\beta\gamma", {"alpha": 2., "beta": 3., "gamma": 4.}, 24.),
    (r"\sin(\omega t + \phi)", {"omega": 2., "t": .5, "phi": .1}, math.sin(1.1)),
    (r"\displaystyle \frac{x}{y}", {"x": 1., "y": 2.}, .5),
    (r"\frac{x}{y}.", {"x": 1., "y": 2.}, .5),
    (r"\tfrac12 x^2,", {"x": 2.}, 2.),
    ("x^{2y}", {"x": 2., "y": 1.}, 4.),
    (r"\boxed{x^2}", {"x": 2.}, 4.0),
]  # fmt: skip

# A text that has two readings, or nothing that could be calculated; and the place that the error shows.
REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("num_train = X.shape[0]\n"
     "scores = X.dot(W) + b\n"
     "correct_class_score = scores[np.arange(num_train), y].reshape(-1, 1)\n"
     "margin = np.maximum(0, scores - correct_class_score + 1)  # note delta = 1\n"
     "margin[np.arange(num_train), y] = 0\n"
     "loss = margin.sum() / num_train",
     {"X": X, "W": W, "b": b, "y": y}, "margin[np.arange(num_train), y] ="),
    ("loss = 0.0\n"
     "for i in range(3):\n"
     "    loss += x[i]**2",
     {"x": xs}, "for"),
    ("mask = (np.random.rand(*x.shape) < p) / p", {"x": X, "p": 0.5}, "np.random.rand"),
    ("x = torch.tensor([1.0, 2.0, 3.0], requires_grad=True)\n"
     "loss = (x**2).sum()\n"
     "loss.backward()",
     {}, ".backward"),
    ("x = torch.tensor(3.0, requires_grad=True); y = x**2 + 2*x + 1; y.backward(); print(x.grad)", {}, ".backward"),
    ("nn.CrossEntropyLoss()(X @ W + b, y)", {"X": X, "W": W, "b": b, "y": y}, "nn.CrossEntropyLoss"),
    ("loss = criterion(X @ W + b, y)", {"X": X, "W": W, "b": b, "y": y}, "criterion"),
    ("loss = sum((yout - ygt)**2 for ygt, yout in zip(ys, ypred))", {"ys": xs, "ypred": ws}, "for"),
    ("f = (−b + √(b² − 4ac)) / 2a", {"a": 1., "b": -3., "c": 2.}, "(−b + √(b² − 4ac)) / 2a"),
    ("½‖Xw − t‖² + λ‖w‖₁", {"X":X,"w":w2,"t":t,"λ":0.1}, "Xw"),
    ("e^{−x²/2σ²}", {"x":1.,"σ":2.}, "x²/2σ²"),
    ("y = sin²x + cos²x", {"x": 0.3}, "sin"),
    ("ln x + x ln 2", {"x": 2.}, "ln"),
    ("(x−μ)²/2σ²", {"x":1.,"μ":0.,"σ":2.}, "(x−μ)²/2σ²"),
    ("x³ – 2x", {"x": 2.}, "–"),
    ("∑ xᵢ²", {"x": xs}, "ᵢ"),
    ("f(x) = { x if x > 0; 0 otherwise }", {"x": 2.}, "if"),
    ("x^2+y^2=1", {"x": 2., "y": 1.}, "="),
    ("d/dx x^2", {"x": 2.}, "d/dx"),
    ("∂L/∂w", {}, "∂L/∂w"),
    ("x ∈ ℝ", {"x": 1.}, "∈"),
    ("xᵀAx", {"x": w2, "A": np.eye(2)}, "Ax"),
    ("tr(AᵀA)", {"A": X}, "tr"),
    ("det(A) + A^{-1}", {"A": np.eye(2)}, "^"),
    ("J = 1/2m * sum((h - y)^2)", {"m": 3., "h": xs, "y": ws}, "1/2m"),
    ("ReLU(x) + LeakyReLU(x, 0.1)", {"x": -2.}, "ReLU"),
    ("lambda x: x**2", {"x": 3.}, "lambda x:"),
    ("return x**2 + 1", {"x": 3.}, "return"),
    ("assert x > 0; x**2", {"x": 3.}, "assert"),
    ("print(x**2)", {"x": 3.}, "print"),
    ("1e-3*x + 1_000", {"x": 3.}, "1_000"),
    ("x**0.5 // 1", {"x": 9.}, "//"),
    ("x & 1", {"x": 3.}, "&"),
    ("x++", {"x": 3.}, ""),
    ("2x3", {"x": 3.}, "x3"),
    ("x.2", {"x": 3.}, ".2"),
    ("f'(x)", {"x": 3., "f": 2.}, "f'"),
    ("sin x", {"x": 3.}, "sin"),
    ("sin(x)^2cos(x)", {"x": 3.}, "(x)^2cos(x)"),
    ("e^2x", {"x": 3.}, "e^2x"),
    ("6/2(1+2)", {}, "6/2(1+2)"),
    ("√2x", {"x": 2.}, "√2x"),
    ("x = y = 2", {}, "="),
    ("x.std()", {"x": xs}, "x.std()"),
    ("self.W @ x", {"x": xs}, "self.W"),
    ("params['W1'] @ x", {"x": xs}, "W1"),
    (r"\(\frac{\partial f}{\partial x}\)", {"x": 1.}, r"\frac{\partial f}{\partial x}"),
    (r"J(\theta) = \frac{1}{2m} \sum_{i=1}^{m} \left( h_\theta(x^{(i)}) - y^{(i)} \right)^2",
     {"x": xs, "y": ws, "theta": 2.}, r"h_\theta"),
    (r"D_{KL}(P \parallel Q) = \sum_{x} P(x) \log \frac{P(x)}{Q(x)}",
     {"P": np.array([.2,.8]), "Q": np.array([.5,.5])}, r"\sum"),
    (r"\theta_{t+1} = \theta_t - \eta \nabla_\theta J(\theta_t)", {"theta_t": 1., "eta": .1}, r"\nabla"),
    (r"x \mapsto x^2", {"x": 2.}, r"\mapsto"),
    (r"\lim_{x\to0}\frac{\sin x}{x}", {"x": 2.}, r"\lim"),
    (r"e^{i\pi}+1", {}, "i"),
    (r"\frac{-b \pm \sqrt{b^2-4ac}}{2a}", {"a": 1., "b": 3., "c": 2.}, r"\pm"),
    (r"\text{ReLU}(x) = x^+ = \max(0,x)", {"x": 2.}, "="),
    (r"5\%x", {"x": 1.}, r"\%"),
    ("x_1^2 + x_2^2", {"x1": 1., "x2": 2.}, "x_1"),
    (r"f(x,y)=x^2y+y^3 \quad \text{(1)}", {"x": 2., "y": 1.}, r"\text{(1)}"),
    (r"\underbrace{x^2}_{\text{square}} + 1", {"x": 2.}, r"\underbrace"),
]  # fmt: skip
