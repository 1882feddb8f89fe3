"""Losses, with the reduction and the order of inputs that their libraries have."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bpcalc.reading.python.rules.entrywise import times_log
from bpcalc.reading.python.writer import Part, Writer


def cross_entropy(m: Writer, S: Part, y: Part, weight: Any, reduction: Any) -> Part:
    """F.cross_entropy of scores and labels: the mean over the batch, unless it says otherwise."""
    check_classes(m, S, y, weight)
    return m.softmax_loss(S, y, reduction=reduction)


def check_classes(m: Writer, S: Part, y: Part, weight: Any) -> None:
    if weight is not None:
        hint = "softmax_loss(S, y, reduction=none) has the losses of the rows, for a weight of each row"
        m.refuse(f"{m.name} with a weight for each class is not read here", hint)
    if (S.axes or 0) > 2:
        m.refuse(f"{m.name} of more than two axes has its classes on axis 1", "softmax_loss has them on the last axis")
    if S.axes is not None and S.axes == y.axes:
        hint = "of probabilities it is -sum(y*log_softmax(S)), divided by the rows"
        m.refuse(f"{m.name} takes whole numbers as labels here, one for each row", hint)


def nll_loss(m: Writer, S: Part, y: Part, weight: Any, reduction: Any) -> Part:
    check_classes(m, S, y, weight)
    if m.has("nll_loss"):
        return m.nll_loss(S, y, reduction=reduction)
    return _reduced(m, -m.pick(S, y), reduction)


def per_row(m: Writer, y: Part, S: Part) -> Part:
    """TensorFlow's losses: one for each row, the labels first."""
    return m.softmax_loss(S, y, reduction="none")


def each(loss: Callable[[Writer, Part, Part], Part], mean: str = "mean") -> Callable[..., Part]:
    """A loss entry by entry, averaged unless it says otherwise."""

    def rule(m: Writer, p: Part, t: Part, reduction: Any) -> Part:
        return _reduced(m, loss(m, p, t), reduction)

    return rule


def _reduced(m: Writer, losses: Part, reduction: Any) -> Part:
    if reduction not in ("mean", "sum", "none"):
        m.refuse(f"reduction of {m.name} is mean, sum or none here")
    return losses if reduction == "none" else m.gate(reduction)(losses)


def divergence(m: Writer, p: Part, t: Part, reduction: Any, log_target: Any) -> Part:
    """F.kl_div: the first input is a logarithm already."""
    if m.has("kl_div") and not log_target:
        return m.kl_div(p, t, reduction=reduction)
    if log_target:
        return _reduced(m, m.exp(t) * (t - p), reduction)
    if reduction == "batchmean":
        if not p.shape:
            m.refuse(f"the rows of {m.name} are not known here")
        return m.sum(times_log(m, t, t) - t * p) / p.shape[0]
    return _reduced(m, times_log(m, t, t) - t * p, reduction)


def logits_loss(m: Writer, p: Part, t: Part, reduction: Any) -> Part:
    """The binary cross-entropy of scores, without overflow."""
    if m.has("bce_logits_loss"):
        return m.bce_logits_loss(p, t, reduction=reduction)
    return _reduced(m, m.softplus(p) - t * p, reduction)


def labels_first(m: Writer, t: Part, p: Part) -> Part:
    return logits_loss(m, p, t, "none")


def huber(m: Writer, p: Part, t: Part, reduction: Any, delta: Any) -> Part:
    return m.huber_loss(p, t, delta, reduction=reduction)


def smooth_l1(m: Writer, p: Part, t: Part, reduction: Any, beta: Any) -> Part:
    if beta == 1:
        return m.huber_loss(p, t, reduction=reduction)
    return m.huber_loss(p, t, beta, reduction=reduction) / float(beta)
