"""Losses over a batch: scores S of N rows and C classes, labels y, whole numbers that carry no gradient."""

from __future__ import annotations

from bpcalc.gate import LESSON, Kink, family

gate = family("loss")

SUMMED = {"reduction": "sum"}
AVERAGED = {"reduction": "mean"}
BATCH = ((((3.2, 5.1, -1.7), (1.3, 4.9, 2.0)), (0.0, 1.0)),)


def _reduced(m, losses, reduction):
    if reduction == "batchmean":
        return m.divide(m.sum(losses), _rows_of(m, losses))
    whole = {"axis": None, "keepdims": False}
    if reduction == "sum":
        return m.sum(losses, **whole)
    return m.mean(losses, **whole) if reduction == "mean" else losses


def _each(m, g, losses, reduction):
    """The gradient of each row's (or entry's) loss."""
    if reduction == "batchmean":
        return m.divide(g, _rows_of(m, losses))
    return m.divide(g, size(m, losses)) if reduction == "mean" else g


def _rows_of(m, losses):
    return m.shape(losses)[0] if m.shape(losses) else 1


def size(m, x):
    product = 1
    for one in m.shape(x):
        product *= one
    return product


def _rows(m, g, S, reduction):
    """The gradient of each row's loss, to multiply the scores with."""
    rows = size(m, S) // m.shape(S)[-1]
    if reduction == "none" and len(m.shape(S)) > 1:
        return m.reshape(g, shape=(*m.shape(g), 1))
    return m.divide(g, rows) if reduction == "mean" and rows > 1 else g


def _classes(m, S):
    return m.shape(S)[-1]


def _scored(S, y, *margin, reduction=""):
    if not S:
        raise ValueError("the scores are a row of numbers, or rows of numbers")
    if y != S[:-1]:
        raise ValueError(f"scores of shape {S} need labels of shape {S[:-1]}")


gate(
    "pick", "S y", pushforward="linear", shape=_scored,
    pullback=(lambda m, g, picked, S, y: _column(m, g, S) * m.one_hot(y, size=_classes(m, S)), None),
    formula="S[i, y[i]] for each row i", samples=BATCH, pattern="routes",
    says="routes each row's gradient to the entry that was picked",
)  # fmt: skip


def _column(m, g, S):
    return g if len(m.shape(S)) == 1 else m.reshape(g, shape=(*m.shape(g), 1))


gate(
    "one_hot", "y", pullback=(None,), options={"size": None}, formula="for each label a row with a 1 at its place",
    chosen={"size": 3}, samples=(((0.0, 2.0),),), pattern="blocks", says="carries no gradient",
)  # fmt: skip


def _softmax_loss(m, S, y, reduction):
    # logsumexp(S) - S[y] would lose the digits that large scores have in common
    shifted = S - m.amax(S, axis=-1, keepdims=True)
    return _reduced(m, m.log(m.sum(m.exp(shifted), axis=-1)) - m.pick(shifted, y), reduction)


def _packed(losses):
    """A loss in elementary gates: `losses(m, *inputs)` of each row or entry, then what becomes of them."""

    def packed(m, *inputs, reduction):
        return None if reduction == "batchmean" else _reduced(m, losses(m, *inputs), reduction)

    return packed


def _softmax_parts(m, S, y):
    shifted = S - m.amax(S, axis=-1, keepdims=True)
    return m.log(m.sum(m.exp(shifted), axis=-1, keepdims=False)) - m.pick(shifted, y)


def _svm_parts(m, S, y, margin):
    """Over all classes: the right one adds the margin, which is taken off again."""
    right = m.stack(m.pick(S, y), axis=-1)
    return m.sum(m.max(S - right + margin, 0), axis=-1, keepdims=False) - m.max(margin, 0)


def _huber_parts(m, p, t, delta):
    away = m.abs(p - t)
    return m.where(m.less_equal(away, delta), m.divide(m.power(away, 2), 2), delta * (away - m.divide(delta, 2)))


gate(
    "softmax_loss", "S y", shape=_scored, packed=_packed(_softmax_parts),
    pullback=(
        lambda m, g, y_, S, y, reduction: (
            _rows(m, g, S, reduction) * (m.softmax(S, axis=-1) - m.one_hot(y, size=_classes(m, S)))
        ),
        None,
    ),
    forward=_softmax_loss, options=SUMMED, formula="-log(softmax(S)[y]) for each row, summed", samples=BATCH,
    says="scales by softmax(S) less 1 at each label",
)  # fmt: skip


def _margins(m, S, y, margin):
    return S - _column(m, m.pick(S, y), S) + margin


def _violations(m, S, y, margin, at_kink=False):
    """1 for each wrong class whose score comes within the margin of the right one's, or exactly to it."""
    margins = _margins(m, S, y, margin)
    return (1 - m.one_hot(y, size=_classes(m, S))) * (m.greater_equal if at_kink else m.greater)(margins, 0)


def _svm(m, S, y, margin, reduction):
    wrong = 1 - m.one_hot(y, size=_classes(m, S))
    return _reduced(m, m.sum(wrong * m.max(_margins(m, S, y, margin), 0.0), axis=-1, keepdims=False), reduction)


def _svm_rules(at_kink):
    def scores(m, g, y_, S, y, margin, reduction):
        hits = _violations(m, S, y, margin, at_kink)
        here = m.one_hot(y, size=_classes(m, S)) * m.sum(hits, axis=-1, keepdims=True)
        return _rows(m, g, S, reduction) * (hits - here)

    def margins(m, g, y_, S, y, margin, reduction):
        return _rows(m, g, S, reduction) * _violations(m, S, y, margin, at_kink)

    return scores, None, margins


def _at_margin(m, y_, S, y, margin, reduction):
    return (1 - m.one_hot(y, size=_classes(m, S))) * m.equal(_margins(m, S, y, margin), 0) > 0


def _svm_side(m, y_, inputs, tangents, reduction):
    """Each wrong class adds what its margin grows by; one that lies on the margin only if that is more than 0."""
    (S, y, margin), (t, _, t_margin) = inputs, tangents
    margins, grows = _margins(m, S, y, margin), _margins(m, t, y, t_margin)
    slope = m.where(margins > 0, grows, m.where(m.equal(margins, 0), m.max(grows, 0.0), 0.0))
    wrong = 1 - m.one_hot(y, size=_classes(m, S))
    return _reduced(m, m.sum(wrong * slope, axis=-1, keepdims=False), reduction)


gate(
    "svm_loss", "S y margin", pullback=_svm_rules(False), conventions={"all": _svm_rules(True)},
    kink=Kink(_at_margin, _svm_side, {"torch": "0 for a class exactly at the margin", "all": "1"}, corners=_at_margin),
    packed=_packed(_svm_parts), shape=_scored, forward=_svm, defaults={"margin": 1.0}, options=SUMMED,
    formula="max(0, S[j] - S[y] + margin) for each j other than y, summed", samples=((*BATCH[0], 1.0),),
    says="gives each violated margin the gradient, and its right class the same with the other sign",
)  # fmt: skip
gate(
    "mse_loss", "p t",
    pullback=(
        lambda m, g, y, p, t, reduction: _each(m, g, p - t, reduction) * (2 * (p - t)),
        lambda m, g, y, p, t, reduction: _each(m, g, p - t, reduction) * (2 * (t - p)),
    ),
    forward=lambda m, p, t, reduction: _reduced(m, m.power(p - t, 2), reduction), options=AVERAGED,
    packed=_packed(lambda m, p, t: m.power(p - t, 2)),
    formula="the mean of (p - t)^2", samples=(((1.0, 2.0), (0.5, -1.0)),), says="scales by 2*(p - t), averaged",
)  # fmt: skip


def _cross_entropy(m, p, t, reduction):
    # 0*log(0) counts as 0
    first = m.where(m.equal(t, 0), 0.0, t * m.log(p))
    second = m.where(m.equal(t, 1), 0.0, (1 - t) * m.log1p(-p))
    return _reduced(m, -(first + second), reduction)


def _cross_slope(m, p, t):
    # (p - t)/(p*(1 - p)), but without 0/0 where p is 0 or 1 and so is t
    wrong, right = m.divide(1 - t, 1 - p), m.divide(t, p)
    return m.except_at(m.equal(t, 1), 0.0, wrong) - m.except_at(m.equal(t, 0), 0.0, right)


gate(
    "bce_loss", "p t",
    pullback=(
        lambda m, g, y, p, t, reduction: _each(m, g, p - t, reduction) * _cross_slope(m, p, t),
        lambda m, g, y, p, t, reduction: _each(m, g, p - t, reduction) * (m.log1p(-p) - m.log(p)),
    ),
    conventions={
        LESSON: (
            lambda m, g, y, p, t, reduction: _each(m, g, p - t, reduction) * m.divide(p - t, p * (1 - p)),
            lambda m, g, y, p, t, reduction: _each(m, g, p - t, reduction) * (m.log(1 - p) - m.log(p)),
        ),
    },
    packed=_packed(lambda m, p, t: -(t * m.log(p) + (1 - t) * m.log(1 - p))), forward=_cross_entropy,
    options=AVERAGED, formula="the mean of -(t*log(p) + (1 - t)*log(1 - p))",
    samples=(((0.2, 0.9), (0.0, 1.0)),), says="scales by (p - t)/(p*(1 - p)), averaged",
)  # fmt: skip


def _logit_loss(m, z, t, reduction):
    # -t*log(sigmoid(z)) - (1 - t)*log(1 - sigmoid(z)); a term with the factor 0 is not there
    first = m.where(m.equal(t, 0), 0.0, t * m.softplus(-z))
    return _reduced(m, first + m.where(m.equal(t, 1), 0.0, (1 - t) * m.softplus(z)), reduction)


gate(
    "bce_logits_loss", "z t",
    pullback=(
        lambda m, g, y, z, t, reduction: _each(m, g, z - t, reduction) * (m.sigmoid(z) - t),
        lambda m, g, y, z, t, reduction: _each(m, g, z - t, reduction) * -z,
    ),
    packed=_packed(lambda m, z, t: m.log(1 + m.exp(z)) - z * t), forward=_logit_loss, options=AVERAGED,
    formula="the mean of log(1 + exp(z)) - z*t, the bce_loss of sigmoid(z)",
    samples=(((0.5, -2.0), (1.0, 0.0)),), says="scales by sigmoid(z) - t, averaged",
)  # fmt: skip


def _huber(m, p, t, delta, reduction):
    away = m.abs(p - t)
    near, far = 0.5 * m.power(away, 2), delta * (away - 0.5 * delta)
    return _reduced(m, m.where(m.less_equal(away, delta), near, far), reduction)


def _huber_slope(m, p, t, delta):
    return m.max(m.min(p - t, delta), -delta)


gate(
    "huber_loss", "p t delta",
    pullback=(
        lambda m, g, y, p, t, delta, reduction: _each(m, g, p - t + delta, reduction) * _huber_slope(m, p, t, delta),
        lambda m, g, y, p, t, delta, reduction: _each(m, g, p - t + delta, reduction) * -_huber_slope(m, p, t, delta),
        lambda m, g, y, p, t, delta, reduction: (
            _each(m, g, p - t + delta, reduction)
            * m.where(m.less_equal(m.abs(p - t), delta), 0.0, m.abs(p - t) - delta)
        ),
    ),
    packed=_packed(_huber_parts), forward=_huber, defaults={"delta": 1.0}, options=AVERAGED,
    samples=(((1.0, 2.0), (0.5, -1.0), 1.0),),
    formula="the mean of (p - t)^2/2 up to |p - t| = delta, of delta*(|p - t| - delta/2) beyond",
    says="scales by p - t, cut off at delta, averaged",
)  # fmt: skip


def _likelihood_back(m, g, y_, logp, y, reduction):
    return _rows(m, g, logp, reduction) * -m.one_hot(y, size=_classes(m, logp))


gate(
    "nll_loss", "logp y", shape=_scored, packed=_packed(lambda m, logp, y: -m.pick(logp, y)),
    pullback=(_likelihood_back, None),
    forward=lambda m, logp, y, reduction: _reduced(m, -m.pick(logp, y), reduction), options=AVERAGED,
    formula="the mean of -logp[y] for each row of log-probabilities", samples=BATCH, pattern="routes",
    says="hands -1/N of the gradient on to the entry at each label",
)  # fmt: skip


def _divergence(m, q, p, reduction):
    # 0*log(0) counts as 0
    return _reduced(m, m.where(m.equal(p, 0), 0.0, p * m.log(p)) - p * q, reduction)


gate(
    "kl_div", "q p",
    pullback=(
        lambda m, g, y, q, p, reduction: _each(m, g, q + p, reduction) * -p,
        lambda m, g, y, q, p, reduction: _each(m, g, q + p, reduction) * (m.log(p) + 1 - q),
    ),
    packed=_packed(lambda m, q, p: p * (m.log(p) - q)), forward=_divergence, options=AVERAGED,
    samples=(((-1.5, -0.25), (0.3, 0.7)),),
    formula="the mean of p*(log(p) - q) for log-probabilities q; reduction=batchmean divides by the rows",
    says="scales by -p, averaged",
)  # fmt: skip
