"""Formulas in LaTeX as lectures, papers and textbooks have them, values, and what comes out: computed by hand in NumPy.

A formula with words for a value is refused, in a message with these words: it has two readings, or asks for what bpcalc
has not. "needs --latex" is one without a backslash.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np


class Formula(NamedTuple):
    """A formula, the values of its names, and its value from them, or words of its refusal."""

    latex: str
    values: dict[str, Any]
    right: Callable[..., Any] | str


def sigmoid(x: Any) -> Any:
    return 1 / (1 + np.exp(-x))


def softmax(x: Any) -> Any:
    return np.exp(x) / np.exp(x).sum()


V3, W3 = np.array([1.0, -2.0, 0.5]), np.array([0.3, 0.7, -1.1])
P3, Q3 = np.array([0.2, 0.5, 0.3]), np.array([0.1, 0.6, 0.3])
X32, A33 = np.array([[1.0, 2.0], [0.5, -1.0], [3.0, 0.25]]), np.array([[3.0, 1, 0], [1, 4, 2], [0, 2, 5]])
B3 = np.array([1.0, 0, 1])
W23, B2, T2 = np.array([[0.5, -1.0, 2.0], [1.5, 0.2, -0.3]]), np.array([0.1, -0.2]), np.array([0.4, -0.6])
XY = {"x": 1.3, "y": 0.7}

FORMULAS = [
    # the lectures: neurons, losses, regularization
    Formula(r"\frac{1}{1+e^{-(w_0x_0+w_1x_1+w_2)}}", {"w0": 2, "x0": -1, "w1": -3, "x1": -2, "w2": -3},
            lambda w0, x0, w1, x1, w2: sigmoid(w0 * x0 + w1 * x1 + w2)),
    Formula(r"\sigma(wx + b)", {"w": 0.5, "x": 3, "b": -1}, lambda w, x, b: sigmoid(w * x + b)),
    Formula(r"f(w,x) = \frac{1}{1 + \exp\left(-w x\right)}", {"w": 0.5, "x": 3}, lambda w, x: sigmoid(w * x)),
    Formula(r"(x + y) z", {"x": -2, "y": 5, "z": -4}, "needs --latex"),
    Formula(r"\left(x + y\right) z", {"x": -2, "y": 5, "z": -4}, lambda x, y, z: (x + y) * z),
    Formula(r"\frac{x + \sigma(y)}{\sigma(x) + (x+y)^2}", {"x": 3, "y": -4},
            lambda x, y: (x + sigmoid(y)) / (sigmoid(x) + (x + y) ** 2)),
    Formula(r"\max(0, 1 - y \hat{y})", {"y": 1, "y_hat": 0.3}, lambda y, y_hat: max(0, 1 - y * y_hat)),
    Formula(r"L = -\log\left(\frac{e^{f_2}}{\sum_j e^{f_j}}\right)", {"f": V3}, lambda f: -np.log(softmax(f)[1])),
    Formula(r"-f_2 + \log\sum_j e^{f_j}", {"f": V3}, lambda f: -f[1] + np.log(np.exp(f).sum())),
    Formula(r"L_i = \sum_{j\neq k} \max(0, s_j - s_k + \Delta)", {"s": V3, "k": 2, "Delta": 1},
            lambda s, k, Delta: sum(max(0, s[j] - s[k - 1] + Delta) for j in (0, 2))),
    Formula(r"\lambda \sum_k\sum_l W_{k,l}^2",
            {"W": X32, "lambda": 0.1}, lambda **v: v["lambda"] * (v["W"] ** 2).sum()),
    Formula(r"\frac{1}{N}\sum_{i=1}^{N} L_i + \lambda \|W\|_F^2", {"L": V3, "W": X32, "lambda": 0.1},
            lambda **v: v["L"].mean() + v["lambda"] * (v["W"] ** 2).sum()),
    Formula(r"\hat{x} = \frac{x - \mu}{\sqrt{\sigma^2 + \epsilon}}", {"x": 2, "mu": 0.5, "sigma": 1.5, "epsilon": 1e-3},
            lambda x, mu, sigma, epsilon: (x - mu) / math.sqrt(sigma**2 + epsilon)),
    Formula(r"y_i = \gamma \hat{x}_i + \beta", {"gamma": 2, "x_hat_i": 0.3, "beta": 1},
            lambda gamma, x_hat_i, beta: gamma * x_hat_i + beta),
    Formula(r"\sigma_B^2 = \frac{1}{m}\sum_{i=1}^m (x_i - \mu_B)^2", {"x": V3, "mu_B": -0.1667},
            lambda x, mu_B: ((x - mu_B) ** 2).mean()),
    # optimizers
    Formula(r"m_t = \beta_1 m_{t-1} + (1 - \beta_1) g_t", {"beta1": 0.9, "m_t_minus_1": 0.4, "g_t": -2},
            lambda beta1, m_t_minus_1, g_t: beta1 * m_t_minus_1 + (1 - beta1) * g_t),
    Formula(r"v_t = \beta_2 v_{t-1} + (1-\beta_2) g_t^2", {"beta2": 0.99, "v_t_minus_1": 0.4, "g_t": -2},
            lambda beta2, v_t_minus_1, g_t: beta2 * v_t_minus_1 + (1 - beta2) * g_t**2),
    Formula(r"\hat{m}_t = \frac{m_t}{1 - \beta_1^t}", {"m_t": 0.4, "beta1": 0.9, "t": 3},
            lambda m_t, beta1, t: m_t / (1 - beta1**t)),
    Formula(r"\theta_t = \theta_{t-1} - \alpha \cdot \hat{m}_t/(\sqrt{\hat{v}_t} + \epsilon)",
            {"theta_t_minus_1": 1, "alpha": 0.01, "m_hat_t": 0.3, "v_hat_t": 0.04, "epsilon": 1e-8},
            lambda theta_t_minus_1, alpha, m_hat_t, v_hat_t, epsilon:
            theta_t_minus_1 - alpha * m_hat_t / (math.sqrt(v_hat_t) + epsilon)),
    # regression and classification
    Formula(r"J(\theta) = \frac{1}{2m} \sum_{i=1}^{m} (h_i - y_i)^2", {"h": V3, "y": W3},
            lambda h, y: ((h - y) ** 2).sum() / 6),
    Formula(r"\frac{1}{N}\sum_{i=1}^N (y_i - \hat{y}_i)^2", {"y": V3, "y_hat": W3},
            lambda y, y_hat: ((y - y_hat) ** 2).mean()),
    Formula(r"-\frac{1}{N}\sum_{n=1}^{N} \left[ y_n \log \hat{y}_n + (1 - y_n)\log(1 - \hat{y}_n) \right]",
            {"y": B3, "y_hat": P3}, lambda y, y_hat: -(y * np.log(y_hat) + (1 - y) * np.log(1 - y_hat)).mean()),
    Formula(r"\mathcal{L} = -\left(y \log p + (1-y) \log (1-p)\right)", {"y": 1, "p": 0.3}, lambda y, p: -math.log(p)),
    Formula(r"\mathcal{L}_{\mathrm{CE}} = -\sum_{k=1}^{K} y_k \log \hat{y}_k", {"y": B3, "y_hat": P3},
            lambda y, y_hat: -(y * np.log(y_hat)).sum()),
    Formula(r"\sum_{i=1}^{n} (y_i - \mathbf{w}^T \mathbf{x}_i)^2", {"y": V3, "w": T2, "x": X32},
            lambda y, w, x: ((y - x @ w) ** 2).sum()),
    Formula(r"\|X w - y\|_2^2 + \lambda \|w\|_1", {"X": X32, "w": T2, "y": V3, "lambda": 0.1},
            lambda **v: ((v["X"] @ v["w"] - v["y"]) ** 2).sum() + v["lambda"] * abs(v["w"]).sum()),
    Formula(r"\frac{1}{2} (y - Xw)^\top (y - Xw)", {"X": X32, "w": T2, "y": V3},
            lambda X, w, y: ((y - X @ w) ** 2).sum() / 2),
    Formula(r"\ln(1 + e^{-y \, \mathbf{w}^\top \mathbf{x}})", {"y": -1, "w": V3, "x": W3},
            lambda y, w, x: np.log1p(np.exp(-y * (w @ x)))),
    Formula(r"\text{softmax}(z)_2", {"z": V3}, lambda z: softmax(z)[1]),
    Formula(r"\log \frac{p}{1-p}", {"p": 0.3}, lambda p: math.log(p / (1 - p))),
    Formula(r"L_\delta = \begin{cases} \frac{1}{2} a^2 & \text{if } |a| \le \delta \\ \delta "
            r"\left(|a| - \frac{1}{2}\delta\right) & \text{otherwise} \end{cases}",
            {"a": -3, "delta": 1}, lambda a, delta: delta * (abs(a) - delta / 2)),
    Formula(r"-(1 - p_t)^\gamma \log(p_t)", {"p_t": 0.7, "gamma": 2},
            lambda p_t, gamma: -((1 - p_t) ** gamma) * math.log(p_t)),
    Formula(r"\sum_i P_i \log \frac{P_i}{Q_i}", {"P": P3, "Q": Q3}, lambda P, Q: (P * np.log(P / Q)).sum()),
    Formula(r"H(p) = -\sum_{i} p_i \log_2 p_i", {"p": P3}, lambda p: -(p * np.log2(p)).sum()),
    Formula(r"-\frac{1}{2} \sum_{j=1}^{J} \left(1 + \log(\sigma_j^2) - \mu_j^2 - \sigma_j^2\right)",
            {"sigma": P3, "mu": V3},
            lambda sigma, mu: -0.5 * (1 + np.log(sigma**2) - mu**2 - sigma**2).sum()),
    # networks
    Formula(r"h = \tanh(W_{hh} h_{t-1} + W_{xh} x_t)", {"W_hh": 0.5, "h_t_minus_1": 0.2, "W_xh": -1, "x_t": 2},
            lambda W_hh, h_t_minus_1, W_xh, x_t: math.tanh(W_hh * h_t_minus_1 + W_xh * x_t)),
    Formula(r"\sum_i \sigma(Wx + b)_i", {"W": W23, "x": V3, "b": B2}, lambda W, x, b: sigmoid(W @ x + b).sum()),
    Formula(r"a^{(1)} = \mathrm{ReLU}(w^{(1)} x + b^{(1)}) \\ w^{(2)} a^{(1)} + b^{(2)}",
            {"w_1": 2, "x": 0.5, "b_1": 1, "w_2": -1, "b_2": 0.25},
            lambda w_1, x, b_1, w_2, b_2: w_2 * max(0, w_1 * x + b_1) + b_2),
    Formula(r"\operatorname{GELU}(x)", {"x": 0.7}, lambda x: x * 0.5 * (1 + math.erf(x / math.sqrt(2)))),
    Formula(r"0.5x\left(1 + \tanh\left[\sqrt{2/\pi}\left(x + 0.044715 x^3\right)\right]\right)", {"x": 0.7},
            lambda x: 0.5 * x * (1 + math.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))),
    Formula(r"x \cdot \frac{1}{2}\left[1 + \text{erf}(x/\sqrt{2})\right]", {"x": 0.7},
            lambda x: x * 0.5 * (1 + math.erf(x / math.sqrt(2)))),
    Formula(r"\frac{q^\top k}{\sqrt{d_k}}", {"q": V3, "k": W3, "d_k": 3}, lambda q, k, d_k: q @ k / math.sqrt(d_k)),
    Formula(r"\sum_{j=1}^{n} \frac{\exp(q^T k_j/\sqrt{d})}{\sum_{l=1}^{n} \exp(q^T k_l/\sqrt{d})} v_j",
            {"q": T2, "k": X32, "v": V3, "d": 2}, lambda q, k, v, d: softmax(k @ q / math.sqrt(d)) @ v),
    Formula(r"i_t \odot \tilde{c}_t + f_t \odot c_{t-1}", {"i_t": 0.4, "c_tilde_t": 0.3, "f_t": 0.9, "c_t_minus_1": 2},
            lambda i_t, c_tilde_t, f_t, c_t_minus_1: i_t * c_tilde_t + f_t * c_t_minus_1),
    Formula(r"\max\{\alpha x, x\}", {"alpha": 0.01, "x": -2}, lambda alpha, x: max(alpha * x, x)),
    # probability
    Formula(r"\frac{1}{\sigma\sqrt{2\pi}} e^{-\frac{1}{2}\left(\frac{x-\mu}{\sigma}\right)^2}",
            {"x": 1, "mu": 0.5, "sigma": 2},
            lambda x, mu, sigma: math.exp(-(((x - mu) / sigma) ** 2) / 2) / (sigma * math.sqrt(2 * math.pi))),
    Formula(r"\mathcal{N}(x) = \frac{1}{(2\pi\sigma^2)^{1/2}} \exp\left\{-\frac{1}{2\sigma^2}(x-\mu)^2\right\}",
            {"x": 1, "mu": 0.5, "sigma": 2},
            lambda x, mu, sigma: math.exp(-(((x - mu) / sigma) ** 2) / 2) / (sigma * math.sqrt(2 * math.pi))),
    Formula(r"-\frac{1}{2}(x-\mu)^\top \Sigma^{-1} (x-\mu) - \frac{1}{2}\ln|\det\Sigma|",
            {"x": V3, "mu": W3, "Sigma": A33},
            lambda x, mu, Sigma: -0.5 * (x - mu) @ np.linalg.solve(Sigma, x - mu) - 0.5 * np.log(np.linalg.det(Sigma))),
    Formula(r"\frac{\Gamma(a+b)}{\Gamma(a)\Gamma(b)} x^{a-1}(1-x)^{b-1}", {"a": 2.5, "b": 1.5, "x": 0.3},
            lambda a, b, x: math.gamma(a + b) / math.gamma(a) / math.gamma(b) * x ** (a - 1) * (1 - x) ** (b - 1)),
    Formula(r"\frac{\lambda^k e^{-\lambda}}{k!}",
            {"lambda": 2.5, "k": 3}, lambda **v: v["lambda"] ** 3 * math.exp(-v["lambda"]) / 6),
    Formula(r"\lambda e^{-\lambda x}", {"lambda": 2, "x": 0.3}, lambda **v: 2 * math.exp(-0.6)),
    Formula(r"\prod_{i=1}^{n} p_i^{y_i} (1-p_i)^{1-y_i}", {"p": P3, "y": B3},
            lambda p, y: np.prod(p**y * (1 - p) ** (1 - y))),
    # analysis and physics
    Formula(r"\sin^2\theta + \cos^2\theta", {"theta": 0.3}, lambda theta: 1),
    Formula(r"e^{x} \sin y", XY, lambda x, y: math.exp(x) * math.sin(y)),
    Formula(r"A \cos(2\pi f t + \varphi)", {"A": 2, "f": 3, "t": 0.1, "phi": 0.4},
            lambda A, f, t, phi: A * math.cos(2 * math.pi * f * t + phi)),
    Formula(r"\sin 2x + \cos\omega t", {"x": 1, "omega": 2, "t": 0.7},
            lambda x, omega, t: math.sin(2 * x) + math.cos(omega * t)),
    Formula(r"\tan^{-1}\frac{y}{x}", XY, lambda x, y: math.atan(y / x)),
    Formula(r"\ln x^2", {"x": 1.3}, lambda x: 2 * math.log(x)),
    Formula(r"\sqrt[3]{x} + \sqrt[n]{y}", {"x": 8, "y": 16, "n": 4}, lambda x, y, n: 4),
    Formula(r"(1-x)^2 + 100\,(y-x^2)^2 % Rosenbrock", XY, lambda x, y: (1 - x) ** 2 + 100 * (y - x**2) ** 2),
    Formula(r"G\frac{m_1m_2}{r^2}", {"G": 6.67, "m1": 2, "m2": 3, "r": 4}, lambda G, m1, m2, r: G * m1 * m2 / r**2),
    Formula(r"\frac{m_0}{\sqrt{1 - \frac{v^2}{c^2}}}", {"m0": 2, "v": 1, "c": 3},
            lambda m0, v, c: m0 / math.sqrt(1 - v**2 / c**2)),
    Formula(r"\frac{\hbar\omega^3}{\pi^2c^2(e^{\frac{\hbar\omega}{k_bT}}-1)}",
            {"hbar": 1.1, "omega": 2, "c": 3, "k_b": 1.5, "T": 2},
            lambda hbar, omega, c, k_b, T: hbar * omega**3 / (math.pi**2 * c**2 * (math.exp(hbar * omega /
            (k_b * T)) - 1))),
    Formula(r"x_1y_1 + x_2y_2 + x_3y_3", {"x1": 1, "y1": 2, "x2": 3, "y2": 4, "x3": 5, "y3": 6}, "needs --latex"),
    Formula(r"\sum_{i=1}^{3} x_i y_i", {"x1": 1, "y1": 2, "x2": 3, "y2": 4, "x3": 5, "y3": 6}, lambda **v: 44),
    Formula(r"\sum_{k=0}^{4} \frac{(-1)^k x^{2k+1}}{(2k+1)!}", {"x": 0.5},
            lambda x: sum((-1) ** k * x ** (2 * k + 1) / math.factorial(2 * k + 1) for k in range(5))),
    Formula(r"\sum_{i=1}^{3}\sum_{j=1}^{i} i j", {}, lambda: sum(i * j for i in (1, 2, 3) for j in range(1, i + 1))),
    Formula(r"x^\top A x", {"x": V3, "A": A33}, lambda x, A: x @ A @ x),
    Formula(r"\operatorname{tr}(A x x^\top)", {"x": V3, "A": A33}, lambda x, A: x @ A @ x),
    Formula(r"\sum_{i=1}^{n}\sum_{j=1}^{n} a_{ij} x_i x_j", {"a": A33, "x": V3}, lambda a, x: x @ a @ x),
    Formula(r"\begin{vmatrix} a & b \\ c & d \end{vmatrix}", {"a": 1, "b": 2, "c": 3, "d": 4}, lambda a, b, c, d: -2),
    Formula(r"\langle x, y\rangle / (\|x\| \|y\|)", {"x": V3, "y": W3},
            lambda x, y: x @ y / np.linalg.norm(x) / np.linalg.norm(y)),
    Formula(r"\lfloor x \rfloor + \lceil y \rceil", XY, lambda x, y: 2),
    Formula(r"\mathbb{1}[0 < x \le 1]\, y + \mathbb{1}\{x > 1\}", XY, lambda x, y: 1),
    Formula(r"\begin{align} s &= w_1 x_1 + w_2 x_2 \\ &\quad + b \label{eq:s} \\ \sigma(s) & \nonumber \end{align}",
            {"w1": 1, "x1": 2, "w2": 3, "x2": 4, "b": -13}, lambda **v: sigmoid(1)),
    # two readings, or nothing that could be calculated
    Formula(r"1/2x + \sin y", XY, "slash"),
    Formula(r"\sin x y", XY, "without brackets"),
    Formula(r"\log x / y", XY, "slash"),
    Formula(r"\frac{d}{dx} x^2", XY, "derivative"),
    Formula(r"\frac{\partial L}{\partial w}", {}, "derivative"),
    Formula(r"\nabla_\theta J(\theta)", {}, r"\nabla"),
    Formula(r"\int_0^1 x^2 dx", {}, r"\int"),
    Formula(r"\lim_{h \to 0} h", {"h": 1}, r"\lim"),
    Formula(r"x_1 + \dots + x_n", {"x1": 1}, r"\dots"),
    Formula(r"\sum_{k=0}^\infty x^k", XY, "without an end"),
    Formula(r"\binom{n}{k}", {"n": 4, "k": 2}, r"\binom"),
    Formula(r"\arg\max_x f", {"f": 1}, r"\arg"),
    Formula(r"\mathbb{E}[x]", XY, r"\mathbb{E}"),
    Formula(r"x \pm y", XY, r"\pm"),
    Formula(r"A^2 \cdot 1", {"A": A33}, "power of a matrix"),
    Formula(r"\sum_i x_i + y_i", {"x": V3, "y": W3}, "ends before"),
]  # fmt: skip
